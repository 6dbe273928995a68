"""The thread that serves all tracks of an engine, and ends a second after the last one."""

import atexit
import os
import threading
import time
import traceback
import weakref
from collections import deque
from collections.abc import MutableSequence, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from soprano_np.engine.model import Model
from soprano_np.engine.scheduler import BATCH_SIZE, Scheduler
from soprano_np.engine.source import Source
from soprano_np.engine.track import Call, Line, Track
from soprano_np.request import Request

LINGER = 1.0  # seconds that an idle thread keeps its buffers, for the next request

_engines: "weakref.WeakSet[Engine]" = weakref.WeakSet()


class Engine:
    """Speaks for any number of threads at once, which share its steps.

    A forked child begins with no tracks. An engine that nobody holds lets go of its thread and
    memory; at exit all stop within a step.
    """

    _thread: threading.Thread | None

    def __init__(self, model: Model, batch_size: int = BATCH_SIZE) -> None:
        self.model, self.batch_size = model, batch_size
        self._reset()
        _engines.add(self)

    def submit(self, source: Source, request: Request, live: bool) -> Track[Any]:
        """Speak utterances: returns a track of samples as they are made, or of whole sentences.

        Raises RuntimeError after close.
        """
        (track,) = self.submit_all([source], request, live)
        return track

    def submit_all(
        self, sources: Sequence[Source], request: Request, live: bool
    ) -> list[Track[Any]]:
        """Speak several texts that begin in the same round, so in the same batches each time.

        Together they have one turn among the files of all callers.
        """
        call = Call()
        lines: list[Line[Any]] = [
            Line(source, request, live, time.perf_counter, call) for source in sources
        ]
        # Before the lines are known, so that an interrupt leaves none without a track.
        tracks = [Track(line, self.wake) for line in lines]
        try:
            with self._lock:
                if self._closed:
                    raise RuntimeError("the engine is closed")
                if self._thread is None:
                    self._start()
                self._incoming.extend(lines)
        except BaseException:
            for source in sources:
                source.close()
            raise
        self.wake()
        return tracks

    def _start(self) -> None:
        self._thread = thread = threading.Thread(
            target=_serve,
            args=(weakref.ref(self), self._bell),
            name="soprano_np engine",
            daemon=True,
        )
        try:
            thread.start()
        except BaseException:  # interrupted while it waits for the thread, or too many threads
            if thread.ident is None:
                self._thread = None
            raise

    def wake(self) -> None:
        """Wake the thread if it sleeps; safe in finalizers."""
        if self._sleeping:
            self._bell.put(None)

    def close(self) -> None:
        """End all tracks and the thread."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._bell.put(None)
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _reset(self) -> None:
        """Begin with no thread and no tracks."""
        self._lock = threading.Lock()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._incoming: deque[Line[Any]] = deque()
        self._thread = None
        self._sleeping = self._closed = self._exiting = False
        weakref.finalize(
            self, self._bell.put, None
        ).atexit = False  # the thread sees that it is gone


def _serve(reference: "weakref.ref[Engine]", bell: "SimpleQueue[None]") -> None:
    """Run rounds while there are tracks; sleep while none can go on; end when none are left."""
    scheduler: Scheduler | None = None
    while (engine := reference()) is not None:
        try:
            if scheduler is None:
                scheduler = Scheduler(engine.model, engine.batch_size)
            while engine._incoming:
                scheduler.add(engine._incoming.popleft())
            busy = scheduler.step()
        except (
            BaseException
        ) as error:  # such as too little memory: current tracks end, new ones go on
            _end(scheduler.lines if scheduler else engine._incoming, error)
            traceback.clear_frames(error.__traceback__)  # who keeps it need not keep the batch
            scheduler, busy = None, True
        if engine._closed:
            if not engine._exiting:  # at exit nobody waits for an answer
                closed = RuntimeError("the engine is closed")
                _end(scheduler.lines if scheduler else [], closed)
                _end(engine._incoming, closed)
            return
        # What changes while a round runs may go unnoticed by it, so a second one looks again.
        asleep, engine._sleeping = engine._sleeping and not busy, not busy
        if not asleep or scheduler is None:
            continue
        idle = not scheduler.lines
        del engine  # which may go meanwhile
        try:
            bell.get(timeout=LINGER if idle else None)
        except Empty:
            if (engine := reference()) is None:
                return
            with engine._lock:
                if not engine._incoming:
                    engine._thread = None
                    return
        while not bell.empty():
            bell.get()


def _end(lines: MutableSequence[Line[Any]], error: BaseException) -> None:
    """End tracks with an error."""
    while lines:
        lines.pop().end(error)


def _forget_parents() -> None:
    """After a fork there is one thread, and nobody holds the locks."""
    for engine in list(_engines):
        engine._reset()


def _close_all() -> None:
    for engine in list(_engines):
        engine._exiting = True
        engine.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parents)
atexit.register(_close_all)
