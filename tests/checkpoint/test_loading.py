"""A whole checkpoint: configs, names and shapes checked, every complaint at once."""

import dataclasses
import json
import math
import os
import signal
import struct

import numpy as np
import pytest

from soprano_np.checkpoint.hub import DECODERS, OPTIONAL, REQUIRED
from soprano_np.checkpoint.loading import GenerationDefaults, open_checkpoint
from soprano_np.errors import CheckpointError, SopranoError
from soprano_np.lm.config import Qwen3Config, expected_shapes, ignored_tensors
from soprano_np.vocoder.config import VocoderConfig
from soprano_np.vocoder.config import expected_shapes as vocoder_shapes

CONFIG = {
    "model_type": "qwen3",
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "intermediate_size": 40,
    "vocab_size": 96,
}


def problem(directory):
    with pytest.raises(CheckpointError) as caught:
        open_checkpoint(directory)
    return str(caught.value)


def change(path, **values):
    old = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(old | values))


def reshape(make, path, shapes):
    """Write other tensors into a safetensors file."""
    make.write_safetensors(path, shapes, lambda name, shape: np.zeros(shape, np.float32))


def test_open(tiny, make):
    with open_checkpoint(tiny) as checkpoint:
        assert checkpoint.directory == tiny
        assert checkpoint.lm_config == make.TINY_LM
        assert checkpoint.vocoder_config == make.TINY_VOCODER
        assert checkpoint.generation == GenerationDefaults()
        assert checkpoint.tokenizer_file == tiny / "tokenizer.json"
        weight = checkpoint.lm_tensors["model.norm.weight"]
        assert checkpoint.vocoder_config.samples_per_token == 64
        assert checkpoint.vocoder_config.bins == 33
    assert weight.shape == (24,)


def test_missing_files_are_listed(tiny):
    (tiny / "config.json").unlink()
    (tiny / "decoder.pth").unlink()
    assert "missing: config.json, decoder.safetensors or decoder.pth" in problem(tiny)


def test_safetensors_goes_before_pth(tiny, make):
    make.write_checkpoint(tiny, decoder="safetensors")
    (tiny / "decoder.pth").write_bytes(b"not read")
    assert open_checkpoint(tiny).vocoder_tensors.path == tiny / "decoder.safetensors"


def test_every_wrong_tensor_of_both_files_is_in_one_error(tiny, make):
    shapes = expected_shapes(make.TINY_LM)
    del shapes["model.norm.weight"]
    shapes |= {"lm_head.weight": (96, 23), "extra": (1, 2)}
    reshape(make, tiny / "model.safetensors", shapes)
    shapes = vocoder_shapes(make.TINY_VOCODER)
    del shapes["decoder.convnext.1.gamma"]
    reshape(make, tiny / "decoder.safetensors", shapes | {"head.istft.window": (7,)})
    assert problem(tiny).splitlines()[1:] == [
        "  model.safetensors: model.norm.weight: missing, expected [24]",
        "  model.safetensors: lm_head.weight: expected [96, 24], found [96, 23]",
        "  model.safetensors: extra: unexpected, found [1, 2]",
        "  decoder.safetensors: decoder.convnext.1.gamma: missing, expected [20]",
    ]


def test_a_decoder_without_its_telling_tensors_joins_the_list(tiny, make):
    reshape(make, tiny / "model.safetensors", {"extra": (1,)})
    reshape(make, tiny / "decoder.safetensors", {"decoder.embed.weight": (20, 24)})
    make_long = problem(tiny)
    assert "and 18 more" in make_long  # 36 missing, 1 unexpected, 1 of the decoder
    assert len(make_long.splitlines()) == 22


def test_what_is_not_read_may_be_there_or_not(tiny, make):
    change(tiny / "config.json", tie_word_embeddings=True)
    assert open_checkpoint(tiny).lm_config.tie_word_embeddings
    assert ignored_tensors(make.TINY_LM) == set()
    tied = dataclasses.replace(make.TINY_LM, tie_word_embeddings=True)
    reshape(make, tiny / "model.safetensors", expected_shapes(tied))
    reshape(make, tiny / "decoder.safetensors", vocoder_shapes(make.TINY_VOCODER))
    open_checkpoint(tiny)


