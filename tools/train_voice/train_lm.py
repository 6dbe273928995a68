"""Train the language model: text in, tokens out, and states that know how they sound."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from train_voice.batches import NO_TARGET, Batch, batches, is_reserved
from train_voice.model import FIRST_AUDIO, LM_CONFIG, LanguageModel
from train_voice.schedule import Progress, learning_rate, load, positive, read_options, save
from train_voice.tokens import COMPONENTS, Spoken, encode_new, read_codebook, read_spoken

MEL_WEIGHT, PHONE_WEIGHT = 4.0, 0.3
GUIDE_WEIGHTS = 0.1, 0.03  # until and from GUIDED_UNTIL
GUIDED_UNTIL = 0.6  # of the time
FLAT_UNTIL = 0.3
MUON_RATE, MUON_MOMENTUM, MUON_DECAY = 0.02, 0.95, 0.02
ADAM_RATE, ADAM_DECAY = 3e-3, 0.01
MAX_GRADIENT = 2.0
VALIDATION_SHARDS = 12
LOG_EVERY, VALIDATE_EVERY = 100, 400
LOSSES = "tokens", "mel", "phones", "guide"


class Student(nn.Module):
    """The language model with two heads that only training uses."""

    def __init__(self, phones: int) -> None:
        super().__init__()
        self.lm = LanguageModel(LM_CONFIG)
        self.mel = nn.Linear(LM_CONFIG.hidden_size, COMPONENTS)
        self.phones = nn.Linear(LM_CONFIG.hidden_size, phones)

    def forward(self, batch: Batch) -> Tensor:
        """-> LOSSES: cross-entropies in nats and the mean distance in mel components, [4]."""
        with torch.autocast(batch.ids.device.type, torch.bfloat16):
            states, guide = self.lm(batch.ids, batch.segments, batch.guide)
            states = states.flatten(0, 1)[batch.spoken]
            logits, mel, phones = self.lm.lm_head(states), self.mel(states), self.phones(states)
        voiced = (batch.targets >= FIRST_AUDIO).float()  # neither [STOP] nor padding
        tokens = functional.cross_entropy(
            logits.float(), batch.targets, ignore_index=NO_TARGET, reduction="mean"
        )
        distance = (mel.float() - batch.mel).abs().mean(-1)
        surprise = functional.cross_entropy(phones.float(), batch.phones, reduction="none")
        count = voiced.sum()
        return torch.stack(
            [tokens, (distance * voiced).sum() / count, (surprise * voiced).sum() / count, guide]
        )


class Muon(torch.optim.Optimizer):
    """Steps along the nearest orthogonal matrix to the momentum. Jordan et al. 2024.

    Matrices of one shape are one group, so that each of the products is one call.
    """

    def __init__(self, matrices: Sequence[nn.Parameter]) -> None:
        shapes: dict[tuple[int, ...], list[nn.Parameter]] = {}
        for matrix in matrices:
            shapes.setdefault(tuple(matrix.shape), []).append(matrix)
        super().__init__([{"params": same} for same in shapes.values()], {"lr": MUON_RATE})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Change every matrix by its gradient."""
        for group in self.param_groups:
            updates = []
            for matrix in group["params"]:
                state = self.state[matrix]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(matrix)
                state["momentum"].lerp_(matrix.grad, 1 - MUON_MOMENTUM)
                updates.append(matrix.grad.lerp(state["momentum"], MUON_MOMENTUM))
            rows, columns = updates[0].shape
            rate = group["lr"] * max(1, rows / columns) ** 0.5
            for matrix, update in zip(group["params"], orthogonal(updates), strict=True):
                matrix.mul_(1 - group["lr"] * MUON_DECAY).sub_(update, alpha=rate)


def orthogonal(matrices: Sequence[Tensor]) -> Tensor:
    """Bring singular values near 1 by five steps of a Newton-Schulz iteration, in bfloat16."""
    x = torch.stack(list(matrices))
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(5):
        square = x @ x.mT
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return (x.mT if tall else x).float()


