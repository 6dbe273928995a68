"""Continuous batching for many listeners: who is begun, and who is rendered, when.

A round samples a token for each row, renders what is due, and runs the rows' tokens. The listener
who would run dry first comes first; a new listener's first sentence goes ahead of others' later
ones; files (tracks that are not live) use the time that is left, and always get some. Nothing here
waits, or knows of threads or text.
"""

import logging
import math
import time
import zlib
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from soprano_np.engine.model import Model
from soprano_np.engine.playback import LEAST_LEAD, MARGIN, Clock, Cost, chunk_states
from soprano_np.engine.track import Line, Take
from soprano_np.errors import CheckpointError
from soprano_np.lm.batch import Batch, Row
from soprano_np.nn.ops import Floats
from soprano_np.vocoder.stream import CHUNK_STATES

BATCH_SIZE = 16
MAX_ROWS = 1024
UNHEARD_SECONDS = 8.0  # of sound not yet pulled: a listener with this much gets no more for now
UNHEARD_SENTENCES = 4  # likewise for files
BATCHES_AHEAD = 4  # most batches of a track's sentences that are begun and not yet spoken
# Prompts run together up to this many positions, since a new listener waits for them; a longer one
# runs alone. It is a number, not a time, so that one text alone is computed alike each time.
PREFILL_POSITIONS = 160
PATIENCE = 0.3  # seconds that a new listener waits for others to get ahead
LONGEST_PASS = 0.05  # seconds of rendering between two steps, where others may come
SOON = 0.6  # seconds in hand, and no more on the way, with which the next sentence is urgent
STARVING = 0.3  # seconds after which work that is not urgent gets a turn all the same
COMFORT = 0.3  # seconds in hand with which a listener can wait for a round with more time
FILE_STATES = 4, 32  # of a file to render at once beside listeners, fewest and most

logger = logging.getLogger("soprano_np")


class Due(NamedTuple):
    """States of a take to render now."""

    line: Line[Any]
    take: Take
    states: int


