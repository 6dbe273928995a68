"""What is found out about a machine."""

import os

import numpy as np
import pytest

from soprano_np.nn import machine


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
    assert machine.count_cores() == (cores or all_cores)


@pytest.mark.parametrize(
    ("blas", "features", "core_type", "small"),
    [
        ("scipy-openblas", ["X86_V3", "X86_V4"], None, True),
        ("openblas64", ["AVX2", "AVX512_SKX"], None, True),
        ("scipy-openblas", ["X86_V4"], "SkylakeX", True),
        ("scipy-openblas", ["X86_V4"], "Haswell", False),
        ("scipy-openblas", ["X86_V3"], None, False),
        ("accelerate", ["X86_V4"], None, False),
    ],
)
def test_small_products(monkeypatch, blas, features, core_type, small):
    config = {
        "Build Dependencies": {"blas": {"name": blas}},
        "SIMD Extensions": {"found": features},
    }
    monkeypatch.setattr(np, "show_config", lambda mode: config)
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    if core_type:
        monkeypatch.setenv("OPENBLAS_CORETYPE", core_type)
    found = machine.current.__wrapped__()
    assert machine.has_small_products() is small is (found.small_product is not None)
    assert found.cores == (machine.count_cores() if small else 1)


def test_a_numpy_that_says_nothing_has_none(monkeypatch):
    monkeypatch.setattr(np, "show_config", lambda mode: {})
    assert machine.current.__wrapped__() == machine.Machine()


def test_a_machine_is_looked_at_once():
    assert machine.current() is machine.current()
