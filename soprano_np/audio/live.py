"""Where speech goes while it is being made: a pipe or a loudspeaker, and how well it keeps up.

The peak of the whole is not known yet, so loudness stays as the model made it; what is too loud is
bent below full scale.
"""

import time
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
        """Add samples [samples]; raises BrokenPipeError once nobody reads."""
        rest = memoryview(self._header + encode(soft_clip(samples), self.encoding))
        self._header = b""
        while rest:  # a pipe may take less, such as when the process was stopped meanwhile
            rest = rest[self.target.write(rest) :]
        self.target.flush()

    def close(self) -> None:
        """Do nothing: all is written."""


class Loudspeaker:
    """Plays each piece on the default device, and waits while it has enough in hand."""

    def __init__(self, sample_rate: int) -> None:
        try:
            import sounddevice
        except ImportError as error:
            raise ValueError("playing needs sounddevice: pip install 'soprano-np[play]'") from error
        except OSError as error:  # the package is there, PortAudio is not
            raise ValueError(f"playing needs the PortAudio library: {error}") from error
        try:
            self._stream: Any = sounddevice.OutputStream(sample_rate, channels=1, dtype="float32")
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise ValueError(f"no sound can be played: {error}") from error

    def write(self, samples: Floats) -> None:
        """Add samples [samples]."""
        self._stream.write(soft_clip(samples)[:, None])

    def close(self) -> None:
        """Play to the end."""
        self._stream.stop()
        self._stream.close()


class Listener:
    """Whoever hears each piece as soon as it comes: when, how much, and where it came too late."""

    def __init__(self) -> None:
        self.seconds = 0.0  # of sound so far
        self.gaps = 0
        self.first = 0.0  # seconds until the first sound
        self.elapsed = 0.0
        self._begun = time.perf_counter()
        self._heard_all = 0.0  # seconds after the beginning when playback runs dry

    def hear(self, seconds: float) -> None:
        """Take note of a piece."""
        self.elapsed = time.perf_counter() - self._begun
        if not self.seconds:
            self.first = self._heard_all = self.elapsed
        elif self.elapsed > self._heard_all:
            self.gaps += 1
            self._heard_all = self.elapsed
        self._heard_all += seconds
        self.seconds += seconds
