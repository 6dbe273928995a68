"""Speech as it is made: what infer gives, as soon as it can be, and nothing left behind."""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soprano_np import CheckpointError, Sampling, SopranoTTS, streaming
from soprano_np.lm.generate import Prompt
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.nn.ops import Floats
from soprano_np.prefetch import Prefetch
from soprano_np.streaming import Planned, Speech
from soprano_np.tts import CHUNKS_AHEAD
from soprano_np.vocoder.config import VocoderConfig, expected_shapes
from soprano_np.vocoder.stream import CHUNK_STATES, Vocoder, VocoderStream

LONG = 20  # seconds after which something hangs
FIRST = "the first sentence is about a lamp and a moth."
TEXT = """The first sentence is about a lamp. The second sentence is about a long table.

A second paragraph begins with this sentence! Is this one the last of the second paragraph?

And a third paragraph is shorter."""
PER_TOKEN, SECONDS_PER_TOKEN = 64, 0.008  # of the tiny vocoder


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint whose speech never ends by itself, with room for 512 tokens and a prompt."""
    directory = make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("streaming") / "tiny")
    config = json.loads((directory / "config.json").read_text())
    (directory / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 1024}))
    return directory


@pytest.fixture(scope="module")
def by_size(directory: Path) -> dict[int, SopranoTTS]:
    """Speakers by batch_size."""
    return {size: endless(SopranoTTS(directory, batch_size=size)) for size in (1, 2, 16)}


@pytest.fixture
def tts(by_size: dict[int, SopranoTTS]) -> SopranoTTS:
    return by_size[16]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert_no_thread()


def assert_no_thread() -> None:
    end = time.monotonic() + LONG
    while threads := [thread for thread in threading.enumerate() if "prefetch" in thread.name]:
        assert time.monotonic() < end, threads
        time.sleep(0.001)


def within(work: Callable[[], object]) -> None:
    """Run work in a thread of its own; fail if it does not end or raises."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONG)
    assert not thread.is_alive(), "it hangs"
    if errors:
        raise errors[0]


def ending(tts: SopranoTTS, stop_id: int) -> SopranoTTS:
    """Let another token than [STOP] end sentences."""
    tokenizer: Any = tts.model.tokenizer
    encode, first = tokenizer.encode, tokenizer.stop_id
    tokenizer.stop_id = stop_id
    tokenizer.encode = lambda sentence: np.append([first], encode(sentence)[1:])
    return tts


def endless(tts: SopranoTTS) -> SopranoTTS:
    """Let no sentence end before max_new_tokens."""
    return ending(tts, 10**6)


def joined(chunks: Iterable[Floats]) -> Floats:
    return np.concatenate([np.empty(0, np.float32), *chunks])


def assert_same(streamed: Floats, whole: Floats, relative: float = 1e-5) -> None:
    """Compare but for the rounding of products with other numbers of rows."""
    assert (streamed.dtype, streamed.shape) == (whole.dtype, whole.shape)
    np.testing.assert_allclose(
        streamed, whole, rtol=0, atol=relative * np.abs(whole).max(initial=0)
    )


# The same sound


@pytest.mark.parametrize("chunk_size", [1, 2, 3, 7, 64, None])
@pytest.mark.parametrize("tokens", [1, 2, 3, 4, 9, 65, 512])
def test_a_stream_is_the_whole(tts: SopranoTTS, tokens: int, chunk_size: int | None) -> None:
    whole = tts.infer(FIRST, max_new_tokens=tokens)
    assert len(whole) == (tokens - 1) * PER_TOKEN
    chunks = list(tts.infer_stream(FIRST, chunk_size, max_new_tokens=tokens))
    assert all(len(chunk) for chunk in chunks)
    assert_same(joined(chunks), whole)


@pytest.mark.parametrize("chunk_size", [1, 7, None])
@pytest.mark.parametrize("batch_size", [1, 2, 16])
@pytest.mark.parametrize("sampled", [{}, {"temperature": 1.0, "seed": 3}])
def test_several_sentences(
    by_size: dict[int, SopranoTTS],
    sampled: dict[str, Any],
    batch_size: int,
    chunk_size: int | None,
) -> None:
    tts = by_size[batch_size]
    options = {"max_new_tokens": 30, "sentence_silence": 0.1, "paragraph_silence": 0.25, **sampled}
    streamed = joined(tts.infer_stream(TEXT, chunk_size, **options))
    # Neighbours in a batch change a sentence's states by rounding, which random weights amplify.
    assert_same(streamed, tts.infer(TEXT, **options), 1e-5 if batch_size == 1 else 2e-3)


