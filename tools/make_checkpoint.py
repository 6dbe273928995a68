"""Write a checkpoint of random weights in the Hub's layout, without torch.

python tools/make_checkpoint.py OUT_DIR [--size real|real-512|tiny] [--seed N]
    [--dtype bf16|f16|f32] [--decoder pth|safetensors] [--tokenizer FILE]

It speaks noise, but needs the time and memory of a trained one of its size. Its weights are large
enough for a mistake in the arithmetic to show.
"""

import argparse
import dataclasses
import json
import math
import shutil
import string
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from command import run
from numpy.typing import NDArray

from soprano_np.checkpoint import tensors
from soprano_np.checkpoint.quantize import decoder_settings
from soprano_np.lm import config as lm
from soprano_np.vocoder import config as vocoder

CHARACTERS = " !\"$%&'*+,-./0123456789<>?_" + string.ascii_lowercase
STOP_ID = 3

REAL_LM = lm.Qwen3Config(
    hidden_size=512,
    num_hidden_layers=17,
    num_attention_heads=4,
    num_key_value_heads=1,
    head_dim=128,
    intermediate_size=2304,
    vocab_size=8192,
    max_position_embeddings=512,
    eos_token_id=STOP_ID,
)
REAL_VOCODER = vocoder.VocoderConfig(
    input_channels=512,
    dim=768,
    intermediate_dim=2304,
    num_layers=8,
    dw_kernel=3,
    n_fft=2048,
    hop_length=512,
)
# No two sizes are equal, so that mistaking one for another is an error.
TINY_LM = lm.Qwen3Config(
    hidden_size=24,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    intermediate_size=40,
    vocab_size=96,
    max_position_embeddings=512,
    eos_token_id=STOP_ID,
)
TINY_VOCODER = vocoder.VocoderConfig(
    input_channels=24,
    dim=20,
    intermediate_dim=28,
    num_layers=3,
    dw_kernel=3,
    n_fft=64,
    hop_length=16,
    sample_rate=8000,
)
# size -> language model, vocoder, number of audio tokens
SIZES = {
    "real": (REAL_LM, REAL_VOCODER, 8000),
    "real-512": (
        REAL_LM,
        dataclasses.replace(REAL_VOCODER, dim=512, intermediate_dim=1536),
        8000,
    ),
    "tiny": (TINY_LM, TINY_VOCODER, 32),
}

Array = NDArray[Any]
Shapes = Mapping[str, tuple[int, ...]]
Make = Callable[[str, tuple[int, ...]], NDArray[np.float32]]


def write_checkpoint(
    directory: Path,
    size: str = "tiny",
    seed: int = 0,
    dtype: str = "bf16",
    decoder: str = "pth",
    tokenizer: Path | None = None,
) -> Path:
    """Write a whole checkpoint to a directory and return the directory.

    The same seed gives the same bytes. dtype is that of model.safetensors; the decoder is float32,
    like the published ones.
    """
    lm_config, vocoder_config, audio_tokens = SIZES[size]
    directory.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    write_safetensors(
        directory / "model.safetensors",
        lm.expected_shapes(lm_config),
        lambda name, shape: lm_weight(rng, name, shape),
        dtype,
    )
    shapes = vocoder.expected_shapes(vocoder_config)
    shapes["head.istft.window"] = (vocoder_config.n_fft,)
    write_decoder = write_safetensors if decoder == "safetensors" else write_torch_archive
    write_decoder(
        directory / f"decoder.{decoder}",
        shapes,
        lambda name, shape: vocoder_weight(rng, name, shape),
    )
    write_json(directory / "config.json", config_json(lm_config, dtype))
    if size == "tiny":  # the published models have no such file
        write_json(directory / "decoder_config.json", decoder_settings(vocoder_config))
    ids = {"bos_token_id": STOP_ID, "eos_token_id": STOP_ID, "pad_token_id": STOP_ID}
    write_json(directory / "generation_config.json", ids)
    if tokenizer is None:
        vocabulary = tokenizer_json(audio_tokens, lm_config.vocab_size)
        write_json(directory / "tokenizer.json", vocabulary)
    else:
        shutil.copyfile(tokenizer, directory / "tokenizer.json")
    special = {f"{name}_token": "[STOP]" for name in ("bos", "eos", "pad", "cls", "sep", "mask")}
    special["unk_token"] = "[UNK]"
    write_json(directory / "special_tokens_map.json", special)
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "padding_side": "left",
        "model_max_length": lm_config.max_position_embeddings,
    }
    write_json(directory / "tokenizer_config.json", special | settings)
    return directory


