"""SopranoTTS: the signature users know, and its promises."""

import inspect
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np
import pytest
import scipy.io.wavfile
from hypothesis import given, settings
from hypothesis import strategies as st

from soprano_np import CheckpointError, Sampling, SopranoTTS
from soprano_np.audio.loudness import normalize
from soprano_np.vocoder.stream import Vocoder

TEXTS = [
    "The first sentence is about a lamp. The second sentence is about a long table.",
    "hello",
    "A third text has one sentence of its own.",
]
# What soprano-tts 0.2.0 takes by position, in its order.
POSITIONAL = ["top_p", "temperature", "repetition_penalty", "retries"]
# Neighbours in a batch change the rounding of float32 products, which the random weights amplify.
CLOSE = {"rtol": 0, "atol": 2e-3}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("tts") / "tiny")


@pytest.fixture(scope="module")
def tts(directory: Path) -> SopranoTTS:
    return SopranoTTS(directory)


def configured(directory: Path, name: str, **values: object) -> SopranoTTS:
    """Write a checkpoint, some settings of which differ, and open it."""
    path = make_checkpoint.write_checkpoint(directory / "tiny") / name
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    return SopranoTTS(directory / "tiny", normalizer="none")


def test_signatures_are_those_of_soprano_tts() -> None:
    for method, first in (
        (SopranoTTS.infer, ["text", "out_path"]),
        (SopranoTTS.infer_batch, ["texts", "out_dir"]),
    ):
        parameters = list(inspect.signature(method).parameters.values())[1:]
        positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
        assert [p.name for p in positional] == first + POSITIONAL
        assert all(p.default is not p.empty for p in parameters[1:])
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters[len(positional) :])


def test_defaults(tts: SopranoTTS) -> None:
    assert tts.sampling() == Sampling(0.0, 50, 0.95, 1.2, 512, 0, None)


def test_defaults_of_the_checkpoint(tmp_path: Path) -> None:
    said = {
        "temperature": 0.5,
        "top_k": 7,
        "top_p": 0.9,
        "repetition_penalty": 1.1,
        "max_new_tokens": 30,
    }
    tts = configured(tmp_path, "generation_config.json", **said)
    assert tts.sampling() == Sampling(**said)
    given = tts.sampling(1.0, 0.0, 1.0, 3, 0, 5, 9)  # what is asked for wins, zeros too
    assert given == Sampling(0.0, 0, 1.0, 1.0, 9, 3, 5)


def test_greedy_where_the_checkpoint_does_not_sample(tmp_path: Path) -> None:
    tts = configured(tmp_path, "generation_config.json", do_sample=False, temperature=0.5)
    assert tts.sampling().temperature == 0


def test_infer_is_its_sentences_joined(tts: SopranoTTS) -> None:
    sentences = list(tts.generate(tts.sentences(TEXTS[0]), tts.sampling(max_new_tokens=20)))
    assert [sentence.text for sentence in sentences] == [
        "the first sentence is about a lamp.",
        "the second sentence is about a long table.",
    ]
    for sentence in sentences:
        assert sentence.states.shape == (len(sentence.tokens), 24)
        assert len(sentence.audio) == (len(sentence.tokens) - 1) * 64
    audio = tts.infer(TEXTS[0], max_new_tokens=20)
    assert (audio == np.concatenate([sentence.audio for sentence in sentences])).all()


def test_what_is_returned(tts: SopranoTTS) -> None:
    assert tts.sample_rate == 8000
    for audio in (
        tts.infer("hello", max_new_tokens=9),
        tts.infer(TEXTS[0], max_new_tokens=9, normalize=True),
        *tts.infer_batch(TEXTS, max_new_tokens=9),
    ):
        assert isinstance(audio, np.ndarray)
        assert (audio.dtype, audio.ndim) == (np.float32, 1)
        assert audio.flags.writeable
        assert audio.base is None or audio.base.flags.owndata


def test_normalize(tts: SopranoTTS) -> None:
    raw = tts.infer(TEXTS[0], max_new_tokens=9)
    assert np.abs(raw).max() != pytest.approx(0.5)
    assert (tts.infer(TEXTS[0], max_new_tokens=9, normalize=True) == normalize(raw)).all()


