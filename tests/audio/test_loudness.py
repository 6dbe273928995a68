"""Loudness: one gain for the whole, and a limit that is never passed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from soprano_np.audio.loudness import KNEE, PEAK, SILENCE, normalize, peak_gain, soft_clip

floats = st.floats(-(2.0**100), 2.0**100, width=32)


@given(arrays(np.float32, st.integers(0, 40), elements=floats))
def test_normalized_peak(samples: np.ndarray) -> None:
    result = normalize(samples)
    assert result.dtype == np.float32
    assert result.shape == samples.shape
    peak = float(np.abs(samples).max(initial=0))
    expected = PEAK if peak > SILENCE else peak
    assert np.abs(result).max(initial=0) == pytest.approx(expected, rel=1e-6)
    assert (np.sign(result) * np.sign(samples) >= 0).all()


@given(arrays(np.float32, st.integers(0, 40), elements=floats))
def test_soft_clip_bends_only_what_is_loud(samples: np.ndarray) -> None:
    result = soft_clip(samples)
    assert result.dtype == np.float32
    quiet = np.abs(samples) <= KNEE
    assert (result[quiet] == samples[quiet]).all()
    assert (np.abs(result) <= 1).all()
    order = np.argsort(samples, kind="stable")
    assert (np.diff(result[order]) >= 0).all()  # louder stays louder


def test_soft_clip_follows_the_tanh() -> None:
    assert soft_clip(np.array([1.0, -1.0], np.float32)) == pytest.approx(
        [0.8 + 0.2 * np.tanh(1), -0.8 - 0.2 * np.tanh(1)]
    )


def test_silence_keeps_its_gain() -> None:
    assert peak_gain(0) == 1
    assert peak_gain(1e-40) == 1  # 0.5 / 1e-40 would be infinite in float32
    assert peak_gain(0.25) == 2
