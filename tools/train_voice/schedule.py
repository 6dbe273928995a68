"""Time, learning rate and memory of a training run, and its checkpoints."""

import ctypes
import os
import time
from collections import deque
from pathlib import Path
from statistics import median
from typing import Any

import torch

WARM_UP = 0.02  # of the time
LEAST = 0.02  # of the learning rate
LONGEST = 3  # times the median: what lasted longer was not a step alone
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


class Clock:
    """Counts the seconds spent on steps.

    Compiling, validation and a time during which the process stood still count as few steps.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._durations: deque[float] = deque(maxlen=101)
        self._last = time.monotonic()

    @property
    def step(self) -> float:
        """The usual duration of a step, in seconds."""
        return median(self._durations)

    def tick(self) -> None:
        """Count the step that has just ended."""
        now = time.monotonic()
        self._durations.append(now - self._last)
        self._last = now
        if len(self._durations) > 4:
            self.seconds += min(self._durations[-1], LONGEST * self.step)


def learning_rate(done: float, flat_until: float) -> float:
    """Give the share of the full learning rate at a share of the time: up, flat, down to LEAST."""
    if done < flat_until:
        return min(1.0, done / WARM_UP + 1e-3)
    return max(LEAST, 1 - (done - flat_until) / (1 - flat_until))


def plans(settings: dict[str, Any], minutes: float) -> list[float]:
    """List the lengths that a run was planned for, in minutes: a finished one may go on.

    The learning rate then rises again, to where it falls to LEAST at the new end.
    """
    before: list[float] = settings.get("planned minutes", [])
    return before if before[-1:] == [minutes] else [*before, minutes]


def save(path: Path, values: dict[str, Any]) -> None:
    """Write a checkpoint under a temporary name and rename it, so that it is whole or absent."""
    temporary = path.with_suffix(".part")
    torch.save(values, temporary)
    os.replace(temporary, path)


def keep_freed_memory() -> None:
    """Have glibc keep large freed blocks: giving them back and faulting them in costs steps."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(M_TRIM_THRESHOLD, 1 << 30)
