"""WAV files: what is in them, and that they appear whole or not at all."""

import io
import os
import stat
import threading
import wave
from pathlib import Path

import numpy as np
import pytest
import scipy.io.wavfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from soprano_np.audio import wav
from soprano_np.audio.wav import Recording, check_target, encode

SAMPLES = np.array([0, 0.5, -0.5, 1, -1, 3, -3, 1e-5], np.float32)


def saved(
    path: Path, samples: np.ndarray, encoding: str = "pcm16", normalize: bool = False
) -> Path:
    with Recording(8000, path) as recording:
        recording.append(samples)
        recording.save(path, encoding, normalize)
    return path


def test_pcm16_is_clipped_not_wrapped(tmp_path: Path) -> None:
    with wave.open(str(saved(tmp_path / "a.wav", SAMPLES))) as file:
        assert file.getparams()[:4] == (1, 2, 8000, len(SAMPLES))
        values = np.frombuffer(file.readframes(99), "<i2")
    assert values.tolist() == [0, 16384, -16384, 32767, -32767, 32767, -32767, 0]


def test_float32_keeps_every_bit(tmp_path: Path) -> None:
    rate, values = scipy.io.wavfile.read(saved(tmp_path / "a.wav", SAMPLES, "float32"))
    assert (rate, values.dtype) == (8000, np.float32)
    assert (values == SAMPLES).all()


@pytest.mark.parametrize("encoding", ["pcm16", "float32"])
@pytest.mark.parametrize("samples", [0, 1, 7])
def test_sizes_in_the_header(encoding: str, samples: int) -> None:
    file = io.BytesIO()
    with Recording(24000) as recording:
        recording.append(np.zeros(samples, np.float32))
        recording.write(file, encoding, normalize=True)
    data = file.getvalue()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    size = samples * (2 if encoding == "pcm16" else 4)
    assert data[-size - 4 :][:4] == size.to_bytes(4, "little")


@given(arrays(np.float32, st.integers(0, 30), elements=st.floats(-2, 2, width=32)))
def test_pcm16_is_within_half_a_step(samples: np.ndarray) -> None:
    values = np.frombuffer(encode(samples, "pcm16"), "<i2") / 32767
    assert np.abs(values - np.clip(samples, -1, 1)).max(initial=0) <= 0.501 / 32767


@pytest.mark.parametrize("memory", [1, 1 << 20])  # on disk, and in memory
def test_pieces_make_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    monkeypatch.setattr(wav, "MEMORY_BYTES", memory)
    monkeypatch.setattr(wav, "BLOCK_SAMPLES", 16)
    samples = np.random.default_rng(0).uniform(-4, 4, 100).astype(np.float32)
    with Recording(8000, tmp_path / "a.wav") as recording:
        for piece in np.split(samples, [0, 1, 50, 99]):
            recording.append(piece)
        assert os.listdir(tmp_path) == []  # what waits on disk has no name
        recording.save(tmp_path / "a.wav", "float32", normalize=True)
    _, values = scipy.io.wavfile.read(tmp_path / "a.wav")
    assert values == pytest.approx(samples * 0.5 / np.abs(samples).max())  # one gain for all


def test_what_was_interrupted_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with Recording(8000) as recording:
        recording.append(np.ones(5, np.float32))
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            write = recording._file.write

            def interrupted(data: bytes) -> None:
                write(data[:6])
                raise KeyboardInterrupt

            patch.setattr(recording._file, "write", interrupted)
            recording.append(np.ones(5, np.float32))
        for more in (0, 1):  # what follows does not come after a half one
            recording.append(np.zeros(more, np.float32))
            file = io.BytesIO()
            recording.write(file, "pcm16", normalize=False)
            with wave.open(io.BytesIO(file.getvalue())) as result:
                values = np.frombuffer(result.readframes(99), "<i2")
            assert values.tolist() == [32767] * 5 + [0] * more
            assert len(file.getvalue()) == 44 + 2 * (5 + more)


def test_more_than_a_wav_file_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wav, "MAX_DATA_BYTES", 40)
    with Recording(1) as recording:
        recording.append(np.zeros(10, np.float32))
        with pytest.raises(ValueError, match="at most 4 GiB"):
            recording.append(np.zeros(1, np.float32))
        assert recording.samples == 10


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
def test_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"precious")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)) as raised:
        saved(path, SAMPLES)
    if isinstance(raised.value, OSError):
        assert raised.value.filename == str(path)
    assert os.listdir(tmp_path) == ["a.wav"]
    assert path.read_bytes() == b"precious"


def test_interrupted_after_the_last_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def late(source: str, target: str) -> None:
        replace(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", late)
    with pytest.raises(KeyboardInterrupt):
        saved(tmp_path / "a.wav", SAMPLES)
    assert os.listdir(tmp_path) == ["a.wav"]


def test_permissions(tmp_path: Path) -> None:
    old = tmp_path / "old.wav"
    old.touch()
    old.chmod(0o640)
    mask = os.umask(0o027)
    try:
        new = saved(tmp_path / "new.wav", SAMPLES)
        assert os.umask(0o027) == 0o027  # looked at, not changed
    finally:
        os.umask(mask)
    assert stat.S_IMODE(saved(old, SAMPLES).stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a.wav", tmp_path / "link.wav"
    link.symlink_to(target)
    for _ in range(2):  # one that leads nowhere yet, one that leads to a file
        check_target(link)
        saved(link, SAMPLES)
        assert link.is_symlink()
        assert target.stat().st_size == 44 + 2 * len(SAMPLES)
    assert os.listdir(tmp_path / "there") == ["a.wav"]


def test_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    saved(pipe, SAMPLES)
    reader.join()
    assert len(received[0]) == 44 + 2 * len(SAMPLES)
    assert os.listdir(tmp_path) == ["pipe"]


def test_devices_hold_no_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(
        wav.tempfile, "SpooledTemporaryFile", lambda _, **at: made.append(at["dir"])
    )
    Recording(8000, Path(os.devnull))
    Recording(8000, Path("a.wav"))
    assert made == [None, os.getcwd()]


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        (".", IsADirectoryError, "expected a file to write, found a directory"),
        ("gone/", IsADirectoryError, "gone/: expected a file to write, found a directory"),
        ("gone/a.wav", FileNotFoundError, "no such directory: .*gone"),
        ("file/a.wav", FileNotFoundError, "no such directory: .*file"),
        ("x" * 300, OSError, "File name too long"),
    ],
)
def test_targets_that_cannot_be(
    tmp_path: Path, name: str, error: type[OSError], message: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(error, match=message):
        check_target(f"{tmp_path}/{name}")


@pytest.mark.parametrize("locked", ["a.wav", ""])
def test_target_without_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: str
) -> None:
    """Root may write everywhere, so permission is denied here by os.access alone."""
    path = tmp_path / "a.wav"
    path.touch()
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != tmp_path / locked)
    with pytest.raises(PermissionError, match="permission denied"):
        check_target(path)


def test_targets_that_can_be(tmp_path: Path) -> None:
    (tmp_path / "old.wav").touch()
    for path in (tmp_path / "old.wav", tmp_path / "new.wav", Path(os.devnull)):
        check_target(path)
    assert os.listdir(tmp_path) == ["old.wav"]
