"""Loudness: one gain for the whole signal, and a soft limit for samples that are still too loud.

The figures are those of soprano-rs.
"""

import numpy as np

from soprano_np.nn.ops import Floats

PEAK = 0.5  # -6 dBFS
KNEE = np.float32(0.8)  # louder samples are bent towards 1
SILENCE = 1e-30  # up to this peak, a gain might not fit into a float32


def peak_gain(peak: float) -> float:
    """Return the gain that brings a signal's peak to PEAK, or 1 for silence."""
    return PEAK / peak if peak > SILENCE else 1.0


def soft_clip(samples: Floats) -> Floats:
    """Bend samples louder than KNEE by a tanh that never reaches 1: [samples] -> [samples]."""
    magnitude = np.abs(samples)
    room = np.float32(1) - KNEE
    bent = KNEE + room * np.tanh((magnitude - KNEE) / room)
    return np.where(magnitude > KNEE, np.copysign(bent, samples), samples)


def normalize(samples: Floats) -> Floats:
    """Bring the peak of a whole signal to PEAK: [samples] -> [samples]."""
    peak = float(np.abs(samples).max(initial=0))
    return soft_clip(samples * np.float32(peak_gain(peak)))
