"""Turn speech into tokens: learn a codebook from the first shards, then encode all of them.

A token encodes how many half pitch cycles its 1,200 samples hold, at which of the two phases they
begin, and the nearest of that pitch's centroids: the sound of frames 4t + 2 to 4t + 5. So the state
before token t, which has read the tokens up to t - 1, knows the sound around its own frame, 4t.
"""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from voice.train.files import write_arrays
from voice.train.model import AUDIO_TOKENS
from voice.train.shards import FRAMES_PER_TOKEN, MEL_BANDS, Utterance, read, shard_paths

SILENCE = math.log(1e-3)  # the floor of the log-mel spectrum
COMPONENTS = 64  # principal components of a patch that a state should know
CLUSTERED_COMPONENTS = 24  # those that distinguish centroids: 96 % of the variance
PHONE_WEIGHT = 0.7
RAREST = 0.002  # of voiced tokens: a rarer pitch is replaced by the nearest that is not
KMEANS_SAMPLE, KMEANS_ROUNDS = 40_000, 12
TOKENS_PER_HOUR = 72_000


@dataclass(frozen=True)
class Codebook:
    """How patches of 4 frames become tokens; centroids are grouped by pitch, unvoiced first."""

    mean: NDArray[np.float32]  # [4 * bands]
    components: NDArray[np.float32]  # [4 * bands, COMPONENTS]
    scale: float  # root mean square length of the clustered components
    largest: float  # standard deviation of the first component
    half_cycles: NDArray[np.int64]  # [pitches], 0 first
    sizes: NDArray[np.int64]  # [pitches], centroids of each
    centroids: NDArray[np.float32]  # [centroids, CLUSTERED_COMPONENTS + phones]

    @property
    def phones(self) -> int:
        """The number of phoneme classes."""
        return int(self.centroids.shape[1]) - CLUSTERED_COMPONENTS

    def project(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        """[tokens, 4 * bands] -> principal components, [tokens, COMPONENTS]."""
        return (patches - self.mean) @ self.components

    def features(
        self, components: NDArray[np.float32], phones: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        """Join each token's components and phoneme quarters, which centroids are made of."""
        clustered = components[:, :CLUSTERED_COMPONENTS] / np.float32(self.scale)
        return np.hstack([clustered, phones * np.float32(PHONE_WEIGHT / FRAMES_PER_TOKEN)])

    def encode(
        self,
        features: NDArray[np.float32],
        half_cycles: NDArray[np.uint8],
        parity: NDArray[np.uint8],
    ) -> NDArray[np.uint16]:
        """Return each token's code, 0 to AUDIO_TOKENS - 1.

        An unvoiced centroid has one code, a voiced one has two, for the two phases.
        """
        pitches = clamp_pitch(half_cycles.astype(np.int64), self.half_cycles)
        firsts = np.cumsum(self.sizes) - self.sizes
        unvoiced = int(self.sizes[0])
        codes = np.zeros(len(features), np.uint16)
        for pitch, first, size in zip(self.half_cycles, firsts, self.sizes, strict=True):
            rows = np.flatnonzero(pitches == pitch)
            centroids = torch.from_numpy(self.centroids[first : first + size])
            found = first + nearest(torch.from_numpy(features[rows]), centroids).numpy()
            codes[rows] = found if pitch == 0 else unvoiced + 2 * (found - unvoiced) + parity[rows]
        return codes


@dataclass(frozen=True)
class Spoken:
    """An utterance in tokens. State t predicts token t."""

    id: int
    text: str
    tokens: NDArray[np.uint16]  # [tokens], 0 to AUDIO_TOKENS - 1
    mel: NDArray[np.float16]  # [tokens, COMPONENTS]: the sound around the frame of state t
    phones: NDArray[np.uint8]  # [tokens, phones]: quarters of token t
    words: NDArray[np.int16]  # [tokens]: token t's word in text.split(), -1 for none


@dataclass(frozen=True)
class Patches:
    """The data of T tokens, from one utterance or many."""

    mel: NDArray[np.float32]  # [T, 4 * bands], frames 4t + 2 to 4t + 5
    phones: NDArray[np.uint8]  # [T, phones], quarters
    words: NDArray[np.int16]  # [T]
    before: NDArray[np.float32]  # [T, 4 * bands], frames 4t - 2 to 4t + 1


def patches(utterance: Utterance, phones: int) -> Patches:
    """Cut an utterance into the frames of its tokens, with silence before and after it."""
    tokens, frames = len(utterance.half_cycles), len(utterance.mel)
    padding = (2, FRAMES_PER_TOKEN * (tokens + 1) - 2 - frames)
    mel = np.pad(utterance.mel.astype(np.float32), (padding, (0, 0)), constant_values=SILENCE)
    mel = mel.reshape(tokens + 1, FRAMES_PER_TOKEN * MEL_BANDS)
    phone = np.pad(utterance.phones, padding).reshape(tokens + 1, FRAMES_PER_TOKEN)[1:]
    word = np.pad(utterance.words, padding, constant_values=-1)
    word = word.reshape(tokens + 1, FRAMES_PER_TOKEN)[1:]
    quarters = (phone[..., None] == np.arange(phones)).sum(1, dtype=np.uint8)
    words = np.where(word[:, 2] >= 0, word[:, 2], word[:, 1])
    return Patches(mel[1:], quarters, words, mel[:-1])


def clamp_pitch(half_cycles: NDArray[np.int64], pitches: NDArray[np.int64]) -> NDArray[np.int64]:
    """Clip half cycles to the range of the voiced pitches, from even to even and odd to odd.

    A token's phase then still determines the next one's.
    """
    low, high = int(pitches[1]), int(pitches[-1])
    over = np.where((half_cycles - high) % 2, high - 1, high)
    under = np.where((low - half_cycles) % 2, low + 1, low)
    clamped = np.where(half_cycles > high, over, np.where(half_cycles < low, under, half_cycles))
    return np.where(half_cycles == 0, 0, clamped)


def nearest(features: Tensor, centroids: Tensor) -> Tensor:
    """Return each token's nearest centroid: [tokens, n], [centroids, n] -> indices [tokens]."""
    lengths = centroids.square().sum(1)
    parts = [(lengths - 2 * part @ centroids.T).argmin(1) for part in features.split(1 << 15)]
    return torch.cat(parts)


def kmeans(features: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """Cluster features [tokens, n] and return centroids [size, n].

    A centroid that is nearest to no token is replaced by a random one.
    """

    def pick(count: int) -> Tensor:
        return features[torch.randint(len(features), (count,), generator=generator)]

    features = pick(KMEANS_SAMPLE) if len(features) > KMEANS_SAMPLE else features
    centroids = pick(size)
    for _ in range(KMEANS_ROUNDS):
        found = nearest(features, centroids)
        sums = torch.zeros_like(centroids).index_add_(0, found, features)
        counts = found.bincount(minlength=size)[:, None]
        centroids = torch.where(counts > 0, sums / counts.clamp(min=1), pick(size))
    return centroids


def make_codebook(utterances: Sequence[Utterance], phones: int, seed: int) -> Codebook:
    """Learn principal components, then centroids, shared out by the square root of pitch counts."""
    parts = [patches(utterance, phones) for utterance in utterances]
    mel = np.concatenate([part.mel for part in parts])
    quarters = np.concatenate([part.phones for part in parts])
    half_cycles = np.concatenate([u.half_cycles for u in utterances]).astype(np.int64)
    mean = mel.mean(0)
    centred = mel - mean
    variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    components = directions[:, ::-1][:, :COMPONENTS]
    clustered = variances[::-1][:CLUSTERED_COMPONENTS].sum()

    voiced = np.bincount(half_cycles[half_cycles > 0])
    common = np.flatnonzero(voiced >= RAREST * voiced.sum())
    pitches = np.array([0, *range(common[0], common[-1] + 1)])
    clamped = clamp_pitch(half_cycles, pitches)
    counts = np.array([(clamped == pitch).sum() for pitch in pitches])
    shares = np.sqrt(counts) / np.sqrt(counts).sum()
    sizes = np.maximum(shares[1:] * AUDIO_TOKENS / 2, 1).round().astype(np.int64)
    sizes = np.array([AUDIO_TOKENS - 2 * sizes.sum(), *sizes])

    book = Codebook(
        mean, components.copy(), math.sqrt(clustered), math.sqrt(variances[-1]), pitches, sizes,
        np.zeros((0, CLUSTERED_COMPONENTS + phones), np.float32),
    )  # fmt: skip
    features = torch.from_numpy(book.features(book.project(mel), quarters))
    generator = torch.Generator().manual_seed(seed)
    centroids = [
        kmeans(features[torch.from_numpy(clamped == pitch)], int(size), generator)
        for pitch, size in zip(pitches, sizes, strict=True)
    ]
    return Codebook(**{**vars(book), "centroids": torch.cat(centroids).numpy()})


def encode(utterances: Sequence[Utterance], codebook: Codebook) -> list[Spoken]:
    """Turn utterances into tokens."""
    parts = [patches(utterance, codebook.phones) for utterance in utterances]
    codes = codebook.encode(
        codebook.features(
            codebook.project(np.concatenate([part.mel for part in parts])),
            np.concatenate([part.phones for part in parts]),
        ),
        np.concatenate([utterance.half_cycles for utterance in utterances]),
        np.concatenate([utterance.parity for utterance in utterances]),
    )
    before = codebook.project(np.concatenate([part.before for part in parts]))
    mel = (before / np.float32(codebook.largest)).astype(np.float16)
    ends = np.cumsum([len(part.mel) for part in parts])[:-1]
    rows = zip(utterances, parts, np.split(codes, ends), np.split(mel, ends), strict=True)
    return [
        Spoken(utterance.id, utterance.text, tokens, components, part.phones, part.words)
        for utterance, part, tokens, components in rows
    ]


def read_codebook(work: Path) -> Codebook:
    """Read work/codebook.npz."""
    with np.load(work / "codebook.npz") as file:
        values = {name: file[name] for name in file.files}
    return Codebook(**{name: v if v.ndim else v.item() for name, v in values.items()})


def write_spoken(path: Path, spoken: Sequence[Spoken]) -> None:
    """Write a file of utterances in tokens."""
    arrays: dict[str, Any] = {
        "id": np.array([one.id for one in spoken], np.int32),
        "text": np.array([one.text for one in spoken]),
        "length": np.array([len(one.tokens) for one in spoken], np.int32),
    }
    for name in ("tokens", "mel", "phones", "words"):
        arrays[name] = np.concatenate([getattr(one, name) for one in spoken])
    write_arrays(path, arrays)


def read_spoken(path: Path) -> list[Spoken]:
    """Read a file of utterances in tokens."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    ends = np.cumsum(arrays["length"])[:-1]
    columns = [np.split(arrays[name], ends) for name in ("tokens", "mel", "phones", "words")]
    rows = zip(arrays["id"], arrays["text"], *columns, strict=True)
    return [Spoken(int(number), str(text), *rest) for number, text, *rest in rows]


def modified(path: Path) -> int:
    """Return when a file was written, in nanoseconds."""
    return path.stat().st_mtime_ns


def encode_new(work: Path) -> list[Path]:
    """Encode every new shard of speech; return all files of tokens, in order.

    Tokens older than their speech or the codebook are encoded again.
    """
    codebook, made = read_codebook(work), modified(work / "codebook.npz")
    paths = []
    for shard in shard_paths(work):
        path = work / "tokens" / shard.name
        if not path.exists() or modified(path) < max(made, modified(shard)):
            write_spoken(path, encode(read(shard), codebook))
        paths.append(path)
    return paths


def main(options: argparse.Namespace) -> None:
    """Run the step: make the codebook, unless it exists, and encode all shards of speech."""
    if not (options.work / "codebook.npz").exists():
        phones = len(json.loads((options.work / "phones.json").read_text(encoding="utf-8")))
        utterances: list[Utterance] = []
        tokens = 0
        for path in shard_paths(options.work):
            utterances += read(path)
            tokens = sum(len(utterance.half_cycles) for utterance in utterances)
            if tokens >= options.hours * TOKENS_PER_HOUR:
                break
        if not utterances:
            raise ValueError(f"{options.work}: no shards of speech; make them first (speech)")
        codebook = make_codebook(utterances, phones, options.seed)
        write_arrays(options.work / "codebook.npz", asdict(codebook))
        print(f"codebook from {tokens / TOKENS_PER_HOUR:.1f} h")
        for pitch, size in zip(codebook.half_cycles, codebook.sizes, strict=True):
            print(f"  {pitch:2d} half cycles: {size} centroids")
        del utterances
    paths = encode_new(options.work)
    used = np.zeros(AUDIO_TOKENS, np.int64)
    for path in paths:
        with np.load(path) as file:
            used += np.bincount(file["tokens"], minlength=AUDIO_TOKENS)
    share = used[used > 0] / used.sum()
    print(
        f"{len(paths)} shards, {used.sum() / TOKENS_PER_HOUR:.1f} h, "
        f"{(used > 0).sum()} of {AUDIO_TOKENS} tokens in use, "
        f"entropy {-(share * np.log(share)).sum():.2f} nats"
    )
