"""The engine's thread: many callers at once, errors, and nothing left behind."""

import asyncio
import gc
import logging
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from speech import AMPLIFIED, FIRST, LONG, threads

from soprano_np import SopranoTTS
from soprano_np.engine import worker
from soprano_np.engine.scheduler import Scheduler
from soprano_np.engine.source import Present
from soprano_np.engine.track import Line
from soprano_np.engine.worker import Engine
from soprano_np.errors import CheckpointError
from soprano_np.lm.batch import Batch
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.request import Request
from soprano_np.text.script import Utterance


@pytest.fixture(autouse=True)
def quick_and_quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let idle threads end soon, and log nothing of sentences that did not end by themselves."""
    monkeypatch.setattr(worker, "LINGER", 0.05)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def tts(speakers: Callable[..., SopranoTTS]) -> SopranoTTS:
    return speakers()


def engine_threads_end(until: Any) -> None:
    until(lambda: not threads("engine"))


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Call work in threads that begin at once; returns what it returned or raised."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        barrier.wait(LONG)
        try:
            return work(number)
        except BaseException as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count), timeout=3 * LONG))


def batch_of(tts: SopranoTTS) -> list[Batch]:
    """Find the batches in memory that have rows of the engine's model."""
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, Batch) and each.model is tts.model.lm and each.rows
    ]


# Many callers


def test_threads_share_steps_and_each_hears_what_it_would_alone(
    tts: SopranoTTS, calls: Any, same: Any
) -> None:
    texts = [f"{FIRST} this is reader number {number} of the eight." for number in range(8)]
    options = {"max_new_tokens": 60}
    alone = [tts.infer(text, **options) for text in texts]
    by_themselves = len(calls.of("step"))
    calls.entries.clear()
    for audio, expected in zip(
        together(8, lambda number: tts.infer(texts[number], **options)), alone, strict=True
    ):
        same(audio, expected, AMPLIFIED)
    assert len(calls.of("step")) < by_themselves / 3
    assert max(calls.of("step")) >= 8
    assert len(threads("engine")) == 1


def test_callers_have_options_of_their_own(tts: SopranoTTS, same: Any) -> None:
    options: list[dict[str, Any]] = [
        {"max_new_tokens": 20},
        {"max_new_tokens": 33, "temperature": 1.0, "seed": 1},
        {"max_new_tokens": 27, "temperature": 2.0, "top_k": 3, "seed": 1},
        {"max_new_tokens": 40, "repetition_penalty": 2.0},
    ]
    alone = [tts.infer(FIRST, **each) for each in options]
    spoken = together(4, lambda number: tts.infer(FIRST, **options[number]))
    for audio, expected in zip(spoken, alone, strict=True):
        same(audio, expected, AMPLIFIED)


def test_streams_and_files_side_by_side(tts: SopranoTTS, same: Any) -> None:
    expected = tts.infer(FIRST, max_new_tokens=100)

    def speak(number: int) -> Any:
        if number % 2:
            return tts.infer(FIRST, max_new_tokens=100)
        return np.concatenate(list(tts.infer_stream(FIRST, max_new_tokens=100)))

    for audio in together(6, speak):
        same(audio, expected, AMPLIFIED)


def test_asyncio(tts: SopranoTTS, same: Any) -> None:
    expected = tts.infer(FIRST, max_new_tokens=50)

    async def speak() -> list[Any]:
        one = (asyncio.to_thread(tts.infer, FIRST, max_new_tokens=50) for _ in range(4))
        return await asyncio.gather(*one)

    for audio in asyncio.run(speak()):
        same(audio, expected, AMPLIFIED)


def test_a_text_spoken_within_a_streams_loop(tts: SopranoTTS, same: Any) -> None:
    expected = tts.infer(FIRST, max_new_tokens=9)
    for _ in zip(range(3), tts.infer_stream(FIRST, 1, max_new_tokens=500), strict=False):
        same(tts.infer(FIRST, max_new_tokens=9), expected, AMPLIFIED)


def test_pieces_that_are_made_by_speaking(tts: SopranoTTS) -> None:
    """A source may use the engine that it is for."""

    def pieces() -> Iterator[str]:
        for _ in range(2):
            assert len(tts.infer(FIRST, max_new_tokens=9)) == 8 * 64
            yield "A lamp was lit, and the long table laid for supper. "

    assert sum(map(len, tts.infer_stream(pieces(), max_new_tokens=9))) == 2 * 8 * 64


