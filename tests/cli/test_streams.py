"""Streams to standard output."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import (
    ENVIRONMENT,
    TEXT,
    change_weights,
    command,
    pcm16,
    refused,
    run,
    spoken,
    streamed,
)

from soprano_np import SopranoTTS
from soprano_np.audio.loudness import soft_clip
from soprano_np.audio.wav import wav_header


@pytest.mark.parametrize("chunk", [[], ["--chunk-size", "1"], ["--chunk-size", "64"]])
def test_streams_are_what_the_library_makes(here: Path, tiny: Path, chunk: list[str]) -> None:
    audio = soft_clip(SopranoTTS(tiny).infer(TEXT, max_new_tokens=30))
    options = (TEXT, "--max-new-tokens", "30", *chunk)
    raw = np.frombuffer(streamed(here, *options, "--output-raw"), "<i2")
    assert len(raw) == len(audio)
    assert np.abs(raw.astype(int) - pcm16(audio)).max() < 100  # rounding of the products
    data = streamed(here, *options, "-")
    assert data[:44] == wav_header(8000, None, "pcm16")
    assert np.abs(np.frombuffer(data[44:], "<i2").astype(int) - raw).max() < 100
    data = streamed(here, *options, "-", "--float32")
    values = np.frombuffer(data.removeprefix(wav_header(8000, None, "float32")), "<f4")
    np.testing.assert_allclose(values, audio, atol=2e-3)
    assert os.listdir(here) == ["tiny"]


def test_silences_of_a_stream(here: Path) -> None:
    text = f"{TEXT}\n\n{TEXT}"
    options = ("-", "--output-raw", "--max-new-tokens", "3", "--sentence-silence", "0.25")
    for arguments, pause in ([], 4000), (["--paragraph-silence", "0.125"], 1000):
        values = np.frombuffer(streamed(here, *options, *arguments, input=text.encode()), "<i2")
        assert len(values) == 4 * 128 + 2 * 2000 + pause
        whole = spoken(here, *options[:1], *options[2:], *arguments, input=text.encode())
        assert len(whole) == len(values)


def test_silence_between_paragraphs_is_no_shorter_than_between_sentences(here: Path) -> None:
    options = ("One lamp was lit in the window.\n\nOne table was laid.", "--max-new-tokens", "3")
    assert len(spoken(here, *options)) == 2 * 128 + 4000
    assert len(spoken(here, *options, "--sentence-silence", "1")) == 2 * 128 + 8000


def test_verbose_stream(here: Path) -> None:
    result = run(here, "-v", "hello", "-", "--max-new-tokens", "20")
    *_, line = result.stderr.decode().splitlines()
    assert re.fullmatch(
        r"soprano-np: loaded in \d\.\d\d s, first audio after \d\.\d{3} s, "
        r"0\.15 s of speech in \d\.\d\d s, \d+\.\d\d x real time, gaps in playback: \d+",
        line,
    )


@pytest.mark.parametrize("option", ["-", "--output-raw"])
def test_head_of_a_stream(here: Path, option: str) -> None:
    line = f'"{sys.executable}" -m soprano_np -q -m tiny -i text --max-new-tokens 20 {option}'
    (here / "text").write_text(" ".join([TEXT] * 500))
    line = f"{{ {line}; echo $? >code; }} | head -c 100"
    result = subprocess.run(
        ["sh", "-c", line], cwd=here, env=ENVIRONMENT, capture_output=True, timeout=60
    )
    assert (len(result.stdout), result.stderr) == (100, b"")
    assert (here / "code").read_text() == "0\n"


@pytest.mark.parametrize("awaiting", [False, True], ids=["speaking", "awaiting text"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_a_stream(here: Path, number: int, code: int, awaiting: bool) -> None:
    line = command("-q", "-", "--output-raw", "--max-new-tokens", "20")
    with subprocess.Popen(
        line,
        cwd=here,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"hello.\n" if awaiting else (TEXT * 500).encode())
        process.stdin.flush()
        assert len(process.stdout.read(19 * 64 * 2)) == 19 * 64 * 2
        process.send_signal(number)
        if awaiting:  # standard input stays open
            process.wait(60)
        _, shown = process.communicate(timeout=60)
    assert process.returncode == code
    if number == signal.SIGTERM:
        assert shown == b""
    else:
        assert re.fullmatch(rb"soprano-np: interrupted after \d+\.\d\d s of speech\n", shown)


def test_a_line_is_spoken_while_standard_input_is_open(here: Path) -> None:
    line = command("-q", "-", "-o", "-", "--max-new-tokens", "20")
    with subprocess.Popen(
        line, cwd=here, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        header = 44
        for text in (b"One caf\xc3", b"\xa9 was open.\n", b"The next line has come."):
            process.stdin.write(text)
            process.stdin.flush()
            if text.endswith(b"\n"):  # it hangs here if the line is not spoken
                assert len(process.stdout.read(header + 19 * 64 * 2)) == header + 19 * 64 * 2
        process.stdin.close()
        assert len(process.stdout.read()) == 19 * 64 * 2
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("data", "offset"), [(b"caf\xe9", 3), (b"\xef\xbb\xbf\xff", 3), (b"hi \xe2\x82 there", 3)]
)
def test_stream_of_bytes_that_are_no_text(here: Path, data: bytes, offset: int) -> None:
    line = refused(here, "-", "--output-raw", input=data)
    assert line.startswith("standard input: expected UTF-8 text, found byte 0x")
    assert line.endswith(f"at offset {offset}")


@pytest.mark.parametrize("text", ["", " \n\n", "...", "\0"])
def test_stream_of_nothing(here: Path, text: str) -> None:
    assert refused(here, "-", "-", input=text.encode()).startswith("nothing was spoken: ")


def test_stream_without_a_sound(here: Path) -> None:
    result = run(here, "-q", "hello", "-", "--max-new-tokens", "1")
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.startswith(b"soprano-np: nothing was spoken: ")


def test_stream_of_weights_that_overflow(here: Path) -> None:
    def change(weights: dict[str, np.ndarray]) -> None:
        weights["model.layers.0.mlp.down_proj.weight"][:] = 3e38

    change_weights(here, change)
    line = refused(here, "hello", "-", "--max-new-tokens", "30")
    assert line == "the model produced NaN or infinity"
