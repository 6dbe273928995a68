"""The built-in voice as a user meets it: named, or where no Hub can be reached."""

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import make_checkpoint
import numpy as np
import pytest

from soprano_np import SopranoTTS
from soprano_np.checkpoint import hub
from soprano_np.checkpoint.hub import VOICES

ROOT = Path(__file__).parents[1]
# The command line, with other voices and less patience.
PROGRAM = """
import sys
from pathlib import Path
from soprano_np.checkpoint import hub
from soprano_np.cli.main import main
hub.VOICES, hub.PATIENCE = Path("voices"), float(sys.argv.pop(1))
sys.exit(main())
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with a voice of random weights, and nothing in the Hub's cache."""
    make_checkpoint.write_checkpoint(tmp_path / "voices" / "tiny")
    return tmp_path


def run(
    here: Path, *arguments: str, patience: float = 20, **variables: str
) -> tuple[int, list[str]]:
    """Speak, and return the exit code and the lines on standard error."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HF_") and not name.lower().endswith("_proxy")
    }
    environment |= {
        "PYTHONPATH": str(ROOT),
        "OPENBLAS_NUM_THREADS": "1",
        "HF_HOME": str(here / "cache"),
    }
    spoken = ("hello", "--max-new-tokens", "3")
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(patience), *spoken, *arguments],
        cwd=here,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.stdout == ""
    return result.returncode, result.stderr.splitlines()


def fell_back(here: Path, reason: str, patience: float = 20, **variables: str) -> None:
    """Fail unless the voice speaks, with one line that says why."""
    code, (why, cut, done) = run(here, patience=patience, **variables)
    assert code == 0
    assert why.startswith(f"soprano-np: {hub.DEFAULT_MODEL} is not in the cache and {reason}")
    assert "using the small built-in voice (builtin) instead, at 8000 Hz. To hear Soprano," in why
    assert cut.endswith("did not end by itself: 'hello.'")  # random weights
    assert done.startswith("soprano-np: output.wav: ")


@contextmanager
def serving(status: int) -> Iterator[int]:
    """Answer every request with a status; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_CONNECT = do_GET  # noqa: N815 (the library's names)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_named_in_the_library(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "VOICES", here / "voices")
    audio = SopranoTTS("builtin").infer("hello", max_new_tokens=3)
    expected = SopranoTTS(here / "voices" / "tiny").infer("hello", max_new_tokens=3)
    np.testing.assert_array_equal(audio, expected)


def test_unnamed_in_the_library(
    here: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hub, "VOICES", here / "voices")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(here / "cache"))
    assert SopranoTTS().sample_rate == 8000
    ((_, level, message),) = caplog.record_tuples
    assert level == logging.WARNING
    assert "using the small built-in voice" in message


def test_named_on_the_command_line(here: Path) -> None:
    code, lines = run(here, "-m", "builtin")
    assert code == 0
    assert not any("built-in" in line for line in lines)
    assert (here / "output.wav").is_file()


def test_offline(here: Path) -> None:
    fell_back(here, "HF_HUB_OFFLINE is set; using the small", HF_HUB_OFFLINE="1")
    assert run(here, "-q", HF_HUB_OFFLINE="1") == (0, [])


def test_no_such_host(here: Path) -> None:
    fell_back(here, "the Hub ", patience=2, HF_ENDPOINT="http://hub.invalid")


def test_connection_refused(here: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    fell_back(here, "the Hub cannot be reached (", HF_ENDPOINT=f"http://127.0.0.1:{port}")


def test_no_answer(here: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # which accepts, and says nothing
        port = server.getsockname()[1]
        fell_back(here, "the Hub ", patience=0.5, HF_ENDPOINT=f"http://127.0.0.1:{port}")


def test_a_proxy_that_refuses(here: Path) -> None:
    with serving(407) as port:
        proxy = f"http://127.0.0.1:{port}"
        fell_back(
            here,
            "the Hub cannot be reached (ProxyError: ",
            HTTPS_PROXY=proxy,
            HF_ENDPOINT="https://hub.invalid",
        )


@pytest.mark.parametrize("status", [401, 404])
def test_a_refusal_is_an_error(here: Path, status: int) -> None:
    with serving(status) as port:
        code, (line,) = run(here, HF_ENDPOINT=f"http://127.0.0.1:{port}")
    assert code == 1
    assert "could not be downloaded from the Hugging Face Hub (" in line
    assert not (here / "output.wav").exists()


def test_the_default_by_its_name_is_not_replaced(here: Path) -> None:
    code, (line,) = run(here, "-m", hub.DEFAULT_MODEL, HF_HUB_OFFLINE="1")
    assert code == 1
    assert line.startswith(f"soprano-np: {hub.DEFAULT_MODEL}: not in the cache (")


ships = pytest.mark.skipif(
    not list(VOICES.glob("*/config.json")), reason=f"there is no voice in {VOICES}"
)


@pytest.fixture(scope="module")
def voice() -> SopranoTTS:
    return SopranoTTS("builtin")


@ships
@pytest.mark.parametrize(
    ("text", "at_least", "at_most"),
    [
        ("Hello world", 0.5, 2.0),
        ("Good morning, sir.", 0.6, 2.5),
        ("Is it far?", 0.5, 2.0),
        ("b", 0.2, 1.5),
        ("It cost $12.50 on May 3rd.", 1.5, 5.0),
    ],
)
def test_the_voice_that_ships(
    voice: SopranoTTS, text: str, at_least: float, at_most: float
) -> None:
    (sentence,) = voice.track(text)
    assert sentence.finish_reason == "stop"
    assert at_least < len(sentence.audio) / voice.sample_rate < at_most
    assert 0.05 < np.abs(sentence.audio).max() < 1.5


@ships
def test_it_streams_what_it_writes(voice: SopranoTTS) -> None:
    text = "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background."
    whole = voice.infer(text)
    for chunk_size in (None, 1, 8):
        stream = np.concatenate(list(voice.infer_stream(text, chunk_size=chunk_size)))
        np.testing.assert_allclose(stream, whole, rtol=0, atol=1e-4)


@ships
def test_a_batch_sounds_like_each_alone(voice: SopranoTTS) -> None:
    texts = ["Hello world.", "Is it far from here to the old stone bridge?", "Good morning."]
    for text, audio in zip(texts, voice.infer_batch(texts), strict=True):
        np.testing.assert_allclose(audio, voice.infer(text), rtol=0, atol=1e-4)


@ships
def test_what_goes_with_it() -> None:
    directory = hub.builtin_voice()
    sizes = {path.name: path.stat().st_size for path in directory.iterdir()}
    assert sizes.keys() >= {"NOTICE", "README.md"}
    assert sum(sizes.values()) < 10_000_000
