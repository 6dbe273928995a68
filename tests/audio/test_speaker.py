"""Speech that leaves as it is made: pipes and loudspeakers."""

import io
import struct
import sys
import types
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io.wavfile

from soprano_np.audio.loudness import soft_clip
from soprano_np.audio.speaker import Loudspeaker, Pipe
from soprano_np.audio.wav import encode

CHUNKS = [np.array(values, np.float32) for values in ([0.1, -0.2, 0.3], [0.9, -3.0], [], [0.5])]
SAMPLES = np.concatenate(CHUNKS)


class Target(io.RawIOBase):
    """Takes so many bytes at a time and remembers what was done."""

    def __init__(self, most: int = 1 << 30) -> None:
        self.most, self.data, self.done = most, b"", ""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        taken = bytes(data[: self.most])
        self.data += taken
        self.done += "w"
        return len(taken)

    def flush(self) -> None:
        self.done += "f"


def piped(target: Any, *options: Any) -> Any:
    pipe = Pipe(target, 8000, *options)
    for chunk in CHUNKS:
        pipe.write(chunk)
    pipe.close()
    return target


@pytest.mark.parametrize("encoding", ["pcm16", "float32"])
def test_bare_samples(encoding: Any) -> None:
    target = piped(Target(), encoding, False)
    assert target.data == encode(soft_clip(SAMPLES), encoding)
    assert target.done.replace("w", "") == "ffff"
    assert target.done.startswith("wfwf")


@pytest.mark.parametrize("encoding", ["pcm16", "float32"])
def test_one_header_comes_with_the_first_samples(encoding: Any) -> None:
    target = Target()
    pipe = Pipe(target, 8000, encoding, True)
    assert target.data == b""
    pipe.write(CHUNKS[0])
    assert target.data.startswith(b"RIFF\xff\xff\xff\xffWAVEfmt ")
    assert target.data.count(b"data\xff\xff\xff\xff") == 1
    piped(target, encoding, False)
    assert target.data.count(b"RIFF") == 1


@pytest.mark.parametrize("most", [1, 7])
def test_a_pipe_that_takes_less_than_given_loses_nothing(most: int) -> None:
    assert piped(Target(most), "pcm16", True).data == piped(Target(), "pcm16", True).data


def test_what_is_too_loud_is_bent() -> None:
    values = np.frombuffer(piped(Target(), "float32", False).data, np.float32)
    assert np.abs(values).max() <= 1
    assert (values[[0, 1, 2, 5]] == SAMPLES[[0, 1, 2, 5]]).all()
    assert 0.8 < values[3] < 0.9


@pytest.mark.parametrize("encoding", ["pcm16", "float32"])
def test_a_stream_is_read_as_a_file(encoding: Any, tmp_path: Path) -> None:
    path = tmp_path / "stream.wav"
    path.write_bytes(piped(Target(), encoding, True).data)
    with pytest.warns(scipy.io.wavfile.WavFileWarning, match="EOF prematurely"):
        rate, values = scipy.io.wavfile.read(path)
    assert rate == 8000
    assert values.tobytes() == encode(soft_clip(SAMPLES), encoding)
    if encoding == "pcm16":
        with wave.open(str(path)) as file:
            assert file.getparams()[:3] == (1, 2, 8000)
            assert file.readframes(1 << 20) == encode(soft_clip(SAMPLES), encoding)


def test_a_stream_has_the_chunks_of_a_file() -> None:
    """Walk from chunk to chunk, as players do; the last is as long as can be."""
    data = piped(Target(), "float32", True).data
    names, place = [], 12
    while place < len(data):
        name, size = struct.unpack("<4sI", data[place : place + 8])
        names.append((name, size))
        place += 8 + size
    assert names == [(b"fmt ", 18), (b"fact", 4), (b"data", 0xFFFFFFFF)]


def test_nobody_reads() -> None:
    class Closed(Target):
        def write(self, data: Any) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        piped(Closed(), "pcm16", True)


# The loudspeaker


class PortAudioError(Exception):
    pass


class Stream:
    """Stands in for sounddevice.OutputStream."""

    made: list["Stream"] = []  # noqa: RUF012 (emptied for each test)
    broken = False

    def __init__(self, samplerate: int, channels: int, dtype: str) -> None:
        if self.broken:
            raise PortAudioError("Error querying device -1")
        self.options = samplerate, channels, dtype
        self.done: list[Any] = []
        self.made.append(self)

    def start(self) -> None:
        self.done.append("start")

    def write(self, samples: Any) -> None:
        assert samples.dtype == np.float32
        assert samples.shape[1:] == (1,)
        self.done.append(samples[:, 0].tolist())

    def stop(self) -> None:
        self.done.append("stop")

    def close(self) -> None:
        self.done.append("close")


@pytest.fixture
def sounddevice(monkeypatch: pytest.MonkeyPatch) -> type[Stream]:
    module: Any = types.ModuleType("sounddevice")
    module.OutputStream, module.PortAudioError = Stream, PortAudioError
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    monkeypatch.setattr(Stream, "made", [])
    return Stream


def test_playing(sounddevice: type[Stream]) -> None:
    loudspeaker = Loudspeaker(8000)
    for chunk in CHUNKS:
        loudspeaker.write(chunk)
    loudspeaker.close()
    (stream,) = sounddevice.made
    assert stream.options == (8000, 1, "float32")
    bent = [soft_clip(chunk).tolist() for chunk in CHUNKS]
    assert stream.done == ["start", *bent, "stop", "close"]


def test_playing_without_a_device(
    sounddevice: type[Stream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stream, "broken", True)
    with pytest.raises(ValueError, match="no sound can be played: Error querying device -1"):
        Loudspeaker(8000)


def test_playing_without_sounddevice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ValueError, match=r"needs sounddevice: pip install 'soprano-np\[play\]'"):
        Loudspeaker(8000)


def test_playing_without_portaudio(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = "raise OSError('PortAudio library not found')\n"
    (tmp_path / "sounddevice.py").write_text(program)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    with pytest.raises(ValueError, match="needs the PortAudio library: PortAudio library not"):
        Loudspeaker(8000)
