"""Pack utterances into rows of a fixed width, several to a row, in batches of two shapes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
import torch
from torch import Tensor
from voice.train.model import (
    AUDIO_TOKENS,
    CHARACTERS,
    FIRST_AUDIO,
    FIRST_CHARACTER,
    START,
    STOP,
    TEXT,
    Guide,
)
from voice.train.tokens import Spoken

SHAPES = (20, 224), (8, 576)  # rows, width: for short utterances and for long ones
SPOKEN_SHARE = 0.66  # of the positions predict tokens, at most; the rest read text
OPEN_ROWS = 32  # of each width, while they are being filled
CORRUPTED = 0.08  # of the tokens read are replaced at random, to learn to recover from mistakes
NO_TARGET = -100
RESERVED = 0.03  # of the utterances are held out of the language model's training

IDS = {character: FIRST_CHARACTER + index for index, character in enumerate(CHARACTERS)}


class Batch(NamedTuple):
    """Packed rows and their targets; only the "spoken" positions predict tokens."""

    ids: Tensor  # [rows, width]
    segments: Tensor  # [rows, width]: number of the utterance in its row, from 1; 0 if none
    guide: Guide
    spoken: Tensor  # [spoken]: indices into rows * width; the same count in every batch
    targets: Tensor  # [spoken]: token ids, NO_TARGET after the last
    mel: Tensor  # [spoken, components]
    phones: Tensor  # [spoken, phones]: shares

    def to(self, device: str) -> "Batch":
        """Move everything to a device."""
        guide = Guide(*(tensor.to(device) for tensor in self.guide))
        tensors = {name: t.to(device) for name, t in self._asdict().items() if name != "guide"}
        return Batch(guide=guide, **tensors)


def is_reserved(utterance_id: int) -> bool:
    """Check whether an utterance is held out of the language model's training."""
    return crc32(str(utterance_id).encode()) < RESERVED * 2**32


def prompt_ids(text: str) -> list[int]:
    """Return the ids of a text's prompt: [STOP][TEXT]...[START]."""
    return [STOP, TEXT, *(IDS[character] for character in text), START]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Find the (first, last + 1) positions of each word in the prompt, with the mark after it."""
    spans, start = [], 2
    for word in text.split():
        spans.append((start, start + len(word) + 1))
        start += len(word) + 1
    return spans


def rows_of(lengths: Sequence[int], order: Sequence[int]) -> Iterator[tuple[int, list[list[int]]]]:
    """Fit utterances into rows and yield batches as (shape, the utterances of each row).

    Each goes to the row where it leaves the least room; an utterance longer than the widest row is
    left out. The rows still open at the end are yielded too, in batches of the usual size.
    """
    open_rows: list[list[tuple[int, list[int]]]] = [[] for _ in SHAPES]
    for index in order:
        length = lengths[index]
        room, shape, place = min(
            (
                (room, shape, place)
                for shape, rows in enumerate(open_rows)
                for place, (room, _) in enumerate(rows)
                if room >= length
            ),
            default=(0, -1, -1),
        )
        if place < 0:
            fitting = [number for number, (_, width) in enumerate(SHAPES) if width >= length]
            if not fitting:
                continue
            shape, place = fitting[0], len(open_rows[fitting[0]])
            room = SHAPES[shape][1]
            open_rows[shape].append((room, []))
        open_rows[shape][place][1].append(index)
        open_rows[shape][place] = room - length, open_rows[shape][place][1]
        if len(open_rows[shape]) > OPEN_ROWS:
            open_rows[shape].sort(key=lambda row: row[0])
            count = SHAPES[shape][0]
            yield shape, [row for _, row in open_rows[shape][:count]]
            del open_rows[shape][:count]
    for shape, rows in enumerate(open_rows):
        count = SHAPES[shape][0]
        for start in range(0, len(rows), count):
            yield shape, [row for _, row in rows[start : start + count]]


def batches(
    utterances: Sequence[Spoken], rng: np.random.Generator, training: bool = True
) -> Iterator[Batch]:
    """Yield batches of all utterances, in random order.

    In training, some of the tokens read are replaced, and half of the final full stops removed.
    """
    lengths = [len(one.text) + len(one.tokens) + 3 for one in utterances]
    for shape, rows in rows_of(lengths, rng.permutation(len(lengths)).tolist()):
        yield make_batch(
            SHAPES[shape], [[utterances[i] for i in row] for row in rows], rng, training
        )


def make_batch(
    shape: tuple[int, int],
    rows: Sequence[Sequence[Spoken]],
    rng: np.random.Generator,
    training: bool,
) -> Batch:
    """Lay out utterances in rows."""
    ids, segments, first, last = np.zeros((4, *shape), np.int64)
    weight = np.zeros(shape, np.float32)
    count = int(shape[0] * shape[1] * SPOKEN_SHARE)
    spoken: list[np.ndarray] = []
    targets: list[np.ndarray] = []
    for row, members in enumerate(rows):
        start = 0
        for segment, one in enumerate(members, 1):
            text = one.text
            if training and text.endswith(".") and rng.random() < 0.5:
                text = text[:-1]
            prompt = prompt_ids(text)
            tokens = one.tokens.astype(np.int64) + FIRST_AUDIO
            heard = tokens.copy()
            if training:
                wrong = rng.random(len(tokens)) < CORRUPTED
                heard[wrong] = FIRST_AUDIO + rng.integers(0, AUDIO_TOKENS, wrong.sum())
            begin = start + len(prompt) - 1  # the position that predicts the first token
            end = begin + len(tokens) + 1
            ids[row, start : begin + 1] = prompt
            ids[row, begin + 1 : end] = heard
            segments[row, start:end] = segment
            spans = np.array([*word_spans(text), (0, 0)]) + start  # word -1 is the last, unused
            in_word = one.words >= 0
            first[row, begin : end - 1], last[row, begin : end - 1] = spans[one.words].T
            weight[row, begin : end - 1] = in_word
            spoken.append(row * shape[1] + np.arange(begin, end))
            targets.append(np.append(tokens, STOP))
            start = end
    members = [one for row in rows for one in row]

    def flat(parts: Sequence[np.ndarray], fill: int = 0) -> Tensor:
        joined = np.concatenate(parts)[:count]
        padding = [(0, count - len(joined)), *[(0, 0)] * (joined.ndim - 1)]
        return torch.from_numpy(np.pad(joined, padding, constant_values=fill))

    # The state that predicts [STOP] has no sound, so its row is not used.
    mel = [np.pad(one.mel.astype(np.float32), ((0, 1), (0, 0))) for one in members]
    phones = [np.pad(one.phones / np.float32(4), ((0, 1), (0, 0))) for one in members]
    return Batch(
        ids=torch.from_numpy(ids),
        segments=torch.from_numpy(segments),
        guide=Guide(torch.from_numpy(first), torch.from_numpy(last), torch.from_numpy(weight)),
        spoken=flat(spoken),
        targets=flat(targets, NO_TARGET),
        mel=flat(mel),
        phones=flat(phones),
    )
