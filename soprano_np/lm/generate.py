"""Many sentences through the language model at once: token ids in, states out.

A matrix product for 16 sentences costs little more than for one, so sentences share them, a row
each; when one ends, the next takes its place. Nothing here knows of text.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Literal

import numpy as np

from soprano_np.lm.kv_cache import KVCache
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.lm.sampling import Sampling, choose, penalize
from soprano_np.nn.ops import Floats, Ints

FinishReason = Literal["stop", "length", "runaway"]

# Speech has run away when one state resembles the next too often. The reference's detector counts
# up where the L1 distance over its 512 dimensions is under 300, else down, and fires above 16.
RUNAWAY_DISTANCE = 300 / 512  # mean distance in one dimension
RUNAWAY_COUNT = 16

# At temperature 0 a retry would repeat the attempt before it, so each adds this much.
RETRY_TEMPERATURE = 0.3

# Sentences end out of order; those that wait for an earlier one are at most this many batches.
MAX_BATCHES_AHEAD = 4


@dataclass(frozen=True)
class Prompt:
    """One sentence to generate: ids [seq], and a number that its random draws derive from.

    The number should say what the sentence is, not where it stands, so that it is spoken alike
    alone and in a batch.
    """

    ids: Ints
    entropy: int = 0


@dataclass(frozen=True)
class Generation:
    """What the language model made of one prompt.

    states [states, hidden] are those that predicted tokens [states]; neither includes the one
    that ended the sentence. seconds run from prefill to end, the time of batch mates included.
    """

    tokens: Ints
    states: Floats
    finish_reason: FinishReason
    attempts: int
    seconds: float


class Run:
    """The state of one sentence while it is generated."""

    def __init__(self, number: int, prompt: Prompt, sampling: Sampling, attempt: int = 0) -> None:
        self.number, self.prompt = number, prompt
        self.sampling, self.attempt = sampling, attempt
        self.temperature = sampling.temperature + attempt * RETRY_TEMPERATURE
        self.tokens: list[int] = []
        self.states: list[Floats] = []  # [hidden] each
        self.ran_away = False
        self._similar = 0  # the runaway detector's count
        self._started = time.perf_counter()

    @cached_property
    def generator(self) -> "np.random.Generator":
        """What draws its tokens; numpy.random, 20 ms and 4 MB, is not loaded before it is used."""
        seed = self.sampling.seed
        entropy = None if seed is None else [seed, self.prompt.entropy, self.attempt]
        return np.random.default_rng(entropy)

    def append(self, token: int, state: Floats, distance: float) -> bool:
        """Take a token, the state [hidden] that predicted it, and how far that state has moved.

        -> whether the sentence is over: full, or running away with a retry to come. Without one
        it goes on, as the reference's does.
        """
        if self.tokens:
            self._similar = max(self._similar + (1 if distance < RUNAWAY_DISTANCE else -1), 0)
            self.ran_away |= self._similar > RUNAWAY_COUNT
        self.tokens.append(token)
        self.states.append(state)
        return self.full or self.to_retry

    @property
    def full(self) -> bool:
        """Whether it has as many tokens as it may have."""
        return len(self.tokens) == self.sampling.max_new_tokens

    @property
    def to_retry(self) -> bool:
        """Whether it is to be begun again."""
        return self.ran_away and self.attempt < self.sampling.retries

    def retry(self) -> "Run":
        """Begin the sentence anew, at a higher temperature."""
        return Run(self.number, self.prompt, self.sampling, self.attempt + 1)

    def result(self) -> Generation:
        """Sum up a sentence that is over."""
        return Generation(
            tokens=np.array(self.tokens, np.int64),
            states=np.stack(self.states) if self.states else np.empty((0, 0), np.float32),
            finish_reason="runaway" if self.ran_away else "length" if self.full else "stop",
            attempts=self.attempt + 1,
            seconds=time.perf_counter() - self._started,
        )


class Batch:
    """Sentences in the making: row i of every array, and cache slot i, belong to runs[i]."""

    def __init__(self, model: Qwen3, sampling: Sampling, stop_id: int, slots: int) -> None:
        self.model, self.sampling, self.stop_id, self.slots = model, sampling, stop_id, slots
        self.cache = KVCache(model.config, slots)
        self.runs: list[Run] = []
        hidden_size, vocab_size = model.config.hidden_size, model.config.vocab_size
        self._states: Floats = np.zeros((slots, hidden_size), np.float32)
        self._previous: Floats = np.zeros((slots, hidden_size), np.float32)
        self._tokens: Ints = np.zeros(slots, np.int64)
        self._positions: Ints = np.zeros(slots, np.int64)  # where each sentence's next token goes
        self._seen = np.zeros((slots, vocab_size), np.bool_)

    def admit(self, runs: Sequence[Run]) -> None:
        """Give free slots to new sentences and run their prompts."""
        prompts = [run.prompt.ids for run in runs]
        self.cache.reserve(max(len(prompt) for prompt in prompts))
        rows = slice(len(self.runs), len(self.runs) + len(runs))
        self._states[rows] = self.model.prefill(prompts, self.cache, rows.start)
        for row, prompt in enumerate(prompts, rows.start):
            self._seen[row] = False
            self._seen[row, prompt] = True
            self._positions[row] = len(prompt)
        self.runs += runs

    def choose(self) -> list[Run]:
        """Choose every sentence's next token: -> the sentences that are over, which leave."""
        rows = len(self.runs)
        if not rows:
            return []
        states = self._states[:rows].copy()
        logits = penalize(
            self.model.logits(states), self._seen[:rows], self.sampling.repetition_penalty
        )
        tokens = choose(
            logits,
            self.sampling,
            [run.temperature for run in self.runs],
            lambda row: self.runs[row].generator,
        )
        distances = np.abs(states - self._previous[:rows]).mean(axis=-1)
        self._previous[:rows], self._tokens[:rows] = states, tokens
        self._seen[np.arange(rows), tokens] = True
        over = [
            token == self.stop_id or run.append(token, state, distance)
            for run, token, state, distance in zip(
                self.runs, tokens.tolist(), states, distances.tolist(), strict=True
            )
        ]
        return [self._release(row) for row in reversed(range(rows)) if over[row]]

    def advance(self) -> None:
        """Run the tokens chosen, for the states that predict the next ones."""
        if rows := len(self.runs):
            positions = self._positions[:rows]
            self.cache.reserve(int(positions.max()) + 1)
            self._states[:rows] = self.model.step(self._tokens[:rows], self.cache, positions)
            positions += 1

    def _release(self, row: int) -> Run:
        """Take out a sentence; the last one takes its row, so that rows stay without gaps."""
        run, last = self.runs[row], len(self.runs) - 1
        if row != last:
            self.runs[row] = self.runs[last]
            for array in (self._previous, self._tokens, self._positions, self._seen):
                array[row] = array[last]
            self.cache.move(last, row, int(self._positions[last]))
        self.runs.pop()
        return run


