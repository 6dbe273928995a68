"""Single operations against torch and transformers, and their limits.

Elementwise functions are compared with true values (float64, rounded), so a tolerance in units of
EPS is what float32 rounding of a few operations costs; sums over a vector get a few more.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soprano_np.nn import machine, ops
from soprano_np.nn.machine import Machine

EPS = 2.0**-24  # the relative error of rounding to float32 once


def test_silu(golden, close):
    recorded = golden("operations")
    # exp(-x) is off by the rounding of its result, and with large -x numpy's by another bit
    close(ops.silu(recorded["line"].copy()), recorded["silu"], atol=1e-37, rtol=6 * EPS)


def test_gelu(golden, close):
    recorded = golden("operations")
    line = recorded["line"][None].copy()
    result = ops.gelu(line)
    assert np.shares_memory(result, line)
    # 7e-8 of the polynomial itself, and the roundings of x, up to 12 here
    close(result[0], recorded["gelu"], atol=2e-7, rtol=2 * EPS)


@pytest.mark.parametrize("name", ["silu", "gelu"])
def test_activations_have_their_limits(name):
    x = np.array([[-1e18, -1e10, -0.0, 0.0, 1e10, 1e18]], np.float32)
    assert getattr(ops, name)(x.copy()).tolist() == np.maximum(x, 0).tolist()


@pytest.mark.parametrize("rows", [0, 1, 15, 16, 17, 33, 100])
def test_gelu_takes_any_number_of_rows(rows):
    x = np.random.default_rng(rows).standard_normal((rows, 5), np.float32)
    single = [ops.gelu(row[None].copy()) for row in x]
    np.testing.assert_array_equal(ops.gelu(x.copy()), np.concatenate([x[:0], *single]))


def test_softmax(golden, close):
    recorded = golden("operations")
    scores = recorded["scores"].copy()
    weights = ops.softmax(scores)
    assert np.shares_memory(weights, scores)
    # exp(x - max) inherits the rounding of x - max, here up to 40
    close(weights, recorded["softmax"], atol=2 * EPS, rtol=60 * EPS)
    assert not weights[..., 9:].any()


@given(st.lists(st.floats(-(2.0**120), 2.0**120, width=32), min_size=1, max_size=30))
def test_softmax_sums_to_one(scores):
    weights = ops.softmax(np.array(scores, np.float32))
    assert np.isfinite(weights).all()
    assert weights.sum() == pytest.approx(1, abs=len(scores) * EPS)


def test_rms_norm(golden, close):
    recorded = golden("operations")
    result = ops.rms_norm(recorded["vectors"], recorded["norm_weight"], 1e-6)
    close(result, recorded["rms_norm"], atol=0, rtol=8 * EPS)


def test_rms_norm_takes_any_shape(golden):
    recorded = golden("operations")
    vectors, weight = recorded["vectors"], recorded["norm_weight"]
    before = vectors.copy()
    stacked = ops.rms_norm(vectors[:6].reshape(2, 1, 3, 24), weight, 1e-6)
    np.testing.assert_allclose(
        stacked.reshape(6, 24), ops.rms_norm(vectors, weight, 1e-6)[:6], rtol=8 * EPS
    )
    np.testing.assert_array_equal(vectors, before)


def test_layer_norm(golden, close):
    recorded = golden("operations")
    # A vector all of one value near 5 has no variance, so that eps turns the rounding of its mean,
    # 5 EPS, a thousandfold larger; so it is for torch.
    close(ops.layer_norm(recorded["shifted"].copy(), 1e-6), recorded["layer_norm"], atol=100 * EPS)
    close(
        ops.layer_norm(recorded["shifted"].copy(), 1e-6)[3:], recorded["layer_norm"][3:], atol=3e-6
    )


@pytest.mark.parametrize("small_product", [None, 100])
def test_matmul(monkeypatch, close, small_product):
    monkeypatch.setattr(machine, "current", lambda: Machine(small_product=small_product))
    rng = np.random.default_rng(3)
    x, y = (rng.standard_normal(shape, np.float32) for shape in ((2, 3, 50, 7), (2, 3, 7, 5)))
    sizes, matmul, out = [], np.matmul, np.empty((2, 3, 50, 5), np.float32)

    def measured(x, y, out):
        sizes.append(x.shape[-2] * x.shape[-1] * y.shape[-1])
        return matmul(x, y, out=out)

    monkeypatch.setattr(ops.np, "matmul", measured)
    assert ops.matmul(x, y, out=out) is out
    close(out, np.einsum("...ij,...jk->...ik", x.astype(np.float64), y).astype("f4"), atol=3e-6)
    assert max(sizes) <= (small_product or 50 * 7 * 5)
