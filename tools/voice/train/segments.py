"""What the vocoder learns from: segments of the language model's states, and their waves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from voice.train.batches import is_reserved, prompt_ids
from voice.train.lm import load_language_model
from voice.train.model import FIRST_AUDIO, VOCODER_CONFIG, LanguageModel
from voice.train.shards import WITH_WAVES, read
from voice.train.tokens import TOKENS_PER_HOUR, Spoken, encode_new, read_spoken

BATCH, STATES = 16, 37  # segments, and states of each
FRAMES = VOCODER_CONFIG.upscale * (STATES - 1) + 1
N_FFT, HOP_LENGTH = VOCODER_CONFIG.n_fft, VOCODER_CONFIG.hop_length
REACH = VOCODER_CONFIG.num_layers * (VOCODER_CONFIG.dw_kernel // 2)  # frames that a frame sees
EDGES = 8  # states outside an utterance where a start may fall, to be moved to its edge
HELD_UTTERANCES = 48  # to validate on
PROMPTS_AT_ONCE = 32


@dataclass(frozen=True)
class Rendered:
    """One utterance: the vocoder's input and the target."""

    states: Tensor  # [states, hidden] bfloat16
    wave: NDArray[np.int16]  # [(states - 1) * samples per token]


class Segments(NamedTuple):
    """Pieces of utterances, all of one length; beyond the end of an utterance they are 0."""

    states: Tensor  # [batch, STATES, hidden]
    inside: Tensor  # [batch, FRAMES]: 1 up to the utterance's last frame
    counted: Tensor  # [batch, FRAMES]: 1 where a frame sees all that it would see in the engine
    wave: Tensor  # [batch, (FRAMES - 1) * HOP_LENGTH + N_FFT], with half a window at both ends

    def to(self, device: str) -> "Segments":
        """Move everything to a device."""
        return Segments(*(tensor.to(device) for tensor in self))


def teacher_forced_states(
    lm: LanguageModel, utterances: Sequence[Spoken], rng: np.random.Generator, device: str
) -> Iterator[Tensor]:
    """Yield the states [tokens, hidden] that predict the tokens of each utterance."""
    for start in range(0, len(utterances), PROMPTS_AT_ONCE):
        members = utterances[start : start + PROMPTS_AT_ONCE]
        prompts = [prompt_ids(one.text.removesuffix("." * rng.integers(2))) for one in members]
        rows = [
            [*prompt, *(one.tokens.astype(np.int64) + FIRST_AUDIO)]
            for prompt, one in zip(prompts, members, strict=True)
        ]
        ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
        for row, filled in zip(rows, ids, strict=True):
            filled[: len(row)] = row
        tensor = torch.from_numpy(ids).to(device)
        with torch.no_grad(), torch.autocast(device, torch.bfloat16):
            states, _ = lm(tensor, torch.ones_like(tensor))
        for prompt, one, row_states in zip(prompts, members, states.cpu(), strict=True):
            first = len(prompt) - 1
            yield row_states[first : first + len(one.tokens)].bfloat16().clone()


def collect(
    work: Path, hours: float, seed: int, device: str
) -> tuple[list[Rendered], list[Rendered]]:
    """Compute states for some hours of speech, and for all that the language model never learnt.

    Returns utterances to learn, and a few to validate on, which neither network learns.
    """
    lm = load_language_model(work).to(device)
    rng = np.random.default_rng(seed)
    learnt: list[Rendered] = []
    held: list[Rendered] = []
    tokens = 0
    for path in encode_new(work)[:WITH_WAVES]:
        spoken, speech = read_spoken(path), read(work / "speech" / path.name)
        if [(one.id, one.text) for one in spoken] != [(one.id, one.text) for one in speech]:
            raise ValueError(f"{path}: tokens of other speech; delete the file and run this again")
        chosen = [
            (one, utterance.wave)
            for one, utterance in zip(spoken, speech, strict=True)
            if utterance.wave is not None
            and len(one.tokens) > 1
            and (tokens < hours * TOKENS_PER_HOUR or is_reserved(one.id))
        ]
        chosen.sort(key=lambda pair: len(pair[0].text) + len(pair[0].tokens))
        states = teacher_forced_states(lm, [one for one, _ in chosen], rng, device)
        for (one, wave), state in zip(chosen, states, strict=True):
            to_validate = is_reserved(one.id) and len(held) < HELD_UTTERANCES
            (held if to_validate else learnt).append(Rendered(state, wave.copy()))
            tokens += len(one.tokens)
    if not held:
        raise ValueError(f"{work}: no reserved utterances with waves; make more speech first")
    print(f"states of {tokens / TOKENS_PER_HOUR:.1f} h, {len(learnt)} utterances", flush=True)
    return learnt, held


def cut(utterances: Sequence[Rendered], starts: Sequence[int]) -> Segments:
    """Cut a segment out of each utterance, from the given state on."""
    upscale, half = VOCODER_CONFIG.upscale, N_FFT // 2
    hidden = utterances[0].states.shape[1]
    states = torch.zeros(len(starts), STATES, hidden)
    inside, counted = torch.zeros(2, len(starts), FRAMES)
    wave = np.zeros((len(starts), (FRAMES - 1) * HOP_LENGTH + N_FFT), np.float32)
    for row, (one, start) in enumerate(zip(utterances, starts, strict=True)):
        part = one.states[start : start + STATES]
        states[row, : len(part)] = part
        frames = upscale * (len(part) - 1) + 1
        inside[row, :frames] = 1
        goes_on = start + STATES < len(one.states)
        counted[row, REACH if start else 0 : frames - (REACH if goes_on else 0)] = 1
        begin = start * VOCODER_CONFIG.samples_per_token - half
        samples = one.wave[max(begin, 0) : begin + wave.shape[1]]
        wave[row, max(-begin, 0) :][: len(samples)] = samples
    return Segments(states, inside, counted, torch.from_numpy(wave / 32767))


def random_segments(
    utterances: Sequence[Rendered], shares: NDArray[np.float64], rng: np.random.Generator
) -> Segments:
    """Cut a batch of segments at random places, more often at beginnings and ends.

    shares [utterances]: the probability of each.
    """
    chosen = [utterances[index] for index in rng.choice(len(utterances), BATCH, p=shares)]
    lasts = [max(len(one.states) - STATES, 0) for one in chosen]
    starts = [int(np.clip(rng.integers(-EDGES, last + EDGES + 1), 0, last)) for last in lasts]
    return cut(chosen, starts)
