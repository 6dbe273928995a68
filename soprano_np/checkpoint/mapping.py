"""Map the files of weights into memory."""

import errno
import mmap
import os
from pathlib import Path

from soprano_np.errors import CheckpointError
from soprano_np.fields import open_file

FILE_BYTES = 2_000_000_000  # the published weights have 160 MB; a 32-bit system could map no more


def map_file(path: Path) -> mmap.mmap:
    """Map a file of up to FILE_BYTES into memory, read-only. Raises CheckpointError."""
    size = 0
    try:
        with open_file(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size == 0:
                raise CheckpointError(f"{path}: the file is empty; download it again")
            if size > FILE_BYTES:
                raise CheckpointError(
                    f"{path}: expected at most {FILE_BYTES:,} bytes, found {size:,}; "
                    "it is damaged or not a Soprano model; download it again"
                )
            return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise CheckpointError(
                f"{path}: not enough memory for its {size:,} bytes; "
                "close other programs, or use an int8 copy of the model"
            ) from error
        raise CheckpointError(f"{path}: cannot be read ({error.strerror})") from error
