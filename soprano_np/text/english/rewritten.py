"""The way back from what is said to what was written."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from soprano_np.text.patterns import regex

Match = re.Match[str]
Ints = npt.NDArray[np.intp]
# What a pass over a text replaces, from left to right: (start, stop, became, rule).
Replacements = list[tuple[int, int, str, str]]

PUNCTUATION = "punctuation"  # the rules of this name change marks, not words
_WORD = regex(r"[^\W_]+(?:'[^\W_]+|(?<=\d)[.,]\d[^\W_]*)*")  # don't, 6.02e23
SPOKEN_WORD = regex("[a-z']*[a-z][a-z']*")
_VISIBLE = regex(r"\S")
# Longer edits are not compared word by word, which takes quadratic time.
_COMPARED_WORDS = 80


class Edit(NamedTuple):
    """What a rule made of the written characters start to stop."""

    rule: str
    start: int
    stop: int
    became: str


class Removal(NamedTuple):
    """Written characters start to stop, which are not said, and the rule that says so."""

    rule: str
    start: int
    stop: int


class Rewritten:
    """What is said for a written text, the source, and where each character was written."""

    def __init__(self, source: str, text: str, log: list[tuple[str, Replacements]]) -> None:
        self.source = source
        self.text = text
        self._log = log

    def written(self, start: int, stop: int) -> tuple[int, int]:
        """Return the range of written characters that characters start to stop of `text` say.

        Raises ValueError unless 0 <= start < stop <= len(text).
        """
        if not 0 <= start < stop <= len(self.text):
            raise ValueError(
                f"expected 0 <= start < stop <= {len(self.text)}, found {start} and {stop}"
            )
        origin = self._origin
        return int(origin.starts[start:stop].min()), int(origin.stops[start:stop].max())

    def edits(self) -> list[Edit]:
        """Return what each rule made of which written characters, from left to right.

        Changes of nothing but white space are left out.
        """
        return sorted(self._origin.edits, key=lambda edit: edit.start)

    def changes(self) -> list[tuple[str, int, int]]:
        """Return (rule, start, stop) of the written characters that changed, in order of time.

        These are just the parts of an edit that are other than before.
        """
        return self._origin.changes

    def removals(self) -> list[Removal]:
        """Return the written characters that are not said, from left to right.

        White space and punctuation count only where another rule than PUNCTUATION removed them.
        """
        written, origin = self.source, self._origin
        letters = np.array([char.isalpha() for char in self.text], bool)
        kept = _covered(origin.starts, origin.stops, len(written))
        said = _covered(origin.starts[letters], origin.stops[letters], len(written))
        removers = [
            origin.removed[i]
            or (origin.unsaid[i] if not (said if origin.taken[i] else kept)[i] else "")
            for i in range(len(written))
        ]
        removals = []
        start = 0
        for rule, run in groupby(removers):
            stop = start + sum(1 for _ in run)
            shown = _WORD if rule == PUNCTUATION else _VISIBLE
            if rule and shown.search(written, start, stop):
                removals.append(Removal(rule, start, stop))
            start = stop
        return removals

    @cached_property
    def _origin(self) -> "_Origin":
        """Follow the log from what was written to what is said."""
        origin = _Origin(self.source)
        for old, replacements in self._log:
            origin.follow(old, replacements)
        origin.part(self.text)
        return origin


class _Origin:
    """Where the characters of a text were written, and what became of those that were."""

    def __init__(self, written: str) -> None:
        self.written = written
        # Where each character of the text was written.
        self.starts: Ints = np.arange(len(written))
        self.stops: Ints = np.arange(1, len(written) + 1)
        self.edits: list[Edit] = []
        self.changes: list[tuple[str, int, int]] = []
        # The rule that removed each written character, or made a mark or a space of it, which
        # may become a word again. What was taken from a word stays so when a mark is removed: that
        # made of "&amp;" was removed by "entity", whatever becomes of it.
        self.removed = [""] * len(written)
        self.unsaid = [""] * len(written)
        self.taken = [False] * len(written)

    def follow(self, old: str, replacements: Replacements) -> None:
        """Go on to the text after one more pass."""
        changes: list[tuple[int, int, int]] = []
        for start, stop, became, rule in replacements:
            if old[start:stop].split() != became.split():
                self.edits.append(Edit(rule, *self._place(start, stop), became))
            if not _WORD.search(became):
                self._lose(old, start, stop, rule, self.unsaid if became else self.removed)
            parts = list(_tighten(old, start, stop, became))
            self.changes += [(rule, *self._place(first, last)) for first, last, _ in parts]
            changes += parts
        self._move(np.array(changes, int).reshape(-1, 3))

    def part(self, text: str) -> None:
        """Let words of the text share no written character unless they share all of them."""
        groups: list[tuple[int, int, int, int]] = []  # where written, and where in the text
        for word in SPOKEN_WORD.finditer(text):
            start, stop = word.span()
            low, high = int(self.starts[start:stop].min()), int(self.stops[start:stop].max())
            while groups and low < groups[-1][1]:
                before = groups.pop()
                low, high, start = min(low, before[0]), max(high, before[1]), before[2]
            groups.append((low, high, start, stop))
        for low, high, start, stop in groups:
            self.starts[start:stop], self.stops[start:stop] = low, high

    def _lose(self, old: str, start: int, stop: int, rule: str, lost: list[str]) -> None:
        """Note the rule that left no word of characters, except those that neighbors share."""
        low = self.stops[start - 1] if start else 0
        high = self.starts[stop] if stop < len(self.starts) else len(lost)
        holds_word = _WORD.search(old, start, stop) is not None
        for i in range(start, stop):
            for place in range(max(low, self.starts[i]), min(high, self.stops[i])):
                # What another rule has made a space of is lost already.
                if old[i].isspace() and not self.written[place].isspace():
                    continue
                if holds_word or not self.taken[place]:
                    lost[place] = rule
                    self.taken[place] = holds_word

    def _place(self, start: int, stop: int) -> tuple[int, int]:
        if start < stop:
            return int(self.starts[start]), int(self.stops[stop - 1])
        place = int(self.stops[start - 1]) if start else 0  # inserted after what is before it
        return place, place

    def _move(self, changes: Ints) -> None:
        """Find where each character was written once stretches (start, stop, length) changed."""
        # Stretches that are kept and replaced take turns.
        first = np.zeros(2 * len(changes) + 1, int)
        last = np.full(len(first), len(self.starts))
        first[1::2], last[1::2] = changes[:, 0], changes[:, 1]
        first[2::2], last[:-1:2] = changes[:, 1], changes[:, 0]
        lengths = last - first
        lengths[1::2] = changes[:, 2]
        stretch = np.repeat(np.arange(len(first)), lengths)
        within = np.arange(len(stretch)) - (np.cumsum(lengths) - lengths)[stretch]
        replaced = stretch % 2 == 1
        low = first[stretch] + np.where(replaced, 0, within)
        high = np.where(replaced, last[stretch], low + 1)
        before = np.append(0, self.stops)  # where the character before each place ends
        self.starts = np.where(low < high, np.append(self.starts, 0)[low], before[low])
        self.stops = before[high]


def _covered(starts: Ints, stops: Ints, length: int) -> npt.NDArray[np.bool_]:
    """Return for each of `length` places whether it lies in one of the ranges."""
    depth = np.zeros(length + 1, int)
    np.add.at(depth, starts, 1)
    np.add.at(depth, stops, -1)
    return np.cumsum(depth[:-1]) > 0


def _tighten(old: str, start: int, stop: int, became: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start, stop, new length) of a replacement's parts.

    What it leaves as it is keeps its own place. Words stay whole. So does the replacement if a part
    would say something that was not written, or leave out something that was.
    """
    before = list(_WORD.finditer(old, start, stop))
    after = list(_WORD.finditer(became))
    parts = list(_compare(old, start, stop, became, before, after))
    if any(bool(_WORD.search(old, i, j)) != bool(_WORD.search(new)) for i, j, new in parts):
        parts = [(start, stop, became)]
    for start, stop, became in parts:
        if bool(_WORD.search(old, start, stop)) != bool(_WORD.search(became)):
            yield start, stop, len(became)
            continue
        while start < stop and became and old[start] == became[0] and not became[0].isalnum():
            start, became = start + 1, became[1:]
        while start < stop and became and old[stop - 1] == became[-1] and not became[-1].isalnum():
            stop, became = stop - 1, became[:-1]
        if old[start:stop] != became:
            yield start, stop, len(became)


def _compare(
    old: str, start: int, stop: int, became: str, before: list[Match], after: list[Match]
) -> Iterator[tuple[int, int, str]]:
    """Yield the words that both sides have, whatever their case, and what lies between them."""
    place = 0
    for i, j in _same_words([match[0].lower() for match in before], [m[0].lower() for m in after]):
        one, other = before[i], after[j]
        yield start, one.start(), became[place : other.start()]
        yield one.start(), one.end(), other[0]
        start, place = one.end(), other.end()
    yield start, stop, became[place:]


def _same_words(before: list[str], after: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of the words that both lists have in the same order."""
    if len(before) == len(after):
        yield from ((i, i) for i, word in enumerate(before) if word == after[i])
    elif len(before) + len(after) <= _COMPARED_WORDS and not set(before).isdisjoint(after):
        for i, j, size in SequenceMatcher(None, before, after, False).get_matching_blocks():
            yield from zip(range(i, i + size), range(j, j + size), strict=True)
