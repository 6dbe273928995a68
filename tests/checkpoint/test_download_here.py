"""Downloads on this machine: several processes, ends in the middle, disks and folders."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_hub import COMMIT, FakeHub

from soprano_np.checkpoint import hub as finding
from soprano_np.checkpoint.hub import DEFAULT_MODEL, cache_directory, resolve
from soprano_np.errors import CheckpointError

WEIGHTS = "model.safetensors"


def problem() -> str:
    with pytest.raises(CheckpointError) as caught:
        resolve()
    return str(caught.value)


def incomplete() -> list[Path]:
    return list(cache_directory().glob("*/blobs/*.*"))


def test_two_processes(fake_hub: FakeHub) -> None:
    fake_hub.rate = 30_000
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(resolve("me/voice"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 2
    assert found[0] == found[1]
    assert len(list(found[0].iterdir())) == 6
    assert not incomplete()


RUN = "from soprano_np.checkpoint.hub import resolve; print(resolve('me/voice'), flush=True)"


@pytest.fixture
def downloading(
    fake_hub: FakeHub, until: Callable[[Callable[[], object]], None]
) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Return a function that starts a process and waits until it is in the middle of a download."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        fake_hub.rate = 10_000
        path = str(Path(finding.__file__).parents[2])
        environment = os.environ | {"PYTHONPATH": path}
        process = subprocess.Popen(
            [sys.executable, "-c", RUN], env=environment, stderr=subprocess.DEVNULL
        )
        started.append(process)
        until(lambda: ("get", WEIGHTS) in fake_hub.asked)
        until(lambda: any(path.stat().st_size for path in incomplete()))
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_download_leaves_no_process_and_is_run_again(
    fake_hub: FakeHub,
    downloading: Callable[[], "subprocess.Popen[bytes]"],
    until: Callable[[Callable[[], object]], None],
    number: int,
) -> None:
    process = downloading()
    process.send_signal(number)
    process.wait()
    sizes: list[dict[Path, int]] = [{}]

    def still() -> bool:
        time.sleep(0.6)
        sizes.append({path: path.stat().st_size for path in incomplete()})
        return sizes[-1] == sizes[-2]

    until(still)  # nobody downloads any more
    fake_hub.rate = None
    assert resolve("me/voice").name == COMMIT
    assert not incomplete()


def test_what_a_killed_download_left_is_no_progress(fake_hub: FakeHub, published: Path) -> None:
    resolve("me/voice")
    (blob,) = (path for path in cache_directory().glob("*/blobs/*") if path.stat().st_size == 44400)
    left = blob.with_name(f"{blob.name}.0a1b2c3d.incomplete")
    blob.rename(left)
    fake_hub.rate = 20_000
    seen: list[int] = []
    resolve("me/voice", lambda done, total: seen.append(done))
    assert min(seen) < 60_000
    assert not left.exists()


def test_a_full_disk(fake_hub: FakeHub) -> None:
    # A limit stands in for it: huggingface_hub meets the same kind of error.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        line = problem()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert line == (
        f"{DEFAULT_MODEL}: cannot be stored in the cache {cache_directory()} (model.safetensors: "
        "File too large); set HF_HOME to a folder with room that can be written, pass the path of "
        "a copied model directory or pass builtin"
    )


@pytest.mark.parametrize("kind", ["a file", "below a file", "below nothing that can be made"])
def test_an_unusable_home(
    fake_hub: FakeHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    (tmp_path / "file").touch()
    homes: dict[str, Any] = {"a file": tmp_path / "file", "below a file": tmp_path / "file" / "hf"}
    monkeypatch.setenv("HF_HOME", str(homes.get(kind, "/proc/nothing")))
    line = problem()
    assert line.startswith(f"{DEFAULT_MODEL}: cannot be stored in the cache {cache_directory()} (")
    assert "; set HF_HOME to a folder" in line
    assert not caplog.messages
    assert not fake_hub.asked
