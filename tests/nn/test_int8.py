"""8-bit weights: their rounding, and products with them against float64."""

from dataclasses import replace

import numpy as np
import pytest

from soprano_np.nn import machine
from soprano_np.nn.int8 import Int8Tiles, quantize
from soprano_np.nn.linear import Linear

pytestmark = pytest.mark.usefixtures("tiled")


def test_integers_survive_the_round_trip():
    integers = np.random.default_rng(4).integers(-127, 128, (70, 13)).astype(np.float32)
    integers[:, 0] = 127  # so that the largest weight of each output is 127 steps
    scale = np.float32(2.0) ** np.arange(-35, 35, dtype=np.float32)
    int8 = quantize(integers * scale[:, None])
    assert int8.shape == (70, 13)
    assert int8.tiles.shape == (2, 13, 64) and int8.tiles.dtype == np.int8
    np.testing.assert_array_equal(int8.scale, scale)
    for output in (0, 63, 64, 69):
        np.testing.assert_array_equal(int8.tiles[output // 64, :, output % 64], integers[output])
    np.testing.assert_array_equal(int8.rows(np.arange(70)), integers * scale[:, None])
    np.testing.assert_array_equal(int8.dequantize(), integers * scale[:, None])
    assert not int8.tiles[1, :, 6:].any()


def test_rounding_is_to_the_nearest_of_255_steps():
    weight = np.random.default_rng(5).standard_normal((64, 512), np.float32)
    int8 = quantize(weight)
    error = int8.rows(np.arange(64)) - weight
    assert (np.abs(error) <= int8.scale[:, None] * 0.501).all()
    assert np.sqrt(np.mean(error**2)) < 0.01 * np.sqrt(np.mean(weight**2))
    assert int8.tiles.min() >= -127


@pytest.mark.filterwarnings("error")
def test_zeros_and_tiny_weights_have_int8s_too():
    weight = np.zeros((3, 5), np.float32)
    weight[1] = 1e-45  # the smallest float32 there is: a step of it would be zero
    weight[2] = 3e38
    rows = quantize(weight).rows(np.arange(3))
    np.testing.assert_array_equal(rows[0], 0)
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(rows[2], weight[2], rtol=1e-2)


@pytest.mark.parametrize("rows", [1, 2, 3, 40])
@pytest.mark.parametrize("outputs", [1, 64, 70, 130])
@pytest.mark.parametrize("inputs", [1, 6, 13, 24])
@pytest.mark.parametrize("cast", [1, 1000, 1 << 20])
def test_a_product_with_int8_is_that_with_its_weights(
    monkeypatch, close, rows, outputs, inputs, cast
):
    pretended = replace(machine.current(), cast=cast)
    monkeypatch.setattr(machine, "current", lambda: pretended)
    rng = np.random.default_rng(6)
    x = rng.standard_normal((rows, inputs), np.float32)
    int8 = quantize(rng.standard_normal((outputs, inputs), np.float32))
    exact = x.astype(np.float64) @ int8.rows(np.arange(outputs)).T
    close(Linear([int8])(x), exact.astype(np.float32), atol=2e-5)


def test_weights_are_not_copied():
    int8 = quantize(np.ones((640, 64), np.float32))
    for _, tiles in Int8Tiles([int8]).groups:
        assert all(np.shares_memory(some, int8.tiles) for some in tiles)


def test_a_matrix_is_split_at_tiles():
    int8 = quantize(np.random.default_rng(8).standard_normal((300, 10), np.float32))
    pieces = int8.split(64 * 10 * 2)
    assert [piece.shape for piece in pieces] == [(128, 10), (128, 10), (44, 10)]
    rows = np.concatenate([piece.dequantize() for piece in pieces])
    np.testing.assert_array_equal(rows, int8.dequantize())


@pytest.mark.parametrize(
    ("cast", "expected"),
    [
        (1 << 20, [(slice(0, 320), [2, 1, 2]), (slice(257, 385), [2])]),
        (3 * 64 * 32, [(slice(0, 192), [2, 1]), (slice(192, 320), [2]), (slice(257, 385), [2])]),
    ],
)
def test_small_matrices_are_multiplied_as_one(monkeypatch, cast, expected):
    """Unless the one before does not end with a full tile."""
    pretended = replace(machine.current(), cast=cast)
    monkeypatch.setattr(machine, "current", lambda: pretended)
    one, other, odd = (quantize(np.ones((n, 32), np.float32)) for n in (128, 64, 65))
    groups = Int8Tiles([one, other, odd, one]).groups
    assert [(columns, list(map(len, tiles))) for columns, tiles in groups] == expected
