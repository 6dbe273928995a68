"""SopranoTTS: the whole way from text to sound on one page."""

import logging
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from soprano_np.audio import loudness
from soprano_np.audio.wav import Recording, check_target
from soprano_np.checkpoint.hub import DEFAULT_MODEL, resolve
from soprano_np.checkpoint.loading import open_checkpoint
from soprano_np.errors import CheckpointError
from soprano_np.lm.generate import FinishReason, Prompt, generate
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.lm.sampling import Sampling
from soprano_np.ops import Floats, Ints
from soprano_np.text.normalize import NORMALIZERS
from soprano_np.text.sentences import split_sentences
from soprano_np.text.tokenizer import Tokenizer
from soprano_np.vocoder.vocoder import Vocoder

MAX_PROMPT_CHARACTERS = 300  # where the checkpoint does not say
MAX_BATCH_SIZE = 1024
MAX_SILENCE = 60  # seconds

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

    model: a directory, or a Hugging Face Hub id, which is fetched once and then taken from the
    cache. normalizer: "reference" (as soprano-tts 0.2.0), "none", or a function from text to text.
    batch_size: how many sentences are generated side by side.
    Raises CheckpointError for a checkpoint that is missing, damaged or not supported.
    """

    def __init__(
        self,
        model: str | PathLike[str] = DEFAULT_MODEL,
        normalizer: str | Callable[[str], str] = "reference",
        batch_size: int = 16,
    ) -> None:
        if isinstance(normalizer, str):
            if normalizer not in NORMALIZERS:
                names = ", ".join(NORMALIZERS)
                raise ValueError(f"normalizer must be a function or one of {names}: {normalizer!r}")
            normalizer = NORMALIZERS[normalizer]
        if not 1 <= batch_size <= MAX_BATCH_SIZE:
            raise ValueError(f"batch_size must be from 1 to {MAX_BATCH_SIZE}, not {batch_size}")
        self._normalize, self.batch_size = normalizer, batch_size
        with open_checkpoint(resolve(model)) as checkpoint:
            self._lm = Qwen3(checkpoint.lm_config, checkpoint.lm_tensors)
            self._vocoder = Vocoder(checkpoint.vocoder_config, checkpoint.vocoder_tensors)
            self._defaults = checkpoint.generation
            vocab_size = checkpoint.lm_config.vocab_size
            self._tokenizer = Tokenizer(checkpoint.tokenizer_file, vocab_size)

    @property
    def sample_rate(self) -> int:
        """Samples a second of all audio returned, in hertz."""
        return self._vocoder.config.sample_rate

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
        normalize: bool = False,
    ) -> Floats:
        """Speak a text: -> [samples], and a 16-bit WAV file if out_path is given.

        What is None comes from the checkpoint's generation_config.json where that says, else from
        the reference. sentence_silence: seconds between sentences. normalize: bring the peak to
        -6 dBFS. Raises ValueError for a text with nothing to speak or a value out of range.
        """
        if out_path is not None:
            check_target(Path(out_path))
        sampling = self.sampling(
            top_p, temperature, repetition_penalty, retries, top_k, seed, max_new_tokens
        )
        (audio,) = self._infer([text], sampling, sentence_silence, normalize)
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
        normalize: bool = False,
    ) -> list[Floats]:
        """Speak texts together: -> [samples] for each, and out_dir/0.wav, 1.wav, ... if given.

        Takes and raises what infer does.
        """
        sampling = self.sampling(
            top_p, temperature, repetition_penalty, retries, top_k, seed, max_new_tokens
        )
        spoken = self._infer(texts, sampling, sentence_silence, normalize)
        if out_dir is not None:
            Path(out_dir).mkdir(parents=True, exist_ok=True)
        audios = []
        for index, audio in enumerate(spoken):
            audios.append(audio)
            if out_dir is not None:
                self._save(audio, Path(out_dir, f"{index}.wav"))
        return audios

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
            value = getattr(self._defaults, name) if value is None else value
            if value is not None:
                values[name] = value
        return Sampling(**values, retries=retries, seed=seed)

    def sentences(self, text: str) -> list[str]:
        """Normalise a text and cut it into the sentences that are spoken one by one.

        Raises ValueError when it has nothing that can be spoken.
        """
        try:
            text.encode()
        except UnicodeEncodeError as error:
            place = error.start + 1
            raise ValueError(f"the text is not valid Unicode at character {place}") from error
        limit = self._defaults.max_prompt_characters or MAX_PROMPT_CHARACTERS
        spoken = split_sentences(self._normalize(text), limit)
        if not spoken:
            shown = text if len(text) <= 40 else f"{text[:40]}..."
            raise ValueError(f"nothing in the text can be spoken: {shown!r}")
        return [part for sentence in spoken for part in self._within_context(sentence)]

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
                # Draws depend on the sentence alone: the same wherever it stands.
                yield Prompt(self._tokenizer.encode(sentence), zlib.crc32(sentence.encode()))

        stop_id = self._tokenizer.stop_id
        for result in generate(self._lm, prompts(), sampling, stop_id, self.batch_size):
            audio = self._vocoder(result.states)
            if not np.isfinite(audio).all():
                raise CheckpointError("the model's weights lead to numbers that are not finite")
            sentence = Sentence(
                text=waiting.popleft(),
                audio=audio,
                tokens=result.tokens,
                states=result.states,
                finish_reason=result.finish_reason,
                attempts=result.attempts,
                seconds=result.seconds,
            )
            self._warn(sentence)
            yield sentence

    def silence(self, seconds: float) -> Floats:
        """Return silence, [samples]. Raises ValueError beyond 0 to MAX_SILENCE seconds."""
        if not 0 <= seconds <= MAX_SILENCE:
            raise ValueError(f"a silence must be from 0 to {MAX_SILENCE} seconds, not {seconds}")
        return np.zeros(round(seconds * self.sample_rate), np.float32)

    def _infer(
        self, texts: Sequence[str], sampling: Sampling, sentence_silence: float, normalize: bool
    ) -> Iterator[Floats]:
        """Check texts, then speak them in one batch: [samples] for each, as soon as it is known."""
        silence = self.silence(sentence_silence)
        per_text = [self.sentences(text) for text in texts]
        spoken = self.generate((s for sentences in per_text for s in sentences), sampling)

        def joined(sentences: list[str]) -> Floats:
            pieces: list[Floats] = []
            for _ in sentences:
                pieces += [silence, next(spoken).audio]
            audio = np.concatenate(pieces[1:])
            return loudness.normalize(audio) if normalize else audio

        return map(joined, per_text)

    def _within_context(self, sentence: str) -> list[str]:
        """Cut a sentence further where its tokens would not fit into the model's context."""
        size = len(self._tokenizer.encode(sentence))
        limit = self._lm.config.max_position_embeddings
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

    def _warn(self, sentence: Sentence) -> None:
        if sentence.finish_reason == "length":
            logger.warning("a sentence did not end by itself: %r", sentence.text)
        elif sentence.finish_reason == "runaway":
            logger.warning("a sentence ran away from its text: %r", sentence.text)
        elif not len(sentence.audio):
            logger.warning("a sentence ended before its first sound: %r", sentence.text)
