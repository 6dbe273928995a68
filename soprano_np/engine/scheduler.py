"""Continuous batching for many listeners: whose sentences begin, and whose rows run, when.

A round samples a token for each row, renders what is due, and runs the rows' tokens. The listener
who would run dry first comes first; a new listener's first sentence goes ahead of others' later
ones; files (tracks that are not live) use the time that is left, always get some, and take turns
call by call. Nothing here waits, or knows of threads or text.
"""

import math
import time
import zlib
from collections.abc import Collection, Iterator
from heapq import heapify, heappop, heappush, heapreplace
from typing import Any

from soprano_np.engine.intake import Intake
from soprano_np.engine.job import Job
from soprano_np.engine.model import Model
from soprano_np.engine.playback import LEAST_LEAD, MARGIN, Clock, Cost
from soprano_np.engine.rendering import STARVING, Renderer, is_full
from soprano_np.engine.track import Call, Line, Take
from soprano_np.errors import CheckpointError
from soprano_np.lm.batch import Batch, Row
from soprano_np.nn import machine

BATCH_SIZE = 16
MAX_ROWS = 1024
BATCHES_AHEAD = 4  # most batches of a track's sentences that are begun and not yet spoken
PATIENCE = 0.3  # seconds that a new listener waits for others to get ahead
SOON = 0.6  # seconds in hand, and no more on the way, with which the next sentence is urgent


