"""Shards: what is written is read."""

from pathlib import Path

import numpy as np
import pytest
from voice.train import shards


def utterance(number: int, tokens: int, wave: bool) -> shards.Utterance:
    rng = np.random.default_rng(number)
    frames = 4 * (tokens - 1) + 1
    return shards.Utterance(
        number,
        "one two " * number,
        rng.standard_normal((frames, 64)).astype(np.float16),
        rng.integers(0, 40, frames).astype(np.uint8),
        rng.integers(-1, 2, frames).astype(np.int16),
        rng.integers(0, 32, tokens).astype(np.uint8),
        rng.integers(0, 2, tokens).astype(np.uint8),
        rng.integers(-99, 99, 1200 * (tokens - 1)).astype(np.int16) if wave else None,
    )


@pytest.mark.parametrize("waves", [True, False])
def test_shards_come_back(tmp_path: Path, waves: bool) -> None:
    written = [utterance(number, 3 + number, waves) for number in range(3)]
    path = shards.shard_path(tmp_path, 7)
    shards.write(path, written)
    assert shards.shard_paths(tmp_path) == [path]
    for one, other in zip(shards.read(path), written, strict=True):
        assert vars(one).keys() == vars(other).keys()
        for name, value in vars(other).items():
            np.testing.assert_array_equal(getattr(one, name), value)


def test_a_shard_has_all_waves_or_none(tmp_path: Path) -> None:
    mixed = [utterance(0, 3, True), utterance(1, 4, False)]
    with pytest.raises(ValueError, match="1 waves for 2 utterances"):
        shards.write(shards.shard_path(tmp_path, 0), mixed)
    assert not shards.shard_paths(tmp_path)


def test_texts_of_a_shard(tmp_path: Path) -> None:
    path = shards.shard_path(tmp_path, 3)
    shards.write(path, [utterance(5, 3, True), utterance(7, 4, True)])
    assert list(shards.read_texts(path)) == [5, 7]
    assert list(shards.read_texts(path).values()) == [each.text for each in shards.read(path)]
