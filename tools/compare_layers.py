"""Show, stage by stage and layer by layer, how far this engine is from the reference.

python tools/compare_layers.py MODEL_DIR [--text TEXT] [--tokens N] [--tolerance X]

Needs torch, transformers and soprano-tts beside the package. Both run the same checkpoint on the
same text, greedily; a row gives the shape, and the mean and largest difference. The last line names
the first place where they part by more than the tolerance (relative to the largest value there),
and the exit code is 1 if there is one.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soprano.tts
import torch
from make_golden import decoder
from soprano.utils.text_normalizer import clean_text

from soprano_np import SopranoTTS
from soprano_np.lm.kv_cache import KVCache
from soprano_np.nn.ops import Floats

TEXT = "The quick brown fox jumps over the lazy dog."


class Comparison:
    """Rows printed as they come, and the first that is off."""

    def __init__(self, tolerance: float) -> None:
        self.tolerance = tolerance
        self.parted: str | None = None
        print(f"{'place':<34}{'shape':>18}{'mean':>12}{'largest':>12}{'of':>12}")

    def __call__(self, place: str, ours: Any, theirs: Any) -> None:
        """Compare arrays of one shape."""
        a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
        if a.shape != b.shape:
            print(f"{place:<34}{a.shape!s:>18} but the reference has {b.shape}")
            self.parted = self.parted or place
            return
        difference = np.abs(a - b)
        mean, largest, scale = difference.mean(), difference.max(), np.abs(b).max()
        print(f"{place:<34}{a.shape!s:>18}{mean:>12.2e}{largest:>12.2e}{scale:>12.2e}")
        if not largest <= self.tolerance * scale:
            self.parted = self.parted or place


def load_reference(model: Path, ours: SopranoTTS) -> Any:
    """Construct the reference without its warm-up, with the decoder sizes of the checkpoint."""
    soprano.tts.SopranoDecoder = decoder(ours.model.vocoder.config)
    infer, soprano.tts.SopranoTTS.infer = soprano.tts.SopranoTTS.infer, lambda *_: None
    reference = soprano.tts.SopranoTTS(device="cpu", model_path=str(model))
    soprano.tts.SopranoTTS.infer = infer
    return reference


def layer_outputs(ours: SopranoTTS, ids: np.ndarray) -> list[Floats]:
    """Run a prompt, keeping what leaves each layer: [seq, hidden] each."""
    lm = ours.model.lm
    kept: list[Floats] = []
    layers = lm.layers

    def keeping(layer: Any) -> Any:
        def run(x: Floats, span: Any) -> Floats:
            kept.append(layer(x, span).copy())
            return kept[-1].copy()

        return run

    lm.layers = [keeping(layer) for layer in layers]
    cache = KVCache(lm.config, 1)
    cache.reserve(len(ids))
    kept.append(lm(ids[None], cache, 0, np.arange(len(ids))[None])[0])
    lm.layers = layers
    return kept


def main() -> int:
    """Compare, and tell where the two part."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path, help="a checkpoint's directory with decoder.pth")
    parser.add_argument("--text", default=TEXT)
    parser.add_argument("--tokens", type=int, default=64, help="tokens to generate (64)")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    options = parser.parse_args()
    ours = SopranoTTS(options.model)
    reference = load_reference(options.model, ours)
    compare = Comparison(options.tolerance)

    spoken = " ".join(ours.sentences(options.text))
    if spoken != clean_text(options.text.strip()):
        print(f"text: {spoken!r} but the reference has {clean_text(options.text.strip())!r}")
    sentence = ours.sentences(options.text)[0]
    ids = ours.model.tokenizer.encode(sentence)
    prompt = reference.pipeline.tokenizer(f"[STOP][TEXT]{sentence}[START]", return_tensors="pt")
    compare("token ids", ids, prompt["input_ids"][0])

    model = reference.pipeline.model
    with torch.no_grad():
        theirs = model(prompt["input_ids"], output_hidden_states=True)
        *layers, norm = layer_outputs(ours, ids)
        compare("embedding", ours.model.lm.embed_tokens[ids], theirs.hidden_states[0][0])
        for index, output in enumerate(layers[:-1]):
            compare(f"layer {index}", output, theirs.hidden_states[index + 1][0])
        compare("last layer and final norm", norm, theirs.hidden_states[-1][0])
        compare("logits", ours.model.lm.logits(norm), theirs.logits[0])

        generated = model.generate(
            prompt["input_ids"],
            max_new_tokens=options.tokens,
            do_sample=False,
            repetition_penalty=1.2,
            return_dict_in_generate=True,
            output_hidden_states=True,
        )
        states = torch.cat([step[-1][:, -1] for step in generated.hidden_states])
        tokens = generated.sequences[0, len(ids) :]
        sounding = tokens != model.config.eos_token_id
        sampling = ours.sampling(
            temperature=0.0, repetition_penalty=1.2, max_new_tokens=options.tokens
        )
        (result,) = ours.generate([sentence], sampling)
        compare("generated tokens", result.tokens, tokens[sounding])
        compare("generated states", result.states, states[sounding])
        waveform = reference.decoder(states[sounding].T[None])[0]
        compare(
            "waveform of the same states", ours.model.vocoder(states[sounding].numpy()), waveform
        )
        compare("waveform", result.audio, waveform)
    if compare.parted is None:
        print(f"the same throughout, within {options.tolerance} of the largest value")
        return 0
    print(f"they part at: {compare.parted}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
