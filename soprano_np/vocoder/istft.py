"""From spectra to sound: the inverse short-time Fourier transform, as frames arrive."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from soprano_np.nn.ops import Floats
from soprano_np.vocoder.config import VocoderConfig

MAX_MAGNITUDE = np.float32(100)  # Vocos' safeguard


def spectrum(features: Floats, padding: str) -> NDArray[np.complex64]:
    """Turn log-magnitudes and phases into complex64 spectra: [frames, 2 * bins] -> [frames, bins].

    With "center" padding the reference zeroes the first and the last bin.
    """
    bins = features.shape[1] // 2
    with np.errstate(over="ignore"):  # inf is clipped to MAX_MAGNITUDE
        magnitude = np.exp(features[:, :bins])
    np.minimum(magnitude, MAX_MAGNITUDE, out=magnitude)
    if padding == "center":
        magnitude[:, [0, -1]] = 0
    phase = features[:, bins:]
    result = np.empty(magnitude.shape, np.complex64)
    np.multiply(magnitude, np.cos(phase), out=result.real)
    np.multiply(magnitude, np.sin(phase), out=result.imag)
    return result


def hann_window(length: int) -> Floats:
    """The periodic Hann window: 0.5 - 0.5 cos(2 pi i / length), [length]."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


class InverseSTFT:
    """What all signals share: the window, and the sums of its squares that samples are divided by.

    Frame f covers samples f * hop_length to f * hop_length + n_fft. From both ends of a signal
    `pad` samples are trimmed: n_fft / 2 with "center" (as torch.istft does), (n_fft - hop_length)
    / 2 with "same".
    """

    def __init__(self, config: VocoderConfig) -> None:
        self.n_fft, self.hop_length, self.pad = config.n_fft, config.hop_length, config.pad
        self.window = hann_window(config.n_fft)
        self.hops = -(-self.n_fft // self.hop_length)  # that a frame reaches over
        rising = self.envelope(self.hops)[: self.hops * self.hop_length]
        self.rising = rising.reshape(self.hops, -1)  # [hops, hop_length]; from the last on it stays
        self._irfft = _single_precision_irfft()

    def __call__(self, spectra: NDArray[np.complex64]) -> Floats:
        """Invert spectra and window the result: [frames, bins] -> [frames, n_fft]."""
        frames: Floats = self._irfft(spectra, self.n_fft)
        frames *= self.window
        return frames

    def envelope(self, frames: int) -> Floats:
        """Sum the squared windows of a signal, [frames * hop_length + n_fft - hop_length]."""
        windows = np.broadcast_to(self.window * self.window, (frames, self.n_fft))
        return self.overlap_add(windows, np.zeros(self.n_fft - self.hop_length, np.float32))

    def overlap_add(self, frames: Floats, tail: Floats) -> Floats:
        """Add frames [frames, n_fft] to the tail [n_fft - hop_length] of the frames before them.

        Returns [frames * hop_length + n_fft - hop_length], which ends with the new tail.
        """
        count, hop = len(frames), self.hop_length
        sums = np.zeros((count + self.hops - 1, hop), np.float32)
        flat = sums.reshape(-1)
        flat[: len(tail)] = tail
        for start in range(0, self.n_fft, hop):
            piece = frames[:, start : start + hop]
            first = start // hop
            sums[first : first + count, : piece.shape[1]] += piece
        return flat[: count * hop + len(tail)]


class OverlapAdd:
    """One signal: its frames overlapped, added, and divided by the summed squares of the windows.

    A sample is final once the next frame starts behind it.
    """

    def __init__(self, istft: InverseSTFT) -> None:
        self._istft = istft
        self._frames = 0  # so far
        self._tail: Floats = np.zeros(istft.n_fft - istft.hop_length, np.float32)

    def push(self, frames: Floats) -> Floats:
        """Add windowed frames [frames, n_fft] and return what is final now, [samples]."""
        istft, count = self._istft, len(frames)
        sums = istft.overlap_add(frames, self._tail)
        sums, self._tail = sums[: count * istft.hop_length], sums[count * istft.hop_length :]
        hops = np.minimum(np.arange(self._frames, self._frames + count), istft.hops - 1)
        samples = self._trim_start(sums, istft.rising[hops].reshape(-1))
        self._frames += count
        return samples

    def flush(self) -> Floats:
        """End the signal and return the rest of it, [samples]."""
        istft = self._istft
        end = len(self._tail) - istft.pad
        envelope = istft.envelope(min(self._frames, istft.hops))[-len(self._tail) :]
        return self._trim_start(self._tail[:end], envelope[:end])

    def _trim_start(self, sums: Floats, envelope: Floats) -> Floats:
        start = max(self._istft.pad - self._frames * self._istft.hop_length, 0)
        return sums[start:] / envelope[start:]


def _single_precision_irfft() -> Callable[..., Any]:
    """Choose an inverse real FFT that keeps float32: numpy's own does from version 2 on."""
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        return np.fft.irfft
    from scipy.fft import irfft

    return cast(Callable[..., Any], irfft)
