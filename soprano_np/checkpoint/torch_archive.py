"""Read the tensors of a file written by torch.save: a zip archive of a pickle and raw data."""

import io
import mmap
import re
import struct
import zipfile
from pathlib import Path

from soprano_np.checkpoint.mapping import map_file
from soprano_np.checkpoint.tensors import TensorFile
from soprano_np.checkpoint.torch_pickle import read_pickle
from soprano_np.errors import CheckpointError
from soprano_np.fields import label, shown

PICKLE_BYTES = 1 << 20  # a real one has about 10 kB
DIRECTORY_BYTES = 1 << 20  # likewise
DESCRIBED = 1 << 3  # a flag: the CRC follows the data, as torch writes it
UTF8 = 1 << 11  # a flag


def open_torch_archive(path: Path) -> TensorFile:
    """Open a state_dict written by torch.save. Raises CheckpointError for any other content."""
    buffer = map_file(path)
    if buffer[:4] != b"PK\x03\x04":
        raise CheckpointError(
            f"{path}: not a zip archive as written by torch.save since torch 1.6; "
            "load it in torch and save it again"
        )
    records = _records(path, buffer)
    pickles = [name for name in records if re.fullmatch(r"[^/]+/data\.pkl", name)]
    if len(pickles) != 1:
        raise CheckpointError(f"{path}: expected one data.pkl inside, found {len(pickles)}")
    prefix = pickles[0].removesuffix("data.pkl")
    offset, size = records[pickles[0]]
    if size > PICKLE_BYTES:
        raise CheckpointError(
            f"{path}: data.pkl has {size:,} bytes; expected at most {PICKLE_BYTES:,}"
        )
    if prefix + "byteorder" in records:
        start, length = records[prefix + "byteorder"]
        order = buffer[start : start + min(length, 16)]
        if order != b"little":
            raise CheckpointError(f"{path}: byteorder must be little, found {shown(order)}")
    storages = {
        name.removeprefix(prefix + "data/"): record
        for name, record in records.items()
        if name.startswith(prefix + "data/")
    }
    pickle = buffer[offset : offset + size]
    return TensorFile(path, buffer, read_pickle(pickle, storages, f"{path}: data.pkl"))


class _Archive(io.FileIO):
    """A file of which zipfile reads no more than a directory at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_BYTES:
            raise ValueError(f"its directory has {size:,} bytes")
        return super().read(-1 if size is None else size)


def _records(path: Path, buffer: mmap.mmap) -> dict[str, tuple[int, int]]:
    """Map each file inside the archive to its (offset, size) in bytes.

    Raises CheckpointError if one is compressed, encrypted, longer than the archive, there twice,
    named to be written outside it, or another file than the directory says.
    """
    try:
        with _Archive(path) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except Exception as error:  # zipfile raises many kinds for damaged input
        raise CheckpointError(
            f"{path}: a damaged zip archive ({shown(str(error))}); download it again"
        ) from None
    records: dict[str, tuple[int, int]] = {}
    for member in members:
        name = member.orig_filename
        where = f"{path}: {label(name)}"
        parts = name.split("/")
        if "\\" in name or "" in parts or ".." in parts or ":" in name:
            raise CheckpointError(f"{where}: refused: not a name that torch.save writes")
        if name in records:
            raise CheckpointError(f"{where}: appears twice in the archive")
        if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
            raise CheckpointError(f"{where}: refused: compressed or encrypted; expected raw data")
        records[name] = _record(where, member, buffer)
    return records


def _record(where: str, member: zipfile.ZipInfo, buffer: mmap.mmap) -> tuple[int, int]:
    """Return a member's (offset, size), checked against the header and CRC beside its data."""
    local = member.header_offset
    header = buffer[max(local, 0) : max(local, 0) + 30]
    if local < 0 or len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise CheckpointError(f"{where}: its header is damaged; download the file again")
    flags, method, crc, name_size, extra_size = struct.unpack("<6xHH4xL8xHH", header)
    offset, size = local + 30 + name_size + extra_size, member.file_size
    if size != member.compress_size or offset + size > len(buffer):
        raise CheckpointError(f"{where}: its {size:,} bytes are not in the file; download it again")
    encoding = "utf-8" if member.flag_bits & UTF8 else "cp437"  # as zipfile has decoded it
    name, expected = buffer[local + 30 : local + 30 + name_size], member.orig_filename
    if name != expected.encode(encoding):
        raise CheckpointError(
            f"{where}: expected its name where its data are, found {shown(name)}; "
            "download the file again"
        )
    if flags & DESCRIBED:
        crc = int.from_bytes(buffer[offset + size + 4 : offset + size + 8], "little")
    if (flags, method, crc) != (member.flag_bits, member.compress_type, member.CRC):
        raise CheckpointError(
            f"{where}: its header and the directory differ: flags, method and CRC "
            f"{flags}, {method}, {crc:08x} and {member.flag_bits}, {member.compress_type}, "
            f"{member.CRC:08x}; download the file again"
        )
    return offset, size