def generate(
    model: Qwen3,
    prompts: Iterable[Prompt],
    sampling: Sampling,
    stop_id: int,
    batch_size: int = 16,
) -> Iterator[Generation]:
    """Generate each prompt's tokens and states, batch_size prompts at a time.

    Prompts are drawn as they are needed; what they became comes in their order. A sentence that
    runs away is begun again up to sampling.retries times, each time at a higher temperature.
    Neighbours in the batch change a sentence's logits only by float32 rounding of the products.
    """
    numbered = enumerate(prompts)
    first = list(islice(numbered, batch_size))
    if not first:
        return
    source = chain(first, numbered)
    batch = Batch(model, sampling, stop_id, slots=len(first))
    again: list[Run] = []  # runaways to be begun anew
    done: dict[int, Generation] = {}
    drawn = delivered = 0
    while True:
        fresh = min(
            batch.slots - len(batch.runs) - len(again),
            delivered + MAX_BATCHES_AHEAD * batch_size - drawn,
        )
        runs = again + [Run(number, prompt, sampling) for number, prompt in islice(source, fresh)]
        drawn += len(runs) - len(again)
        if runs:
            batch.admit(runs)
        if not batch.runs:
            return
        again = []
        for run in batch.choose():
            if run.to_retry:
                again.append(run.retry())
            else:
                done[run.number] = run.result()
        batch.advance()
        while delivered in done:
            yield done.pop(delivered)
            delivered += 1
