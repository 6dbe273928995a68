"""Command lines that are wrong."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import refused, spoken


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected a text to speak"),
        (["-i", "tiny/config.json", "a", "b"], "expected one output file, found a and b"),
        (["hello", "a", "b"], "expected one output file, found a and b"),
        (["hello", "a", "-o", "b"], "expected one output file, found b and a"),
        (["hello", ""], "the file or model name is empty"),
        (["-i", ""], "the file or model name is empty"),
        (["hello", "-o", ""], "the file or model name is empty"),
        (["hello", "-m", ""], "the file or model name is empty"),
        (["hello", "a.mp3"], "a.mp3: only WAV files are written"),
        (
            ["-i", "tiny/config.json", "tiny/config.json"],
            "tiny/config.json is the input file; choose another output",
        ),
        (["hello", "--colour\nred"], "unrecognized arguments: --colour red"),
        (["hello", "--normalizer", "x"], "--normalizer: invalid choice: 'x'"),
        (["hello", "--seed", "1.5"], "--seed: must be a whole number, not '1.5'"),
        (["hello", "--seed", "-1"], "--seed: must be 0 or more, not -1"),
        (["hello", "--temperature", "nan"], "--temperature: must be from 0 to 100, not nan"),
        (["hello", "--temperature", "inf"], "--temperature: must be from 0 to 100, not inf"),
        (["hello", "--temperature", "-1"], "--temperature: must be from 0 to 100, not -1"),
        (["hello", "--top-k", "-1"], "--top-k: must be 0 or more, not -1"),
        (["hello", "--top-p", "0"], "--top-p: must be above 0 and at most 1, not 0"),
        (["hello", "--top-p", "nan"], "--top-p: must be above 0 and at most 1, not nan"),
        (["hello", "--repetition-penalty", "0"], "--repetition-penalty: must be from 0.01 to 100"),
        (["hello", "--max-new-tokens", "0"], "--max-new-tokens: must be from 1 to 65536, not 0"),
        (["hello", "--max-new-tokens", "9" * 30], "--max-new-tokens: must be from 1 to 65536"),
        (["hello", "--retries", "101"], "--retries: must be from 0 to 100, not 101"),
        (["hello", "--batch-size", "0"], "--batch-size: must be from 1 to 1024"),
        (["hello", "--batch-size", "9" * 30], "--batch-size: must be from 1 to 1024"),
        (["hello", "--threads", "0"], "--threads: must be from 1 to 1024, not 0"),
        (["hello", "--sentence-silence", "nan"], "--sentence-silence: must be from 0 to 60, not"),
        (["hello", "--sentence-silence", "1e9"], "--sentence-silence: must be from 0 to 60, not"),
        (["hello", "--sentence-silence=-1"], "--sentence-silence: must be from 0 to 60, not"),
        (
            ["hello", "--paragraph-silence", "61"],
            "--paragraph-silence: must be from 0 to 60",
        ),
        (["hello", "--chunk-size", "0"], "--chunk-size: must be from 1 to 16384"),
        (["hello", "--chunk-size", "9" * 30], "--chunk-size: must be from 1 to 16384"),
        (["hello", "--chunk-size", "x"], "--chunk-size: must be a whole number, not 'x'"),
        (["hello", "--play", "--output-raw"], "--output-raw: not allowed with argument"),
        (["hello", "--play", "--show-text"], "--show-text: not allowed with argument"),
        (["hello", "out.wav", "--output-raw"], "no file is written here; remove out.wav"),
        (["hello", "-o", "out.wav", "--play"], "no file is written here; remove out.wav"),
        (["hello", "out.wav", "--show-text"], "no file is written here; remove out.wav"),
    ],
)
def test_usage_errors(here: Path, arguments: Sequence[str], message: str) -> None:
    line = refused(here, *arguments, code=2)
    assert line.startswith(message)
    assert line.endswith("(see --help)")


def test_numbers_beyond_any_use(here: Path) -> None:
    options = ["hello", "--max-new-tokens", "3", "--temperature", "100"]
    spoken(here, *options, "--top-k", "9" * 30, "--seed", "9" * 30)
