"""Matrix products against float64."""

import numpy as np
import pytest

from soprano_np.nn import tiles
from soprano_np.nn.int8 import Int8, quantize
from soprano_np.nn.linear import Linear, matrix
from soprano_np.nn.scratch import Buffer

pytestmark = pytest.mark.usefixtures("tiled")


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


def test_products_are_small_where_that_helps(monkeypatch, tiled):
    sizes = []

    def matmul(x, y, out=None):
        sizes.append(x.shape[-2] * x.shape[-1] * y.shape[-1])
        return np.einsum("...ij,...jk->...ik", x, y, out=out)

    monkeypatch.setattr(tiles.np, "matmul", matmul)
    x = np.ones((40, 30), np.float32)
    assert (Linear([np.ones((9, 30), np.float32)])(x) == 30).all()
    assert (max(sizes) <= 100) is tiled


def test_the_result_is_in_the_buffer(matrices):
    buffer = Buffer()
    y = Linear(matrices[1:3], matrices[3])(matrices[0], buffer)
    assert np.shares_memory(y, buffer(3, 7))
    np.testing.assert_array_equal(y, Linear(matrices[1:3], matrices[3])(matrices[0]))


def test_neither_input_nor_weights_change(matrices):
    before = [array.copy() for array in matrices]
    Linear(matrices[1:3], matrices[3])(matrices[0])
    for array, copy in zip(matrices, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("integers", [(1, 2, 4), (0, 2, 3), (0, 1, 2, 3), (4,)])
def test_int8_and_float32_can_be_joined(close, integers):
    rng = np.random.default_rng(7)
    x = rng.standard_normal((5, 11), np.float32)
    weights = [rng.standard_normal((size, 11), np.float32) for size in (3, 70, 9, 2, 65)]
    bias = rng.standard_normal(149, np.float32)
    mixed = [quantize(w) if i in integers else w for i, w in enumerate(weights)]
    plain = [w.rows(np.arange(len(w.scale))) if isinstance(w, Int8) else w for w in mixed]
    exact = x.astype(np.float64) @ np.concatenate(plain).T + bias
    close(Linear(mixed, bias)(x), exact.astype(np.float32), atol=2e-5)


def test_a_matrix_comes_as_it_is_stored():
    weight = np.ones((2, 3), np.float32)
    int8 = quantize(weight)
    tensors = {"a": weight, "b": int8.tiles, "b.scale": int8.scale}
    assert matrix(tensors, "a") is weight
    assert matrix(tensors, "b").tiles is int8.tiles
