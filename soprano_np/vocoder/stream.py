"""States in, waveform out: a sentence at once, or as its states arrive; one mechanism for both."""

from collections.abc import Mapping

import numpy as np

from soprano_np.nn.ops import Floats
from soprano_np.nn.parallel import share
from soprano_np.nn.scratch import scratch
from soprano_np.vocoder.backbone import FRAMES, Backbone
from soprano_np.vocoder.config import VocoderConfig
from soprano_np.vocoder.istft import InverseSTFT, spectrum

# Larger products run faster, until what flows between them leaves the cache.
CHUNK_STATES = 128


class Vocoder:
    """The decoder of a checkpoint: [states, hidden] -> [samples]."""

    def __init__(self, config: VocoderConfig, tensors: Mapping[str, Floats]) -> None:
        self.config = config
        self.backbone = Backbone(config, tensors)

    def stream(self) -> "VocoderStream":
        """Begin a sentence."""
        return VocoderStream(self.config, self.backbone)

    def __call__(self, states: Floats) -> Floats:
        """Render a sentence: [states, hidden] -> [samples].

        With "center" padding samples = (states - 1) * samples_per_token; with "same" hop_length
        more.
        """
        stream = self.stream()
        starts = range(0, len(states), CHUNK_STATES)
        pieces = [
            stream.push(states[start : start + CHUNK_STATES], last=start == starts[-1])
            for start in starts
        ]
        return np.concatenate([np.empty(0, np.float32), *pieces])


class VocoderStream:
    """One sentence on its way through the vocoder.

    Every stage keeps the little that the next frames need: the last embedded state, the last
    frames before each convolution, the unfinished sums of the inverse STFT. So each frame is
    computed once, however the states are cut into chunks.
    """

    def __init__(self, config: VocoderConfig, backbone: Backbone) -> None:
        self.config, self.backbone = config, backbone
        self._embedded: Floats | None = None  # the last state, [1, dim]
        reach = config.dw_kernel // 2
        self._silence: Floats = np.zeros((reach, config.dim), np.float32)  # zero padding
        self._context = [self._silence] * config.num_layers
        self._istft = InverseSTFT(config)

    def push(self, states: Floats, last: bool = False) -> Floats:
        """Add states [states, hidden]; -> the samples that they make final, [samples].

        After the last of a sentence that is all the rest.
        """
        if not len(states):
            if self._embedded is None or not last:
                return np.empty(0, np.float32)
            x: Floats = np.empty((0, self.config.dim), np.float32)
        else:
            x = self._interpolate(self.backbone.embed(states))
        samples = self._render(x, last)
        return np.concatenate([samples, self._istft.flush()]) if last else samples

    def flush(self) -> Floats:
        """End the sentence: -> its remaining samples."""
        return self.push(np.empty((0, self.config.input_channels), np.float32), last=True)

    def _interpolate(self, embedded: Floats) -> Floats:
        """Put upscale - 1 frames between states: [states, dim] -> [frames, dim].

        The first state of a sentence gives one frame, every later one `upscale`. Embedding a state
        and interpolating commute, so the product runs at the rate of states.
        """
        if self._embedded is None:
            first, embedded = embedded[:1], embedded[1:]
            self._embedded, frames = first, [first]
        else:
            frames = []
        ends = np.concatenate([self._embedded, embedded])
        self._embedded = ends[-1:]
        weights = np.arange(1, self.config.upscale + 1, dtype=np.float32)[:, None] / np.float32(
            self.config.upscale
        )
        between = ends[:-1, None] * (1 - weights) + ends[1:, None] * weights
        return np.concatenate([*frames, between.reshape(-1, self.config.dim)])

    def _render(self, x: Floats, last: bool) -> Floats:
        """Run frames [frames, dim] to the end, as far as their neighbours are known."""
        x = self.backbone.norm(x)
        for index, block in enumerate(self.backbone.convnext):
            context = len(block.dwconv_weight) - 1
            parts = [self._context[index], x, *([self._silence] if last else [])]
            x = scratch("frames", sum(map(len, parts)), x.shape[1])
            np.concatenate(parts, out=x)
            self._context[index] = x[max(len(x) - context, 0) :].copy()
            if len(x) <= context:
                return np.empty(0, np.float32)
            x = block(x)
        frames: Floats = np.empty((len(x), self.config.n_fft), np.float32)

        def run(part: slice) -> None:
            spectra = spectrum(self.backbone.head(x[part]), self.config.padding)
            frames[part] = self._istft.frames(spectra)

        share(run, len(x), *FRAMES)
        return self._istft.push(frames)
