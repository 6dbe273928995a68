"""What a training run keeps track of: time, learning rate and checkpoints."""

import argparse
import ctypes
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from statistics import median
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from voice.train.files import whole

WARM_UP = 0.02  # of the time
LEAST = 0.02  # of the learning rate
LONGEST = 3  # times the median: a longer step was interrupted by something else
SAVE_SECONDS = 300
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


def set_up(options: argparse.Namespace) -> None:
    """Prepare torch for a run. Raises ValueError if the device of its options is missing."""
    if options.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device cuda: torch finds no GPU")
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)


class Clock:
    """Counts the seconds spent on steps.

    Compiling, validating and pauses of the process count as a few steps at most.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._durations: deque[float] = deque(maxlen=101)
        self._last = time.monotonic()

    @property
    def step(self) -> float:
        """The median duration of a step, in seconds."""
        return median(self._durations)

    def tick(self) -> None:
        """Count the step that has just ended."""
        now = time.monotonic()
        self._durations.append(now - self._last)
        self._last = now
        if len(self._durations) > 4:
            self.seconds += min(self._durations[-1], LONGEST * self.step)


class Progress:
    """The progress of a run, kept in its checkpoint except for the losses since the last report."""

    def __init__(self, minutes: float, options: argparse.Namespace) -> None:
        self.minutes, self.clock, self.steps = minutes, Clock(), 0
        self.options = {"device": options.device, "seed": options.seed}
        self.planned: list[float] = []  # the lengths that were planned, in minutes
        self.asked_to_stop = False
        self._losses: list[Tensor] = []
        self._saved = time.monotonic()

    @property
    def done(self) -> float:
        """The share of the planned time that is over."""
        return self.clock.seconds / (60 * self.minutes)

    @property
    def over(self) -> bool:
        """Whether the run should end."""
        return self.done >= 1 or self.asked_to_stop

    @property
    def finished(self) -> str:
        """The message for a run that is over."""
        minutes = self.clock.seconds / 60
        return f"finished after {minutes:.1f} minutes; raise --minutes to continue"

    @property
    def due(self) -> bool:
        """Whether it is time to save; if so, the time of the next save is set."""
        if time.monotonic() - self._saved < SAVE_SECONDS:
            return False
        self._saved = time.monotonic()
        return True

    def restore(self, values: dict[str, Any]) -> None:
        """Continue from a checkpoint."""
        self.clock, self.steps = Clock(values["seconds"]), values["steps"]
        self.planned = values["settings"]["planned minutes"]

    def values(self) -> dict[str, Any]:
        """Return the values that a checkpoint keeps."""
        settings = {"planned minutes": plans(self.planned, self.minutes), **self.options}
        return {"seconds": self.clock.seconds, "steps": self.steps, "settings": settings}

    def step(self, losses: Tensor) -> None:
        """Count the step that has just ended, and its losses."""
        self.steps += 1
        self.clock.tick()
        self._losses.append(losses.detach())

    def report(self) -> tuple[str, list[float]]:
        """Return a line about progress, and the mean losses since the last report."""
        means: list[float] = torch.stack(self._losses).mean(0).tolist()
        self._losses.clear()
        line = f"{self.clock.seconds / 60:.1f} min, step {self.steps}, "
        return f"{line}{1000 * self.clock.step:.0f} ms", means

    @contextmanager
    def stopped_between_steps(self) -> Iterator[None]:
        """Let Ctrl-C stop the run at the end of a step, and a second Ctrl-C stop it at once."""

        def ask(number: int, frame: FrameType | None) -> None:
            self.asked_to_stop = True
            signal.signal(signal.SIGINT, before)

        before = signal.signal(signal.SIGINT, ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        if self.asked_to_stop:
            raise KeyboardInterrupt


def learning_rate(done: float, flat_until: float) -> float:
    """Return the learning rate, as a share of the full one, at a share of the time.

    It rises during WARM_UP, stays until flat_until, and falls to LEAST.
    """
    if done < flat_until:
        return min(1.0, done / WARM_UP + 1e-3)
    return max(LEAST, 1 - (done - flat_until) / (1 - flat_until))


def plans(before: list[float], minutes: float) -> list[float]:
    """List the lengths that were planned for a run, in minutes; a finished run may be continued.

    Its learning rate then rises again and falls to LEAST at the new end.
    """
    return before if before[-1:] == [minutes] else [*before, minutes]


def load(path: Path, device: str = "cpu") -> dict[str, Any]:
    """Read a checkpoint. Raises ValueError if it is damaged."""
    try:
        values: dict[str, Any] = torch.load(path, map_location=device)
    except (EOFError, RuntimeError, UnpicklingError) as error:
        raise ValueError(f"{path}: damaged; delete it to start again") from error
    return values


def save(path: Path, values: dict[str, Any]) -> None:
    """Write a checkpoint."""
    with whole(path) as temporary:
        torch.save(values, temporary)


def keep_freed_memory() -> None:
    """Make glibc keep large freed blocks, since mapping them again costs time in every step."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(M_TRIM_THRESHOLD, 1 << 30)
