"""One ConvNeXt block against Vocos'."""

import numpy as np
import pytest

from soprano_np.vocoder.backbone import ConvNeXtBlock

PREFIX = "decoder.convnext.0"


@pytest.fixture
def block(golden):
    recorded = golden("operations")
    names = [name.removeprefix("block.") for name in recorded if name.startswith("block.")]
    return ConvNeXtBlock({f"{PREFIX}.{name}": recorded[f"block.{name}"] for name in names}, 0)


def test_a_block(block, golden, close):
    recorded = golden("operations")
    assert recorded["block.dwconv.weight"].shape == (10, 1, 5)
    frames = np.pad(recorded["frames"], ((2, 2), (0, 0)))  # the convolution's zero padding
    starts = np.arange(len(recorded["frames"]))
    # Values are up to 9.2; folding the norm and gamma into the products was 1.5e-6 away.
    close(block(frames, starts), recorded["block"], atol=6e-6)


@pytest.mark.parametrize("starts", [[0], [3, 4], [0, 2, 3, 7], range(0, 300, 2), [0, 299], []])
def test_frames_that_lie_apart(block, close, starts):
    frames = np.random.default_rng(0).standard_normal((304, 10), np.float32)
    before = frames.copy()
    every = block(frames, np.arange(300))
    # Not to the bit: a product with other numbers of rows rounds its sums otherwise.
    close(block(frames, np.array(starts, np.int64)), every[list(starts)], atol=6e-6)
    np.testing.assert_array_equal(frames, before)
