"""The command line as a user runs it: a process, its exit code, its two outputs, its files."""

import json
import os
import pickle
import pty
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
import wave
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np
import pytest
import scipy.io.wavfile

import soprano_np
from soprano_np import SopranoTTS
from soprano_np.audio.loudness import normalize, soft_clip
from soprano_np.audio.wav import UNKNOWN, wav_header
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
TEXT = "The first sentence is about a lamp. The second sentence is about a long table."
SENTENCES = ["the first sentence is about a lamp.", "the second sentence is about a long table."]

Change = Callable[[dict[str, np.ndarray]], None]
Result = subprocess.CompletedProcess[bytes]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint whose speech never ends by itself, so that every length is known."""
    directory = tmp_path_factory.mktemp("cli")
    make_checkpoint.write_checkpoint(directory / "tiny")

    def change(weights: dict[str, np.ndarray]) -> None:
        weights["lm_head.weight"][3] = 0  # [STOP]: among 96 tokens, some are above zero

    change_weights(directory, change)
    return directory / "tiny"


@pytest.fixture
def here(tmp_path: Path, tiny: Path) -> Path:
    """A working directory with a checkpoint of its own in tiny/, and nothing else."""
    shutil.copytree(tiny, tmp_path / "tiny")
    return tmp_path


def command(*arguments: str | bytes) -> list[str | bytes]:
    return [sys.executable, "-m", "soprano_np", "-m", "tiny", *arguments]


def run(here: Path, *arguments: str | bytes, **options: Any) -> Result:
    options = {"input": b"", "env": ENVIRONMENT, "timeout": 60, "capture_output": True} | options
    return subprocess.run(command(*arguments), cwd=here, **options)


def spoken(here: Path, *arguments: str | bytes, **options: Any) -> np.ndarray:
    """Run, expect success, -> the int16 samples of output.wav."""
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
    """Run, expect failure with one line and no new file; -> that line."""
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


# What is spoken, and where it goes


def test_speaks_as_the_library_does(here: Path, tiny: Path) -> None:
    expected = SopranoTTS(tiny).infer(TEXT, max_new_tokens=20)
    result = run(here, TEXT, "out.wav", "--max-new-tokens", "20")
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
    words = SopranoTTS(here / "tiny", "none")
    line = ["-v", "--normalizer", "none", "--max-new-tokens", "3", "--", f"{text} a"]
    result = run(here, *line)
    assert result.returncode == 0
    assert result.stderr.decode().splitlines()[-3].endswith(f": {words.sentences(text + ' a')[0]}")


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


# What the options do


def test_loudness(here: Path, tiny: Path) -> None:
    raw = SopranoTTS(tiny).infer("hello", max_new_tokens=20)
    options = ("hello", "--max-new-tokens", "20")
    assert (spoken(here, *options, "--no-normalize") == pcm16(raw)).all()
    assert np.abs(spoken(here, *options)).max() in (16383, 16384)


def test_float32(here: Path, tiny: Path) -> None:
    raw = SopranoTTS(tiny).infer("hello", max_new_tokens=20)
    options = ("-q", "hello", "--max-new-tokens", "20", "--float32")
    for arguments, expected in (([], normalize(raw)), (["--no-normalize"], raw)):
        assert run(here, *options, *arguments).returncode == 0
        rate, values = scipy.io.wavfile.read(here / "output.wav")
        assert (rate, values.dtype) == (8000, np.float32)
        assert (values == expected).all()


def test_sentence_silence(here: Path) -> None:
    options = (TEXT, "--max-new-tokens", "3")
    plain = spoken(here, *options)
    with_silence = spoken(here, *options, "--sentence-silence", "0.25")
    assert len(with_silence) == len(plain) + 2000
    assert (with_silence[128:2128] == 0).all()
    assert (np.delete(with_silence, np.s_[128:2128]) == plain).all()


def test_max_new_tokens(here: Path) -> None:
    options = ("hello", "--max-new-tokens")
    assert [len(spoken(here, *options, n)) for n in ("2", "9")] == [64, 8 * 64]


@pytest.mark.parametrize(
    "option",
    [
        ["--repetition-penalty", "1"],
        ["--temperature", "2", "--seed", "1"],
        ["--temperature", "2", "--seed", "2"],
        ["--temperature", "2", "--seed", "1", "--top-k", "2"],
        ["--temperature", "2", "--seed", "1", "--top-p", "0.3"],
    ],
)
def test_sampling(here: Path, tiny: Path, option: list[str]) -> None:
    given = {
        name[2:].replace("-", "_"): json.loads(value)
        for name, value in zip(option[::2], option[1::2], strict=True)
    }
    tts = SopranoTTS(tiny)
    raw = tts.infer(TEXT, max_new_tokens=12, **given)
    options = (TEXT, "--max-new-tokens", "12", "--no-normalize")
    audio = spoken(here, *options, *option)
    assert (audio == pcm16(raw)).all()
    plain = pcm16(tts.infer(TEXT, max_new_tokens=12))
    assert len(audio) != len(plain) or (audio != plain).any()


def test_draws_differ_without_a_seed(here: Path) -> None:
    # One sentence may draw its end first; hardly ever do five.
    text = " ".join(f"The {word} of five sentences stands here." for word in "abcde")
    options = (text, "--temperature", "5", "--max-new-tokens", "20")
    assert not np.array_equal(spoken(here, *options), spoken(here, *options))


def test_retries(here: Path) -> None:
    change_weights(here, lambda weights: always(weights, 4))  # one state over and over
    options = ("hello", "-v", "--max-new-tokens", "60", "--repetition-penalty", "1", "--retries")
    for retries, attempt in (("0", ""), ("2", ", attempt 3")):
        result = run(here, *options, retries)
        assert result.returncode == 0
        lines = result.stderr.decode().splitlines()
        assert lines[0] == "soprano-np: a sentence ran away from its text: 'hello.'"
        assert re.fullmatch(
            rf"soprano-np: 1/1 runaway, 60 tokens, \d\.\d\d s{attempt}: hello\.", lines[1]
        )


def test_normalizer(here: Path) -> None:
    for arguments, words in (
        ([], b"may fifth."),
        (["--normalizer", "default"], b"may fifth."),
        (["--normalizer", "reference"], b"may five."),
        (["--normalizer", "none"], b"May 5"),
    ):
        result = run(here, "-v", "May 5", "--max-new-tokens", "3", *arguments)
        assert b": " + words + b"\n" in result.stderr


def test_batch_size(here: Path) -> None:
    options = (TEXT, "--max-new-tokens", "20")
    alone, together = (spoken(here, *options, "--batch-size", n) for n in ("1", "2"))
    assert len(alone) == len(together)
    assert np.abs(alone.astype(int) - together).max() < 100  # rounding of the products


def test_threads_reach_blas_before_numpy_is_imported(here: Path) -> None:
    program = """
