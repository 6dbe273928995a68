"""Ask huggingface_hub for a model's files, in the process that download.py starts.

A process can be ended at any moment, whatever huggingface_hub is waiting for, and its settings and
warnings are not those of the user's program. Its standard input has a line of JSON that names the
model, and one that names the files; its output is an event a line (see download.py).
"""

import errno
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from soprano_np.checkpoint.snapshot import is_digest, matches

NETWORK = ("requests", "urllib3", "httpx", "httpx2", "httpcore", "httpcore2")
LOCAL = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EEXIST,
    errno.EFBIG,
    errno.EIO,
    errno.EISDIR,
    errno.ELOOP,
    errno.ENAMETOOLONG,
    errno.ENOENT,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}  # what a file system says
BUSY = (429, 500, 502, 503, 504)
PORTAL = "something else answers in its place, such as a network's login page"
CHUNK = 1 << 14  # bytes after which progress shows; 10 MiB take slow lines a minute
ATTEMPTS = 5  # to download a file
GRACE = 0.3  # seconds to remove an incomplete file in

Send = Callable[..., None]


def main() -> None:
    """List and fetch the files of a model; the process that started this one says which."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # whatever others print

    def send(event: str, **values: object) -> None:
        events.write(json.dumps({"event": event, **values}) + "\n")
        events.flush()

    orders: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    try:
        _work(orders, send)
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    finally:
        os._exit(0)  # without waiting for anybody's threads


def _listen(orders: "SimpleQueue[Any]") -> None:
    """Pass each line of the input on; at its end, end this process.

    The input ends when the process that started this one closes it or ends itself.
    """
    for line in sys.stdin:
        orders.put(json.loads(line))
    if hasattr(signal, "pthread_kill"):  # also interrupts what the main thread waits for
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
        time.sleep(GRACE)
    os._exit(1)


def _work(orders: "SimpleQueue[Any]", send: Send) -> None:
    job = orders.get()
    name, listing = "", False
    try:
        _prepare(send, job["cache"])
        listing = True
        commit, files = _list(job["model"], job["timeout"])
        listing = False
        send("listed", commit=commit, files=files)
        for name in orders.get():
            _fetch(send, job, commit, name, files[name]["digest"])
        send("done")
    except BrokenPipeError:
        raise
    except Exception as error:  # network, Hub and disk raise many kinds
        kind, reason = classify(error, listing)
        if kind == "unreachable" and not listing:  # it was there a moment ago
            kind = "failed"
        send("failed", kind=kind, reason=f"{name}: {reason}" if name else reason)


def _prepare(send: Send, cache: str) -> None:
    """Import huggingface_hub and pass its warnings on. Raises OSError for an unusable cache."""
    os.makedirs(cache, exist_ok=True)
    if not os.access(cache, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), cache)
    import huggingface_hub
    from huggingface_hub import constants, file_download

    for module in (constants, file_download):  # which of them is read depends on the version
        if hasattr(module, "DOWNLOAD_CHUNK_SIZE"):
            vars(module)["DOWNLOAD_CHUNK_SIZE"] = CHUNK

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            send("warning", text=record.getMessage())

    logger = logging.getLogger(huggingface_hub.__name__)
    logger.handlers = [Handler(logging.WARNING)]
    logger.propagate = False
    send("started")


def _list(model: str, timeout: float) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the commit of a model's main branch and its files: name -> size and digest."""
    from huggingface_hub import model_info

    info = model_info(model, files_metadata=True, timeout=timeout)
    files = {}
    for sibling in info.siblings or ():
        digest = sibling.lfs.sha256 if sibling.lfs else sibling.blob_id
        known = isinstance(digest, str) and is_digest(digest)  # some mirrors do not say
        files[sibling.rfilename] = {"size": sibling.size, "digest": digest if known else None}
    if not isinstance(info.sha, str):
        raise TypeError("the Hub named no commit")
    return info.sha, files


def _fetch(send: Send, job: dict[str, Any], commit: str, name: str, digest: str | None) -> None:
    """Download a file unless it is in the cache, and a second time if its content is wrong."""
    from huggingface_hub import hf_hub_download

    force = False  # starts at the first byte, where what an earlier download left may be at fault
    for attempt in range(ATTEMPTS):
        try:
            path = hf_hub_download(
                job["model"],
                name,
                revision=commit,
                cache_dir=job["cache"],
                etag_timeout=job["timeout"],
                force_download=force,
            )
        except Exception as error:
            cut = type(error).__name__ == "ChunkedEncodingError"  # newer versions resume themselves
            if attempt + 1 == ATTEMPTS or not (cut or (_is_wrong_size(error) and not force)):
                raise
            force = force or not cut
            continue
        if digest is None or matches(Path(path), digest, lambda: send("alive")):
            return
        for wrong in (Path(os.path.realpath(path)), Path(path)):  # or other programs would read it
            wrong.unlink(missing_ok=True)
        if force:
            break
        force = True
    raise ValueError("its content does not match its hash on the Hub")


def _is_wrong_size(error: Exception) -> bool:
    response = getattr(error, "response", None)
    return (type(error) is OSError and error.errno is None) or (
        response is not None and response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    )


def classify(error: Exception, listing: bool) -> tuple[str, str]:
    """Return the kind of an error, and the reason in words.

    kinds: "gated", "absent", "refused" by the Hub; "unreachable" where something else or nothing
    answers; "local" for what the file system says; "failed" for the rest.
    listing: whether the model's files were being listed, which only the Hub answers in JSON.
    """
    for each in _causes(error):
        response = getattr(each, "response", None)
        name = type(each).__name__
        if name == "TooManyRedirects":
            return "unreachable", "it redirects without end"
        if name == "FileMetadataError" or ("JSONDecodeError" in name and listing):
            return "unreachable", PORTAL
        if response is not None:
            return _classify_response(response, listing)
        if type(each).__module__.partition(".")[0] in NETWORK:
            return "unreachable", _describe_network(each)
        if isinstance(each, OSError) and each.errno in LOCAL:
            place = f"{each.filename}: " if each.filename else ""
            return "local", f"{place}{each.strerror}"
        if name == "HFValidationError":
            return "refused", _describe(each)
    return ("unreachable" if listing else "failed"), _describe(error)


def _classify_response(response: Any, listing: bool) -> tuple[str, str]:
    status, headers = response.status_code, response.headers
    code, message = headers.get("X-Error-Code"), headers.get("X-Error-Message")
    content = headers.get("Content-Type", "")
    of_hub = code or message or "json" in content or status in BUSY
    if status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED or (
        listing and not of_hub and (response.history or "html" in content)
    ):
        return "unreachable", f"{PORTAL} (HTTP {status})"
    phrase = {each.value: each.phrase for each in HTTPStatus}.get(status, "")
    reason = f"HTTP {status} {phrase}".strip() + (f", {message}" if message else "")
    invalid_token = message and "credentials" in message
    if code == "GatedRepo":
        return "gated", f"the model is gated: {reason}"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND) and listing and not invalid_token:
        return "absent", f"it has no such model, or a private one: {reason}"
    return "refused", reason


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that it was raised from."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        yield cause
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__


def _describe_network(error: BaseException) -> str:
    """Describe a failed connection in the system's words, which end the chain of causes."""
    name, causes = type(error).__name__, list(_causes(error))
    if any("Timeout" in type(cause).__name__ for cause in causes):
        return f"{name}: timed out"
    words = [cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror]
    return f"{name}: {words[-1]}" if words else _describe(error)


def _describe(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or ["no reason given"]
    return f"{type(error).__name__}: {lines[0]}"
