"""Speech as it is made is what infer returns."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from speech import AMPLIFIED, FIRST, PER_TOKEN, TEXT, joined, spoken

from soprano_np import SopranoTTS
from soprano_np.vocoder.istft import InverseSTFT
from soprano_np.vocoder.stream import Vocoder

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


@pytest.fixture
def tts(by_size: dict[int, SopranoTTS]) -> SopranoTTS:
    """Speech that never ends by itself."""
    return by_size[16]


# The same sound


@pytest.mark.parametrize("chunk_size", [1, 2, 3, 7, 64, None])
@pytest.mark.parametrize("tokens", [1, 2, 3, 4, 9, 65, 512])
def test_a_stream_is_the_whole(
    tts: SopranoTTS, same: Any, tokens: int, chunk_size: int | None
) -> None:
    whole = tts.infer(FIRST, max_new_tokens=tokens)
    assert len(whole) == (tokens - 1) * PER_TOKEN
    chunks = list(tts.infer_stream(FIRST, chunk_size, max_new_tokens=tokens))
    assert all(len(chunk) for chunk in chunks)
    same(joined(chunks), whole)


@pytest.mark.parametrize("chunk_size", [1, 7, None])
@pytest.mark.parametrize("batch_size", [1, 2, 16])
@pytest.mark.parametrize("sampled", [{}, {"temperature": 1.0, "seed": 3}])
def test_several_sentences(
    by_size: dict[int, SopranoTTS],
    same: Any,
    sampled: dict[str, Any],
    batch_size: int,
    chunk_size: int | None,
) -> None:
    tts = by_size[batch_size]
    options = {"max_new_tokens": 30, "sentence_silence": 0.1, "paragraph_silence": 0.25, **sampled}
    streamed = joined(tts.infer_stream(TEXT, chunk_size, **options))
    same(streamed, tts.infer(TEXT, **options), 1e-5 if batch_size == 1 else AMPLIFIED)


def test_silences(tts: SopranoTTS) -> None:
    options = {"sentence_silence": 0.1, "paragraph_silence": 0.25, "max_new_tokens": 9}
    streamed = joined(tts.infer_stream(TEXT, **options))
    sound = 8 * PER_TOKEN
    assert len(spoken(tts, TEXT)) == 5
    start = 0
    for pause in (0, 800, 2000, 800, 2000):
        assert not streamed[start : start + pause].any()
        start += pause
        assert streamed[start : start + sound].all()
        start += sound
    assert start == len(streamed)


WORDS = "lamp moth table supper letter window garden winter river morning".split()


@settings(deadline=None, max_examples=10)
@given(
    counts=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    tokens=st.integers(1, 40),
    chunk_size=st.none() | st.integers(1, 50),
    silence=st.sampled_from([0.0, 0.01]),
)
def test_any_text(
    by_size: dict[int, SopranoTTS],
    same: Any,
    counts: list[int],
    tokens: int,
    chunk_size: int | None,
    silence: float,
) -> None:
    paragraphs = [
        " ".join(f"Here is a {WORDS[3 * row + n]} that nobody has seen." for n in range(count))
        for row, count in enumerate(counts)
    ]
    text = "\n\n".join(paragraphs)
    options = {"max_new_tokens": tokens, "sentence_silence": silence}
    for tts in by_size.values():
        assert len(spoken(tts, text)) == sum(counts)
        streamed = joined(tts.infer_stream(text, chunk_size, **options))
        same(streamed, tts.infer(text, **options), AMPLIFIED)


@pytest.mark.parametrize("batch_size", [1, 2, 16])
def test_sentences_of_many_lengths(
    speakers: Callable[..., SopranoTTS], tts: SopranoTTS, same: Any, batch_size: int
) -> None:
    sentences = list(tts.track(TEXT, tts.request(max_new_tokens=40)))
    speaker = speakers(batch_size, stop_id=int(sentences[2].tokens[0]))  # so one has none at all
    options = {"max_new_tokens": 40, "sentence_silence": 0.1}
    lengths = [len(each.tokens) for each in speaker.track(TEXT, speaker.request(**options))]
    assert lengths[2] == 0
    assert len(set(lengths)) > 2
    for chunk_size in (1, 5, None):
        streamed = joined(speaker.infer_stream(TEXT, chunk_size, **options))
        same(streamed, speaker.infer(TEXT, **options), AMPLIFIED)


def test_text_without_a_sound(
    speakers: Callable[..., SopranoTTS], tts: SopranoTTS, caplog: pytest.LogCaptureFixture
) -> None:
    (sentence,) = tts.track(FIRST, tts.request(max_new_tokens=1))
    mute = speakers(stop_id=int(sentence.tokens[0]))
    assert list(mute.infer_stream(FIRST)) == []
    assert caplog.messages[-1] == f"a sentence ended before its first sound: {FIRST!r}"


def test_streams_side_by_side(tts: SopranoTTS, same: Any) -> None:
    whole = tts.infer(FIRST, max_new_tokens=100)
    streams = [tts.infer_stream(FIRST, 5, max_new_tokens=100) for _ in range(3)]
    for chunks in zip(*streams, strict=True):
        assert len({len(chunk) for chunk in chunks}) == 1
    for stream in [tts.infer_stream(FIRST, 5, max_new_tokens=100) for _ in range(3)]:
        same(joined(stream), whole, AMPLIFIED)


def test_same_padding(speakers: Callable[..., SopranoTTS], tts: SopranoTTS, same: Any) -> None:
    vocoder = tts.model.vocoder
    other = Vocoder.__new__(Vocoder)
    vars(other).update(vars(vocoder))
    other.config = replace(vocoder.config, padding="same")
    other.istft = InverseSTFT(other.config)
    speaker = speakers(vocoder=other)
    for tokens in (1, 2, 3, 50):
        whole = speaker.infer(FIRST, max_new_tokens=tokens)
        assert len(whole) == (tokens - 1) * PER_TOKEN + 16
        same(joined(speaker.infer_stream(FIRST, 1, max_new_tokens=tokens)), whole)


@pytest.mark.parametrize("chunk_size", [1, 3, None])
def test_each_state_goes_through_the_vocoder_once(
    tts: SopranoTTS, calls: Any, chunk_size: int | None
) -> None:
    joined(tts.infer_stream(TEXT, chunk_size, max_new_tokens=50))
    assert sum(calls.of("push")) == 5 * 50
