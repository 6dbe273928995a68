"""Phase locking: synthesise the teacher's spectra again, so that tokens determine the phase.

The teacher's pitch is free, so a token could not say where in a pitch cycle its 50 ms begin. Here
every voiced token holds a whole number of half cycles, so that the phase at its start is 0 or pi,
and unvoiced noise repeats with every token. A vocoder can then learn the wave by plain regression.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from voice.train.shards import (
    FRAMES_PER_TOKEN,
    HOP_LENGTH,
    MEL_BANDS,
    N_FFT,
    SAMPLE_RATE,
    SAMPLES_PER_TOKEN,
)

BINS = N_FFT // 2 + 1
VOICED_ABOVE = 40.0  # hertz; the teacher's own limit
LOWEST, HIGHEST = 10, 32  # half cycles in 50 ms: 100 to 320 Hz
TOP_HARMONIC = 11000.0  # hertz
NOISE_GAIN = 0.6  # makes mels agree best: the teacher's frames cancel in part, the table's do not
MEL_FLOOR = 1e-3
FREQUENCY_OF_CLASS = SAMPLE_RATE / SAMPLES_PER_TOKEN / 2  # hertz for each half cycle in a token

Array = NDArray[np.float32]
WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)


@dataclass(frozen=True)
class Spectra:
    """The teacher's output for each frame; frame f is centred on sample 300 f."""

    magnitude: Array  # [frames, bins], of the harmonics: a filter for a pulse train
    angle: Array  # [frames, bins] radians, of that filter
    noise: Array  # [frames, bins], magnitude
    noise_angle: Array  # [frames, bins] radians
    f0: Array  # [frames] hertz at sample 300 f + 150, below VOICED_ABOVE where unvoiced


def lock(spectra: Spectra) -> tuple[Array, NDArray[np.uint8], NDArray[np.uint8]]:
    """Synthesise the 4 (T - 1) + 1 frames of T tokens with locked phases.

    Returns the wave [samples], and half_cycles and parity [tokens] as in shards.Utterance.
    """
    half_cycles = count_half_cycles(spectra)
    parity = parities(half_cycles)
    pulses = pulse_train(half_cycles[:-1], parity[:-1], voicing(spectra.f0))
    spectrum = stft(pulses) * polar(spectra.magnitude, spectra.angle)
    # Repeated noise would buzz in voiced frames; the teacher's is too weak there to need learning.
    voiced = spectra.f0 > VOICED_ABOVE
    spectrum[voiced] += polar(spectra.noise[voiced], spectra.noise_angle[voiced])
    tables = noise_table()[np.flatnonzero(~voiced) % FRAMES_PER_TOKEN]  # [unvoiced frames, bins]
    spectrum[~voiced] += NOISE_GAIN * spectra.noise[~voiced] * tables
    return istft(spectrum), half_cycles, parity


