"""A written text to units: the shortest stretches that are read aloud apart as they are together.

A unit is a sentence, or as many as depend on one another: "I saw Dr." is not one, for the stop may
belong to a name. The text is pulled from its source only as far as the next unit needs it, and
where a unit ends depends on the text alone, never on how the source cuts it into pieces.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from soprano_np.text.normalize import NORMALIZERS, English
from soprano_np.text.patterns import regex
from soprano_np.text.reading import (
    COMMENT,
    PLAIN_START,
    PLAIN_START_LENGTH,
    EnglishReading,
    Reading,
    ReferenceReading,
)

MAX_HELD = 2000  # characters of a unit
MAX_TOGETHER = 32  # units of a text that is known, read in one go
MAX_TRIES = 20  # marks in a unit whose meaning is found by reading
MAX_MARKS = 100  # one after another
LONG_LINE = 200  # characters, more than an editor puts on a line
AHEAD = 100  # characters of a word that say what the mark before it means

_LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
_LINE_END = regex(rf"\r\n|[{_LINE_ENDS}]")
_HYPHENS = "-\u00ad\u2010\u2011"
_SPACE = regex(r"\s*")
_BLANK = regex(rf"[^\S{_LINE_ENDS}]*")  # within a line
_WORD = regex(r"\S*")
_LINE = regex(rf"[^{_LINE_ENDS}]*")
_MARK_OR_LINE_END = regex(rf"[.!?\u2026{_LINE_ENDS}]")
_MARKS = regex("""[.!?\u2026"'\u201d\u2019)\\]*_]*""")
_LINE_START = regex("[A-Za-z][a-z]")  # of a line that is no block of its own
_ALPHANUMERIC = regex(r"[^\W_]")
_INITIAL = regex(r"(?<!\w)[A-Za-z]\.\Z")  # "N. Elm St.", but "plan B."


class Unit(NamedTuple):
    """A stretch of text as it is written, and as it is spoken.

    opens: a paragraph begins with it. paragraphs: of spoken sentences; none if nothing is spoken,
    and then opens counts for the next unit. text: what is read; prefix: how many characters of
    it stand before what is written.
    """

    opens: bool
    written: str
    paragraphs: list[list[str]]
    text: str
    prefix: int


def find_units(
    pieces: Iterator[str], normalize: Callable[[str], str], is_known: bool = False
) -> Iterator[Unit]:
    """Yield the units of a text in pieces, each as soon as it is known; white space is left out.

    is_known: all the text is there, so that some units can be read together, which is faster.
    """
    reading: Reading
    if isinstance(normalize, English):
        reading = EnglishReading(normalize)
    elif normalize is NORMALIZERS["reference"]:
        reading = ReferenceReading(normalize)
    else:
        reading = Reading(normalize)
    stretches = iter(_Cutter(pieces, reading).next_stretch, None)
    size = 1
    while found := list(islice(stretches, size)):
        if is_known:
            reading.read_together(stretch.text for stretch in found)
            size = min(2 * size, MAX_TOGETHER)
        for stretch in found:
            yield _read(stretch, reading)


def _read(stretch: "_Stretch", reading: Reading) -> Unit:
    paragraphs = reading.paragraphs(stretch.text)
    opens = stretch.opens
    if not paragraphs and not opens and stretch.is_line:
        prefix, text = stretch.text[: stretch.prefix], stretch.text[stretch.prefix :]
        opens = len(reading.paragraphs(f"{prefix}One.\n{text}\nTwo.")) > 1
    return Unit(opens, stretch.written, paragraphs, stretch.text, stretch.prefix)


class _Stretch(NamedTuple):
    """What a unit is made of. text: what is read; prefix: characters before what is written."""

    opens: bool
    is_line: bool
    prefix: int
    text: str
    written: str


