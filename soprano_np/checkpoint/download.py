"""Download a model from the Hub in a process of its own, and watch that something arrives.

What huggingface_hub waits for cannot be interrupted, but a process can be ended: Ctrl-C and silence
end a download at once, on every version of huggingface_hub.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import IO, Any, cast

from soprano_np.checkpoint.snapshot import GIT, Snapshot, folder_name, is_digest

Progress = Callable[[int, int], object]  # called with the bytes so far, and all of them

TIMEOUT = 10  # seconds without a byte after which huggingface_hub connects again
STARTUP = 60.0  # seconds that a slow board may take to import huggingface_hub
POLL = 0.1  # seconds between looks at the files
GRACE = 0.5  # seconds for the process to remove incomplete files
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from soprano_np.checkpoint.fetch import main; main()"
)
SETTINGS = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_SYMLINKS_WARNING": "1",
    "HF_HUB_DISABLE_XET": "1",  # it shows no progress, and keeps the files a second time
    "HF_HUB_ENABLE_HF_TRANSFER": "0",
}


class DownloadError(Exception):
    """A download failed.

    kind: one of fetch.classify, "unanswered" where the Hub listed no files in time, "offline" or
    "uninstalled".
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind, self.reason = kind, reason


@dataclass(frozen=True)
class RemoteFile:
    """A file as the Hub lists it; None where it does not say."""

    size: int | None
    digest: str | None


def silence() -> float:
    """Return the seconds without a byte that end a download: time to connect again once."""
    timeout = os.environ.get("HF_HUB_DOWNLOAD_TIMEOUT", "")
    return 2.0 * (int(timeout) if timeout.isdecimal() and int(timeout) else TIMEOUT)


def download(
    model: str,
    cache: Path,
    choose: Callable[[Collection[str]], list[str]],
    patience: float,
    progress: Progress | None = None,
) -> Snapshot:
    """Download files of a model's main branch to the Hub's cache, and compare them with their hash.

    choose: which of the files that the Hub lists are needed, in order; patience: seconds to wait
    for that list. Raises DownloadError, OSError, and what choose raises.
    """
    job = {"model": model, "cache": str(cache), "timeout": silence() / 2}
    with _Process(job) as process:
        process.wait_for("started", STARTUP)
        listed = process.wait_for("listed", patience)
        commit = listed["commit"]
        if not (is_digest(commit) and len(commit) == GIT):
            raise DownloadError("unreachable", "what answers is not the Hub")
        files = {name: RemoteFile(**values) for name, values in listed["files"].items()}
        names = choose(files)
        process.send(names)
        snapshot = Snapshot(cache / folder_name(model), commit)
        arriving = Arriving(snapshot.repository / "blobs", [files[name] for name in names])
        _watch(process, arriving, progress)
    arriving.clear()
    snapshot.remember({name: files[name].digest for name in names})
    snapshot.publish()
    return snapshot


class Arriving:
    """The bytes of a download, as they appear in a folder of the cache.

    What a download that was killed has left there counts once it grows; it may be another
    process's, for which this one waits.
    """

    def __init__(self, folder: Path, files: Iterable[RemoteFile]) -> None:
        self.folder, self.files = folder, list(files)
        self.total = sum(file.size or 0 for file in self.files)
        self._left = {path: size for path, size in self.sizes().items() if path.suffix}

    def sizes(self) -> dict[Path, int]:
        """Return the size of each file in the folder: DIGEST, DIGEST.incomplete or the like."""
        sizes = {}
        with contextlib.suppress(FileNotFoundError):  # files are renamed when they are complete
            for path in self.folder.iterdir():
                sizes[path] = path.stat().st_size
        return sizes

    def count(self, sizes: dict[Path, int]) -> int:
        """Return how many bytes of the files have arrived."""
        most = dict.fromkeys((file.digest for file in self.files if file.digest), 0)
        for path, size in sizes.items():
            digest = path.name.partition(".")[0]
            if digest in most and self._left.get(path) != size:
                most[digest] = max(most[digest], size)
        return min(sum(most.values()), self.total)

    def clear(self) -> None:
        """Remove what was left of files that are now complete."""
        sizes = self.sizes()
        for path, size in self._left.items():
            complete = path.with_name(path.name.partition(".")[0])
            if sizes.get(path) == size and complete in sizes:
                with contextlib.suppress(OSError):
                    path.unlink()


def _watch(process: "_Process", arriving: Arriving, progress: Progress | None) -> None:
    """Wait until all files are there. Raises DownloadError if nothing arrives for too long."""
    limit = silence()
    waited, before = 0.0, arriving.sizes()
    while (event := process.next(POLL)) != {"event": "done"}:
        sizes = arriving.sizes()
        # Counted in steps, so that a process that was suspended does not see a long silence.
        waited = 0.0 if event or sizes != before else waited + POLL
        before = sizes
        if waited > limit:
            raise DownloadError("failed", process.silent(limit))
        if progress is not None:
            progress(arriving.count(sizes), arriving.total)
    if progress is not None:
        progress(arriving.total, arriving.total)


class _Process:
    """The process that runs fetch.py, and the events that it reports."""

    def __init__(self, job: dict[str, Any]) -> None:
        if not sys.executable or getattr(sys, "frozen", False):
            raise DownloadError("failed", "this program cannot start Python to download it")
        self._warning = ""
        self._events: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._process = subprocess.Popen(  # noqa: S603 (this very Python)
            [sys.executable, "-I", "-c", START, json.dumps(list(map(str, sys.path)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | SETTINGS,
        )
        self._input = cast(IO[bytes], self._process.stdin)
        Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()
        self.send(job)

    def _read(self, output: IO[bytes]) -> None:
        with output:
            for line in output:
                self._events.put(json.loads(line))
        self._events.put(None)

    def send(self, values: object) -> None:
        """Send a line of JSON."""
        with contextlib.suppress(BrokenPipeError):  # the missing answer will be noticed
            self._input.write(json.dumps(values).encode() + b"\n")
            self._input.flush()

    def next(self, seconds: float) -> dict[str, Any] | None:
        """Return the next event, None if there is none in time. Raises DownloadError for a failure.

        The wait is short, since Windows does not interrupt it.
        """
        try:
            event = self._events.get(timeout=seconds)
        except Empty:
            return None
        if event is None:
            raise DownloadError("failed", "the download's process ended unexpectedly")
        if event["event"] == "warning":  # such as that it tries again: no sign of life
            line = event["text"].strip().partition("\n")[0]
            if not line.startswith("Retrying"):
                self._warning = re.sub(
                    r"( while requesting \w+| from) https?://\S+?(?=:? |:?$)", "", line
                )
            return None
        if event["event"] == "failed":
            raise DownloadError(event["kind"], event["reason"])
        return event

    def wait_for(self, name: str, seconds: float) -> dict[str, Any]:
        """Return the event of a name. Raises DownloadError if it does not come in time."""
        waited = 0.0
        while waited < seconds:
            event = self.next(POLL)
            if event and event["event"] == name:
                return event
            waited += 0.0 if event else POLL
        raise DownloadError("unanswered", f"the Hub did not answer within {seconds:g} seconds")

    def silent(self, seconds: float) -> str:
        """Say that nothing came for some seconds, and huggingface_hub's last warning."""
        warning = f"; {self._warning}" if self._warning else ""
        return f"nothing arrived for {seconds:g} seconds{warning}"

    def __enter__(self) -> "_Process":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._input.close()  # which ends the process
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