def test_the_two_models_must_fit(tiny, make):
    other = dataclasses.replace(make.TINY_VOCODER, input_channels=25)
    reshape(make, tiny / "decoder.safetensors", vocoder_shapes(other))
    assert "its states have 25 channels, but config.json says hidden_size 24" in problem(tiny)


@pytest.mark.parametrize("name", ["config.json", "decoder_config.json", "generation_config.json"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not valid JSON"),
        (b"", "not valid JSON"),
        (b"\xff", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "not valid JSON"),
        (b"[]", "expected a JSON object, found []"),
        (b'{"a": 1, "a": 2}', "the key 'a' appears twice"),
        (b" " * ((1 << 20) + 1), "expected at most 1,048,576 bytes, found more"),
    ],
    ids=range(8),
)
def test_damaged_json_names_the_file(tiny, name, content, message):
    (tiny / name).write_bytes(content)
    assert problem(tiny).startswith(f"{tiny / name}: {message}")


def test_a_directory_for_a_file(tiny):
    (tiny / "decoder_config.json").unlink()
    (tiny / "decoder_config.json").mkdir()
    assert "decoder_config.json: cannot be read" in problem(tiny)


@pytest.fixture
def alarm():
    """Fail instead of waiting for ever."""

    def ring(*_):
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
@pytest.mark.parametrize("kind", ["pipe", "device", "directory"])
@pytest.mark.parametrize("name", [*REQUIRED, *DECODERS, *OPTIONAL])
def test_other_things_than_files(tiny, name, kind, alarm):
    (tiny / name).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(tiny / name)
    elif kind == "device":
        (tiny / name).symlink_to("/dev/zero")
    else:
        (tiny / name).mkdir()
    assert name in problem(tiny)


def test_a_tokenizer_beyond_the_bound(tiny):
    with (tiny / "tokenizer.json").open("wb") as file:
        file.truncate((64 << 20) + 1)
    assert "tokenizer.json: expected at most 8,388,608 bytes, found 67,108,865" in problem(tiny)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"model_type": "llama"}, "model_type must be 'qwen3', found 'llama'"),
        ({"model_type": None}, "model_type must be 'qwen3', found None"),
        ({"hidden_act": "gelu"}, "hidden_act must be 'silu', found 'gelu'"),
        ({"attention_bias": True}, "attention_bias must be false, found True"),
        ({"attention_bias": 1}, "attention_bias must be true or false, found 1"),
        ({"use_sliding_window": True}, "use_sliding_window must be false"),
        ({"rope_scaling": {"type": "yarn"}}, "rope_scaling must be null"),
        ({"rope_parameters": []}, "rope_parameters must be an object"),
        ({"rope_parameters": {"rope_type": "yarn"}}, "rope_type must be 'default', found 'yarn'"),
        ({"rope_parameters": {"factor": 2}}, "rope_parameters: 'factor' is not supported"),
        ({"rope_parameters": {"rope_theta": "x"}}, "rope_theta must be a number"),
        ({"quantization_config": {}}, "quantization_config must be null, found {}"),
        ({"layer_types": ["sliding_attention"]}, "layer_types must be a list of"),
        ({"layer_types": "full_attention"}, "layer_types must be a list of"),
        ({"hidden_size": "24"}, "hidden_size must be a whole number from 1 to 32768, found '24'"),
        ({"hidden_size": 24.0}, "hidden_size must be a whole number"),
        ({"hidden_size": True}, "hidden_size must be a whole number"),
        ({"hidden_size": 0}, "hidden_size must be a whole number"),
        ({"hidden_size": None}, "hidden_size must be a whole number"),
        ({"num_hidden_layers": -1}, "num_hidden_layers must be a whole number"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers must be a whole number"),
        ({"vocab_size": 10**3000}, "vocab_size must be a whole number from 1 to 1048576, found a "),
        ({"intermediate_size": [1] * 999}, "intermediate_size must be a whole number"),
        ({"num_key_value_heads": 3}, "must be a divisor of num_attention_heads (4), found 3"),
        ({"head_dim": 7}, "head_dim must be even"),
        ({"head_dim": None, "hidden_size": 20}, "head_dim must be even"),
        ({"head_dim": None, "hidden_size": 3}, "head_dim must be even"),
        ({"rms_norm_eps": 0}, "rms_norm_eps must be a number from 1e-12 to 1, found 0"),
        ({"rms_norm_eps": math.nan}, "rms_norm_eps must be a number"),
        ({"rope_theta": math.inf}, "rope_theta must be a number"),
        ({"rope_theta": 10**400}, "rope_theta must be a number"),
        ({"max_position_embeddings": 0}, "max_position_embeddings must be a whole number"),
        ({"tie_word_embeddings": "no"}, "tie_word_embeddings must be true or false"),
        ({"eos_token_id": 96}, "eos_token_id must be a whole number from 0 to 95, found 96"),
        ({"eos_token_id": [1, 2]}, "eos_token_id must be one token id, found [1, 2]"),
    ],
    ids=str,
)
def test_config_that_is_refused(values, message):
    with pytest.raises(CheckpointError) as caught:
        Qwen3Config.from_dict(CONFIG | values, "here/config.json")
    assert str(caught.value).startswith("here/config.json: ")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


