"""SopranoTTS: the whole way from text to sound on one page."""

import logging
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain
from operator import index
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from soprano_np.audio import loudness
from soprano_np.audio.wav import Recording, check_target
from soprano_np.engine.model import Model
from soprano_np.errors import CheckpointError
from soprano_np.lm.generate import FinishReason, Generation, Prompt, generate
from soprano_np.lm.sampling import Sampling
from soprano_np.nn.ops import Floats, Ints
from soprano_np.prefetch import Prefetch
from soprano_np.streaming import Planned, Speech
from soprano_np.text.arriving import finished_sentences
from soprano_np.text.normalize import Lexicon, Normalizer, choose_normalizer
from soprano_np.text.sentences import check_text, find_prompts, split_sentences

MAX_BATCH_SIZE = 1024
MAX_SILENCE = 60  # seconds
PARAGRAPH_SILENCE = 0.5  # seconds
MAX_CHUNK_SIZE = 1 << 14
CHUNKS_AHEAD = 4  # of the listener

logger = logging.getLogger("soprano_np")


@dataclass(frozen=True)
class Sentence:
    """A spoken sentence.

    audio [samples]; states [states, hidden] and the tokens [states] that they predicted;
    attempts counts retries in; seconds is the time its generation took, in its batch.
    """

    text: str
    audio: Floats
    tokens: Ints
    states: Floats
    finish_reason: FinishReason
    attempts: int
    seconds: float


