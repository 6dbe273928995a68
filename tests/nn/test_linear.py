"""Matrix products against float64."""

import numpy as np
import pytest

from soprano_np.nn import linear
from soprano_np.nn.linear import Int8, Linear, matrix, product, quantize


@pytest.fixture(params=[False, True], ids=["whole", "tiled"], autouse=True)
def tiled(request, monkeypatch):
    """Store weights each way, whatever this machine prefers, and with tiles of a few numbers."""
    monkeypatch.setattr(linear, "TILED", request.param)
    monkeypatch.setattr(linear, "TILE_COLUMNS", 4)
    monkeypatch.setattr(linear, "TILE_ROWS", 6)
    monkeypatch.setattr(linear, "SMALL_PRODUCT", 100)
    return request.param


@pytest.fixture
def matrices():
    """Return input [3, 11] and two weights [out, in] with a bias for both."""
    rng = np.random.default_rng(0)
    shapes = (3, 11), (5, 11), (2, 11), (7,)
    return [rng.standard_normal(shape, np.float32) for shape in shapes]


# A sum of 11 products of normal numbers rounds by a few 1e-7.
def test_joined_weights_give_both_products(matrices, close):
    x, first, second, _ = matrices
    exact = x.astype(np.float64) @ np.concatenate([first, second]).T
    close(Linear([first, second])(x), exact.astype(np.float32), atol=3e-6)


def test_the_bias_is_added(matrices, close):
    x, first, second, bias = matrices
    exact = x.astype(np.float64) @ np.concatenate([first, second]).T + bias
    close(Linear([first, second], bias)(x), exact.astype(np.float32), atol=3e-6)


@pytest.mark.parametrize("shape", [(0, 11), (1, 11), (40, 11)])
def test_any_number_of_rows(matrices, close, shape):
    x = np.random.default_rng(1).standard_normal(shape, np.float32)
    exact = x.astype(np.float64) @ matrices[1].T
    close(Linear([matrices[1]])(x), exact.astype(np.float32), atol=3e-6)


@pytest.mark.parametrize("inputs", [1, 6, 7, 12, 13, 30])
@pytest.mark.parametrize("outputs", [1, 4, 9])
@pytest.mark.parametrize("rows", [1, 2, 5, 9, 23])
def test_any_shape(close, inputs, outputs, rows):
    rng = np.random.default_rng(2)
    x = rng.standard_normal((rows, inputs), np.float32)
    weight = rng.standard_normal((outputs, inputs), np.float32)
    close(Linear([weight])(x), (x.astype(np.float64) @ weight.T).astype(np.float32), atol=9e-6)


def test_rows_that_lie_apart(matrices, close):
    x = np.repeat(matrices[0], 2, axis=0)
    close(Linear([matrices[1]])(x[::2]), Linear([matrices[1]])(matrices[0]), atol=1e-6)


def test_product_of_many_matrices(close):
    rng = np.random.default_rng(3)
    x, y = (rng.standard_normal(shape, np.float32) for shape in ((2, 3, 50, 7), (2, 3, 7, 5)))
    out = np.empty((2, 3, 50, 5), np.float32)
    assert product(x, y, out=out) is out
    close(out, (x.astype(np.float64) @ y).astype(np.float32), atol=3e-6)


def test_products_are_small_where_that_helps(monkeypatch, tiled):
    sizes = []

    def matmul(x, y, out=None):
        sizes.append(x.shape[-2] * x.shape[-1] * y.shape[-1])
        return np.einsum("...ij,...jk->...ik", x, y, out=out)

    monkeypatch.setattr(linear.np, "matmul", matmul)
    x = np.ones((40, 30), np.float32)
    assert (Linear([np.ones((9, 30), np.float32)])(x) == 30).all()
    assert (product(x, np.ones((30, 2), np.float32), np.empty((40, 2), np.float32)) == 30).all()
    assert (max(sizes) <= 100) is tiled


def test_neither_input_nor_weights_change(matrices):
    before = [array.copy() for array in matrices]
    Linear(matrices[1:3], matrices[3])(matrices[0])
    for array, copy in zip(matrices, before, strict=True):
        np.testing.assert_array_equal(array, copy)


# int8


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
    np.testing.assert_array_equal(int8.widened(), integers * scale[:, None])
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
    monkeypatch.setattr(linear, "CAST", cast)
    rng = np.random.default_rng(6)
    x = rng.standard_normal((rows, inputs), np.float32)
    int8 = quantize(rng.standard_normal((outputs, inputs), np.float32))
    exact = x.astype(np.float64) @ int8.rows(np.arange(outputs)).T
    close(Linear([int8])(x), exact.astype(np.float32), atol=2e-5)


def test_int8_and_float32_can_be_joined(close):
    rng = np.random.default_rng(7)
    x = rng.standard_normal((5, 11), np.float32)
    weights = [rng.standard_normal((size, 11), np.float32) for size in (3, 70, 9, 2, 65)]
    bias = rng.standard_normal(149, np.float32)
    mixed = [quantize(w) if i in (1, 2, 4) else w for i, w in enumerate(weights)]
    plain = [w.rows(np.arange(len(w.scale))) if isinstance(w, Int8) else w for w in mixed]
    exact = x.astype(np.float64) @ np.concatenate(plain).T + bias
    close(Linear(mixed, bias)(x), exact.astype(np.float32), atol=2e-5)


def test_a_matrix_comes_as_it_is_stored():
    weight = np.ones((2, 3), np.float32)
    int8 = quantize(weight)
    tensors = {"a": weight, "b": int8.tiles, "b.scale": int8.scale}
    assert matrix(tensors, "a") is weight
    assert matrix(tensors, "b").tiles is int8.tiles


def test_int8_weights_are_not_copied():
    int8 = quantize(np.ones((640, 64), np.float32))
    sections = [tiles for _, tiles in Linear([int8]).sections]
    assert all(np.shares_memory(tiles, int8.tiles) for (tiles,) in sections)


def test_small_int8_matrices_are_multiplied_as_one():
    one, other, odd = (quantize(np.ones((n, 32), np.float32)) for n in (128, 64, 65))
    sections = Linear([one, other, odd, one]).sections
    # The last does not follow whole tiles.
    assert [(start, list(map(len, tiles))) for start, tiles in sections] == [
        (0, [2, 1, 2]),
        (257, [2]),
    ]
