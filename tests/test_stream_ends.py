"""Streams of text that is still arriving; what ends a stream, and what is left behind: nothing."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from speech import AMPLIFIED, FIRST, LONG, PER_TOKEN, TEXT, joined, threads

from soprano_np import CheckpointError, SopranoTTS
from soprano_np.engine import rendering
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.vocoder.stream import Vocoder

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


@pytest.fixture
def tts(by_size: dict[int, SopranoTTS]) -> SopranoTTS:
    """Speech that never ends by itself."""
    return by_size[16]


def within(work: Callable[[], object]) -> None:
    """Run work in a thread of its own; fail if it does not end or raises."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONG)
    assert not thread.is_alive(), "it hangs"
    if errors:
        raise errors[0]


# Text that is still arriving


def test_a_sentence_is_spoken_before_the_next_arrives(tts: SopranoTTS) -> None:
    go = threading.Event()

    def pieces() -> Iterator[str]:
        yield "The first sentence is here.\n"
        assert go.wait(LONG)
        yield "It was not the last.\n"

    def work() -> None:
        options = {"max_new_tokens": 20, "sentence_silence": 0.1}
        with contextlib.closing(tts.infer_stream(pieces(), **options)) as chunks:
            samples = 0
            while samples < 19 * PER_TOKEN:  # all of the first
                samples += len(next(chunks))
            assert samples == 19 * PER_TOKEN
            assert not go.is_set()
            go.set()
            assert np.count_nonzero(joined(chunks)) == 19 * PER_TOKEN

    within(work)


def test_pieces_that_fail(tts: SopranoTTS) -> None:
    def pieces() -> Iterator[str]:
        yield "The first sentence is here.\n"
        raise ConnectionError("the text is gone")

    chunks = tts.infer_stream(pieces(), max_new_tokens=5, sentence_silence=0.1)
    heard = []
    with pytest.raises(ConnectionError, match="the text is gone"):
        heard.extend(chunks)
    assert sum(map(len, heard)) == 4 * PER_TOKEN  # what came before
    with pytest.raises(StopIteration):
        next(chunks)


def test_pieces_that_are_no_text(tts: SopranoTTS) -> None:
    with pytest.raises(TypeError, match="a text must be a str, not bytes"):
        list(tts.infer_stream([b"hello"]))  # type: ignore[list-item]


@pytest.mark.parametrize("pieces", [[], [""], ["", " ", "\n", "..."]])
def test_pieces_of_nothing(tts: SopranoTTS, pieces: list[str]) -> None:
    assert list(tts.infer_stream(pieces)) == []


@pytest.mark.parametrize("all_heard", [False, True])
def test_closing_while_text_is_awaited(tts: SopranoTTS, all_heard: bool) -> None:
    go = threading.Event()

    def pieces() -> Iterator[str]:
        yield "The first sentence is here.\n"
        go.wait(LONG)

    def work() -> None:
        chunks = tts.infer_stream(pieces(), max_new_tokens=20, sentence_silence=0.1)
        samples = len(next(chunks))
        while all_heard and samples < 19 * PER_TOKEN:
            samples += len(next(chunks))
        chunks.close()

    try:
        within(work)
    finally:
        go.set()


# Ends, errors, and what is left behind


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chunk_size": 0}, "chunk_size must be from 1 to 16384, not 0"),
        ({"chunk_size": -1}, "chunk_size must be"),
        ({"chunk_size": 1 << 20}, "chunk_size must be"),
        ({"temperature": -1.0}, "temperature must be from 0 to 100, not -1.0"),
        ({"top_p": 0.0}, "top_p must be"),
        ({"max_new_tokens": 0}, "max_new_tokens must be"),
        ({"retries": -1}, "retries must be"),
        ({"sentence_silence": -1.0}, "sentence_silence must be from 0 to 60, not -1.0"),
        ({"paragraph_silence": float("nan")}, "paragraph_silence must be from 0 to 60, not nan"),
    ],
)
def test_values_out_of_range(tts: SopranoTTS, options: dict[str, Any], message: str) -> None:
    for text in ("hello", iter(["hello"])):
        with pytest.raises(ValueError, match=message):
            tts.infer_stream(text, **options)  # not only when it is read


def test_texts_that_cannot_be_spoken(tts: SopranoTTS) -> None:
    with pytest.raises(ValueError, match="nothing in the text can be spoken: ' '"):
        tts.infer_stream(" ")
    with pytest.raises(ValueError, match="not valid Unicode at character 3"):
        tts.infer_stream("hi\ud800")


