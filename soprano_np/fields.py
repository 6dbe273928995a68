"""Read JSON and check each value, with errors that name the file and the key."""

import json
import math
import os
import stat
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from soprano_np.errors import CheckpointError

CONFIG_BYTES = 1 << 20  # real ones are about 1 kB
TOKENIZER_BYTES = 8 << 20  # the published one has 1.6 MB


def parse_object(text: bytes | str, source: str) -> dict[str, Any]:
    """Parse one JSON object. Raises CheckpointError for anything else, or a repeated key."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
            raise CheckpointError(f"{source}: the key {shown(twice)} appears twice")
        return values

    try:
        values = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{source}: not valid JSON ({error}); download it again") from None
    if not isinstance(values, dict):
        raise CheckpointError(f"{source}: expected a JSON object, found {shown(values)}")
    return values


def read_object(path: Path, max_bytes: int = CONFIG_BYTES) -> dict[str, Any]:
    """Read a JSON object from a file. Raises CheckpointError, also beyond max_bytes."""
    return parse_object(read_bytes(path, max_bytes), str(path))


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Read a whole file. Raises CheckpointError if it cannot, or beyond max_bytes."""
    try:
        with open_file(path) as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > max_bytes:
        raise CheckpointError(f"{path}: expected at most {max_bytes:,} bytes, found more")
    return data


def open_file(path: Path) -> BinaryIO:
    """Open a regular file. Raises CheckpointError for a pipe or device, OSError for a directory."""

    def opener(name: str, flags: int) -> int:
        # Opening a named pipe would wait for a writer; Windows has neither.
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    file = open(path, "rb", opener=opener)  # noqa: SIM115 (for the caller to close)
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise CheckpointError(f"{path}: expected a regular file, found a pipe or a device")


def shown(value: object) -> str:
    """Format a value for an error message, shortened: a hostile file must not fill the screen."""
    if isinstance(value, int) and value.bit_length() > 256:
        return "a huge number"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def label(name: str) -> str:
    """Format a tensor or file name for an error message: as it is if printable, else escaped."""
    return name if name.isprintable() and 0 < len(name) <= 80 else shown(name)


class Fields:
    """The values of a JSON object, read by type and range; null counts as absent.

    Every method raises CheckpointError, naming source and key, unless the value is as expected.
    """

    def __init__(self, values: Mapping[str, Any], source: str) -> None:
        self.values = values
        self.source = source

    def get(self, name: str) -> Any:
        """Return a value unchecked, None if absent."""
        return self.values.get(name)

    def error(self, name: str, expected: str) -> CheckpointError:
        """Return the error that says what was expected and what was found."""
        found = shown(self.values[name]) if name in self.values else "nothing"
        return CheckpointError(f"{self.source}: {label(name)} must be {expected}, found {found}")

    def integer(self, name: str, low: int, high: int) -> int:
        """Return a whole number from low to high, which must be there."""
        value = self.optional_integer(name, low, high)
        if value is None:
            raise self.error(name, f"a whole number from {low} to {high}")
        return value

    def optional_integer(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number from low to high, or None if absent."""
        value = self.get(name)
        if value is None:
            return None
        if type(value) is not int or not low <= value <= high:
            raise self.error(name, f"a whole number from {low} to {high}")
        return value

    def optional_number(self, name: str, low: float, high: float) -> float | None:
        """Return a number from low to high, or None if absent."""
        value = self.get(name)
        if value is None:
            return None
        # The range is tested first: float() of a whole number beyond 1e308 would raise.
        if type(value) not in (int, float) or not low <= value <= high or not math.isfinite(value):
            raise self.error(name, f"a number from {low:g} to {high:g}")
        return float(value)

    def optional_boolean(self, name: str) -> bool | None:
        """Return true or false, or None if absent."""
        value = self.get(name)
        if value is not None and type(value) is not bool:
            raise self.error(name, "true or false")
        return value
