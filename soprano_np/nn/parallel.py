"""Run independent rows on several cores: whole sentences of a step, frames of a block.

Where BLAS shares large products itself there is but one core here (see machine.py); elsewhere a
core takes its rows through everything between the products as well.
"""

import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from soprano_np.nn import machine

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


def share(work: Callable[[slice], None], rows: int, least: int, most: int = sys.maxsize) -> None:
    """Call work with slices that together are range(rows), on several cores at once.

    No core gets fewer than `least` rows unless there are fewer; each takes them up to `most` at a
    time. Returns when all are done; raises what work raises. Work that is shared already does not
    share what is within it.
    """

    def work_through(part: slice) -> None:
        for piece in _cut(part, -(-(part.stop - part.start) // most)):
            work(piece)

    count = 1 if _state.shared else max(min(machine.current().cores, rows // least), 1)
    if count == 1:
        return work_through(slice(0, rows))
    parts = [_Part(work_through, part) for part in _cut(slice(0, rows), count)]
    futures: list[Future[BaseException | None]] = []
    try:
        for part in parts[1:]:
            futures.append(_pool().submit(part))
    except RuntimeError:  # no more threads, as when the interpreter is shutting down
        pass
    errors = [part() for part in parts]  # all that no other thread has begun by now
    errors += [future.result() for future in futures if not future.cancel()]
    for error in errors:
        if error:
            raise error
    return None


class _State(threading.local):
    shared = False  # whether this thread is at work that is shared


_state = _State()


class _Part:
    """Some of the rows, worked on by the thread that comes first."""

    def __init__(self, work: Callable[[slice], None], rows: slice) -> None:
        self._work, self._rows = work, rows
        self._begun = threading.Lock()  # never released

    def __call__(self) -> BaseException | None:
        """Work on the rows unless another thread has begun to; return what the work raised."""
        if not self._begun.acquire(blocking=False):
            return None
        _state.shared = True
        try:
            self._work(self._rows)
        except BaseException as error:
            return error
        finally:
            _state.shared = False
        return None


def _cut(whole: slice, count: int) -> list[slice]:
    """Cut a slice into `count` pieces as equal as can be."""
    size = whole.stop - whole.start
    bounds = [whole.start + size * i // count for i in range(count)] + [whole.stop]
    return list(map(slice, bounds, bounds[1:]))


@cache
def _pool() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(machine.current().cores - 1, "soprano_np")


if hasattr(os, "register_at_fork"):  # threads do not outlive a fork
    os.register_at_fork(after_in_child=_pool.cache_clear)