class Scheduler:
    """The rows of all tracks, and the order in which they are served."""

    def __init__(
        self, model: Model, batch_size: int = BATCH_SIZE, clock: Clock = time.perf_counter
    ) -> None:
        self.model, self.batch_size, self.clock = model, batch_size, clock
        self.batch = Batch(model.lm, model.tokenizer.stop_id)
        self.lines: list[Line[Any]] = []
        self.prefilling, self.stepping, self.rendering = Cost(clock), Cost(clock), Cost(clock)
        self._takes: dict[Row, tuple[Line[Any], Take]] = {}  # of the rows in the batch
        self._files = 0  # of these, how many are files' sentences
        self._retries: list[Row] = []  # to be restarted
        config = model.vocoder.config
        self._state_seconds = config.samples_per_token / config.sample_rate
        self._all_ran = self._file_served = clock()  # when all rows ran, when a file was rendered

    def add(self, line: Line[Any]) -> None:
        """Serve one more line."""
        self.lines.append(line)

    def step(self) -> bool:
        """Do some work: prefill prompts, or a round; returns whether there was anything to do."""
        for line in [line for line in self.lines if line.cancelled]:
            self._remove(line, None)
        begun = self._admit()
        if begun and not any(self._listeners()):
            return True  # files' prompts go first, in parts, between which listeners may come
        running = self._sample()
        rendered = self._render()
        for line in [line for line in self.lines if line.finished]:
            self._remove(line, None)
        if running:
            with self.stepping.measure(running):
                self.batch.advance()
        return bool(running or begun or rendered or self._retries)

    # Rows come and go

    def _remove(self, line: Line[Any], error: BaseException | None) -> None:
        """End a track and free its rows."""
        self.lines.remove(line)
        if line.takes:
            self._takes = {row: of for row, of in self._takes.items() if of[0] is not line}
            self._files = sum(not of.live for of, _ in self._takes.values())
            self._retries = [row for row in self._retries if row in self._takes]
            self.batch.drop(lambda row: row not in self._takes)
        line.end(error)

    def _admit(self) -> bool:
        """Restart runaways and begin sentences while there is room and time for more."""
        rows, self._retries = self._retries, []
        positions = 0
        room = len(self.batch.rows) + len(rows) < self.batch_size or not self._files
        queue = [
            (self._turn(line), number, line)
            for number, line in enumerate(self.lines)
            if (room or line.live) and line.peek() and self._has_room(line)
        ]
        heapify(queue)
        while queue:
            _, number, line = heappop(queue)
            utterance = line.peek()
            assert utterance is not None  # noqa: S101 (for the type checker)
            longer = positions + len(utterance.ids)
            count = len(self.batch.rows) + len(rows)
            if count >= self.batch_size and self._files and not self._is_urgent(line):
                break  # nobody behind may begin either
            if (positions and longer > PREFILL_POSITIONS) or not self._may_begin(
                line, count, longer
            ):
                continue
            positions = longer
            # Draws depend on the sentence alone: the same wherever it stands.
            row = Row(utterance.ids, line.request, zlib.crc32(utterance.spoken.encode()))
            take = Take(utterance, row, self.model.vocoder)
            line.begin(take)
            self._takes[row] = line, take
            self._files += not line.live
            rows.append(row)
            if line.peek() and self._has_room(line):
                heappush(queue, (self._turn(line), number, line))
        if rows:
            with self.prefilling.measure(sum(len(row.ids) for row in rows)):
                self.batch.admit(rows)
        return bool(rows)

    def _turn(self, line: Line[Any]) -> tuple[bool, bool, int, float]:
        """Order lines: urgent ones, then other listeners, then files.

        Who has fewest sentences on the way comes first: nobody's third before another's second.
        """
        if line.live:
            return not self._is_urgent(line), False, len(line.takes), line.lead
        return True, True, len(line.takes), 0.0

    def _is_urgent(self, line: Line[Any]) -> bool:
        """Return whether a listener is new, or soon hears all there is, with no more on the way."""
        if not line.live or any(take.result is None for take in line.takes):
            return False
        waiting = sum(take.waiting for take in line.takes)
        return line.lead + waiting * self._state_seconds < SOON

    def _has_room(self, line: Line[Any]) -> bool:
        """Return whether a line may have one more sentence on the way."""
        return len(line.takes) < BATCHES_AHEAD * self.batch_size and not self._is_full(line)

    def _may_begin(self, line: Line[Any], rows: int, positions: int) -> bool:
        """Return whether a line may begin its next utterance.

        rows: those that there are, others of this round included; positions: of this round's
        prompts, its own included.
        """
        prefill = MARGIN * self.prefilling(positions)
        listeners = [each for each in self._listeners() if each is not line]
        safe = all(each.lead > prefill for each in listeners if each.made)
        if self._is_urgent(line):
            if line.made:  # running dry, perhaps sooner than others
                safe = safe or all(line.lead < each.lead for each in listeners)
            else:
                safe = safe or self.clock() > line.submitted + PATIENCE
            return safe and rows < MAX_ROWS
        if not line.live and not self._files:  # it must not starve
            return safe or self.clock() > self._file_served + STARVING
        if rows >= self.batch_size:
            return False
        return all(each.lead - prefill >= LEAST_LEAD for each in self._listeners())

    def _listeners(self) -> Iterator[Line[Any]]:
        """List the lines that wait for sound as it is made."""
        return (line for line in self.lines if line.live and line.takes)

    def _urgent(self) -> list[Line[Any]]:
        """List who is served in this round; nobody if there is time for all rows.

        While a listener has little in hand, sentences that nobody hears yet wait. While one would
        run dry before a round for all listeners ends, those with two such rounds in hand wait, too.
        """
        leads = [(line.lead, line) for line in self._listeners()]
        least = min((lead for lead, _ in leads), default=LEAST_LEAD)
        if least >= LEAST_LEAD:
            return []
        whole = MARGIN * (self.stepping(len(leads)) + self.rendering(len(leads)))
        limit = 2 * whole if least < whole else math.inf
        return [line for lead, line in leads if lead < limit]

    def _is_full(self, line: Line[Any]) -> bool:
        """Return whether as much waits for a listener as may wait."""
        return line.unheard >= (UNHEARD_SECONDS if line.live else UNHEARD_SENTENCES)

    def _sample(self) -> int:
        """Pick the next token of each row that runs in this round; returns how many go on.

        While somebody is about to run dry, only those run who have little in hand.
        """
        running = len(self.batch.rows)
        urgent = {
            next((take.row for take in line.takes if take.result is None), None)
            for line in self._urgent()
        }
        if not urgent.isdisjoint(self.batch.rows) and self.clock() < self._all_ran + STARVING:
            running = self.batch.put_first(urgent.__contains__)
        if running == len(self.batch.rows):
            self._all_ran = self.clock()
        over = self.batch.sample(running)
        for row in over:
            line, take = self._takes.pop(row)
            self._files -= not line.live
            if row.to_retry and not take.rendered:
                take.row = row.retry()
                self._takes[take.row] = line, take
                self._files += not line.live
                self._retries.append(take.row)
            else:
                take.result = row.result()
        return running - len(over)

    # Sound is made

    def _render(self) -> bool:
        """Render what is due; returns whether anything was."""
        rendered = False
        while due := self._due():
            rendered = True
            self._push(due)
            if len(self.lines) != 1 or not self.lines[0].live:  # others wait, or may come
                break
        return rendered

    def _due(self) -> list[Due]:
        """Choose what to render in one pass: listeners by urgency, then files."""
        listeners = sorted(self._urgent() or self._listeners(), key=lambda line: line.lead)
        room = most = math.inf  # states, until the most urgent listener wants the next
        if listeners and len(self.lines) > 1:
            most = max(self.rendering.fits(LONGEST_PASS), FILE_STATES[1])
            room = self.rendering.fits(max(listeners[0].lead / 2, self._state_seconds / 4))
        due: list[Due] = []
        for line in listeners:
            count = self._wanted(line)
            if not line.request.chunk_size:
                count = int(min(count, most))
            if count > room and due:
                # Who has enough in hand waits for a round with more time.
                count = 0 if line.lead > COMFORT else line.request.chunk_size or max(int(room), 1)
            if count:
                due.append(Due(line, line.takes[0], count))
                room -= count
        for line in self.lines:
            if line.live or not line.takes or not line.takes[0].result or self._is_full(line):
                continue
            count = CHUNK_STATES
            if listeners:
                tight = listeners[0].lead < LEAST_LEAD
                count = 0 if tight else int(min(room, FILE_STATES[1]))
                if count < FILE_STATES[0]:
                    if self.clock() < self._file_served + STARVING:
                        break
                    count = FILE_STATES[0]
            due.append(Due(line, line.takes[0], count))
            self._file_served = self.clock()
            break  # one file at a time, in the order of lines
        return due

    def _wanted(self, line: Line[Any]) -> int:
        """Return how many states of a listener's sentence to render now, 0 to wait for more."""
        take = line.takes[0]
        if self._is_full(line):
            return 0
        count = line.request.chunk_size or chunk_states(line.lead, self._state_seconds)
        if not take.rendered:
            count = max(count, self.model.vocoder.config.first_states)
        return count if take.result is not None or take.waiting >= count else 0

    def _push(self, due: list[Due]) -> None:
        """Render states and deliver the samples that they make final."""
        begins = [not each.take.rendered for each in due]
        pulled = [each.take.pull(each.states) for each in due]
        states, last = [states for states, _ in pulled], [last for _, last in pulled]
        with self.rendering.measure(max(sum(map(len, states)), 1)):
            rendered = self.model.vocoder.render([each.take.stream for each in due], states, last)
        for (line, take, _), first, given, ends, samples in zip(
            due, begins, states, last, rendered, strict=True
        ):
            if not (np.isfinite(given).all() and np.isfinite(samples).all()):
                self._remove(line, CheckpointError("the model produced NaN or infinity"))
                continue
            if line.live:
                if first and take.utterance.pause:
                    line.deliver(*self._sized(self.silence(take.utterance.pause)))
                if len(samples):
                    line.deliver(*self._sized(samples))
            else:
                take.samples.append(samples)
            take.spoken += len(samples)
            if ends:
                _warn(take)
                line.takes.popleft()
                if not line.live:
                    line.deliver(take.sentence(), 1)

    def _sized(self, samples: Floats) -> tuple[Floats, float]:
        """Return samples with their seconds."""
        return samples, len(samples) / self.model.sample_rate

    def silence(self, seconds: float) -> Floats:
        """Return silence, [samples]."""
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
