"""Work shared among cores."""

import os
import threading

import pytest

from soprano_np.nn import parallel
from soprano_np.nn.parallel import share


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr(parallel, "CORES", 4)
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


@pytest.mark.parametrize(
    ("environment", "cores"),
    [
        ({"OPENBLAS_NUM_THREADS": "3", "OMP_NUM_THREADS": "5"}, 3),
        ({"OMP_NUM_THREADS": "5"}, 5),
        ({"OPENBLAS_NUM_THREADS": "0", "OMP_NUM_THREADS": "many"}, None),
        ({}, None),
    ],
)
def test_cores(monkeypatch, environment, cores):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    all_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert parallel._count_cores() == (cores or all_cores)
