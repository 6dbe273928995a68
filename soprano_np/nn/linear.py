"""Matrix products with a checkpoint's weights, float32 or int8."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from soprano_np.nn import machine
from soprano_np.nn.int8 import SCALE, Int8, Int8Tiles
from soprano_np.nn.ops import Floats
from soprano_np.nn.scratch import Buffer
from soprano_np.nn.tiles import FloatTiles

Matrix = Floats | Int8  # [out, in]


class Tiles(Protocol):
    """Weights of `outputs` outputs; `width` counts what fills up the last tile as well."""

    outputs: int
    width: int

    def multiply(self, x: Floats, y: Floats) -> None:
        """x @ weight.T into y: [rows, in] -> [rows, width]."""


TILES: dict[type, Callable[[list[Any]], Tiles]] = {np.ndarray: FloatTiles, Int8: Int8Tiles}


def matrix(tensors: Mapping[str, NDArray[Any]], name: str) -> Matrix:
    """Find a weight [out, in] as it is stored."""
    weight = tensors[name]
    return Int8(weight, tensors[name + SCALE]) if weight.dtype == np.int8 else weight


class Linear:
    """x @ weight.T + bias, with matrices [out, in] joined along out: one product serves them all.

    bias [out].
    """

    def __init__(self, weights: Sequence[Matrix], bias: Floats | None = None) -> None:
        self.bias = bias
        self.outputs = self.width = 0
        self.tiles: list[tuple[slice, Tiles]] = []  # each with the columns that it writes
        for kind, some in groupby(weights, type):
            tiles = TILES[kind](list(some))
            # What fills up a last tile is overwritten by the outputs that follow.
            columns = slice(self.outputs, self.outputs + tiles.width)
            self.tiles.append((columns, tiles))
            self.outputs += tiles.outputs
            self.width = max(self.width, columns.stop)

    def __call__(self, x: Floats, buffer: Buffer | None = None) -> Floats:
        """[rows, in] -> [rows, out], in the buffer if there is one."""
        rows = len(x)
        if rows == 1 and machine.current().small_product is not None:
            x = x.repeat(2, axis=0)  # gemv, numpy's product with a single row, is slower on tiles
        shape = len(x), self.width
        y: Floats = buffer(*shape) if buffer else np.empty(shape, np.float32)
        for columns, tiles in self.tiles:
            tiles.multiply(x, y[:, columns])
        y = y[:rows, : self.outputs]
        if self.bias is not None:
            y += self.bias
        return y
