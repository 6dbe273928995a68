"""What was made of a text, passage by passage, and by which rules."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from soprano_np.text.english.rewritten import PUNCTUATION, SPOKEN_WORD, Rewritten
from soprano_np.text.patterns import regex

_LETTER = regex(r"[^\W_]")
_UNNAMED = (PUNCTUATION, "spaces", "lines")


class Explanation(NamedTuple):
    """What is said for the written characters start to stop, if anything, and by which rules."""

    start: int
    stop: int
    written: str
    said: str
    rules: list[str]


class _Part(NamedTuple):
    """Written characters that a rule changed, or that a word of the text says, from `begin` on."""

    start: int
    stop: int
    order: int
    rule: str
    begin: int
    end: int


def explain(rewritten: Rewritten) -> Iterator[Explanation]:
    """Yield what became of each passage that a rule changed, from left to right.

    Words that are said as they are written are left out, and so are marks that are not said.
    """
    parts = [
        _Part(start, stop, order, rule, 0, 0)
        for order, (rule, start, stop) in enumerate(rewritten.changes())
        if rule not in _UNNAMED and start < stop
    ]
    for word in SPOKEN_WORD.finditer(rewritten.text):
        parts.append(_Part(*rewritten.written(*word.span()), -1, "", *word.span()))
    for passage in _joined(_passages(sorted(parts))):
        start, stop = passage[0].start, max(part.stop for part in passage)
        written = " ".join(rewritten.source[start:stop].split())
        words = [part for part in passage if not part.rule]
        said = rewritten.text[words[0].begin : words[-1].end] if words else ""
        said = " ".join(said.split())
        rules = [part.rule for part in sorted(passage, key=lambda part: part.order) if part.rule]
        if said != written.lower() and (said or _LETTER.search(written)):
            yield Explanation(start, stop, written, said, list(dict.fromkeys(rules)))


def _passages(parts: list[_Part]) -> Iterator[list[_Part]]:
    """Yield the parts that overlap one another together."""
    passage: list[_Part] = []
    end = 0
    for part in parts:
        if passage and part.start >= end:
            yield passage
            passage = []
        passage.append(part)
        end = max(end, part.stop)
    if passage:
        yield passage


def _joined(passages: Iterable[list[_Part]]) -> list[list[_Part]]:
    """Return the passages that rules changed, those that touch as one: "75" and "%"."""
    joined: list[list[_Part]] = []
    for passage in passages:
        if not any(part.rule for part in passage):
            continue
        before = joined[-1] if joined else []
        touches = bool(before) and max(part.stop for part in before) == passage[0].start
        if touches and _is_said(before) == _is_said(passage):
            before += passage
        else:
            joined.append(passage)
    return joined


def _is_said(passage: list[_Part]) -> bool:
    return not all(part.rule for part in passage)