import os, sys
class Witness:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            names = "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"
            print(*[os.environ.get(name) for name in names])
sys.meta_path.insert(0, Witness())
from soprano_np.cli.main import main
sys.exit(main(["-q", "-m", "tiny", "hello", "--max-new-tokens", "2", "--threads", "3"]))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=here, env=ENVIRONMENT, capture_output=True
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, b"3 3 3\n", b"")


def test_verbose(here: Path) -> None:
    result = run(here, "-v", TEXT, "--max-new-tokens", "9")
    lines = [line.removeprefix("soprano-np: ") for line in result.stderr.decode().splitlines()]
    lines = [line for line in lines if not line.startswith("a sentence did not end")]
    assert [re.sub(r"\d+\.\d\d", "#", line) for line in lines] == [
        f"1/2 length, 9 tokens, # s: {SENTENCES[0]}",
        f"2/2 length, 9 tokens, # s: {SENTENCES[1]}",
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


def on_terminal(here: Path, *arguments: str) -> tuple[int, str]:
    """Run with standard error on a terminal; -> exit code, and what it shows."""
    master, slave = pty.openpty()
    shown = b""
    with subprocess.Popen(
        command(*arguments), cwd=here, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stderr=slave
    ) as process:
        os.close(slave)
        while select.select([master], [], [], 60)[0]:
            try:
                shown += os.read(master, 1 << 16)
            except OSError:  # how Linux says that the other end is closed
                break
    os.close(master)
    return process.returncode, shown.decode()


def test_progress_bar_on_a_terminal(here: Path) -> None:
    code, shown = on_terminal(here, TEXT, "--max-new-tokens", "3")
    assert code == 0
    assert f"\r[{'#' * 15}{'.' * 15}] 1/2, 0.0 s" in shown
    assert f"\r[{'#' * 30}] 2/2, 0.0 s" in shown
    for line in shown.rstrip("\r\n").split("\n"):  # what stays in a line has wiped out the bar
        assert line.rstrip("\r").rsplit("\r")[-1].startswith("soprano-np: ")
    assert re.search(r"\r +\rsoprano-np: output.wav: ", shown)


@pytest.mark.parametrize("arguments", [("hello",), (TEXT, "-q"), (TEXT, "-v")])
def test_no_progress_bar(here: Path, arguments: tuple[str, ...]) -> None:
    code, shown = on_terminal(here, *arguments, "--max-new-tokens", "3")
    assert code == 0
    assert "[" not in shown


def test_audio_is_kept_off_a_terminal(here: Path) -> None:
    master, slave = pty.openpty()
    result = run(here, "hello", "-", capture_output=False, stdout=slave, stderr=subprocess.PIPE)
    os.close(slave)
    os.close(master)
    assert (result.returncode, b"audio does not belong on a terminal" in result.stderr) == (2, True)


# Texts


def test_thousand_sentences_of_one_word(here: Path) -> None:
    names = [f"w{chr(97 + i // 100)}{i // 10 % 10}{i % 10}" for i in range(1000)]
    text = " ".join(f"{name}." for name in names)
    result = run(
        here, "-v", "--normalizer", "none", "--max-new-tokens", "2", "-", input=text.encode()
    )
    assert result.returncode == 0
    lines = re.findall(r": \d+/\d+ .*? s: (.*)", result.stderr.decode())
    assert " ".join(lines) == text
    assert len(samples(here / "output.wav")) <= 64 * len(lines)


def test_one_long_word(here: Path) -> None:
    result = run(here, "-v", "--normalizer", "none", "--max-new-tokens", "2", "x" * 5000)
    assert result.returncode == 0
    lines = re.findall(r": \d+/\d+ .*? s: (.*)", result.stderr.decode())
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
        (b"a" * ((1 << 24) + 1), "standard input: expected at most 16 MiB of text; cut it up"),
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
    assert line == "--top-p must be above 0 and at most 1, not 2.0 (see --help)"


def test_wrong_command_line_says_nothing_of_the_text(here: Path) -> None:
    (here / "text").write_text(TEXT)
    line = refused(here, "text", "--retries", "-1", code=2)
    assert line == "--retries must be from 0 to 100, not -1 (see --help)"


def test_text_from_standard_input_into_a_file_that_is_there(here: Path) -> None:
    (here / "out.wav").write_bytes(b"old")
    result = run(here, "-i", "-", "out.wav", "--max-new-tokens", "3", input=TEXT.encode())
    assert result.returncode == 0, result.stderr
    assert (here / "out.wav").read_bytes()[:4] == b"RIFF"


def test_no_text_file(here: Path) -> None:
    assert refused(here, "-i", "gone.txt") == "gone.txt: No such file or directory"
    assert refused(here, "-i", "tiny") == "tiny: Is a directory"
    assert refused(here, "-i", "/dev/zero").startswith("/dev/zero: expected at most 16 MiB")


# Usage errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected a text to speak"),
        (["-i", "tiny/config.json", "a", "b"], "expected one file to write, found a and b"),
        (["hello", "a", "b"], "expected one file to write, found a and b"),
        (["hello", "a", "-o", "b"], "expected one file to write, found b and a"),
        (["hello", ""], "expected a name, found nothing"),
        (["hello", "-m", ""], "expected a name, found nothing"),
        (["hello", "a.mp3"], "a.mp3: only WAV files are written"),
        (
            ["-i", "tiny/config.json", "tiny/config.json"],
            "tiny/config.json: is the text; the speech would be written over it",
        ),
        (["hello", "--colour\nred"], "unrecognized arguments: --colour red"),
        (["hello", "--normalizer", "x"], "argument --normalizer: invalid choice: 'x'"),
        (["hello", "--seed", "1.5"], "argument --seed: invalid int value: '1.5'"),
        (["hello", "--seed", "-1"], "--seed must be 0 or more, not -1"),
        (["hello", "--temperature", "nan"], "--temperature must be from 0 to 100, not nan"),
        (["hello", "--temperature", "inf"], "--temperature must be from 0 to 100, not inf"),
        (["hello", "--temperature", "-1"], "--temperature must be from 0 to 100, not -1.0"),
        (["hello", "--top-k", "-1"], "--top-k must be 0 or more, not -1"),
        (["hello", "--top-p", "0"], "--top-p must be above 0 and at most 1, not 0.0"),
        (["hello", "--top-p", "nan"], "--top-p must be above 0 and at most 1, not nan"),
        (["hello", "--repetition-penalty", "0"], "--repetition-penalty must be from 0.01 to 100"),
        (["hello", "--max-new-tokens", "0"], "--max-new-tokens must be from 1 to 65536, not 0"),
        (["hello", "--max-new-tokens", "9" * 30], "--max-new-tokens must be from 1 to 65536"),
        (["hello", "--retries", "101"], "--retries must be from 0 to 100, not 101"),
        (["hello", "--batch-size", "0"], "--batch-size must be from 1 to 1024"),
        (["hello", "--batch-size", "9" * 30], "--batch-size must be from 1 to 1024"),
        (["hello", "--threads", "0"], "--threads must be from 1 to 1024, not 0"),
        (["hello", "--sentence-silence", "nan"], "--sentence-silence must be from 0 to 60 seconds"),
        (["hello", "--sentence-silence", "1e9"], "--sentence-silence must be from 0 to 60 seconds"),
        (["hello", "--sentence-silence=-1"], "--sentence-silence must be from 0 to 60 seconds"),
        (["hello", "--paragraph-silence", "61"], "--paragraph-silence must be from 0 to 60 sec"),
        (["hello", "--chunk-size", "0"], "--chunk-size must be from 1 to 16384"),
        (["hello", "--chunk-size", "9" * 30], "--chunk-size must be from 1 to 16384"),
        (["hello", "--chunk-size", "x"], "argument --chunk-size: invalid int value: 'x'"),
        (["hello", "--play", "--output-raw"], "argument --output-raw: not allowed with argument"),
        (["hello", "--play", "--show-text"], "argument --show-text: not allowed with argument"),
        (["hello", "out.wav", "--output-raw"], "out.wav would stay unwritten; leave it out"),
        (["hello", "-o", "out.wav", "--play"], "out.wav would stay unwritten; leave it out"),
        (["hello", "out.wav", "--show-text"], "out.wav would stay unwritten; leave it out"),
    ],
)
def test_usage_errors(here: Path, arguments: Sequence[str], message: str) -> None:
    line = refused(here, *arguments, code=2)
    assert line.startswith(message)
    assert line.endswith("(see --help)")


