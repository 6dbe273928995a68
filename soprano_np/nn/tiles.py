"""Float32 weights as tiles [blocks, parts, in / parts, columns], and the product with them.

A tile takes one of `parts` of the inputs to one of `blocks` of the outputs; the last block is
filled up with zeros. On two cores 16 and 64 rows take 0.55 and 0.8 of the time of whole matrices.
Where BLAS has no small products a matrix is one tile, [in, out]: turned around from the
checkpoint's [out, in], which takes 0.7 of the time for 8 to 64 rows and the same for one.
"""

from collections.abc import Sequence

import numpy as np

from soprano_np.nn import machine
from soprano_np.nn.ops import Floats
from soprano_np.nn.scratch import Buffer

PARTIAL_SUMS = Buffer()


class FloatTiles:
    """Matrices [out, in] of float32, joined along out."""

    def __init__(self, weights: Sequence[Floats]) -> None:
        self.tiles = tile(weights)
        self.outputs = sum(map(len, weights))
        self.width = len(self.tiles) * self.tiles.shape[-1]  # outputs with what fills the blocks

    def multiply(self, x: Floats, y: Floats) -> None:
        """x @ weight.T into y: [rows, in] -> [rows, width]."""
        multiply(x, self.tiles, y)


def tile(weights: Sequence[Floats]) -> Floats:
    """Join matrices [out, in] along out and cut them: -> [blocks, parts, in / parts, columns]."""
    inputs, outputs = weights[0].shape[1], sum(map(len, weights))
    tiled = machine.current().small_product is not None
    columns = machine.current().tile_columns if tiled else outputs
    parts, blocks = count_parts(inputs), -(-outputs // columns)
    tiles: Floats = np.zeros((blocks, parts, inputs // parts, columns), np.float32)
    start = 0
    for weight in weights:
        for column in range(columns):
            rows = weight[(column - start) % columns :: columns]
            block = -(-(start - column) // columns)  # where the first of the rows goes
            tiles[block : block + len(rows), :, :, column] = rows.reshape(
                len(rows), parts, inputs // parts
            )
        start += len(weight)
    return tiles


def count_parts(inputs: int) -> int:
    """Choose into how many equal parts to cut the inputs."""
    if machine.current().small_product is None:
        return 1
    fewest = -(-inputs // machine.current().tile_rows)
    return next((n for n in range(fewest, 4 * fewest) if inputs % n == 0), 1)


def multiply(x: Floats, tiles: Floats, y: Floats) -> None:
    """x [rows, in] times tiles, into y [rows, blocks * columns]."""
    blocks, parts, height, columns = tiles.shape
    small = machine.current().small_product
    pieces = 1 if small is None else -(-len(x) * height * columns // small)
    for piece in range(pieces):  # as equal as can be
        rows = slice(len(x) * piece // pieces, len(x) * (piece + 1) // pieces)
        outputs = y[rows].reshape(-1, blocks, columns).transpose(1, 0, 2)
        if parts == 1:
            np.matmul(x[rows], tiles[:, 0], out=outputs)
        else:
            inputs = x[rows].reshape(-1, parts, height).transpose(1, 0, 2)
            sums = PARTIAL_SUMS(blocks, *inputs.shape[:2], columns)
            np.add.reduce(np.matmul(inputs, tiles, out=sums), axis=1, out=outputs)
