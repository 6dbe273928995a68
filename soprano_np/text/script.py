"""A text to the utterances that are spoken one by one: written, spoken, token ids.

There is one way for every text, whole or in pieces: units of the written text (see units.py) are
read by the normaliser, their sentences cut where they are too long, joined where they are short,
and encoded, each as soon as it is known.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from soprano_np.nn.ops import Ints
from soprano_np.request import PARAGRAPH_SILENCE
from soprano_np.text.dividing import divide, divide_exactly, is_read_out
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
_BEGUN = Utterance("", "", _NO_IDS, 0.0)


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
        self._tokenizer = tokenizer
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
    ) -> Generator[Utterance, None, None]:
        first = True
        try:
            yield _BEGUN
            parts = self._parts(_slices(source), is_known)
            for part in self._joined(parts, MIN_CHARACTERS if join else 0):
                opens = part.opens
                if not part.spoken:
                    yield Utterance(part.written, "", _NO_IDS, 0.0)
                    continue
                for written, spoken, ids in self._encode(part.written, part.spoken):
                    yield Utterance(written, spoken, ids, 0.0 if first else silences[opens])
                    first = opens = False
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
                for prompt in self._prompts(sentences, unit.written):
                    prompts.append(prompt)
                    opening.append(opens)
                    opens = False
                opens = True
            if prompts:
                yield from map(_Part, opening, self._divide(unit, prompts), prompts)
            else:
                yield _Part(unit.opens, unit.written, "")

    def _prompts(self, sentences: Iterable[str], written: str) -> Iterator[str]:
        for sentence in sentences:
            if not written.startswith(","):
                sentence = sentence.lstrip(", ")  # a bracket that begins a unit, once a comma
            yield from filter(is_spoken, cut_sentence(sentence, self._max_characters))

    def _divide(self, unit: Unit, prompts: list[str]) -> list[str]:
        if isinstance(self._normalizer, English) and not is_read_out(unit.written, prompts):
            rewritten = self._normalizer.rewrite(unit.text)
            return divide_exactly(rewritten, unit.fence, unit.written, prompts)
        return divide(unit.written, prompts)

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
                and len(together) <= self._max_characters
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

    def _encode(self, written: str, spoken: str) -> Iterator[tuple[str, str, Ints]]:
        """Encode a sentence, cut further where its ids would not fit into the model's context."""
        ids = self._tokenizer.encode(spoken)
        if self._max_tokens is None or len(ids) <= self._max_tokens:
            yield written, spoken, ids
            return
        characters = len(spoken) * self._max_tokens // (2 * len(ids))
        if characters < 1:
            raise ValueError(
                f"the model's context of {self._max_tokens} tokens is too short for any text"
            )
        prompts = split_sentences(spoken, characters, min_characters=0)
        for part, prompt in zip(divide(written, prompts), prompts, strict=True):
            yield from self._encode(part, prompt)


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
