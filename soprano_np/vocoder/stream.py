"""States in, samples out: whole sentences or what has arrived of several, by one mechanism."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

import numpy as np

from soprano_np.nn.ops import Floats, Ints
from soprano_np.nn.parallel import share
from soprano_np.nn.scratch import Buffer
from soprano_np.vocoder.backbone import LEAST_FRAMES, Backbone
from soprano_np.vocoder.config import VocoderConfig
from soprano_np.vocoder.istft import InverseSTFT, OverlapAdd, spectrum

# Larger products run faster, until what flows between them leaves the cache.
CHUNK_STATES = 128
SPECTRUM_FRAMES = 128  # in one go; 256 are no faster and take 3 MB more


class VocoderStream:
    """One sentence on its way through a vocoder.

    It keeps the little of each stage that the next frames need: the last embedded state, the last
    frames before each convolution, the unfinished sums of the inverse STFT. So each frame is
    computed once, however the states are cut into chunks.
    """

    def __init__(self, vocoder: "Vocoder") -> None:
        self._vocoder = vocoder
        self.embedded: Floats | None = None  # the last state, [1, dim]
        self.contexts = [vocoder.silence] * vocoder.config.num_layers  # [kernel - 1, dim] at most
        self.overlap_add = OverlapAdd(vocoder.istft)

    def push(self, states: Floats, last: bool = False) -> Floats:
        """Add states and return the samples that are final now: [states, hidden] -> [samples].

        After the last states of the sentence that is all the rest.
        """
        return self._vocoder.render([self], [states], [last])[0]

    def flush(self) -> Floats:
        """End the sentence and return the rest of its samples, [samples]."""
        return self.push(NO_STATES, last=True)


NO_STATES: Floats = np.empty((0, 1), np.float32)


class Vocoder:
    """The decoder of a checkpoint: [states, hidden] -> [samples]."""

    _padded = Buffer()

    def __init__(self, config: VocoderConfig, tensors: Mapping[str, Floats]) -> None:
        self.config = config
        self.backbone = Backbone(config, tensors)
        self.istft = InverseSTFT(config)
        self.silence: Floats = np.zeros((config.dw_kernel // 2, config.dim), np.float32)
        steps = np.arange(1, config.upscale + 1, dtype=np.float32)[:, None]
        self._weights: Floats = steps / np.float32(config.upscale)  # of a state in its frames

    def stream(self) -> VocoderStream:
        """Begin a sentence."""
        return VocoderStream(self)

    def __call__(self, states: Floats) -> Floats:
        """Render a sentence: [states, hidden] -> [samples].

        With "center" padding samples = (states - 1) * samples_per_token; with "same" hop_length
        more.
        """
        return self.stream().push(states, last=True)

    def render(
        self, streams: Sequence[VocoderStream], states: Sequence[Floats], last: Sequence[bool]
    ) -> list[Floats]:
        """Add to several sentences at once, so that the weights are read once for all of them.

        24 sentences with one state each take a third of the time of one after the other, a fifth
        with the built-in voice.

        states [states, hidden] and whether they are the last, for each of the streams, of which
        none comes twice. Returns [samples] that are final now, for each stream.
        """
        samples: list[list[Floats]] = [[] for _ in streams]
        for some in _passes(states, last):
            numbers, *rest = zip(*some, strict=True)
            made = self._run([streams[number] for number in numbers], *rest)
            for number, piece in zip(numbers, made, strict=True):
                samples[number].append(piece)
        return [each[0] if len(each) == 1 else np.concatenate(each) for each in samples]

    def _run(
        self, streams: Sequence[VocoderStream], states: Sequence[Floats], last: Sequence[bool]
    ) -> list[Floats]:
        """Run states to the end, as far as the neighbours of their frames are known."""
        signals = self._interpolate(streams, states)
        for index, block in enumerate(self.backbone.convnext):
            padded, starts = self._add_context(index, streams, signals, last)
            x = block(padded, np.concatenate(starts))
            signals = _split(x, map(len, starts))
        frames: Floats = np.empty((len(x), self.config.n_fft), np.float32)

        def run(part: slice) -> None:
            spectra = spectrum(self.backbone.head(x[part]), self.config.padding)
            frames[part] = self.istft(spectra)

        share(run, len(x), LEAST_FRAMES, SPECTRUM_FRAMES)
        samples = []
        pieces = _split(frames, map(len, signals))
        for stream, piece, end in zip(streams, pieces, last, strict=True):
            final = stream.overlap_add.push(piece)
            if end:
                final = np.concatenate([final, stream.overlap_add.flush()])
            samples.append(final)
        return samples

    def _interpolate(
        self, streams: Sequence[VocoderStream], states: Sequence[Floats]
    ) -> list[Floats]:
        """Put upscale - 1 frames between states: [states, hidden] each -> [frames, dim] each.

        The first state of a sentence makes one frame, every later one `upscale`. Embedding a state
        and interpolating commute, so the product runs at the rate of states.
        """
        upscale, dim = self.config.upscale, self.config.dim
        arrived = [some for some in states if len(some)]
        if not arrived:
            return [np.empty((0, dim), np.float32)] * len(streams)
        after = self.backbone.embed(np.concatenate(arrived))
        before, firsts = [], []
        for stream, some in zip(streams, _split(after, map(len, states)), strict=True):
            firsts.append(0)
            if len(some):
                if stream.embedded is None:  # all frames before the first state's own are dropped
                    firsts[-1], stream.embedded = upscale - 1, some[:1]
                before += [stream.embedded, some[:-1]]
                stream.embedded = some[-1:].copy()
        ends = np.concatenate(before)[:, None]
        between = ends * (1 - self._weights) + after[:, None] * self._weights
        frames = self.backbone.norm(between.reshape(-1, dim))
        signals = _split(frames, [upscale * len(some) for some in states])
        return [signal[first:] for signal, first in zip(signals, firsts, strict=True)]

    def _add_context(
        self,
        index: int,
        streams: Sequence[VocoderStream],
        signals: Sequence[Floats],
        last: Sequence[bool],
    ) -> tuple[Floats, list[Ints]]:
        """Join signals for a block, each between the frames before it and what follows its end.

        [frames, dim] each -> [frames, dim], in a buffer, and for each signal the frames in it at
        which a convolution can start.
        """
        context = self.config.dw_kernel - 1
        parts, starts, stops = [], [], []
        stop = 0
        for stream, signal, end in zip(streams, signals, last, strict=True):
            before, start = stream.contexts[index], stop
            parts += [before, signal]
            stop += len(before) + len(signal)
            if end:
                parts.append(self.silence)
                stop += len(self.silence)
            starts.append(np.arange(start, stop - context))
            stops.append((start, stop))
        padded = self._padded(stop, self.config.dim)
        np.concatenate(parts, out=padded)
        for stream, (start, stop) in zip(streams, stops, strict=True):
            stream.contexts[index] = padded[max(stop - context, start) : stop].copy()
        return padded, starts


def _split(x: Floats, counts: Iterable[int]) -> list[Floats]:
    """Split an array into pieces of so many rows: views."""
    return [x[start:stop] for start, stop in pairwise(accumulate(counts, initial=0))]


def _passes(
    states: Sequence[Floats], last: Sequence[bool]
) -> Iterator[list[tuple[int, Floats, bool]]]:
    """Deal out the states of streams, at most CHUNK_STATES at a time.

    Yields lists of (number of the stream, states [states, hidden], whether they are its last).
    """
    some: list[tuple[int, Floats, bool]] = []
    room = CHUNK_STATES
    for number, (rest, end) in enumerate(zip(states, last, strict=True)):
        while True:
            piece, rest = rest[:room], rest[room:]
            some.append((number, piece, end and not len(rest)))
            room -= len(piece)
            if not room:
                yield some
                some, room = [], CHUNK_STATES
            if not len(rest):
                break
    if some:
        yield some