def test_silences(tts: SopranoTTS) -> None:
    options = {"sentence_silence": 0.1, "paragraph_silence": 0.25, "max_new_tokens": 9}
    streamed = joined(tts.infer_stream(TEXT, **options))
    sound = 8 * PER_TOKEN
    counts = [len(sentences) for sentences in tts.paragraphs(TEXT)]
    assert counts == [2, 2, 1]
    start = 0
    for pause in (0, 800, 2000, 800, 2000):
        assert not streamed[start : start + pause].any()
        start += pause
        assert streamed[start : start + sound].all()
        start += sound
    assert start == len(streamed)


WORDS = "lamp moth table supper letter window garden winter river morning".split()


@settings(deadline=None, max_examples=10)
@given(
    counts=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    tokens=st.integers(1, 40),
    chunk_size=st.none() | st.integers(1, 50),
    silence=st.sampled_from([0.0, 0.01]),
)
def test_any_text(
    by_size: dict[int, SopranoTTS],
    counts: list[int],
    tokens: int,
    chunk_size: int | None,
    silence: float,
) -> None:
    paragraphs = [
        " ".join(f"Here is a {WORDS[3 * row + n]} that nobody has seen." for n in range(count))
        for row, count in enumerate(counts)
    ]
    text = "\n\n".join(paragraphs)
    options = {"max_new_tokens": tokens, "sentence_silence": silence}
    for tts in by_size.values():
        assert len(tts.sentences(text)) == sum(counts)
        streamed = joined(tts.infer_stream(text, chunk_size, **options))
        assert_same(streamed, tts.infer(text, **options), 2e-3)


@pytest.mark.parametrize("batch_size", [1, 2, 16])
def test_sentences_of_many_lengths(directory: Path, tts: SopranoTTS, batch_size: int) -> None:
    sentences = list(tts.generate(tts.sentences(TEXT), tts.sampling(max_new_tokens=40)))
    stop_id = int(sentences[2].tokens[0])  # so one has none at all
    speaker = ending(SopranoTTS(directory, batch_size=batch_size), stop_id)
    options = {"max_new_tokens": 40, "sentence_silence": 0.1}
    lengths = [len(s.tokens) for s in speaker.generate(speaker.sentences(TEXT), Sampling())]
    assert lengths[2] == 0
    assert len(set(lengths)) > 2
    for chunk_size in (1, 5, None):
        streamed = joined(speaker.infer_stream(TEXT, chunk_size, **options))
        assert_same(streamed, speaker.infer(TEXT, **options), 2e-3)


def test_text_without_a_sound(
    directory: Path, tts: SopranoTTS, caplog: pytest.LogCaptureFixture
) -> None:
    (sentence,) = tts.generate([FIRST], tts.sampling(max_new_tokens=1))
    mute = ending(SopranoTTS(directory), int(sentence.tokens[0]))
    assert list(mute.infer_stream(FIRST)) == []
    assert caplog.messages[-1] == f"a sentence ended before its first sound: {FIRST!r}"


# As soon as it can be


@pytest.mark.parametrize("padding", ["center", "same"])
@pytest.mark.parametrize("layers", [1, 4])
@pytest.mark.parametrize("kernel", [1, 3, 7])
@pytest.mark.parametrize(("n_fft", "hop", "upscale"), [(64, 16, 4), (50, 20, 3), (64, 32, 1)])
def test_first_states(
    padding: str, layers: int, kernel: int, n_fft: int, hop: int, upscale: int
) -> None:
    config = VocoderConfig(6, 10, 14, layers, kernel, n_fft, hop, upscale, padding=padding)
    rng = np.random.default_rng(0)
    tensors = {
        name: make_checkpoint.vocoder_weight(rng, name, shape)
        for name, shape in expected_shapes(config).items()
    }
    stream = Vocoder(config, tensors).stream()
    given = [len(stream.push(rng.standard_normal((1, 6), np.float32))) for _ in range(60)]
    assert sum(map(bool, given)) > 10
    assert config.first_states == next(i for i, samples in enumerate(given, 1) if samples)


