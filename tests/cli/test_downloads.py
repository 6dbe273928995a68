"""The first run: a model that is downloaded, what the terminal shows, and an end in the middle."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import ROOT, Result, on_terminal, samples
from fake_hub import FakeHub, only

Until = Callable[[Callable[[], object]], None]
SPEAK = [sys.executable, "-m", "soprano_np", "hello.", "--max-new-tokens", "3"]
WEIGHTS = "model.safetensors"


@pytest.fixture
def environment(fake_hub: FakeHub) -> dict[str, str]:
    """The environment of a user who is online and has an empty cache."""
    return dict(os.environ) | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}


def speak(here: Path, environment: dict[str, str], *options: str) -> Result:
    return subprocess.run(
        [*SPEAK, *options], cwd=here, env=environment, capture_output=True, timeout=60
    )


def test_from_download_to_wav(
    fake_hub: FakeHub, tmp_path: Path, environment: dict[str, str]
) -> None:
    result = speak(tmp_path, environment)
    lines = result.stderr.decode().splitlines()
    assert result.returncode == 0, lines
    assert lines[0] == "soprano-np: downloading ekwek/Soprano-1.1-80M, 0 MB"
    assert lines[-1].startswith("soprano-np: output.wav: ")
    assert len(samples(tmp_path / "output.wav"))
    requests = list(fake_hub.asked)
    again = speak(tmp_path, environment)
    assert again.stderr.decode().splitlines()[:-1] == lines[1:-1]
    assert fake_hub.asked == requests


def test_quiet(fake_hub: FakeHub, tmp_path: Path, environment: dict[str, str]) -> None:
    result = speak(tmp_path, environment, "-q")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_a_failure_is_one_line(
    fake_hub: FakeHub, tmp_path: Path, environment: dict[str, str]
) -> None:
    fake_hub.faults.append(only("get", WEIGHTS, lambda ask: ask.answer(404)))
    for options in ([], ["-q"]):
        result = speak(tmp_path, environment, *options)
        assert result.returncode == 1
        assert result.stdout == b""
        last = result.stderr.decode().splitlines()[-1]
        assert "could not be downloaded from the Hugging Face Hub (model.safetensors: HTTP 404" in (
            last
        )
        assert len(result.stderr.splitlines()) <= (1 if options else 2)


def test_show_text_downloads_the_named_model_only(
    fake_hub: FakeHub, tmp_path: Path, environment: dict[str, str]
) -> None:
    result = speak(tmp_path, environment, "--show-text")
    assert (result.stdout, result.stderr) == (b"hello.\n", b"")
    assert not fake_hub.asked
    result = speak(tmp_path, environment, "--show-text", "-m", "me/voice")
    assert result.stdout == b"hello.\n"
    assert result.stderr == b"soprano-np: downloading me/voice, 0 MB\n"


def test_a_terminal_shows_a_bar(
    fake_hub: FakeHub, tmp_path: Path, environment: dict[str, str]
) -> None:
    fake_hub.rate = 25_000
    code, shown = on_terminal(SPEAK, tmp_path, environment)
    assert code == 0
    bars = re.findall(r"\r(\[[#.]{20}\] .*?) *(?=\r)", shown)
    assert len(bars) > 3
    for bar in bars:
        assert re.fullmatch(r"\[[#.]{20}\] \d+%, 0 of 0 MB(, \d+:\d\d left)?", bar)
    assert any("left" in bar for bar in bars)
    assert bars == sorted(bars, key=lambda bar: int(re.findall(r"(\d+)%", bar)[0]))
    for line in shown.rstrip("\r\n").split("\n"):  # what stays in a line has wiped out the bar
        assert line.rstrip("\r").rsplit("\r")[-1].startswith("soprano-np: ")


@pytest.fixture
def downloading(
    fake_hub: FakeHub, tmp_path: Path, environment: dict[str, str], until: Until
) -> "subprocess.Popen[bytes]":
    """A run in the middle of its download."""
    fake_hub.rate = 10_000
    process = subprocess.Popen(
        [*SPEAK, "-m", "me/voice"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE
    )
    until(lambda: ("get", WEIGHTS) in fake_hub.asked)
    return process


@pytest.mark.parametrize(
    ("number", "code", "lines"),
    [
        (signal.SIGINT, 130, [b"soprano-np: interrupted, nothing written"]),
        (signal.SIGTERM, 143, []),
    ],
)
def test_a_signal_ends_a_download(
    downloading: "subprocess.Popen[bytes]",
    tmp_path: Path,
    number: int,
    code: int,
    lines: list[bytes],
) -> None:
    time.sleep(0.3)
    started = time.monotonic()
    downloading.send_signal(number)
    _, shown = downloading.communicate(timeout=20)
    assert time.monotonic() - started < 10  # 0.1 s on a quiet machine
    assert downloading.returncode == code
    assert [line for line in shown.splitlines() if b"downloading" not in line] == lines
    assert not list(tmp_path.rglob("*.wav"))
    assert not list(
        tmp_path.rglob("*.*.incomplete")
    )  # of 0.23, which goes on with DIGEST.incomplete


@pytest.mark.parametrize("kind", ["list", "head", "get"])
def test_a_signal_ends_the_wait_for_a_silent_hub(
    fake_hub: FakeHub, tmp_path: Path, environment: dict[str, str], until: Until, kind: str
) -> None:
    name = "" if kind == "list" else WEIGHTS
    fake_hub.faults.append(only(kind, name, lambda ask: fake_hub.wait()))
    process = subprocess.Popen(
        [*SPEAK, "-m", "me/voice"],
        cwd=tmp_path,
        env=environment | {"HF_HUB_DOWNLOAD_TIMEOUT": "60"},
        stderr=subprocess.PIPE,
    )
    until(lambda: (kind, name) in fake_hub.asked)
    process.send_signal(signal.SIGINT)
    _, shown = process.communicate(timeout=20)
    assert process.returncode == 130
    assert shown.splitlines()[-1] == b"soprano-np: interrupted, nothing written"
