"""Work shared among cores."""

import os
import subprocess
import sys
import threading

import pytest

from soprano_np.nn import machine, parallel
from soprano_np.nn.machine import Machine
from soprano_np.nn.parallel import share


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr(machine, "current", lambda: Machine(cores=4))
    parallel._pool.cache_clear()
    yield
    parallel._pool.cache_clear()


def parts_of(rows, least):
    """Return the slices that share hands out, and the threads that got them."""
    parts, threads = [], set()
    together = threading.Barrier(max(min(4, rows // least), 1))

    def work(part):
        together.wait(10)  # each needs a thread of its own to get past
        parts.append(part)
        threads.add(threading.get_ident())

    share(work, rows, least)
    return sorted((part.start, part.stop) for part in parts), threads


@pytest.mark.parametrize(
    ("rows", "least", "count"), [(0, 3, 0), (1, 3, 1), (5, 3, 1), (6, 3, 2), (11, 3, 3), (99, 3, 4)]
)
def test_every_row_is_worked_on_once(rows, least, count):
    parts, threads = parts_of(rows, least)
    assert [row for start, stop in parts for row in range(start, stop)] == list(range(rows))
    assert len(parts) == len(threads) == count
    assert not rows or threading.get_ident() in threads
    assert all(stop - start >= min(least, rows) for start, stop in parts)


def test_no_piece_is_longer_than_asked():
    parts = []
    share(parts.append, 23, 5, most=4)
    rows = sorted(row for part in parts for row in range(part.start, part.stop))
    assert rows == list(range(23))
    assert max(part.stop - part.start for part in parts) <= 4


@pytest.mark.parametrize("guilty", [0, 3])
def test_an_error_arrives_after_all_have_ended(guilty):
    ended = []

    def work(part):
        if part.start == guilty:
            raise ValueError("no")
        ended.append(part)

    with pytest.raises(ValueError, match="no"):
        share(work, 4, 1)
    assert len(ended) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    assert len(parts_of(4, 1)[0]) == 4
    child = os.fork()
    if not child:
        os._exit(len(parts_of(4, 1)[0]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 4


def test_an_interpreter_that_shuts_down_still_works():
    """Its pool takes no more work then, so that the calling thread does all of it."""
    script = """
import atexit
from soprano_np.nn import machine, parallel
machine.current = lambda: machine.Machine(cores=4)
def at_the_end():
    rows = []
    parallel.share(lambda part: rows.extend(range(part.start, part.stop)), 9, 1)
    print(rows)
atexit.register(at_the_end)
parallel.share(lambda part: None, 9, 1)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{list(range(9))}\n", "")


def test_rows_that_find_no_thread_are_worked_on_here(monkeypatch):
    def submit(work):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(parallel._pool(), "submit", submit)
    threads, rows = set(), []

    def work(part):
        threads.add(threading.get_ident())
        rows.extend(range(part.start, part.stop))

    share(work, 9, 1)
    assert (threads, rows) == ({threading.get_ident()}, list(range(9)))


def test_rows_that_wait_for_a_busy_thread_are_worked_on_here():
    go_on, busy = threading.Event(), threading.Barrier(4)

    def block():
        busy.wait(10)
        go_on.wait(10)

    blocked = [parallel._pool().submit(block) for _ in range(3)]
    busy.wait(10)
    threads = []
    share(lambda part: threads.append(threading.get_ident()), 4, 1)
    go_on.set()
    assert threads == 4 * [threading.get_ident()]
    assert [future.result() for future in blocked] == 3 * [None]
