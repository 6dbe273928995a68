"""Long text to prompts: find the sentences, cut the long ones, merge the short ones.

Sentences are found and merged as the reference (soprano-tts 0.2.0) does it, with two promises that
it breaks: every word is spoken exactly once and in order, and no prompt is longer than asked. So,
unlike there:

- A sentence ends only before white space or at the end of the text, never within "yahoo!'s".
- A sentence that is too long is cut after a clause if possible, not just between words; a word that
  is too long is cut into as few pieces as will do.
- Sentences are merged only as far as the prompt stays within its length.
- Whatever holds nothing but punctuation is left out, be it hyphens or apostrophes.

Each of the three steps takes one piece after the other, and none looks further ahead than it must.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import not_

from soprano_np.text.patterns import regex

MAX_CHARACTERS = 300  # of a prompt, where the checkpoint does not say
MIN_CHARACTERS = 30

# A sentence mark counts before white space, outside double quotation marks.
_SENTENCE_MARK = regex(r'"|(?<![.!?])[.!?]+(?= |$)')

# Where to cut a long sentence, best first: after a sentence within quotation marks, after a clause,
# between words.
_BREAKS = tuple(
    regex(pattern)
    for pattern in (
        r"""[.!?]["']?(?= )""",
        r"""[;:,)\]}\u2013\u2014-]["']?(?= )""",
        "(?= )",
    )
)


def check_text(text: str, before: int = 0) -> str:
    """Return a text as it is; `before` characters of the whole text stand before it.

    Raises TypeError unless it is a str, ValueError for lone surrogates.
    """
    if not isinstance(text, str):
        raise TypeError(f"a text must be a str, not {type(text).__name__}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        place = before + error.start + 1
        raise ValueError(f"the text is not valid Unicode at character {place}") from error
    return text


def find_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of `text`, white space collapsed, curly double quotes straightened."""
    text = re.sub("[“”]", '"', " ".join(text.split()))
    start = 0
    quoted = False
    for mark in _SENTENCE_MARK.finditer(text):
        if mark[0] == '"':
            quoted = not quoted
        elif not quoted:
            yield text[start : mark.end()]
            start = mark.end() + 1
    if start < len(text):
        yield text[start:]


def cut_sentence(sentence: str, max_characters: int) -> Iterator[str]:
    """Yield `sentence` in pieces of at most `max_characters`.

    A piece is at least half full, and the last one about a quarter, where the words allow it.
    """
    start = 0
    while (left := len(sentence) - start) > max_characters:
        # The longest piece that leaves no tiny tail behind.
        longest = min(max_characters, left - max_characters // 4)
        end = _find_break(sentence, start, longest, max_characters)
        yield sentence[start:end]
        start = end + sentence.startswith(" ", end)
    yield sentence[start:]


def _find_break(sentence: str, start: int, longest: int, max_characters: int) -> int:
    for pattern in _BREAKS:
        half_full = start + max(1, max_characters // 2)
        if end := _last_match(pattern, sentence, half_full, start + longest):
            return end
    # Any space will do rather than a cut through a word.
    return _last_match(_BREAKS[-1], sentence, start + 1, start + max_characters) or start + longest


def _last_match(pattern: re.Pattern[str], text: str, low: int, high: int) -> int:
    """Return the last end of `pattern` in `text` from `low` to `high`, or 0."""
    return max((match.end() for match in pattern.finditer(text, low, high + 1)), default=0)


def merge_sentences(
    sentences: Iterable[str], max_characters: int, min_characters: int
) -> Iterator[str]:
    """Yield `sentences`, those under `min_characters` joined to the one before, else after them.

    They stay apart where the two would be longer than `max_characters` together.
    """
    held = ""  # what may still grow
    for sentence in sentences:
        merged = f"{held} {sentence}".lstrip()
        short = min(len(held), len(sentence)) < min_characters
        if not held or (short and len(merged) <= max_characters):
            held = merged
        else:
            yield held
            held = sentence
    if held:
        yield held


def split_sentences(
    text: str, max_characters: int = MAX_CHARACTERS, min_characters: int = MIN_CHARACTERS
) -> list[str]:
    """Split `text` into prompts of at most `max_characters`, and `min_characters` if possible.

    The prompts joined with spaces are the text, white space collapsed, less what holds only
    punctuation; a word longer than `max_characters` is cut. Raises ValueError if `max_characters`
    is less than 1.
    """
    return _split([text], max_characters, min_characters)


def split_paragraphs(
    text: str, max_characters: int = MAX_CHARACTERS, min_characters: int = MIN_CHARACTERS
) -> list[list[str]]:
    """Split `text` into paragraphs, which blank lines part, and each of them into prompts.

    As `split_sentences`, but a sentence also ends with its line. Short sentences are merged within
    their paragraph only; a paragraph without a prompt is left out.
    """
    lines = (line.strip() for line in text.splitlines())
    paragraphs = (list(group) for blank, group in groupby(lines, key=not_) if not blank)
    split = (_split(group, max_characters, min_characters) for group in paragraphs)
    return [prompts for prompts in split if prompts]


def _split(lines: Iterable[str], max_characters: int, min_characters: int) -> list[str]:
    if max_characters < 1:
        raise ValueError(f"max_characters must be at least 1, not {max_characters}")
    pieces = (
        piece
        for line in lines
        for sentence in find_sentences(line)
        for piece in cut_sentence(sentence, max_characters)
        if is_spoken(piece)
    )
    return list(merge_sentences(pieces, max_characters, min_characters))


def is_spoken(text: str) -> bool:
    """Return whether `text` holds more than punctuation, white space and control characters."""
    return any(unicodedata.category(char)[0] not in "PZC" for char in text)
