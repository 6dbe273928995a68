"""What the terminal shows."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from command_line import ENVIRONMENT, SENTENCES, TEXT, command, on_terminal, run

import soprano_np


def test_verbose(here: Path) -> None:
    result = run(here, "-v", TEXT, "--max-new-tokens", "9")
    lines = [line.removeprefix("soprano-np: ") for line in result.stderr.decode().splitlines()]
    lines = [line for line in lines if not line.startswith("a sentence did not end")]
    assert [re.sub(r"\d+\.\d\d", "#", line) for line in lines] == [
        f"1 length, 9 tokens, # s: {SENTENCES[0]}",
        f"2 length, 9 tokens, # s: {SENTENCES[1]}",
        "output.wav: # s of speech in # s",
        "loaded in # s, 18 tokens, # x real time",
    ]


def test_quiet(here: Path) -> None:
    result = run(here, "-q", "-v", TEXT, "--max-new-tokens", "3")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_version_and_help(here: Path) -> None:
    assert run(here, "--version").stdout.decode() == f"soprano-np {soprano_np.__version__}\n"
    result = run(here, "--help")
    assert (result.returncode, result.stderr) == (0, b"")
    for option in ("--model", "--normalizer", "--threads", "--sentence-silence", "--retries"):
        assert option in result.stdout.decode()


def test_help_that_cannot_be_printed(here: Path) -> None:
    for option in ("--help", "--version"):
        with open("/dev/full", "wb") as full:
            result = run(here, option, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        message = b"soprano-np: No space left on device\n"
        assert (result.returncode, result.stderr) == (1, message)


def test_progress_bar_on_a_terminal(here: Path) -> None:
    code, shown = on_terminal(command(TEXT, "--max-new-tokens", "3"), here, ENVIRONMENT)
    assert code == 0
    assert re.findall(r"\r(\[.*?) s", shown) == [f"[{'#' * 13}{'.' * 17}] 46%, 0.0"]
    for line in shown.rstrip("\r\n").split("\n"):  # what stays in a line has wiped out the bar
        assert line.rstrip("\r").rsplit("\r")[-1].startswith("soprano-np: ")
    assert re.search(r"\r +\rsoprano-np: output.wav: ", shown)


@pytest.mark.parametrize("arguments", [("hello",), (TEXT, "-q"), (TEXT, "-v")])
def test_no_progress_bar(here: Path, arguments: tuple[str, ...]) -> None:
    code, shown = on_terminal(command(*arguments, "--max-new-tokens", "3"), here, ENVIRONMENT)
    assert code == 0
    assert "[" not in shown


def test_audio_is_kept_off_a_terminal(here: Path) -> None:
    master, slave = pty.openpty()
    result = run(here, "hello", "-", capture_output=False, stdout=slave, stderr=subprocess.PIPE)
    os.close(slave)
    os.close(master)
    assert (result.returncode, b"a terminal cannot play audio" in result.stderr) == (2, True)
