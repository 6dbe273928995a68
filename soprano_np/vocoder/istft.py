"""From spectra to sound: the inverse short-time Fourier transform, as frames arrive."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from soprano_np.nn.ops import Floats
from soprano_np.vocoder.config import VocoderConfig

MAX_MAGNITUDE = np.float32(100)  # Vocos' safeguard


def spectrum(features: Floats, padding: str) -> NDArray[np.complex64]:
    """Turn log-magnitudes and phases [frames, 2 * bins] into a spectrum [frames, bins] complex64.

    With "center" padding the reference zeroes the first and the last bin.
    """
    bins = features.shape[1] // 2
    with np.errstate(over="ignore"):  # inf is cut to MAX_MAGNITUDE
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
    """Windowed inverse FFTs, overlapped, added, divided by the windows' summed squares.

    Frame f covers samples f * hop_length to f * hop_length + n_fft; from both ends of the whole
    the padding is cut: n_fft / 2 samples with "center" (as torch.istft does), (n_fft -
    hop_length) / 2 with "same". A sample is final once the next frame starts behind it.
    """

    def __init__(self, config: VocoderConfig) -> None:
        self.n_fft, self.hop_length = config.n_fft, config.hop_length
        overlap = config.n_fft - config.hop_length
        self.cut = config.cut
        self.window = hann_window(config.n_fft)
        self._irfft = _single_precision_irfft()
        self._to_cut = self.cut  # samples still to be cut from the start
        self._tail: Floats = np.zeros(overlap, np.float32)  # sums that later frames add to
        self._window_tail: Floats = np.zeros(overlap, np.float32)

    def frames(self, spectra: NDArray[np.complex64]) -> Floats:
        """Turn spectra into windowed frames: [frames, bins] -> [frames, n_fft]."""
        frames: Floats = self._irfft(spectra, self.n_fft)
        frames *= self.window
        return frames

    def push(self, frames: Floats) -> Floats:
        """Add windowed frames [frames, n_fft]; -> the samples that are now final, [samples]."""
        windows = np.broadcast_to(self.window * self.window, frames.shape)
        sums, self._tail = self._overlap_add(frames, self._tail)
        weights, self._window_tail = self._overlap_add(windows, self._window_tail)
        return self._cut_start(sums, weights)

    def flush(self) -> Floats:
        """End the signal: -> its remaining samples."""
        end = len(self._tail) - self.cut
        return self._cut_start(self._tail[:end], self._window_tail[:end])

    def _cut_start(self, sums: Floats, weights: Floats) -> Floats:
        start = min(self._to_cut, len(sums))
        self._to_cut -= start
        return sums[start:] / weights[start:]

    def _overlap_add(self, frames: Floats, tail: Floats) -> tuple[Floats, Floats]:
        """Add frames [frames, n_fft] to the tail; -> sums [frames * hop_length], new tail."""
        count, hop = len(frames), self.hop_length
        parts = -(-self.n_fft // hop)  # hops that a frame reaches over
        sums = np.zeros((count + parts - 1, hop), np.float32)
        sums.reshape(-1)[: len(tail)] = tail
        for part in range(parts):
            piece = frames[:, part * hop : (part + 1) * hop]
            sums[part : part + count, : piece.shape[1]] += piece
        flat = sums.reshape(-1)
        return flat[: count * hop], flat[count * hop : count * hop + len(tail)]


def _single_precision_irfft() -> Callable[..., Any]:
    """Choose an inverse real FFT that keeps float32: numpy's own does from version 2 on."""
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        return np.fft.irfft
    from scipy.fft import irfft

    return cast(Callable[..., Any], irfft)
