"""Serve model directories on 127.0.0.1 as the Hugging Face Hub does, faults included.

python tools/fake_hub.py [--id OWNER/NAME] [--rate BYTES] DIR [COMMAND ...]

It runs a command with this Hub and an empty cache, or prints the HF_ENDPOINT to set and serves
until Ctrl-C. The first run of the command line, with random weights of the published model's size:

python tools/make_checkpoint.py /tmp/soprano
python tools/fake_hub.py /tmp/soprano soprano-np "Hello world" --max-new-tokens 55

Large files are redirected to a second port, as the Hub redirects them to its storage.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from command import run

from soprano_np.checkpoint.hub import DEFAULT_MODEL

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LFS_NAMES = ("*.safetensors", "*.pth")
PIECE = 1 << 16


@dataclass(frozen=True)
class HubFile:
    """A file of a repository: its path, and how the Hub names its content."""

    path: Path
    size: int
    oid: str  # git's, of a small file
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "HubFile":
        """Hash a file."""
        size, sha256 = path.stat().st_size, hashlib.sha256()
        sha1 = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                sha256.update(piece)
                sha1.update(piece)
        return cls(path, size, sha1.hexdigest(), sha256.hexdigest())

    @property
    def is_lfs(self) -> bool:
        """Whether the Hub keeps it in its large-file storage."""
        return any(self.path.match(pattern) for pattern in LFS_NAMES)

    @property
    def etag(self) -> str:
        """The content's name in the cache."""
        return self.sha256 if self.is_lfs else self.oid