def test_config_defaults_and_harmless_keys():
    config = Qwen3Config.from_dict(
        CONFIG
        | {
            "head_dim": None,
            "num_key_value_heads": None,
            "attention_dropout": 0.5,
            "sliding_window": 7,
            "layer_types": ["full_attention"] * 3,
            "eos_token_id": [3],
        }
    )
    assert config.head_dim == 6
    assert config.num_key_value_heads == 4
    assert (config.rms_norm_eps, config.rope_theta) == (1e-6, 10000.0)
    assert config.eos_token_id == 3
    assert not config.tie_word_embeddings


def test_rope_parameters_of_newer_files():
    rope = {"rope_theta": 5000, "rope_type": "default"}
    assert Qwen3Config.from_dict(CONFIG | {"rope_parameters": rope}).rope_theta == 5000.0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n_fft": 128}, "n_fft is 128, but head.out.weight makes it 64: its shape is [66, 20]"),
        ({"num_input_channels": 25}, "num_input_channels is 25, but decoder.embed.weight makes it"),
        ({"decoder_num_layers": 4}, "decoder_num_layers is 4, but decoder.convnext.2."),
        ({"decoder_dim": 21}, "decoder_dim is 21, but decoder.embed.weight makes it 20"),
        ({"decoder_intermediate_dim": 60}, "but decoder.convnext.0.pwconv1.weight makes it 28"),
        ({"dw_kernel": 7}, "dw_kernel is 7, but decoder.convnext.0.dwconv.weight makes it 3"),
        ({"input_kernel": 3}, "input_kernel must be 1, found 3"),
        ({"padding": "valid"}, "padding must be 'center' or 'same', found 'valid'"),
        ({"padding": []}, "padding must be 'center' or 'same', found []"),
        ({"padding": "same", "hop_length": 15}, "hop_length must be even"),
        ({"hop_length": 33}, "hop_length must be a whole number from 1 to 32, found 33"),
        ({"sample_rate": 0}, "sample_rate must be a whole number from 1000 to 384000, found 0"),
        ({"upscale": 1.5}, "upscale must be a whole number from 1 to 64, found 1.5"),
    ],
    ids=str,
)
def test_decoder_config_that_is_refused(tiny, values, message):
    change(tiny / "decoder_config.json", **values)
    assert problem(tiny).startswith(f"{tiny}: its files do not match:\n  decoder_config.json: ")
    assert message in problem(tiny)


