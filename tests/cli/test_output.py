"""What is spoken, and where it goes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ENVIRONMENT, SAME_CORES, TEXT, Result, command, pcm16, run, samples

from soprano_np import SopranoTTS
from soprano_np.audio.loudness import normalize
from soprano_np.audio.wav import UNKNOWN


def test_speaks_as_the_library_does(here: Path, tiny: Path) -> None:
    expected = SopranoTTS(tiny).infer(TEXT, max_new_tokens=20)
    result = run(here, TEXT, "out.wav", "--max-new-tokens", "20", env=SAME_CORES)
    assert (result.returncode, result.stdout) == (0, b"")
    assert (samples(here / "out.wav") == pcm16(normalize(expected))).all()
    last = result.stderr.decode().splitlines()[-1]
    assert re.fullmatch(r"soprano-np: out.wav: \d\.\d\d s of speech in \d+\.\d\d s", last)
    assert sorted(os.listdir(here)) == ["out.wav", "tiny"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "target"),
    [
        ([TEXT], b"", "output.wav"),
        ([TEXT, "out.wav"], b"", "out.wav"),
        (["-o", "out.wav", TEXT], b"", "out.wav"),
        ([TEXT, "-o", "out.wav"], b"", "out.wav"),
        (["-"], TEXT.encode(), "output.wav"),
        (["-", "out.wav"], TEXT.encode(), "out.wav"),
        (["-i", "-", "out.wav"], TEXT.encode(), "out.wav"),
        (["-i", "text"], b"", "output.wav"),
        (["-i", "text", "out.wav"], b"", "out.wav"),
        (["-i", "text", "-o", "out.wav"], b"", "out.wav"),
        (["--", TEXT, "out.wav"], b"", "out.wav"),
        ([TEXT, "--", "-q"], b"", "-q"),
        ([TEXT, "-"], b"", None),
        (["-", "-"], TEXT.encode(), None),
        (["-i", "text", "-o", "-"], b"", None),
        ([TEXT, "/dev/stdout"], b"", None),
    ],
)
def test_where_text_and_audio_go(
    here: Path, arguments: list[str], stdin: bytes, target: str | None
) -> None:
    (here / "text").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())  # with a byte order mark
    result = run(here, "--max-new-tokens", "3", *arguments, input=stdin)
    assert result.returncode == 0, result.stderr
    if target is None:
        data = result.stdout
        streamed = "/dev/stdout" not in arguments  # else it is a file like any other
        assert int.from_bytes(data[4:8], "little") == (UNKNOWN if streamed else len(data) - 8)
        (here / "output.wav").write_bytes(data)
    else:
        assert result.stdout == b""
    assert set(os.listdir(here)) == {"text", "tiny", target or "output.wav"}
    assert len(samples(here / (target or "output.wav"))) == 2 * 2 * 64  # 2 sentences of 3 states


@pytest.mark.parametrize("text", ["-5 degrees", "-5", "--", "-", "-hello"])
def test_text_that_looks_like_an_option(here: Path, text: str) -> None:
    tts = SopranoTTS(here / "tiny", "none")
    line = ["-v", "--normalizer", "none", "--max-new-tokens", "3", "--", f"{text} a"]
    result = run(here, *line)
    assert result.returncode == 0
    (utterance,) = tts.utterances(f"{text} a")
    assert result.stderr.decode().splitlines()[-3].endswith(f": {utterance.spoken}")


@pytest.mark.parametrize("target", ["file.wav", "link.wav"])
def test_existing_file_is_replaced_and_keeps_its_permissions(here: Path, target: str) -> None:
    file = here / "file.wav"
    file.write_bytes(b"old")
    file.chmod(0o604)
    (here / "link.wav").symlink_to("file.wav")
    assert run(here, "hello", target, "--max-new-tokens", "3").returncode == 0
    assert file.stat().st_mode & 0o777 == 0o604
    assert (here / "link.wav").is_symlink()
    assert len(samples(file)) == 128


def test_dev_null(here: Path) -> None:
    assert run(here, "-q", "hello", "/dev/null", "--max-new-tokens", "3").returncode == 0
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("tokens", ["3", "3000"])  # less than a pipe's buffer, and more
def test_reader_that_stops_early(here: Path, tokens: str) -> None:
    line = [*command(TEXT, "-", "-q", "--max-new-tokens", tokens)]
    with subprocess.Popen(
        line, cwd=here, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        head = process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert head[:4] == b"RIFF"
    assert process.returncode == 0


def test_nobody_reads_standard_error(here: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        result = run(here, "-v", TEXT, capture_output=False, stderr=write)
    finally:
        os.close(write)
    assert result.returncode == 0
    assert len(samples(here / "output.wav"))


def test_closed_streams(here: Path) -> None:
    def shell(line: str) -> Result:
        line = f'exec "{sys.executable}" -m soprano_np -m tiny --max-new-tokens 3 {line}'
        return subprocess.run(
            ["sh", "-c", line], cwd=here, env=ENVIRONMENT, capture_output=True, timeout=60
        )

    result = shell("-v hello - 2>&-")
    assert (result.returncode, len(result.stdout)) == (0, 44 + 2 * 128)  # and no message in it
    for line, message in (
        ("hello - >&-", b"standard output is closed"),
        ("- <&-", b"standard input is closed"),
    ):
        result = shell(line)
        assert (result.returncode, message in result.stderr) == (1, True)
    assert os.listdir(here) == ["tiny"]


def test_full_standard_output(here: Path) -> None:
    for tokens in ("3", "3000"):
        with open("/dev/full", "wb") as full:
            result = run(
                here,
                *("hello", "-", "-q", "--max-new-tokens", tokens),
                capture_output=False,
                stdout=full,
                stderr=subprocess.PIPE,
            )
        assert result.returncode == 1
        assert result.stderr == b"soprano-np: No space left on device\n"