@dataclass
class Ask:
    """A request, as a fault sees it.

    kind: "list", "head" or "get"; name: a file's, "" for a list.
    """

    handler: BaseHTTPRequestHandler
    kind: str
    name: str
    file: HubFile | None

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer with a page; underscores in the headers' names are hyphens."""
        self.handler.send_response(status)
        self.start(len(body), **({"Content_Type": "text/html"} | headers))
        if self.kind != "head":
            self.handler.wfile.write(body)

    def start(self, length: int, **headers: str) -> None:
        """Write the headers, once the status has been."""
        for name, value in {"Content_Length": str(length), **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def send(self, start: int = 0, stop: int | None = None, rate: float | None = None) -> None:
        """Write the bytes of a file, at most `rate` of them a second."""
        assert self.file is not None
        stop = self.file.size if stop is None else stop
        piece = PIECE if rate is None else max(1, min(PIECE, int(rate / 10)))
        with self.file.path.open("rb") as content:
            content.seek(start)
            while start < stop and (data := content.read(min(piece, stop - start))):
                self.handler.wfile.write(data)
                start += len(data)
                if rate is not None:
                    time.sleep(len(data) / rate)


Fault = Callable[[Ask], bool]  # returns whether it has answered


@dataclass
class FakeHub:
    """The Hub's two servers, with the repositories and the faults they have.

    faults are asked in order before each answer. asked: every request so far, (kind, name).
    """

    repositories: dict[str, Path]
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    rate: float | None = None
    _hashed: dict[Path, HubFile] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "FakeHub":
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub.serve(self, "get")

            def do_HEAD(self) -> None:
                hub.serve(self, "head")

            def log_message(self, *arguments: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # clients that leave in the middle are what is tested

        self.servers = [Server(("127.0.0.1", 0), Handler) for _ in range(2)]
        self.endpoint, self.storage = [
            f"http://127.0.0.1:{server.server_port}" for server in self.servers
        ]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def wait(self, seconds: float = 600) -> None:
        """Be silent, at most until the hub closes."""
        self._closing.wait(seconds)

    def file(self, path: Path) -> HubFile:
        """Return a file with its hashes."""
        if path not in self._hashed:
            self._hashed[path] = HubFile.of(path)
        return self._hashed[path]

    def serve(self, handler: BaseHTTPRequestHandler, method: str) -> None:
        """Answer one request."""
        path = handler.path.partition("?")[0]
        if listing := re.fullmatch(r"/api/models/([^/]+/[^/]+)", path):
            self._list(Ask(handler, "list", "", None), listing[1])
        elif resolve := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._resolve(handler, method, *resolve.groups())
        elif stored := re.fullmatch(r"/stored/([^/]+/[^/]+)/(.+)", path):
            found = self.file(self.repositories[stored[1]] / stored[2])
            self._content(Ask(handler, method, stored[2], found), {"ETag": f'"{found.sha256}"'})
        else:
            Ask(handler, method, "", None).answer(404, b"<html>no such page</html>")

    def _fails(self, ask: Ask) -> bool:
        self.asked.append((ask.kind, ask.name))
        return any(fault(ask) for fault in list(self.faults))

    def _list(self, ask: Ask, model: str) -> None:
        if self._fails(ask):
            return
        if model not in self.repositories:
            refuse(ask, 404, "RepoNotFound", "Repository not found")
            return
        siblings: list[dict[str, Any]] = []
        for path in sorted(self.repositories[model].iterdir()):
            found = self.file(path)
            entry: dict[str, Any] = {
                "rfilename": path.name,
                "size": found.size,
                "blobId": found.oid,
            }
            if found.is_lfs:
                entry["lfs"] = {"sha256": found.sha256, "size": found.size, "pointerSize": 134}
            siblings.append(entry)
        answer_json(ask, model_json(model, siblings))

    def _resolve(
        self, handler: BaseHTTPRequestHandler, method: str, model: str, revision: str, name: str
    ) -> None:
        path = self.repositories.get(model, Path("nowhere")) / name
        found = self.file(path) if path.is_file() else None
        ask = Ask(handler, method, name, found)
        if found is None:
            self._fails(ask)
            refuse(ask, 404, "EntryNotFound", "Entry not found")
            return
        headers = {"X_Repo_Commit": COMMIT, "ETag": f'"{found.etag}"'}
        if not found.is_lfs:
            self._content(ask, headers)
        elif not (method == "head" and self._fails(ask)):
            handler.send_response(302)
            ask.start(
                0,
                X_Linked_Size=str(found.size),
                X_Linked_ETag=f'"{found.sha256}"',
                Location=f"{self.storage}/stored/{model}/{name}",
                **headers,
            )

    def _content(self, ask: Ask, headers: dict[str, str]) -> None:
        if self._fails(ask):
            return
        assert ask.file is not None
        size, start = ask.file.size, 0
        if wanted := re.fullmatch(r"bytes=(\d+)-", ask.handler.headers.get("Range", "")):
            start = int(wanted[1])
            if start >= size:
                ask.answer(416, Content_Range=f"bytes */{size}")
                return
            headers |= {"Content_Range": f"bytes {start}-{size - 1}/{size}"}
        ask.handler.send_response(206 if wanted else 200)
        ask.start(size - start, Accept_Ranges="bytes", **headers)
        if ask.kind == "get":
            ask.send(start, rate=self.rate)


def only(kind: str, name: str, answer: Callable[[Ask], object], times: int = sys.maxsize) -> Fault:
    """Make a fault of some requests: those of a kind for a file, the first `times` of them."""
    left = [times]

    def fault(ask: Ask) -> bool:
        if (ask.kind, ask.name) != (kind, name) or not left[0]:
            return False
        left[0] -= 1
        answer(ask)
        return True

    return fault


def model_json(model: str, siblings: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the Hub's description of a repository."""
    return {
        "_id": "0",
        "id": model,
        "modelId": model,
        "sha": COMMIT,
        "private": False,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "siblings": siblings,
    }


def answer_json(ask: Ask, values: object, status: int = 200, **headers: str) -> None:
    """Answer with JSON."""
    body = json.dumps(values).encode()
    ask.answer(status, body, **{"Content_Type": "application/json; charset=utf-8"}, **headers)


def refuse(ask: Ask, status: int, code: str, message: str) -> None:
    """Answer with an error of the Hub."""
    headers = {"X_Error_Message": message} | ({"X_Error_Code": code} if code else {})
    answer_json(ask, {"error": message}, status, **headers)


def main() -> int:
    """Run the tool and return the command's exit code."""
    parser = argparse.ArgumentParser(description="Serve a model directory as the Hub does.")
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--id", default=DEFAULT_MODEL, metavar="OWNER/NAME")
    parser.add_argument("--rate", type=float, metavar="BYTES", help="a second, at most")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    options = parser.parse_args()
    with (
        FakeHub({options.id: options.directory}, rate=options.rate) as hub,
        tempfile.TemporaryDirectory() as home,
    ):
        settings = {"HF_ENDPOINT": hub.endpoint, "HF_HOME": home, "HF_HUB_OFFLINE": "0"}
        if options.command:
            environment = os.environ | settings | {"NO_PROXY": "127.0.0.1"}
            return subprocess.run(options.command, env=environment).returncode
        print(f"HF_ENDPOINT={hub.endpoint}", flush=True)
        hub.wait(threading.TIMEOUT_MAX)
        return 0


if __name__ == "__main__":
    sys.exit(run("fake_hub", main))
