"""The parts of the voice's training that need no torch: locked phases, shards, templates."""

import random
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from evaluate_voice import read_lines
from train_voice import __main__ as program
from train_voice import files, locking, shards, templates, text
from train_voice.locking import Spectra

TOKENS = 9
FRAMES = 4 * (TOKENS - 1) + 1
SAMPLES = 1200 * (TOKENS - 1)


def spectra(f0: np.ndarray) -> Spectra:
    """Flat spectra of a given pitch, [frames]."""
    shape = len(f0), locking.BINS
    ones, zeros = np.ones(shape, np.float32), np.zeros(shape, np.float32)
    return Spectra(0.01 * ones, zeros, 0.001 * ones, zeros, f0.astype(np.float32))


def test_stft_inverts() -> None:
    wave = np.random.default_rng(0).standard_normal(SAMPLES).astype(np.float32)
    spectrum = locking.stft(wave)
    assert spectrum.shape == (FRAMES, locking.BINS)
    unscaled = spectrum * np.float32(locking.N_FFT / 4)
    np.testing.assert_allclose(locking.istft(unscaled), wave, atol=1e-5)


def test_a_unit_cosine_peaks_at_one() -> None:
    wave = np.cos(2 * np.pi * 1000 / 24000 * np.arange(SAMPLES)).astype(np.float32)
    assert np.abs(locking.stft(wave)[10]).max() == pytest.approx(1, abs=1e-3)


def test_steady_pitch_repeats_with_every_token() -> None:
    wave, half_cycles, parity = locking.lock(spectra(np.full(FRAMES, 203.0)))
    assert wave.shape == (SAMPLES,)
    assert half_cycles.tolist() == [20] * (TOKENS - 1) + [0]  # 200 Hz; the last lies past the end
    assert not parity.any()
    tokens = wave.reshape(-1, 1200)
    np.testing.assert_allclose(tokens[3], tokens[4], atol=1e-3 * np.abs(wave).max())
    loudest = np.abs(np.fft.rfft(tokens[3:5].reshape(-1))).argmax()
    assert loudest % 20 == 0  # a harmonic of 200 Hz, in bins of 10 Hz


def test_an_odd_count_turns_the_next_tokens_phase() -> None:
    half_cycles = np.array([0, 21, 20, 21, 22, 0, 21, 21], np.uint8)
    assert locking.parities(half_cycles).tolist() == [0, 0, 1, 1, 0, 0, 0, 1]


def test_phase_runs_on_where_pitch_changes() -> None:
    half_cycles = np.array([20, 21, 22, 24], np.uint8)
    voiced = np.ones(4800, bool)
    pulses = locking.pulse_train(half_cycles, locking.parities(half_cycles), voiced)
    peaks = np.flatnonzero(pulses > 0.5 * pulses.max())
    starts = peaks[np.append(True, np.diff(peaks) > 20)]
    gaps = np.diff(starts)
    assert len(starts) == pytest.approx(half_cycles.sum() / 2, abs=1)
    assert gaps.min() >= 96 and gaps.max() <= 124  # no pulse is lost or doubled at a border


def test_unvoiced_noise_repeats_and_is_flat() -> None:
    table = locking.noise_table()
    np.testing.assert_allclose(np.abs(table[:, 1:-1]), 1, atol=1e-5)
    wave, half_cycles, _ = locking.lock(spectra(np.zeros(FRAMES)))
    assert not half_cycles.any()
    tokens = wave.reshape(-1, 1200)
    np.testing.assert_allclose(tokens[3], tokens[4], atol=1e-5)


def utterance(number: int, tokens: int, wave: bool) -> shards.Utterance:
    rng = np.random.default_rng(number)
    frames = 4 * (tokens - 1) + 1
    return shards.Utterance(
        number,
        "one two " * number,
        rng.standard_normal((frames, 64)).astype(np.float16),
        rng.integers(0, 40, frames).astype(np.uint8),
        rng.integers(-1, 2, frames).astype(np.int16),
        rng.integers(0, 32, tokens).astype(np.uint8),
        rng.integers(0, 2, tokens).astype(np.uint8),
        rng.integers(-99, 99, 1200 * (tokens - 1)).astype(np.int16) if wave else None,
    )


