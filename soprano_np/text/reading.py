"""How normalisers read stretches of a text: apart, together, at the ends of lines.

`Reading` knows nothing of a normaliser but what it returns. `EnglishReading` also asks the default
one's layout which lines belong together, and knows plain ends of sentences without reading them.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from soprano_np.text.normalize import English
from soprano_np.text.sentences import split_paragraphs

NEARBY = 100  # characters before a mark that say what it means
MAX_READ = 500  # readings that are kept
MAX_WORDS = 1 << 12  # words of which it is kept what a mark or a line's end behind them means
FENCE = "```\n"  # before a line of code, so that it is read as one

_QUOTATION = re.compile('["\u201c\u201d]')
# A mark between these is the end of a sentence, if the word before it is no abbreviation.
_PLAIN_END = re.compile(
    r"""(?:\A|[\s("'\u201c\u2018*_])[A-Za-z][a-z']*[,;]?\s+((?:[a-z]{2,}|[A-Z][a-z]{4,})[.!?])"""
    r"""["'\u201d\u2019*_)]{0,3}\Z"""
)
PLAIN_START = re.compile(r"""["'\u201c\u2018(]?(?:[A-Z][a-z]|[IA]\s)""")
PLAIN_START_LENGTH = 3
# Words of five letters or more, as no abbreviation ends.
_NO_ABBREVIATION = re.compile(
    r"(?!depts|assocs|messrs)(?=[a-z]*[aeiou])[a-z]{4,}[aeydstnlkmhwgr][.!?]"
)
_LETTERS = re.compile(r"[A-Za-z]{2,}(?=[,;:]?\Z)")
_EYES = tuple(":;=-")  # of a face, before its mouth
# Markup that may hold a whole sentence: a link's text, its address, a comment; a tag.
COMMENT = "<!--"
_MARKUP = (("[", "]", 300), ("](", ")", 1000), (COMMENT, "-->", 2000))
_OPEN_TAG = re.compile(r"<[A-Za-z/][^<>]{0,500}\Z")
# A line without marks of blocks, of which layout drops nothing.
_PLAIN_LINE = re.compile(r"[A-Za-z]{2}[\w ,.?!'\"()-]*")
# A block that is read alike alone and among others.
_PLAIN_BLOCK = re.compile(
    r"""["'(]?[A-Za-z](?:(?!\d'|``)[ -;=?-Z\]^-{}~\u2018\u2019\u201c\u201d\u2013\u2014\u2026])*"""
)


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
        if found is None:
            found = self._paragraphs(text)
            self._keep({text: found})
        return found

    def read_together(self, texts: list[str]) -> None:
        """Read texts that will be asked for, if reading them together is faster."""

    def _keep(self, found: dict[str, list[list[str]]]) -> None:
        if len(self._read) > MAX_READ:
            self._read.clear()
        self._read |= found

    def _paragraphs(self, text: str) -> list[list[str]]:
        spoken = self._normalize(text)
        if not isinstance(spoken, str):
            raise TypeError(f"a normalizer must return a str, not {type(spoken).__name__}")
        return split_paragraphs(spoken, max(1, len(spoken)), 0)

    def _find_break(self, gap: str) -> bool:
        return len(self.paragraphs(f"One.{gap}Two.")) > 1

    def sentences(self, text: str) -> list[str]:
        """Return the spoken sentences of a text."""
        return [sentence for sentences in self.paragraphs(text) for sentence in sentences]

    def are_apart(self, before: str, gap: str, after: str) -> bool:
        """Check whether two stretches are the same sentences apart as they are together."""
        first = self.sentences(before)
        return [*first, *self.sentences(after)] == self.sentences(f"{before}{gap}{after}")

    def nearby(self, before: str) -> str:
        """Return the end of a stretch, as much as may say what its last mark means."""
        if len(before) <= 3 * NEARBY or _QUOTATION.search(before):  # marks count outside quotations
            return before
        return _from_word(before)

    def is_plain(self, before: str) -> bool:
        """Check whether a sentence is known to end here, should another one begin plainly."""
        if _QUOTATION.search(before):
            return False
        end = _PLAIN_END.search(before, max(0, len(before) - 60))
        return end is not None and self._is_word(end[1])

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

    def parts_paragraphs(self, line: str, gap: str, following: str, fenced: bool) -> bool:
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


class EnglishReading(Reading):
    """How the default normaliser reads: english.layout knows which lines belong together."""

    def __init__(self, normalize: English) -> None:
        from soprano_np.text.english import folding, layout

        super().__init__(normalize)
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

    def read_together(self, texts: list[str]) -> None:
        """Read plain blocks as paragraphs of one text."""
        plain = [
            text
            for text in dict.fromkeys(texts)
            if text not in self._read and _PLAIN_BLOCK.fullmatch(text)
        ]
        if len(plain) > 1:
            found = self._paragraphs("\n\n".join(plain))
            # What is not spoken is no paragraph.
            if len(found) == len(plain):
                self._keep({text: [block] for text, block in zip(plain, found, strict=True)})

    def _blocks(self, text: str) -> list[str]:
        return self._layout.blocks(self._characters(text))

    def nearby(self, before: str) -> str:
        """Return the end of a stretch; what is in quotation marks is read like all else."""
        return before if len(before) <= NEARBY else _from_word(before)

    def is_plain(self, before: str) -> bool:
        """Check whether two plain words end here, the last of them no abbreviation."""
        end = _PLAIN_END.search(before, max(0, len(before) - 60))
        if end is None or end[1].lower() in self._go_on:
            return False
        return bool(self._no_lexicon and _NO_ABBREVIATION.match(end[1])) or self._is_word(end[1])

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
        """Check whether layout joins a line with no other one."""
        if fenced or self.is_fence(line):
            return True
        last = line[-1]
        if last in ".!?:":
            # What goes on behind a mark does so for the word before it.
            return self._is_sure_end(line.split()[-1]) or self._is_sure_end(line)
        # A comma or a letter may go on, but for that of a heading or a row.
        return (line[0] in "#|" or not (last.isalnum() or last == ",")) and self._is_sure_end(line)

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

    def parts_paragraphs(self, line: str, gap: str, following: str, fenced: bool) -> bool:
        """Check whether layout puts a blank line between two lines."""
        if self._characters(gap).count("\n") > 1:
            return True
        if line[0].isalnum() and following[0].isalnum() and "<" not in line + following:
            return False
        fence = FENCE if fenced else ""
        blocks = self._blocks(f"{fence}{line}{gap}{following}")[fenced:]
        spoken = [place for place, block in enumerate(blocks) if block]
        if not spoken:
            return False
        first = spoken[0] if self._layout.layout(line) else 0
        return "" in blocks[first : spoken[-1]]

    def joins_lines(self) -> bool:
        """Return True: layout has joined the lines of a unit."""
        return True

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
