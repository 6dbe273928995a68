"""A text to the utterances that are spoken one by one: written, spoken, token ids.

There is one way for every text, whole or in pieces: units of the written text (see units.py) are
read by the normaliser, their sentences cut where they are too long, joined where they are short,
and encoded, each as soon as it is known.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from soprano_np.nn.ops import Ints
from soprano_np.request import PARAGRAPH_SILENCE
from soprano_np.text.dividing import divide
from soprano_np.text.normalize import English, Normalizer
from soprano_np.text.sentences import (
    MAX_CHARACTERS,
    MIN_CHARACTERS,
    check_text,
    cut_sentence,
    is_spoken,
    split_sentences,
)
from soprano_np.text.units import Unit, find_units

MAX_ENCODED = 64  # sentences whose ids are kept
SLICE = 1000  # characters of a long piece that are looked at together


class Encoder(Protocol):
    """What turns a prompt into its ids, as Tokenizer does."""

    def encode(self, sentence: str) -> Ints:
        """Return a prompt's ids, [seq]."""
        ...


@dataclass(frozen=True)
class Utterance:
    """One prompt's worth of a text.

    written: the user's own characters. spoken: what the voice says. ids: [seq].
    pause: the seconds of silence before it. The last one of a text may have neither words nor ids:
    it holds what is written at the end and not spoken.
    """

    written: str
    spoken: str
    ids: Ints
    pause: float


_NO_IDS: Ints = np.empty(0, np.int64)


class _Part(NamedTuple):
    """A sentence, or a stretch of text of which nothing is spoken.

    opens: it begins a paragraph.
    """

    opens: bool
    written: str
    spoken: str


