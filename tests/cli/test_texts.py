"""Texts of all kinds, and bytes that are not text."""

import os
import re
from pathlib import Path

import pytest
from command_line import TEXT, refused, run, samples

from soprano_np import SopranoTTS


def test_thousand_sentences_of_one_word(here: Path) -> None:
    names = [f"w{chr(97 + i // 100)}{i // 10 % 10}{i % 10}" for i in range(1000)]
    text = " ".join(f"{name}." for name in names)
    result = run(
        here, "-v", "--normalizer", "none", "--max-new-tokens", "2", "-", input=text.encode()
    )
    assert result.returncode == 0
    lines = re.findall(r": \d+ \w+, .*? s: (.*)", result.stderr.decode())
    assert " ".join(lines) == text
    assert len(samples(here / "output.wav")) <= 64 * len(lines)


def test_one_long_word(here: Path) -> None:
    result = run(here, "-v", "--normalizer", "none", "--max-new-tokens", "2", "x" * 5000)
    assert result.returncode == 0
    lines = re.findall(r": \d+ \w+, .*? s: (.*)", result.stderr.decode())
    assert "".join(lines) == "x" * 5000
    assert max(map(len, lines)) <= 300


@pytest.mark.parametrize(
    "text",
    ["🎉 hello 你好", "[STOP] hello [START] [17]", "hello\0\x1b[31m\n\u2028there", "\u0301a"],
)
@pytest.mark.parametrize("normalizer", ["none", "reference"])
def test_unusual_texts(here: Path, text: str, normalizer: str) -> None:
    result = run(
        here, "-v", "-", "--normalizer", normalizer, "--max-new-tokens", "3", input=text.encode()
    )
    assert result.returncode == 0, result.stderr
    assert b"\x1b" not in result.stderr
    expected = SopranoTTS(here / "tiny", normalizer).infer(text, max_new_tokens=3)
    assert len(samples(here / "output.wav")) == len(expected) >= 128


@pytest.mark.parametrize("text", ["", " \n", "...", "?! - '", "\0"])
def test_nothing_to_speak(here: Path, text: str) -> None:
    assert refused(here, "-", input=text.encode()).startswith("nothing in the text can be spoken: ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"caf\xe9", "standard input: expected UTF-8 text, found byte 0xe9 at offset 3"),
        ("hello".encode("utf-16"), "standard input: expected UTF-8 text, found byte 0xff at"),
        (b"a" * ((1 << 24) + 1), "standard input: expected at most 16 MiB of text; split it"),
    ],
)
def test_bytes_that_are_no_text(here: Path, data: bytes, message: str) -> None:
    assert refused(here, "-", input=data).startswith(message)


def test_argument_that_is_no_text(here: Path) -> None:
    line = "the text is not valid Unicode at character 4"
    assert refused(here, b"caf\xe9") == refused(here, b"caf\xe9", "--show-text") == line


@pytest.mark.parametrize("arguments", [["-"], ["-", "-"], ["-", "--show-text"]])
def test_command_line_is_checked_before_standard_input_is_read(
    here: Path, arguments: list[str]
) -> None:
    """Nothing comes from standard input, and it does not end."""
    reading, writing = os.pipe()
    try:
        line = refused(here, *arguments, "--top-p", "2", code=2, input=None, stdin=reading)
    finally:
        os.close(reading)
        os.close(writing)
    assert line == "--top-p: must be above 0 and at most 1, not 2 (see --help)"


def test_wrong_command_line_says_nothing_of_the_text(here: Path) -> None:
    (here / "text").write_text(TEXT)
    line = refused(here, "text", "--retries", "-1", code=2)
    assert line == "--retries: must be from 0 to 100, not -1 (see --help)"


def test_text_from_standard_input_into_a_file_that_is_there(here: Path) -> None:
    (here / "out.wav").write_bytes(b"old")
    result = run(here, "-i", "-", "out.wav", "--max-new-tokens", "3", input=TEXT.encode())
    assert result.returncode == 0, result.stderr
    assert (here / "out.wav").read_bytes()[:4] == b"RIFF"


def test_no_text_file(here: Path) -> None:
    assert refused(here, "-i", "gone.txt") == "gone.txt: No such file or directory"
    assert refused(here, "-i", "tiny") == "tiny: Is a directory"
    assert refused(here, "-i", "/dev/zero").startswith("/dev/zero: expected at most 16 MiB")