def test_a_text_does_not_wait_for_the_batch_of_another_thread(
    tts: SopranoTTS, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in sentences, in the order in which the engine delivers them."""
    order: list[str] = []
    begun = threading.Event()
    step, deliver = Qwen3.step, Line.deliver

    def held(self: Any, *given: Any) -> Any:
        if not begun.is_set():  # the batch is on its way: now the other caller comes
            begun.set()
            until(lambda: tts.engine._incoming)
        return step(self, *given)

    def noted(self: Any, sentence: Any, size: float) -> None:
        order.append(sentence.text)
        deliver(self, sentence, size)

    monkeypatch.setattr(Qwen3, "step", held)
    monkeypatch.setattr(Line, "deliver", noted)
    texts = [f"this is the text of number {number} in the batch." for number in range(99)]

    def speak(number: int) -> Any:
        if not number:
            return tts.infer_batch(texts, max_new_tokens=9)
        assert begun.wait(LONG)
        return tts.infer(FIRST, max_new_tokens=9)

    audios, audio = together(2, speak)
    assert [len(each) for each in [*audios, audio]] == [8 * 64] * 100
    assert len(order) == 100
    assert order.index(FIRST) <= 2 * 16


# Errors


def broken_once(monkeypatch: pytest.MonkeyPatch, error: BaseException, calls: int = 10) -> None:
    """Let one step of the language model fail."""
    advance, left = Batch.advance, [calls]

    def fail(self: Batch) -> None:
        left[0] -= 1
        if not left[0]:
            raise error
        advance(self)

    monkeypatch.setattr(Batch, "advance", fail)


@pytest.mark.parametrize("kind", [MemoryError, SystemExit, ZeroDivisionError])
def test_an_error_of_the_engine_reaches_all_and_the_next_request_works(
    tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    expected = tts.infer(FIRST, max_new_tokens=9)
    error = kind("broken")
    broken_once(monkeypatch, error)
    tracks = [tts.track(FIRST, tts.request(max_new_tokens=500), live=bool(n % 2)) for n in range(6)]

    def pull(number: int) -> None:
        for _ in tracks[number]:
            pass

    assert together(6, pull) == [error] * 6
    assert not batch_of(tts)  # though we keep the error
    np.testing.assert_array_equal(tts.infer(FIRST, max_new_tokens=9), expected)


def test_an_utterance_of_nan_fails_by_itself(endless: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good = Utterance("good", "good", np.array([3, 1, 50, 2]), 0.0)
    bad = Utterance("bad", "bad", np.array([3, 1, 50, 60, 2]), 0.0)
    prefill = Qwen3.prefill

    def poisoned(self: Any, prompts: Any, *rest: Any) -> Any:
        states = prefill(self, prompts, *rest)
        states[[len(prompt) == 5 for prompt in prompts]] = np.nan
        return states

    monkeypatch.setattr(Qwen3, "prefill", poisoned)
    engine, request = Engine(endless), Request(max_new_tokens=20)

    def spoken(*utterances: Utterance) -> list[str]:
        track = engine.submit(Present(each for each in utterances), request, live=False)
        texts = []
        try:
            for sentence in track:
                texts.append(sentence.text)
        except CheckpointError as error:
            texts.append(str(error))
        return texts

    assert together(3, lambda number: spoken(good, bad if number == 1 else good, good)) == [
        ["good"] * 3,
        ["good", "the model produced NaN or infinity"],
        ["good"] * 3,
    ]


# What is left behind


def test_an_idle_thread_ends_and_another_begins(tts: SopranoTTS, until: Any) -> None:
    for _ in range(2):
        tts.infer(FIRST, max_new_tokens=5)
        engine_threads_end(until)


def test_a_dropped_object_frees_its_thread_and_model(tts: Any, speakers: Any, until: Any) -> None:
    speaker = speakers()
    speaker.infer(FIRST, max_new_tokens=5)
    dead = [weakref.ref(speaker), weakref.ref(speaker.engine), weakref.ref(speaker.model.tokenizer)]
    del speaker
    gc.collect()
    engine_threads_end(until)
    until(lambda: not any(each() for each in dead))


def test_a_dropped_object_with_a_dropped_stream(speakers: Any, until: Any) -> None:
    speaker = speakers()
    stream = speaker.infer_stream(iter([FIRST + "\n"] * 3), max_new_tokens=500)
    next(stream)
    dead = [weakref.ref(speaker.engine), weakref.ref(speaker.model.tokenizer)]
    del speaker
    assert len(next(stream))  # it goes on while anybody holds it
    del stream
    gc.collect()
    engine_threads_end(until)
    until(lambda: not any(each() for each in dead))


@pytest.mark.parametrize("live", [True, False])
def test_dropping_a_track_frees_its_rows(tts: SopranoTTS, until: Any, live: bool) -> None:
    request = tts.request(max_new_tokens=500)
    track = tts.track("\n".join([FIRST] * 9), request, live=live)
    until(lambda: batch_of(tts))
    del track
    until(lambda: not batch_of(tts))


def test_dropping_a_generator_frees_its_rows(tts: SopranoTTS, until: Any) -> None:
    for _ in range(20):
        next(tts.infer_stream("\n".join([FIRST] * 9), max_new_tokens=500))
    until(lambda: not batch_of(tts))
    for _ in range(100):
        tts.infer_stream(FIRST)  # never read
    engine_threads_end(until)


def test_an_error_where_speech_is_awaited_frees_its_rows(
    tts: SopranoTTS, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even while the error, which holds the frames that held the tracks, is kept."""
    from soprano_np.engine.track import Track

    def interrupted(self: Any) -> Any:
        until(lambda: batch_of(tts))
        raise KeyboardInterrupt

    monkeypatch.setattr(Track, "__next__", interrupted)
    text = "\n".join([FIRST] * 9)
    for speak in (
        lambda: tts.infer(text, max_new_tokens=500),
        lambda: tts.infer_batch([text] * 3, max_new_tokens=500),
        lambda: next(tts.infer_stream(text, max_new_tokens=500)),
    ):
        with pytest.raises(KeyboardInterrupt) as kept:
            speak()
        until(lambda: not batch_of(tts))
        assert kept.value


def test_a_thousand_tracks_dropped_at_random_leave_nothing(tts: SopranoTTS, until: Any) -> None:
    tts.infer(FIRST, max_new_tokens=5)
    lines = weakref.WeakSet()

    def speak(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(125):
            text = "\n".join([FIRST] * rng.randrange(1, 4))
            pieces: Any = text if rng.random() < 0.7 else iter(text.splitlines(keepends=True))
            request = tts.request(max_new_tokens=rng.choice([2, 9, 40]))
            track = tts.track(pieces, request, live=rng.random() < 0.5)
            lines.add(track._line)
            match rng.randrange(4):
                case 0:
                    next(track, None)
                case 1:
                    track.cancel()
                case 2:
                    time.sleep(rng.random() / 500)
                    list(track.ready())

    assert together(8, speak) == [None] * 8
    gc.collect()
    until(lambda: not batch_of(tts))
    engine_threads_end(until)
    until(lambda: not [t for t in threading.enumerate() if t.name.startswith("soprano_np text")])
    until(lambda: not gc.collect() or not lines)
    assert not lines


@pytest.fixture
def submit(endless: Any) -> Iterator[Callable[[], Any]]:
    """Return a function that begins a track of an engine, which is its attribute."""
    engine = Engine(endless)
    utterance = Utterance("x", "x", np.array([3, 1, 50, 2]), 0.0)

    def submit() -> Any:
        texts = (utterance for _ in range(5))
        return engine.submit(Present(texts), Request(max_new_tokens=500), live=True)

    submit.engine = engine  # type: ignore[attr-defined]
    yield submit
    engine.close()


def test_a_closed_engine(submit: Any) -> None:
    track = submit()
    next(track)
    submit.engine.close()
    assert not threads("engine")
    with pytest.raises(RuntimeError, match="the engine is closed"):
        list(track)
    with pytest.raises(RuntimeError, match="the engine is closed"):
        submit()


def test_closing_in_the_midst_of_an_error(submit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who came meanwhile hear of it, too."""
    working, go = threading.Event(), threading.Event()

    def step(self: Any) -> bool:
        working.set()
        go.wait(LONG)
        raise MemoryError

    track = submit()
    next(track)
    monkeypatch.setattr(Scheduler, "step", step)
    assert working.wait(LONG)
    late = submit()
    closing = threading.Thread(target=submit.engine.close)
    closing.start()
    while not submit.engine._closed:
        time.sleep(0.001)
    go.set()
    closing.join(LONG)
    with pytest.raises(MemoryError):
        list(track)
    with pytest.raises(RuntimeError, match="the engine is closed"):
        next(late)


def test_a_thread_that_cannot_be_started(submit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(worker.threading.Thread, "start", Mock(side_effect=RuntimeError("no more")))
        with pytest.raises(RuntimeError, match="no more"):
            submit()
    assert len(next(submit()))
