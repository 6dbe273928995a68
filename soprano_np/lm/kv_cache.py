"""Keys and values of the positions a batch of sentences has passed."""

import numpy as np

from soprano_np.lm.config import Qwen3Config
from soprano_np.nn.ops import Floats, Ints

GROWTH = 256  # positions: most sentences need no more


class KVCache:
    """Room for `slots` sentences; `reserve` says for how many positions each.

    keys [slots, layers, kv_heads, head_dim, capacity], as queries are multiplied by them, and
    values [slots, layers, kv_heads, capacity, head_dim]. A slot takes memory when it is used.
    """

    def __init__(self, config: Qwen3Config, slots: int) -> None:
        layers, kv_heads = config.num_hidden_layers, config.num_key_value_heads
        self.keys: Floats = np.zeros((slots, layers, kv_heads, config.head_dim, 0), np.float32)
        self.values: Floats = np.zeros((slots, layers, kv_heads, 0, config.head_dim), np.float32)

    def reserve(self, capacity: int) -> None:
        """Make room for at least `capacity` positions in each slot, keeping what is there."""
        *outer, present, head_dim = self.values.shape
        if capacity > present:
            capacity = -(-capacity // GROWTH) * GROWTH
            # Zeros, not empty: masked positions are multiplied by zero weights, so must be finite.
            keys = np.zeros((*outer, head_dim, capacity), np.float32)
            values = np.zeros((*outer, capacity, head_dim), np.float32)
            keys[..., :present], values[..., :present, :] = self.keys, self.values
            self.keys, self.values = keys, values

    def update(
        self, layer: int, first: int, positions: Ints, keys: Floats, values: Floats, length: int
    ) -> tuple[Floats, Floats]:
        """Write keys and values [batch, seq, kv_heads, head_dim] of slots first, first + 1, ...

        positions [batch, seq], in each row one after the other. Returns views of those slots'
        first `length` positions: keys [batch, kv_heads, head_dim, length], values
        [batch, kv_heads, length, head_dim].
        """
        batch = len(positions)
        slots = slice(first, first + batch)
        if batch == 1:
            run = slice(positions[0, 0], positions[0, -1] + 1)
            self.keys[first, layer, :, :, run] = keys[0].transpose(1, 2, 0)
            self.values[first, layer, :, run] = values[0].transpose(1, 0, 2)
        else:
            rows = np.arange(first, first + batch)[:, None]
            self.keys[:, layer][rows, :, :, positions] = keys
            self.values[:, layer][rows, :, positions] = values
        return self.keys[slots, layer, :, :, :length], self.values[slots, layer, :, :length]

    def move(self, source: int, target: int, length: int) -> None:
        """Copy the first `length` positions of one slot over another's."""
        self.keys[target, ..., :length] = self.keys[source, ..., :length]
        self.values[target, :, :, :length] = self.values[source, :, :, :length]
