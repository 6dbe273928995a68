"""How normalisers read stretches of a text: apart, together, at the ends of lines.

`Reading` knows nothing of a normaliser but what it returns. `EnglishReading` also asks the default
one's layout which lines belong together, and knows plain ends of sentences without reading them.
`ReferenceReading` knows what the reference makes of brackets and of the ends of lines.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from soprano_np.text.normalize import English
from soprano_np.text.patterns import regex
from soprano_np.text.sentences import split_paragraphs

NEARBY = 100  # characters before a mark that say what it means
MAX_READ = 500  # readings that are kept
MAX_WORDS = 1 << 12  # words of which it is kept what a mark or a line's end behind them means
FENCE = "```\n"  # before a line of code, so that it is read as one

# What stands before a unit in a text that the reference reads.
_STOP, _OPENED = ".\n", "(.\n"
_OPENING = ("(", "[", "{")
_BRACKETS = regex(r"[()\[\]{}]")
_BETWEEN = "qxq"

_QUOTATION = regex('["\u201c\u201d]')
# A mark between these is the end of a sentence, if the word before it is no abbreviation.
_PLAIN_END = regex(
    r"""(?:\A|[\s("'\u201c\u2018*_])[A-Za-z][a-z']*[,;]?\s+([a-z]{2,}|[A-Z][a-z]{4,})"""
    r"""["'\u201d\u2019*_`)]{0,3}([.!?])["'\u201d\u2019*_)]{0,3}\Z"""
)
PLAIN_START = regex(r"""["'\u201c\u2018(]?(?:[A-Z][a-z]|[IA]\s)""")
PLAIN_START_LENGTH = 3
# Words of five letters or more, as no abbreviation ends.
_NO_ABBREVIATION = regex(r"(?!depts|assocs|messrs)(?=[a-z]*[aeiou])[a-z]{4,}[aeydstnlkmhwgr][.!?]")
_CLOSED = regex("""[.!?]["'\u201d\u2019*_)]+\\Z""")
_LETTERS = regex(r"[A-Za-z]{2,}(?=[,;:]?\Z)")
_EYES = tuple(":;=-")  # of a face, before its mouth
# Markup that may hold a whole sentence: a link's text, its address, a comment; a tag.
COMMENT = "<!--"
_MARKUP = (("[", "]", 300), ("](", ")", 1000), (COMMENT, "-->", 2000))
_OPEN_TAG = regex(r"<[A-Za-z/][^<>]{0,500}\Z")
# A line without marks of blocks, of which layout drops nothing.
_PLAIN_LINE = regex(r"[A-Za-z]{2}[\w ,.?!'\"()-]*")


class Reading:
    """How any function from text to text reads stretches: apart, together, at a line's end."""

    def __init__(self, normalize: Callable[[str], str]) -> None:
        self._normalize = normalize
        # A unit is often read once to find its end, and again when it is spoken.
        self._read: dict[str, list[list[str]]] = {}
        self._parts_paragraphs = lru_cache(maxsize=MAX_READ)(self._find_break)
        self._is_word = lru_cache(maxsize=MAX_WORDS)(self._find_word)
        self._ends_line = lru_cache(maxsize=MAX_WORDS)(self._find_line_end)

    def paragraphs(self, text: str) -> list[list[str]]:
        """Return the spoken paragraphs of a text, as sentences, of which none is cut."""
        found = self._read.get(text)
        return self._keep(text, self._normalize(text)) if found is None else found

    def read_together(self, texts: Iterable[str]) -> None:
        """Read texts that will be asked for, if reading them together is faster."""

    def _keep(self, text: str, spoken: str) -> list[list[str]]:
        if not isinstance(spoken, str):
            raise TypeError(f"a normalizer must return a str, not {type(spoken).__name__}")
        if len(self._read) > MAX_READ:
            self._read.clear()
        self._read[text] = split_paragraphs(spoken, max(1, len(spoken)), 0)
        return self._read[text]

    def _find_break(self, gap: str) -> bool:
        return len(self.paragraphs(f"One.{gap}Two.")) > 1

    def sentences(self, text: str) -> list[str]:
        """Return the spoken sentences of a text."""
        return [sentence for sentences in self.paragraphs(text) for sentence in sentences]

    def are_apart(self, before: str, gap: str, after: str) -> bool:
        """Check whether two stretches are the same sentences apart as they are together."""
        together = f"{before}{gap}{after}"
        self.read_together((before, after, together))
        return [*self.sentences(before), *self.sentences(after)] == self.sentences(together)

    def nearby(self, before: str) -> str:
        """Return the end of a stretch, as much as may say what its last mark means."""
        return before

    def is_plain(self, before: str) -> bool:
        """Check whether a sentence is known to end here, should another one begin plainly."""
        if _QUOTATION.search(before):
            return False
        end = _PLAIN_END.search(before, max(0, len(before) - 60))
        return end is not None and self._is_word(end[1] + end[2])

    def _find_word(self, ended: str) -> bool:
        return self.are_apart(ended, " ", "Then")

    def is_row(self, line: str) -> bool:
        """Check whether a line may be a row of a table, in which no mark ends a sentence."""
        return False

    def find_markup(self, before: str) -> str:
        """Return the sign of markup that is open at the end of a stretch, which has to be whole."""
        start = before.rfind("(", max(0, len(before) - 300))
        is_open = (
            start >= 0 and ")" not in before[start:] and before[start - 1 : start] not in _EYES
        )
        return "(" if is_open else ""

    def begins_block(self, after: str) -> bool:
        """Check whether words within a line would be a heading or an item at its beginning."""
        return False

    def ends_for_sure(self, line: str, before: str, fenced: bool) -> bool:
        """Check whether a unit ends with its line, whatever follows: by its last word."""
        word = before[-NEARBY:].split()[-1]
        # Only a word with a mark may be an abbreviation.
        return self._ends_line(_LETTERS.sub("word", word))

    def _find_line_end(self, word: str) -> bool:
        return all(self.are_apart(word, "\n", after) for after in ("Then", "then", "5"))

    def ends(self, line: str, before: str, gap: str, after: str) -> bool:
        """Check whether a unit ends with its line, with these words on the next one."""
        return self.are_apart(self.nearby(before), gap, after)

    def prefix(self, written: str, fenced: bool) -> str:
        """Return what to put before a unit so that it is read as it is within its text."""
        return ""

    def parts_paragraphs(self, line: str, gap: str, following: str) -> bool:
        """Check whether a new paragraph begins with the following line."""
        return self._parts_paragraphs(gap)

    def joins_lines(self) -> bool:
        """Check whether the ends of lines within a unit are to be read as spaces."""
        return False

    def quote_mark(self, line: str) -> str:
        """Return the marks of a quotation that a line begins with."""
        return ""

    def is_fence(self, line: str) -> bool:
        """Check whether a line opens or closes a code fence."""
        return False


class ReferenceReading(Reading):
    """How the reference reads: from the first opening bracket on, each closing one is a comma."""

    def __init__(self, normalize: Callable[[str], str]) -> None:
        from soprano_np.text.ascii import to_ascii  # their tables are slow to build
        from soprano_np.text.reference import TITLES

        super().__init__(normalize)
        self._to_ascii = to_ascii
        self._prefix = ""
        self._ends_with_title = re.compile(rf"(?i)\b(?:{'|'.join(TITLES)})\.").search

    def prefix(self, written: str, fenced: bool) -> str:
        """Return a stop, and an opening bracket if one is before: no unit begins the text."""
        written = self._to_ascii(written)
        opens = any(bracket in written for bracket in _OPENING)
        prefix = self._prefix or (_STOP if written.startswith(_OPENING) else "")
        self._prefix = _OPENED if opens or self._prefix == _OPENED else _STOP
        return prefix

    def ends_for_sure(self, line: str, before: str, fenced: bool) -> bool:
        """Check whether a line does not end with a title: each other one is given a mark."""
        return before[-1].isalnum() or not self._ends_with_title(before[-NEARBY:].split()[-1])

    def read_together(self, texts: Iterable[str]) -> None:
        """Read texts as the sentences of one text, with a word between them that none has."""
        new = [text for text in dict.fromkeys(texts) if self._is_apart(text)]
        together = f"\n{_BETWEEN}\n".join(new)
        if len(new) > 1 and together.lower().count(_BETWEEN) == len(new) - 1:
            spoken = self._normalize(together).split(f"{_BETWEEN}.")
            if len(spoken) == len(new):
                for text, said in zip(new, spoken, strict=True):
                    self._keep(text, said)

    def _is_apart(self, text: str) -> bool:
        """Check whether a new text's brackets do the same alone as among others."""
        if text in self._read:
            return False
        brackets = _BRACKETS.findall(self._to_ascii(text.removeprefix(_OPENED)))
        if not text.startswith(_OPENED):
            return not brackets
        return not brackets or brackets[-1] not in _OPENING


class EnglishReading(Reading):
    """How the default normaliser reads: english.layout knows which lines belong together."""

    def __init__(self, normalize: English) -> None:
        from soprano_np.text.english import folding, layout

        super().__init__(normalize)
        self._english = normalize
        self._no_lexicon = not normalize.lexicon
        # Words of the lexicon that go on behind their mark, as in "Yahoo! Inc".
        self._go_on = {
            word.lower() for entry in normalize.lexicon or () for word in entry.split()[:-1]
        }
        self._layout = layout
        self._characters: Callable[[str], str] = lambda text: folding.characters(
            folding.entities(text)
        )
        self._is_sure_end = lru_cache(maxsize=MAX_WORDS)(self._find_sure_end)

    def read_together(self, texts: Iterable[str]) -> None:
        """Read texts that will be asked for."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        for text, spoken in zip(new, self._english.each(new), strict=True):
            self._keep(text, spoken)

    def _blocks(self, text: str) -> list[str]:
        return self._layout.blocks(self._characters(text))

    def nearby(self, before: str) -> str:
        """Return the end of a stretch; what is in quotation marks is read like all else."""
        return before if len(before) <= NEARBY else _from_word(before)

    def is_plain(self, before: str) -> bool:
        """Check whether two plain words end here, the last of them no abbreviation."""
        end = _PLAIN_END.search(before, max(0, len(before) - 60))
        if end is None or (word := end[1] + end[2]).lower() in self._go_on:
            return False
        return bool(self._no_lexicon and _NO_ABBREVIATION.match(word)) or self._is_word(word)

    def _find_word(self, ended: str) -> bool:
        return self.sentences(f"{ended} Then") == [ended.lower(), "then."]

    def is_row(self, line: str) -> bool:
        """Check whether a line has the bars of a table."""
        return line.lstrip().startswith("|") or " | " in line

    def find_markup(self, before: str) -> str:
        """Return "[", "](", "<" or "<!--" for a link, its address, a tag or a comment."""
        if "<" not in before and "[" not in before:
            return ""
        for opening, closing, longest in _MARKUP:
            start = before.rfind(opening, max(0, len(before) - longest))
            if start >= 0 and before.find(closing, start + len(opening)) < 0:
                return opening
        return "<" if _OPEN_TAG.search(before, max(0, len(before) - 500)) else ""

    def begins_block(self, after: str) -> bool:
        """Check whether layout would find a block's mark."""
        return not after[0].isupper() and self._blocks(f"{after} x") != [f"{after} x"]

    def ends_for_sure(self, line: str, before: str, fenced: bool) -> bool:
        """Check whether layout joins a line with no other one, or as another sentence."""
        if fenced or self.is_fence(line):
            return True
        word = line.split()[-1]
        if (word[-1] in ".!?:" and self._is_sure_end(word)) or self._is_sure_end(line):
            return True
        # Lines may be joined behind a quotation, but not sentences.
        return bool(_CLOSED.search(word)) and super().ends_for_sure(line, before, fenced)

    def _find_sure_end(self, line: str) -> bool:
        return not any(self._is_joined(line, word) for word in ("then", "Then", "5"))

    def ends(self, line: str, before: str, gap: str, after: str) -> bool:
        """Check whether layout keeps the lines apart."""
        return not self._is_joined(line, after)

    def _is_joined(self, line: str, following: str) -> bool:
        if following[:2].isalpha() and _PLAIN_LINE.fullmatch(line):
            return self._layout.is_continued(line.strip(), following)
        together = self._blocks(f"{line}\n{following}")
        if "<" not in line and "<" not in following:
            return len(together) == 1
        apart = self._blocks(line) + self._blocks(following)
        return list(filter(None, together)) != list(filter(None, apart))

    def parts_paragraphs(self, line: str, gap: str, following: str) -> bool:
        """Check whether layout puts a blank line between two lines."""
        if self._characters(gap).count("\n") > 1:
            return True
        if line[0].isalnum() and following[0].isalnum() and "<" not in line + following:
            return False
        blocks = "\n".join(self._blocks(f"{line}{gap}{following}"))
        return "\n\n" in blocks.strip("\n")

    def joins_lines(self) -> bool:
        """Return True: layout has joined the lines of a unit."""
        return True

    def prefix(self, written: str, fenced: bool) -> str:
        """Return a fence before a line of code."""
        return FENCE if fenced else ""

    def quote_mark(self, line: str) -> str:
        """Return the marks that layout drops."""
        return self._layout.find_quote_mark(line)

    def is_fence(self, line: str) -> bool:
        """Check whether layout sees a fence."""
        return ("```" in line or "~~~" in line) and self._layout.is_fence(line)


def _from_word(text: str) -> str:
    """Return the last NEARBY characters of a text, from a word's beginning."""
    start = len(text) - NEARBY
    return text[max(text.find(" ", start, -NEARBY // 2) + 1, start) :]
