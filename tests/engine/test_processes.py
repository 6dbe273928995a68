"""The engine across processes: forks, exits and signals, in programs of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import soprano_np

ROOT = Path(soprano_np.__file__).parents[1]
START = """
import faulthandler, logging, os, signal, sys, threading, time
faulthandler.dump_traceback_later(30, exit=True)  # where it hangs, if it does
import numpy as np
import numpy.testing  # now, for a fork in the midst of an import would keep its lock
from soprano_np import SopranoTTS
logging.disable()  # of sentences that did not end by themselves
tts = SopranoTTS(sys.argv[1])
TEXT = "The first sentence is about a lamp. The second sentence is about a long table. " * 5
def close(one, other):
    np.testing.assert_allclose(one, other, rtol=0, atol=2e-3 * np.abs(other).max())
"""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


def run(tiny: Any, program: str, **variables: str) -> float:
    """Run a program that prints nothing but what went wrong; returns its seconds."""
    started = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", START + program, str(tiny.directory)],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.stderr, result.stdout, result.returncode) == ("", "", 0)
    return time.monotonic() - started


@needs_fork
def test_a_fork_in_mid_stream(tiny: Any) -> None:
    """The child speaks by itself; the parent's streams are the parent's, and go on."""
    run(
        tiny,
        """
expected = tts.infer("hello there.", max_new_tokens=30)
whole = tts.infer(TEXT, max_new_tokens=20)
stream = tts.infer_stream(TEXT, 1, max_new_tokens=20)
track = tts.track(TEXT, live=True)
heard = [next(stream) for _ in range(5)]
next(track)
child = os.fork()
if not child:
    code = 1
    try:
        for other in (stream, track):
            try:
                next(other)
            except RuntimeError as error:
                assert "belongs to the parent process" in str(error)
            else:
                raise AssertionError("the child read the parent's stream")
        close(tts.infer("hello there.", max_new_tokens=30), expected)
        close(np.concatenate(list(tts.infer_stream(TEXT, max_new_tokens=20))), whole)
        stream.close()
        track.cancel()
        code = 0
    finally:
        os._exit(code)
heard += stream
close(np.concatenate(heard), whole)
assert os.waitpid(child, 0)[1] == 0
""",
    )


@needs_fork
def test_forks_while_many_threads_speak(tiny: Any) -> None:
    run(
        tiny,
        """
expected = tts.infer("hello there.", max_new_tokens=30)
done = threading.Event()
def speak():
    while not done.is_set():
        close(tts.infer("hello there.", max_new_tokens=30), expected)
threads = [threading.Thread(target=speak) for _ in range(4)]
for thread in threads:
    thread.start()
children = []
for _ in range(5):
    time.sleep(0.01)
    child = os.fork()
    if not child:
        code = 1
        try:
            close(tts.infer("hello there.", max_new_tokens=30), expected)
            code = 0
        finally:
            os._exit(code)
    children.append(child)
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 5
done.set()
for thread in threads:
    thread.join()
""",
    )


@pytest.mark.parametrize(
    "opened",
    [
        "stream = tts.infer_stream(TEXT, 1, max_new_tokens=400); next(stream)",
        "tracks = [tts.track(TEXT) for _ in range(20)]; next(tracks[0])",
        "def pieces():\n    yield TEXT\n    time.sleep(1000)\n"
        "stream = tts.infer_stream(pieces()); next(stream)",
        "threading.Thread(target=lambda: tts.infer(TEXT), daemon=True).start(); time.sleep(0.3)",
        "tts.infer('hello there.')",
    ],
)
def test_exit_with_speech_on_its_way(tiny: Any, opened: str) -> None:
    """At once, and with nothing to say about it."""
    assert run(tiny, opened) < 15


def test_an_exit_waits_for_a_thread_that_speaks(tiny: Any) -> None:
    run(
        tiny,
        """
expected = tts.infer("hello there.", max_new_tokens=300)
def speak():
    time.sleep(0.1)
    audio = np.concatenate(list(tts.infer_stream("hello there.", max_new_tokens=300)))
    os._exit(0 if len(audio) == len(expected) else 1)
threading.Thread(target=speak).start()
""",
        OPENBLAS_NUM_THREADS="1",  # as an interpreter that ends begins no more threads
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize(
    "wait",
    [
        "tts.infer(TEXT * 20)",
        "tts.infer_batch([TEXT] * 99)",
        "list(tts.infer_stream(TEXT * 20, 1))",
        "next(tts.infer_stream(time.sleep(1000) for _ in 'a'))",
    ],
)
def test_ctrl_c_while_speech_is_awaited(tiny: Any, wait: str) -> None:
    """It ends the wait at once; the rest of the program goes on, and can speak."""
    run(
        tiny,
        f"""
expected = tts.infer("hello there.", max_new_tokens=9)
threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
try:
    {wait}
    raise AssertionError("it was not interrupted")
except KeyboardInterrupt:
    started = time.monotonic()
    close(tts.infer("hello there.", max_new_tokens=9), expected)
    assert time.monotonic() - started < 3
""",
    )