class _Buffer:
    """What has been pulled from the source and is not yet part of a unit."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.held = ""
        self._pieces = pieces
        self._ended = False

    def more(self) -> bool:
        """Pull another piece; return whether there was one."""
        piece = "" if self._ended else next(self._pieces, "")
        self.held += piece
        self._ended = not piece
        return bool(piece)

    def run(self, pattern: re.Pattern[str], start: int, limit: int) -> int:
        """Return where a run of at most `limit` characters ends, with what follows known."""
        end = start
        while True:
            end = _match(pattern, self.held, end).end()
            if end - start >= limit:
                return start + limit
            if end < len(self.held) or not self.more():
                return end

    def drop(self, end: int) -> str:
        """Return the characters before `end`, and hold them no longer."""
        dropped, self.held = self.held[:end], self.held[end:]
        return dropped


class _Cutter:
    """Finds one unit after the other. Places are counted from the beginning of the next unit."""

    def __init__(self, pieces: Iterator[str], reading: Reading) -> None:
        self._buffer = _Buffer(pieces)
        self._reading = reading
        self._line = ""  # what stands before the next unit in its line
        self._fenced = False
        self._last_line = ""  # the line before this one that is not blank
        self._joins: list[tuple[int, int]] = []  # white space that is read as spaces
        self._tries = 0

    def next_stretch(self) -> _Stretch | None:
        """Return what the next unit is made of; None at the end of the text."""
        gap = self._skip_space()
        if not self._buffer.held:
            return None
        if _LINE_END.search(gap):
            self._last_line, self._line = self._line, ""
        else:
            self._line += gap
        fenced = self._fenced
        is_line = not self._line
        self._joins = []
        self._tries = 0
        end = self._find_end()
        if end > MAX_HELD:
            end = self._last_space()
        text = self._text(end).strip()
        written = self._buffer.drop(end).strip()
        prefix = self._reading.prefix(written, fenced)
        opens = False
        if is_line and self._last_line:
            following = _match(_LINE, written, 0)[0]
            opens = self._reading.parts_paragraphs(self._last_line, gap, following)
        line = _LINE_END.split(self._line + written)[-1]
        self._line = line if len(line) <= 2 * LONG_LINE else line[:LONG_LINE] + line[-LONG_LINE:]
        return _Stretch(opens, is_line, len(prefix), prefix + text, written)

    def _skip_space(self) -> str:
        """Drop the white space before the next unit; return what it amounts to."""
        gap = ""
        while end := self._buffer.run(_SPACE, 0, LONG_LINE):
            gap += self._buffer.drop(end)
            if len(gap) > LONG_LINE:
                gap = "\n" * min(2, len(_LINE_END.findall(gap))) or " "
        return gap

    def _find_end(self) -> int:
        """Return the end of the next unit, which begins with what is held."""
        buffer = self._buffer
        place = line_start = 0
        while True:
            found = _MARK_OR_LINE_END.search(buffer.held, place, MAX_HELD)
            if not found:
                if len(buffer.held) >= MAX_HELD:
                    return self._last_space()
                place = len(buffer.held)
                if not buffer.more():
                    return place
                continue
            end = buffer.run(_MARKS, found.start(), MAX_MARKS)
            start = buffer.run(_BLANK, end, MAX_HELD)
            line = buffer.held[line_start:end] if line_start else self._line + buffer.held[:end]
            if start == len(buffer.held):
                return start
            if buffer.held[start] in _LINE_ENDS:
                following = self._find_following(line, end, start)
                if following is None:
                    return start
                line_start = start = following
            elif start == end:
                place = end
                continue
            place = start
            if found[0] not in _LINE_ENDS:
                is_end, place = self._ends_at(line, end, start)
                if is_end:
                    return place

    def _find_following(self, line: str, end: int, start: int) -> int | None:
        """Return where the unit goes on in the line behind this one; None if it ends here."""
        reading, buffer = self._reading, self._buffer
        before = buffer.held[:end]
        markup = "" if self._fenced else reading.find_markup(before)
        goes_on = markup == COMMENT or bool(markup and not self._blank_follows(start))
        if goes_on or not (
            reading.ends_for_sure(line, before, self._fenced) or self._blank_follows(start)
        ):
            following = buffer.run(_SPACE, start, MAX_HELD)
            if following < min(len(buffer.held), start + MAX_HELD):
                gap = buffer.held[start:following]
                stop = self._find_line_start(following)  # which may pull more
                after = buffer.held[following:stop]
                is_joined = markup != COMMENT and not reading.ends(line, before, gap, after)
                if is_joined:
                    self._joins.append((start, following + len(reading.quote_mark(after))))
                if goes_on or is_joined:
                    return following
        if reading.is_fence(line):
            self._fenced = not self._fenced
        return None

    def _blank_follows(self, start: int) -> bool:
        """Check whether a blank line parts this line from the next in any case."""
        buffer = self._buffer
        if not self._reading.joins_lines():
            return False
        if len(buffer.held) - start < 2:
            buffer.more()
        line_end = _match(_LINE_END, buffer.held, start)
        stop = buffer.run(_BLANK, line_end.end(), MAX_HELD)
        return buffer.held[stop : stop + 1] in tuple(_LINE_ENDS)

    def _ends_at(self, line: str, end: int, start: int) -> tuple[bool, int]:
        """Check whether the unit ends at a mark. Return its end, or else where to search on."""
        buffer, reading = self._buffer, self._reading
        before = self._text(end)
        if self._fenced or reading.is_row(line) or reading.find_markup(before):
            return False, start
        if reading.is_plain(before) and self._starts_plainly(start):
            return True, end
        count = 3 if _INITIAL.search(before, max(0, end - 9)) else 1
        while self._tries < MAX_TRIES:
            self._tries += 1
            stop = self._find_words(start, count)
            after = buffer.held[start:stop]
            if reading.begins_block(after):
                break
            before = reading.nearby(self._text(end))
            gap = " " if reading.joins_lines() else buffer.held[end:start]
            is_end = reading.are_apart(before, gap, after)
            if reading.sentences(after):
                is_end = is_end and bool(reading.sentences(before))
                return is_end, end if is_end else start
            # What is not spoken belongs to the sentence before it.
            end, start = stop, buffer.run(_BLANK, stop, MAX_HELD)
            if start == len(buffer.held):
                return True, start
            if buffer.held[start] in _LINE_ENDS:
                break
        return False, start

    def _starts_plainly(self, start: int) -> bool:
        buffer = self._buffer
        while not PLAIN_START.match(buffer.held, start):
            if len(buffer.held) - start >= PLAIN_START_LENGTH or not buffer.more():
                return False
        return True

    def _find_words(self, start: int, count: int) -> int:
        """Return the end of the next words, so many if the line has them."""
        buffer = self._buffer
        stop = buffer.run(_WORD, start, AHEAD)
        for _ in range(count - 1):
            following = buffer.run(_BLANK, stop, AHEAD)
            if buffer.held[following : following + 1] in _LINE_ENDS:  # or nothing is left
                break
            stop = buffer.run(_WORD, following, AHEAD)
        return stop

    def _find_line_start(self, start: int) -> int:
        """Return how far to look at a line to know whether it is a block of its own."""
        buffer = self._buffer
        stop = start
        while not _LINE_START.match(buffer.held, start):
            if len(buffer.held) - start < 2 and buffer.more():
                continue
            if buffer.held[start] in "[<" or stop - start > AHEAD:
                return buffer.run(_LINE, start, 2 * AHEAD)
            word = buffer.run(_BLANK, stop, AHEAD)
            stop = buffer.run(_WORD, word, AHEAD)
            if stop == word or (word > start and _ALPHANUMERIC.search(buffer.held, start, stop)):
                return stop
        return start + 2

    def _text(self, end: int) -> str:
        """Return what is held up to `end`, as it is to be read."""
        held = self._buffer.held
        # Lines with bars, once joined, would look like the row of a table.
        if not self._joins or not self._reading.joins_lines() or " | " in held[:end]:
            return held[:end]
        parts: list[str] = []
        done = 0
        for start, stop in self._joins:
            if stop <= end:
                # The end of a line says that a hyphen before it may break a word.
                is_broken = held[:start].rstrip()[-1:] in tuple(_HYPHENS)
                gap = held[start:stop] if is_broken else " " * (stop - start)
                parts += [held[done:start], gap]
                done = stop
        return "".join([*parts, held[done:end]])

    def _last_space(self) -> int:
        """Return where to cut a stretch that is too long."""
        held = self._buffer.held
        return max(held.rfind(space, 1, MAX_HELD) for space in " \t\n") + 1 or MAX_HELD


def _match(pattern: re.Pattern[str], text: str, start: int) -> re.Match[str]:
    """Match a pattern that matches anything."""
    match = pattern.match(text, start)
    if match is None:
        raise AssertionError(pattern)
    return match