class SopranoTTS:
    """Text to speech with a Soprano checkpoint.

    model: a directory; a Hugging Face Hub id, which is fetched once and then taken from the cache;
    or "builtin", the small voice that comes with the package. None is ekwek/Soprano-1.1-80M or,
    with a warning, the built-in voice where the Hub cannot be reached.
    normalizer: "default" (numbers, dates, names and the like as an American says them),
    "reference" (as soprano-tts 0.2.0), "none", or a function from text to text, in whose result a
    new line ends a sentence and an empty one a paragraph. lexicon: words and how to say them, a
    mapping or a file, for the default normalizer (see text/lexicon.py).
    batch_size: how many sentences are generated side by side.
    Raises CheckpointError for a checkpoint that is missing, damaged or not supported.
    """

    def __init__(
        self,
        model: str | PathLike[str] | None = None,
        normalizer: str | Normalizer = "default",
        batch_size: int = 16,
        *,
        lexicon: Lexicon | None = None,
    ) -> None:
        if not 1 <= index(batch_size) <= MAX_BATCH_SIZE:
            raise ValueError(f"batch_size must be from 1 to {MAX_BATCH_SIZE}, not {batch_size}")
        self._normalize = choose_normalizer(normalizer, lexicon)
        self.batch_size = batch_size
        self.model = Model.load(model)

    @property
    def sample_rate(self) -> int:
        """Samples a second of all audio returned, in hertz."""
        return self.model.sample_rate

    def infer(
        self,
        text: str,
        out_path: str | PathLike[str] | None = None,
        top_p: float | None = None,
        temperature: float | None = None,
        repetition_penalty: float | None = None,
        retries: int = 0,
        *,
        top_k: int | None = None,
        seed: int | None = None,
        max_new_tokens: int | None = None,
        sentence_silence: float = 0.0,
        paragraph_silence: float = PARAGRAPH_SILENCE,
        normalize: bool = False,
    ) -> Floats:
        """Speak a text: -> [samples], and a 16-bit WAV file if out_path is given.

        What is None comes from the checkpoint's generation_config.json where that says, else from
        the reference. sentence_silence, paragraph_silence: seconds between sentences, of which
        short ones are merged where there is none, and between paragraphs. normalize: bring the
        peak to -6 dBFS. Raises ValueError for a text with nothing to speak or a value out of range.
        """
        if out_path is not None:
            check_target(out_path)
        sampling = self.sampling(
            top_p, temperature, repetition_penalty, retries, top_k, seed, max_new_tokens
        )
        silences = sentence_silence, paragraph_silence
        (audio,) = self._infer([text], sampling, silences, normalize)
        if out_path is not None:
            self._save(audio, Path(out_path))
        return audio

    def infer_batch(
        self,
        texts: Sequence[str],
        out_dir: str | PathLike[str] | None = None,
        top_p: float | None = None,
        temperature: float | None = None,
        repetition_penalty: float | None = None,
        retries: int = 0,
        *,
        top_k: int | None = None,
        seed: int | None = None,
        max_new_tokens: int | None = None,
        sentence_silence: float = 0.0,
        paragraph_silence: float = PARAGRAPH_SILENCE,
        normalize: bool = False,
    ) -> list[Floats]:
        """Speak texts together: -> [samples] for each, and out_dir/0.wav, 1.wav, ... if given.

        Takes and raises what infer does.
        """
        sampling = self.sampling(
            top_p, temperature, repetition_penalty, retries, top_k, seed, max_new_tokens
        )
        if isinstance(texts, str):
            raise TypeError("texts must be a list of texts; infer takes one")
        paths = [Path(out_dir or "", f"{number}.wav") for number in range(len(texts))]
        if out_dir is not None and Path(out_dir).exists():
            for path in paths:
                check_target(path)
        silences = sentence_silence, paragraph_silence
        spoken = self._infer(texts, sampling, silences, normalize)
        if out_dir is not None:
            Path(out_dir).mkdir(parents=True, exist_ok=True)
        audios = []
        for audio, path in zip(spoken, paths, strict=True):
            audios.append(audio)
            if out_dir is not None:
                self._save(audio, path)
        return audios

    def infer_stream(
        self,
        text: str | Iterable[str],
        chunk_size: int | None = None,
        top_p: float | None = None,
        temperature: float | None = None,
        repetition_penalty: float | None = None,
        retries: int = 0,
        *,
        top_k: int | None = None,
        seed: int | None = None,
        max_new_tokens: int | None = None,
        sentence_silence: float = 0.0,
        paragraph_silence: float = PARAGRAPH_SILENCE,
    ) -> Generator[Floats, None, None]:
        """Speak a text while it is generated: yields [samples] after [samples], as infer gives.

        text may also be pieces of one that is still being written: each sentence is spoken once
        its end is known. chunk_size: how many tokens' sound comes at once; None begins with the
        least and takes more as the listener has more in hand. With retries, a sentence that runs
        away is begun again, or ended where some of it has been heard. Sound is made in a thread of
        its own, a few chunks ahead; closing the generator stops it within a token's time.
        Takes the other values, and raises, as infer does, and all but a text in pieces is checked
        now; of pieces that hold nothing to speak comes nothing.
        """
        if chunk_size is not None and not 1 <= index(chunk_size) <= MAX_CHUNK_SIZE:
            raise ValueError(f"chunk_size must be from 1 to {MAX_CHUNK_SIZE}, not {chunk_size}")
        sampling = self.sampling(
            top_p, temperature, repetition_penalty, retries, top_k, seed, max_new_tokens
        )
        silences = self._silences(sentence_silence, paragraph_silence)
        if isinstance(text, str):
            sentences = iter(_opening(self.paragraphs(text, merge=not sentence_silence)))
            return self._stream(
                lambda _: next(sentences), sampling, silences, chunk_size, nullcontext()
            )
        return self._stream_pieces(map(check_text, text), sampling, silences, chunk_size)

    def sampling(
        self,
        top_p: float | None = None,
        temperature: float | None = None,
        repetition_penalty: float | None = None,
        retries: int = 0,
        top_k: int | None = None,
        seed: int | None = None,
        max_new_tokens: int | None = None,
    ) -> Sampling:
        """Fill in what is None from the checkpoint, or else from the reference's defaults."""
        given = {
            "top_p": top_p,
            "temperature": temperature,
            "repetition_penalty": repetition_penalty,
            "top_k": top_k,
            "max_new_tokens": max_new_tokens,
        }
        values: dict[str, Any] = {}
        for name, value in given.items():
            value = getattr(self.model.defaults, name) if value is None else value
            if value is not None:
                values[name] = value
        return Sampling(**values, retries=retries, seed=seed)

    def paragraphs(self, text: str, merge: bool = True) -> list[list[str]]:
        """Normalise a text and cut each paragraph into the sentences that are spoken one by one.

        merge: speak short sentences together with a neighbour, which sounds better, but leaves no
        room for silence between them. Raises ValueError when nothing in the text can be spoken.
        """
        paragraphs = self._paragraphs(text, merge)
        if not paragraphs:
            shown = text if len(text) <= 40 else f"{text[:40]}..."
            raise ValueError(f"nothing in the text can be spoken: {shown!r}")
        return paragraphs

    def sentences(self, text: str) -> list[str]:
        """Normalise a text and cut it into sentences, as paragraphs does."""
        return list(chain.from_iterable(self.paragraphs(text)))

    def generate(
        self, sentences: Iterable[str], sampling: Sampling | None = None
    ) -> Iterator[Sentence]:
        """Speak sentences (see `sentences`) and yield each, in order, as soon as it is known.

        sentences are drawn as they are needed, batch_size at a time.
        """
        if sampling is None:
            sampling = self.sampling()
        waiting: deque[str] = deque()

        def prompts() -> Iterator[Prompt]:
            for sentence in sentences:
                waiting.append(sentence)
                yield self._prompt(sentence)

        stop_id = self.model.tokenizer.stop_id
        for result in generate(self.model.lm, prompts(), sampling, stop_id, self.batch_size):
            audio = self._finite(self.model.vocoder(result.states))
            sentence = Sentence(
                text=waiting.popleft(),
                audio=audio,
                tokens=result.tokens,
                states=result.states,
                finish_reason=result.finish_reason,
                attempts=result.attempts,
                seconds=result.seconds,
            )
            self._warn(sentence.text, sentence.finish_reason, len(audio))
            yield sentence

    def silence(self, seconds: float) -> Floats:
        """Return silence, [samples]. Raises ValueError beyond 0 to MAX_SILENCE seconds."""
        if not 0 <= seconds <= MAX_SILENCE:
            raise ValueError(f"a silence must be from 0 to {MAX_SILENCE} seconds, not {seconds}")
        return np.zeros(round(seconds * self.sample_rate), np.float32)

    def _silences(self, *seconds: float) -> tuple[Floats, Floats]:
        """Return the silence between sentences and that between paragraphs."""
        within, between = map(self.silence, seconds)
        return within, between

    def _infer(
        self,
        texts: Sequence[str],
        sampling: Sampling,
        silences: tuple[float, float],
        normalize: bool,
    ) -> Iterator[Floats]:
        """Check texts, then speak them in one batch: [samples] for each, as soon as it is known."""
        within, between = self._silences(*silences)
        merge = not silences[0]
        per_text = [_opening(self.paragraphs(text, merge)) for text in texts]
        spoken = self.generate((text for parts in per_text for _, text in parts), sampling)

        def joined(parts: list[tuple[bool, str]]) -> Floats:
            pieces: list[Floats] = []
            for opening, _ in parts:
                pieces += [between if opening else within, next(spoken).audio]
            audio = np.concatenate(pieces[1:])
            return loudness.normalize(audio) if normalize else audio

        return map(joined, per_text)

    def _stream_pieces(
        self,
        pieces: Iterable[str],
        sampling: Sampling,
        silences: tuple[Floats, Floats],
        chunk_size: int | None,
    ) -> Generator[Floats, None, None]:
        """Speak a text that is still arriving."""

        def arriving() -> Iterator[tuple[bool, str]]:
            opening = True
            for part in finished_sentences(pieces, self._normalize):
                paragraphs = self._paragraphs(part, merge=not len(silences[0]))
                for number, sentences in enumerate(paragraphs):
                    for place, sentence in enumerate(sentences):
                        yield (opening or number > 0) and place == 0, sentence
                opening = not part.strip() or (opening and not paragraphs)

        # A thread that waits for the next piece cannot be stopped, so nobody waits for it.
        source = Prefetch(arriving(), depth=self.batch_size, wait=False)

        def draw(wait: bool) -> tuple[bool, str] | None:
            return next(source) if wait else source.poll()

        yield from self._stream(draw, sampling, silences, chunk_size, source)

    def _stream(
        self,
        draw: Callable[[bool], tuple[bool, str] | None],
        sampling: Sampling,
        silences: tuple[Floats, Floats],
        chunk_size: int | None,
        source: AbstractContextManager[object],
    ) -> Generator[Floats, None, None]:
        """Speak sentences in a thread of its own.

        draw gives each with whether it opens a paragraph, as Speech draws its own. source is what
        it draws from, to be closed at the end.
        """
        nothing: Floats = np.empty(0, np.float32)
        first = True

        def plan(wait: bool) -> Planned | None:
            nonlocal first
            item = draw(wait)
            if item is None:
                return None
            opening, text = item
            pause = nothing if first else silences[opening]
            first = False

            def ended(result: Generation, samples: int) -> None:
                self._warn(text, result.finish_reason, samples)

            return Planned(self._prompt(text), pause, ended)

        speech = Speech(
            self.model.lm,
            self.model.vocoder,
            plan,
            sampling,
            self.model.tokenizer.stop_id,
            self.batch_size,
            chunk_size,
        )
        # The source is closed first: the thread of the chunks may be waiting for it.
        with Prefetch(speech, CHUNKS_AHEAD) as chunks, source:
            for chunk in chunks:
                yield self._finite(chunk)

    def _paragraphs(self, text: str, merge: bool) -> list[list[str]]:
        limit = self.model.defaults.max_prompt_characters
        return [
            [part for prompt in prompts for part in self._within_context(prompt)]
            for prompts in find_prompts(text, self._normalize, limit, merge)
        ]

    def _prompt(self, sentence: str) -> Prompt:
        # Draws depend on the sentence alone: the same wherever it stands.
        return Prompt(self.model.tokenizer.encode(sentence), zlib.crc32(sentence.encode()))

    def _finite(self, audio: Floats) -> Floats:
        if not np.isfinite(audio).all():
            raise CheckpointError("the model's weights lead to numbers that are not finite")
        return audio

    def _within_context(self, sentence: str) -> list[str]:
        """Cut a sentence further where its tokens would not fit into the model's context."""
        size = len(self.model.tokenizer.encode(sentence))
        limit = self.model.lm.config.max_position_embeddings
        if size <= limit:
            return [sentence]
        characters = len(sentence) * limit // (2 * size)
        if characters < 1:
            raise ValueError(f"the model's context of {limit} tokens is too short for any text")
        halves = split_sentences(sentence, characters, min_characters=0)
        return [part for half in halves for part in self._within_context(half)]

    def _save(self, audio: Floats, path: Path) -> None:
        with Recording(self.sample_rate, path) as recording:
            recording.append(audio)
            recording.save(path, "pcm16", normalize=False)

    def _warn(self, sentence: str, finish_reason: FinishReason, samples: int) -> None:
        if finish_reason == "length":
            logger.warning("a sentence did not end by itself: %r", sentence)
        elif finish_reason == "runaway":
            logger.warning("a sentence ran away from its text: %r", sentence)
        elif not samples:
            logger.warning("a sentence ended before its first sound: %r", sentence)


def _opening(paragraphs: list[list[str]]) -> list[tuple[bool, str]]:
    """Put paragraphs' sentences in a row, each with whether it opens one."""
    return [(not place, text) for sentences in paragraphs for place, text in enumerate(sentences)]
