"""A training run: its options, time, learning rate and checkpoints."""

import argparse
import ctypes
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from statistics import median
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from train_voice.files import whole

WARM_UP = 0.02  # of the time
LEAST = 0.02  # of the learning rate
LONGEST = 3  # times the median: what lasted longer was not a step alone
SAVE_SECONDS = 300
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


def read_options(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """Add the options of every training, read the command line, and make torch ready.

    Raises ValueError for a device that is not there.
    """
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    if options.threads < 1:
        parser.error(f"--threads must be 1 or more, not {options.threads}")
    if options.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device cuda: torch finds no GPU here")
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    return options


def positive(text: str) -> float:
    """Read an option that is a number above 0."""
    if not 0 < (number := float(text)) < float("inf"):
        raise ValueError(text)
    return number


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


class Progress:
    """Where a run stands; kept in its checkpoint, but for the losses since the last report."""

    def __init__(self, minutes: float, options: argparse.Namespace) -> None:
        self.minutes, self.clock, self.steps = minutes, Clock(), 0
        self.options = {"device": options.device, "seed": options.seed}
        self.planned: list[float] = []  # lengths in minutes, for which it was planned
        self.asked_to_stop = False
        self._losses: list[Tensor] = []
        self._saved = time.monotonic()

    @property
    def done(self) -> float:
        """Share of the time that is over."""
        return self.clock.seconds / (60 * self.minutes)

    @property
    def over(self) -> bool:
        """Whether no further step is to be made."""
        return self.done >= 1 or self.asked_to_stop

    @property
    def finished(self) -> str:
        """What to say where nothing is left to do."""
        minutes = self.clock.seconds / 60
        return f"finished, after {minutes:.1f} minutes; more --minutes would go on from there"

    @property
    def due(self) -> bool:
        """Whether it is time to save; asking sets the time anew."""
        if time.monotonic() - self._saved < SAVE_SECONDS:
            return False
        self._saved = time.monotonic()
        return True

    def restore(self, values: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.clock, self.steps = Clock(values["seconds"]), values["steps"]
        self.planned = values["settings"]["planned minutes"]

    def values(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        settings = {"planned minutes": plans(self.planned, self.minutes), **self.options}
        return {"seconds": self.clock.seconds, "steps": self.steps, "settings": settings}

    def step(self, losses: Tensor) -> None:
        """Count the step that has just ended, and its losses."""
        self.steps += 1
        self.clock.tick()
        self._losses.append(losses.detach())

    def report(self) -> tuple[str, list[float]]:
        """Tell where it stands, and the mean losses since the last report."""
        means: list[float] = torch.stack(self._losses).mean(0).tolist()
        self._losses.clear()
        line = f"{self.clock.seconds / 60:.1f} min, step {self.steps}, "
        return f"{line}{1000 * self.clock.step:.0f} ms", means

    @contextmanager
    def stopped_between_steps(self) -> Iterator[None]:
        """Take Ctrl-C for a wish to stop when a step is over; a second one stops at once."""

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
    """Give the share of the full learning rate at a share of the time: up, flat, down to LEAST."""
    if done < flat_until:
        return min(1.0, done / WARM_UP + 1e-3)
    return max(LEAST, 1 - (done - flat_until) / (1 - flat_until))


def plans(before: list[float], minutes: float) -> list[float]:
    """List the lengths that a run was planned for, in minutes: a finished one may go on.

    The learning rate then rises again, to where it falls to LEAST at the new end.
    """
    return before if before[-1:] == [minutes] else [*before, minutes]


def load(path: Path, device: str = "cpu") -> dict[str, Any]:
    """Read a checkpoint; raises ValueError if it is damaged."""
    try:
        values: dict[str, Any] = torch.load(path, map_location=device)
    except (EOFError, RuntimeError, UnpicklingError) as error:
        raise ValueError(f"{path}: damaged; delete it to begin anew") from error
    return values


def save(path: Path, values: dict[str, Any]) -> None:
    """Write a checkpoint."""
    with whole(path) as temporary:
        torch.save(values, temporary)


def keep_freed_memory() -> None:
    """Have glibc keep large freed blocks: giving them back and faulting them in costs steps."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(M_TRIM_THRESHOLD, 1 << 30)
