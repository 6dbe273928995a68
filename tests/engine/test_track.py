"""What a listener holds: an iterator that waits, ends, fails, and can be cancelled."""

import gc
import os
import threading
import time
from typing import Any

import numpy as np
import pytest
from speech import LONG

from soprano_np.engine.source import Present
from soprano_np.engine.track import Line, Track
from soprano_np.request import Request
from soprano_np.text.script import Utterance


@pytest.fixture
def line(clock: Any, words: Any) -> Line[Any]:
    return Line(Present(words([5, 6])), Request(), True, clock)


def nothing() -> None:
    pass


def samples(count: int) -> np.ndarray:
    return np.full(count, count, np.float32)


def in_thread(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_items_come_in_order_and_then_it_ends(line: Line[Any]) -> None:
    track = Track[Any](line, nothing)
    for count in (3, 1, 2):
        line.deliver(samples(count), count)
    line.end()
    assert iter(track) is track
    assert [len(item) for item in track] == [3, 1, 2]
    for _ in range(2):  # and stays ended
        with pytest.raises(StopIteration):
            next(track)
    assert list(track.ready()) == []


def test_what_is_ready_is_pulled_without_waiting(line: Line[Any]) -> None:
    track = Track[Any](line, nothing)
    assert list(track.ready()) == []
    line.deliver(samples(3), 3)
    line.deliver(samples(1), 1)
    assert [len(item) for item in track.ready()] == [3, 1]
    line.deliver(samples(2), 2)
    line.end()
    assert [len(item) for item in track.ready()] == [2]
    with pytest.raises(StopIteration):
        next(track)


def test_an_error_comes_after_the_items_before_it_and_again(line: Line[Any]) -> None:
    track = Track[Any](line, nothing)
    line.deliver(samples(3), 3)
    line.end(OSError("gone"))
    assert len(next(track)) == 3
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            next(track)


def test_an_error_is_raised_where_only_what_is_ready_is_pulled(line: Line[Any]) -> None:
    track = Track[Any](line, nothing)
    line.deliver(samples(3), 3)
    line.end(OSError("gone"))
    pulled = []
    with pytest.raises(OSError, match="gone"):
        pulled.extend(track.ready())
    with pytest.raises(OSError, match="gone"):
        next(track)


def test_what_is_unheard_and_what_plays(line: Line[Any], clock: Any) -> None:
    track = Track[Any](line, nothing)
    line.deliver(samples(3), 3.0)
    line.deliver(samples(1), 1.0)
    assert (line.unheard, track.playback.lead, line.lead) == (4, 0, 4)
    next(track)
    assert (line.unheard, track.playback.lead, line.lead) == (1, 3, 4)
    clock.move(2)
    assert (line.unheard, track.playback.lead, line.lead) == (1, 1, 2)
    next(track)
    assert (line.unheard, track.playback.lead, line.lead) == (0, 2, 2)


def test_each_pull_and_the_cancelling_wake_the_engine(line: Line[Any]) -> None:
    woken: list[bool] = []
    track = Track[Any](line, lambda: woken.append(line.cancelled))
    line.deliver(samples(1), 1)
    line.deliver(samples(1), 1)
    next(track)
    list(track.ready())
    assert woken == [False, False]
    track.cancel()
    assert woken == [False, False, True]


def test_it_waits_for_an_item(line: Line[Any]) -> None:
    track, got = Track[Any](line, nothing), []
    waiting = in_thread(lambda: got.append(next(track)))
    time.sleep(0.01)
    assert not got
    line.deliver(samples(3), 3)
    waiting.join(LONG)
    assert len(got[0]) == 3


def test_cancelling_ends_the_wait_of_another_thread(line: Line[Any]) -> None:
    track, got = Track[Any](line, nothing), []
    waiting = in_thread(lambda: got.append(list(track)))
    time.sleep(0.01)
    track.cancel()
    waiting.join(LONG)
    assert got == [[]]


def test_a_cancelled_track_has_ended(line: Line[Any]) -> None:
    track = Track[Any](line, nothing)
    line.deliver(samples(3), 3)
    track.cancel()
    track.cancel()
    assert line.cancelled
    assert list(track) == list(track.ready()) == []


def test_an_end_is_not_undone_by_cancelling(line: Line[Any]) -> None:
    track = Track[Any](line, nothing)
    line.end(OSError("gone"))
    with pytest.raises(OSError, match="gone"):
        next(track)
    track.cancel()
    with pytest.raises(OSError, match="gone"):
        next(track)


def test_a_dropped_track_is_cancelled(line: Line[Any]) -> None:
    track = Track[Any](line, nothing)
    assert not line.cancelled
    del track
    gc.collect()
    assert line.cancelled


def test_another_processs_track_cannot_be_pulled(
    line: Line[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    track = Track[Any](line, nothing)
    line.deliver(samples(3), 3)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: -5)
        for pull in (lambda: next(track), lambda: list(track.ready())):
            with pytest.raises(RuntimeError, match="belongs to the parent process; start it again"):
                pull()
    assert len(next(track)) == 3


def test_a_line_peeks_at_one_utterance_until_it_is_begun(line: Line[Any]) -> None:
    first = line.peek()
    assert first is not None
    assert first is line.peek()
    assert not line.finished


def test_a_line_lets_go_of_its_source_when_it_ends(clock: Any, hall: Any) -> None:
    source = hall.arrivals([1])
    line = Line[Any](source, Request(), True, clock)
    line.end()
    assert source.closed


def test_what_is_not_spoken_is_never_begun(clock: Any) -> None:
    ids = np.array([0, 1, 2])
    texts = (
        Utterance("One.", "one.", ids, 0.0),
        Utterance("---", "", ids[:0], 0.0),
    )
    line = Line[Any](Present(each for each in texts), Request(), False, clock)
    utterance = line.peek()
    assert utterance is not None
    assert utterance.spoken == "one."
    line._next = None  # as begin() does
    assert line.peek() is None
    assert line.peek() is None
    assert line.finished