def test_first_states_of_the_published_sizes() -> None:
    assert VocoderConfig(512, 768, 2304, 8, 3, 2048, 512).first_states == 4


class Clock:
    """Stands in for streaming's time; moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def perf_counter(self) -> float:
        return self.now


class Log:
    """What was done, in order: ("prefill" or "step" or "push", rows), and ("chunk", samples)."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, int]] = []

    def of(self, kind: str) -> list[int]:
        return [count for what, count in self.entries if what == kind]

    def before_the_first_chunk(self, kind: str) -> list[int]:
        first = [what for what, _ in self.entries].index("chunk")
        return [count for what, count in self.entries[:first] if what == kind]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(streaming, "time", clock)
    return clock


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """Take down what the models are asked to do."""
    log = Log()
    prefill, step, push = Qwen3.prefill, Qwen3.step, VocoderStream.push

    def logged_prefill(self: Any, prompts: Any, *rest: Any) -> Floats:
        log.entries.append(("prefill", len(prompts)))
        return prefill(self, prompts, *rest)

    def logged_step(self: Any, tokens: Any, *rest: Any) -> Floats:
        log.entries.append(("step", len(tokens)))
        return step(self, tokens, *rest)

    def logged_push(self: Any, states: Any, last: bool = False) -> Floats:
        log.entries.append(("push", len(states)))
        return push(self, states, last)

    monkeypatch.setattr(Qwen3, "prefill", logged_prefill)
    monkeypatch.setattr(Qwen3, "step", logged_step)
    monkeypatch.setattr(VocoderStream, "push", logged_push)
    return log


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, clock: Clock, log: Log) -> Callable[[float], None]:
    """Return a function that gives a step for one sentence its cost in seconds."""

    def cost(seconds: float) -> None:
        step = Qwen3.step

        def timed(self: Any, tokens: Any, *rest: Any) -> Floats:
            clock.now += seconds * (1 + 0.1 * (len(tokens) - 1))
            return step(self, tokens, *rest)

        monkeypatch.setattr(Qwen3, "step", timed)

    return cost


def speech(
    tts: SopranoTTS,
    log: Log,
    draw: Callable[[bool], str | None] | int,
    chunk_size: int | None = None,
    **sampling: Any,
) -> list[tuple[float, float]]:
    """Run a Speech in this thread; -> when each chunk came, and its seconds.

    draw gives the sentences, or says how many there are.
    """
    texts = iter([f"{FIRST} {n}" for n in range(draw)]) if isinstance(draw, int) else None

    def plan(wait: bool) -> Planned | None:
        text = next(texts) if texts else draw(wait)  # type: ignore[operator]
        if text is None:
            return None
        prompt = Prompt(tts.model.tokenizer.encode(text))
        return Planned(prompt, np.empty(0, np.float32), lambda result, samples: None)

    options = tts.sampling(**sampling)
    stop_id, size = tts.model.tokenizer.stop_id, tts.batch_size
    heard = []
    for samples in Speech(
        tts.model.lm, tts.model.vocoder, plan, options, stop_id, size, chunk_size
    ):
        if samples is not None:
            log.entries.append(("chunk", len(samples)))
            heard.append((streaming.time.perf_counter(), len(samples) / tts.sample_rate))
    return heard


def test_the_first_chunk_takes_the_fewest_states(tts: SopranoTTS, log: Log, clock: Clock) -> None:
    for chunk_size in (1, None):
        log.entries.clear()
        speech(tts, log, 5, chunk_size, max_new_tokens=40)
        first = tts.model.vocoder.config.first_states
        assert log.before_the_first_chunk("push") == [first]
        assert log.before_the_first_chunk("prefill") == [1]  # the other sentences wait
        assert log.before_the_first_chunk("step") == [1] * (first - 1)


@pytest.mark.parametrize("chunk_size", [2, 7, 64])
def test_chunk_size(tts: SopranoTTS, log: Log, clock: Clock, chunk_size: int) -> None:
    speech(tts, log, 1, chunk_size, max_new_tokens=100)
    first, *others, last = log.of("push")
    assert first == max(chunk_size, tts.model.vocoder.config.first_states)
    assert set(others) <= {chunk_size}
    assert last <= chunk_size


