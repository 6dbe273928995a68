"""Weights as 8-bit integers with one scale for each output.

A product makes them float32 a few tiles at a time, multiplies while these are in the cache, and
scales the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soprano_np.nn import machine
from soprano_np.nn.ops import Floats, Ints
from soprano_np.nn.scratch import Buffer
from soprano_np.nn.tiles import count_parts, multiply

INT8_COLUMNS = 64  # of a tile; part of the file format
LARGEST = 127  # symmetric: -128 is not used
SCALE = ".scale"  # ends the name of the tensor of scales that goes with one of tiles
CAST_TILES = Buffer()


@dataclass(frozen=True)
class Int8:
    """A matrix [out, in] of integers times one scale for each output.

    tiles [blocks, in, 64]: output 64 * b + c is column c of tile b; the last tile is filled up
    with zeros. scale [out].
    """

    tiles: NDArray[np.int8]
    scale: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """[out, in]."""
        return len(self.scale), self.tiles.shape[1]

    def rows(self, numbers: Ints) -> Floats:
        """Look up outputs as float32: [rows] -> [rows, in]."""
        integers = self.tiles[numbers // INT8_COLUMNS, :, numbers % INT8_COLUMNS]
        rows: Floats = integers * self.scale[numbers, None]
        return rows

    def dequantize(self) -> Floats:
        """Return the whole matrix as float32, [out, in]."""
        integers = self.tiles.transpose(0, 2, 1).reshape(-1, self.tiles.shape[1])
        matrix: Floats = integers[: len(self.scale)] * self.scale[:, None]
        return matrix

    def split(self, most: int) -> "list[Int8]":
        """Split along out into matrices of whole tiles, of about `most` integers each: views."""
        count = min(-(-self.tiles.size // most), len(self.tiles))
        tiles = np.array_split(self.tiles, count)
        ends = INT8_COLUMNS * np.cumsum([len(some) for some in tiles[:-1]], dtype=np.int64)
        return list(map(Int8, tiles, np.split(self.scale, ends)))


def quantize(weight: Floats) -> Int8:
    """Round a matrix [out, in] to 255 steps between minus and plus each output's largest weight."""
    outputs, inputs = weight.shape
    scale = np.abs(weight).max(axis=1) / np.float32(LARGEST)
    steps = weight / np.where(scale > 0, scale, np.float32(1))[:, None]
    integers = np.zeros((-(-outputs // INT8_COLUMNS) * INT8_COLUMNS, inputs), np.int8)
    integers[:outputs] = np.clip(np.rint(steps), -LARGEST, LARGEST)
    tiles = integers.reshape(-1, INT8_COLUMNS, inputs).transpose(0, 2, 1)
    return Int8(np.ascontiguousarray(tiles), scale)


class Int8Tiles:
    """Matrices [out, in] of int8, joined along out; their tiles are not copied."""

    def __init__(self, weights: Sequence[Int8]) -> None:
        inputs = weights[0].shape[1]
        parts = count_parts(inputs)
        self.scale = np.concatenate([weight.scale for weight in weights])
        self.outputs = len(self.scale)
        # What is made float32 at once, with the columns that it writes: the outputs that follow
        # overwrite what fills up a last tile.
        self.groups: list[tuple[slice, list[NDArray[np.int8]]]] = []
        start = 0
        for some in group(weights):
            tiles = [w.tiles.reshape(-1, parts, inputs // parts, INT8_COLUMNS) for w in some]
            self.groups.append((slice(start, start + INT8_COLUMNS * sum(map(len, tiles))), tiles))
            start += sum(len(weight.scale) for weight in some)
        self.width = max(columns.stop for columns, _ in self.groups)

    def multiply(self, x: Floats, y: Floats) -> None:
        """x @ weight.T into y: [rows, in] -> [rows, width]."""
        for columns, integers in self.groups:
            tiles = CAST_TILES(sum(map(len, integers)), *integers[0].shape[1:])
            np.concatenate(integers, out=tiles)
            multiply(x, tiles, y[:, columns])
        y[:, : self.outputs] *= self.scale


def group(weights: Sequence[Int8]) -> list[list[Int8]]:
    """Join small matrices and split large ones, so that the fewest casts do.

    Each group is of about as many integers as the machine's `cast`, and all but the last matrix in
    it end with a full tile.
    """
    most = machine.current().cast
    groups: list[list[Int8]] = []
    for weight in weights:
        for some in weight.split(most):
            before = groups[-1] if groups else []
            full = before and len(before[-1].scale) % INT8_COLUMNS == 0
            if full and sum(each.tiles.size for each in [*before, some]) <= most:
                before.append(some)
            else:
                groups.append([some])
    return groups
