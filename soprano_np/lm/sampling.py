"""From logits to the next token, in the order of transformers' processors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import index

import numpy as np

from soprano_np.nn.ops import Floats, Ints, softmax

MAX_NEW_TOKENS = 1 << 16


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen and how many; the defaults are the reference's.

    temperature 0 is greedy; top_k 0 and top_p 1 leave every token possible. With a seed, what is
    drawn can be repeated. A sentence that runs away is begun again up to `retries` times.
    Raises ValueError for a value out of range, TypeError for a fraction of what is counted.
    """

    temperature: float = 0.0
    top_k: int = 50
    top_p: float = 0.95
    repetition_penalty: float = 1.2
    max_new_tokens: int = 512
    retries: int = 0
    seed: int | None = None

    def __post_init__(self) -> None:
        for counted in (self.top_k, self.max_new_tokens, self.retries, self.seed or 0):
            index(counted)
        for name, good, expected in (
            ("temperature", 0 <= self.temperature <= 100, "from 0 to 100"),
            ("top_k", self.top_k >= 0, "0 or more"),
            ("top_p", 0 < self.top_p <= 1, "above 0 and at most 1"),
            ("repetition_penalty", 0.01 <= self.repetition_penalty <= 100, "from 0.01 to 100"),
            (
                "max_new_tokens",
                1 <= self.max_new_tokens <= MAX_NEW_TOKENS,
                f"from 1 to {MAX_NEW_TOKENS}",
            ),
            ("retries", 0 <= self.retries <= 100, "from 0 to 100"),
            ("seed", self.seed is None or self.seed >= 0, "0 or more"),
        ):
            if not good:
                raise ValueError(f"{name} must be {expected}, not {getattr(self, name)}")


def penalize(logits: Floats, seen: np.ndarray, penalty: float) -> Floats:
    """Make every token seen so far less likely, prompt included; in place.

    logits [batch, vocab], seen [batch, vocab] bool. Keskar et al. 2019.
    """
    if penalty != 1.0:
        factor = np.float32(penalty)
        known = logits[seen]
        logits[seen] = np.where(known < 0, known * factor, known / factor)
    return logits


def choose(
    logits: Floats,
    sampling: Sampling,
    temperatures: Sequence[float],
    generator: "Callable[[int], np.random.Generator]",
) -> Ints:
    """Pick the next token of each sentence: [batch, vocab] -> [batch].

    Greedy where a sentence's temperature is 0, else drawn by the generator of its own that
    generator(row) gives, so that what is drawn depends on no neighbour.
    """
    tokens: Ints = np.argmax(logits, axis=-1)
    drawn = [row for row, temperature in enumerate(temperatures) if temperature > 0]
    if drawn:
        scale = np.array([temperatures[row] for row in drawn], np.float32)
        uniforms = np.array([generator(row).random() for row in drawn])
        tokens[drawn] = draw(logits[drawn] / scale[:, None], sampling, uniforms)
    return tokens


def draw(scores: Floats, sampling: Sampling, uniforms: np.ndarray) -> Ints:
    """Draw from softmax(scores) cut to the top_k and then to the top_p likeliest tokens.

    scores [batch, vocab], uniforms [batch] in [0, 1) -> [batch]. top_p keeps the smallest set
    whose probability reaches it, at least one token.
    """
    vocab = scores.shape[1]
    kept = min(sampling.top_k or vocab, vocab)
    candidates = np.argpartition(scores, vocab - kept, axis=-1)[:, vocab - kept :]
    ranked = np.take_along_axis(scores, candidates, axis=-1)
    order = np.argsort(-ranked, axis=-1, kind="stable")
    candidates = np.take_along_axis(candidates, order, axis=-1)
    weights = softmax(np.take_along_axis(ranked, order, axis=-1))  # likeliest first
    before = np.cumsum(weights, axis=-1, dtype=np.float64) - weights
    weights[before >= sampling.top_p] = 0
    reach = np.cumsum(weights, axis=-1, dtype=np.float64)
    picked = (reach <= uniforms[:, None] * reach[:, -1:]).sum(axis=-1)
    picked = np.minimum(picked, (weights > 0).sum(axis=-1) - 1)
    tokens: Ints = np.take_along_axis(candidates, picked[:, None], axis=-1)[:, 0]
    return tokens
