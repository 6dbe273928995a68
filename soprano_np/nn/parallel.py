"""Rows that do not depend on one another, shared among the processor's cores.

OpenBLAS shares a large product among cores itself, but first copies both matrices into an order of
its own, which for the 1 to 64 rows of a step takes as long as the product. It has a second product
for small matrices that copies nothing and runs on one core. Where it has one (TILED), products are
made of small ones (linear.py), and the cores share rows: whole sentences of a step, frames of a
block, everything between the products included.
"""

import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


def _has_small_products() -> bool:
    """Tell whether numpy's BLAS has them: OpenBLAS does on x86 processors with AVX-512."""
    config: dict[str, Any] = np.show_config(mode="dicts")  # type: ignore[assignment]
    blas = config.get("Build Dependencies", {}).get("blas", {}).get("name", "")
    found = config.get("SIMD Extensions", {}).get("found", [])
    return "openblas" in blas and any(name in ("X86_V4", "AVX512_SKX") for name in found)


def _count_cores() -> int:
    """Count the cores to use: as many as the user gave to BLAS, else all that there are."""
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        if (value := os.environ.get(variable, "")).isdecimal() and int(value):
            return int(value)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


TILED = _has_small_products()
CORES = _count_cores() if TILED else 1  # where products are large, BLAS shares them itself


def share(work: Callable[[slice], None], rows: int, least: int, most: int = sys.maxsize) -> None:
    """Call work with slices that together are range(rows), on several cores at once.

    No core gets fewer than `least` rows unless there are fewer; each takes them up to `most` at a
    time. Returns when all are done; raises what work raises. Work that is shared already does not
    share what is within it.
    """

    def work_through(part: slice) -> None:
        for piece in _cut(part, -(-(part.stop - part.start) // most)):
            work(piece)

    parts = 1 if _state.shared else max(min(CORES, rows // least), 1)
    if parts == 1:
        return work_through(slice(0, rows))
    first, *others = _cut(slice(0, rows), parts)
    futures = [_pool().submit(_mark_shared, work_through, part) for part in others]
    try:
        _mark_shared(work_through, first)
    finally:
        errors = [future.exception() for future in futures]
    for error in errors:
        if error:
            raise error
    return None


class _State(threading.local):
    shared = False  # whether this thread is at work that is shared


_state = _State()


def _mark_shared(work: Callable[[slice], None], part: slice) -> None:
    _state.shared = True
    try:
        work(part)
    finally:
        _state.shared = False


def _cut(whole: slice, count: int) -> list[slice]:
    """Cut a slice into `count` pieces as equal as can be."""
    size = whole.stop - whole.start
    bounds = [whole.start + size * i // count for i in range(count)] + [whole.stop]
    return list(map(slice, bounds, bounds[1:]))


@cache
def _pool() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(CORES - 1, "soprano_np")


if hasattr(os, "register_at_fork"):  # threads do not outlive a fork
    os.register_at_fork(after_in_child=_pool.cache_clear)
