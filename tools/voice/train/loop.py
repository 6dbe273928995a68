"""The loop of a training run: steps, reports, validation and checkpoints."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from voice.train.schedule import Progress


class Training(Protocol):
    """What the loop needs from a run."""

    progress: "Progress"
    losses: Sequence[str]  # the names of what a step reports to progress

    def step(self, batch: Any) -> None:
        """Learn from a batch."""

    def save(self) -> None:
        """Write a checkpoint."""


def run(
    training: Training,
    batches: Iterator[Any],
    validate: Callable[[], str],
    log_every: int,
    validate_every: int,
) -> None:
    """Train until the time is over or Ctrl-C is pressed, and save.

    batches: endless, read one by one. validate: measures and describes the losses on held-out
    utterances. Raises KeyboardInterrupt after Ctrl-C.
    """
    progress = training.progress
    with progress.stopped_between_steps():
        while not progress.over:
            training.step(next(batches))
            if progress.steps % log_every == 0:
                line, means = progress.report()
                print(f"{line}: {describe(training.losses, means)}", flush=True)
            if progress.steps % validate_every == 0:
                print(f"  validation: {validate()}", flush=True)
            if progress.due:
                training.save()
        if progress.done >= 1:
            print(f"end, validation: {validate()}", flush=True)
        training.save()


def describe(names: Sequence[str], losses: Sequence[float]) -> str:
    """Format losses for the log."""
    return " ".join(f"{name} {loss:.4f}" for name, loss in zip(names, losses, strict=True))
