"""Scaled dot-product attention. Vaswani et al. 2017; with grouped heads, Ainslie et al. 2023."""

import numpy as np

from soprano_np.nn.ops import Floats, matmul, softmax
from soprano_np.nn.scratch import Buffer

SCORES = Buffer()
MIXED = Buffer()


def attention(q: Floats, k: Floats, v: Floats, mask: Floats | None = None) -> Floats:
    """softmax(q @ k.T / sqrt(head_dim) + mask) @ v for each head.

    q [batch, seq, heads, head_dim]; k [batch, kv_heads, head_dim, positions], transposed already;
    v [batch, kv_heads, positions, head_dim]; mask [batch, seq, positions], 0 where a position is
    visible, else -inf -> [batch, seq, heads, head_dim]. Neighbouring heads share a key and value
    head if there are fewer of those.
    """
    batch, seq, heads, head_dim = q.shape
    kv_heads, positions = k.shape[1], k.shape[-1]
    q = (q * np.float32(head_dim**-0.5)).transpose(0, 2, 1, 3)
    q = q.reshape(batch, kv_heads, heads // kv_heads * seq, head_dim)
    scores = matmul(q, k, out=SCORES(*q.shape[:-1], positions))
    if mask is not None:
        by_head = scores.reshape(batch, heads, seq, positions)
        by_head += mask[:, None]
    mixed = matmul(softmax(scores), v, out=MIXED(*q.shape))
    return mixed.reshape(batch, heads, seq, head_dim).transpose(0, 2, 1, 3)
