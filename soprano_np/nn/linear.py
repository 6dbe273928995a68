"""Matrix products with a checkpoint's weights: the one place that knows how they are stored.

Weights are float32, or 8-bit integers with one scale for each output (Int8). A product with
integers makes them float32 a few tiles at a time, multiplies while these are in the cache, and
scales the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soprano_np.nn.ops import Floats, Ints
from soprano_np.nn.parallel import TILED
from soprano_np.nn.scratch import scratch

# OpenBLAS takes a product for small if it has at most so many multiplications (see parallel.py).
SMALL_PRODUCT = 1_000_000
TILE_COLUMNS = 64
TILE_ROWS = 768  # at most, which makes 200 kB: a tile stays in the second-level cache

# Integers made float32 in one go. Small boards have half a megabyte of cache to a core. Processors
# with AVX-512 share tens of megabytes, and what counts there is to spend the time in few calls.
CAST = 1_200_000 if TILED else 131_072

INT8_COLUMNS = 64  # of a tile of integers; this one is part of the file format
LARGEST = 127  # symmetric: -128 is not used
SCALE = ".scale"  # ends the name of the tensor of scales that goes with one of tiles


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

    def widened(self) -> Floats:
        """Give all outputs as float32, [out, in]."""
        integers = self.tiles.transpose(0, 2, 1).reshape(-1, self.tiles.shape[1])
        matrix: Floats = integers[: len(self.scale)] * self.scale[:, None]
        return matrix


Matrix = Floats | Int8


def quantize(weight: Floats) -> Int8:
    """Round a matrix [out, in] to 255 steps between minus and plus each output's largest weight."""
    outputs, inputs = weight.shape
    scale = np.abs(weight).max(axis=1) / np.float32(LARGEST)
    steps = weight / np.where(scale > 0, scale, np.float32(1))[:, None]
    integers = np.zeros((-(-outputs // INT8_COLUMNS) * INT8_COLUMNS, inputs), np.int8)
    integers[:outputs] = np.clip(np.rint(steps), -LARGEST, LARGEST)
    tiles = integers.reshape(-1, INT8_COLUMNS, inputs).transpose(0, 2, 1)
    return Int8(np.ascontiguousarray(tiles), scale)


def matrix(tensors: Mapping[str, NDArray[Any]], name: str) -> Matrix:
    """Find a weight as it is stored."""
    weight = tensors[name]
    return Int8(weight, tensors[name + SCALE]) if weight.dtype == np.int8 else weight


class Linear:
    """x @ weight + bias, with weight cut into tiles [blocks, parts, in / parts, columns].

    A tile takes one of `parts` of the inputs to one of `blocks` of the outputs; the last block is
    filled up with zeros. 16 and 64 rows take 0.55 and 0.8 of the time of whole matrices on two
    cores. Where BLAS has no small products a float32 matrix is one tile, [in, out]: turned around
    from the checkpoint's [out, in], which takes 0.7 of the time for 8 to 64 rows and the same for
    one.
    """

    def __init__(self, weights: Sequence[Matrix], bias: Floats | None = None) -> None:
        """Join checkpoint matrices [out, in] along out, so that one product serves them all."""
        self.bias = bias
        self.scale: Floats | None = None  # of each output, where integers are among the weights
        self.sections: list[tuple[int, list[NDArray[Any]]]] = []  # first output, tiles side by side
        self.outputs = 0
        if any(isinstance(weight, Int8) for weight in weights):
            ones = [
                w.scale if isinstance(w, Int8) else np.ones(len(w), np.float32) for w in weights
            ]
            self.scale = np.concatenate(ones)
        for _, group in groupby(weights, lambda weight: isinstance(weight, Int8)):
            floats = []
            for weight in group:
                if isinstance(weight, Int8):
                    self._add(_cut(weight.tiles), len(weight.scale), CAST)
                else:
                    floats.append(weight)
            if floats:
                tiles = _tiles(floats)
                self._add(tiles, sum(map(len, floats)), tiles.size)
        # What fills up a last block is overwritten by the next section.
        self.width = max(start + _columns(tiles) for start, tiles in self.sections)

    def _add(self, tiles: NDArray[Any], outputs: int, most: int) -> None:
        """Add tiles of some outputs, in sections of about `most` numbers."""
        start = self.outputs
        self.outputs += outputs
        if self.sections:
            first, joined = self.sections[-1]
            size = sum(each.size for each in [*joined, tiles])
            adjoin = joined[0].dtype == tiles.dtype and first + _columns(joined) == start
            if adjoin and size <= most:
                joined.append(tiles)
                return
        for section in np.array_split(tiles, min(-(-tiles.size // most), len(tiles))):
            self.sections.append((start, [section]))
            start += _columns([section])

    def __call__(self, x: Floats, name: str | None = None) -> Floats:
        """[rows, in] -> [rows, out], in the scratch array `name` if that is given."""
        rows = len(x)
        if TILED and rows == 1:  # gemv, which numpy takes for a single row, is slower on tiles
            x = x.repeat(2, axis=0)
        shape = len(x), self.width
        y: Floats = np.empty(shape, np.float32) if name is None else scratch(name, *shape)
        for start, joined in self.sections:
            tiles = joined[0]
            if tiles.dtype == np.int8:
                tiles = scratch("cast", sum(map(len, joined)), *tiles.shape[1:])
                np.concatenate(joined, out=tiles)
            _multiply(x, tiles, y[:, start : start + len(tiles) * tiles.shape[-1]])
        y = y[:rows, : self.outputs]
        if self.scale is not None:
            y *= self.scale
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


def _multiply(x: Floats, tiles: Floats, y: Floats) -> None:
    """x [rows, in] times tiles, into y [rows, blocks * columns]."""
    blocks, parts, height, columns = tiles.shape
    pieces = -(-len(x) * height * columns // SMALL_PRODUCT) if TILED else 1
    for piece in range(pieces):  # as equal as can be
        rows = slice(len(x) * piece // pieces, len(x) * (piece + 1) // pieces)
        outputs = y[rows].reshape(-1, blocks, columns).transpose(1, 0, 2)
        if parts == 1:
            np.matmul(x[rows], tiles[:, 0], out=outputs)
        else:
            inputs = x[rows].reshape(-1, parts, height).transpose(1, 0, 2)
            partial = scratch("partial", blocks, *inputs.shape[:2], columns)
            np.add.reduce(np.matmul(inputs, tiles, out=partial), axis=1, out=outputs)


def _tiles(weights: Sequence[Floats]) -> Floats:
    """Join matrices [out, in] along out and cut them into tiles."""
    inputs, outputs = weights[0].shape[1], sum(map(len, weights))
    parts, columns = (_parts(inputs), TILE_COLUMNS) if TILED else (1, outputs)
    blocks, height = -(-outputs // columns), inputs // parts
    every: Floats = np.zeros((blocks, parts, height, columns), np.float32)
    start = 0
    for weight in weights:
        for column in range(columns):
            rows = weight[(column - start) % columns :: columns]
            block = -(-(start - column) // columns)  # where the first of the rows goes
            tiles = every[block : block + len(rows), :, :, column]
            tiles[:] = rows.reshape(-1, parts, height)
        start += len(weight)
    return every


def _columns(tiles: Sequence[NDArray[Any]]) -> int:
    """Count the outputs of tiles side by side, with those that fill up a block."""
    return sum(len(each) * each.shape[-1] for each in tiles)


def _cut(tiles: NDArray[np.int8]) -> NDArray[np.int8]:
    """[blocks, in, columns] -> [blocks, parts, in / parts, columns], a view."""
    blocks, inputs, columns = tiles.shape
    parts = _parts(inputs) if TILED else 1
    return tiles.reshape(blocks, parts, inputs // parts, columns)


def _parts(inputs: int) -> int:
    """Choose into how many equal parts to cut the inputs."""
    fewest = -(-inputs // TILE_ROWS)
    return next((n for n in range(fewest, 4 * fewest) if inputs % n == 0), 1)