def test_signal_of_an_unknown_rate_is_refused(tiny):
    (tiny / "decoder_config.json").unlink()
    assert "decoder_config.json: sample_rate is missing; expected it for a vocoder" in problem(tiny)


def test_vocoder_config_from_shapes_alone(make):
    shapes = vocoder_shapes(make.REAL_VOCODER)
    assert VocoderConfig.from_shapes(shapes) == make.REAL_VOCODER
    assert VocoderConfig.from_shapes(shapes, {"unknown": 1, "hop_length": None}).hop_length == 512


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("decoder.embed.weight", (20, 24, 3), "expected a kernel of 1, found 3"),
        ("decoder.embed.weight", (20, 24), "expected 3 dimensions, found [20, 24]"),
        ("decoder.convnext.0.dwconv.weight", (20, 1, 4), "expected an odd kernel, found 4"),
        ("head.out.weight", (67, 20), "expected an even number of rows (n_fft + 2), found 67"),
        ("head.out.weight", (4, 20), "expected an even number of rows"),
        ("head.out.weight", (1 << 20, 20), "makes n_fft 1048574; expected 1 to 65536"),
        ("decoder.convnext.999999.gamma", (20,), "makes decoder_num_layers 1000000"),
    ],
)
def test_decoder_shapes_that_are_refused(make, name, shape, message):
    with pytest.raises(CheckpointError) as caught:
        VocoderConfig.from_shapes(vocoder_shapes(make.TINY_VOCODER) | {name: shape})
    assert str(caught.value).startswith(f"decoder.pth: {name}: ")
    assert message in str(caught.value)


def test_generation_defaults():
    values = {
        "temperature": 1,
        "top_k": 7,
        "top_p": 0.5,
        "repetition_penalty": 1.1,
        "max_new_tokens": 99,
        "max_prompt_characters": 70,
        "pad_token_id": 0,
    }
    assert GenerationDefaults.from_dict(values) == GenerationDefaults(1.0, 7, 0.5, 1.1, 99, 70)
    assert GenerationDefaults.from_dict(values | {"do_sample": False}).temperature == 0.0
    assert GenerationDefaults.from_dict({"do_sample": True}).temperature is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": -1}, "temperature must be a number from 0 to 100, found -1"),
        ({"top_k": 1.5}, "top_k must be a whole number"),
        ({"top_p": 0}, "top_p must be a number from 1e-06 to 1, found 0"),
        ({"repetition_penalty": "1"}, "repetition_penalty must be a number"),
        ({"do_sample": 0}, "do_sample must be true or false, found 0"),
        ({"max_new_tokens": 0}, "max_new_tokens must be a whole number"),
        ({"max_prompt_characters": True}, "max_prompt_characters must be a whole number"),
    ],
    ids=str,
)
def test_generation_config_that_is_refused(tiny, values, message):
    change(tiny / "generation_config.json", **values)
    assert problem(tiny).startswith(f"{tiny / 'generation_config.json'}: {message}")


def test_the_end_of_speech_is_one_for_all(tiny):
    change(tiny / "generation_config.json", eos_token_id=[4])
    message = "generation_config.json: eos_token_id must be 3, as in config.json, found [4]"
    assert problem(tiny) == f"{tiny}/{message}"
    change(tiny / "generation_config.json", eos_token_id=[3])
    open_checkpoint(tiny)


def test_a_size_that_the_file_does_not_have_allocates_nothing(tiny):
    change(tiny / "config.json", vocab_size=1 << 20, hidden_size=1 << 15)
    assert "model.embed_tokens.weight: expected [1048576, 32768], found [96, 24]" in problem(tiny)


def test_nan_in_the_weights_names_file_and_tensor(tiny):
    path = tiny / "model.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[:-2] + struct.pack("<H", 0x7FC0))  # a bfloat16 NaN
    with pytest.raises(SopranoError, match=r"model.safetensors: lm_head.weight: 1 of 2,304 weig"):
        open_checkpoint(tiny).lm_tensors["lm_head.weight"]