def lm_weight(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Make a random tensor of the language model; matrices preserve the scale of their inputs."""
    if name.endswith("norm.weight"):
        return rng.uniform(0.8, 1.2, shape).astype(np.float32)
    scale = 1.0 if "embed_tokens" in name else shape[-1] ** -0.5
    return rng.standard_normal(shape, np.float32) * np.float32(scale)


def vocoder_weight(
    rng: np.random.Generator, name: str, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """Make a random tensor of the vocoder; blocks are strong, so that errors at borders show."""
    if name == "head.istft.window":
        return np.hanning(shape[0] + 1)[:-1].astype(np.float32)
    if name.endswith("norm.weight"):
        return rng.uniform(0.8, 1.2, shape).astype(np.float32)
    if name.endswith("gamma"):
        return rng.uniform(0.2, 0.5, shape).astype(np.float32)
    weights = rng.standard_normal(shape, np.float32)
    if name.endswith("bias"):
        return weights * np.float32(0.05)
    if "dwconv" in name:
        return weights * np.float32(0.6)
    weights *= np.float32((2.0 if "pwconv" in name else 1.0) * shape[1] ** -0.5)
    if name == "head.out.weight":  # modest log-magnitudes, phases all around
        weights[: shape[0] // 2] *= np.float32(0.5)
        weights[shape[0] // 2 :] *= np.float32(2.0)
    return weights


def write_safetensors(path: Path, shapes: Shapes, make: Make, dtype: str = "f32") -> None:
    """Write tensors of one dtype, making them one at a time."""
    tensors.write_safetensors(
        path,
        {name: (dtype.upper(), shape) for name, shape in shapes.items()},
        lambda name: stored(make(name, shapes[name]), dtype),
        {"format": "pt"},  # transformers asks for it
    )


def stored(array: NDArray[np.float32], dtype: str) -> Array:
    """Convert float32 to the stored dtype; bf16 is rounded to nearest, ties to even."""
    if dtype == "bf16":
        bits = array.view(np.uint32)
        return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype("<u2")
    return array.astype({"f16": "<f2", "f32": "<f4"}[dtype])


def write_torch_archive(path: Path, shapes: Shapes, make: Make) -> None:
    """Write float32 tensors as torch.save does, each storage at a multiple of 64 bytes."""
    with path.open("wb") as file, zipfile.ZipFile(file, "w") as archive:

        def write(name: str, data: bytes) -> None:
            info = zipfile.ZipInfo(f"{path.stem}/{name}")
            padding = -(file.tell() + 30 + len(info.filename) + 4) % 64
            info.extra = struct.pack("<2sH", b"FB", padding) + b"Z" * padding
            archive.writestr(info, data)

        write("data.pkl", state_dict_pickle(shapes))
        write("byteorder", b"little")
        for key, (name, shape) in enumerate(shapes.items()):
            write(f"data/{key}", make(name, shape).astype("<f4").tobytes())
        write("version", b"3\n")


def state_dict_pickle(shapes: Shapes) -> bytes:
    """Pickle the description of a state_dict whose storages are named 0, 1, ..."""

    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value.encode())) + value.encode()

    def integers(*values: int) -> bytes:
        return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"

    empty = b"ccollections\nOrderedDict\n)R"
    parts = [b"\x80\x02", empty, b"("]
    for key, (name, shape) in enumerate(shapes.items()):
        numel = b"J" + struct.pack("<i", math.prod(shape))
        storage = b"(%bctorch\nFloatStorage\n%b%b%btQ" % (
            text("storage"),
            text(str(key)),
            text("cpu"),
            numel,
        )
        strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        parts += [text(name), b"ctorch._utils\n_rebuild_tensor_v2\n(", storage, b"K\x00"]
        parts += [integers(*shape), integers(*strides), b"\x89", empty, b"tR"]
    return b"".join([*parts, b"u."])


def config_json(config: lm.Qwen3Config, dtype: str) -> dict[str, Any]:
    """Return the content of config.json as transformers reads it."""
    names = {"bf16": "bfloat16", "f16": "float16", "f32": "float32"}
    return dataclasses.asdict(config) | {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "hidden_act": "silu",
        "attention_bias": False,
        "rope_scaling": None,
        "use_sliding_window": False,
        "bos_token_id": STOP_ID,
        "dtype": names[dtype],
    }


def tokenizer_json(audio_tokens: int, vocab_size: int) -> dict[str, Any]:
    """Return a BPE tokenizer.json: marks, audio tokens, characters and pairs, vocab_size in all."""
    marks = ["[UNK]", "[TEXT]", "[START]", "[STOP]", *(f"[{n}]" for n in range(audio_tokens))]
    consonants = [letter for letter in string.ascii_lowercase if letter not in "aeiou"]
    pairs = [first + second for second in "eaoiu" for first in consonants]
    pairs += [second + first for second in "eaoiu" for first in "nrtsl"]
    pairs += ["th", "sh", "ch", "wh", "ng"]
    pairs = pairs[: vocab_size - len(marks) - len(CHARACTERS)]
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    added = [
        {"id": index, "content": mark, **plain, "special": True} for index, mark in enumerate(marks)
    ]
    split = {
        "type": "Split",
        "pattern": {"Regex": r"\s+|\w+|[^\w\s]+"},
        "behavior": "Isolated",
        "invert": False,
    }
    spaces = {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Lowercase"}, spaces]},
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, split],
        },
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": "[UNK]",
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {piece: i for i, piece in enumerate([*marks, *CHARACTERS, *pairs])},
            "merges": [list(pair) for pair in pairs],
        },
    }


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write a JSON file with indentation."""
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Run the tool."""
    parser = argparse.ArgumentParser(description="Write a checkpoint of random weights.")
    parser.add_argument("directory", type=Path, metavar="OUT_DIR")
    parser.add_argument("--size", choices=SIZES, default="real")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dtype", choices=("bf16", "f16", "f32"), default="bf16")
    parser.add_argument("--decoder", choices=("pth", "safetensors"), default="pth")
    parser.add_argument("--tokenizer", type=Path, metavar="FILE")
    write_checkpoint(**vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(run("make_checkpoint", main))
