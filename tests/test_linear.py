"""Matrix products against float64."""

import numpy as np
import pytest

from soprano_np.linear import Linear


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


def test_neither_input_nor_weights_change(matrices):
    before = [array.copy() for array in matrices]
    Linear(matrices[1:3], matrices[3])(matrices[0])
    for array, copy in zip(matrices, before, strict=True):
        np.testing.assert_array_equal(array, copy)
