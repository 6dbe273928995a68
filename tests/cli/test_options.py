"""What the options do."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.io.wavfile
from command_line import (
    ENVIRONMENT,
    SAME_CORES,
    TEXT,
    always,
    change_weights,
    pcm16,
    refused,
    run,
    shown,
    spoken,
)

from soprano_np import SopranoTTS
from soprano_np.audio.loudness import normalize


def test_loudness(here: Path, tiny: Path) -> None:
    raw = SopranoTTS(tiny).infer("hello", max_new_tokens=20)
    options = ("hello", "--max-new-tokens", "20")
    assert (spoken(here, *options, "--keep-loudness") == pcm16(raw)).all()
    assert np.abs(spoken(here, *options)).max() in (16383, 16384)


def test_float32(here: Path, tiny: Path) -> None:
    raw = SopranoTTS(tiny).infer("hello", max_new_tokens=20)
    options = ("-q", "hello", "--max-new-tokens", "20", "--float32")
    for arguments, expected in (([], normalize(raw)), (["--keep-loudness"], raw)):
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
    options = (TEXT, "--max-new-tokens", "12", "--keep-loudness")
    audio = spoken(here, *options, *option, env=SAME_CORES)
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
            rf"soprano-np: 1 runaway, 60 tokens, \d\.\d\d s{attempt}: hello\.", lines[1]
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
    assert line == "--lexicon works with the default normalizer only (see --help)"
