"""Spectra of waves, and the distance of predicted spectra from the true ones."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from voice.train.model import VOCODER_CONFIG, Vocoder
from voice.train.segments import HOP_LENGTH, N_FFT, Segments

BINS = VOCODER_CONFIG.bins
WAVE_RESOLUTIONS = (240, 60), (600, 150), (1600, 400)  # n_fft, hop_length
FLOOR = 1e-3  # magnitudes below this are silence


class Targets(NamedTuple):
    """Spectra of the true waves, [batch, frames, bins] each."""

    log_magnitude: Tensor
    cosine: Tensor  # of the phase
    sine: Tensor
    weight: Tensor  # how much the phase matters


def stft(wave: Tensor, n_fft: int, hop_length: int) -> Tensor:
    """[batch, samples] -> complex spectra without padding, [batch, bins, frames]."""
    window = torch.hann_window(n_fft, device=wave.device)
    return torch.stft(wave, n_fft, hop_length, window=window, center=False, return_complex=True)


def targets_of(wave: Tensor) -> Targets:
    """Return the spectra that the vocoder should predict."""
    spectra = stft(wave, N_FFT, HOP_LENGTH).mT
    magnitude = spectra.abs()
    direction = spectra / magnitude.clamp(min=1e-6)
    audible = magnitude.clamp(min=FLOOR)
    return Targets(
        audible.log(), direction.real.contiguous(), direction.imag.contiguous(), audible.sqrt()
    )


def spectral_losses(
    vocoder: Vocoder, segments: Segments, targets: Targets
) -> tuple[Tensor, Tensor]:
    """Return the mean log-magnitude distance and weighted phase error [2], and the features."""
    with torch.autocast(segments.states.device.type, torch.bfloat16):
        features = vocoder(segments.states, segments.inside)
    features = features.float()
    magnitude, phase = features[..., :BINS], features[..., BINS:]
    count = segments.counted.sum() * BINS
    counted = segments.counted[..., None]
    distance = ((magnitude - targets.log_magnitude).abs() * counted).sum() / count
    agreement = phase.cos() * targets.cosine + phase.sin() * targets.sine
    turned = (targets.weight * (1 - agreement) * counted).sum() / count
    return torch.stack([distance, turned]), features


def waves_of(features: Tensor, segments: Segments) -> tuple[Tensor, Tensor]:
    """Invert predicted spectra; return predicted and true waves [batch, samples].

    Both are 0 where not counted. A hop is counted if all frames that reach into it are, two before
    it and two after it.
    """
    magnitude = features[..., :BINS].clamp(max=np.log(100.0)).exp() * segments.inside[..., None]
    magnitude = functional.pad(magnitude[..., 1:-1], (1, 1))  # which the engine leaves out
    spectra = torch.polar(magnitude, features[..., BINS:]).mT
    window = torch.hann_window(N_FFT, device=features.device)
    predicted = torch.istft(spectra, N_FFT, HOP_LENGTH, window=window, center=True)
    reached = functional.pad(segments.counted[:, None], (1, 1), mode="replicate")
    counted = -functional.max_pool1d(-reached, 4, 1)[:, 0]  # the least of four
    counted = counted.repeat_interleave(HOP_LENGTH, 1)
    half = N_FFT // 2
    true = segments.wave[:, half : half + predicted.shape[1]]
    return predicted * counted, true * counted


def wave_loss(predicted: Tensor, true: Tensor) -> Tensor:
    """Average the distance of spectra at several resolutions: [batch, samples] twice -> []."""
    losses = []
    for n_fft, hop_length in WAVE_RESOLUTIONS:
        ours, theirs = (stft(wave, n_fft, hop_length).abs() for wave in (predicted, true))
        floor = 10 * FLOOR * n_fft / N_FFT
        logarithmic = ((ours + floor).log() - (theirs + floor).log()).abs().mean()
        losses += [logarithmic + (ours - theirs).abs().sum() / theirs.sum().clamp(min=1)]
    return torch.stack(losses).mean()