def count_half_cycles(spectra: Spectra) -> NDArray[np.uint8]:
    """Round each token's pitch to whole half cycles: [frames] -> [tokens], 0 where unvoiced.

    The mean is weighted by loudness, since pitch is erratic where voicing begins and ends.
    """
    whole = len(spectra.f0) - 1  # the last frame only closes the last interval
    f0 = spectra.f0[:whole].reshape(-1, FRAMES_PER_TOKEN)
    loudness = spectra.magnitude[:whole, : BINS // 6].mean(1).reshape(f0.shape)
    weight = (loudness + 1e-9) * (f0 > VOICED_ABOVE)
    total = weight.sum(1)
    mean = (weight * f0).sum(1) / np.maximum(total, 1e-12)
    counts = np.clip(np.rint(mean / FREQUENCY_OF_CLASS), LOWEST, HIGHEST)
    return np.append(np.where(total > 0, counts, 0), 0).astype(np.uint8)


def parities(half_cycles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return 1 for tokens whose phase begins at pi: after an odd count of half cycles in a run."""
    before = np.append(0, np.cumsum(half_cycles, dtype=np.int64)[:-1])
    voiced = half_cycles > 0
    onset = voiced & ~np.append(False, voiced[:-1])
    at_onset = np.maximum.accumulate(np.where(onset, before, 0))  # before never decreases
    return np.where(voiced, (before - at_onset) % 2, 0).astype(np.uint8)


def pulse_train(
    half_cycles: NDArray[np.uint8], parity: NDArray[np.uint8], voiced: NDArray[np.bool_]
) -> Array:
    """Sum all harmonics up to 11 kHz at unit amplitude: [tokens], [samples] -> [samples].

    The phase inside a token is the cubic that reaches its count and meets its neighbours' pitch.
    """
    held = half_cycles.astype(np.float32)
    runs = held > 0
    at_start = _joint(np.append(0, held[:-1]), held)[runs, None]
    at_end = _joint(held, np.append(held[1:], 0))[runs, None]
    count = held[runs, None]
    u = (np.arange(SAMPLES_PER_TOKEN, dtype=np.float32) / SAMPLES_PER_TOKEN)[None]
    halves = at_start * u * (1 - u) ** 2 + count * u * u * (3 - 2 * u) - at_end * u * u * (1 - u)
    slope = at_start * (1 - u) * (1 - 3 * u) + 6 * count * u * (1 - u) + at_end * u * (3 * u - 2)
    phase = np.pi * np.mod(halves + parity[runs, None], 2)  # [voiced tokens, 1200] radians
    pitch = np.maximum(slope * FREQUENCY_OF_CLASS, VOICED_ABOVE)
    top = np.floor(TOP_HARMONIC / pitch) + 0.5
    divisor = 2 * np.sin(phase / 2)
    peak = np.abs(divisor) < 2e-3  # sin(top x) / (2 sin(x / 2)) tends to top
    pulses = np.zeros((len(held), SAMPLES_PER_TOKEN), np.float32)
    pulses[runs] = np.where(peak, top, np.sin(top * phase) / np.where(peak, 1, divisor)) - 0.5
    return pulses.reshape(-1) * voiced


def _joint(left: Array, right: Array) -> Array:
    """Return the pitch where two tokens meet: the harmonic mean, or that of the voiced one."""
    both = 2 * left * right / np.maximum(left + right, 1)
    return np.where((left > 0) & (right > 0), both, np.maximum(left, right))


def voicing(f0: Array) -> NDArray[np.bool_]:
    """Mark the samples that are voiced, as the teacher does: [frames] -> [(frames - 1) * 300]."""
    samples = np.arange((len(f0) - 1) * HOP_LENGTH)
    pitch = np.interp((samples + 0.5) / HOP_LENGTH - 0.5, np.arange(len(f0)), f0)
    return pitch > VOICED_ABOVE


@cache
def noise_table() -> NDArray[np.complex64]:
    """Make the spectra [4, bins] of a token of noise, nearly flat in every frame.

    This is Griffin and Lim's iteration on a wave that repeats with every token. Random phases alone
    would leave deep holes in the spectrum, in the same places in every token.
    """
    rng = np.random.default_rng(0)
    wave = rng.standard_normal(SAMPLES_PER_TOKEN)
    for _ in range(300):
        frames = [np.roll(wave, N_FFT // 2 - f * HOP_LENGTH) for f in range(FRAMES_PER_TOKEN)]
        spectrum = np.fft.rfft(np.array(frames) * WINDOW)
        flat = spectrum / np.maximum(np.abs(spectrum), 1e-9)
        parts = np.fft.irfft(flat) * WINDOW
        wave = sum(np.roll(p, f * HOP_LENGTH - N_FFT // 2) for f, p in enumerate(parts)) / 1.5
    return flat.astype(np.complex64)


def polar(magnitude: Array, angle: Array) -> NDArray[np.complex64]:
    """Return complex numbers, computed faster than by a complex exponential."""
    numbers = np.empty(magnitude.shape, np.complex64)
    numbers.real = magnitude * np.cos(angle)
    numbers.imag = magnitude * np.sin(angle)
    return numbers


def stft(wave: Array) -> NDArray[np.complex64]:
    """Return a centred STFT in which a unit cosine peaks at 1: [samples] -> [frames, bins]."""
    padded = np.pad(wave, N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP_LENGTH]
    return np.fft.rfft(frames * (WINDOW / (N_FFT / 4)), axis=1)


def istft(spectrum: NDArray[np.complex64]) -> Array:
    """Invert a centred STFT with the same window: [frames, bins] -> [(frames - 1) * 300]."""
    overlap = N_FFT // HOP_LENGTH
    parts = (np.fft.irfft(spectrum, N_FFT, axis=1) * WINDOW).reshape(-1, overlap, HOP_LENGTH)
    wave = np.zeros((len(parts) + overlap - 1, HOP_LENGTH), np.float32)
    weight = np.zeros_like(wave)
    for k, square in enumerate((WINDOW**2).reshape(overlap, HOP_LENGTH)):
        wave[k : k + len(parts)] += parts[:, k]
        weight[k : k + len(parts)] += square
    start = N_FFT // 2
    wave, weight = wave.reshape(-1)[start:-start], weight.reshape(-1)[start:-start]
    return wave[: (len(parts) - 1) * HOP_LENGTH] / weight[: (len(parts) - 1) * HOP_LENGTH]


def log_mel(wave: Array) -> NDArray[np.float16]:
    """Return natural-log mel magnitudes: [(frames - 1) * 300] -> [frames, 64]."""
    magnitude = np.abs(stft(wave)) * np.float32(N_FFT / 4)
    return np.log(np.maximum(magnitude @ mel_filters(), MEL_FLOOR)).astype(np.float16)


@cache
def mel_filters() -> Array:
    """Return triangles of equal width in mels from 0 to 12 kHz, each of sum 1, [bins, 64]."""
    hertz = np.linspace(0, SAMPLE_RATE / 2, BINS)
    edges = 700 * (10 ** (np.linspace(0, _mel(SAMPLE_RATE / 2), MEL_BANDS + 2) / 2595) - 1)
    rising = (hertz[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles / triangles.sum(0)).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
