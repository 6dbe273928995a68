"""Where a track's utterances come from: a text that is there, or one that is still arriving."""

from collections import deque
from collections.abc import Callable, Generator
from threading import Condition, Thread
from typing import Protocol

from soprano_np.text.script import Utterance

Utterances = Generator[Utterance, None, None]


class Source(Protocol):
    """What an engine pulls utterances from, without ever waiting."""

    def poll(self) -> Utterance | None:
        """Return the next utterance, None if it has not come yet; raises StopIteration at the end.

        Raises what the text's own source raises.
        """

    def close(self) -> None:
        """Let go of what it reads."""


class Present:
    """The utterances of a text that is there; each is made when it is pulled."""

    def __init__(self, utterances: Utterances) -> None:
        self._utterances = utterances

    def poll(self) -> Utterance | None:
        """Return the next utterance."""
        return next(self._utterances)

    def close(self) -> None:
        """Let go of the text."""
        self._utterances.close()


class Arriving:
    """The utterances of a text that arrives in pieces, pulled in a thread of its own.

    The thread keeps at most `depth` of them ready and calls `arrived` for each. While it
    waits for a piece it cannot be stopped, so `close` does not wait for it; it ends when the next
    piece arrives.
    """

    def __init__(self, utterances: Utterances, depth: int, arrived: Callable[[], None]) -> None:
        self._utterances, self._depth, self._arrived = utterances, depth, arrived
        self._ready: deque[Utterance] = deque()
        self._changed = Condition()
        self._ended = self._closed = False
        self._error: BaseException | None = None
        Thread(target=self._pull, name="soprano_np text", daemon=True).start()

    def poll(self) -> Utterance | None:
        """Return the next utterance, or None if it has not come yet."""
        with self._changed:
            if self._ready:
                self._changed.notify()
                return self._ready.popleft()
            if not self._ended:
                return None
        if self._error is not None:
            raise self._error
        raise StopIteration

    def close(self) -> None:
        """Pull no more."""
        with self._changed:
            self._closed = True
            self._arrived = _ignore  # an engine need not stay for a piece that nobody awaits
            self._ready.clear()
            self._changed.notify()

    def _pull(self) -> None:
        utterances = self._utterances
        del self._utterances  # this thread's own, to be closed here
        try:
            for utterance in utterances:
                with self._changed:
                    self._changed.wait_for(lambda: len(self._ready) < self._depth or self._closed)
                    if self._closed:
                        break
                    self._ready.append(utterance)
                self._arrived()
            utterances.close()
        except BaseException as error:
            self._error = error
        self._ended = True
        self._arrived()


def _ignore() -> None:
    """Do nothing."""
