"""The Hub's cache: where a model's files lie, and which of them are as they were published.

A repository's folder holds refs/main (a commit), snapshots/COMMIT/NAME (links) and blobs/DIGEST.
Beside them, soprano_np/COMMIT.json records which files the commit has and how each looked when its
content was last compared with its digest, so that 280 MB are hashed once.
"""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BLOCK = 1 << 20
SHA256, GIT = 64, 40  # hexadecimal digits of a large file's digest, and of a small one's


@dataclass(frozen=True)
class Snapshot:
    """The files of one commit of a model in the cache."""

    repository: Path
    commit: str

    @property
    def directory(self) -> Path:
        """The directory of the files."""
        return self.repository / "snapshots" / self.commit

    def problems(
        self, names: Collection[str], recheck: bool = False
    ) -> tuple[list[str], list[Path]]:
        """Return the names of missing files, and the paths of damaged ones.

        A file is hashed if its size or time is not the recorded one and the result can be recorded;
        recheck hashes all of them. names: those of the model's files that matter.
        """
        record = self._read()
        missing, damaged = [], []
        updated = dict(record)
        for name in names:
            path = self.directory / name
            known = record.get(name, {})
            if not path.is_file():
                if known:
                    missing.append(name)
                continue
            digest = known.get("digest") or _digest_of_link(path)
            seen = _look(path)
            if digest is None or (known.get("seen") == seen and not recheck):
                continue
            if not os.access(self.repository, os.W_OK):
                continue
            good = matches(path, digest)
            updated[name] = {"digest": digest, "seen": seen if good else None}
            if not good:
                damaged.append(path)
        if updated != record:
            self._write(updated)
        return missing, damaged

    def remember(self, digests: Mapping[str, str | None]) -> None:
        """Record files whose content has just been compared with their digests."""
        self._write(
            {
                name: {"digest": digest, "seen": _look(self.directory / name)}
                for name, digest in digests.items()
            }
        )

    def publish(self) -> None:
        """Make this commit the one that refs/main names. Raises OSError."""
        _replace(self.repository / "refs" / "main", self.commit)

    @property
    def _record(self) -> Path:
        return self.repository / "soprano_np" / f"{self.commit}.json"

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            values = json.loads(self._record.read_bytes())
            return {
                name: dict(entry)
                for name, entry in values.items()
                if entry["digest"] is None or is_digest(entry["digest"])
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}

    def _write(self, record: Mapping[str, Mapping[str, Any]]) -> None:
        with contextlib.suppress(OSError):  # a read-only cache is hashed by whoever may write to it
            _replace(self._record, json.dumps(record))


def folder_name(model: str) -> str:
    """Return the name of a model's folder in the cache."""
    return f"models--{model.replace('/', '--')}"


def current(repository: Path) -> Snapshot | None:
    """Return the snapshot that a repository's refs/main names, None if there is none."""
    try:
        commit = (repository / "refs" / "main").read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return Snapshot(repository, commit) if re.fullmatch(r"[0-9A-Za-z_-]{1,64}", commit) else None


def is_digest(name: str) -> bool:
    """Check whether a name has the form of a digest."""
    return re.fullmatch(rf"[0-9a-f]{{{SHA256}}}|[0-9a-f]{{{GIT}}}", name) is not None


def matches(path: Path, digest: str, alive: Callable[[], object] = lambda: None) -> bool:
    """Check whether a file has a digest: SHA-256, or git's SHA-1 of a small file.

    alive is called every 16 MiB. Raises OSError.
    """
    import hashlib  # loads OpenSSL

    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        hashed = hashlib.sha256()
        if len(digest) == GIT:
            hashed = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        for count, block in enumerate(iter(lambda: file.read(BLOCK), b"")):
            hashed.update(block)
            if count % 16 == 15:
                alive()
    return hashed.hexdigest() == digest


def _look(path: Path) -> list[int]:
    """Return what changes when a file is written to: its size, and the time in seconds."""
    status = path.stat()
    return [status.st_size, int(status.st_mtime)]


def _digest_of_link(path: Path) -> str | None:
    """Return the digest that a blob in the cache is named by, None for other files."""
    try:
        name = os.path.basename(os.readlink(path))
    except OSError:  # not a link, as on Windows
        return None
    return name if is_digest(name) else None


def _replace(path: Path, text: str) -> None:
    """Write a file at once, so that others read all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
