"""Files that cannot be written, and interruptions."""

import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command_line import ENVIRONMENT, TEXT, command, refused, samples


def stop(
    here: Path, number: int, text: str, *arguments: str, times: int = 1, **options: Any
) -> tuple[int, str]:
    """Send a signal once the first sentence has been reported, or well within one without end."""
    os.mkfifo(here / "text")
    line = command("-v", "-i", "text", "out.wav", *arguments)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(line, cwd=here, env=ENVIRONMENT, **pipes, **options) as process:
        (here / "text").write_text(text)  # waits until it is read
        assert process.stderr
        shown = ""
        if len(text) > len(TEXT):
            while "1 length" not in shown:
                shown = process.stderr.readline()
        else:
            time.sleep(0.7)
        for _ in range(times):  # more of them do nothing once it has ended
            process.send_signal(number)
            time.sleep(0.02)  # as when Ctrl-C is held down
        shown += process.stderr.read()
        assert process.stdout
        assert process.stdout.read() == ""
    return process.returncode, shown


MANY = " ".join([TEXT] * 500)
SLOW = ("--batch-size", "1", "--max-new-tokens", "20")
FIRST = ("--max-new-tokens", "65536")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("tiny", "tiny: expected a file to write, found a directory"),
        ("gone/", "gone/: expected a file to write, found a directory"),
        ("gone/out.wav", "gone/out.wav: no such directory: {here}/gone"),
        ("file/out.wav", "file/out.wav: no such directory: {here}/file"),
        ("x" * 300, "x" * 300 + ": File name too long"),
    ],
)
def test_unwritable_target_is_known_before_speaking(here: Path, target: str, message: str) -> None:
    (here / "file").touch()
    (here / "tiny" / "model.safetensors").unlink()  # even before the model is read
    assert refused(here, "hello", target) == message.format(here=here)


def test_full_device(here: Path) -> None:
    line = refused(here, "-q", "hello", "/dev/full", "--max-new-tokens", "3")
    assert line == "/dev/full: No space left on device"


def test_full_disk(here: Path) -> None:
    (here / "out.wav").write_bytes(b"precious")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    options = ("--max-new-tokens", "200")
    line = refused(here, "-q", "hello", "out.wav", *options, preexec_fn=limit)
    assert line == "out.wav: File too large"
    assert (here / "out.wav").read_bytes() == b"precious"


def test_interrupt_keeps_the_finished_sentences(here: Path) -> None:
    code, shown = stop(here, signal.SIGINT, MANY, *SLOW)
    assert code == 130, shown
    kept = re.search(r"interrupted: (\d+) sentences? (was|were) kept", shown)
    assert kept, shown
    assert len(samples(here / "out.wav")) == 19 * 64 * int(kept[1])
    assert int(re.findall(r": (\d+) length, ", shown)[-1]) == int(kept[1])
    assert sorted(os.listdir(here)) == ["out.wav", "text", "tiny"]


def test_interrupts_that_the_caller_ignores(here: Path) -> None:
    """As in the background jobs of a script."""

    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    code, shown = stop(here, signal.SIGINT, " ".join([TEXT] * 5), *SLOW, preexec_fn=ignore)
    assert code == 0, shown
    assert len(samples(here / "out.wav")) == 10 * 19 * 64


def test_interrupt_before_the_first_sentence(here: Path) -> None:
    (here / "out.wav").write_bytes(b"precious")
    code, shown = stop(here, signal.SIGINT, "hello", *FIRST)
    assert (code, shown) == (130, "soprano-np: interrupted, nothing written\n")
    assert (here / "out.wav").read_bytes() == b"precious"
    assert sorted(os.listdir(here)) == ["out.wav", "text", "tiny"]


@pytest.mark.parametrize("text", [MANY, "hello"], ids=["many", "one"])
def test_impatient_interrupts(here: Path, text: str) -> None:
    """What has not been saved yet is given up; nothing else is left behind or shown."""
    code, shown = stop(here, signal.SIGINT, text, *(SLOW if text == MANY else FIRST), times=20)
    assert code == 130, shown
    assert "Traceback" not in shown
    assert set(os.listdir(here)) - {"out.wav"} == {"text", "tiny"}


@pytest.mark.parametrize(("text", "options"), [(MANY, SLOW), ("hello", FIRST)], ids=["many", "one"])
def test_termination_leaves_no_litter(here: Path, text: str, options: Sequence[str]) -> None:
    (here / "out.wav").write_bytes(b"precious")
    code, shown = stop(here, signal.SIGTERM, text, *options)
    assert code == 143
    assert "Traceback" not in shown
    assert (here / "out.wav").read_bytes() == b"precious"
    assert sorted(os.listdir(here)) == ["out.wav", "text", "tiny"]
