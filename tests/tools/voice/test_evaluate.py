"""Scoring a voice, with listeners that know what they will hear."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import make_checkpoint
import numpy as np
import pytest
import scipy.io.wavfile
from voice import evaluate as program
from voice.evaluate import Line, Speech, edits, evaluate, interval, read_lines, silence, words

from soprano_np import SopranoTTS
from soprano_np.nn.ops import Floats

RATE = 1000  # samples a second


def tone(seconds: float, before: float = 0, after: float = 0) -> Floats:
    """A cosine between silences, [samples]."""
    sound = np.cos(np.arange(round(seconds * RATE)) * 0.1).astype(np.float32)
    return np.pad(sound, (round(before * RATE), round(after * RATE)))


def heard(*texts: str) -> program.Recognise:
    """A recogniser that hears these, one after the other."""
    waiting = iter(texts)
    return lambda audio, sample_rate: next(waiting)


def rated(*scores: float) -> program.Rate:
    """A judge who gives these scores in turn."""
    waiting = iter(scores)
    return lambda audio, sample_rate: next(waiting)


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listeners in place of those that must be installed: one hears one word, one likes all."""
    monkeypatch.setattr(program, "whisper", lambda: lambda audio, rate: "Hello!")
    monkeypatch.setattr(program, "dnsmos", lambda: lambda audio, rate: 3.0)


@pytest.fixture
def sentences(tmp_path: Path) -> str:
    """A file of two sentences."""
    (tmp_path / "sentences").write_text("hello.\n\nhello world.\n")
    return str(tmp_path / "sentences")


@pytest.mark.parametrize(
    ("person", "recogniser"),
    [
        ("five dogs", "5 dogs."),
        ("it's twenty five dollars", "Its $25"),
        ("a well-known o'clock", "A well known o\u2019clock!"),
        ("doctor who", "Dr. Who"),
        ("no, no, no.", "No no no"),
        ("f b i", "F B I"),
    ],
)
def test_words_are_those_said(person: str, recogniser: str) -> None:
    assert words(person) == words(recogniser) != []


def test_nothing_was_heard() -> None:
    assert words("") == words(" ... ") == []


