"""One ConvNeXt block against Vocos'."""

import numpy as np

from soprano_np.vocoder.backbone import ConvNeXtBlock

PREFIX = "decoder.convnext.0"


def test_a_block(golden, close):
    recorded = golden("operations")
    names = [name.removeprefix("block.") for name in recorded if name.startswith("block.")]
    block = ConvNeXtBlock({f"{PREFIX}.{name}": recorded[f"block.{name}"] for name in names}, 0)
    assert recorded["block.dwconv.weight"].shape == (10, 1, 5)
    frames = np.pad(recorded["frames"], ((2, 2), (0, 0)))  # the convolution's zero padding
    # Values are up to 9.2; folding the norm and gamma into the products was 1.5e-6 away.
    close(block(frames), recorded["block"], atol=6e-6)
