"""From logits to the next token, in the order of transformers' processors."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from soprano_np.nn.ops import Floats, Ints, softmax


class Sampler:
    """How one row's tokens are drawn: greedily at temperature 0, else by a generator of its own.

    top_k 0 and top_p 1 leave every token possible. entropy: what the draws derive from; None
    makes them differ each time.
    """

    def __init__(
        self,
        temperature: float = 0.0,
        top_k: int = 50,
        top_p: float = 0.95,
        entropy: Sequence[int] | None = None,
    ) -> None:
        self.temperature, self.top_k, self.top_p = temperature, top_k, top_p
        self._entropy = entropy

    @cached_property
    def generator(self) -> "np.random.Generator":
        """What draws; numpy.random, 20 ms and 4 MB, is not loaded before it is used."""
        return np.random.default_rng(self._entropy)


def apply_repetition_penalty(logits: Floats, seen: NDArray[np.bool_], penalties: Floats) -> Floats:
    """Make every token seen so far, in the prompt or the output, less likely; in place.

    logits, seen [batch, vocab], both contiguous, penalties [batch]. Keskar et al. 2019.
    """
    if (penalties != 1).any():
        flat = logits.reshape(-1)
        places = np.flatnonzero(seen)  # a fifth of the time of pairs of indices
        known = flat[places]
        factors = penalties[places // logits.shape[1]]
        flat[places] = np.where(known < 0, known * factors, known / factors)
    return logits


def sample(logits: Floats, samplers: Sequence[Sampler]) -> Ints:
    """Pick each row's next token: [batch, vocab] -> [batch]. No row depends on its neighbours."""
    tokens: Ints = np.argmax(logits, axis=-1).astype(np.int64, copy=False)
    alike = defaultdict(list)
    for row, sampler in enumerate(samplers):
        if sampler.temperature > 0:
            alike[sampler.top_k, sampler.top_p].append(row)
    for (k, p), rows in alike.items():
        temperatures = np.array([samplers[row].temperature for row in rows], np.float32)
        uniforms = np.array([samplers[row].generator.random() for row in rows])
        tokens[rows] = draw(logits[rows] / temperatures[:, None], k, p, uniforms)
    return tokens


def draw(scores: Floats, k: int, p: float, uniforms: NDArray[np.float64]) -> Ints:
    """Draw from softmax(scores) cut to the top k and then to the top p.

    scores [batch, vocab], uniforms [batch] in [0, 1) -> [batch].
    """
    ids, scores = top_k(scores, k)
    weights = top_p(softmax(scores), p)
    reach = np.cumsum(weights, axis=-1, dtype=np.float64)
    picked = (reach <= uniforms[:, None] * reach[:, -1:]).sum(axis=-1)
    picked = np.minimum(picked, (weights > 0).sum(axis=-1) - 1)
    tokens: Ints = np.take_along_axis(ids, picked[:, None], axis=-1)[:, 0]
    return tokens


def top_k(scores: Floats, k: int) -> tuple[Ints, Floats]:
    """Return the ids and scores of the k likeliest tokens, likeliest first; of all if k is 0.

    [batch, vocab] -> [batch, k] each.
    """
    vocab = scores.shape[1]
    k = min(k or vocab, vocab)
    ids = np.argpartition(scores, vocab - k, axis=-1)[:, vocab - k :]
    kept = np.take_along_axis(scores, ids, axis=-1)
    order = np.argsort(-kept, axis=-1, kind="stable")
    return np.take_along_axis(ids, order, axis=-1), np.take_along_axis(kept, order, axis=-1)


def top_p(weights: Floats, p: float) -> Floats:
    """Keep the smallest set of tokens whose probability reaches p, at least one; in place.

    weights [batch, k], likeliest first, that sum to one; the others become 0.
    """
    before = np.cumsum(weights, axis=-1, dtype=np.float64) - weights
    weights[before >= p] = 0
    return weights
