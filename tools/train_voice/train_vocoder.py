"""Train the vocoder: the finished language model's states in, the teacher's waves out.

As pitch and phase follow from the tokens, this is plain regression of each frame's spectrum.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from train_voice.model import VOCODER_CONFIG, Vocoder
from train_voice.schedule import Clock, keep_freed_memory, learning_rate, plans, save
from train_voice.segments import STATES, Rendered, Segments, collect, cut, draw
from train_voice.spectra import spectral_losses, targets_of, wave_loss, waves_of

RATE, DECAY, MAX_GRADIENT = 3e-3, 0.01, 1.0
FLAT_UNTIL = 0.4  # of the time
PHASE_WEIGHT = 2.0
WAVE_WEIGHT, WAVE_FROM = 0.5, 0.55
LOG_EVERY, VALIDATE_EVERY, SAVE_SECONDS = 200, 600, 300


class Training:
    """A run: the vocoder, its optimiser and where it stands; saved and restored as one."""

    def __init__(self, path: Path, device: str) -> None:
        self.path, self.device = path, device
        self.vocoder = Vocoder(VOCODER_CONFIG).to(device)
        self.adam = torch.optim.AdamW(
            self.vocoder.parameters(), RATE, betas=(0.9, 0.97), weight_decay=DECAY, fused=True
        )
        self.compiled = torch.compile(spectral_losses, dynamic=False)
        self.clock, self.steps = Clock(), 0
        self.settings: dict[str, Any] = {}  # for the model card

    def restore(self) -> None:
        """Go on from the checkpoint, if there is one."""
        if self.path.exists():
            values = torch.load(self.path, map_location=self.device)
            self.vocoder.load_state_dict(values["vocoder"])
            self.adam.load_state_dict(values["adam"])
            self.clock, self.steps = Clock(values["seconds"]), values["steps"]
            self.settings = values["settings"]

    def save(self) -> None:
        """Write all that restore needs."""
        values = {"vocoder": self.vocoder.state_dict(), "adam": self.adam.state_dict()}
        values |= {"seconds": self.clock.seconds, "steps": self.steps, "settings": self.settings}
        save(self.path, values)

    def step(self, segments: Segments, done: float) -> Tensor:
        """Learn from a batch at a share of the time; -> magnitude and phase errors, [2]."""
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
        self.steps += 1
        self.clock.tick()
        return losses.detach()


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


def train(work: Path, minutes: float, hours: float, device: str, seed: int) -> None:
    """Train until the minutes are over, from the last checkpoint if there is one."""
    torch.manual_seed(seed)
    training = Training(work / "vocoder-checkpoint.pt", device)
    training.restore()
    training.settings = {
        "planned minutes": plans(training.settings, minutes),
        "hours of speech": hours,
        "device": device,
        "seed": seed,
    }
    learnt, held = collect(work, hours, seed, device)
    validation = Validation(held, device)
    rng = np.random.default_rng([seed, training.steps])
    weights = torch.tensor([float(len(one.states)) for one in learnt])
    parameters = sum(p.numel() for p in training.vocoder.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, from step {training.steps}", flush=True)
    saved, recent = time.monotonic(), []
    while (done := training.clock.seconds / (60 * minutes)) < 1:
        recent.append(training.step(draw(learnt, weights, rng).to(device), done))
        if training.steps % LOG_EVERY == 0:
            magnitude, phase = torch.stack(recent).mean(0).tolist()
            recent.clear()
            print(
                f"{training.clock.seconds / 60:.1f} min, step {training.steps}, "
                f"{1000 * training.clock.step:.0f} ms: magnitude {magnitude:.4f} "
                f"phase {phase:.4f}",
                flush=True,
            )
        if training.steps % VALIDATE_EVERY == 0:
            print(f"  {validation.describe(training.vocoder)}", flush=True)
        if time.monotonic() - saved > SAVE_SECONDS:
            training.save()
            saved = time.monotonic()
    print(f"end, {validation.describe(training.vocoder)}", flush=True)
    training.save()


def main(argv: Sequence[str]) -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the vocoder.")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--minutes", type=float, default=25, help="time spent on steps, in all")
    parser.add_argument("--hours", type=float, default=12, help="speech to learn")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    train(options.work, options.minutes, options.hours, options.device, options.seed)
