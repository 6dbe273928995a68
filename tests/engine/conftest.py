"""A made-up model with a speed, a clock that only it moves, and listeners who pull what is made."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from soprano_np.engine.scheduler import Scheduler
from soprano_np.engine.source import Present
from soprano_np.engine.track import Call, Line, Sentence, Track
from soprano_np.lm.config import Qwen3Config
from soprano_np.nn.ops import Floats, Ints
from soprano_np.request import Request
from soprano_np.text.script import Utterance

STOP = 530  # the machine's model counts up to it
BROKEN = 540  # a token whose state is NaN
BROKEN_STATES = -1  # states of an utterance that begins with it
MOST_ROUNDS = 100_000


class Clock:
    """Stands in for time.perf_counter; `passes` are called before time moves on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.passes: list[Callable[[], None]] = []

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        for each in self.passes:
            each()
        self.now += seconds


class Machine:
    """A model that counts from a prompt's last token to STOP, and takes its time.

    A step of n rows takes first_row + row * (n - 1) seconds, a prompt `position` for each of its
    ids, a state `state` to render. Each state gives 64 ms of sound, as Soprano's do. entries: what
    it was asked for, as (what, how much).
    """

    sample_rate = 1000
    state_seconds = 0.064

    broken = BROKEN_STATES

    def __init__(self, config: Qwen3Config, clock: Clock) -> None:
        self.config = replace(config, vocab_size=BROKEN + 1, hidden_size=2)
        self.clock = clock
        self.first_row = self.row = self.position = self.state = 0.0
        self.entries: list[tuple[str, int]] = []
        self.table = np.arange(2.0 * (BROKEN + 1), dtype=np.float32).reshape(-1, 2)
        self.table[BROKEN] = np.nan
        self.scores = 1000 * np.eye(len(self.table), dtype=np.float32)  # hot enough for no draw
        self.lm: Any = self
        self.tokenizer = SimpleNamespace(stop_id=STOP)
        self.vocoder = SimpleNamespace(
            config=SimpleNamespace(samples_per_token=64, sample_rate=1000, first_states=4),
            stream=MachineStream,
            render=self.render,
        )

    def spend(self, what: str, count: int, seconds: float) -> None:
        self.clock.move(seconds)
        self.entries.append((what, count))

    def of(self, what: str) -> list[int]:
        return [count for kind, count in self.entries if kind == what]

    def prefill(self, prompts: list[Ints], cache: Any, first: int) -> Floats:
        self.spend("prefill", len(prompts), self.position * sum(map(len, prompts)))
        return self.table[[prompt[-1] for prompt in prompts]]

    def step(self, tokens: Ints, cache: Any, positions: Ints) -> Floats:
        self.spend("step", len(tokens), self.first_row + self.row * (len(tokens) - 1))
        return self.table[tokens]

    def render(
        self, streams: list["MachineStream"], states: list[Floats], last: list[bool]
    ) -> list[Floats]:
        count = sum(map(len, states))
        self.spend("push", count, self.state * max(count, 1))
        return list(map(MachineStream.push, streams, states, last))

    def logits(self, states: Floats) -> Floats:
        apart = self.table[1, 0] - self.table[0, 0]
        following = np.nan_to_num(states[:, 0] / apart).round().astype(np.int64) + 1
        return self.scores[following]


class MachineStream:
    """Renders states as the real vocoder does: the last ones wait for those that follow."""

    def __init__(self) -> None:
        self.states, self.samples = 0, 0

    def push(self, states: Floats, last: bool) -> Floats:
        self.states += len(states)
        final = 64 * (self.states - 1) if last else 64 * self.states - 208
        count, self.samples = max(final - self.samples, 0), max(final, self.samples)
        return np.full(count, states.sum() * 0 + 1 if len(states) else 1, np.float32)


