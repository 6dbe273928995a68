"""Playing."""

import os
from pathlib import Path

import numpy as np
from command_line import ENVIRONMENT, refused, streamed

from soprano_np import SopranoTTS
from soprano_np.audio.loudness import soft_clip

SOUNDDEVICE = """
class PortAudioError(Exception):
    pass
class OutputStream:
    def __init__(self, rate, channels, dtype):
        self.file = open("played", "wb")
    def start(self):
        pass
    def write(self, samples):
        self.file.write(samples.tobytes())
    def stop(self):
        pass
    def close(self):
        self.file.close()
"""


def with_sounddevice(here: Path, program: str) -> dict[str, str]:
    """Write a module to stand in for sounddevice; returns the environment that finds it."""
    (here / "modules").mkdir()
    (here / "modules" / "sounddevice.py").write_text(program)
    path = os.pathsep.join([str(here / "modules"), ENVIRONMENT["PYTHONPATH"]])
    return ENVIRONMENT | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def test_play(here: Path, tiny: Path) -> None:
    options = ("hello", "--play", "--max-new-tokens", "20")
    assert streamed(here, *options, env=with_sounddevice(here, SOUNDDEVICE)) == b""
    played = np.frombuffer((here / "played").read_bytes(), np.float32)
    expected = soft_clip(SopranoTTS(tiny).infer("hello", max_new_tokens=20))
    np.testing.assert_allclose(played, expected, atol=1e-4)


def test_play_without_sounddevice(here: Path) -> None:
    environment = with_sounddevice(here, "raise ImportError")
    line = refused(here, "hello", "--play", env=environment)
    assert line == "playing needs sounddevice: pip install 'soprano-np[play]'"