def test_pieces_that_are_no_unicode(tts: SopranoTTS) -> None:
    with pytest.raises(ValueError, match=r"not valid Unicode at character \d+"):
        list(tts.infer_stream(["Fine one.\n", "bad\udcff two."], max_new_tokens=3))


@pytest.mark.parametrize("text", [TEXT, TEXT.splitlines(keepends=True)])
def test_closing_early(tts: SopranoTTS, text: str | list[str]) -> None:
    def work() -> None:
        chunks = tts.infer_stream(text, 1, max_new_tokens=500)
        next(chunks)
        chunks.close()
        with pytest.raises(StopIteration):
            next(chunks)

    within(work)


def test_generators_that_are_dropped(tts: SopranoTTS) -> None:
    def work() -> None:
        for _ in range(100):
            tts.infer_stream(TEXT)  # never read
        assert not threads()
        for _ in range(20):
            next(tts.infer_stream(TEXT, max_new_tokens=500))

    within(work)


def test_an_error_where_chunks_are_used(tts: SopranoTTS) -> None:
    def work() -> None:
        with (
            pytest.raises(KeyError),
            contextlib.closing(tts.infer_stream(TEXT, max_new_tokens=500)) as chunks,
        ):
            for _ in chunks:
                raise KeyError
        chunks = tts.infer_stream(TEXT, max_new_tokens=500)
        next(chunks)
        with pytest.raises(KeyError):
            chunks.throw(KeyError())

    within(work)


def test_a_reader_that_stops_stops_the_work(
    tts: SopranoTTS, calls: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "UNHEARD_SECONDS", 0.5)
    ahead = round(0.5 * tts.sample_rate / PER_TOKEN)

    def work() -> None:
        with contextlib.closing(tts.infer_stream(FIRST, 1, max_new_tokens=500)) as chunks:
            next(chunks)
            until(lambda: tts.engine._sleeping)
            rendered = sum(calls.of("push"))
            assert ahead <= rendered <= ahead + tts.model.vocoder.config.first_states + 1
            next(chunks)
            until(lambda: sum(calls.of("push")) == rendered + 1)

    within(work)


def test_samples_that_overflow_are_refused(
    tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Vocoder, "render", lambda *_: [np.array([0, np.nan], np.float32)])
    with pytest.raises(CheckpointError, match="the model produced NaN or infinity"):
        list(tts.infer_stream("hello", max_new_tokens=30))


def test_states_that_overflow_are_refused(tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Qwen3.step
    monkeypatch.setattr(Qwen3, "step", lambda *given: step(*given) * np.float32(np.nan))
    with pytest.raises(CheckpointError, match="the model produced NaN or infinity"):
        list(tts.infer_stream("hello", max_new_tokens=30))


def test_chunks_are_the_callers_own(tts: SopranoTTS) -> None:
    chunks = list(tts.infer_stream(FIRST, 3, max_new_tokens=30))
    before = [chunk.copy() for chunk in chunks]
    for chunk in chunks:
        assert (chunk.dtype, chunk.ndim) == (np.float32, 1)
        assert chunk.flags.writeable
    chunks[0][:] = 9
    assert all((a == b).all() for a, b in zip(chunks[1:], before[1:], strict=True))


def test_silence_of_a_caller_is_not_shared(tts: SopranoTTS, same: Any) -> None:
    options = {"sentence_silence": 0.1, "max_new_tokens": 9}
    expected = joined(tts.infer_stream(TEXT, **options))
    spoilt = []
    for chunk in tts.infer_stream(TEXT, **options):
        spoilt.append(chunk.copy())
        chunk[:] = 9
    same(joined(spoilt), expected, AMPLIFIED)


def test_the_rest_is_said_in_warnings(tts: SopranoTTS, caplog: pytest.LogCaptureFixture) -> None:
    list(tts.infer_stream(FIRST, max_new_tokens=5))
    assert caplog.messages == [f"a sentence did not end by itself: {FIRST!r}"]


def test_loudness_cannot_be_changed_before_the_peak_is_known(tts: SopranoTTS) -> None:
    with pytest.raises(ValueError, match="keep_loudness must be True for a stream"):
        tts.infer_stream(FIRST, keep_loudness=False)  # type: ignore[call-arg]