@pytest.mark.parametrize("waves", [True, False])
def test_shards_come_back(tmp_path: Path, waves: bool) -> None:
    written = [utterance(number, 3 + number, waves) for number in range(3)]
    path = shards.shard_path(tmp_path, 7)
    shards.write(path, written)
    assert shards.shard_paths(tmp_path) == [path]
    for one, other in zip(shards.read(path), written, strict=True):
        assert vars(one).keys() == vars(other).keys()
        for name, value in vars(other).items():
            np.testing.assert_array_equal(getattr(one, name), value)


def test_a_shard_has_all_waves_or_none(tmp_path: Path) -> None:
    mixed = [utterance(0, 3, True), utterance(1, 4, False)]
    with pytest.raises(ValueError, match="1 waves for 2 utterances"):
        shards.write(shards.shard_path(tmp_path, 0), mixed)
    assert not shards.shard_paths(tmp_path)


def test_texts_of_a_shard(tmp_path: Path) -> None:
    path = shards.shard_path(tmp_path, 3)
    shards.write(path, [utterance(5, 3, True), utterance(7, 4, True)])
    assert list(shards.read_texts(path)) == [5, 7]
    assert list(shards.read_texts(path).values()) == [each.text for each in shards.read(path)]


@pytest.mark.parametrize("folder", [False, True])
def test_what_is_interrupted_leaves_the_old(tmp_path: Path, folder: bool) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(KeyboardInterrupt), files.whole(tmp_path / "file") as temporary:
        if folder:
            temporary.mkdir()
        (temporary / "inside" if folder else temporary).write_text("new")
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"
    files.write_json(tmp_path / "file", {"a": 1})
    assert (tmp_path / "file").read_text() == '{\n  "a": 1\n}\n'


def test_digest_of_a_folder(tmp_path: Path) -> None:
    files.write_arrays(tmp_path / "a.npz", {"x": np.zeros(3)})
    before = files.digest(tmp_path)
    (tmp_path / "b.npz.part").write_text("of an interrupted run")
    assert files.digest(tmp_path) == before != files.digest(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("plain", "spoken"),
    [
        ("i'm here, i said.", "I'm here, I said."),
        ("a b c.", "[A](/\N{MODIFIER LETTER VERTICAL LINE}A/) B C."),
        ("a dog.", "A dog."),
        ("a.", "[A](/\N{MODIFIER LETTER VERTICAL LINE}A/)."),
        ("vitamin c is good.", "Vitamin C is good."),
    ],
)
def test_letters_are_read_as_letters(plain: str, spoken: str) -> None:
    assert text.spoken_form(plain) == spoken


def test_wordnets_marks_are_dropped() -> None:
    assert text.clean_example("the word `dog' isn't new -- or is it") == (
        "the word dog isn't new, or is it"
    )
    assert text.clean_gloss("a (small) dog; often kept; third") == "a  dog, often kept"


def test_held_out_texts_are_known_by_their_words() -> None:
    lines = [text.Line(each, each, "example") for each in ("One, two!", "three.", "three.")]
    assert [line.text for line in text.unique(lines, {text.key("one two")})] == ["three."]


def test_what_voices_are_scored_by_is_held_out() -> None:
    never = {text.key(each) for each in text.scored()}
    for path in text.SENTENCES.iterdir():
        if path.stem in ("named", "score", "long", "list"):
            for line in read_lines(path):
                kept = text.unique([text.Line(line.text, line.spoken, "example")], never)
                assert not kept, line.text


def test_templates_are_filled() -> None:
    drawn = list(templates.everyday(300, random.Random(0)))
    kinds = {kind for kind, _ in drawn}
    assert kinds == {"greeting", "question", "exclamation", "names", "numbers", "letters", "list"}
    assert not [text for _, text in drawn if re.search(r"[{}_]|  ", text)]
    # The published held-out sentences, and any voice's text, rest on what a seed draws.
    assert [text for _, text in drawn[-3:]] == [
        "mice here, maps there, hills everywhere",
        "we need doors, dogs, and soup",
        "knock, knock",
    ]


def test_a_step_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["sing"]) == 2
    assert "Steps, in their order:" in capsys.readouterr().err
    assert program.main(["--help"]) == 0
    assert "Steps, in their order:" in capsys.readouterr().out


def test_steps_fail_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["train_voice"])
    assert program.main(["card", "--work", str(tmp_path), "--voice", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train_voice card: ")
    assert "training.json" in line

    def missing(name: str) -> None:
        raise ModuleNotFoundError(name=name.partition(".")[0])

    monkeypatch.setattr(program.importlib, "import_module", missing)
    assert program.main(["lm"]) == 1
    assert capsys.readouterr().err == "train_voice is not installed: pip install '.[train]'\n"