def test_sentence_silence(tts: SopranoTTS) -> None:
    first, second = (s.audio for s in tts.generate(tts.sentences(TEXTS[0]), Sampling(retries=0)))
    audio = tts.infer(TEXTS[0], sentence_silence=0.1)
    assert (audio == np.concatenate([first, np.zeros(800), second])).all()


@pytest.mark.parametrize("sampled", [{}, {"temperature": 1.0, "seed": 3}])
@pytest.mark.parametrize("batch_size", [1, 2, 16])
def test_batch_is_each_alone(
    directory: Path, tts: SopranoTTS, sampled: dict[str, float], batch_size: int
) -> None:
    options = {"max_new_tokens": 12, **sampled}
    together = SopranoTTS(directory, batch_size=batch_size).infer_batch(TEXTS, **options)
    for text, audio in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(audio, tts.infer(text, **options), **CLOSE)


def test_no_texts(tts: SopranoTTS, tmp_path: Path) -> None:
    assert tts.infer_batch([], tmp_path / "out") == []


def test_seed(tts: SopranoTTS) -> None:
    def drawn(seed: int | None) -> bytes:
        audio = tts.infer("hello", temperature=2.0, max_new_tokens=20, seed=seed)
        return audio.tobytes()

    assert drawn(1) == drawn(1)
    assert len({drawn(1), drawn(2), drawn(10**30), drawn(None), drawn(None)}) == 5


def test_files(tts: SopranoTTS, tmp_path: Path) -> None:
    audio = tts.infer("hello", tmp_path / "a.wav", max_new_tokens=9)
    rate, values = scipy.io.wavfile.read(tmp_path / "a.wav")
    assert (rate, values.dtype) == (8000, np.int16)
    np.testing.assert_allclose(values / 32767, np.clip(audio, -1, 1), atol=0.51 / 32767)
    audios = tts.infer_batch(TEXTS, str(tmp_path / "new" / "deep"), max_new_tokens=9)
    assert sorted(os.listdir(tmp_path / "new" / "deep")) == ["0.wav", "1.wav", "2.wav"]
    for index, audio in enumerate(audios):
        _, values = scipy.io.wavfile.read(tmp_path / "new" / "deep" / f"{index}.wav")
        assert len(values) == len(audio)


