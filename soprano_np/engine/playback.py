"""One listener's playback, and what work costs: how the engine knows who runs dry first."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from soprano_np.vocoder.stream import CHUNK_STATES

Clock = Callable[[], float]

MARGIN = 1.25  # by which work must be shorter than the sound that covers it
KEPT = 0.9  # of a measurement's weight at each later one
LEAST_LEAD = 0.2  # seconds that a listener keeps in hand when another sentence is begun


class Playback:
    """Sound that plays from the moment its first piece arrives.

    seconds: of sound delivered so far; first: seconds until the first piece; gaps: how often a
    piece came after playback had run dry, the longest of them longest_gap seconds.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self.seconds = self.first = self.longest_gap = 0.0
        self.gaps = 0
        self._clock = clock
        self._begun = clock()
        self._dry_at = self._begun

    def deliver(self, seconds: float) -> None:
        """Add a piece of sound that has reached the listener."""
        now = self._clock()
        if not self.seconds:
            self.first = now - self._begun
        elif now > self._dry_at:
            self.gaps += 1
            self.longest_gap = max(self.longest_gap, now - self._dry_at)
        self._dry_at = max(self._dry_at, now) + seconds
        self.seconds += seconds

    @property
    def lead(self) -> float:
        """Seconds of sound delivered and not yet heard."""
        return max(self._dry_at - self._clock(), 0.0)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return self._clock() - self._begun


def chunk_states(lead: float, state_seconds: float) -> int:
    """Return how many states to render at once: most of what the lead covers, within bounds."""
    return int(min(max(0.75 * lead / state_seconds, 1), CHUNK_STATES))


class Cost:
    """Seconds that work takes by its size: a straight line through recent measurements."""

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        # Sums over measurements, each weighing KEPT times the one after it.
        self._count = self._size = self._seconds = self._squares = self._products = 0.0

    @contextmanager
    def measure(self, size: int) -> Iterator[None]:
        """Measure work of some size."""
        started = self._clock()
        yield
        self.add(size, self._clock() - started)

    def add(self, size: int, seconds: float) -> None:
        """Add a measurement."""
        self._count = KEPT * self._count + 1
        self._size = KEPT * self._size + size
        self._seconds = KEPT * self._seconds + seconds
        self._squares = KEPT * self._squares + size * size
        self._products = KEPT * self._products + size * seconds

    def __call__(self, size: float) -> float:
        """Estimate the seconds of work of some size; 0 before the first measurement."""
        if not self._count:
            return 0.0
        mean, seconds = self._size / self._count, self._seconds / self._count
        variance = self._squares / self._count - mean * mean
        steepest = seconds / mean  # proportional to the size, as if all were of one size
        slope = steepest
        if variance > 1e-3 * mean * mean:
            covariance = self._products / self._count - mean * seconds
            slope = min(max(covariance / variance, 0.0), steepest)
        return seconds + slope * (size - mean)

    def fits(self, seconds: float) -> float:
        """Return how large work may be that takes so many seconds."""
        one, two = self(1), self(2)
        return math.inf if two <= one else max((seconds - one) / (two - one) + 1, 0.0)


class Least:
    """The least of some numbers, and the least of all but one's: found while they are added."""

    def __init__(self) -> None:
        self._first: tuple[float, object] = (math.inf, None)
        self._second = math.inf

    def add(self, owner: object, number: float) -> None:
        """Add a number; each owner has one."""
        if number < self._first[0]:
            self._first, self._second = (number, owner), self._first[0]
        else:
            self._second = min(self._second, number)

    def but(self, owner: object) -> float:
        """Return the least of all numbers but an owner's; infinity if there is none."""
        return self._second if owner is self._first[1] else self._first[0]
