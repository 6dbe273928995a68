"""A small discriminator, which tells true waves from the vocoder's by their spectra.

Jang et al. 2021 (UnivNet) use such spectra at several resolutions; the costs are a hinge, after
Lim and Ye 2017, and the distance of features, after Larsen et al. 2016.
"""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm
from train_voice.spectra import FLOOR, stft

RESOLUTIONS = (300, 75), (800, 200), (1800, 450)  # n_fft, hop_length
CHANNELS = 1, 16, 32, 32
FEATURE_WEIGHT = 2.0


class Resolution(nn.Module):
    """Judges a spectrogram place by place."""

    def __init__(self, n_fft: int, hop_length: int) -> None:
        super().__init__()
        self.n_fft, self.hop_length = n_fft, hop_length
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(before, after, (9, 3), (2, 1), (4, 1)))
            for before, after in pairwise(CHANNELS)
        )
        self.out = weight_norm(nn.Conv2d(CHANNELS[-1], 1, 3, padding=1))

    def forward(self, wave: Tensor) -> list[Tensor]:
        """[batch, samples] -> features of each layer, and last the judgement."""
        magnitude = stft(wave, self.n_fft, self.hop_length).abs()
        x = (magnitude + 10 * FLOOR).log()[:, None]
        features = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.1)
            features.append(x)
        return [*features, self.out(x)]


class Discriminator(nn.Module):
    """Judges waves at several resolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.resolutions = nn.ModuleList(Resolution(*sizes) for sizes in RESOLUTIONS)

    def own_loss(self, predicted: Tensor, true: Tensor) -> Tensor:
        """Cost of not telling waves [batch, samples] apart, []."""
        losses = [
            functional.relu(1 - resolution(true)[-1]).mean()
            + functional.relu(1 + resolution(predicted)[-1]).mean()
            for resolution in self.resolutions
        ]
        return sum(losses[1:], losses[0]) / len(losses)

    def vocoder_loss(self, predicted: Tensor, true: Tensor) -> Tensor:
        """Cost of being told from the true waves, and of features that differ from theirs, []."""
        losses = []
        for resolution in self.resolutions:
            ours, theirs = resolution(predicted), resolution(true)
            distance = sum(
                functional.l1_loss(one, other.detach())
                for one, other in zip(ours[:-1], theirs[:-1], strict=True)
            )
            losses.append(FEATURE_WEIGHT * distance - ours[-1].mean())
        return sum(losses[1:], losses[0]) / len(losses)