class Script:
    """Turns texts into utterances.

    normalizer: any function from text to text, in whose result a new line ends a sentence and a
    blank one a paragraph. max_characters: of an utterance, None for 300. max_tokens: of an
    utterance, the model's context.
    """

    def __init__(
        self,
        normalizer: Normalizer,
        tokenizer: Encoder,
        max_characters: int | None = None,
        max_tokens: int | None = None,
    ) -> None:
        self._normalizer = normalizer
        # Sentences are encoded to see that they fit, and again when they are yielded.
        self._encode = lru_cache(maxsize=MAX_ENCODED)(tokenizer.encode)
        self._max_characters = MAX_CHARACTERS if max_characters is None else max_characters
        self._max_tokens = max_tokens
        if self._max_characters < 1:
            raise ValueError(f"max_characters must be at least 1, not {max_characters}")

    def utterances(
        self,
        text: str | Iterable[str],
        sentence_silence: float = 0.0,
        paragraph_silence: float = PARAGRAPH_SILENCE,
        join: bool = True,
    ) -> Generator[Utterance, None, None]:
        """Yield the utterances of a text or of its pieces, each as soon as it cannot change.

        The written parts joined are the text but for white space, unless nothing in it is spoken:
        then there are none. How the text is cut into pieces makes no difference.
        sentence_silence, paragraph_silence: seconds of silence. join: speak sentences of under 30
        characters together with another one of their paragraph, unless there is silence between
        sentences; an utterance then waits for the next sentence. Closing the generator closes the
        source of the pieces. Raises TypeError unless a text or piece is a str, ValueError for lone
        surrogates.
        """
        if isinstance(text, str):
            check_text(text)
            source: Iterable[str] = (text,)
        elif isinstance(text, Iterable) and not isinstance(text, bytes | bytearray):
            source = text
        else:
            raise TypeError(f"a text must be a str, not {type(text).__name__}")
        join = join and not sentence_silence
        silences = (sentence_silence, paragraph_silence)
        found = self._utterances(source, silences, join, isinstance(text, str))
        next(found)  # from now on, closing it closes the source
        return found

    def _utterances(
        self, source: Iterable[str], silences: tuple[float, float], join: bool, is_known: bool
    ) -> Generator[Any, None, None]:
        first = True
        try:
            yield None  # it has begun
            parts = self._parts(_slices(source), is_known)
            for part in self._joined(parts, MIN_CHARACTERS if join else 0):
                if not part.spoken:
                    yield Utterance(part.written, "", _NO_IDS, 0.0)
                    continue
                pause = 0.0 if first else silences[part.opens]
                yield Utterance(part.written, part.spoken, self._encode(part.spoken), pause)
                first = False
        finally:
            if close := getattr(source, "close", None):
                close()

    def _parts(self, pieces: Iterator[str], is_known: bool) -> Iterator[_Part]:
        """Yield the sentences of a text, none too long, and what is not spoken."""
        for unit in find_units(pieces, self._normalizer, is_known):
            opens = unit.opens
            prompts: list[str] = []
            opening: list[bool] = []
            for sentences in unit.paragraphs:
                for prompt in self._prompts(sentences):
                    prompts.append(prompt)
                    opening.append(opens)
                    opens = False
                opens = True
            if prompts:
                yield from map(_Part, opening, self._divide(unit, prompts), prompts)
            else:
                yield _Part(unit.opens, unit.written, "")

    def _prompts(self, sentences: Iterable[str]) -> Iterator[str]:
        for sentence in sentences:
            for prompt in filter(is_spoken, cut_sentence(sentence, self._max_characters)):
                yield from self._fitting(prompt)

    def _fitting(self, prompt: str) -> Iterator[str]:
        """Yield a prompt, cut further where its ids would not fit into the model's context."""
        if self._fits(prompt):
            yield prompt
            return
        length = len(self._encode(prompt))
        characters = len(prompt) * (self._max_tokens or 0) // (2 * length)
        if characters < 1:
            raise ValueError(
                f"the model's context of {self._max_tokens} tokens is too short for any text"
            )
        for part in split_sentences(prompt, characters, min_characters=0):
            yield from self._fitting(part)

    def _fits(self, prompt: str) -> bool:
        return len(prompt) <= self._max_characters and (
            self._max_tokens is None or len(self._encode(prompt)) <= self._max_tokens
        )

    def _divide(self, unit: Unit, prompts: list[str]) -> list[str]:
        rewrite = None
        if isinstance(self._normalizer, English):
            rewrite = partial(self._normalizer.rewrite, unit.text)
        return divide(unit.written, prompts, rewrite, unit.prefix)

    def _joined(self, parts: Iterable[_Part], min_characters: int) -> Iterator[_Part]:
        """Join short sentences to the one before, else to the one after.

        What is not spoken goes with the sentence before it while that is held, else with the next,
        and is a part of its own at the end of a text of which something is spoken.
        """
        held = _Part(False, "", "")
        behind: list[str] = []  # written after the one held, and not spoken
        opens = spoken = False
        for part in parts:
            opens |= part.opens
            if not part.spoken:
                behind.append(part.written)
                continue
            spoken = True
            together = f"{held.spoken} {part.spoken}"
            if not held.spoken:
                held = _Part(opens, _lines([*behind, part.written]), part.spoken)
            elif (
                not opens
                and min(len(held.spoken), len(part.spoken)) < min_characters
                and self._fits(together)
            ):
                held = _Part(held.opens, _lines([held.written, *behind, part.written]), together)
            else:
                yield _Part(held.opens, _lines([held.written, *behind]), held.spoken)
                held = _Part(opens, part.written, part.spoken)
            behind = []
            opens = False
            if not min_characters:
                yield held
                held = _Part(False, "", "")
        if held.spoken or (spoken and behind):
            yield _Part(held.opens, _lines([held.written, *behind]), held.spoken)


def _lines(written: Sequence[str]) -> str:
    return " ".join(filter(None, written))


def _slices(pieces: Iterable[str]) -> Iterator[str]:
    """Check pieces, and cut long ones, so that little is held of them at a time."""
    before = 0
    for piece in pieces:
        check_text(piece, before)
        before += len(piece)
        for start in range(0, len(piece), SLICE):
            yield piece[start : start + SLICE]
