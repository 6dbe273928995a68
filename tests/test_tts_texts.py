"""SopranoTTS and texts: what is read, how it is cut, and what is refused."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from speech import TEXTS, configured, spoken

from soprano_np import SopranoTTS
from soprano_np.engine.worker import Engine


def test_utterances_are_those_that_are_spoken(tts: SopranoTTS) -> None:
    request = tts.request(max_new_tokens=3, sentence_silence=0.1, paragraph_silence=0.3)
    text = f"{TEXTS[0]}\n\n{TEXTS[2]}"
    utterances = list(tts.utterances(text, request))
    sentences = list(tts.track(text, request))
    assert [each.pause for each in utterances] == [0, 0.1, 0.3]
    assert [each.spoken for each in utterances] == [each.text for each in sentences]
    assert [each.written for each in utterances] == [each.written for each in sentences]
    assert [each.pause for each in utterances] == [each.pause for each in sentences]
    for each in utterances:
        assert each.ids.tolist() == tts.model.tokenizer.encode(each.spoken).tolist()


def test_a_track_of_pieces(tts: SopranoTTS) -> None:
    pieces = iter(["A lamp was lit in the old house.\n", "Nobody came to the long table.\n"])
    sentences = list(tts.track(pieces, tts.request(max_new_tokens=3)))
    assert [each.text for each in sentences] == [
        "a lamp was lit in the old house.",
        "nobody came to the long table.",
    ]


@pytest.mark.parametrize("text", ["", " \n", "...", "\0", "\u200b", "?! -"])
def test_nothing_to_speak(
    tts: SopranoTTS, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "submit", None)  # nothing may be generated first
    message = "nothing in the text can be spoken"
    with pytest.raises(ValueError, match=message):
        tts.infer(text, tmp_path / "a.wav")
    with pytest.raises(ValueError, match=message):
        tts.infer_batch(["hello", text], tmp_path / "out")
    assert os.listdir(tmp_path) == []


def test_normalizer_that_gives_no_text(directory: Path) -> None:
    with pytest.raises(TypeError, match=r"normalizer must .* a str, not list"):
        SopranoTTS(directory, str.split).infer("hello")  # type: ignore[arg-type]


@pytest.mark.parametrize("normalizer", ["none", "reference"])
def test_text_that_is_no_unicode(directory: Path, normalizer: str) -> None:
    with pytest.raises(ValueError, match="not valid Unicode at character 3"):
        SopranoTTS(directory, normalizer).infer("hi\ud800")


def test_normalizers(directory: Path) -> None:
    read = [
        spoken(SopranoTTS(directory, normalizer), "Dr. 5")
        for normalizer in ("reference", "none", str.upper)
    ]
    assert read == [["doctor five."], ["Dr. 5"], ["DR. 5"]]
    with pytest.raises(ValueError, match="a function or one of default, none, reference: 'best'"):
        SopranoTTS(directory, "best")


def test_paragraphs(tts: SopranoTTS) -> None:
    text = f"{TEXTS[0]}\n\n{TEXTS[2]}\n***\n\n...\n\n{TEXTS[2]}"
    utterances = list(tts.utterances(text, tts.request(paragraph_silence=2)))
    third = "a third text has one sentence of its own."
    assert [each.spoken for each in utterances] == [*spoken(tts, TEXTS[0]), third, third]
    assert [each.pause for each in utterances] == [0, 0, 2, 2]
    with pytest.raises(ValueError, match=r"nothing in the text can be spoken: '\.\.\.'"):
        tts.utterances("...")


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
    with pytest.raises(ValueError, match="paragraph_silence must be from 0 to 60, not 61"):
        tts.infer(text, paragraph_silence=61)


def test_lexicon(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "words"
    path.write_text("Siobhan\tshivawn\n")
    for lexicon in ({"Siobhan": "shivawn"}, path, str(path)):
        tts = SopranoTTS(directory, lexicon=lexicon)
        assert spoken(tts, "Siobhan left.") == ["shivawn left."]
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
    sentences = spoken(tts, "A lamp was lit and the long table laid for supper.")
    assert " ".join(sentences) == "A lamp was lit and the long table laid for supper."
    assert max(map(len, sentences)) <= 20


@settings(max_examples=60)
@given(st.text(max_size=400))
def test_every_character_is_kept(directory: Path, text: str) -> None:
    tts = opened(directory)
    try:
        sentences = spoken(tts, text)
    except ValueError as error:
        assert "nothing in the text" in str(error)
        return
    said = "".join("".join(sentences).split())
    kept = iter("".join(text.replace("“", '"').replace("”", '"').split()))
    assert all(char in kept for char in said)  # in order, nothing added
    assert sum(map(str.isalnum, said)) == sum(map(str.isalnum, text))


_OPENED: dict[Path, SopranoTTS] = {}


def opened(directory: Path) -> SopranoTTS:
    """Open a checkpoint once for all examples, without a normaliser."""
    return _OPENED.setdefault(directory, SopranoTTS(directory, "none"))


def test_pieces_are_pulled_as_they_are_needed(directory: Path) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "hello there.\n"

    tts = SopranoTTS(directory, batch_size=2)
    track = tts.track(endless(), tts.request(max_new_tokens=3, sentence_silence=0.1))
    assert [next(track).text for _ in range(5)] == ["hello there."] * 5
    tts.engine.close()


def test_short_sentences_are_merged_unless_silence_comes_between(tts: SopranoTTS) -> None:
    text = "One day. The cat slept. It rained."
    assert len(spoken(tts, text)) == 1
    apart = spoken(tts, text, sentence_silence=0.5)
    assert apart == ["one day.", "the cat slept.", "it rained."]
    options = {"max_new_tokens": 4}
    audio = tts.infer(text, sentence_silence=0.5, **options)
    assert len(audio) == 3 * 3 * 64 + 2 * 4000
    streamed = np.concatenate([*tts.infer_stream(text, sentence_silence=0.5, **options)])
    np.testing.assert_allclose(streamed, audio, atol=1e-5)
