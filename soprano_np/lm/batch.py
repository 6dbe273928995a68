"""Many utterances through the language model at once: token ids in, states out.

A matrix product for 16 utterances costs little more than for one, so they share them, a row each.
Rows come and go between steps. Nothing here knows of text.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from soprano_np.lm.kv_cache import KVCache
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.lm.sampling import Sampler, apply_repetition_penalty, sample
from soprano_np.nn.ops import Floats, Ints
from soprano_np.request import Request

FinishReason = Literal["stop", "length", "runaway"]

# Speech has run away when one state resembles the next too often. The reference's detector counts
# up where the L1 distance over its 512 dimensions is under 300, else down, and fires above 16.
RUNAWAY_DISTANCE = 300 / 512  # mean distance in one dimension
RUNAWAY_COUNT = 16

# At temperature 0 a retry would repeat the attempt before it, so each adds this much.
RETRY_TEMPERATURE = 0.3


@dataclass(frozen=True)
class Generation:
    """What the language model made of one prompt.

    states [states, hidden] are those that predicted tokens [states]; neither includes the one
    that ended the utterance. seconds run from this attempt's start to its end, shared with other
    rows.
    """

    tokens: Ints
    states: Floats
    finish_reason: FinishReason
    attempts: int
    seconds: float


class Row:
    """One utterance while it is generated.

    ids [seq] is its prompt. entropy: a number that its random draws derive from, beside the
    request's seed; it should depend on what the utterance says, not on its place, so that the
    utterance sounds the same alone and in a batch.
    """

    def __init__(self, ids: Ints, request: Request, entropy: int = 0, attempt: int = 0) -> None:
        self.ids, self.request, self.entropy, self.attempt = ids, request, entropy, attempt
        self.sampler = Sampler(
            request.temperature + attempt * RETRY_TEMPERATURE,
            request.top_k,
            request.top_p,
            None if request.seed is None else [request.seed, entropy, attempt],
        )
        self.tokens: list[int] = []
        self.states: list[Floats] = []  # [hidden] each
        self.ran_away = False
        self._similar = 0  # the runaway detector's count
        self._started = time.perf_counter()

    def append(self, token: int, state: Floats, distance: float) -> bool:
        """Add a token, the state [hidden] that predicted it, and how far that state has moved.

        Returns whether the utterance is over: full, or running away with a retry left. Without
        one it goes on, as in soprano-tts.
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
        return len(self.tokens) == self.request.max_new_tokens

    @property
    def to_retry(self) -> bool:
        """Whether it should be restarted."""
        return self.ran_away and self.attempt < self.request.retries

    def retry(self) -> "Row":
        """Return a row that restarts the utterance at a higher temperature."""
        return Row(self.ids, self.request, self.entropy, self.attempt + 1)

    def result(self) -> Generation:
        """Sum up an utterance that is over."""
        return Generation(
            tokens=np.array(self.tokens, np.int64),
            states=np.stack(self.states) if self.states else np.empty((0, 0), np.float32),
            finish_reason="runaway" if self.ran_away else "length" if self.full else "stop",
            attempts=self.attempt + 1,
            seconds=time.perf_counter() - self._started,
        )


