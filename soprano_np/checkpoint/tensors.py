"""Read the tensors of a memory-mapped file by name, as float32 or int8; write safetensors."""

import json
import math
import mmap
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soprano_np.checkpoint.mapping import map_file
from soprano_np.errors import CheckpointError
from soprano_np.fields import label, parse_object, shown
from soprano_np.nn.int8 import INT8_COLUMNS, SCALE, Int8

HEADER_BYTES = 8 << 20  # the published one has 22 kB; Python needs up to 30 times its size
MAX_DIMENSIONS = 8
LARGE = 1 << 18  # elements
ALIGNMENT = 64  # bytes: data start at a multiple, so that no tile straddles a cache line
# The int8 weights of a file up to this many bytes become float32 when they are read: a voice of a
# few million weights then speaks a fifth faster, for a few tens of megabytes.
WIDENED_FILE = 16 << 20
# How each dtype is stored; looking up a tensor converts all but I8 to float32.
STORED: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
    "I8": np.dtype("i1"),
}

# In the metadata of a file of int8 weights. Version 1 has tiles and scales as nn/int8.py describes,
# and the vocoder in the same file with its layer norms folded (see vocoder/backbone.py).
INT8_VERSION_KEY = "soprano_np.int8"
INT8_VERSION = "1"
QUANTIZE_COMMAND = "python -m soprano_np.checkpoint.quantize"


@dataclass(frozen=True)
class Entry:
    """Where a tensor lies in its file: offset in bytes, strides in elements.

    The code that creates an entry has checked that it lies inside the file.
    """

    dtype: str
    shape: tuple[int, ...]
    offset: int
    strides: tuple[int, ...]


class TensorFile(Mapping[str, NDArray[Any]]):
    """The tensors of a file by name, each read when it is looked up.

    A contiguous F32 tensor is a read-only view of the file, and so is an I8 tensor of a large file,
    which holds the tiles of a matrix whose scale is another tensor. Anything else is a new float32
    array. shapes are those of whole matrices [out, in], without the scales. Raises CheckpointError
    for a tensor with NaN or infinity in it.
    """

    def __init__(
        self,
        path: Path,
        buffer: mmap.mmap,
        entries: Mapping[str, Entry],
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.path, self.metadata = path, metadata or {}
        self.shapes = _matrix_shapes(path, entries)
        self.dtypes = {name: entry.dtype for name, entry in entries.items()}
        self._buffer: mmap.mmap | None = buffer
        self._widen = len(buffer) <= WIDENED_FILE
        self._entries = entries

    def __getitem__(self, name: str) -> NDArray[Any]:
        if self.dtypes[name] == "I8":
            return self._int8(name).dequantize() if self._widen else self._stored(name)
        return self._finite(name, _float32(self._stored(name), self.dtypes[name]))

    def rows(self, name: str) -> Callable[[NDArray[np.int64]], NDArray[np.float32]]:
        """Return a function that reads rows of a matrix: [rows] -> [rows, columns]."""
        if self.dtypes[name] == "I8":
            return self._int8(name).rows
        self[name]  # raises for NaN and infinity
        stored, dtype = self._stored(name), self.dtypes[name]
        return lambda numbers: _float32(stored[numbers], dtype)

    def split(self, *prefixes: str) -> "tuple[TensorFile, TensorFile]":
        """Split into the tensors without any of the prefixes and those with one."""
        if self._buffer is None:
            raise ValueError(f"{self.path} has been closed")
        without: dict[str, Entry] = {}
        having: dict[str, Entry] = {}
        for name, entry in self._entries.items():
            (having if name.startswith(prefixes) else without)[name] = entry
        return (
            TensorFile(self.path, self._buffer, without, self.metadata),
            TensorFile(self.path, self._buffer, having, self.metadata),
        )

    def _int8(self, name: str) -> Int8:
        return Int8(self._stored(name), self[name + SCALE])

    def _stored(self, name: str) -> NDArray[Any]:
        """Return a view of a tensor as it is stored."""
        entry = self._entries[name]
        if self._buffer is None:
            raise ValueError(f"{self.path} has been closed")
        _forget_pages(self._buffer)
        stored = STORED[entry.dtype]
        count = span(entry.shape, entry.strides)
        raw = np.frombuffer(self._buffer, stored, count, entry.offset)
        if entry.strides == contiguous_strides(entry.shape):
            return raw.reshape(entry.shape)
        steps = [stride * stored.itemsize for stride in entry.strides]
        return np.lib.stride_tricks.as_strided(raw, entry.shape, steps)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries  # Mapping would look it up, and so read it

    def close(self) -> None:
        """Close the file; the views returned keep their memory alive."""
        if self._buffer is not None:
            _forget_pages(self._buffer)
        self._buffer = None

    def __enter__(self) -> "TensorFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _finite(self, name: str, array: NDArray[np.float32]) -> NDArray[np.float32]:
        # The sum allocates nothing; the exact count is only needed if it is not finite.
        with np.errstate(over="ignore", invalid="ignore"):
            total = array.sum()
        if not np.isfinite(total):
            bad = array.size - np.count_nonzero(np.isfinite(array))
            if bad:
                raise CheckpointError(
                    f"{self.path}: {label(name)}: {bad:,} of {array.size:,} weights are NaN or "
                    "infinity"
                )
        return array


# The safetensors package copies each tensor that it reads for numpy, and refuses bfloat16. Here the
# file is mapped: float32 and int8 weights need no memory of their own, and processes share them.
def open_safetensors(path: Path) -> TensorFile:
    """Open a safetensors file. Raises CheckpointError, naming the tensor, if it is damaged."""
    buffer = map_file(path)
    size = len(buffer)
    header_size = int.from_bytes(buffer[:8], "little")
    most = min(max(size - 8, 0), HEADER_BYTES)
    if size < 8 or header_size > most:
        raise CheckpointError(
            f"{path}: its header would be {header_size:,} bytes of a file of {size:,}, expected at "
            f"most {most:,}; it is incomplete or not a Soprano model; download it again"
        )
    start = 8 + header_size
    header = parse_object(buffer[8:start], f"{path}: header")
    metadata = header.pop("__metadata__", None)
    entries = {name: _entry(f"{path}: {label(name)}", v, start) for name, v in header.items()}
    position = start
    for name, entry in sorted(entries.items(), key=lambda item: item[1].offset):
        if entry.offset != position:
            what = "overlaps the tensor before it" if entry.offset < position else "follows a gap"
            raise CheckpointError(f"{path}: {label(name)}: {what}")
        position += math.prod(entry.shape) * STORED[entry.dtype].itemsize
    if position != size:
        raise CheckpointError(
            f"{path}: its tensors end at byte {position:,}, but the file has {size:,}; "
            "download it again"
        )
    return TensorFile(path, buffer, entries, metadata if isinstance(metadata, dict) else None)


def write_safetensors(
    path: Path,
    entries: Mapping[str, tuple[str, tuple[int, ...]]],
    read: Callable[[str], NDArray[Any]],
    metadata: Mapping[str, str],
) -> None:
    """Write a safetensors file, in the order of entries and with one tensor in memory at a time.

    entries: the dtype (a key of STORED) and the shape of each tensor. read: returns a tensor's
    values as they are stored, bfloat16 as 16-bit words. The same input gives the same bytes, which
    the safetensors package does not: it shuffles the metadata.
    """
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, (dtype, shape) in entries.items():
        begin, end = end, end + math.prod(shape) * STORED[dtype].itemsize
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, (dtype, _) in entries.items():
            file.write(np.ascontiguousarray(read(name), STORED[dtype]).data)


def contiguous_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides, in elements, of an array whose last axis varies fastest."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def span(shape: tuple[int, ...], strides: tuple[int, ...]) -> int:
    """Count the elements of the file from a tensor's first to its last."""
    return 1 + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))


