"""Checkpoints that are missing, damaged or hostile."""

import os
import pickle
import resource
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import (
    ENVIRONMENT,
    TEXT,
    always,
    change_json,
    change_weights,
    refused,
    run,
)

from soprano_np.cli.console import describe


def test_no_model(here: Path) -> None:
    assert refused(here, "hello", "-m", "gone").startswith("no such directory: gone; expected a")
    line = refused(here, "hello", "-m", "owner/name", env=ENVIRONMENT | {"HF_HOME": str(here)})
    assert line.startswith("owner/name: not in the cache (")


@pytest.mark.parametrize(
    "name", ["config.json", "model.safetensors", "decoder.pth", "tokenizer.json"]
)
@pytest.mark.parametrize("damage", ["gone", "empty", "half", "noise"])
def test_damaged_files(here: Path, name: str, damage: str) -> None:
    path = here / "tiny" / name
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        noise = np.random.default_rng(0).bytes(5000)
        path.write_bytes({"empty": b"", "half": data[: len(data) // 2], "noise": noise}[damage])
    line = refused(here, "hello")
    assert line.startswith(f"tiny{'/' + name if damage != 'gone' else ''}: ")
    assert name in line


def test_a_tokenizer_that_would_end_the_process(here: Path) -> None:
    charsmap = {"type": "Precompiled", "precompiled_charsmap": "AAA="}
    change_json(here, "tokenizer.json", normalizer=charsmap)
    line = refused(here, "hello")
    assert line.startswith("tiny/tokenizer.json: normalizer must be made of {'type': 'Lowercase'} ")
    assert line.endswith("found {'type': 'Precompiled', 'precompiled_charsmap': 'AAA='}")


def test_sizes_that_do_not_fit(here: Path) -> None:
    change_json(here, "config.json", intermediate_size=44)
    layer = "model.safetensors: model.layers.0.mlp"
    assert refused(here, "hello") == (
        "tiny: its files do not match: "
        f"{layer}.gate_proj.weight: expected [44, 24], found [40, 24]; "
        f"{layer}.up_proj.weight: expected [44, 24], found [40, 24]; "
        f"{layer}.down_proj.weight: expected [24, 44], found [24, 40]; "
        "and more (--debug lists them)"
    )


def test_missing_and_surplus_tensors(here: Path) -> None:
    def change(weights: dict[str, np.ndarray]) -> None:
        weights["surplus"] = weights.pop("model.norm.weight")

    change_weights(here, change)
    assert refused(here, "hello") == (
        "tiny: its files do not match: "
        "model.safetensors: model.norm.weight: missing, expected [24]; "
        "model.safetensors: surplus: unexpected, found [24]"
    )


def test_unsupported_dtype(here: Path) -> None:
    path = here / "tiny" / "model.safetensors"
    path.write_bytes(path.read_bytes().replace(b'"F32"', b'"I32"', 1))
    assert "expected F32, F16, BF16, I8, found 'I32'" in refused(here, "hello")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite(here: Path, value: float) -> None:
    def change(weights: dict[str, np.ndarray]) -> None:
        weights["lm_head.weight"][5, :2] = value

    change_weights(here, change)
    assert refused(here, "hello").endswith("lm_head.weight: 2 of 2,304 weights are NaN or infinity")


def test_weights_that_overflow(here: Path) -> None:
    def change(weights: dict[str, np.ndarray]) -> None:
        weights["model.layers.0.mlp.down_proj.weight"][:] = 3e38

    change_weights(here, change)
    line = refused(here, "hello", "--max-new-tokens", "3")
    assert line == "the model produced NaN or infinity"


def test_hostile_pickle_does_not_run(here: Path) -> None:
    class Hostile:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {here}/marker",)

    path = here / "tiny" / "decoder.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("decoder/data.pkl", pickle.dumps(Hostile(), protocol=2))
        archive.writestr("decoder/version", b"3\n")
    assert refused(here, "hello").startswith("tiny/decoder.pth: ")  # and no marker
    path.write_bytes(pickle.dumps(Hostile()))
    assert refused(here, "hello").startswith("tiny/decoder.pth: ")


def test_zip_bomb(here: Path) -> None:
    with (
        zipfile.ZipFile(
            here / "tiny" / "decoder.pth", "w", zipfile.ZIP_DEFLATED, compresslevel=9
        ) as archive,
        archive.open("decoder/data.pkl", "w", force_zip64=True) as file,
    ):
        for _ in range(64):
            file.write(bytes(1 << 20))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (256 << 20, 256 << 20))

    assert refused(here, "hello", preexec_fn=limit).startswith("tiny/decoder.pth: ")


@pytest.mark.parametrize("tokens", [0, 1])
def test_speech_that_ends_before_its_first_sound(here: Path, tokens: int) -> None:
    if tokens == 0:
        change_weights(here, lambda weights: always(weights, 3))
    options = ["--max-new-tokens", "1"] if tokens else []
    result = run(here, TEXT, *options)
    assert result.returncode == 1
    lines = result.stderr.decode().splitlines()
    assert lines[-1].startswith("soprano-np: nothing was spoken: every sentence ended before its ")
    assert os.listdir(here) == ["tiny"]
    quiet = run(here, "-q", TEXT, *options)
    assert quiet.stderr.decode().splitlines() == lines[-1:]


def test_debug_shows_where(here: Path) -> None:
    result = run(here, "hello", "--debug", "-m", "gone")
    assert result.returncode == 1
    assert result.stderr.startswith(b"Traceback (most recent call last)")
    assert b"CheckpointError: no such directory: gone" in result.stderr


def test_too_little_memory_is_one_line_that_says_what_to_do(here: Path) -> None:
    os.truncate(here / "tiny" / "model.safetensors", 1_900_000_000)  # takes no room on the disk

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1_800_000_000, 1_800_000_000))

    threads = {"OPENBLAS_NUM_THREADS": "1"}
    line = refused(here, "hello", preexec_fn=limit, env=ENVIRONMENT | threads)
    assert line == (
        "tiny/model.safetensors: not enough memory for its 1,900,000,000 bytes; "
        "close other programs, or use an int8 copy of the model"
    )
    assert describe(MemoryError()).startswith("not enough memory; try a smaller --batch-size or an")


def test_a_sparse_file_of_4_gb_is_one_line_that_says_what_to_do(here: Path) -> None:
    os.truncate(here / "tiny" / "decoder.pth", 4 << 30)
    assert refused(here, "hello") == (
        "tiny/decoder.pth: expected at most 2,000,000,000 bytes, found 4,294,967,296; "
        "it is damaged or not a Soprano model; download it again"
    )