class Batch:
    """The rows in the making: row i of every array, and of the cache, belongs to rows[i]."""

    def __init__(self, model: Qwen3, stop_id: int) -> None:
        self.model, self.stop_id = model, stop_id
        self.rows: list[Row] = []
        self._cache = KVCache(model.config)
        hidden_size, vocab_size = model.config.hidden_size, model.config.vocab_size
        self._states: Floats = np.empty((0, hidden_size), np.float32)
        self._previous: Floats = np.empty((0, hidden_size), np.float32)
        self._tokens: Ints = np.empty(0, np.int64)
        self._positions: Ints = np.empty(0, np.int64)  # where each row's next token goes
        self._penalties: Floats = np.empty(0, np.float32)
        self._seen: NDArray[np.bool_] = np.empty((0, vocab_size), np.bool_)
        self._sampled = 0  # rows whose token waits to be run

    def admit(self, rows: Sequence[Row]) -> None:
        """Add utterances and run their prompts."""
        first, count = len(self.rows), len(self.rows) + len(rows)
        prompts = [row.ids for row in rows]
        self._cache.reserve(count, max(map(len, prompts)))
        self._reserve(count)
        self._states[first:count] = self.model.prefill(prompts, self._cache, first)
        self._forget_nan(first, count)
        for number, row in enumerate(rows, first):
            self._seen[number] = False
            self._seen[number, row.ids] = True
            self._positions[number] = len(row.ids)
            self._penalties[number] = row.request.repetition_penalty
        self.rows += rows

    def put_first(self, wanted: Callable[[Row], bool]) -> int:
        """Reorder the rows so that the wanted ones come first; returns how many they are."""
        first, last = 0, len(self.rows) - 1
        while True:
            while first <= last and wanted(self.rows[first]):
                first += 1
            while first <= last and not wanted(self.rows[last]):
                last -= 1
            if first > last:
                return first
            self._swap(first, last)

    def sample(self, count: int | None = None) -> list[Row]:
        """Pick the next token of the first `count` rows, or all; returns those that are over.

        They leave the batch. A row whose state is NaN or infinite is over, with that state as its
        last.
        """
        count = self._sampled = len(self.rows) if count is None else count
        if not count:
            return []
        rows, states = self.rows[:count], self._states[:count].copy()
        logits = apply_repetition_penalty(
            self.model.logits(states), self._seen[:count], self._penalties[:count]
        )
        tokens = sample(logits, [row.sampler for row in rows])
        distances = np.abs(states - self._previous[:count]).mean(axis=-1)
        self._previous[:count], self._tokens[:count] = states, tokens
        self._seen[np.arange(count), tokens] = True
        finite: list[bool] = np.isfinite(states.sum(axis=-1, dtype=np.float64)).tolist()
        over = [
            (fine and token == self.stop_id) or row.append(token, state, distance) or not fine
            for row, token, state, distance, fine in zip(
                rows, tokens.tolist(), states, distances.tolist(), finite, strict=True
            )
        ]
        # The last row that ran fills the place of one that leaves; the batch's last row fills its.
        for number in reversed(range(count)):
            if over[number]:
                count -= 1
                self._move(count, number)
                self._release(count)
        self._sampled = count
        return [row for row, ended in zip(rows, over, strict=True) if ended]

    def advance(self) -> None:
        """Run the tokens just picked, for the states that predict the next ones."""
        if count := self._sampled:
            positions = self._positions[:count]
            self._cache.reserve(len(self.rows), int(positions.max()) + 1)
            self._states[:count] = self.model.step(self._tokens[:count], self._cache, positions)
            positions += 1
            self._forget_nan(0, count)
        self._sampled = 0

    def drop(self, unwanted: Callable[[Row], bool]) -> None:
        """Take out rows that nobody wants any more."""
        for number in reversed(range(len(self.rows))):
            if unwanted(self.rows[number]):
                if number < self._sampled:  # as in sample
                    self._sampled -= 1
                    self._move(self._sampled, number)
                    number = self._sampled
                self._release(number)

    def _arrays(self) -> tuple[NDArray[Any], ...]:
        return (
            *(self._states, self._previous, self._tokens),
            *(self._positions, self._penalties, self._seen),
        )

    def _reserve(self, count: int) -> None:
        """Make room for `count` rows."""
        if count <= len(self._tokens):
            return
        size = max(count, 2 * len(self._tokens))
        for name in ("_states", "_previous", "_tokens", "_positions", "_penalties", "_seen"):
            array = getattr(self, name)
            larger = np.zeros((size, *array.shape[1:]), array.dtype)
            larger[: len(array)] = array
            setattr(self, name, larger)

    def _forget_nan(self, first: int, stop: int) -> None:
        """Clear the cache of rows whose states are not finite, which are over at the next sample.

        Masked positions of a row that comes after are multiplied by zero, which NaN survives.
        """
        for number in np.flatnonzero(~np.isfinite(self._states[first:stop].sum(axis=-1))):
            self._cache.clear(first + int(number))

    def _release(self, number: int) -> None:
        """Take out a row; the last one takes its place, so that rows stay without holes."""
        self._move(len(self.rows) - 1, number)
        self.rows.pop()

    def _swap(self, one: int, other: int) -> None:
        spare = len(self.rows)
        self._cache.reserve(spare + 1, int(self._positions[:spare].max()))
        self._reserve(spare + 1)
        self.rows.append(self.rows[one])
        self._move(one, spare)
        self._move(other, one)
        self._move(spare, other)
        self.rows.pop()

    def _move(self, source: int, target: int) -> None:
        """Copy a row over another's place."""
        if source != target:
            self.rows[target] = self.rows[source]
            for array in self._arrays():
                array[target] = array[source]
            self._cache.move(source, target, int(self._positions[source]))


def generate(model: Qwen3, stop_id: int, rows: Sequence[Row]) -> list[Generation]:
    """Run rows side by side to their end, without retries."""
    batch = Batch(model, stop_id)
    batch.admit(rows)
    while batch.rows:
        batch.sample()
        batch.advance()
    return [row.result() for row in rows]
