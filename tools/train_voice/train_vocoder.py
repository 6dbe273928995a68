"""Train the vocoder: the finished language model's states in, the teacher's waves out.

As pitch and phase follow from the tokens, this is plain regression of each frame's spectrum.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from train_voice.files import digest
from train_voice.model import VOCODER_CONFIG, Vocoder
from train_voice.schedule import Progress, learning_rate, load, positive, read_options, save
from train_voice.segments import STATES, Rendered, Segments, collect, cut, draw
from train_voice.spectra import spectral_losses, targets_of, wave_loss, waves_of

RATE, DECAY, MAX_GRADIENT = 3e-3, 0.01, 1.0
FLAT_UNTIL = 0.4  # of the time
PHASE_WEIGHT = 2.0
WAVE_WEIGHT, WAVE_FROM = 0.5, 0.55
LOG_EVERY, VALIDATE_EVERY = 200, 600


class Training:
    """A run: the vocoder, its optimiser and where it stands; saved and restored as one."""

    def __init__(self, work: Path, device: str, progress: Progress) -> None:
        self.path, self.device, self.progress = work / "vocoder-checkpoint.pt", device, progress
        self.lm = digest(work / "lm-best.pt")  # whose states it learns
        self.vocoder = Vocoder(VOCODER_CONFIG).to(device)
        self.adam = torch.optim.AdamW(
            self.vocoder.parameters(), RATE, betas=(0.9, 0.97), weight_decay=DECAY, fused=True
        )
        self.compiled = torch.compile(spectral_losses, dynamic=False)

    def restore(self) -> None:
        """Go on from the checkpoint, if there is one."""
        if self.path.exists():
            values = load(self.path, self.device)
            self.vocoder.load_state_dict(values["vocoder"])
            self.adam.load_state_dict(values["adam"])
            self.progress.restore(values)
            if values.get("lm") != self.lm and self.progress.over:
                raise ValueError(
                    f"{self.path}: has learnt another language model's states; go on with more "
                    "--minutes, or delete the file to begin anew"
                )
            if values.get("lm") != self.lm:
                print("the language model has changed; the vocoder learns its states from now on")

    def save(self) -> None:
        """Write all that restore needs."""
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
        """Name the errors."""
        with torch.no_grad():
            losses, features = spectral_losses(vocoder, self.segments, self.targets)
            wave = wave_loss(*waves_of(features, self.segments)).item()
        return "validation: magnitude {:.4f} phase {:.4f} wave {:.4f}".format(*losses, wave)


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
    with progress.stopped_between_steps():
        while not progress.over:
            training.step(draw(learnt, lengths / lengths.sum(), rng).to(device))
            if progress.steps % LOG_EVERY == 0:
                line, (magnitude, phase) = progress.report()
                print(f"{line}: magnitude {magnitude:.4f} phase {phase:.4f}", flush=True)
            if progress.steps % VALIDATE_EVERY == 0:
                print(f"  {validation.describe(training.vocoder)}", flush=True)
            if progress.due:
                training.save()
        if progress.done >= 1:
            print(f"end, {validation.describe(training.vocoder)}", flush=True)
        training.save()


def main(argv: Sequence[str]) -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the vocoder.")
    parser.add_argument("--minutes", type=positive, default=56, help="time spent on steps, in all")
    parser.add_argument("--hours", type=positive, default=12, help="speech to learn")
    options = read_options(parser, argv)
    progress = Progress(options.minutes, options)
    progress.options = {"hours of speech": options.hours, **progress.options}
    train(options.work, progress, options.hours, options.device, options.seed)
