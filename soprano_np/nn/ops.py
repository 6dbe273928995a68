"""The arithmetic that every stage shares. Arrays are float32 throughout the package unless said."""

import numpy as np
from numpy.typing import NDArray

from soprano_np.nn import machine
from soprano_np.nn.scratch import Buffer

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def matmul(x: Floats, y: Floats, out: Floats) -> Floats:
    """x @ y into `out`: [..., rows, in] @ [..., in, out] -> [..., rows, out].

    By as few rows at a time as make a small product, where BLAS has those.
    """
    rows, small = x.shape[-2], machine.current().small_product
    most = rows if small is None else max(small // (y.shape[-2] * y.shape[-1]), 1)
    for start in range(0, rows, most):
        some = (..., slice(start, start + most), slice(None))
        np.matmul(x[some], y, out=out[some])
    return out


def rms_norm(x: Floats, weight: Floats, eps: float) -> Floats:
    """Scale each vector to unit root mean square, then by weight.

    [..., hidden] -> [..., hidden]. Zhang and Sennrich 2019, as in Qwen3.
    """
    mean_square = np.einsum("...i,...i->...", x, x) / np.float32(x.shape[-1])
    normed: Floats = x * (1.0 / np.sqrt(mean_square + np.float32(eps)))[..., None]
    normed *= weight
    return normed


def layer_norm(x: Floats, eps: float) -> Floats:
    """Shift each vector to mean zero and scale it to variance one, in place.

    [frames, dim] -> [frames, dim]. Ba et al. 2016, without weight and bias, which the vocoder folds
    into the products that follow.
    """
    x -= np.add.reduce(x, axis=-1, keepdims=True) / np.float32(x.shape[-1])
    variance = np.einsum("ij,ij->i", x, x) / np.float32(x.shape[-1])
    x *= (1.0 / np.sqrt(variance + np.float32(eps)))[:, None]
    return x


def softmax(x: Floats) -> Floats:
    """Turn scores into weights that sum to one along the last axis, in place.

    [..., seq] -> [..., seq]. A score of -inf gets no weight; at least one must be finite.
    """
    x -= np.maximum.reduce(x, axis=-1, keepdims=True)
    np.exp(x, out=x)
    x /= np.add.reduce(x, axis=-1, keepdims=True)
    return x


def silu(x: Floats, out: Floats | None = None) -> Floats:
    """x * sigmoid(x), elementwise, into `out` if given."""
    y: Floats = np.negative(x, out=out)
    with np.errstate(over="ignore"):  # exp(-x) = inf gives the right limit, -0
        np.exp(y, out=y)
    y += np.float32(1)
    return np.divide(x, y, out=y)


# GELU needs the normal distribution function, which numpy lacks and scipy.special computes at
# 15 ns an element, two fifths of a decoder's time. log(Phi(x) / Phi(-x)) is x times a smooth even
# function, here a polynomial in x^2 (weighted minimax fit on |x| <= 5.5, beyond which the factor
# is held: Phi is 0 or 1 there). The result is x * Phi(x) within 7e-8 in exact arithmetic and
# within float32 rounding as computed, at 2 ns an element.
_LOGIT_LIMIT = np.float32(5.5**2)
_LOGIT_COEFFICIENTS = tuple(  # of -log(Phi(x) / Phi(-x)) / x, highest power of x^2 first
    np.float32(coefficient)
    for coefficient in (
        -3.61126617e-09,
        2.66894318e-07,
        -7.93824347e-06,
        1.10480498e-04,
        6.62593811e-05,
        -7.26685673e-02,
        -1.59576845,
    )
)
_GELU_BLOCK = Buffer()
_GELU_ROWS = 32  # rows of 2304 float32 and two scratch blocks of them stay in a 1 MB cache


def gelu(x: Floats, bias: Floats | None = None) -> Floats:
    """x * Phi(x), the exact (erf) Gaussian error linear unit, in place.

    [frames, intermediate] -> [frames, intermediate]. A bias [intermediate] is added to x first,
    while x passes through the cache.
    """
    square, factor = _GELU_BLOCK(2, min(len(x), _GELU_ROWS), x.shape[1])
    highest, *others, lowest = _LOGIT_COEFFICIENTS
    # Huge squares are cut to the limit; far left exp = inf, and x / inf = -0 is right.
    with np.errstate(over="ignore"):
        for start in range(0, len(x), _GELU_ROWS):
            block = x[start : start + _GELU_ROWS]
            t, p = square[: len(block)], factor[: len(block)]
            if bias is not None:
                block += bias
            np.multiply(block, block, out=t)
            np.minimum(t, _LOGIT_LIMIT, out=t)
            np.multiply(t, highest, out=p)
            for coefficient in others:
                p += coefficient
                p *= t
            p += lowest
            p *= block
            np.exp(p, out=p)
            p += np.float32(1)
            block /= p
    return x
