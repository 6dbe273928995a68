"""Write files and folders completely or not at all."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from soprano_np.checkpoint.quantize import sha256


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary name for a file or a folder, which is renamed to path at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file."""
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file with indentation."""
    write_text(path, json.dumps(values, indent=2) + "\n")


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write an .npz file."""
    with whole(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or for a folder that of its .npz files' sorted SHA-256s."""
    if not path.is_dir():
        return sha256(path)
    return hashlib.sha256("".join(sorted(map(sha256, path.glob("*.npz")))).encode()).hexdigest()
