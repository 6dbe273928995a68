"""A text that is there, and one that is still arriving, pulled in a thread of its own."""

import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
from speech import LONG, threads

from soprano_np import SopranoTTS
from soprano_np.engine.source import Arriving, Present
from soprano_np.text.script import Utterance

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def utterance(number: int) -> Utterance:
    return Utterance(f"{number}", f"{number}", np.array([1]), 0.0)


class Text:
    """Counts up, and records how far it was pulled and where it was closed."""

    def __init__(self, end: float = float("inf")) -> None:
        self.end, self.pulled = end, 0
        self.closed_in: list[str] = []

    def __call__(self) -> Iterator[Utterance]:
        try:
            for number in count():
                if number >= self.end:
                    return
                self.pulled += 1
                yield utterance(number)
        finally:
            self.closed_in.append(threading.current_thread().name)


def nothing() -> None:
    pass


def pull(source: Any, until: Any, number: int) -> list[str]:
    """Poll until so many have come."""
    spoken: list[str] = []

    def enough() -> bool:
        if len(spoken) < number and (each := source.poll()) is not None:
            spoken.append(each.spoken)
        return len(spoken) == number

    until(enough)
    return spoken


def pull_all(source: Any, until: Any) -> list[str]:
    """Poll until the end, which stays the end."""
    spoken: list[str] = []

    def ended() -> bool:
        try:
            if (each := source.poll()) is not None:
                spoken.append(each.spoken)
        except StopIteration:
            return True
        return False

    until(ended)
    for _ in range(2):
        with pytest.raises(StopIteration):
            source.poll()
    return spoken


@pytest.mark.parametrize("end", [0, 1, 300])
def test_present(until: Any, end: int) -> None:
    text = Text(end)
    source = Present(text())
    assert text.pulled == 0  # each is made when it is pulled
    if end:
        assert source.poll() is not None
        assert text.pulled == 1
    assert pull_all(source, until) == [str(number) for number in range(1, end)]


def test_present_lets_go_of_its_text() -> None:
    text = Text()
    source = Present(text())
    source.poll()
    source.close()
    assert len(text.closed_in) == 1
    with pytest.raises(StopIteration):
        source.poll()


def test_an_error_of_present() -> None:
    def text() -> Iterator[Utterance]:
        yield utterance(0)
        raise OSError("the text is gone")

    source = Present(text())
    assert source.poll() is not None
    with pytest.raises(OSError, match="the text is gone"):
        source.poll()


@pytest.mark.parametrize("depth", [1, 2, 100])
def test_utterances_come_in_order_and_then_it_ends(until: Any, depth: int) -> None:
    source = Arriving(Text(300)(), depth, nothing)
    assert pull_all(source, until) == [str(number) for number in range(300)]


@pytest.mark.parametrize("depth", [1, 3])
def test_no_more_than_depth_are_pulled_ahead(until: Any, depth: int) -> None:
    text = Text()
    source = Arriving(text(), depth, nothing)
    for polled in range(5):
        until(lambda: len(source._ready) == depth)
        until(lambda polled=polled: text.pulled == polled + depth + 1)  # one waits for room
        assert source.poll().spoken == str(polled)
    source.close()
    until(lambda: not threads("text"))
    assert text.pulled <= 5 + depth + 1


@pytest.mark.parametrize("before", [0, 1, 5])
@pytest.mark.parametrize("error", [OSError("the text is gone"), KeyboardInterrupt(), SystemExit()])
def test_errors_come_after_what_was_before(until: Any, before: int, error: BaseException) -> None:
    def text() -> Iterator[Utterance]:
        yield from map(utterance, range(before))
        raise error

    source = Arriving(text(), 2, nothing)
    assert pull(source, until, before) == [str(number) for number in range(before)]
    until(lambda: not threads("text"))
    for _ in range(2):
        with pytest.raises(type(error)) as caught:
            source.poll()
        assert caught.value is error


def test_polling_does_not_wait(until: Any) -> None:
    go = threading.Event()

    def text() -> Iterator[Utterance]:
        go.wait(LONG)
        yield utterance(0)

    source = Arriving(text(), 1, nothing)
    assert source.poll() is None
    assert source.poll() is None
    go.set()
    assert pull_all(source, until) == ["0"]


def test_each_arrival_is_reported(until: Any) -> None:
    """That of the end, too; and by then it can be polled."""
    go = [threading.Event() for _ in range(3)]
    seen: list[str] = []

    def text() -> Iterator[Utterance]:
        for number, each in enumerate(go):
            each.wait(LONG)
            if number < 2:
                yield utterance(number)

    def arrived() -> None:
        try:
            seen.append(source.poll().spoken)
        except StopIteration:
            seen.append("end")

    source = Arriving(text(), 1, arrived)
    for number, each in enumerate(go):
        assert len(seen) == number
        each.set()
        until(lambda number=number: len(seen) == number + 1)
    assert seen == ["0", "1", "end"]


def test_closing_while_the_text_waits_for_room(until: Any) -> None:
    text = Text()
    source = Arriving(text(), 1, nothing)
    until(lambda: text.pulled == 2)
    source.close()
    until(lambda: not threads("text"))
    assert text.pulled == 2
    assert text.closed_in == ["soprano_np text"]
    with pytest.raises(StopIteration):  # what was pulled is let go of
        source.poll()
    source.close()


def test_closing_does_not_wait_for_a_piece(until: Any) -> None:
    go = threading.Event()
    pulled: list[int] = []

    def text() -> Iterator[Utterance]:
        for number in count():
            go.wait(LONG)
            pulled.append(number)
            yield utterance(number)

    source = Arriving(text(), 5, nothing)
    source.close()
    assert threads("text")
    go.set()
    until(lambda: not threads("text"))
    assert pulled == [0]  # it ends with the piece that it waited for


def test_a_text_that_ended_is_let_go_of(until: Any) -> None:
    text = Text(3)
    source = Arriving(text(), 5, nothing)
    assert pull_all(source, until) == ["0", "1", "2"]
    assert text.closed_in == ["soprano_np text"]
    assert not hasattr(source, "_utterances")


def test_a_text_that_ends_unspoken_ends_its_track_while_the_engine_sleeps(
    tiny: Any, until: Any
) -> None:
    """The last utterance and the end of the text may come at once, and only one wake-up be seen."""
    tts = SopranoTTS(tiny.directory)
    go = threading.Event()

    def pieces() -> Iterator[str]:
        yield "Hello there.\n"
        assert go.wait(LONG)
        yield "\n---\n"

    heard: list[int] = []
    stream = tts.infer_stream(pieces(), max_new_tokens=9)
    listener = threading.Thread(target=lambda: heard.extend(map(len, stream)), daemon=True)
    listener.start()
    until(lambda: sum(heard) and tts.engine._sleeping)
    go.set()
    listener.join(LONG)
    assert not listener.is_alive()
