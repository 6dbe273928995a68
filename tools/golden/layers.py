"""Show, stage by stage and layer by layer, how far this engine is from the reference.

Both run the same checkpoint on the same text, greedily. Each row has a shape, the mean and the
largest difference, and the largest value. The last line names the first place where they differ by
more than the tolerance (relative to the largest value there); the exit code is then 1.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import soprano.tts
import torch
from golden.model import decoder
from soprano.utils.text_normalizer import clean_text

from soprano_np import Request, SopranoTTS
from soprano_np.lm.kv_cache import KVCache
from soprano_np.nn.ops import Floats


class Comparison:
    """Print each comparison and remember the first beyond the tolerance."""

    def __init__(self, tolerance: float) -> None:
        self.tolerance = tolerance
        self.first: str | None = None
        print(f"{'place':<34}{'shape':>18}{'mean':>12}{'largest':>12}{'of':>12}")

    def __call__(self, place: str, ours: Any, theirs: Any) -> None:
        """Compare arrays of one shape."""
        a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
        if a.shape != b.shape:
            print(f"{place:<34}{a.shape!s:>18} but the reference has {b.shape}")
            self.first = self.first or place
            return
        difference = np.abs(a - b)
        mean, largest, scale = difference.mean(), difference.max(), np.abs(b).max()
        print(f"{place:<34}{a.shape!s:>18}{mean:>12.2e}{largest:>12.2e}{scale:>12.2e}")
        if not largest <= self.tolerance * scale:
            self.first = self.first or place


def load_reference(model: Path, ours: SopranoTTS) -> Any:
    """Load the reference without its warm-up, with the decoder sizes of the checkpoint."""
    soprano.tts.SopranoDecoder = decoder(ours.model.vocoder.config)
    infer, soprano.tts.SopranoTTS.infer = soprano.tts.SopranoTTS.infer, lambda *_: None
    reference = soprano.tts.SopranoTTS(device="cpu", model_path=str(model))
    soprano.tts.SopranoTTS.infer = infer
    return reference


def layer_outputs(ours: SopranoTTS, ids: np.ndarray) -> list[Floats]:
    """Run a prompt and return the outputs of each layer and the final norm, [seq, hidden] each."""
    lm = ours.model.lm
    kept: list[Floats] = []
    layers = lm.layers

    def keeping(layer: Any) -> Any:
        def run(x: Floats, span: Any) -> Floats:
            kept.append(layer(x, span).copy())
            return kept[-1].copy()

        return run

    lm.layers = [keeping(layer) for layer in layers]
    cache = KVCache(lm.config)
    cache.reserve(1, len(ids))
    kept.append(lm(ids[None], cache, 0, np.arange(len(ids))[None])[0])
    lm.layers = layers
    return kept


def main(options: argparse.Namespace) -> int:
    """Compare both engines and return the exit code."""
    ours = SopranoTTS(options.model)
    reference = load_reference(options.model, ours)
    compare = Comparison(options.tolerance)

    utterances = list(ours.utterances(options.text))
    spoken = " ".join(utterance.spoken for utterance in utterances)
    if spoken != clean_text(options.text.strip()):
        print(f"text: {spoken!r} but the reference has {clean_text(options.text.strip())!r}")
    sentence, ids = utterances[0].spoken, utterances[0].ids
    prompt = reference.pipeline.tokenizer(f"[STOP][TEXT]{sentence}[START]", return_tensors="pt")
    compare("token ids", ids, prompt["input_ids"][0])

    model = reference.pipeline.model
    with torch.no_grad():
        theirs = model(prompt["input_ids"], output_hidden_states=True)
        *layers, norm = layer_outputs(ours, ids)
        compare("embedding", ours.model.lm.embed_tokens(ids), theirs.hidden_states[0][0])
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
        request = Request(max_new_tokens=options.tokens)
        result = next(ours.track(options.text, request))
        compare("generated tokens", result.tokens, tokens[sounding])
        compare("generated states", result.states, states[sounding])
        waveform = reference.decoder(states[sounding].T[None])[0]
        compare(
            "waveform of the same states", ours.model.vocoder(states[sounding].numpy()), waveform
        )
        compare("waveform", result.audio, waveform)
    if compare.first is None:
        print(f"no difference beyond {options.tolerance} of the largest value")
        return 0
    print(f"first difference: {compare.first}")
    return 1
