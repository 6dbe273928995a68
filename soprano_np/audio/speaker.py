"""Where a stream goes: a pipe or the loudspeaker.

Its peak is not known in advance, so a stream keeps the model's loudness; samples that are too loud
are softly clipped.
"""

from typing import Any, BinaryIO

from soprano_np.audio.loudness import soft_clip
from soprano_np.audio.wav import Encoding, encode, wav_header
from soprano_np.nn.ops import Floats


class Pipe:
    """Writes each piece at once, after a WAV header of unknown length or as bare samples."""

    def __init__(
        self, target: BinaryIO, sample_rate: int, encoding: Encoding, header: bool
    ) -> None:
        self.target, self.encoding = target, encoding
        self._header = wav_header(sample_rate, None, encoding) if header else b""

    def write(self, samples: Floats) -> None:
        """Write samples [samples]; raises BrokenPipeError once nobody reads them."""
        rest = memoryview(self._header + encode(soft_clip(samples), self.encoding))
        self._header = b""
        while rest:  # a pipe may accept less, such as when the process was suspended meanwhile
            rest = rest[self.target.write(rest) :]
        self.target.flush()

    def close(self) -> None:
        """Do nothing, since everything has been written."""


class Loudspeaker:
    """Plays each piece on the default device; write waits while enough of it is queued.

    Raises ValueError if it cannot.
    """

    def __init__(self, sample_rate: int) -> None:
        try:
            import sounddevice
        except ImportError as error:
            raise ValueError("playing needs sounddevice: pip install 'soprano-np[play]'") from error
        except OSError as error:  # the package is installed, PortAudio is not
            raise ValueError(f"playing needs the PortAudio library: {error}") from error
        try:
            self._stream: Any = sounddevice.OutputStream(sample_rate, channels=1, dtype="float32")
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise ValueError(f"no sound can be played: {error}") from error

    def write(self, samples: Floats) -> None:
        """Play samples [samples]."""
        self._stream.write(soft_clip(samples)[:, None])

    def close(self) -> None:
        """Wait until everything has been played."""
        self._stream.stop()
        self._stream.close()
