"""Matrix products with a checkpoint's weights: the one place that knows how they are stored."""

from collections.abc import Sequence

import numpy as np

from soprano_np.ops import Floats
from soprano_np.parallel import TILED
from soprano_np.scratch import scratch

# OpenBLAS takes a product for small if it has at most so many multiplications (see parallel.py).
SMALL_PRODUCT = 1_000_000
TILE_COLUMNS = 64
TILE_ROWS = 768  # at most, which makes 200 kB: a tile stays in the second-level cache


class Linear:
    """x @ weight + bias, with weight cut into tiles [blocks, parts, 1, in / parts, columns].

    A tile takes one of `parts` of the inputs to one of `blocks` of the outputs; the last block is
    filled up with zeros. 16 and 64 rows take 0.55 and 0.8 of the time of whole matrices on two
    cores. Where BLAS has no small products there is one tile, [in, out]: turned around from the
    checkpoint's [out, in], which takes 0.7 of the time for 8 to 64 rows and the same for one.
    """

    def __init__(self, weights: Sequence[Floats], bias: Floats | None = None) -> None:
        """Join checkpoint matrices [out, in] along out, so that one product serves them all."""
        inputs, self.outputs = weights[0].shape[1], sum(len(weight) for weight in weights)
        parts, columns = _tiling(inputs) if TILED else (1, self.outputs)
        blocks, height = -(-self.outputs // columns), inputs // parts
        self.weight: Floats = np.zeros((blocks, parts, 1, height, columns), np.float32)
        start = 0
        for weight in weights:
            for column in range(columns):
                rows = weight[(column - start) % columns :: columns]
                block = -(-(start - column) // columns)  # where the first of the rows goes
                tiles = self.weight[block : block + len(rows), :, 0, :, column]
                tiles[:] = rows.reshape(-1, parts, height)
            start += len(weight)
        self.bias = bias

    def __call__(self, x: Floats, name: str | None = None) -> Floats:
        """[rows, in] -> [rows, out], in the scratch array `name` if that is given."""
        blocks, parts, _, height, columns = self.weight.shape
        if TILED and len(x) == 1:  # gemv, which numpy takes for a single row, is slower on tiles
            return self(np.repeat(x, 2, axis=0), name)[:1]
        shape = len(x), blocks * columns
        y: Floats = np.empty(shape, np.float32) if name is None else scratch(name, *shape)
        most = max(SMALL_PRODUCT // (height * columns), 1) if TILED else len(x)
        start = 0
        while start < len(x):
            rows = len(x) - start
            size = -(-rows // -(-rows // most))  # as equal as can be
            groups = rows // size
            stop = start + groups * size
            inputs = x[start:stop].reshape(1, groups, size, parts, height).transpose(0, 3, 1, 2, 4)
            outputs = y[start:stop].reshape(groups, size, blocks, columns).transpose(2, 0, 1, 3)
            if parts == 1:
                np.matmul(inputs, self.weight, out=outputs[:, None])
            else:
                partial = scratch("partial", blocks, parts, groups, size, columns)
                np.add.reduce(np.matmul(inputs, self.weight, out=partial), axis=1, out=outputs)
            start = stop
        y = y[:, : self.outputs]
        if self.bias is not None:
            y += self.bias
        return y


def product(x: Floats, y: Floats, out: Floats) -> Floats:
    """x @ y into out, by rows few enough for small products: [..., rows, in] @ [..., in, out]."""
    rows, size = x.shape[-2], y.shape[-2] * y.shape[-1]
    most = max(SMALL_PRODUCT // size, 1) if TILED else rows
    for start in range(0, rows, most):
        some = (..., slice(start, start + most), slice(None))
        np.matmul(x[some], y, out=out[some])
    return out


def _tiling(inputs: int) -> tuple[int, int]:
    """Choose the parts of the inputs, equal ones, and the columns of a tile."""
    fewest = -(-inputs // TILE_ROWS)
    parts = next((n for n in range(fewest, 4 * fewest) if inputs % n == 0), 1)
    return parts, TILE_COLUMNS