class Arrivals:
    """A source of which `arrived` utterances have come; error: what it ends with."""

    def __init__(self, states: list[int], error: BaseException | None = None) -> None:
        self.arrived, self.polled, self.closed, self.error = 0, 0, False, error
        self.utterances = list(utterances(states))

    def poll(self) -> Utterance | None:
        if self.polled == len(self.utterances):
            raise self.error or StopIteration
        if self.polled >= self.arrived:
            return None
        self.polled += 1
        return self.utterances[self.polled - 1]

    def close(self) -> None:
        self.closed = True


class Listener:
    """Holds a track, and keeps what was pulled from it, with the time."""

    def __init__(self, clock: Clock, line: Line[Any]) -> None:
        self.line, self.track, self.clock = line, Track[Any](line, lambda: None), clock
        self.heard: list[tuple[float, Any]] = []
        self.error: BaseException | None = None
        self.stalled = False

    def pull(self) -> None:
        if self.stalled:
            return
        try:
            for item in self.track.ready():
                self.heard.append((self.clock(), item))
        except BaseException as error:
            self.error = error

    @property
    def ended(self) -> bool:
        return self.track._end is not None

    @property
    def samples(self) -> int:
        return sum(
            len(item.audio) if isinstance(item, Sentence) else len(item) for _, item in self.heard
        )


class Hall:
    """A scheduler, its machine, and everyone who listens."""

    def __init__(self, machine: Machine, clock: Clock, batch_size: int) -> None:
        self.machine, self.clock = machine, clock
        self.scheduler = Scheduler(machine, batch_size, clock)  # type: ignore[arg-type]
        self.listeners: list[Listener] = []
        clock.passes.append(self.pull)

    def pull(self) -> None:
        for listener in self.listeners:
            listener.pull()

    def arrivals(self, states: list[int], error: BaseException | None = None) -> Arrivals:
        """Make a source of which nothing has come yet."""
        return Arrivals(states, error)

    def add(
        self, source: Any, live: bool = True, call: Call | None = None, **options: Any
    ) -> Listener:
        """Begin to listen to utterances: a source, or the states of each."""
        if not hasattr(source, "poll"):
            source = Present(source if hasattr(source, "close") else utterances(source))
        listener = Listener(self.clock, Line(source, Request(**options), live, self.clock, call))
        self.listeners.append(listener)
        self.scheduler.add(listener.line)
        return listener

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Run rounds until something is true, else until everyone has heard all."""
        done = until or (lambda: all(each.ended for each in self.listeners))
        for _ in range(MOST_ROUNDS):
            if done():
                return
            if not self.scheduler.step():
                self.clock.move(0.001)  # as the thread sleeps
            self.pull()
        pytest.fail("it hangs")

    def wait(self, seconds: float) -> None:
        """Run rounds for a time."""
        end = self.clock.now + seconds
        self.run(lambda: self.clock.now >= end)


def utterances(states: Iterable[int], prompt: int = 1) -> Generator[Utterance, None, None]:
    """Yield utterances of so many states, with prompts of `prompt` ids."""
    for number, count in enumerate(states):
        last = BROKEN if count == BROKEN_STATES else STOP - 1 - count
        ids = np.array([0] * (prompt - 1) + [last])
        yield Utterance(f"{number}", f"{number}", ids, 0.0)


@pytest.fixture
def clock() -> Clock:
    """A clock that only the machine moves."""
    return Clock()


@pytest.fixture
def machine(tiny: Any, clock: Clock) -> Machine:
    """A model as fast as the real one on two cores, its numbers rounded."""
    machine = Machine(tiny.lm_config, clock)
    machine.first_row, machine.row, machine.position, machine.state = 0.012, 0.001, 3e-4, 0.0014
    return machine


@pytest.fixture
def hall(machine: Machine, clock: Clock) -> Hall:
    """A scheduler of that machine, with 16 rows."""
    return Hall(machine, clock, 16)


@pytest.fixture
def words() -> Callable[..., Generator[Utterance, None, None]]:
    """Return a function that makes utterances for a machine."""
    return utterances
