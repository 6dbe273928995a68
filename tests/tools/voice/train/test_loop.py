"""The loop of a training run, without torch: when it reports, validates, saves and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from voice.train.loop import describe, run


class Progress:
    """A run that is over after some steps, or is asked to stop after some."""

    def __init__(self, length: int, stopped_after: int = 1000) -> None:
        self.length, self.stopped_after, self.steps = length, stopped_after, 0

    @property
    def done(self) -> float:
        return self.steps / self.length

    @property
    def over(self) -> bool:
        return self.done >= 1 or self.steps >= self.stopped_after

    @property
    def due(self) -> bool:
        return self.steps == 3

    def report(self) -> tuple[str, list[float]]:
        return f"step {self.steps}", [0.5, 0.25]

    @contextmanager
    def stopped_between_steps(self) -> Iterator[None]:
        yield
        if self.steps >= self.stopped_after:
            raise KeyboardInterrupt


class Training:
    """A run that notes what it is asked to do."""

    losses = "one", "two"

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.calls: list[object] = []

    def step(self, batch: object) -> None:
        self.calls.append(batch)
        self.progress.steps += 1

    def save(self) -> None:
        self.calls.append("save")

    def validate(self) -> str:
        self.calls.append("validate")
        return "fine"


def train(training: Training) -> None:
    run(training, count(), training.validate, log_every=2, validate_every=4)  # type: ignore[arg-type]


def test_a_run_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    training = Training(Progress(length=5))
    train(training)
    assert training.calls == [0, 1, 2, "save", 3, "validate", 4, "validate", "save"]
    assert capsys.readouterr().out.splitlines() == [
        "step 2: one 0.5000 two 0.2500",
        "step 4: one 0.5000 two 0.2500",
        "  validation: fine",
        "end, validation: fine",
    ]


def test_a_run_that_is_stopped_is_saved() -> None:
    training = Training(Progress(length=5, stopped_after=2))
    with pytest.raises(KeyboardInterrupt):
        train(training)
    assert training.calls == [0, 1, "save"]


def test_a_run_that_is_over_makes_no_step() -> None:
    training = Training(Progress(length=5))
    training.progress.steps = 5
    train(training)
    assert training.calls == ["validate", "save"]


def test_describe() -> None:
    assert describe(["a", "b"], [1, 0.00004]) == "a 1.0000 b 0.0000"
