"""How many states the first sound takes."""

import make_checkpoint
import numpy as np
import pytest

from soprano_np.vocoder.config import VocoderConfig, expected_shapes
from soprano_np.vocoder.stream import Vocoder


@pytest.mark.parametrize("padding", ["center", "same"])
@pytest.mark.parametrize("layers", [1, 4])
@pytest.mark.parametrize("kernel", [1, 3, 7])
@pytest.mark.parametrize(("n_fft", "hop", "upscale"), [(64, 16, 4), (50, 20, 3), (64, 32, 1)])
def test_first_states(
    padding: str, layers: int, kernel: int, n_fft: int, hop: int, upscale: int
) -> None:
    config = VocoderConfig(6, 10, 14, layers, kernel, n_fft, hop, upscale, padding=padding)
    rng = np.random.default_rng(0)
    tensors = {
        name: make_checkpoint.vocoder_weight(rng, name, shape)
        for name, shape in expected_shapes(config).items()
    }
    stream = Vocoder(config, tensors).stream()
    counts = [len(stream.push(rng.standard_normal((1, 6), np.float32))) for _ in range(60)]
    assert sum(map(bool, counts)) > 10
    assert config.first_states == next(i for i, samples in enumerate(counts, 1) if samples)


def test_first_states_of_the_published_sizes() -> None:
    assert VocoderConfig(512, 768, 2304, 8, 3, 2048, 512).first_states == 4
