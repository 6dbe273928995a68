"""Items drawn in a thread of their own: in order, bounded, and nothing left behind."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from soprano_np.prefetch import Prefetch

LONG = 20  # seconds after which something hangs


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true; fail if it never is."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def running() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "prefetch" in thread.name]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    until(lambda: not running())


class Source:
    """Counts up, and tells how far it was drawn and whether it was closed."""

    def __init__(self, end: float = float("inf")) -> None:
        self.end, self.drawn = end, 0
        self.closed_in: list[str] = []

    def __iter__(self) -> Iterator[int]:
        try:
            for number in count():
                if number >= self.end:
                    return
                self.drawn += 1
                yield number
        finally:
            self.closed_in.append(threading.current_thread().name)


@pytest.mark.parametrize("depth", [1, 2, 100])
def test_items_come_in_order_and_then_it_ends(depth: int) -> None:
    items = Prefetch(range(300), depth)
    assert list(items) == list(range(300))
    for _ in range(2):  # and stays ended
        with pytest.raises(StopIteration):
            next(items)
        with pytest.raises(StopIteration):
            items.poll()


@pytest.mark.parametrize("depth", [1, 3])
def test_no_more_than_depth_are_drawn_ahead(depth: int) -> None:
    source = Source()
    with Prefetch(source, depth) as items:
        for taken in range(5):
            until(lambda: len(items._items) == depth)
            until(lambda taken=taken: source.drawn == taken + depth + 1)  # one waits for room
            assert next(items) == taken
    assert source.drawn <= 5 + depth + 1


def test_none_is_not_handed_on() -> None:
    items = Prefetch([None, 0, None, None, "", None, False, None], 1)
    assert list(items) == [0, "", False]
    assert list(Prefetch([None] * 5, 1)) == []


@pytest.mark.parametrize("before", [0, 1, 5])
def test_errors_come_after_the_items_before_them(before: int) -> None:
    def source() -> Iterator[int]:
        yield from range(before)
        raise OSError("the source is gone")

    items = Prefetch(source(), 2)
    assert [next(items) for _ in range(before)] == list(range(before))
    for _ in range(2):
        with pytest.raises(OSError, match="the source is gone"):
            next(items)


def test_source_that_is_no_iterable() -> None:
    with pytest.raises(TypeError, match="not iterable"):
        next(Prefetch(5, 1))  # type: ignore[arg-type]


def test_poll_does_not_wait() -> None:
    go = threading.Event()

    def source() -> Iterator[str]:
        go.wait(LONG)
        yield "late"

    with Prefetch(source(), 1) as items:
        assert items.poll() is None
        assert items.poll() is None
        go.set()
        assert next(items) == "late"
        with pytest.raises(StopIteration):
            next(items)


def test_closing_while_the_source_waits_for_room() -> None:
    source = Source()
    items = Prefetch(source, 1)
    until(lambda: source.drawn == 2)
    items.close()
    assert not running()
    assert source.drawn == 2
    assert source.closed_in == ["soprano_np prefetch"]
    with pytest.raises(StopIteration):  # what was drawn is let go of
        next(items)
    items.close()


def test_closing_stops_a_source_that_gives_nothing_but_occasions() -> None:
    drawn = count()
    items = Prefetch((None for _ in drawn), 1)
    until(lambda: next(drawn) > 10)
    items.close()
    assert not running()


def test_an_error_in_the_block_closes() -> None:
    source = Source()
    with pytest.raises(KeyError), Prefetch(source, 2) as items:
        next(items)
        raise KeyError
    assert len(source.closed_in) == 1
    assert not running()


def test_closing_wakes_who_waits_for_an_item() -> None:
    go = threading.Event()
    items = Prefetch((go.wait(LONG) for _ in "a"), 1, wait=False)
    ended: list[list[bool]] = []
    waiting = threading.Thread(target=lambda: ended.append(list(items)))
    waiting.start()
    items.close()  # does not wait for the source
    waiting.join(LONG)
    assert ended == [[]]
    assert running()
    go.set()


def test_closing_within_its_own_thread() -> None:
    """As when garbage is collected there."""
    made: list[Prefetch[int]] = []
    ready, closed = threading.Event(), threading.Event()

    def source() -> Iterator[int]:
        ready.wait(LONG)
        made[0].close()
        closed.set()
        yield 1

    made.append(Prefetch(source(), 1))
    ready.set()
    assert list(made[0]) == []
    assert closed.wait(LONG)


def test_a_source_that_ended_is_let_go_of() -> None:
    items = Prefetch(Source(3), 5)
    assert list(items) == [0, 1, 2]
    assert not hasattr(items, "_source")