@pytest.mark.parametrize("chunk_size", [1, 3, None])
def test_each_state_goes_through_the_vocoder_once(
    tts: SopranoTTS, log: Log, chunk_size: int | None
) -> None:
    joined(tts.infer_stream(TEXT, chunk_size, max_new_tokens=50))
    assert sum(log.of("push")) == 5 * 50


def test_chunks_grow_with_what_the_listener_has(
    tts: SopranoTTS, log: Log, slow: Callable[[float], None]
) -> None:
    slow(SECONDS_PER_TOKEN / 10)
    speech(tts, log, 1, max_new_tokens=512)
    counts = log.of("push")[:-1]
    assert max(counts) > 50
    assert max(counts) <= CHUNK_STATES
    growing = counts[1:-1]
    assert all(later >= earlier for earlier, later in pairwise(growing))


def test_chunks_stay_small_on_a_slow_machine(
    tts: SopranoTTS, log: Log, slow: Callable[[float], None]
) -> None:
    slow(SECONDS_PER_TOKEN * 1.5)
    speech(tts, log, 3, max_new_tokens=100)
    assert set(log.of("push")) - {tts.model.vocoder.config.first_states} == {1}


def test_sentences_after_the_first_are_generated_together(
    tts: SopranoTTS, log: Log, slow: Callable[[float], None]
) -> None:
    slow(SECONDS_PER_TOKEN / 5)
    speech(tts, log, 40, max_new_tokens=50)
    assert set(log.before_the_first_chunk("step")) == {1}
    assert max(log.of("step")) == tts.batch_size
    assert len(log.of("step")) < 40 * 50 / 5
    assert sum(log.of("prefill")) == 40


def test_one_sentence_at_a_time_on_a_slow_machine(
    tts: SopranoTTS, log: Log, slow: Callable[[float], None]
) -> None:
    slow(SECONDS_PER_TOKEN * 0.9)  # barely fast enough for one
    speech(tts, log, 4, max_new_tokens=50)
    assert set(log.of("step")) == {1}


@pytest.mark.parametrize("cost", [0.05, 0.2, 0.5, 0.7])
def test_the_listener_never_waits_for_other_sentences(
    tts: SopranoTTS,
    log: Log,
    slow: Callable[[float], None],
    cost: float,
) -> None:
    slow(SECONDS_PER_TOKEN * cost)
    heard_all, gaps = 0.0, []
    for now, seconds in speech(tts, log, 30, max_new_tokens=40):
        gaps.append(now - heard_all if heard_all else 0.0)
        heard_all = max(heard_all, now) + seconds
    assert sum(log.of("push")) == 30 * 40
    assert max(gaps) <= 0


def test_a_late_sentence_is_spoken_like_the_first(
    tts: SopranoTTS, log: Log, clock: Clock, slow: Callable[[float], None]
) -> None:
    """The listener has heard all for long, and is no further ahead of us for that."""
    slow(SECONDS_PER_TOKEN / 10)
    texts = iter([FIRST, FIRST])
    at: list[int] = []

    def draw(wait: bool) -> str | None:
        if not wait:
            return None
        clock.now += 100
        at.append(len(log.of("push")))
        return next(texts)

    speech(tts, log, draw, max_new_tokens=200)
    counts = log.of("push")
    assert counts[: at[1]] == counts[at[1] : 2 * at[1]]


# Runaways


@pytest.fixture(scope="module")
def runaway(tmp_path_factory: pytest.TempPathFactory) -> SopranoTTS:
    """A model that repeats one state for ever, and so runs away."""
    directory = make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("runaway") / "tiny")
    tts = SopranoTTS(directory, batch_size=2)
    still = np.random.default_rng(0).standard_normal(24).astype(np.float32)
    still[0] = 0
    lm: Any = tts.model.lm
    lm.prefill = lambda prompts, cache, first: np.tile(still, (len(prompts), 1))
    lm.step = lambda tokens, cache, positions: np.tile(still, (len(tokens), 1))
    return endless(tts)


