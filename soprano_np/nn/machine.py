"""What this machine's processor and BLAS do best, asked for when it matters.

OpenBLAS shares a large product among cores itself, but first copies both matrices into an order of
its own, which for the 1 to 64 rows of a step takes as long as the product. On x86 processors with
AVX-512 it has a second product for small matrices that copies nothing and runs on one core. Where
it has one, products are made of small ones and the cores share rows (see parallel.py).
"""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

WITH_SMALL_PRODUCTS = "SKYLAKEX", "COOPERLAKE", "SAPPHIRERAPIDS"  # OpenBLAS's names of processors


@dataclass(frozen=True)
class Machine:
    """Sizes that suit a machine; the defaults are those of one without small products.

    cores: among how many rows are shared; one where BLAS shares its products itself.
    small_product: the most multiplications of a product that BLAS takes for small, or None.
    tile_columns, tile_rows: of a tile at most; 200 kB stay in the second-level cache.
    cast: int8 weights made float32 at once. Small boards have half a megabyte of cache to a core;
    processors with AVX-512 share tens of megabytes, and what counts there is few calls.
    prefill_positions: of prompts that run together. Enough for products at full speed, and few
    enough for what flows between them to stay in the cache.
    """

    cores: int = 1
    small_product: int | None = None
    tile_columns: int = 64
    tile_rows: int = 768
    cast: int = 131_072
    prefill_positions: int = 512


@cache
def current() -> Machine:
    """Return what suits this machine, found out at the first call."""
    if not has_small_products():
        return Machine()
    return Machine(
        cores=count_cores(), small_product=1_000_000, cast=1_200_000, prefill_positions=128
    )


def has_small_products() -> bool:
    """Report whether numpy's BLAS is an OpenBLAS that uses AVX-512."""
    config: dict[str, Any] = np.show_config(mode="dicts")  # type: ignore[assignment]
    blas = config.get("Build Dependencies", {}).get("blas", {}).get("name", "")
    found = config.get("SIMD Extensions", {}).get("found", [])
    forced = os.environ.get("OPENBLAS_CORETYPE", "").upper()
    return (
        "openblas" in blas
        and any(name in ("X86_V4", "AVX512_SKX") for name in found)
        and (not forced or forced in WITH_SMALL_PRODUCTS)
    )


def count_cores() -> int:
    """Count the cores to use: as many as the user gave to BLAS, else all that there are."""
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        if (value := os.environ.get(variable, "")).isdecimal() and int(value):
            return int(value)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