class Scheduler:
    """The rows of all tracks, and the order in which they are served."""

    def __init__(
        self, model: Model, batch_size: int = BATCH_SIZE, clock: Clock = time.perf_counter
    ) -> None:
        self.model, self.batch_size, self.clock = model, batch_size, clock
        self.batch = Batch(model.lm, model.tokenizer.stop_id)
        self.renderer = Renderer(model, clock)
        self.prefilling, self.stepping = Cost(clock), Cost(clock)
        self._live: list[Line[Any]] = []
        self._jobs: dict[Call, Job] = {}  # of files
        self._takes: dict[Row, tuple[Line[Any], Take]] = {}  # of the rows in the batch
        self._files = 0  # how many of these are files' sentences
        self._retries: list[Row] = []  # to be restarted
        self._others_ran = clock()  # when rows other than those served first ran

    @property
    def lines(self) -> list[Line[Any]]:
        """All lines that are served."""
        return [*self._live, *(line for job in self._jobs.values() for line in job.lines)]

    def add(self, line: Line[Any]) -> None:
        """Serve one more line."""
        if line.live:
            self._live.append(line)
        else:
            self._jobs.setdefault(line.call, Job()).add(line)

    def step(self) -> bool:
        """Do some work: prefill prompts, or a round; returns whether there was anything to do."""
        self._remove(self._cancelled())
        begun = self._admit()
        if begun and not any(self._listeners()):
            return True  # files' prompts go first, in parts, between which listeners may come
        running = self._sample()
        rendered = self._render()
        self._remove([line for line in self._opened() if line.finished])
        if running:
            with self.stepping.measure(running):
                self.batch.advance()
        return bool(running or begun or rendered or self._retries)

    # Rows come and go

    def _opened(self) -> Iterator[Line[Any]]:
        """List the lines that are looked at in each round."""
        yield from self._live
        for job in self._jobs.values():
            yield from job.opened

    def _cancelled(self) -> list[Line[Any]]:
        """List the lines that have been cancelled."""
        lines = [line for line in self._live if line.cancelled]
        for call, job in self._jobs.items():
            if call.cancelled:
                call.cancelled = False  # first, so that what is cancelled meanwhile is seen later
                lines += [line for line in job.lines if line.cancelled]
        return lines

    def _remove(self, lines: Collection[Line[Any]], error: BaseException | None = None) -> None:
        """End tracks and free their rows."""
        if not lines:
            return
        gone = set(lines)
        unwanted = {row for row, (line, _) in self._takes.items() if line in gone}
        for row in unwanted:
            self._leave(row)
        self._retries = [row for row in self._retries if row not in unwanted]
        self.batch.drop(unwanted.__contains__)
        self._live = [line for line in self._live if line not in gone]
        for line in lines:
            if not line.live:
                job = self._jobs[line.call]
                job.remove(line)
                if not job.opened and not job.waiting:
                    del self._jobs[line.call]
            line.end(error)

    def _enter(self, row: Row, line: Line[Any], take: Take) -> None:
        """Note whose row it is."""
        self._takes[row] = line, take
        if not line.live:
            self._files += 1
            self._jobs[line.call].rows += 1

    def _leave(self, row: Row) -> tuple[Line[Any], Take]:
        """Return whose row it was."""
        line, take = self._takes.pop(row)
        if not line.live:
            self._files -= 1
            self._jobs[line.call].rows -= 1
        return line, take

    def _admit(self) -> bool:
        """Restart runaways and begin sentences while there is room and time for more."""
        intake = Intake(
            self._retries, self._listeners(), 1 if self._live else machine.current().cores
        )
        self._retries = []
        self._begin_listeners(intake)
        self._begin_files(intake)
        if rows := intake.rows:
            with self.prefilling.measure(sum(len(row.ids) for row in rows)):
                self.batch.admit(rows)
        return bool(rows)

    def _begin_listeners(self, intake: Intake) -> None:
        """Begin listeners' sentences: urgent ones, then of who has fewest on the way."""
        queue = [
            (self._turn(line), place, line)
            for place, line in enumerate(self._live)
            if line.peek() and self._has_room(line)
        ]
        heapify(queue)
        while queue:
            (later, *_), place, line = heappop(queue)
            if later and self._files and self._count(intake) >= self.batch_size:
                break  # nobody behind may begin either
            if intake.fits(line) and self._may_begin(line, intake):
                self._begin(line, intake)
                if line.peek() and self._has_room(line):
                    heappush(queue, (self._turn(line), place, line))

    def _begin_files(self, intake: Intake) -> None:
        """Begin files' sentences: of the call with the fewest rows, else of who waits longest."""
        queue = [(job.rows, job.begun, place, job) for place, job in enumerate(self._jobs.values())]
        heapify(queue)
        while queue and (self._count(intake) < self.batch_size or not self._files):
            *_, place, job = queue[0]
            line = job.next_line(lambda line: intake.fits(line) and self._has_room(line))
            if line is None or not self._may_begin(line, intake):
                heappop(queue)
                continue
            job.open(line)
            self._begin(line, intake)
            job.begun = self.clock()
            heapreplace(queue, (job.rows, job.begun, place, job))

    def _begin(self, line: Line[Any], intake: Intake) -> None:
        """Begin a line's next sentence with this round's prompts."""
        utterance = line.peek()
        assert utterance is not None  # noqa: S101 (for the type checker)
        # Draws depend on the sentence alone: the same wherever it stands.
        row = Row(utterance.ids, line.request, zlib.crc32(utterance.spoken.encode()))
        take = Take(utterance, row, self.model.vocoder)
        line.begin(take)
        self._enter(row, line, take)
        intake.add(line, row)

    def _count(self, intake: Intake) -> int:
        """Count the rows that there will be."""
        return len(self.batch.rows) + len(intake.rows)

    def _turn(self, line: Line[Any]) -> tuple[bool, int, float]:
        """Order listeners: urgent ones first.

        Then who has fewest sentences on the way: nobody's third before another's second.
        """
        return not self._is_urgent(line), len(line.takes), line.lead

    def _is_urgent(self, line: Line[Any]) -> bool:
        """Return whether a listener is new, or soon hears all there is, with no more on the way."""
        if not line.live or line.generating is not None:
            return False
        waiting = sum(take.waiting for take in line.takes)
        return line.lead + waiting * self.renderer.state_seconds < SOON

    def _has_room(self, line: Line[Any]) -> bool:
        """Return whether a line may have one more sentence on the way."""
        return len(line.takes) < BATCHES_AHEAD * self.batch_size and not is_full(line)

    def _may_begin(self, line: Line[Any], intake: Intake) -> bool:
        """Return whether others have time for the prompt of a line's next utterance."""
        utterance = line.peek()
        positions = intake.positions + (len(utterance.ids) if utterance else 0)
        prefill = MARGIN * self.prefilling(positions)
        safe = intake.heard.but(line) > prefill
        if self._is_urgent(line):
            if line.made:  # running dry, perhaps sooner than others
                safe = safe or line.lead < intake.leads.but(line)
            else:
                safe = safe or self.clock() > line.submitted + PATIENCE
            return safe and self._count(intake) < MAX_ROWS
        if not line.live and not self._files:  # it must not starve
            return safe or self.clock() > self.renderer.file_served + STARVING
        if self._count(intake) >= self.batch_size:
            return False
        return intake.leads.but(None) - prefill >= LEAST_LEAD

    # Rows run

    def _listeners(self) -> Iterator[Line[Any]]:
        """List the lines that wait for sound as it is made."""
        return (line for line in self._live if line.takes)

    def _served_first(self) -> list[Line[Any]]:
        """List the listeners who alone are served in this round; nobody if all rows have time.

        While a listener has little in hand, sentences that nobody hears yet wait. While one would
        run dry before a round for all listeners ends, those with two such rounds in hand wait, too.
        """
        leads = [(line.lead, line) for line in self._listeners()]
        least = min((lead for lead, _ in leads), default=LEAST_LEAD)
        if least >= LEAST_LEAD:
            return []
        whole = MARGIN * (self.stepping(len(leads)) + self.renderer.cost(len(leads)))
        limit = 2 * whole if least < whole else math.inf
        return [line for lead, line in leads if lead < limit]

    def _sample(self) -> int:
        """Pick the next token of each row that runs in this round; returns how many go on.

        While somebody is about to run dry, only those run who have little in hand; now and then
        all others, too, but for sentences that their listener has yet to come to.
        """
        running = len(self.batch.rows)
        wanted = {line.generating for line in self._served_first()}
        if not wanted.isdisjoint(self.batch.rows):
            if self.clock() >= self._others_ran + STARVING:
                wanted.update(line.generating for line in self._listeners())
                wanted.update(row for row, (line, _) in self._takes.items() if not line.live)
                self._others_ran = self.clock()
            running = self.batch.put_first(wanted.__contains__)
        else:
            self._others_ran = self.clock()
        over = self.batch.sample(running)
        for row in over:
            line, take = self._leave(row)
            if row.to_retry and not take.rendered:
                take.row = row.retry()
                self._enter(take.row, line, take)
                self._retries.append(take.row)
            else:
                take.result = row.result()
        return running - len(over)

    def _render(self) -> bool:
        """Render what is due; returns whether anything was."""
        rendered = False
        alone = len(self._live) == 1 and not self._jobs  # nobody else waits
        while due := self.renderer.due(
            self._served_first() or self._listeners(), self._jobs.values(), alone
        ):
            rendered = True
            failed = self.renderer.push(due)
            self._remove(failed, CheckpointError("the model produced NaN or infinity"))
            if not alone:
                break
        return rendered
