"""Train the language model: text in, tokens out, with states that the vocoder turns into sound."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from voice.train.batches import NO_TARGET, Batch, batches, is_reserved
from voice.train.loop import describe, run
from voice.train.model import FIRST_AUDIO, LM_CONFIG, LanguageModel
from voice.train.schedule import Progress, learning_rate, load, save, set_up
from voice.train.tokens import COMPONENTS, Spoken, encode_new, read_codebook, read_spoken

MEL_WEIGHT, PHONE_WEIGHT = 4.0, 0.3
GUIDE_WEIGHTS = 0.1, 0.03  # before and after GUIDED_UNTIL
GUIDED_UNTIL = 0.6  # of the time
FLAT_UNTIL = 0.3
MUON_RATE, MUON_MOMENTUM, MUON_DECAY = 0.02, 0.95, 0.02
ADAM_RATE, ADAM_DECAY = 3e-3, 0.01
MAX_GRADIENT = 2.0
VALIDATION_SHARDS = 12
LOG_EVERY, VALIDATE_EVERY = 100, 400


class Student(nn.Module):
    """The language model with two heads that only training uses."""

    def __init__(self, phones: int) -> None:
        super().__init__()
        self.lm = LanguageModel(LM_CONFIG)
        self.mel = nn.Linear(LM_CONFIG.hidden_size, COMPONENTS)
        self.phones = nn.Linear(LM_CONFIG.hidden_size, phones)

    def forward(self, batch: Batch) -> Tensor:
        """Return the losses [4]: tokens, mel, phones, guide; in nats, mel as a mean distance."""
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
    """Steps along the orthogonal matrix nearest to the momentum. Jordan et al. 2024.

    Matrices of the same shape are one group, so that one call multiplies all of them.
    """

    def __init__(self, matrices: Sequence[nn.Parameter]) -> None:
        shapes: dict[tuple[int, ...], list[nn.Parameter]] = {}
        for matrix in matrices:
            shapes.setdefault(tuple(matrix.shape), []).append(matrix)
        super().__init__([{"params": same} for same in shapes.values()], {"lr": MUON_RATE})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Update every matrix."""
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
    """Bring singular values close to 1 by five steps of a Newton-Schulz iteration, in bfloat16."""
    x = torch.stack(list(matrices))
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(5):
        square = x @ x.mT
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return (x.mT if tall else x).float()


class Training:
    """A run: the model, its optimisers and its progress, saved and restored together."""

    losses = "tokens", "mel", "phones", "guide"

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
        """Continue from work/lm-checkpoint.pt; return whether there is one."""
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
        """Write work/lm-checkpoint.pt."""
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

    def validate(self, held: Sequence[Batch]) -> str:
        """Describe the mean losses on held-out batches; keep the weights if they are the best."""
        with torch.no_grad():
            losses = torch.stack([self.student(batch) for batch in held]).mean(0)
        if losses[0] < self.best:
            self.best = float(losses[0])
            save(self.work / "lm-best.pt", {"student": self.student.state_dict()})
        return describe(self.losses, losses.tolist())


def load_language_model(work: Path) -> LanguageModel:
    """Load the best weights so far."""
    values = load(work / "lm-best.pt")["student"]
    lm = LanguageModel(LM_CONFIG)
    prefix = "lm."
    lm.load_state_dict({k[len(prefix) :]: v for k, v in values.items() if k.startswith(prefix)})
    return lm.eval()


class Corpus:
    """The utterances in tokens; each epoch includes the shards that exist when it begins."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.learnt: list[Spoken] = []
        self.reserved: list[Spoken] = []
        self._seen: set[Path] = set()

    def refresh(self) -> None:
        """Read the shards that are new."""
        for path in encode_new(self.work):
            if path not in self._seen:
                self._seen.add(path)
                for one in read_spoken(path):
                    (self.reserved if is_reserved(one.id) else self.learnt).append(one)

    def epochs(self, seed: int, first: int) -> Iterator[tuple[int, Batch]]:
        """Yield the number of the epoch and a batch, epoch after epoch."""
        epoch = first
        while True:
            self.refresh()
            print(f"epoch {epoch}: {len(self._seen)} shards, {len(self.learnt)} utterances")
            for batch in batches(self.learnt, np.random.default_rng([seed, epoch])):
                yield epoch, batch
            epoch += 1


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
    print(f"{parameters / 1e6:.2f} M parameters, from step {progress.steps}", flush=True)

    def learnt() -> Iterator[Batch]:
        for epoch, batch in corpus.epochs(seed, training.epoch + restored):
            training.epoch = epoch
            yield batch

    run(training, learnt(), lambda: training.validate(held), LOG_EVERY, VALIDATE_EVERY)


def main(options: argparse.Namespace) -> None:
    """Run the step."""
    set_up(options)
    train(options.work, Progress(options.minutes, options), options.device, options.seed)
