"""How much one model differs from another, such as an int8 copy from its source."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from soprano_np.engine.model import Model
from soprano_np.lm.batch import Generation, Row, generate
from soprano_np.lm.kv_cache import KVCache
from soprano_np.nn.ops import Floats, Ints
from soprano_np.request import Request
from soprano_np.text.normalize import choose_normalizer

MAX_TOKENS = 128  # of a sentence
FLOOR = 1e-4  # of the loudest magnitude, -80 dB: spectra are not compared below it


@dataclass(frozen=True)
class Difference:
    """How much a model differs from another on a sentence, which both decode greedily.

    All but same_tokens are measured while both read the tokens that the first has chosen.
    """

    sentence: str
    tokens: int  # that the first model has chosen
    same_tokens: int  # that both choose before the first difference, when each reads its own
    agreement: float = 1.0  # share of the steps in which both choose the same token
    cosine: float = 1.0  # between their logits, at the worst step
    state_error: float = 0.0  # rms of the states' difference, over rms of the first's states
    decibels: float = 0.0  # rms difference of their vocoders' spectra, from the same states


def compare(model: Model, other: Model, text: str) -> Iterator[Difference]:
    """Speak a text greedily with two models and yield how the second differs, by sentence.

    Both must share one tokenizer.
    """
    for utterance in model.script(choose_normalizer("default")).utterances(text):
        sentence, ids = utterance.spoken, utterance.ids
        spoken = greedy(model, ids)
        count = len(spoken.tokens)
        if not count:
            yield Difference(sentence, tokens=0, same_tokens=0)
            continue
        read = np.concatenate([ids, spoken.tokens])
        (states, logits), (other_states, other_logits) = (
            forced(each, read, count) for each in (model, other)
        )
        spectra, other_spectra = (
            log_magnitudes(each.vocoder(spoken.states)) for each in (model, other)
        )
        yield Difference(
            sentence,
            tokens=count,
            same_tokens=same_prefix(spoken.tokens, greedy(other, ids).tokens),
            agreement=float(np.mean(logits.argmax(axis=1) == other_logits.argmax(axis=1))),
            cosine=least_cosine(logits, other_logits),
            state_error=float(np.linalg.norm(states - other_states) / np.linalg.norm(states)),
            decibels=float(np.sqrt(np.mean((spectra - other_spectra) ** 2))),
        )


def greedy(model: Model, ids: Ints) -> Generation:
    """Generate from a prompt's ids [seq], always choosing the likeliest token."""
    row = Row(ids, Request(max_new_tokens=MAX_TOKENS))
    (generation,) = generate(model.lm, model.tokenizer.stop_id, [row])
    return generation


def forced(model: Model, ids: Ints, count: int) -> tuple[Floats, Floats]:
    """Read ids [seq] and return what predicted the last `count` of them.

    Returns states [count, hidden] and logits [count, vocab].
    """
    cache = KVCache(model.lm.config)
    cache.reserve(1, len(ids))
    states = model.lm(ids[None], cache, 0, np.arange(len(ids))[None])[0, -count - 1 : -1]
    return states, model.lm.logits(states).copy()


def same_prefix(tokens: Ints, others: Ints) -> int:
    """Count the tokens before the first that differs."""
    length = min(len(tokens), len(others))
    different = np.flatnonzero(tokens[:length] != others[:length])
    return int(different[0]) if len(different) else length


def least_cosine(rows: Floats, others: Floats) -> float:
    """Return the smallest cosine between rows of one number, [rows, n] each."""
    norms = np.linalg.norm(rows, axis=1) * np.linalg.norm(others, axis=1)
    return float((np.einsum("ij,ij->i", rows, others) / norms).min())


def log_magnitudes(audio: Floats) -> Floats:
    """Return the spectra of windows of audio [samples] in decibels, [windows, bins]."""
    windows = np.lib.stride_tricks.sliding_window_view(audio, 1024)[::256] * np.hanning(1024)
    magnitudes = np.abs(np.fft.rfft(windows))
    levels: Floats = 20 * np.log10(np.maximum(magnitudes, magnitudes.max() * FLOOR + 1e-12))
    return levels
