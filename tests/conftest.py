"""The tiny checkpoint, and the reference's numbers that tools/make_golden.py recorded for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np
import pytest
from numpy.typing import NDArray

from soprano_np.checkpoint.loading import open_checkpoint
from soprano_np.lm.config import Qwen3Config
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.nn.ops import Floats
from soprano_np.vocoder.config import VocoderConfig, expected_shapes
from soprano_np.vocoder.stream import Vocoder

Golden = Callable[[str], dict[str, NDArray[Any]]]
Close = Callable[..., None]


@dataclass(frozen=True)
class Tiny:
    """The tiny checkpoint, in files and in memory."""

    directory: Path
    lm_config: Qwen3Config
    lm_tensors: dict[str, Floats]
    vocoder_config: VocoderConfig
    vocoder_tensors: dict[str, Floats]


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Give a function from a file's name to the arrays in it."""

    @cache
    def load(name: str) -> dict[str, NDArray[Any]]:
        with np.load(Path(__file__).parent / "golden" / f"{name}.npz") as arrays:
            loaded = dict(arrays)
        for array in loaded.values():
            array.flags.writeable = False  # all tests share them
        return loaded

    return load


@pytest.fixture(scope="session")
def close() -> Close:
    """Give a function that compares shape, dtype and values; a tolerance must be given."""

    def compare(actual: Any, expected: NDArray[Any], atol: float, rtol: float = 0) -> None:
        assert actual.shape == expected.shape
        assert actual.dtype == expected.dtype
        np.testing.assert_allclose(actual, expected, rtol, atol)

    return compare


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, golden: Golden) -> Tiny:
    """Write the tiny checkpoint that the golden numbers were made with, and open it."""
    directory = make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("golden") / "tiny")
    with open_checkpoint(directory) as opened:
        made = Tiny(
            directory,
            opened.lm_config,
            dict(opened.lm_tensors),
            opened.vocoder_config,
            dict(opened.vocoder_tensors),
        )
    check_sum(made.lm_tensors, golden("language_model")["checksum"])
    check_sum(made.vocoder_tensors, golden("vocoder")["checksum"])
    return made


@pytest.fixture(scope="session")
def qwen3(tiny: Tiny) -> Qwen3:
    """The tiny language model."""
    return Qwen3(tiny.lm_config, tiny.lm_tensors)


@pytest.fixture(scope="session")
def vocoder(tiny: Tiny) -> Vocoder:
    """The tiny vocoder, with "center" padding."""
    return Vocoder(tiny.vocoder_config, tiny.vocoder_tensors)


@pytest.fixture(scope="session")
def vocoders(tiny: Tiny, golden: Golden) -> dict[str, tuple[VocoderConfig, dict[str, Floats]]]:
    """The two vocoders that golden numbers were made with: the tiny one, and one of other sizes."""
    config = VocoderConfig(  # as in tools/make_golden.py, which needs torch; so is the seed
        input_channels=6,
        dim=10,
        intermediate_dim=14,
        num_layers=2,
        dw_kernel=5,
        n_fft=50,
        hop_length=20,
        upscale=3,
    )
    recorded = golden("vocoder")
    rng = np.random.default_rng(7)
    tensors = {
        name: make_checkpoint.vocoder_weight(rng, name, shape)
        for name, shape in expected_shapes(config).items()
    }
    check_sum(tensors, recorded["other.checksum"])
    return {"tiny": (tiny.vocoder_config, tiny.vocoder_tensors), "other": (config, tensors)}


def check_sum(tensors: Mapping[str, Floats], expected: NDArray[np.float64]) -> None:
    """Fail unless weights are those of the golden numbers, a last bit here and there aside."""
    names = sorted(name for name in tensors if name != "head.istft.window")
    sums = [tensors[name].sum(dtype=np.float64) for name in names]
    if len(sums) != len(expected) or not np.allclose(sums, expected, rtol=0, atol=1e-4):
        pytest.fail(
            "tools/make_checkpoint.py makes other weights than those of tests/golden: "
            "run tools/make_golden.py again"
        )