def test_numbers_beyond_any_use(here: Path) -> None:
    options = ["hello", "--max-new-tokens", "3", "--temperature", "100"]
    spoken(here, *options, "--top-k", "9" * 30, "--seed", "9" * 30)


# Checkpoints


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


def test_sizes_that_do_not_fit(here: Path) -> None:
    change_json(here, "config.json", intermediate_size=44)
    layer = "model.safetensors: model.layers.0.mlp"
    assert refused(here, "hello") == (
        "tiny: its files do not fit together: "
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
        "tiny: its files do not fit together: "
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
    assert refused(here, "hello").endswith("lm_head.weight: 2 of 2,304 weights are not finite")


def test_weights_that_overflow(here: Path) -> None:
    def change(weights: dict[str, np.ndarray]) -> None:
        weights["model.layers.0.mlp.down_proj.weight"][:] = 3e38

    change_weights(here, change)
    line = refused(here, "hello", "--max-new-tokens", "3")
    assert line == "the model's weights lead to numbers that are not finite"


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


# Files that cannot be written, and interruptions


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("tiny", "tiny: expected a file to write, found a directory"),
        ("gone/", "gone/: expected a file to write, found a directory"),
        ("gone/out.wav", "gone/out.wav: there is no directory {here}/gone to write it to"),
        ("file/out.wav", "file/out.wav: there is no directory {here}/file to write it to"),
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


def stop(here: Path, number: int, text: str, *arguments: str) -> tuple[int, str]:
    """Send a signal once the first sentence has been told of, or well within one without end."""
    os.mkfifo(here / "text")
    line = command("-v", "-i", "text", "out.wav", *arguments)
    with subprocess.Popen(
        line, cwd=here, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        (here / "text").write_text(text)  # waits until it is read
        assert process.stderr
        shown = ""
        if text == MANY:
            while "1/" not in shown:
                shown = process.stderr.readline()
        else:
            time.sleep(0.7)
        process.send_signal(number)
        shown += process.stderr.read()
        assert process.stdout
        assert process.stdout.read() == ""
    return process.returncode, shown


MANY = " ".join([TEXT] * 500)
SLOW = ("--batch-size", "1", "--max-new-tokens", "20")
FIRST = ("--max-new-tokens", "65536")


def test_interrupt_keeps_the_finished_sentences(here: Path) -> None:
    code, shown = stop(here, signal.SIGINT, MANY, *SLOW)
    assert code == 130, shown
    kept = re.search(r"interrupted: (\d+) of 1000 sentences were kept", shown)
    assert kept, shown
    # The signal may come when a sentence is written but not yet counted.
    assert len(samples(here / "out.wav")) - 19 * 64 * int(kept[1]) in (0, 19 * 64)
    assert sorted(os.listdir(here)) == ["out.wav", "text", "tiny"]


def test_interrupt_before_the_first_sentence(here: Path) -> None:
    (here / "out.wav").write_bytes(b"precious")
    code, shown = stop(here, signal.SIGINT, "hello", *FIRST)
    assert (code, shown) == (130, "soprano-np: interrupted, nothing written\n")
    assert (here / "out.wav").read_bytes() == b"precious"
    assert sorted(os.listdir(here)) == ["out.wav", "text", "tiny"]


@pytest.mark.parametrize(("text", "options"), [(MANY, SLOW), ("hello", FIRST)], ids=["many", "one"])
def test_termination_leaves_no_litter(here: Path, text: str, options: Sequence[str]) -> None:
    (here / "out.wav").write_bytes(b"precious")
    code, shown = stop(here, signal.SIGTERM, text, *options)
    assert code == 143
    assert "Traceback" not in shown
    assert (here / "out.wav").read_bytes() == b"precious"
    assert sorted(os.listdir(here)) == ["out.wav", "text", "tiny"]


# Streams


def streamed(here: Path, *arguments: str, **options: Any) -> bytes:
    """Run, expect success, -> what standard output got."""
    result = run(here, "-q", *arguments, **options)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout


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
        r"0\.15 s of speech in \d\.\d\d s, \d+\.\d\d x real time, \d+ gaps",
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
        process.stdin.write(b"hello\n" if awaiting else (TEXT * 500).encode())
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
    assert line == "the model's weights lead to numbers that are not finite"


SOUNDDEVICE = """
class PortAudioError(Exception):
    pass
class OutputStream:
    def __init__(self, rate, channels, dtype):
        self.file = open("played", "wb")
    def start(self):
        pass
    def write(self, samples):
        self.file.write(samples.tobytes())
    def stop(self):
        pass
    def close(self):
        self.file.close()
"""


def with_sounddevice(here: Path, program: str) -> dict[str, str]:
    """Write a module to stand in for sounddevice; -> the environment that finds it."""
    (here / "modules").mkdir()
    (here / "modules" / "sounddevice.py").write_text(program)
    path = os.pathsep.join([str(here / "modules"), ENVIRONMENT["PYTHONPATH"]])
    return ENVIRONMENT | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def test_play(here: Path, tiny: Path) -> None:
    options = ("hello", "--play", "--max-new-tokens", "20")
    assert streamed(here, *options, env=with_sounddevice(here, SOUNDDEVICE)) == b""
    played = np.frombuffer((here / "played").read_bytes(), np.float32)
    expected = soft_clip(SopranoTTS(tiny).infer("hello", max_new_tokens=20))
    np.testing.assert_allclose(played, expected, atol=1e-4)


def test_play_without_sounddevice(here: Path) -> None:
    environment = with_sounddevice(here, "raise ImportError")
    line = refused(here, "hello", "--play", env=environment)
    assert line == "playing needs sounddevice: pip install 'soprano-np[play]'"


# Text


def shown(here: Path, *arguments: str, **options: Any) -> str:
    """Run with --show-text but no model, in an empty cache; -> what is shown."""
    line = [sys.executable, "-m", "soprano_np", "--show-text", *arguments]
    environment = ENVIRONMENT | {"HF_HOME": str(here / "empty")}
    options = {"input": b"", "timeout": 60} | options
    result = subprocess.run(line, cwd=here, env=environment, capture_output=True, **options)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode()


def test_show_text(here: Path) -> None:
    text = f"Dr. Who, 5 ft. tall.\n\n{TEXT}"
    sentences = "\n".join(SENTENCES)
    assert shown(here, text) == f"doctor who, five feet tall.\n\n{sentences}\n"
    assert shown(here, "-", input=text.encode()) == shown(here, text)
    (here / "text").write_text(text)
    assert shown(here, "-i", "text") == shown(here, text)
    assert shown(here, "Caf\u00e9 5", "--normalizer", "none") == "Caf\u00e9 5\n"
    assert sorted(os.listdir(here)) == ["text", "tiny"]


def test_show_text_checks_the_command_line(here: Path) -> None:
    line = "--temperature must be from 0 to 100, not -5.0 (see --help)"
    assert refused(here, "--show-text", TEXT, "--temperature", "-5", code=2) == line


def test_show_text_cuts_as_the_checkpoint_asks(here: Path) -> None:
    change_json(here, "generation_config.json", max_prompt_characters=20)
    result = run(here, "--show-text", TEXT)
    assert result.returncode == 0
    assert max(map(len, result.stdout.decode().splitlines())) <= 20


def test_show_text_to_whoever_stops_reading(here: Path) -> None:
    line = f'"{sys.executable}" -m soprano_np --show-text -i text; echo $? >code'
    (here / "text").write_text(" ".join([TEXT] * 5000))
    result = subprocess.run(
        ["sh", "-c", f"{{ {line}; }} | head -n 1"],
        cwd=here,
        env=ENVIRONMENT,
        capture_output=True,
        timeout=60,
    )
    assert (result.stdout.decode(), result.stderr) == (f"{SENTENCES[0]}\n", b"")
    assert (here / "code").read_text() == "0\n"


def test_show_text_on_a_full_device(here: Path) -> None:
    with open("/dev/full", "wb") as full:
        result = run(
            here,
            *("--show-text", TEXT),
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert result.returncode == 1
    assert result.stderr == b"soprano-np: No space left on device\n"


def test_lexicon(here: Path) -> None:
    (here / "words").write_text("# names\nSiobhan\tshivawn\n")
    assert shown(here, "Siobhan left.", "--lexicon", "words") == "shivawn left.\n"
    result = run(here, "-v", "Siobhan left.", "--lexicon", "words", "--max-new-tokens", "3")
    assert b": shivawn left.\n" in result.stderr


@pytest.mark.parametrize("mode", [[], ["--show-text"], ["--output-raw"]])
def test_lexicon_that_cannot_be_read(here: Path, mode: list[str]) -> None:
    (here / "words").write_text("lamp\tlight\nno tab\n")
    line = refused(here, "hello", "--lexicon", "words", *mode)
    assert line == "words:2: expected word<TAB>how to say it, found 'no tab'"
    line = refused(here, "hello", "--lexicon", "gone", *mode)
    assert line == "gone: No such file or directory"


def test_lexicon_of_another_normalizer(here: Path) -> None:
    line = refused(here, "hello", "--lexicon", "words", "--normalizer", "none", code=2)
    assert line == "--lexicon goes with the default normalizer only (see --help)"


def test_too_little_memory_is_one_line_that_says_what_to_do(here: Path) -> None:
    os.truncate(here / "tiny" / "model.safetensors", 4 << 30)  # takes no room on the disk

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    threads = {"OPENBLAS_NUM_THREADS": "1"}
    line = refused(here, "hello", preexec_fn=limit, env=ENVIRONMENT | threads)
    assert line.startswith("not enough memory; a smaller --batch-size needs less, and an int8 copy")
