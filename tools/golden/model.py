"""Record what torch, transformers and soprano-tts compute, for the tests to compare with.

The weights of the tiny checkpoint are not recorded, since the tests make them again with
make_checkpoint.py; "checksum" shows whether they are the same.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import soprano.tts
import torch
from make_checkpoint import TINY_LM, TINY_VOCODER, vocoder_weight, write_checkpoint
from safetensors.torch import load_file
from soprano.vocos.decoder import SopranoDecoder
from soprano.vocos.modules import ConvNeXtBlock
from soprano.vocos.spectral_ops import ISTFT
from torch.nn import functional
from transformers import LogitsProcessorList, Qwen3Config, Qwen3ForCausalLM
from transformers.generation import logits_process as processors
from transformers.models.qwen3 import modeling_qwen3

from soprano_np.vocoder.config import VocoderConfig, expected_shapes

SEED = 7
Recorded = dict[str, Any]

# Prompts of different lengths; their greedy tokens avoid near-ties (see `greedy`).
PROMPTS = ([3, 1, 50, 61, 2], [3, 1, 40, 44, 71, 90, 85, 2], [3, 1, 66, 2])
NEW_TOKENS = 60
# With a tied head a token predicts itself, unless the penalty is strong.
PENALTIES = {"untied": 1.2, "tied": 4.0}
NEAR_TIE = 1e-3  # far above the float32 rounding of logits of about 1
TEXTS = (
    "Hello world, this is a test.",
    "The first sentence is long enough to stand alone. And here is another one that is as long!",
)
# Other sizes than the tiny checkpoint's; its weights come from vocoder_weight and SEED.
OTHER_VOCODER = VocoderConfig(
    input_channels=6, dim=10, intermediate_dim=14, num_layers=2, dw_kernel=5, n_fft=50,
    hop_length=20, upscale=3,
)  # fmt: skip


def operations(rng: np.random.Generator) -> Recorded:
    """Record single operations with their inputs."""

    def normal(*shape: int) -> torch.Tensor:
        return torch.from_numpy(rng.standard_normal(shape, np.float32))

    recorded: Recorded = {}
    # The true values of elementwise functions: computed in float64, then rounded.
    line = torch.cat([torch.linspace(-12, 12, 961), torch.tensor([0.0, 1e-30, 20, 88, 100, 1e18])])
    line = torch.cat([line, -line[-6:]])
    recorded |= {"line": line, "silu": functional.silu(line.double()).float()}
    recorded["gelu"] = functional.gelu(line.double()).float()
    scores = normal(3, 5, 17) * 8
    scores[..., 9:] = -torch.inf
    recorded |= {"scores": scores, "softmax": scores.double().softmax(-1).float()}

    vectors = normal(7, 24) * torch.tensor([0, 1e-4, 0.1, 1, 1, 30, 1000])[:, None]
    norm = modeling_qwen3.Qwen3RMSNorm(24, eps=1e-6)
    norm.weight.data = 1 + 0.2 * normal(24)
    recorded |= {"vectors": vectors, "norm_weight": norm.weight, "rms_norm": norm(vectors)}
    shifted = vectors + 5 * normal(7, 1)
    recorded |= {"shifted": shifted, "layer_norm": functional.layer_norm(shifted, (24,), eps=1e-6)}

    heads, positions = normal(1, 8, 3, 128), torch.tensor([[0, 1, 2, 63, 511, 512, 1023, 1500]])
    rope = modeling_qwen3.Qwen3RotaryEmbedding(Qwen3Config(head_dim=128, rope_theta=10000.0))
    cos, sin = rope(heads, positions)
    turned, _ = modeling_qwen3.apply_rotary_pos_emb(heads, heads, cos, sin, unsqueeze_dim=2)
    recorded |= {"heads": heads, "positions": positions, "cos": cos, "sin": sin, "rotate": turned}

    block = ConvNeXtBlock(10, 14, 1.0, 5)
    tensors = {name: 0.6 * normal(*tensor.shape) for name, tensor in block.state_dict().items()}
    block.load_state_dict(tensors)
    frames = normal(9, 10)
    recorded |= {f"block.{name}": tensor for name, tensor in tensors.items()}
    recorded |= {"frames": frames, "block": block(frames.T[None])[0].T}

    features = normal(6, 2 * 11) * 2
    features[:, :11] *= 3  # some above log(100)
    features[0, 3], features[1, 4] = 200, -200
    magnitude, phase = features[:, :11].exp().clip(max=1e2), features[:, 11:]
    spectrum = magnitude * (phase.cos() + 1j * phase.sin())
    recorded |= {"features": features, "spectrum.same": spectrum.clone()}
    spectrum[:, [0, -1]] = 0  # as ISTFT does with "center"
    recorded["spectrum.center"] = spectrum

    recorded |= {f"hann.{length}": torch.hann_window(length) for length in (50, 64, 2048)}
    for n_fft, hop in ((64, 16), (50, 20), (60, 30), (2048, 512)):
        window, name = torch.hann_window(n_fft), f"{n_fft}.{hop}"
        spectra = torch.fft.rfft(normal(5, n_fft)).T[None]  # real first and last bins
        recorded[f"spectra.{name}"] = spectra[0].T
        recorded[f"center.{name}"] = torch.istft(spectra, n_fft, hop, n_fft, window)[0]
        recorded[f"same.{name}"] = ISTFT(n_fft, hop, n_fft, "same")(spectra)[0]
    return recorded


def sampling(rng: np.random.Generator) -> Recorded:
    """Record the scores after logits processors, -inf where a token is excluded."""
    scores = torch.from_numpy(rng.normal(0, 3, (5, 96)).astype(np.float32))
    seen = torch.from_numpy(rng.integers(0, 96, (5, 30)))
    penalty = processors.RepetitionPenaltyLogitsProcessor(1.2)
    recorded: Recorded = {"scores": scores, "seen": seen, "penalized": penalty(seen, scores)}
    settings = [  # temperature, top_k (0: off), top_p
        (1.0, 0, 1.0),
        (0.7, 0, 1.0),
        (1.0, 5, 1.0),
        (1.0, 1, 1.0),
        (1.0, 200, 1.0),
        (1.0, 0, 0.95),
        (1.0, 0, 0.5),
        (1.0, 0, 0.01),
        (2.5, 20, 0.8),
        (0.3, 50, 0.95),
        (4.0, 10, 0.6),
    ]
    for index, (temperature, top_k, top_p) in enumerate(settings):
        steps: list[Any] = [processors.TemperatureLogitsWarper(temperature)]
        steps += [processors.TopKLogitsWarper(top_k)] if top_k else []
        steps += [processors.TopPLogitsWarper(top_p)] if top_p < 1 else []
        recorded[f"processed.{index}"] = LogitsProcessorList(steps)(seen, scores.clone())
    return recorded | {"settings": np.array(settings)}


def language_model(directory: Path, rng: np.random.Generator) -> Recorded:
    """Record the tiny language model: parts of it, all of it, and greedy generation."""
    ids = torch.from_numpy(rng.integers(0, TINY_LM.vocab_size, 40))
    recorded: Recorded = {"ids": ids}
    for name, without, changes in (
        ("attention", "down_proj", {"num_hidden_layers": 1}),
        ("mlp", "o_proj", {"num_hidden_layers": 1}),
        ("model", "", {}),
    ):
        model = qwen3(directory, without, **changes)
        recorded[f"{name}.states"] = model.model(ids[None]).last_hidden_state[0]
    recorded["model.logits"] = model.lm_head(recorded["model.states"])
    for name, penalty in PENALTIES.items():
        model = qwen3(directory, tie_word_embeddings=name == "tied")
        recorded[f"{name}.penalty"] = penalty
        for index, prompt in enumerate(PROMPTS):
            tokens, states = greedy(model, prompt, penalty)
            recorded |= {f"prompt.{index}": prompt, f"{name}.{index}.tokens": tokens}
            recorded[f"{name}.{index}.states"] = states
    return recorded | {"checksum": checksum(load_file(directory / "model.safetensors"))}


def greedy(
    model: Qwen3ForCausalLM, prompt: list[int], penalty: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Generate greedily; return the tokens and the states that predicted them.

    Raises ValueError if two tokens are so near that rounding would decide between them.
    """
    output = model.generate(
        torch.tensor([prompt]),
        attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
        max_new_tokens=NEW_TOKENS,
        do_sample=False,
        repetition_penalty=penalty,
        eos_token_id=None,
        pad_token_id=3,
        return_dict_in_generate=True,
        output_hidden_states=True,
        output_scores=True,
    )
    best = torch.cat(output.scores).topk(2).values
    margin = (best[:, 0] - best[:, 1]).min().item()
    if margin < NEAR_TIE:
        raise ValueError(
            f"prompt {prompt}: two scores differ by only {margin:.1e}; choose another prompt"
        )
    states = torch.stack([step[-1][0, -1] for step in output.hidden_states])
    return output.sequences[0, len(prompt) :], states