def is_shape(value: object) -> bool:
    """Check whether a value read from a file can be a tensor's shape; no dimension may be 0."""
    return (
        isinstance(value, (list, tuple))
        and len(value) <= MAX_DIMENSIONS
        and all(type(n) is int and 0 < n < 1 << 40 for n in value)
    )


def _entry(where: str, value: Any, start: int) -> Entry:
    """Check the entry of one tensor in a header; start is where the data begin."""
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise CheckpointError(f"{where}: expected dtype, shape and data_offsets")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in STORED:
        raise CheckpointError(f"{where}: expected {', '.join(STORED)}, found {shown(dtype)}")
    if not is_shape(shape):
        raise CheckpointError(f"{where}: not a shape: {shown(shape)}")
    if (
        not isinstance(offsets, list)
        or [type(offset) for offset in offsets] != [int, int]
        or not 0 <= offsets[0] <= offsets[1]
    ):
        raise CheckpointError(f"{where}: not a pair of offsets: {shown(offsets)}")
    begin, end = offsets
    expected = math.prod(shape) * STORED[dtype].itemsize
    if end - begin != expected:
        raise CheckpointError(
            f"{where}: {dtype} {shape} takes {expected:,} bytes, found {shown(end - begin)}"
        )
    return Entry(dtype, tuple(shape), start + begin, contiguous_strides(tuple(shape)))


def _matrix_shapes(path: Path, entries: Mapping[str, Entry]) -> dict[str, tuple[int, ...]]:
    """Return each tensor's shape, for tiles that of the matrix [out, in]."""
    shapes = {name: entry.shape for name, entry in entries.items()}
    for name, entry in entries.items():
        if entry.dtype != "I8":
            continue
        scale = entries.get(name + SCALE)
        if scale is None or scale.dtype != "F32" or len(scale.shape) != 1:
            raise CheckpointError(
                f"{path}: {label(name)}: expected int8 weights to have a {SCALE} tensor, F32 [out]"
            )
        outputs = scale.shape[0]
        blocks = -(-outputs // INT8_COLUMNS)
        if len(entry.shape) != 3 or entry.shape[::2] != (blocks, INT8_COLUMNS):
            raise CheckpointError(
                f"{path}: {label(name)}: expected int8 tiles [{blocks}, in, {INT8_COLUMNS}] for "
                f"{outputs} outputs, found {list(entry.shape)}"
            )
        shapes[name] = outputs, entry.shape[1]
        del shapes[name + SCALE]
    return shapes


def _float32(raw: NDArray[Any], dtype: str) -> NDArray[np.float32]:
    """Convert stored values to float32; F32 is returned as it is if contiguous and aligned."""
    if dtype == "F32" and raw.flags.c_contiguous and raw.flags.aligned:
        array: NDArray[np.float32] = raw
        return array
    if raw.size < LARGE:
        array = np.empty(raw.shape, np.float32)
    else:  # malloc would keep up to 16 MB of freed memory; a mapping is returned at once
        array = np.frombuffer(mmap.mmap(-1, 4 * raw.size), np.float32).reshape(raw.shape)
    if dtype == "BF16":  # the upper half of a float32
        words = array.view(np.uint32)
        np.left_shift(raw, np.uint32(16), out=words, dtype=np.uint32)
    else:
        array[...] = raw
    return array


def _forget_pages(buffer: mmap.mmap) -> None:
    """Release the pages of tensors read so far, which would count as used memory.

    A view still in use reads its pages again when they are touched.
    """
    if hasattr(mmap, "MADV_DONTNEED"):
        buffer.madvise(mmap.MADV_DONTNEED)
