"""From features to spectra to samples, against torch and Vocos."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soprano_np.vocoder.config import VocoderConfig
from soprano_np.vocoder.istft import InverseSTFT, OverlapAdd, hann_window, spectrum

ATOL = 4e-6  # samples are up to 4.1, and two float32 FFTs were 1e-6 apart at most
SIZES = [(64, 16), (50, 20), (60, 30), (2048, 512)]
CONFIG = VocoderConfig(
    input_channels=1, dim=1, intermediate_dim=1, num_layers=1, dw_kernel=1, n_fft=64, hop_length=16
)


def inverse(config: VocoderConfig, spectra: np.ndarray, *cuts: int) -> np.ndarray:
    """Invert spectra [frames, bins], pushed in the pieces that cuts make of them."""
    istft = InverseSTFT(config)
    signal = OverlapAdd(istft)
    return np.concatenate([*map(signal.push, np.split(istft(spectra), cuts)), signal.flush()])


@pytest.mark.parametrize("length", [50, 64, 2048])
def test_hann_window(golden, close, length):
    # Ours are the true values, rounded; torch's are this far from them.
    close(hann_window(length), golden("operations")[f"hann.{length}"], atol=4e-7)


@pytest.mark.parametrize("padding", ["center", "same"])
def test_spectrum(golden, close, padding):
    recorded = golden("operations")
    features = recorded["features"]
    result = spectrum(features.copy(), padding)
    # exp, cos and sin to their last bits, of magnitudes up to 100
    close(result, recorded[f"spectrum.{padding}"], atol=1e-7, rtol=5e-7)
    log_magnitudes = features[:, 1:10]
    assert (log_magnitudes > 100).any() and (log_magnitudes < -100).any()
    clipped = np.abs(result[:, 1:10])[log_magnitudes > np.log(100)]
    np.testing.assert_allclose(clipped, 100, rtol=2e-7)


def test_only_centred_spectra_have_no_first_and_last_bin(golden):
    features = golden("operations")["features"]
    assert not spectrum(features.copy(), "center")[:, [0, -1]].any()
    assert spectrum(features.copy(), "same")[:, [0, -1]].all()


@pytest.mark.parametrize(("n_fft", "hop_length"), SIZES)
@pytest.mark.parametrize("padding", ["center", "same"])
def test_inverse_stft(golden, close, padding, n_fft, hop_length):
    recorded, name = golden("operations"), f"{n_fft}.{hop_length}"
    config = replace(CONFIG, n_fft=n_fft, hop_length=hop_length, padding=padding)
    close(inverse(config, recorded[f"spectra.{name}"]), recorded[f"{padding}.{name}"], ATOL)


@pytest.mark.parametrize(("n_fft", "hop_length"), SIZES[:3])
@pytest.mark.parametrize("padding", ["center", "same"])
def test_pieces_make_the_same_samples(golden, close, padding, n_fft, hop_length):
    config = replace(CONFIG, n_fft=n_fft, hop_length=hop_length, padding=padding)
    spectra = golden("operations")[f"spectra.{n_fft}.{hop_length}"]
    whole = inverse(config, spectra)
    for cuts in ([1], [2, 3], [1, 2, 3, 4], [0, 0, 5, 5]):
        # Overlapping frames are summed in another order, and so round otherwise.
        close(inverse(config, spectra, *cuts), whole, atol=1e-6)


@given(
    n_fft=st.integers(2, 40).map(lambda half: 2 * half),
    hop=st.integers(1, 40),
    frames=st.integers(1, 12),
    seed=st.integers(0, 9),
)
@settings(deadline=None, max_examples=60)
def test_inversion_gives_the_signal_back(n_fft, hop, frames, seed):
    """Any signal, cut into windowed frames and transformed, is what comes out again."""
    hop = min(hop, n_fft // 2)
    config = replace(CONFIG, n_fft=n_fft, hop_length=hop)
    signal = np.random.default_rng(seed).standard_normal((frames - 1) * hop + n_fft)
    cuts = [signal[hop * f : hop * f + n_fft] * hann_window(n_fft) for f in range(frames)]
    spectra = np.fft.rfft(cuts).astype(np.complex64)
    half = n_fft // 2
    # Where windows are small, rounding is divided by their square; at n_fft / 2 from an end they
    # are not.
    np.testing.assert_allclose(
        inverse(config, spectra), signal[half : half + (frames - 1) * hop], atol=1e-4
    )