@pytest.mark.parametrize(
    ("a", "b", "count"),
    [("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("abcd", "bcde", 2)],
)
def test_edits(a: str, b: str, count: int) -> None:
    assert edits(a, b) == edits(b, a) == count
    assert edits(list(a), list(b)) == count


def test_interval() -> None:
    assert interval([0, 0, 0], [5, 6, 7]) == (0, 0)
    assert interval([1, 1], [4, 4]) == (0.25, 0.25)
    low, high = interval([0, 1] * 50, [2] * 100)
    assert 0.15 < low < 0.25 < high < 0.35  # 0.25 +- 1.96 * 0.25 / sqrt(100)
    assert interval([0, 1] * 50, [2] * 100) == (low, high)


def test_silence() -> None:
    assert silence(tone(1.0, 0.25, 0.5), RATE) == pytest.approx((0.25, 0.5), abs=0.02)
    assert silence(np.zeros(500, np.float32), RATE) == (0.5, 0.5)
    assert silence(np.zeros(0, np.float32), RATE) == (0, 0)


def test_scores() -> None:
    lines = [Line("one two three.", "One.", 1.0), Line("four.", "4.", 2.0)]
    speeches = [
        Speech(tone(1.0, after=0.5), RATE, stopped=True, took=0.25),
        Speech(tone(1.0, before=0.5), RATE, stopped=False, took=0.5),
    ]
    misheard: list[str] = []
    listeners = heard("1 too 3", "Four"), rated(2.0, 4.0)
    row = evaluate("voice", lines, speeches, *listeners, misheard.append)
    assert (row.name, row.sentences) == ("voice", 2)
    assert row.wer == 1 / 4
    assert (row.wer_low, row.wer_high) == (0, 1 / 3)
    assert row.cer == 1 / len("one two threefour")
    assert row.stopped == 0.5
    assert row.dnsmos == 3
    assert row.real_time == 4
    assert row.longest == 1.5  # of 1.5 s for 1 s, and 1.5 s for 2 s
    assert row.jump == pytest.approx(1)  # the tone begins at its peak
    assert (row.silence_before, row.silence_after) == pytest.approx((0.5, 0.5), abs=0.02)
    assert misheard == ["voice: one two three -> one too three"]


def test_scores_of_what_is_not_known() -> None:
    row = evaluate("t", [Line("a", "a")], [Speech(tone(1), RATE)], heard(""), rated(1))
    assert (row.wer, row.cer) == (1, 1)
    assert (row.stopped, row.real_time, row.longest) == (None, None, None)


def test_a_voice_without_a_sound() -> None:
    empty = Speech(np.zeros(0, np.float32), RATE, stopped=True, took=0.1)
    row = evaluate("mute", [Line("a", "a", 1.0)], [empty], heard(""), rated(1))
    assert (row.wer, row.longest, row.jump, row.real_time) == (1, 0, 0, 0)


def test_files_of_sentences(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text('A dog.\n\n{"text": "f b i", "spoken": "F B I", "seconds": 1.5}\n{"text": "x"}')
    assert read_lines(path) == [
        Line("A dog.", "A dog.", None),
        Line("f b i", "F B I", 1.5),
        Line("x", "x", None),
    ]
    for damaged in ("{", '{"words": "x"}'):
        path.write_text(f"A dog.\n{damaged}\n")
        with pytest.raises(ValueError, match='file:2: expected JSON with "text"'):
            read_lines(path)
    for wordless in ("...", '{"text": "?!"}'):
        path.write_text(f"A dog.\n\n{wordless}\n")
        with pytest.raises(
            ValueError, match="file:3: expected a sentence, but there is no word in it"
        ):
            read_lines(path)
    path.write_text("\n")
    with pytest.raises(ValueError, match="expected one sentence per line, but the file is empty"):
        read_lines(path)


@pytest.mark.usefixtures("listeners")
def test_voices_side_by_side(
    tmp_path: Path, sentences: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (
        str(make_checkpoint.write_checkpoint(tmp_path / name)) for name in ("first", "second")
    )
    for number in range(2):
        sound = (tone(2) * 30000).astype(np.int16)
        scipy.io.wavfile.write(tmp_path / f"{number}.wav", RATE, sound)
    arguments = [first, second, "--sentences", sentences, "--teacher", str(tmp_path), "-v"]
    assert program.main(arguments) == 0
    output, errors = capsys.readouterr()
    heading, *table, last = output.splitlines()
    assert heading.split()[:2] == ["voice", "WER"]
    names = [str(tmp_path), first, second]
    assert [row.split()[0] for row in table] == names
    assert len({len(row) for row in (heading, *table)}) == 1
    teacher, *voices = json.loads(last)["voices"]
    assert [row["name"] for row in (teacher, *voices)] == names
    assert teacher["longest"] == 1
    assert (teacher["stopped"], teacher["real_time"]) == (None, None)
    spoken = SopranoTTS(first).infer_batch(["hello.", "hello world."])
    for row in voices:
        assert row["wer"] == 1 / 3
        assert row["stopped"] is not None
        assert row["real_time"] > 0
        assert row["longest"] == max(map(len, spoken)) / 8000 / 2
    assert f"{first}: hello world -> hello" in errors


@pytest.mark.usefixtures("listeners")
def test_hibari_is_given_what_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = []

    class Hibari:
        sample_rate = RATE

        def __call__(self, text: str, seed: int = 0) -> Floats:
            given.append(text)
            return tone(1)

    monkeypatch.setitem(sys.modules, "hibari", argparse.Namespace(Hibari=Hibari))  # type: ignore[arg-type]
    (tmp_path / "file").write_text('{"text": "hello", "spoken": "H."}')
    assert program.main(["--sentences", str(tmp_path / "file"), "--teacher-hibari"]) == 0
    assert set(given) == {"H."}
    (row,) = json.loads(capsys.readouterr().out.splitlines()[-1])["voices"]
    assert (row["name"], row["wer"], row["longest"]) == ("hibari-tts", 0, 1)
    assert row["real_time"] > 0


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run, expect a failure and one line about it; return the line."""
    assert program.main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(
    ("module", "extra"),
    [("faster_whisper", "evaluate"), ("speechmos", "evaluate"), ("hibari", "train")],
)
def test_missing_packages(
    module: str,
    extra: str,
    sentences: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    if module == "speechmos":
        monkeypatch.setattr(program, "whisper", lambda: None)
        monkeypatch.setattr(program.importlib.util, "find_spec", lambda name: None)
    elif module == "hibari":
        request.getfixturevalue("listeners")
    monkeypatch.setitem(sys.modules, module, None)
    line = refused(capsys, "--sentences", sentences, "--teacher-hibari")
    assert line == f"evaluate: {module} is not installed: pip install '.[{extra}]'"


@pytest.mark.usefixtures("listeners")
def test_errors_are_one_line(
    tmp_path: Path, sentences: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone")
    assert refused(capsys, gone, "--sentences", sentences).startswith("evaluate: no such directory")
    assert gone in refused(capsys, "x", "--sentences", gone)
    assert "0.wav" in refused(capsys, "--sentences", sentences, "--teacher", gone)
    stereo = np.zeros((9, 2), np.int16)
    scipy.io.wavfile.write(tmp_path / "0.wav", RATE, stereo)
    line = refused(capsys, "--sentences", sentences, "--teacher", str(tmp_path))
    assert line.endswith("0.wav: expected mono of at least 16 bits")
    with pytest.raises(SystemExit):
        program.main(["--sentences", sentences])


def test_sentences_are_spoken_as_they_are_scored(tmp_path: Path) -> None:
    """Nothing is spoken before it is asked for, so that a slow listener does not fill memory."""
    model = make_checkpoint.write_checkpoint(tmp_path / "tiny")
    speeches = program.model_speech(str(model), [Line("hello.", "hello.")] * 3)
    assert isinstance(speeches, Iterator)
    assert next(speeches).sample_rate == 8000
