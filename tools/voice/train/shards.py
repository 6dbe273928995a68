"""Shards: files of about 500 spoken utterances each, which the later steps read.

Time is counted in samples at 24 kHz, in frames of 300 samples and in tokens of 4 frames. An
utterance of T tokens has F = 4 (T - 1) + 1 frames and 1200 (T - 1) samples, as many as the vocoder
makes of T states. Frame f is centred on sample 300 f. Token t's pitch class counts the half cycles
from sample 1200 t to sample 1200 (t + 1); the last token's interval lies past the end and is always
unvoiced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from voice.train.files import write_arrays

SAMPLE_RATE = 24000  # hertz
HOP_LENGTH = 300  # samples between frames
N_FFT = 1200  # samples under a frame's window
FRAMES_PER_TOKEN = 4
SAMPLES_PER_TOKEN = FRAMES_PER_TOKEN * HOP_LENGTH
MEL_BANDS = 64
WITH_WAVES = 100  # shards with lower numbers hold the waves too


@dataclass(frozen=True)
class Utterance:
    """One spoken text; the module's docstring says how tokens, frames and samples lie."""

    id: int
    text: str
    mel: NDArray[np.float16]  # [frames, 64], natural logarithm
    phones: NDArray[np.uint8]  # [frames], 0 is silence
    words: NDArray[np.int16]  # [frames], index into text.split(), -1 for none
    half_cycles: NDArray[np.uint8]  # [tokens], 0 is unvoiced
    parity: NDArray[np.uint8]  # [tokens], 1 where the pitch phase begins at pi rather than 0
    wave: NDArray[np.int16] | None  # [samples], or None in shards without waves


def shard_path(work: Path, number: int) -> Path:
    """Return the path of a shard in a work folder."""
    return work / "speech" / f"shard-{number:05d}.npz"


def shard_paths(work: Path) -> list[Path]:
    """List the finished shards of a work folder; the first n are a fair sample of all."""
    return sorted((work / "speech").glob("shard-[0-9]*.npz"))


def write(path: Path, utterances: Sequence[Utterance]) -> None:
    """Write a shard."""
    waves = [u.wave for u in utterances if u.wave is not None]
    if waves and len(waves) != len(utterances):
        raise ValueError(f"{path}: {len(waves)} waves for {len(utterances)} utterances")
    arrays: dict[str, NDArray[Any]] = {
        "ids": np.array([u.id for u in utterances], np.int32),
        "texts": np.array([u.text for u in utterances]),
        "frames": np.array([len(u.mel) for u in utterances], np.int32),
        "tokens": np.array([len(u.half_cycles) for u in utterances], np.int32),
        "samples": np.array([len(wave) for wave in waves], np.int32),
        "mel": _joined([u.mel for u in utterances], np.zeros((0, MEL_BANDS), np.float16)),
        "phones": _joined([u.phones for u in utterances], np.zeros(0, np.uint8)),
        "words": _joined([u.words for u in utterances], np.zeros(0, np.int16)),
        "half_cycles": _joined([u.half_cycles for u in utterances], np.zeros(0, np.uint8)),
        "parity": _joined([u.parity for u in utterances], np.zeros(0, np.uint8)),
        "wave": _joined(waves, np.zeros(0, np.int16)),
    }
    write_arrays(path, arrays)


def read_texts(path: Path) -> dict[int, str]:
    """Read the texts of a shard by their ids."""
    with np.load(path) as file:
        return dict(zip(file["ids"].tolist(), file["texts"].tolist(), strict=True))


def read(path: Path) -> list[Utterance]:
    """Read the utterances of a shard, in the order in which they were written."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    by_frame = np.cumsum(arrays["frames"])[:-1]
    by_token = np.cumsum(arrays["tokens"])[:-1]
    waves: Sequence[NDArray[np.int16] | None] = [None] * len(arrays["ids"])
    if len(arrays["samples"]):
        waves = np.split(arrays["wave"], np.cumsum(arrays["samples"])[:-1])
    columns = zip(
        arrays["ids"],
        arrays["texts"],
        np.split(arrays["mel"], by_frame),
        np.split(arrays["phones"], by_frame),
        np.split(arrays["words"], by_frame),
        np.split(arrays["half_cycles"], by_token),
        np.split(arrays["parity"], by_token),
        waves,
        strict=True,
    )
    return [Utterance(int(number), str(text), *rest) for number, text, *rest in columns]


def _joined(parts: Sequence[NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate(parts).astype(empty.dtype, copy=False) if parts else empty
