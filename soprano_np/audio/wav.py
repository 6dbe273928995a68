"""WAV files: collected piece by piece, written whole or not at all."""

import os
import stat
import struct
import tempfile
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from soprano_np.audio.loudness import peak_gain, soft_clip
from soprano_np.nn.ops import Floats

Encoding = Literal["pcm16", "float32"]

BLOCK_SAMPLES = 1 << 18  # encoded at once
MEMORY_BYTES = 1 << 24  # longer recordings are kept in a temporary file
UNKNOWN = 0xFFFFFFFF  # the length of a stream; players read until it ends
MAX_DATA_BYTES = (1 << 32) - 256  # a WAV file counts its bytes in 32 bits


def encode(samples: Floats, encoding: Encoding) -> bytes:
    """Encode samples [samples] in little-endian order; 16-bit ones are clipped at full scale."""
    if encoding == "float32":
        return samples.astype("<f4", copy=False).tobytes()
    pcm: NDArray[np.int16] = np.rint(np.clip(samples, -1, 1) * np.float32(32767)).astype("<i2")
    return pcm.tobytes()


def wav_header(sample_rate: int, samples: int | None, encoding: Encoding) -> bytes:
    """Return what precedes the samples of a mono file; `samples` is None for a stream."""
    width = 2 if encoding == "pcm16" else 4
    pcm, ieee_float = 1, 3
    code = pcm if encoding == "pcm16" else ieee_float
    form = struct.pack("<HHIIHH", code, 1, sample_rate, sample_rate * width, width, 8 * width)
    chunks = [(b"fmt ", form)]
    if code != pcm:  # formats other than PCM carry the length once more
        count = UNKNOWN if samples is None else samples
        chunks = [(b"fmt ", form + struct.pack("<H", 0)), (b"fact", struct.pack("<I", count))]
    before = b"".join(name + struct.pack("<I", len(body)) + body for name, body in chunks)
    data = UNKNOWN if samples is None else samples * width
    whole = UNKNOWN if samples is None else 4 + len(before) + 8 + data
    riff = struct.pack("<4sI4s", b"RIFF", whole, b"WAVE")
    return riff + before + struct.pack("<4sI", b"data", data)


class Recording:
    """Collects samples for a file, long recordings on disk, so that memory does not grow.

    It is a context manager. The temporary file lies in the directory of `target`, if given.
    """

    def __init__(self, sample_rate: int, target: Path | None = None) -> None:
        self.sample_rate = sample_rate
        self.samples = 0
        self.peak = 0.0
        beside = None  # /dev is no place for a temporary file
        if target is not None and not _is_device(target):
            beside = os.path.dirname(os.path.realpath(target))
        self._file = tempfile.SpooledTemporaryFile(MEMORY_BYTES, dir=beside)  # noqa: SIM115 (__exit__)

    def __enter__(self) -> "Recording":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, samples: Floats) -> None:
        """Append samples [samples]; raises ValueError beyond what a WAV file can hold."""
        if 4 * (self.samples + len(samples)) > MAX_DATA_BYTES:
            hours = self.samples / self.sample_rate / 3600
            raise ValueError(f"a WAV file holds at most 4 GiB, {hours:.1f} hours; split the text")
        self.peak = max(self.peak, float(np.abs(samples).max(initial=0)))
        self._file.seek(4 * self.samples)  # over what an interrupted append may have left
        self._file.write(samples.astype(np.float32, copy=False).tobytes())
        self.samples += len(samples)  # last: an interrupted piece does not count

    def write(self, target: BinaryIO, encoding: Encoding, normalize: bool) -> None:
        """Write everything as a WAV file; `normalize` brings the peak to -6 dBFS."""
        target.write(wav_header(self.sample_rate, self.samples, encoding))
        for block in self._blocks():
            if normalize:
                block = soft_clip(block * np.float32(peak_gain(self.peak)))
            target.write(encode(block, encoding))
        target.flush()

    def save(self, path: Path, encoding: Encoding, normalize: bool) -> None:
        """Write a file that appears whole or not at all; an older one stays as it was until then.

        Raises OSError that names the file.
        """
        try:
            if _is_device(path):  # which cannot be replaced
                with open(path, "wb") as target:
                    self.write(target, encoding, normalize)
            else:  # a link is followed, not replaced
                self._replace(Path(os.path.realpath(path)), encoding, normalize)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error

    def _replace(self, path: Path, encoding: Encoding, normalize: bool) -> None:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:32]}.")
        try:
            with open(handle, "wb") as target:
                self.write(target, encoding, normalize)
                os.fsync(handle)
            os.chmod(name, _mode(path))
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)  # missing if it was interrupted at the very end
            raise

    def _blocks(self) -> Iterator[Floats]:
        self._file.seek(0)
        for start in range(0, self.samples, BLOCK_SAMPLES):
            count = min(BLOCK_SAMPLES, self.samples - start)
            yield np.frombuffer(self._file.read(4 * count), np.float32)


def check_target(target: str | PathLike[str]) -> None:
    """Raise OSError now if a file could not be written to `target` later."""
    path = Path(target)
    if path.is_dir() or os.fspath(target).endswith(("/", os.sep)):
        raise IsADirectoryError(f"{target}: expected a file to write, found a directory")
    places = [path] if path.exists() else []
    if not _is_device(path):
        directory = Path(os.path.realpath(path)).parent
        if not directory.is_dir():
            raise FileNotFoundError(f"{path}: no such directory: {directory}")
        places.append(directory)  # for the temporary file
    for place in places:
        if not os.access(place, os.W_OK):
            raise PermissionError(f"{place}: permission denied")


def _is_device(path: Path) -> bool:
    """Return whether there is something other than a file, such as a device or a pipe."""
    return path.exists() and not path.is_file()


def _mode(path: Path) -> int:
    """Return the permissions of the file, or those of a new one."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