def spoken_states(tts: SopranoTTS, text: str, log: Log, **options: Any) -> tuple[Floats, int]:
    """Return the sound, and how many states went through the vocoder."""
    log.entries.clear()
    audio = joined(tts.infer_stream(text, **options))
    return audio, sum(log.of("push"))


def test_runaways_without_retries(
    runaway: SopranoTTS, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    audio, states = spoken_states(runaway, TEXT, log, max_new_tokens=40)
    assert states == 5 * 40
    assert_same(audio, runaway.infer(TEXT, max_new_tokens=40))
    assert caplog.messages[0] == (
        "a sentence ran away from its text: 'the first sentence is about a lamp.'"
    )


def test_a_runaway_of_which_nothing_was_heard_is_begun_again(
    runaway: SopranoTTS, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    audio, states = spoken_states(runaway, FIRST, log, chunk_size=64, max_new_tokens=40, retries=2)
    assert states == 40  # the third attempt is kept, as it is
    assert_same(audio, runaway.infer(FIRST, max_new_tokens=40, retries=2))
    assert len(caplog.messages) == 2


def test_a_runaway_that_was_heard_is_ended(
    runaway: SopranoTTS, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    options = {"chunk_size": 1, "max_new_tokens": 40, "retries": 2}
    audio, states = spoken_states(runaway, FIRST, log, **options)
    assert states == 18
    assert len(audio) == 17 * PER_TOKEN
    assert caplog.messages == [f"a sentence ran away from its text: {FIRST!r}"]
    caplog.clear()
    audio, _ = spoken_states(runaway, TEXT, log, sentence_silence=0.1, **options)
    assert len(caplog.messages) == 5  # the next sentence is spoken all the same
    assert len(audio) >= 5 * 17 * PER_TOKEN + 2 * 800 + 2 * 4000


# Text that is still arriving


def one_by_one(tts: SopranoTTS, text: str, **options: Any) -> Floats:
    """Speak each sentence by itself."""
    return joined(tts.infer(sentence, **options) for sentence in tts.sentences(text))


def cut(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize("batch_size", [1, 16])
def test_pieces_of_a_text(by_size: dict[int, SopranoTTS], size: int, batch_size: int) -> None:
    tts = by_size[batch_size]
    options = {"max_new_tokens": 12, "sentence_silence": 0.1, "paragraph_silence": 0.25}
    streamed = joined(tts.infer_stream(iter(cut(TEXT, size)), **options))
    assert_same(streamed, tts.infer(TEXT, **options), 1e-5 if batch_size == 1 else 2e-3)
    options = {"max_new_tokens": 12, "paragraph_silence": 0}
    streamed = joined(tts.infer_stream(cut(TEXT, size), **options))
    assert_same(streamed, one_by_one(tts, TEXT, **options), 1e-5 if batch_size == 1 else 2e-3)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_paragraphs_of_pieces(tts: SopranoTTS, size: int) -> None:
    text = "\n\n\nOne lamp was lit. \n\n***\n\nThe table was laid. \r\n  \t\nNobody\ncame."
    options = {"max_new_tokens": 5, "sentence_silence": 0.1, "paragraph_silence": 0.25}
    streamed = joined(tts.infer_stream(cut(text, size), **options))
    quiet = streamed == 0
    pauses = np.diff(np.flatnonzero(np.diff(quiet, prepend=False, append=False)))[::2]
    assert pauses.tolist() == [2000, 2000, 800]


def test_a_sentence_is_spoken_before_the_next_arrives(tts: SopranoTTS) -> None:
    go = threading.Event()

    def pieces() -> Iterator[str]:
        yield "The first sentence is here. "
        yield "It "
        assert go.wait(LONG)
        yield "was not the last."

    def work() -> None:
        with contextlib.closing(tts.infer_stream(pieces(), max_new_tokens=20)) as chunks:
            samples = 0
            while samples < 19 * PER_TOKEN:  # all of the first
                samples += len(next(chunks))
            assert samples == 19 * PER_TOKEN
            assert not go.is_set()
            go.set()
            assert sum(map(len, chunks)) == 19 * PER_TOKEN

    within(work)


def test_pieces_that_fail(tts: SopranoTTS) -> None:
    def pieces() -> Iterator[str]:
        yield "The first sentence is here. It was "
        raise ConnectionError("the text is gone")

    chunks = tts.infer_stream(pieces(), max_new_tokens=5)
    with pytest.raises(ConnectionError, match="the text is gone"):
        list(chunks)
    with pytest.raises(StopIteration):
        next(chunks)


def test_pieces_that_are_no_text(tts: SopranoTTS) -> None:
    with pytest.raises(TypeError, match="a text must be a str, not bytes"):
        list(tts.infer_stream([b"hello"]))  # type: ignore[list-item]


@pytest.mark.parametrize("pieces", [[], [""], ["", " ", "\n", "..."]])
def test_pieces_of_nothing(tts: SopranoTTS, pieces: list[str]) -> None:
    assert list(tts.infer_stream(pieces)) == []


@pytest.mark.parametrize("spoken", [False, True])
def test_closing_while_text_is_awaited(tts: SopranoTTS, spoken: bool) -> None:
    go = threading.Event()

    def pieces() -> Iterator[str]:
        yield "The first sentence is here.\n"
        go.wait(LONG)

    def work() -> None:
        chunks = tts.infer_stream(pieces(), max_new_tokens=20)
        samples = len(next(chunks))
        while spoken and samples < 19 * PER_TOKEN:
            samples += len(next(chunks))
        time.sleep(0.05)  # by now the thread of the chunks waits for text, most likely
        chunks.close()

    try:
        within(work)
    finally:
        go.set()


def test_interruption_while_text_is_awaited(
    tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def pieces() -> Iterator[str]:
        go.wait(LONG)
        yield from ()

    class Interrupted(Prefetch[Any]):
        def __next__(self) -> Any:
            if "prefetch" in threading.current_thread().name:
                return super().__next__()
            time.sleep(0.05)
            raise KeyboardInterrupt

    def work() -> None:
        with pytest.raises(KeyboardInterrupt):
            next(tts.infer_stream(pieces()))

    monkeypatch.setattr("soprano_np.tts.Prefetch", Interrupted)
    try:
        within(work)
    finally:
        go.set()


# Ends, errors, and what is left behind


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chunk_size": 0}, "chunk_size must be from 1 to 16384, not 0"),
        ({"chunk_size": -1}, "chunk_size must be"),
        ({"chunk_size": 1 << 20}, "chunk_size must be"),
        ({"temperature": -1.0}, "temperature must be from 0 to 100, not -1.0"),
        ({"top_p": 0.0}, "top_p must be"),
        ({"max_new_tokens": 0}, "max_new_tokens must be"),
        ({"retries": -1}, "retries must be"),
        ({"sentence_silence": -1.0}, "a silence must be from 0 to 60 seconds, not -1.0"),
        ({"paragraph_silence": float("nan")}, "a silence must be from 0 to 60 seconds, not nan"),
    ],
)
def test_values_out_of_range(tts: SopranoTTS, options: dict[str, Any], message: str) -> None:
    for text in ("hello", iter(["hello"])):
        with pytest.raises(ValueError, match=message):
            tts.infer_stream(text, **options)  # not only when it is read


def test_texts_that_cannot_be_spoken(tts: SopranoTTS) -> None:
    with pytest.raises(ValueError, match="nothing in the text can be spoken: ' '"):
        tts.infer_stream(" ")
    with pytest.raises(ValueError, match="not valid Unicode at character 3"):
        tts.infer_stream("hi\ud800")


def test_pieces_that_are_no_unicode(tts: SopranoTTS) -> None:
    with pytest.raises(ValueError, match="not valid Unicode at character 4"):
        list(tts.infer_stream(["Fine one. ", "bad\udcff two."], max_new_tokens=3))


@pytest.mark.parametrize("text", [TEXT, cut(TEXT, 9)])
def test_closing_early(tts: SopranoTTS, text: str | list[str]) -> None:
    def work() -> None:
        chunks = tts.infer_stream(text, 1, max_new_tokens=500)
        next(chunks)
        chunks.close()
        assert_no_thread()
        with pytest.raises(StopIteration):
            next(chunks)

    within(work)


def test_generators_that_are_dropped(tts: SopranoTTS) -> None:
    def work() -> None:
        for _ in range(100):
            tts.infer_stream(TEXT)  # never read
        assert_no_thread()
        for _ in range(20):
            next(tts.infer_stream(TEXT, max_new_tokens=500))
        assert_no_thread()

    within(work)


def test_an_error_where_chunks_are_used(tts: SopranoTTS) -> None:
    def work() -> None:
        with (
            pytest.raises(KeyError),
            contextlib.closing(tts.infer_stream(TEXT, max_new_tokens=500)) as chunks,
        ):
            for _ in chunks:
                raise KeyError
        chunks = tts.infer_stream(TEXT, max_new_tokens=500)
        next(chunks)
        with pytest.raises(KeyError):
            chunks.throw(KeyError())
        assert_no_thread()

    within(work)


def test_a_reader_that_stops_stops_the_work(tts: SopranoTTS, log: Log) -> None:
    def work() -> None:
        with contextlib.closing(tts.infer_stream(FIRST, 1, max_new_tokens=500)) as chunks:
            next(chunks)
            first = tts.model.vocoder.config.first_states
            bound = first + CHUNKS_AHEAD + 1  # what was read, what waits, what waits for room
            end = time.monotonic() + LONG
            while sum(log.of("push")) < bound:
                assert time.monotonic() < end
                time.sleep(0.001)
            time.sleep(0.05)
            assert sum(log.of("push")) == bound

    within(work)


def test_streams_side_by_side(tts: SopranoTTS) -> None:
    whole = tts.infer(FIRST, max_new_tokens=100)
    streams = [tts.infer_stream(FIRST, 5, max_new_tokens=100) for _ in range(3)]
    for chunks in zip(*streams, strict=True):
        assert len({len(chunk) for chunk in chunks}) == 1
    for stream in [tts.infer_stream(FIRST, 5, max_new_tokens=100) for _ in range(3)]:
        assert_same(joined(stream), whole)


def test_numbers_that_overflow_are_refused(
    tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VocoderStream, "push", lambda *_: np.array([0, np.nan], np.float32))
    with pytest.raises(CheckpointError, match="numbers that are not finite"):
        list(tts.infer_stream("hello", max_new_tokens=30))


def test_states_that_overflow_are_refused(tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Qwen3.step
    monkeypatch.setattr(Qwen3, "step", lambda *given: step(*given) * np.float32(np.nan))
    with pytest.raises(CheckpointError, match="numbers that are not finite"):
        list(tts.infer_stream("hello", max_new_tokens=30))


def test_chunks_are_the_callers_own(tts: SopranoTTS) -> None:
    chunks = list(tts.infer_stream(FIRST, 3, max_new_tokens=30))
    before = [chunk.copy() for chunk in chunks]
    for chunk in chunks:
        assert (chunk.dtype, chunk.ndim) == (np.float32, 1)
        assert chunk.flags.writeable
    chunks[0][:] = 9
    assert all((a == b).all() for a, b in zip(chunks[1:], before[1:], strict=True))


def test_silence_of_a_caller_is_not_shared(tts: SopranoTTS) -> None:
    options = {"sentence_silence": 0.1, "max_new_tokens": 9}
    expected = joined(tts.infer_stream(TEXT, **options))
    spoilt = []
    for chunk in tts.infer_stream(TEXT, **options):
        spoilt.append(chunk.copy())
        chunk[:] = 9
    assert_same(joined(spoilt), expected, 2e-3)


def test_the_rest_is_said_in_warnings(tts: SopranoTTS, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        list(tts.infer_stream(FIRST, max_new_tokens=5))
    assert caplog.messages == [f"a sentence did not end by itself: {FIRST!r}"]


def test_same_padding(tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch) -> None:
    vocoder = tts.model.vocoder
    other = Vocoder.__new__(Vocoder)
    other.config, other.backbone = replace(vocoder.config, padding="same"), vocoder.backbone
    monkeypatch.setattr(tts, "model", replace(tts.model, vocoder=other))
    for tokens in (1, 2, 3, 50):
        whole = tts.infer(FIRST, max_new_tokens=tokens)
        assert len(whole) == (tokens - 1) * PER_TOKEN + 16
        assert_same(joined(tts.infer_stream(FIRST, 1, max_new_tokens=tokens)), whole)
