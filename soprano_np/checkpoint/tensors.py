"""Tensors by name from one memory-mapped file: as float32, converted one at a time, or int8."""

import errno
import math
import mmap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soprano_np.errors import CheckpointError
from soprano_np.fields import label, parse_object, shown
from soprano_np.nn.linear import INT8_COLUMNS, SCALE, Int8

HEADER_BYTES = 100_000_000  # the safetensors format's own bound
MAX_DIMENSIONS = 8
LARGE = 1 << 18  # numbers
# Integers of a file of at most so many bytes are made float32 when it is read: a voice of a few
# million weights then speaks a fifth faster, for a few tens of megabytes.
WIDENED_FILE = 16 << 20
# How each stored kind is read; __getitem__ turns all but I8 into float32.
STORED: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
    "I8": np.dtype("i1"),
}

# In the metadata of a file of int8 weights. Version 1: tiles with scales as linear.py describes,
# the vocoder in the same file, its layer norms folded (see vocoder/backbone.py).
INT8_VERSION_KEY = "soprano_np.int8"
INT8_VERSION = "1"


@dataclass(frozen=True)
class Entry:
    """Where a tensor lies: offset in bytes from the file's start, strides in elements.

    Whoever makes an entry has checked that all of it lies inside the file.
    """

    dtype: str
    shape: tuple[int, ...]
    offset: int
    strides: tuple[int, ...]


class TensorFile(Mapping[str, NDArray[Any]]):
    """A file's tensors by name, read only when asked for.

    A contiguous F32 tensor comes as a read-only view of the file, and so does an I8 tensor of a
    large file: the tiles of a matrix whose scale is a tensor of its own (see linear.py). Anything
    else comes as a new float32 array. shapes are those of whole matrices, [out, in], without their
    scales. Raises CheckpointError where a tensor holds a value that is not finite.
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
            return self._int8(name).widened() if self._widen else self._stored(name)
        return self._finite(name, _float32(self._stored(name), self.dtypes[name]))

    def rows(self, name: str) -> Callable[[NDArray[np.int64]], NDArray[np.float32]]:
        """Give a function that reads rows of a matrix from the file: [rows] -> [rows, columns]."""
        if self.dtypes[name] == "I8":
            return self._int8(name).rows
        self[name]  # which refuses what is not finite
        stored, dtype = self._stored(name), self.dtypes[name]
        return lambda numbers: _float32(stored[numbers], dtype)

    def split(self, *prefixes: str) -> "tuple[TensorFile, TensorFile]":
        """Part the tensors whose names begin otherwise from those whose names begin so."""
        if self._buffer is None:
            raise ValueError(f"{self.path} has been closed")
        sides: tuple[dict[str, Entry], dict[str, Entry]] = {}, {}
        for name, entry in self._entries.items():
            sides[name.startswith(prefixes)][name] = entry
        others, ours = (TensorFile(self.path, self._buffer, s, self.metadata) for s in sides)
        return others, ours

    def _int8(self, name: str) -> Int8:
        return Int8(self._stored(name), self[name + SCALE])

    def _stored(self, name: str) -> NDArray[Any]:
        """Return a view of a tensor as it lies in the file."""
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
        return name in self._entries  # Mapping's own would read the tensor

    def close(self) -> None:
        """Give up the file; views that were handed out keep their memory alive."""
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
        # One pass that allocates nothing; only a sum that is not finite pays for the exact count.
        with np.errstate(over="ignore", invalid="ignore"):
            total = array.sum()
        if not np.isfinite(total):
            bad = array.size - np.count_nonzero(np.isfinite(array))
            if bad:
                raise CheckpointError(
                    f"{self.path}: {label(name)}: {bad:,} of {array.size:,} weights are not finite"
                )
        return array


def open_safetensors(path: Path) -> TensorFile:
    """Open a safetensors file; raises CheckpointError, naming the tensor, where it is not sound."""
    buffer = map_file(path)
    size = len(buffer)
    header_size = int.from_bytes(buffer[:8], "little")
    if size < 8 or header_size > min(size - 8, HEADER_BYTES):
        raise CheckpointError(
            f"{path}: its header would be {header_size:,} bytes of a file of {size:,}: "
            "cut short, or not a safetensors file; download it again"
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


def map_file(path: Path) -> mmap.mmap:
    """Map a file into memory, to be read only; raises CheckpointError."""
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        raise CheckpointError(f"{path}: the file is empty; download it again") from None
    except OSError as error:
        if error.errno == errno.ENOMEM:  # no fault of the file's
            raise
        raise CheckpointError(f"{path}: cannot be read ({error.strerror})") from error


def contiguous_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Give the strides, in elements, of an array whose last axis varies fastest."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def span(shape: tuple[int, ...], strides: tuple[int, ...]) -> int:
    """Count the elements from a tensor's first to its last, both included."""
    return 1 + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))


def is_shape(value: object) -> bool:
    """Tell whether a value read from a file can be a tensor's shape; no dimension may be 0."""
    return (
        isinstance(value, (list, tuple))
        and len(value) <= MAX_DIMENSIONS
        and all(type(n) is int and 0 < n < 1 << 40 for n in value)
    )


def _entry(where: str, value: Any, start: int) -> Entry:
    """Check one tensor's entry in a header; start is where the data begin."""
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
    """Give each tensor's shape, for tiles that of the matrix [out, in]; raises CheckpointError."""
    shapes = {name: entry.shape for name, entry in entries.items()}
    for name, entry in entries.items():
        if entry.dtype != "I8":
            continue
        scale = entries.get(name + SCALE)
        if scale is None or scale.dtype != "F32" or len(scale.shape) != 1:
            raise CheckpointError(
                f"{path}: {label(name)}: expected {SCALE} beside int8 weights, F32 [out]"
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
    """Convert stored values; F32 stays what it is, unless it lies unaligned or strided."""
    if dtype == "F32" and raw.flags.c_contiguous and raw.flags.aligned:
        array: NDArray[np.float32] = raw
        return array
    if raw.size < LARGE:
        array = np.empty(raw.shape, np.float32)
    else:  # malloc would keep 16 MB of what is given back to it; a mapping ends at once
        array = np.frombuffer(mmap.mmap(-1, 4 * raw.size), np.float32).reshape(raw.shape)
    if dtype == "BF16":  # the upper half of a float32
        words = array.view(np.uint32)
        np.left_shift(raw, np.uint32(16), out=words, dtype=np.uint32)
    else:
        array[...] = raw
    return array


def _forget_pages(buffer: mmap.mmap) -> None:
    """Give back the pages of tensors read before, which would count as used memory.

    A view that is still in use gets its pages again when they are touched.
    """
    if hasattr(mmap, "MADV_DONTNEED"):
        buffer.madvise(mmap.MADV_DONTNEED)
