"""An iterator drawn from in a thread of its own, a bounded number of items ahead."""

from collections import deque
from collections.abc import Iterable, Iterator
from threading import Condition, Thread, current_thread
from typing import TypeVar, cast

Item = TypeVar("Item")


class Prefetch(Iterator[Item]):
    """Draws items from `source` in the background, at most `depth` of them ahead.

    What the source raises is raised where items are taken. Items that are None are not handed on:
    they are occasions to stop. `close` (or leaving the with block) stops the source there, runs
    its own `close` in its thread, and waits for that if `wait` is set.
    """

    def __init__(self, source: Iterable[Item | None], depth: int, wait: bool = True) -> None:
        self._source, self._depth, self._wait = source, depth, wait
        self._items: deque[Item] = deque()
        self._changed = Condition()
        self._closed = self._ended = False
        self._error: BaseException | None = None
        self._thread = Thread(target=self._draw, name="soprano_np prefetch", daemon=True)
        self._thread.start()

    def __iter__(self) -> "Prefetch[Item]":
        return self

    def __next__(self) -> Item:
        """Wait for the next item."""
        with self._changed:
            while not (self._items or self._ended or self._closed):
                self._changed.wait()
        return cast(Item, self.poll())

    def poll(self) -> Item | None:
        """Return the next item, or None if it has not come yet; raises StopIteration at the end."""
        with self._changed:
            if self._items:
                self._changed.notify_all()
                return self._items.popleft()
            if not (self._ended or self._closed):
                return None
        if self._error is not None:
            raise self._error
        raise StopIteration

    def close(self) -> None:
        """Stop drawing and let go of what was drawn."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()
        if self._wait and self._thread is not current_thread():  # which may collect garbage
            self._thread.join()

    def __enter__(self) -> "Prefetch[Item]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _draw(self) -> None:
        try:
            source = iter(self._source)
            for item in source:
                if not self._hand_on(item):
                    break
            if hasattr(source, "close"):
                source.close()
        except BaseException as error:
            self._error = error
        finally:
            with self._changed:
                self._ended = True
                del self._source
                self._changed.notify_all()

    def _hand_on(self, item: Item | None) -> bool:
        """Add an item once there is room; -> whether more are wanted."""
        with self._changed:
            if item is not None:
                while len(self._items) >= self._depth and not self._closed:
                    self._changed.wait()
                if not self._closed:
                    self._items.append(item)
                    self._changed.notify_all()
            return not self._closed
