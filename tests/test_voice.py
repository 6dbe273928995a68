"""A trained voice, end to end. It is not part of the project and is tested where it is at hand.

Looked for in $SOPRANO_VOICE, else in ../shared/voice-prototype.
"""

import os
from pathlib import Path

import numpy as np
import pytest
import scipy.io.wavfile

from soprano_np import SopranoTTS

BESIDE = Path(__file__).parents[2] / "shared" / "voice-prototype"
VOICE = Path(os.environ.get("SOPRANO_VOICE", BESIDE))
# The samples were made by another engine from these words, without a normaliser.
SPOKEN = {
    "01_the_quick_brown_fox_jumps_over": "The quick brown fox jumps over the lazy dog.",
    "04_it_s_easy_to_tell_the_depth_of": "It's easy to tell the depth of a well.",
    "13_this_is_a_small_voice_that_run": "This is a small voice that runs without a network.",
}
MIN_SNR = 60.0  # dB; 16-bit rounding alone leaves about 68

pytestmark = pytest.mark.skipif(
    not (VOICE / "model.safetensors").is_file(), reason=f"there is no voice in {VOICE}"
)


@pytest.fixture(scope="module")
def tts() -> SopranoTTS:
    return SopranoTTS(VOICE, normalizer=str.lower)


def snr(expected: np.ndarray, found: np.ndarray) -> float:
    """Return the signal-to-noise ratio in decibels."""
    noise = np.square(expected.astype(np.float64) - found).sum()
    signal = np.square(expected.astype(np.float64)).sum()
    return float(10 * np.log10(signal / noise)) if noise else float("inf")


def test_hello_world_stops_by_itself() -> None:
    tts = SopranoTTS(VOICE)
    (sentence,) = tts.track("Hello world")
    assert sentence.text == "hello world."
    assert sentence.finish_reason == "stop"
    assert 15 <= len(sentence.tokens) <= 25  # 19, but for rounding at a near tie
    assert len(sentence.audio) == (len(sentence.tokens) - 1) * 1200
    assert 0.05 < np.abs(sentence.audio).max() < 1.5


@pytest.mark.parametrize("name", SPOKEN)
def test_sounds_like_the_samples(tts: SopranoTTS, name: str) -> None:
    rate, sample = scipy.io.wavfile.read(VOICE / "samples" / f"{name}.wav")
    assert rate == tts.sample_rate
    audio = tts.infer(SPOKEN[name])
    assert len(audio) == len(sample)
    assert snr(sample / np.float32(32767), audio) > MIN_SNR


def test_batch_sounds_like_each_alone(tts: SopranoTTS) -> None:
    together = tts.infer_batch(list(SPOKEN.values()))
    for text, audio in zip(SPOKEN.values(), together, strict=True):
        alone = tts.infer(text)
        assert len(audio) == len(alone)
        assert snr(alone, audio) > 80  # float32 rounding of other products