def vocoder(directory: Path, rng: np.random.Generator) -> Recorded:
    """Record the tiny vocoder and one of other sizes, in both paddings.

    They run in float64, since interpolation in float32 is inaccurate unless upscale is a power of
    two: it places frame j at j times a rounded 1 / upscale, an error of 1e-5 by the 40th state.
    """
    weights = torch.load(directory / "decoder.pth")
    other_rng = np.random.default_rng(SEED)
    other = {
        name: torch.from_numpy(vocoder_weight(other_rng, name, shape))
        for name, shape in expected_shapes(OTHER_VOCODER).items()
    }
    recorded: Recorded = {"checksum": checksum(weights), "other.checksum": checksum(other)}
    for name, config, tensors in (("tiny", TINY_VOCODER, weights), ("other", OTHER_VOCODER, other)):
        model = decoder(config)()
        tensors["head.istft.window"] = model.head.istft.window
        model.load_state_dict(tensors)
        model.double().head.istft.window = torch.hann_window(config.n_fft, dtype=torch.float64)
        states = torch.from_numpy(rng.standard_normal((40, config.input_channels), np.float32))
        recorded[f"{name}.states"] = states
        for padding in ("center", "same"):
            model.head.istft.padding = padding
            for count in (1, 2, 3, 5, 40):
                if (padding, count) != ("center", 1):  # torch.istft rejects zero samples
                    samples = model(states[:count].T[None].double())[0]
                    recorded[f"{name}.{padding}.{count}"] = samples.float()
    return recorded


