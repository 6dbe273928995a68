"""What is rendered when: listeners before they run dry, files in the time that is left."""

import logging
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from soprano_np.engine.job import Job
from soprano_np.engine.model import Model
from soprano_np.engine.playback import LEAST_LEAD, Clock, Cost, chunk_states
from soprano_np.engine.track import Line, Take
from soprano_np.nn.ops import Floats
from soprano_np.vocoder.stream import CHUNK_STATES

UNHEARD_SECONDS = 8.0  # of sound not yet pulled: a listener with this much gets no more for now
UNHEARD_SENTENCES = 4  # likewise for files
LONGEST_PASS = 0.05  # seconds of rendering between two steps, where others may come
STARVING = 0.3  # seconds after which work that is not urgent gets a turn all the same
COMFORT = 0.3  # seconds in hand with which a listener can wait for a round with more time
FILE_STATES = 4, 32  # of a file to render at once beside listeners, fewest and most

logger = logging.getLogger("soprano_np")


class Due(NamedTuple):
    """States of a take to render now."""

    line: Line[Any]
    take: Take
    states: int


def is_full(line: Line[Any]) -> bool:
    """Return whether as much waits to be pulled as may wait."""
    return line.unheard >= (UNHEARD_SECONDS if line.live else UNHEARD_SENTENCES)


class Renderer:
    """Turns the states of all tracks into sound, as much at once as there is time for."""

    def __init__(self, model: Model, clock: Clock) -> None:
        self.model, self.clock = model, clock
        self.cost = Cost(clock)
        self.file_served = clock()  # when a file was last rendered
        config = model.vocoder.config
        self.state_seconds = config.samples_per_token / config.sample_rate

    def due(self, listeners: Iterable[Line[Any]], jobs: Iterable[Job], alone: bool) -> list[Due]:
        """Choose what to render in one pass: listeners by urgency, then files.

        alone: there is one listener and nobody else.
        """
        leads = sorted(((line.lead, n, line) for n, line in enumerate(listeners)))
        room = most = math.inf  # states, until the most urgent listener wants the next
        if leads and not alone:
            most = max(self.cost.fits(LONGEST_PASS), FILE_STATES[1])
            room = self.cost.fits(max(leads[0][0] / 2, self.state_seconds / 4))
        due: list[Due] = []
        for lead, _, line in leads:
            count = self._wanted(line, lead)
            if not count:
                continue
            if not line.request.chunk_size:
                count = int(min(count, most))
            if count > room and due:
                if lead > COMFORT:
                    continue  # it can wait for a round with more time
                count = line.request.chunk_size or max(int(room), 1)
            due.append(Due(line, line.takes[0], count))
            room -= count
        count = CHUNK_STATES
        if leads:
            count = 0 if leads[0][0] < LEAST_LEAD else int(min(room, FILE_STATES[1]))
            if count < FILE_STATES[0] and self.clock() >= self.file_served + STARVING:
                count = FILE_STATES[0]
        if count >= FILE_STATES[0]:
            due += self._file(jobs, count)
        return due

    def _wanted(self, line: Line[Any], lead: float) -> int:
        """Return how many states of a listener's sentence to render now, 0 to wait for more."""
        take = line.takes[0]
        if is_full(line):
            return 0
        count = line.request.chunk_size or chunk_states(lead, self.state_seconds)
        if not take.rendered:
            count = max(count, self.model.vocoder.config.first_states)
        return count if take.result is not None or take.waiting >= count else 0

    def _file(self, jobs: Iterable[Job], count: int) -> list[Due]:
        """Choose one file, of the job that has waited longest."""
        ready = ((job.rendered, n, job) for n, job in enumerate(jobs))
        for _, _, job in sorted(ready):
            if (line := job.ready(is_full)) is not None:
                job.rendered = self.file_served = self.clock()
                return [Due(line, line.takes[0], count)]
        return []

    def push(self, due: list[Due]) -> list[Line[Any]]:
        """Render states and deliver what becomes final; returns whose sound was NaN or infinite."""
        failed = []
        begins = [not each.take.rendered for each in due]
        pulled = [each.take.pull(each.states) for each in due]
        states, last = [states for states, _ in pulled], [last for _, last in pulled]
        with self.cost.measure(max(sum(map(len, states)), 1)):
            rendered = self.model.vocoder.render([each.take.stream for each in due], states, last)
        for (line, take, _), first, given, ends, samples in zip(
            due, begins, states, last, rendered, strict=True
        ):
            if not (np.isfinite(given).all() and np.isfinite(samples).all()):
                failed.append(line)
                continue
            if line.live:
                if first and take.utterance.pause:
                    self._deliver(line, self._silence(take.utterance.pause))
                if len(samples):
                    self._deliver(line, samples)
            else:
                take.samples.append(samples)
            take.spoken += len(samples)
            if ends:
                _warn(take)
                line.takes.popleft()
                if not line.live:
                    line.deliver(take.sentence(), 1)
        return failed

    def _deliver(self, line: Line[Any], samples: Floats) -> None:
        line.deliver(samples, len(samples) / self.model.sample_rate)

    def _silence(self, seconds: float) -> Floats:
        return np.zeros(round(seconds * self.model.sample_rate), np.float32)


def _warn(take: Take) -> None:
    """Log what a listener may wonder about."""
    spoken = take.utterance.spoken
    assert take.result is not None  # noqa: S101 (for the type checker)
    if take.result.finish_reason == "length":
        logger.warning("a sentence did not end by itself: %r", spoken)
    elif take.result.finish_reason == "runaway":
        logger.warning("a sentence ran away from its text: %r", spoken)
    elif not take.spoken:
        logger.warning("a sentence ended before its first sound: %r", spoken)