def test_directory_that_cannot_be_made(
    tts: SopranoTTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(Vocoder, "__call__", None)
    with pytest.raises(OSError, match="file"):
        tts.infer_batch(["hello"], tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        tts.infer_batch(["hello"], tmp_path / "file" / "out")


def test_bad_target_is_known_before_speaking(
    tts: SopranoTTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SopranoTTS, "generate", None)
    with pytest.raises(IsADirectoryError):
        tts.infer("hello", tmp_path)
    with pytest.raises(FileNotFoundError):
        tts.infer("hello", tmp_path / "gone" / "a.wav")


@pytest.mark.parametrize("text", ["", " \n", "...", "\0", "\u200b", "?! -"])
def test_nothing_to_speak(
    tts: SopranoTTS, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SopranoTTS, "generate", None)  # nothing may be generated first
    message = "nothing in the text can be spoken"
    with pytest.raises(ValueError, match=message):
        tts.infer(text, tmp_path / "a.wav")
    with pytest.raises(ValueError, match=message):
        tts.infer_batch(["hello", text], tmp_path / "out")
    assert os.listdir(tmp_path) == []


def test_normalizer_that_gives_no_text(directory: Path) -> None:
    with pytest.raises(TypeError, match="a normalizer must give a str, not list"):
        SopranoTTS(directory, str.split).infer("hello")  # type: ignore[arg-type]


def test_batch_into_files_that_cannot_be(
    tts: SopranoTTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SopranoTTS, "generate", None)  # nothing may be generated first
    (tmp_path / "1.wav").mkdir()
    with pytest.raises(IsADirectoryError, match=r"1\.wav: expected a file to write"):
        tts.infer_batch(["hello", "hello"], tmp_path)


@pytest.mark.parametrize("counted", ["top_k", "max_new_tokens", "retries", "seed"])
def test_counts_are_whole(tts: SopranoTTS, counted: str) -> None:
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        tts.infer("hello", **{counted: 1.5})


@pytest.mark.parametrize("normalizer", ["none", "reference"])
def test_text_that_is_no_unicode(directory: Path, normalizer: str) -> None:
    with pytest.raises(ValueError, match="not valid Unicode at character 3"):
        SopranoTTS(directory, normalizer).infer("hi\ud800")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -1.0}, "temperature must be from 0 to 100, not -1.0"),
        ({"top_p": float("nan")}, "top_p must be above 0 and at most 1, not nan"),
        ({"top_p": 0.0}, "top_p must be"),
        ({"top_k": -1}, "top_k must be"),
        ({"repetition_penalty": 0.0}, "repetition_penalty must be"),
        ({"max_new_tokens": 0}, "max_new_tokens must be"),
        ({"retries": -1}, "retries must be"),
        ({"seed": -1}, "seed must be"),
        ({"sentence_silence": float("inf")}, "a silence must be from 0 to 60 seconds, not inf"),
        ({"sentence_silence": -0.1}, "a silence must be"),
    ],
)
def test_values_out_of_range(
    tts: SopranoTTS, tmp_path: Path, options: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        tts.infer("hello", **options)
    with pytest.raises(ValueError, match=message):
        tts.infer_batch(["hello"], tmp_path / "out", **options)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("batch_size", [0, -1, 10**30])
def test_batch_size_out_of_range(directory: Path, batch_size: int) -> None:
    with pytest.raises(ValueError, match="batch_size must be from 1 to 1024, not"):
        SopranoTTS(directory, batch_size=batch_size)


def test_normalizers(directory: Path) -> None:
    spoken = {
        normalizer: SopranoTTS(directory, normalizer).sentences("Dr. 5")
        for normalizer in ("reference", "none", str.upper)
    }
    assert list(spoken.values()) == [["doctor five."], ["Dr. 5"], ["DR. 5"]]
    with pytest.raises(ValueError, match="a function or one of default, none, reference: 'best'"):
        SopranoTTS(directory, "best")


@pytest.mark.parametrize("limit", [4, 5, 9, 30])
def test_short_context(tmp_path: Path, limit: int) -> None:
    tts = configured(tmp_path, "config.json", max_position_embeddings=limit)
    text = "A lamp was lit, and the long table laid for supper; nobody came. " + "z" * 40
    sentences = tts.sentences(text)
    letters = filter(str.isalnum, text)  # a piece of nothing but punctuation is left out
    assert "".join(filter(str.isalnum, "".join(sentences))) == "".join(letters)
    assert max(len(tts.model.tokenizer.encode(sentence)) for sentence in sentences) <= limit
    assert len(tts.infer(text, max_new_tokens=2)) <= 64 * len(sentences)


def test_context_too_short_for_any_text(tmp_path: Path) -> None:
    tts = configured(tmp_path, "config.json", max_position_embeddings=3)
    with pytest.raises(ValueError, match="context of 3 tokens is too short for any text"):
        tts.infer("hello")


def test_paragraphs(tts: SopranoTTS) -> None:
    text = f"{TEXTS[0]}\n\n{TEXTS[2]}\n***\n\n...\n\n{TEXTS[2]}"
    first, second, third = tts.paragraphs(text)
    assert first == tts.sentences(TEXTS[0])
    assert len(first) == 2
    assert second[0] == third[0] == "a third text has one sentence of its own."
    assert tts.sentences(text) == [*first, *second, *third]
    with pytest.raises(ValueError, match="nothing in the text can be spoken"):
        tts.paragraphs("...")


def test_paragraph_silence(tts: SopranoTTS) -> None:
    text = f"{TEXTS[0]}\n\n{TEXTS[2]}"
    options = {"max_new_tokens": 9, "sentence_silence": 0.1}
    sound = 8 * 64
    assert len(tts.infer(text, **options)) == 3 * sound + 800 + 4000
    audio = tts.infer(text, **options, paragraph_silence=0.25)
    assert len(audio) == 3 * sound + 800 + 2000
    assert not audio[2 * sound + 800 :][:2000].any()
    assert audio[-sound:].all()
    (batched,) = tts.infer_batch([text], **options, paragraph_silence=0.25)
    assert len(batched) == len(audio)
    with pytest.raises(ValueError, match="a silence must be from 0 to 60 seconds, not 61"):
        tts.infer(text, paragraph_silence=61)


def test_lexicon(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "words"
    path.write_text("Siobhan\tshivawn\n")
    for lexicon in ({"Siobhan": "shivawn"}, path, str(path)):
        tts = SopranoTTS(directory, lexicon=lexicon)
        assert tts.sentences("Siobhan left.") == ["shivawn left."]
    for normalizer in ("none", "reference", str.lower):
        with pytest.raises(ValueError, match="a lexicon goes with the default normalizer only"):
            SopranoTTS(directory, normalizer, lexicon={})
    with pytest.raises(FileNotFoundError):
        SopranoTTS(directory, lexicon=tmp_path / "gone")
    path.write_text("no tab\n")
    with pytest.raises(ValueError, match="words:1: expected word<TAB>how to say it"):
        SopranoTTS(directory, lexicon=path)


def test_prompt_length_of_the_checkpoint(tmp_path: Path) -> None:
    tts = configured(tmp_path, "generation_config.json", max_prompt_characters=20)
    sentences = tts.sentences("A lamp was lit and the long table laid for supper.")
    assert " ".join(sentences) == "A lamp was lit and the long table laid for supper."
    assert max(map(len, sentences)) <= 20


@settings(max_examples=60)
@given(st.text(max_size=400))
def test_every_character_is_kept(directory: Path, text: str) -> None:
    tts = opened(directory)
    try:
        sentences = tts.sentences(text)
    except ValueError as error:
        assert "nothing in the text" in str(error)
        return
    spoken = "".join("".join(sentences).split())
    kept = iter("".join(text.replace("“", '"').replace("”", '"').split()))
    assert all(char in kept for char in spoken)  # in order, nothing added
    assert sum(map(str.isalnum, spoken)) == sum(map(str.isalnum, text))


_OPENED: dict[Path, SopranoTTS] = {}


def opened(directory: Path) -> SopranoTTS:
    """Open a checkpoint once for all examples, without a normaliser."""
    return _OPENED.setdefault(directory, SopranoTTS(directory, "none"))


def test_sentences_are_drawn_as_they_are_needed(directory: Path) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "hello there."

    tts = SopranoTTS(directory, batch_size=2)
    spoken = tts.generate(endless(), Sampling(max_new_tokens=3))
    assert [next(spoken).text for _ in range(5)] == ["hello there."] * 5


def test_constructing_and_speaking_print_nothing(
    directory: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    SopranoTTS(directory).infer("hello", max_new_tokens=3)
    assert caplog.messages == ["a sentence did not end by itself: 'hello.'"]
    assert capfd.readouterr() == ("", "")


def test_speech_without_a_sound(tts: SopranoTTS, caplog: pytest.LogCaptureFixture) -> None:
    audio = tts.infer(TEXTS[0], max_new_tokens=1)
    assert (audio.dtype, audio.shape) == (np.float32, (0,))
    assert len(caplog.messages) == 2


def test_numbers_that_overflow_are_refused(
    tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = np.array([0, np.nan], np.float32)
    monkeypatch.setattr(Vocoder, "__call__", lambda self, states: sound)
    with pytest.raises(CheckpointError, match="numbers that are not finite"):
        tts.infer("hello", max_new_tokens=3)


def test_short_sentences_are_merged_unless_silence_comes_between(tts: SopranoTTS) -> None:
    text = "One day. The cat slept. It rained."
    assert len(tts.sentences(text)) == 1
    assert tts.paragraphs(text, merge=False) == [["one day.", "the cat slept.", "it rained."]]
    options = {"max_new_tokens": 4}
    spoken = tts.infer(text, sentence_silence=0.5, **options)
    assert len(spoken) == 3 * 3 * 64 + 2 * 4000
    streamed = np.concatenate([*tts.infer_stream(text, sentence_silence=0.5, **options)])
    np.testing.assert_allclose(streamed, spoken, atol=1e-5)


@pytest.mark.parametrize("text", [None, 5, b"hi", ["hi"]])
def test_what_is_no_text_is_refused(tts: SopranoTTS, text: Any) -> None:
    with pytest.raises(TypeError, match="a text must be a str, not"):
        tts.infer(text)
    with pytest.raises(TypeError, match="texts must be a list"):
        tts.infer_batch("hi")