class Training:
    """A run: the model, its optimisers and where it stands; saved and restored as one."""

    def __init__(self, work: Path, device: str, progress: Progress) -> None:
        self.work, self.device, self.progress = work, device, progress
        self.student = Student(read_codebook(work).phones).to(device)
        matrices = [p for p in self.student.lm.model.layers.parameters() if p.dim() == 2]
        others = {id(p): p for p in self.student.parameters()}
        for matrix in matrices:
            del others[id(matrix)]
        self.muon = Muon(matrices)
        self.adam = torch.optim.AdamW(
            others.values(), lr=ADAM_RATE, betas=(0.9, 0.95), weight_decay=ADAM_DECAY, fused=True
        )
        self.compiled = torch.compile(self.student, dynamic=False)
        self.epoch, self.best = 0, float("inf")
        self.validation: list[str] = []  # shards whose reserved utterances choose the best weights

    def restore(self) -> bool:
        """Go on from work/lm-checkpoint.pt; -> whether there is one."""
        path = self.work / "lm-checkpoint.pt"
        if not path.exists():
            return False
        values = load(path, self.device)
        self.student.load_state_dict(values["student"])
        self.muon.load_state_dict(values["muon"])
        self.adam.load_state_dict(values["adam"])
        self.progress.restore(values)
        self.epoch, self.best = values["epoch"], values["best"]
        self.validation = values["validation"]
        return True

    def save(self) -> None:
        """Write all that restore needs."""
        values: dict[str, Any] = {
            name: getattr(self, name).state_dict() for name in ("student", "muon", "adam")
        }
        values |= {"epoch": self.epoch, "best": self.best, "validation": self.validation}
        save(self.work / "lm-checkpoint.pt", values | self.progress.values())

    def step(self, batch: Batch) -> None:
        """Learn from a batch."""
        done = self.progress.done
        share = learning_rate(done, FLAT_UNTIL)
        for optimizer, rate in ((self.muon, MUON_RATE), (self.adam, ADAM_RATE)):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
        losses = self.compiled(batch.to(self.device))
        guide_weight = GUIDE_WEIGHTS[done >= GUIDED_UNTIL]
        weights = losses.new_tensor([1, MEL_WEIGHT, PHONE_WEIGHT, guide_weight])
        (losses @ weights).backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), MAX_GRADIENT)
        for optimizer in (self.muon, self.adam):
            optimizer.step()
            optimizer.zero_grad()
        self.progress.step(losses)

    def validate(self, held: Sequence[Batch]) -> Tensor:
        """-> mean LOSSES [4] on batches that are not learnt; the best weights are kept."""
        with torch.no_grad():
            losses = torch.stack([self.student(batch) for batch in held]).mean(0)
        if losses[0] < self.best:
            self.best = float(losses[0])
            save(self.work / "lm-best.pt", {"student": self.student.state_dict()})
        return losses


def load_language_model(work: Path) -> LanguageModel:
    """Load the best weights so far."""
    values = load(work / "lm-best.pt")["student"]
    lm = LanguageModel(LM_CONFIG)
    prefix = "lm."
    lm.load_state_dict({k[len(prefix) :]: v for k, v in values.items() if k.startswith(prefix)})
    return lm.eval()


class Corpus:
    """The utterances in tokens; each epoch begins with what has been spoken until then."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.learnt: list[Spoken] = []
        self.reserved: list[Spoken] = []
        self._seen: set[Path] = set()

    def refresh(self) -> None:
        """Read the shards that have come since."""
        for path in encode_new(self.work):
            if path not in self._seen:
                self._seen.add(path)
                for one in read_spoken(path):
                    (self.reserved if is_reserved(one.id) else self.learnt).append(one)

    def epochs(self, seed: int, first: int) -> Iterator[tuple[int, Batch]]:
        """Go through what is there, epoch after epoch; -> number of the epoch, batch."""
        epoch = first
        while True:
            self.refresh()
            print(f"epoch {epoch}: {len(self._seen)} shards, {len(self.learnt)} utterances")
            for batch in batches(self.learnt, np.random.default_rng([seed, epoch])):
                yield epoch, batch
            epoch += 1


def describe(losses: Sequence[float]) -> str:
    """Name losses for the log."""
    return " ".join(f"{name} {loss:.4f}" for name, loss in zip(LOSSES, losses, strict=True))


def train(work: Path, progress: Progress, device: str, seed: int) -> None:
    """Train until the time is over, from the last checkpoint if there is one."""
    training = Training(work, device, progress)
    restored = training.restore()
    if progress.over and (work / "lm-best.pt").exists():
        return print(progress.finished)
    corpus = Corpus(work)
    corpus.refresh()
    training.validation = training.validation or [
        path.name for path in encode_new(work)[:VALIDATION_SHARDS]
    ]
    shards = [read_spoken(work / "tokens" / name) for name in training.validation]
    validation = [one for shard in shards for one in shard if is_reserved(one.id)]
    held = [b.to(device) for b in batches(validation, np.random.default_rng(seed), training=False)]
    if not held:
        raise ValueError(f"{work}: no reserved utterances to validate on; make more speech first")
    parameters = sum(p.numel() for p in training.student.lm.parameters())
    begun = "going on" if restored else "beginning"
    print(f"{parameters / 1e6:.2f} M parameters, {begun} at step {progress.steps}", flush=True)
    with progress.stopped_between_steps():
        for epoch, batch in corpus.epochs(seed, training.epoch + restored):
            training.epoch = epoch
            training.step(batch)
            if progress.steps % LOG_EVERY == 0:
                line, means = progress.report()
                print(f"{line}: {describe(means)}", flush=True)
            if progress.steps % VALIDATE_EVERY == 0:
                print(f"  validation: {describe(training.validate(held).tolist())}", flush=True)
            if progress.over:
                break
            if progress.due:
                training.save()
        if progress.done >= 1:
            print(f"end, validation: {describe(training.validate(held).tolist())}", flush=True)
        training.save()


def main(argv: Sequence[str]) -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the language model.")
    parser.add_argument("--minutes", type=positive, default=160, help="time spent on steps, in all")
    options = read_options(parser, argv)
    train(options.work, Progress(options.minutes, options), options.device, options.seed)
