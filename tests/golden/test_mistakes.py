"""Are the golden numbers strong enough? Each mistake that ports of the model made must show.

The model is restated here, plainly and in float64, with a switch for each mistake. Without any it
meets the golden numbers; with one it must miss them by far more than the tests allow.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import erf

import numpy as np
import pytest
from numpy.typing import NDArray

from soprano_np.lm.config import Qwen3Config
from soprano_np.nn.ops import Floats
from soprano_np.vocoder.config import VocoderConfig

Array = NDArray[np.float64]
Tensors = Mapping[str, Floats]

# What the tests of the language model and the vocoder allow, and how much larger a mistake must be.
STATES_ATOL, SAMPLES_ATOL = 1e-5, 2e-6
FAR = 50


def rms_norm(x: Array, weight: Floats) -> Array:
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-6) * weight


def layer_norm(x: Array, weight: Floats, bias: Floats) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-6) * weight + bias


def silu(x: Array) -> Array:
    return x / (1 + np.exp(-x))


def gelu(x: Array) -> Array:
    return x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2


def tanh_gelu(x: Array) -> Array:
    return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2


def rope(x: Array, theta: float, interleaved: bool) -> Array:
    """[seq, heads, head_dim], from position 0 on."""
    half = x.shape[-1] // 2
    angles = np.arange(len(x))[:, None, None] * theta ** (-np.arange(half) / half)
    turned = np.exp(1j * angles)
    if interleaved:
        pairs = (x[..., ::2] + 1j * x[..., 1::2]) * turned
        return np.stack([pairs.real, pairs.imag], -1).reshape(x.shape)
    pairs = (x[..., :half] + 1j * x[..., half:]) * turned
    return np.concatenate([pairs.real, pairs.imag], -1)


def plain_qwen3(config: Qwen3Config, tensors: Tensors, ids: NDArray, mistake: str = "") -> Array:
    """Token ids [seq] to states [seq, hidden]."""
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    group, seq = heads // kv_heads, len(ids)
    x = tensors["model.embed_tokens.weight"][ids].astype(np.float64)
    for index in range(config.num_hidden_layers):
        layer = {
            name.removeprefix(f"model.layers.{index}.").removesuffix(".weight"): tensor
            for name, tensor in tensors.items()
        }
        y = x if mistake == "no input norm" else rms_norm(x, layer["input_layernorm"])
        q, k, v = (
            (y @ layer[f"self_attn.{name}_proj"].T).reshape(seq, -1, config.head_dim)
            for name in "qkv"
        )
        if mistake != "no query norm":
            q = rms_norm(q, layer["self_attn.q_norm"])
        if mistake != "no key norm":
            k = rms_norm(k, layer["self_attn.k_norm"])
        if mistake != "no positions":
            interleaved = mistake == "interleaved pairs in rope"
            q, k = (rope(each, config.rope_theta, interleaved) for each in (q, k))
        if mistake == "heads grouped by tile, not repeat":
            k, v = (np.tile(each, (1, group, 1)) for each in (k, v))
        else:
            k, v = (np.repeat(each, group, axis=1) for each in (k, v))
        scores = np.einsum("qhd,khd->hqk", q, k)
        if mistake != "scores not scaled":
            scores = scores / np.sqrt(config.head_dim)
        if mistake != "no causal mask":
            scores[:, np.triu(np.ones((seq, seq), bool), 1)] = -np.inf
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = np.einsum("hqk,khd->qhd", weights, v).reshape(seq, -1)
        x = x + mixed @ layer["self_attn.o_proj"].T
        missing = mistake == "no norm after attention"
        y = x if missing else rms_norm(x, layer["post_attention_layernorm"])
        gate, up = (y @ layer[f"mlp.{name}_proj"].T for name in ("gate", "up"))
        if mistake == "gate and up swapped":
            gate, up = up, gate
        activation = gelu if mistake == "gelu for silu" else silu
        x = x + (activation(gate) * up) @ layer["mlp.down_proj"].T
    return x if mistake == "no final norm" else rms_norm(x, tensors["model.norm.weight"])


def plain_vocoder(
    config: VocoderConfig, tensors: Tensors, states: Floats, mistake: str = ""
) -> Array:
    """States [states, hidden] to samples."""
    ends = config.upscale * (len(states) - 1)
    at = np.arange(ends + 1) / config.upscale
    if mistake == "frames between end points not kept":  # align_corners=False
        at = np.clip((np.arange(ends + 1) + 0.5) * len(states) / (ends + 1) - 0.5, 0, None)
    x = np.stack([np.interp(at, np.arange(len(states)), column) for column in states.T], axis=1)
    if mistake == "states repeated, not interpolated":
        x = states[np.round(at).astype(int)].astype(np.float64)
    x = x @ tensors["decoder.embed.weight"][:, :, 0].T + tensors["decoder.embed.bias"]
    if mistake != "no first norm":
        x = layer_norm(x, tensors["decoder.norm.weight"], tensors["decoder.norm.bias"])
    activations = {"tanh gelu": tanh_gelu, "silu for gelu": silu}
    for index in range(config.num_layers):
        block = {
            name.removeprefix(f"decoder.convnext.{index}."): tensor
            for name, tensor in tensors.items()
        }
        reach = config.dw_kernel // 2
        mode = "edge" if mistake == "edges repeated, not zero" else "constant"
        padded = np.pad(x, ((reach, reach), (0, 0)), mode=mode)
        kernel = block["dwconv.weight"][:, 0].T
        if mistake == "convolution kernel turned around":
            kernel = kernel[::-1]
        y = sum(padded[offset : offset + len(x)] * tap for offset, tap in enumerate(kernel))
        y = layer_norm(y + block["dwconv.bias"], block["norm.weight"], block["norm.bias"])
        y = y @ block["pwconv1.weight"].T + block["pwconv1.bias"]
        y = activations.get(mistake, gelu)(y) @ block["pwconv2.weight"].T + block["pwconv2.bias"]
        if mistake != "no gamma":
            y = y * block["gamma"]
        x = y if mistake == "no residual" else x + y
    if mistake != "no last norm":
        norm = "decoder.final_layer_norm"
        x = layer_norm(x, tensors[f"{norm}.weight"], tensors[f"{norm}.bias"])
    x = x @ tensors["head.out.weight"].T + tensors["head.out.bias"]

    magnitude, phase = np.split(x, 2, axis=1)
    magnitude = np.minimum(np.exp(magnitude), 100)
    if (config.padding == "center") != (mistake == "ends zeroed in the other padding"):
        magnitude[:, [0, -1]] = 0
    n_fft, hop = config.n_fft, config.hop_length
    norm = "forward" if mistake == "no 1 / n_fft" else "backward"
    frames = np.fft.irfft(magnitude * np.exp(1j * phase), n_fft, norm=norm)
    points = n_fft - 1 if mistake == "symmetric window" else n_fft
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / points)
    total, weight = np.zeros((2, (len(x) - 1) * hop + n_fft))
    for index, frame in enumerate(frames):
        span = slice(index * hop, index * hop + n_fft)
        total[span] += frame * (1 if mistake == "frames not windowed" else window)
        weight[span] += window**2
    if mistake == "window not divided":
        weight[:] = 1
    elif mistake == "divided by windows, not their squares":
        weight = np.sqrt(weight)
    cuts = {"center": n_fft // 2, "same": (n_fft - hop) // 2}
    cut = cuts[config.padding]
    start = sum(cuts.values()) - cut if mistake == "the other padding's cut" else cut
    samples = len(total) - 2 * cut
    return total[start : start + samples] / weight[start : start + samples]


def greedy_states(tiny, recorded, index: int, mistake: str = "") -> Array:
    """Return the states that predict the golden tokens, which are fed in."""
    prompt, tokens = recorded[f"prompt.{index}"], recorded[f"untied.{index}.tokens"]
    ids = np.concatenate([prompt, tokens])
    first = len(prompt) - 1
    if mistake == "the state after the token, not before":
        first += 1
    return plain_qwen3(tiny.lm_config, tiny.lm_tensors, ids, mistake)[first : first + len(tokens)]


@pytest.mark.parametrize("index", range(3))
def test_the_plain_language_model_makes_none(tiny, golden, index):
    recorded = golden("language_model")
    expected = recorded[f"untied.{index}.states"]
    np.testing.assert_allclose(greedy_states(tiny, recorded, index), expected, 0, STATES_ATOL)


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize(
    "mistake",
    [
        "no query norm",
        "no key norm",
        "no positions",
        "interleaved pairs in rope",
        "heads grouped by tile, not repeat",
        "scores not scaled",
        "no causal mask",
        "no input norm",
        "no norm after attention",
        "gate and up swapped",
        "gelu for silu",
        "no final norm",
        "the state after the token, not before",
    ],
)
def test_a_mistake_in_the_language_model_shows(tiny, golden, mistake, index):
    recorded = golden("language_model")
    difference = greedy_states(tiny, recorded, index, mistake) - recorded[f"untied.{index}.states"]
    assert np.abs(difference).max() > FAR * STATES_ATOL


@pytest.mark.parametrize("padding", ["center", "same"])
@pytest.mark.parametrize("name", ["tiny", "other"])
def test_the_plain_vocoder_makes_none(vocoders, golden, name, padding):
    assert vocoder_error(vocoders, golden, name, padding) < SAMPLES_ATOL


@pytest.mark.parametrize("padding", ["center", "same"])
@pytest.mark.parametrize("name", ["tiny", "other"])
@pytest.mark.parametrize(
    "mistake",
    [
        "frames between end points not kept",
        "states repeated, not interpolated",
        "no first norm",
        "edges repeated, not zero",
        "convolution kernel turned around",
        "tanh gelu",
        "silu for gelu",
        "no gamma",
        "no residual",
        "no last norm",
        "ends zeroed in the other padding",
        "no 1 / n_fft",
        "symmetric window",
        "frames not windowed",
        "window not divided",
        "divided by windows, not their squares",
        "the other padding's cut",
    ],
)
def test_a_mistake_in_the_vocoder_shows(vocoders, golden, mistake, name, padding):
    assert vocoder_error(vocoders, golden, name, padding, mistake) > FAR * SAMPLES_ATOL


def vocoder_error(vocoders, golden, name: str, padding: str, mistake: str = "") -> float:
    """Find how far 5 states' samples are from the golden ones at most."""
    config, tensors = vocoders[name]
    recorded = golden("vocoder")
    states, expected = recorded[f"{name}.states"][:5], recorded[f"{name}.{padding}.5"]
    samples = plain_vocoder(replace(config, padding=padding), tensors, states, mistake)
    assert samples.shape == expected.shape
    return np.abs(samples - expected).max()
