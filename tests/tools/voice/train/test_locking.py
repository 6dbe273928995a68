"""Locked phases: pitch that repeats with every token, noise that is flat."""

import numpy as np
import pytest
from voice.train import locking
from voice.train.locking import Spectra

TOKENS = 9
FRAMES = 4 * (TOKENS - 1) + 1
SAMPLES = 1200 * (TOKENS - 1)


def spectra(f0: np.ndarray) -> Spectra:
    """Flat spectra of a given pitch, [frames]."""
    shape = len(f0), locking.BINS
    ones, zeros = np.ones(shape, np.float32), np.zeros(shape, np.float32)
    return Spectra(0.01 * ones, zeros, 0.001 * ones, zeros, f0.astype(np.float32))


def test_stft_inverts() -> None:
    wave = np.random.default_rng(0).standard_normal(SAMPLES).astype(np.float32)
    spectrum = locking.stft(wave)
    assert spectrum.shape == (FRAMES, locking.BINS)
    unscaled = spectrum * np.float32(locking.N_FFT / 4)
    np.testing.assert_allclose(locking.istft(unscaled), wave, atol=1e-5)


def test_a_unit_cosine_peaks_at_one() -> None:
    wave = np.cos(2 * np.pi * 1000 / 24000 * np.arange(SAMPLES)).astype(np.float32)
    assert np.abs(locking.stft(wave)[10]).max() == pytest.approx(1, abs=1e-3)


def test_steady_pitch_repeats_with_every_token() -> None:
    wave, half_cycles, parity = locking.lock(spectra(np.full(FRAMES, 203.0)))
    assert wave.shape == (SAMPLES,)
    assert half_cycles.tolist() == [20] * (TOKENS - 1) + [0]  # 200 Hz; the last lies past the end
    assert not parity.any()
    tokens = wave.reshape(-1, 1200)
    np.testing.assert_allclose(tokens[3], tokens[4], atol=1e-3 * np.abs(wave).max())
    loudest = np.abs(np.fft.rfft(tokens[3:5].reshape(-1))).argmax()
    assert loudest % 20 == 0  # a harmonic of 200 Hz, in bins of 10 Hz


def test_an_odd_count_turns_the_next_tokens_phase() -> None:
    half_cycles = np.array([0, 21, 20, 21, 22, 0, 21, 21], np.uint8)
    assert locking.parities(half_cycles).tolist() == [0, 0, 1, 1, 0, 0, 0, 1]


def test_phase_runs_on_where_pitch_changes() -> None:
    half_cycles = np.array([20, 21, 22, 24], np.uint8)
    voiced = np.ones(4800, bool)
    pulses = locking.pulse_train(half_cycles, locking.parities(half_cycles), voiced)
    peaks = np.flatnonzero(pulses > 0.5 * pulses.max())
    starts = peaks[np.append(True, np.diff(peaks) > 20)]
    gaps = np.diff(starts)
    assert len(starts) == pytest.approx(half_cycles.sum() / 2, abs=1)
    assert gaps.min() >= 96 and gaps.max() <= 124  # no pulse is lost or doubled at a border


def test_unvoiced_noise_repeats_and_is_flat() -> None:
    table = locking.noise_table()
    np.testing.assert_allclose(np.abs(table[:, 1:-1]), 1, atol=1e-5)
    wave, half_cycles, _ = locking.lock(spectra(np.zeros(FRAMES)))
    assert not half_cycles.any()
    tokens = wave.reshape(-1, 1200)
    np.testing.assert_allclose(tokens[3], tokens[4], atol=1e-5)
