"""Keys and values of the positions a batch of sentences has passed."""

import numpy as np

from soprano_np.lm.config import Qwen3Config
from soprano_np.nn.ops import Floats, Ints

STEP = 256  # positions by which it grows: most sentences need no more


class KVCache:
    """A row for each sentence, and in it what each layer keeps of each position.

    keys [rows, layers, kv_heads, head_dim, capacity], as queries are multiplied by them, and
    values [rows, layers, kv_heads, capacity, head_dim]. A row takes memory when it is written.
    """

    def __init__(self, config: Qwen3Config) -> None:
        layers, kv_heads = config.num_hidden_layers, config.num_key_value_heads
        self.keys: Floats = np.zeros((0, layers, kv_heads, config.head_dim, 0), np.float32)
        self.values: Floats = np.zeros((0, layers, kv_heads, 0, config.head_dim), np.float32)
        self.lengths: Ints = np.zeros(0, np.int64)  # [rows], of what was written

    def reserve(self, rows: int, capacity: int) -> None:
        """Make room for `capacity` positions in each of the first `rows` rows.

        What they hold is kept; rows from `rows` on may be lost.
        """
        present, *outer, present_capacity, head_dim = self.values.shape
        if rows <= present and capacity <= present_capacity:
            return
        kept = min(rows, present)
        if rows > present:
            rows = max(rows, 2 * present)
        rows = max(rows, present)
        capacity = max(-(-capacity // STEP) * STEP, present_capacity)
        # Zeros, not empty: masked positions are multiplied by zero weights, so must be finite.
        keys = np.zeros((rows, *outer, head_dim, capacity), np.float32)
        values = np.zeros((rows, *outer, capacity, head_dim), np.float32)
        lengths = np.zeros(rows, np.int64)
        lengths[:kept] = self.lengths[:kept]
        for row, length in enumerate(lengths[:kept].tolist()):
            keys[row, ..., :length] = self.keys[row, ..., :length]
            values[row, :, :, :length] = self.values[row, :, :, :length]
        self.keys, self.values, self.lengths = keys, values, lengths

    def update_and_fetch(
        self, layer: int, first: int, positions: Ints, keys: Floats, values: Floats
    ) -> tuple[Floats, Floats]:
        """Write a layer's new keys and values and return all that it has of the rows so far.

        positions [batch, seq], consecutive in each row, of rows first, first + 1, ...; keys, values
        [batch, seq, kv_heads, head_dim]. Returns views of those rows up to the last of the
        positions: keys [batch, kv_heads, head_dim, positions], values [batch, kv_heads, positions,
        head_dim].
        """
        batch = len(positions)
        if batch == 1:
            start, length = int(positions[0, 0]), int(positions[0, -1]) + 1
            self.keys[first, layer, :, :, start:length] = keys[0].transpose(1, 2, 0)
            self.values[first, layer, :, start:length] = values[0].transpose(1, 0, 2)
            self.lengths[first] = length
        else:
            rows = np.arange(first, first + batch)[:, None]
            self.keys[:, layer][rows, :, :, positions] = keys
            self.values[:, layer][rows, :, positions] = values
            ends = positions[:, -1] + 1
            self.lengths[first : first + batch] = ends
            length = int(ends.max())
        fetched = slice(first, first + batch)
        return self.keys[fetched, layer, :, :, :length], self.values[fetched, layer, :, :length]

    def move(self, source: int, target: int, length: int) -> None:
        """Copy the first `length` positions of one row over another's."""
        self.keys[target, ..., :length] = self.keys[source, ..., :length]
        self.values[target, :, :, :length] = self.values[source, :, :, :length]
        self.lengths[target] = length

    def clear(self, row: int) -> None:
        """Forget a row's positions: masked ones are multiplied by zero, which NaN survives."""
        self.keys[row] = self.values[row] = 0
