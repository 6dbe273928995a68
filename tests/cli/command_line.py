"""The command line as a user runs it: a process, its exit code, its two outputs, its files."""

import json
import os
import pty
import select
import subprocess
import sys
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np

import soprano_np
from soprano_np.checkpoint.tensors import open_safetensors

ROOT = Path(soprano_np.__file__).parents[1]
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("HF_", "COV_"))
} | {
    "PYTHONPATH": str(ROOT),
    "HF_HUB_OFFLINE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONWARNINGS": "default",
}
# As this process has it: rows that cores share may be rounded in another way.
SAME_CORES = {name: value for name, value in ENVIRONMENT.items() if "NUM_THREADS" not in name} | {
    name: value for name, value in os.environ.items() if "NUM_THREADS" in name
}
TEXT = "The first sentence is about a lamp. The second sentence is about a long table."
SENTENCES = ["the first sentence is about a lamp.", "the second sentence is about a long table."]

Change = Callable[[dict[str, np.ndarray]], None]
Result = subprocess.CompletedProcess[bytes]


def command(*arguments: str | bytes) -> list[str | bytes]:
    return [sys.executable, "-m", "soprano_np", "-m", "tiny", *arguments]


def run(here: Path, *arguments: str | bytes, **options: Any) -> Result:
    options = {"input": b"", "env": ENVIRONMENT, "timeout": 60, "capture_output": True} | options
    return subprocess.run(command(*arguments), cwd=here, **options)


def on_terminal(
    line: Sequence[str | bytes], here: Path, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Run with standard error on a terminal; returns the exit code, and what it shows."""
    master, slave = pty.openpty()
    shown = b""
    with subprocess.Popen(
        line, cwd=here, env=environment, stdin=subprocess.DEVNULL, stderr=slave
    ) as process:
        os.close(slave)
        while select.select([master], [], [], 60)[0]:
            try:
                shown += os.read(master, 1 << 16)
            except OSError:  # how Linux says that the other end is closed
                break
    os.close(master)
    return process.returncode, shown.decode()


def spoken(here: Path, *arguments: str | bytes, **options: Any) -> np.ndarray:
    """Run, expect success, and return the int16 samples of output.wav."""
    result = run(here, "-q", *arguments, **options)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    return samples(here / "output.wav")


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, 8000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def pcm16(audio: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(audio, -1, 1) * np.float32(32767)).astype("<i2")


def refused(here: Path, *arguments: str | bytes, code: int = 1, **options: Any) -> str:
    """Run, expect failure with one line and no new file, and return that line."""
    before = sorted(here.rglob("*"))
    result = run(here, *arguments, **options)
    line = result.stderr.decode()
    assert (result.returncode, result.stdout) == (code, b""), line
    assert line.startswith("soprano-np: ")
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert "Traceback" not in line
    assert "unexpected" not in line.replace("unexpected, found", "")
    assert sorted(here.rglob("*")) == before
    return line.removeprefix("soprano-np: ").strip()


def change_weights(here: Path, change: Change) -> None:
    """Rewrite the language model's weights as float32."""
    path = here / "tiny" / "model.safetensors"
    with open_safetensors(path) as file:
        weights = {name: np.array(file[name]) for name in file}
    change(weights)
    shapes = {name: weight.shape for name, weight in weights.items()}
    make_checkpoint.write_safetensors(path, shapes, lambda name, _: weights[name], "f32")


def change_json(here: Path, name: str, **values: object) -> None:
    path = here / "tiny" / name
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def always(weights: dict[str, np.ndarray], token: int) -> None:
    """Make a token the likeliest wherever the last state points."""
    weights["model.norm.weight"][:] = 0
    weights["model.norm.weight"][0] = 1
    weights["model.embed_tokens.weight"][:] = 0
    weights["model.embed_tokens.weight"][:, 0] = 1
    for name in weights:
        if "o_proj" in name or "down_proj" in name:
            weights[name][:] = 0
    weights["lm_head.weight"][:] = 0
    weights["lm_head.weight"][token, 0] = 1


def streamed(here: Path, *arguments: str, **options: Any) -> bytes:
    """Run, expect success, and return what standard output got."""
    result = run(here, "-q", *arguments, **options)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout


def shown(here: Path, *arguments: str, **options: Any) -> str:
    """Run with --show-text, no model and a cache of its own; returns what is shown."""
    line = [sys.executable, "-m", "soprano_np", "--show-text", *arguments]
    environment = ENVIRONMENT | {"HF_HOME": str(here / "cache")}
    options = {"input": b"", "timeout": 60} | options
    result = subprocess.run(line, cwd=here, env=environment, capture_output=True, **options)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode()