def end_to_end(directory: Path) -> Recorded:
    """Record SopranoTTS.infer on the tiny checkpoint, from text to waveform.

    The reference samples at temperature 0.001, which may flip near-ties of random weights, so its
    call of generate is made greedy and short. It also hard-codes the published sizes in three
    places.
    """
    with (
        mock.patch.object(soprano.tts, "SopranoDecoder", decoder(TINY_VOCODER)),
        mock.patch.object(soprano.tts.SopranoTTS, "infer"),  # the warm-up
    ):
        tts = soprano.tts.SopranoTTS(device="cpu", model_path=str(directory))
    tts.TOKEN_SIZE = TINY_VOCODER.samples_per_token
    model, zeros = tts.pipeline.model, torch.zeros

    def generate(temperature: float, top_p: float, **options: Any) -> Any:
        return whole(**options | {"do_sample": False, "max_new_tokens": NEW_TOKENS})

    def padding(*size: Any, **options: Any) -> torch.Tensor:
        no_states = ((1, TINY_LM.hidden_size, 0),)
        return zeros(*no_states if size == ((1, 512, 0),) else size, **options)

    whole: Callable[..., Any] = model.generate
    recorded: Recorded = {"texts": TEXTS, "max_new_tokens": NEW_TOKENS}
    with mock.patch.object(model, "generate", generate), mock.patch("torch.zeros", padding):
        for index, text in enumerate(TEXTS):
            recorded[f"audio.{index}"] = tts.infer(text)
    weights = load_file(directory / "model.safetensors") | torch.load(directory / "decoder.pth")
    return recorded | {"checksum": checksum(weights)}


def qwen3(directory: Path, without: str = "", **changes: Any) -> Qwen3ForCausalLM:
    """Load the language model in float32, with changes to its config and some matrices zeroed.

    without: the matrices whose names contain it.
    """
    config = Qwen3Config.from_pretrained(directory, attn_implementation="eager", **changes)
    weights = load_file(directory / "model.safetensors")
    model = Qwen3ForCausalLM(config).eval()
    for name, parameter in model.named_parameters():  # a tied lm_head is not among them
        parameter.data = weights[name].float() * (not without or without not in name)
    model.tie_weights()
    return model


def decoder(config: VocoderConfig) -> Callable[[], SopranoDecoder]:
    """Return SopranoDecoder with the sizes of a config."""
    return partial(
        SopranoDecoder,
        num_input_channels=config.input_channels,
        decoder_num_layers=config.num_layers,
        decoder_dim=config.dim,
        decoder_intermediate_dim=config.intermediate_dim,
        hop_length=config.hop_length,
        n_fft=config.n_fft,
        upscale=config.upscale,
        dw_kernel=config.dw_kernel,
    )


def checksum(weights: Mapping[str, torch.Tensor]) -> np.ndarray:
    """Sum each tensor except the window, sorted by name; sums hide differences in the last bit."""
    names = sorted(name for name in weights if name != "head.istft.window")
    return np.array([weights[name].double().sum().item() for name in names])


def save(path: Path, recorded: Recorded) -> None:
    """Write arrays, with a header that lists versions and the seed."""
    packages = ("torch", "transformers", "soprano-tts", "numpy")
    header = {name: version(name) for name in packages} | {"seed": SEED}
    arrays = {name: np.asarray(value) for name, value in recorded.items()}
    np.savez_compressed(path, header=json.dumps(header), **arrays)
    print(f"{path}: {len(arrays)} arrays, {path.stat().st_size:,} bytes")


def main(options: argparse.Namespace) -> None:
    """Write a file for each part of the engine."""
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name, torch.no_grad():
        tiny, seeded = write_checkpoint(Path(name)), partial(np.random.default_rng, SEED)
        save(out / "operations.npz", operations(seeded()))
        save(out / "sampling.npz", sampling(seeded()))
        save(out / "language_model.npz", language_model(tiny, seeded()))
        save(out / "vocoder.npz", vocoder(tiny, seeded()))
        save(out / "end_to_end.npz", end_to_end(tiny))
