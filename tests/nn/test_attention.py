"""Attention against the formula in float64."""

import numpy as np
import pytest

from soprano_np.nn import machine
from soprano_np.nn.attention import attention
from soprano_np.nn.machine import Machine


def formula(q, k, v, mask):
    """The same for each query head by itself, [batch, seq, heads, head_dim]."""
    batch, _, heads, head_dim = q.shape
    result = np.zeros(q.shape)
    for row in range(batch):
        for head in range(heads):
            shared = head // (heads // k.shape[1])
            scores = q[row, :, head].astype(np.float64) @ k[row, shared] / np.sqrt(head_dim)
            weights = np.exp(scores + mask[row])
            weights /= weights.sum(-1, keepdims=True)
            result[row, :, head] = weights @ v[row, shared]
    return result.astype(np.float32)


@pytest.fixture(params=[None, 100], ids=["whole", "small"], autouse=True)
def products(request, monkeypatch):
    monkeypatch.setattr(machine, "current", lambda: Machine(small_product=request.param))


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("seq", [1, 5])
@pytest.mark.parametrize(("heads", "kv_heads"), [(1, 1), (4, 1), (4, 2), (6, 3), (3, 3)])
def test_the_formula(close, batch, seq, heads, kv_heads):
    rng = np.random.default_rng(0)
    q = rng.standard_normal((batch, seq, heads, 8), np.float32)
    k = rng.standard_normal((batch, kv_heads, 8, 7), np.float32)
    v = rng.standard_normal((batch, kv_heads, 7, 8), np.float32)
    future = np.arange(7) > 7 - seq + np.arange(seq)[:, None] - np.arange(batch)[:, None, None]
    mask = np.where(future, np.float32(-np.inf), np.float32(0))
    close(attention(q, k, v, mask), formula(q, k, v, mask), atol=2e-6)
    close(attention(q, k, v), formula(q, k, v, np.zeros_like(mask)), atol=2e-6)
