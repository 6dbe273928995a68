"""States to waveform: against soprano-tts, and streamed against whole."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soprano_np.nn.linear import Linear
from soprano_np.vocoder.config import VocoderConfig
from soprano_np.vocoder.stream import CHUNK_STATES, Vocoder

# Samples are up to 0.7. Those of the reference (in float64) were 6e-7 away at most, and those of
# streams 1e-7 from those of a whole.
ATOL = 2e-6
PADDINGS = "center", "same"


def length(config: VocoderConfig, states: int) -> int:
    """Count the samples that states make."""
    extra = config.hop_length if config.padding == "same" else 0
    return (states - 1) * config.samples_per_token + extra if states else 0


def final_length(config: VocoderConfig, states: int) -> int:
    """Count the samples that no state after the given ones can change."""
    if not states:
        return 0
    reach = config.num_layers * (config.dw_kernel // 2)
    frames = config.upscale * (states - 1) + 1 - reach
    overlap = config.n_fft - config.hop_length
    cut = config.n_fft // 2 if config.padding == "center" else overlap // 2
    return max(frames * config.hop_length - cut, 0)


def pushed(vocoder: Vocoder, states: np.ndarray, *cuts: int) -> list[np.ndarray]:
    """Stream states in the pieces that cuts make of them; return what each gave, then the rest."""
    stream = vocoder.stream()
    return [*map(stream.push, np.split(states, cuts)), stream.flush()]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 40])
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", ["tiny", "other"])
def test_waveform(vocoders, golden, close, name, padding, count):
    recorded, (config, tensors) = golden("vocoder"), vocoders[name]
    samples = Vocoder(replace(config, padding=padding), tensors)(recorded[f"{name}.states"][:count])
    nothing = np.empty(0, np.float32)  # torch.istft refuses to give no samples
    close(samples, recorded.get(f"{name}.{padding}.{count}", nothing), ATOL)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", ["tiny", "other"])
def test_sample_counts(vocoders, golden, name, padding):
    config, tensors = vocoders[name]
    vocoder = Vocoder(replace(config, padding=padding), tensors)
    states = golden("vocoder")[f"{name}.states"]
    for count in range(len(states)):
        assert len(vocoder(states[:count])) == length(vocoder.config, count)


def test_nothing_makes_no_samples(vocoder):
    empty = vocoder(np.empty((0, vocoder.config.input_channels), np.float32))
    assert (empty.shape, empty.dtype) == ((0,), np.float32)
    stream = vocoder.stream()
    assert not len(stream.push(np.empty((0, vocoder.config.input_channels), np.float32)))
    assert not len(stream.flush())


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", ["tiny", "other"])
def test_streamed_equals_whole(vocoders, close, name, padding, chunk):
    config, tensors = vocoders[name]
    vocoder = Vocoder(replace(config, padding=padding), tensors)
    states = np.random.default_rng(0).standard_normal((130, config.input_channels), np.float32)
    # Not to the bit: a product with other numbers of rows rounds its sums otherwise.
    pieces = pushed(vocoder, states, *range(chunk, 130, chunk))
    close(np.concatenate(pieces), vocoder(states), ATOL)


@given(data=st.data(), count=st.integers(0, 150), padding=st.sampled_from(PADDINGS))
@settings(deadline=None, max_examples=60)
def test_streamed_equals_whole_however_it_is_cut(tiny, close, data, count, padding):
    cuts = data.draw(st.lists(st.integers(0, count), max_size=8).map(sorted))
    vocoder = Vocoder(replace(tiny.vocoder_config, padding=padding), tiny.vocoder_tensors)
    states = np.random.default_rng(count).standard_normal((count, 24), np.float32)
    close(np.concatenate(pushed(vocoder, states, *cuts)), vocoder(states), ATOL)


def test_the_published_sizes_are_final_as_documented():
    published = VocoderConfig(512, 768, 2304, 8, 3, 2048, 512)
    assert [final_length(published, states) for states in (3, 4, 5, 50)] == [
        0,
        1536,
        1536 + 2048,
        2048 * 50 - 6656,
    ]
    assert length(published, 55) == 110592  # 3.456 s


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", ["tiny", "other"])
def test_samples_are_given_as_soon_as_they_are_final(vocoders, golden, name, padding):
    config, tensors = vocoders[name]
    vocoder = Vocoder(replace(config, padding=padding), tensors)
    states = golden("vocoder")[f"{name}.states"]
    *pieces, _ = pushed(vocoder, states, *range(1, len(states)))
    given = np.cumsum([len(piece) for piece in pieces])
    assert given.tolist() == [
        final_length(vocoder.config, count) for count in range(1, len(states) + 1)
    ]


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", ["tiny", "other"])
def test_later_states_change_exactly_what_is_not_final(vocoders, golden, name, padding):
    config, tensors = vocoders[name]
    vocoder = Vocoder(replace(config, padding=padding), tensors)
    states = golden("vocoder")[f"{name}.states"]
    whole = vocoder(states)
    for count in (1, 2, 3, 10, 39):
        changed = states.copy()
        changed[count:] += 1
        difference = np.abs(vocoder(changed) - whole)
        final = final_length(vocoder.config, count)
        assert not difference[:final].any()
        assert difference[final : final + config.samples_per_token].max() > 1e-3


def test_samples_given_are_the_callers(vocoder, golden):
    """They are no view of what the stream goes on working with."""
    states = golden("vocoder")["tiny.states"]
    stream = vocoder.stream()
    pieces, kept = [], []
    for state in states:
        pieces.append(stream.push(state[None]))
        kept.append(pieces[-1].copy())
    for piece, copy in zip(pieces, kept, strict=True):
        np.testing.assert_array_equal(piece, copy)
        piece[:] = 0
    expected = vocoder(states)
    rest = stream.flush()
    np.testing.assert_allclose(rest, expected[-len(rest) :], atol=ATOL)


def test_streams_do_not_mix(vocoder, golden):
    states = golden("vocoder")["tiny.states"]
    streams = [vocoder.stream(), vocoder.stream()]
    inputs = [states, states[::-1]]
    given: list[list[np.ndarray]] = [[], []]
    for start, end in pairwise(range(0, 41, 8)):
        for stream, input_, pieces in zip(streams, inputs, given, strict=True):
            pieces.append(stream.push(input_[start:end]))
    for stream, input_, pieces in zip(streams, inputs, given, strict=True):
        samples = np.concatenate([*pieces, stream.flush()])
        np.testing.assert_allclose(samples, vocoder(input_), atol=ATOL)


def test_states_are_not_changed(vocoder, golden):
    states = golden("vocoder")["tiny.states"]
    before = states.copy()
    vocoder(states)
    np.testing.assert_array_equal(states, before)


# Several streams at once


def rendered(vocoder: Vocoder, signals, plan) -> list[np.ndarray]:
    """Render signals by a plan: calls, each a list of (signal, states to add, whether the last)."""
    streams, sent = [vocoder.stream() for _ in signals], [0] * len(signals)
    pieces: list[list[np.ndarray]] = [[np.empty(0, np.float32)] for _ in signals]
    for call in plan:
        numbers, counts, last = zip(*call, strict=True) if call else ((), (), ())
        states = []
        for number, count in zip(numbers, counts, strict=True):
            states.append(signals[number][sent[number] : sent[number] + count])
            sent[number] += count
        given = vocoder.render([streams[number] for number in numbers], states, last)
        assert len(given) == len(call)
        for number, samples in zip(numbers, given, strict=True):
            pieces[number].append(samples)
    return [np.concatenate(some) for some in pieces]


@pytest.mark.parametrize("chunk", [1, 2, 4, 8, 50])
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", ["tiny", "other"])
def test_streams_at_once_equal_each_alone(vocoders, close, name, padding, chunk):
    """Of mixed lengths, so that some begin while others are under way or end."""
    config, tensors = vocoders[name]
    vocoder = Vocoder(replace(config, padding=padding), tensors)
    rng = np.random.default_rng(0)
    lengths = [0, 1, 2, 3, 5, 17, 40, 61]
    signals = [rng.standard_normal((n, config.input_channels), np.float32) for n in lengths]
    plan, left, begun = [], dict(enumerate(lengths)), 0
    while left:
        begun += 3
        call = []
        for number in [number for number in left if number < begun]:
            left[number] -= chunk
            call.append((number, chunk, left[number] <= 0))
            if left[number] <= 0:
                del left[number]
        plan.append(call)
    for samples, signal in zip(rendered(vocoder, signals, plan), signals, strict=True):
        close(samples, vocoder(signal), ATOL)


CALLS = st.lists(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([0, 1, 2, 3, 9, 130])),
        max_size=5,
        unique_by=lambda piece: piece[0],
    ),
    max_size=6,
)


@given(calls=CALLS, padding=st.sampled_from(PADDINGS))
@settings(deadline=None, max_examples=60)
def test_streams_at_once_equal_each_alone_however_they_are_cut(tiny, close, calls, padding):
    vocoder = Vocoder(replace(tiny.vocoder_config, padding=padding), tiny.vocoder_tensors)
    totals, ends = [0] * 5, {}
    for index, call in enumerate(calls):
        for number, size in call:
            totals[number] += size
            ends[number] = index
    plan = [
        [(number, size, ends[number] == index) for number, size in call]
        for index, call in enumerate(calls)
    ]
    rng = np.random.default_rng(0)
    signals = [rng.standard_normal((total, 24), np.float32) for total in totals]
    for samples, signal in zip(rendered(vocoder, signals, plan), signals, strict=True):
        close(samples, vocoder(signal), ATOL)


def test_no_streams_make_nothing(vocoder):
    assert vocoder.render([], [], []) == []


def test_each_weight_is_read_once_for_all_streams(vocoder, monkeypatch):
    called = []
    multiply = Linear.__call__

    def counted(self, x, buffer=None):
        called.append(len(x))
        return multiply(self, x, buffer)

    monkeypatch.setattr(Linear, "__call__", counted)
    state = np.ones((1, 24), np.float32)
    vocoder.stream().push(state, last=True)
    alone, called[:] = len(called), []
    vocoder.render([vocoder.stream() for _ in range(8)], [state] * 8, [True] * 8)
    assert len(called) == alone
    assert set(called) == {8}


def test_a_pass_takes_so_many_states_and_no_more(vocoder, monkeypatch):
    embedded = []
    embed = vocoder.backbone.embed
    monkeypatch.setattr(vocoder.backbone, "embed", lambda x: embedded.append(len(x)) or embed(x))
    counts = [100, 100, 0, 300, 1]
    states = [np.ones((count, 24), np.float32) for count in counts]
    samples = vocoder.render([vocoder.stream() for _ in counts], states, [True] * 5)
    assert embedded == [CHUNK_STATES] * 3 + [501 - 3 * CHUNK_STATES]
    assert [len(some) for some in samples] == [length(vocoder.config, count) for count in counts]
