"""Train the vocoder: the trained language model's states in, the teacher's waves out.

Since the tokens determine pitch and phase, this is plain regression of each frame's spectrum.
"""

import argparse
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import numpy as np
import torch
from torch import nn
from voice.train.files import digest
from voice.train.loop import describe, run
from voice.train.model import VOCODER_CONFIG, Vocoder
from voice.train.schedule import Progress, learning_rate, load, save, set_up
from voice.train.segments import STATES, Rendered, Segments, collect, cut, random_segments
from voice.train.spectra import spectral_losses, targets_of, wave_loss, waves_of

RATE, DECAY, MAX_GRADIENT = 3e-3, 0.01, 1.0
FLAT_UNTIL = 0.4  # of the time
PHASE_WEIGHT = 2.0
WAVE_WEIGHT, WAVE_FROM = 0.5, 0.55
LOG_EVERY, VALIDATE_EVERY = 200, 600


class Training:
    """A run: the vocoder, its optimiser and its progress, saved and restored together."""

    losses = "magnitude", "phase"

    def __init__(self, work: Path, device: str, progress: Progress) -> None:
        self.path, self.device, self.progress = work / "vocoder-checkpoint.pt", device, progress
        self.lm = digest(work / "lm-best.pt")  # the language model whose states it learns
        self.vocoder = Vocoder(VOCODER_CONFIG).to(device)
        self.adam = torch.optim.AdamW(
            self.vocoder.parameters(), RATE, betas=(0.9, 0.97), weight_decay=DECAY, fused=True
        )
        self.compiled = torch.compile(spectral_losses, dynamic=False)

    def restore(self) -> None:
        """Continue from the checkpoint, if there is one."""
        if self.path.exists():
            values = load(self.path, self.device)
            self.vocoder.load_state_dict(values["vocoder"])
            self.adam.load_state_dict(values["adam"])
            self.progress.restore(values)
            if values.get("lm") != self.lm and self.progress.over:
                raise ValueError(
                    f"{self.path}: trained on another language model's states; raise --minutes to "
                    "continue, or delete the file to start again"
                )
            if values.get("lm") != self.lm:
                print("the language model has changed; the vocoder learns its new states")

    def save(self) -> None:
        """Write the checkpoint."""
        values = {"vocoder": self.vocoder.state_dict(), "adam": self.adam.state_dict()}
        save(self.path, values | {"lm": self.lm} | self.progress.values())

    def step(self, segments: Segments) -> None:
        """Learn from a batch."""
        done = self.progress.done
        for group in self.adam.param_groups:
            group["lr"] = RATE * learning_rate(done, FLAT_UNTIL)
        losses, features = self.compiled(self.vocoder, segments, targets_of(segments.wave))
        loss = losses[0] + PHASE_WEIGHT * losses[1]
        if done >= WAVE_FROM:
            predicted, true = waves_of(features, segments)
            loss = loss + WAVE_WEIGHT * wave_loss(predicted, true)
        loss.backward()
        nn.utils.clip_grad_norm_(self.vocoder.parameters(), MAX_GRADIENT)
        self.adam.step()
        self.adam.zero_grad()
        self.progress.step(losses)


class Validation:
    """The middles of some utterances that neither network learns."""

    def __init__(self, held: Sequence[Rendered], device: str) -> None:
        middles = [max(len(one.states) - STATES, 0) // 2 for one in held]
        self.segments = cut(held, middles).to(device)
        self.targets = targets_of(self.segments.wave)

    def describe(self, vocoder: Vocoder) -> str:
        """Measure the losses of a vocoder, and describe them."""
        with torch.no_grad():
            losses, features = spectral_losses(vocoder, self.segments, self.targets)
            wave = wave_loss(*waves_of(features, self.segments)).item()
        return describe([*Training.losses, "wave"], [*losses.tolist(), wave])


def train(work: Path, progress: Progress, hours: float, device: str, seed: int) -> None:
    """Train until the time is over, from the last checkpoint if there is one."""
    training = Training(work, device, progress)
    training.restore()
    if progress.over:
        return print(progress.finished)
    learnt, held = collect(work, hours, seed, device)
    validation = Validation(held, device)
    rng = np.random.default_rng([seed, progress.steps])
    lengths = np.array([len(one.states) for one in learnt], np.float64)
    parameters = sum(p.numel() for p in training.vocoder.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, from step {progress.steps}", flush=True)
    shares = lengths / lengths.sum()
    batches = (random_segments(learnt, shares, rng).to(device) for _ in count())
    run(training, batches, lambda: validation.describe(training.vocoder), LOG_EVERY, VALIDATE_EVERY)


def main(options: argparse.Namespace) -> None:
    """Run the step."""
    set_up(options)
    progress = Progress(options.minutes, options)
    progress.options = {"hours of speech": options.hours, **progress.options}
    train(options.work, progress, options.hours, options.device, options.seed)
