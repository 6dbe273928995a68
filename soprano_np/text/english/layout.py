# ruff: noqa: RUF001 (the bullets and dashes are meant)
"""Markdown, HTML and plain text to lines that each hold a block: a heading, an item, a paragraph.

A blank line lies between paragraphs. Lines that an editor wrapped are joined again.
"""

import re

from soprano_np.text.english import labels, latex, notes
from soprano_np.text.english.commands import PATTERNS, is_pipeline
from soprano_np.text.english.emoticons import EMOTICONS
from soprano_np.text.english.headings import say_label
from soprano_np.text.english.hyphenation import BREAK, hyphenation, is_broken
from soprano_np.text.english.latex import DISPLAY
from soprano_np.text.english.markup import HTML, MARKS, comment
from soprano_np.text.english.rewritten import Replacements
from soprano_np.text.english.rule import Match, Rule, Step, Text
from soprano_np.text.english.vocabulary import BARE_TITLES, SHORT_MONTHS, any_of
from soprano_np.text.patterns import regex

TAGS = (
    comment,
    *EMOTICONS,
    notes.raised_tag,
    labels.chat_tag,
    *HTML,
    labels.closing_tag,
    labels.copyright_sign,
    labels.year_of_copyright,
)
# With the name of a language, and what follows it in braces or as a setting.
_FENCE = regex(r"(?:`{3,}(?!.*`)|~{3,}(?!.*~)) *(?:\{|[\w+#.,:-]*(?:$| *\{| +[\w-]{1,40}=\S))")
# Blocks are told apart by match.re, so these three are compiled at once.
_HEADING = re.compile(r"#(?! of )#{0,5} +")  # but "# of seats" counts them
_CLOSING_MARKS = regex(r"(?:^| )#+$")
_ITEM = re.compile(
    r"(?:[-*+•—–] +|\(?([0-9]{1,2}|[a-z]|(?<=\()[ivx]{2,5})[.)] +(?<![a-z]\. ))"
    r"(?:\[[ xX]\] +)?(?=\S)|\[[xX]\] +(?=[A-Z])"
)
# What a name in brackets stands for: an address, a file, a heading of this text, a note.
_DEFINITION = re.compile(
    r"\[(?!\^)([^\[\]]{1,100})\]: *(?:<(?:[^<>\s]*|[a-z]{3,6}://[^<>]*)>|(?:[a-z][a-z+.-]*://|mailto:|\.{0,2}/)\S*"
    r"|#(?:\S*-\S*|(?i:\1))|\S*\w\.(?:md|html?|rst|txt|pdf|png|jpe?g|svg|gif|com|org|net|io"
    r"|dev|gov|edu|py|js|ts|sh|c|h|json|ya?ml|toml|cfg|ipynb)(?:[/#?]\S*)?|\1)"
    r"(?: +(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))? *\Z"
    r"|\[[^\[\]]{0,100}[`'\"().:][^\[\]]{0,100}\]: *#\S+ *\Z"
    r"|\[\^[^\[\]]{1,100}\]: *"
)
_BLOCK_MARKS = {_HEADING: "heading", _ITEM: "item", _DEFINITION: "definition"}
_QUOTE = regex(r"(?:> ?){1,9}(?=\s|[^\s=>0-9$£€¥₹]|$)")
_CELL = regex(r"[^|\s](?:[^|]*[^|\s])?")

# A full stop that seldom ends a sentence.
_SHORTENED = regex(r"\b(?:[A-Za-z]\.[A-Za-z]|Mr|Mrs|Ms|Dr|St|Prof|vs|No)\.$")
# A name or a number must follow, if need be on the next line; but "5 Elm St." is an address.
_WANTS_NAME = regex(rf"\b(?:{'|'.join(BARE_TITLES)}|Rep|Gen|Col|U\.S|U\.K)\.$")
_WANTS_NUMBER = regex(rf"\b(?:No|Nos|Vol|Fig|pp?|{'|'.join(SHORT_MONTHS)})\.$")
# Words that end no sentence. Those in the second group may end a command ("Log in").
_WANTS_MORE = regex(
    r"(?:^|\S )(?:of|and|or|the|an?|(?:\S+ )(?:for|at|with|to|by|from|as|into|than|but|if|our|your"
    r"|my))$"
)
# Likewise, before a capital: "We drove all night to a lake near\nReno". The name of a person or a
# thing follows "my friend" or "an old city"; a heading has no such words at its end.
_OBJECT = "in on near between against during via per toward towards within among whose because"
_NOUNS = """
    friend girlfriend boyfriend wife husband brother sister son daughter mother father stepmother
    stepfather uncle aunt cousin nephew niece grandmother grandfather grandson granddaughter
    neighbor colleague coworker roommate boss coach teacher partner mentor assistant secretary
    classmate teammate buddy pal
"""
_ROLES = """
    actor actress singer author poet writer painter novelist composer director producer journalist
    historian philosopher scientist physicist president senator governor mayor king queen prince
    princess pope emperor captain quarterback city town village island river planet band ship novel
    opera musical
"""
_GO_ON = frozenset(f"{_OBJECT} {_NOUNS} {_ROLES}".split())
_WANTS_NAMED = regex(
    rf"(?:\S+ ){{3}}(?:{any_of(_OBJECT.split())})$"
    r"|(?:\A|\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Yy]our|\w+'s) (?:[a-z]+ )?)"
    rf"(?:{any_of(_NOUNS.split())})$"
    r"|(?:\S \S+ |\A(?:[a-z]+ )?)(?:the|an?|former|late|his|her|their) (?:[a-z]+ )?"
    rf"(?:{any_of(_ROLES.split())})$"
)
# A line this long that ends within a sentence was broken by an editor, not by the writer.
_WRAPPED = range(50, 121)

_spaces = Rule("spaces", " {2,}", " ", "a  b -> a b")
_blank_lines = Rule("blank lines", r"\n{3,}", "\n\n", "# one\n\n# two -> one\n\ntwo")


class _Lines:
    """Keeps parts of a text, and replaces what lies between them by line breaks."""

    def __init__(self) -> None:
        self.replacements: Replacements = []
        self._done = 0  # where the last part that is kept ends
        self._breaks = 0

    def end_line(self) -> None:
        self._breaks += 1

    def keep(self, start: int, stop: int, between: str | None = None, rule: str = "lines") -> None:
        """Keep the characters start to stop; between is what goes before them."""
        if between is None:
            between = "\n" * self._breaks
            self._breaks = 0
        self.replacements.append((self._done, start, between, rule))
        self._done = stop

    def drop(self, start: int, stop: int, rule: str) -> None:
        """Drop characters by a rule of their own."""
        if start < stop:
            self.keep(start, start)
            self.keep(stop, stop, "", rule)


def _blocks(text: Text) -> None:
    """Make each block one line, with an empty line between paragraphs."""
    rows = _quotes_and_rows(text)
    lines = _Lines()
    held = ""  # the last line of a paragraph or an item, so far
    fenced = False
    start = 0
    for line, is_row in zip(text.string.split("\n"), rows, strict=True):
        stop = start + len(line)
        goes_on = bool(held) and not (is_row or fenced) and is_continued(held, line)
        if _FENCE.match(line):
            fenced = not fenced
            lines.drop(start, stop, "fence")
            line = ""
        opens = _HEADING.match(line) or _ITEM.match(line) or _DEFINITION.match(line)
        if goes_on and not opens:
            lines.keep(start, stop, BREAK if is_broken(held, line) else " ")
            held = line
        else:
            if held:
                lines.end_line()
            held = ""
            if opens and not fenced:
                held = _open_block(lines, line, start, opens)
            elif line and _is_rule(line):
                lines.drop(start, stop, "ruled line")
            elif line:
                lines.keep(start, stop)
                held = line
            if held and opens and opens.re is _HEADING:
                lines.end_line()
                held = ""
            if not held:
                lines.end_line()
        start = stop + 1
    lines.keep(len(text.string), len(text.string))
    text.replace(lines.replacements)


def _open_block(lines: _Lines, line: str, start: int, opens: Match) -> str:
    """Keep a heading, an item or a definition less its marks, and return what is kept."""
    rule = _BLOCK_MARKS[opens.re]
    first = start + opens.end()
    rest = line[opens.end() :].rstrip(" ")
    if opens.re is _HEADING:
        rest = _CLOSING_MARKS.sub("", rest).rstrip(" ")
    number = opens[1] if opens.re is _ITEM else None
    numeral = number if number and (len(number) > 1 or opens[0].startswith("(")) else ""
    label = say_label(rest if opens.re is _HEADING else numeral)
    if rest and number:
        lines.drop(start, start + opens.start(1), rule)
        if label:
            lines.keep(start + opens.end(1), start + opens.end(1), label, rule)
        else:
            lines.keep(start + opens.start(1), start + opens.end(1))
        lines.keep(first, first + len(rest), ", ", rule)
    elif label:
        lines.keep(start, start)
        lines.keep(first + len(rest), first + len(rest), label, rule)
    else:
        lines.drop(start, first, rule)
        lines.keep(first, first + len(rest))
    lines.drop(first + len(rest), start + len(line), rule)
    return f"{number}, {rest}" if rest and number else rest


def _quotes_and_rows(text: Text) -> list[bool]:
    """Strip lines, drop quotation marks and join table cells; return which lines are rows."""
    replacements: Replacements = []
    rows = []
    start = 0
    for line in text.string.split("\n"):
        stop = start + len(line)
        line = line.strip()
        is_row = "|" in line and _is_row(line)
        rows.append(is_row)
        if is_row:
            replacements += _row(text.string, start, stop)
        elif len(line) < stop - start or line.startswith(">"):
            first = start + len(text.string[start:stop]) - len(text.string[start:stop].lstrip())
            replacements.append((start, first, "", "spaces"))
            if line.startswith(">") and (quote := _QUOTE.search(line)):
                place = first + quote.start(), first + quote.end()
                replacements.append((*place, "", "quotation"))
            replacements.append((first + len(line), stop, "", "spaces"))
        start = stop + 1
    text.replace(replacements)
    return rows


def blocks(text: str) -> list[str]:
    """Return each block as one line, marks within lines still in it, and "" between paragraphs."""
    laid_out = Text(text, record=False)
    for apply in (*TAGS, _blocks):
        apply(laid_out)
    return laid_out.string.split("\n")


def find_quote_mark(line: str) -> str:
    """Return the ">" marks that a quoted line begins with, and the space behind them."""
    mark = _QUOTE.match(line)
    return mark[0] if mark else ""


def is_fence(line: str) -> bool:
    """Return whether a line opens or closes a code fence."""
    line = line.strip()
    return _FENCE.match(line, len(find_quote_mark(line))) is not None


def is_continued(line: str, following: str) -> bool:
    """Return whether a sentence goes on from one line to the following."""
    if not following or _FENCE.match(following) or _is_rule(following):
        return False
    if is_broken(line, following):
        return True
    end = line[-40:]
    if _WANTS_MORE.search(end) or (_WANTS_NUMBER.search(end) and following[0].isdecimal()):
        return True
    if _WANTS_NAME.search(end) and following[0].isupper() and not re.search(r"\d", end):
        return True
    if following[0].isupper() and end[end.rfind(" ") + 1 :] in _GO_ON and _WANTS_NAMED.search(end):
        return True
    if line[-1] in ".!?:" and not _SHORTENED.search(line):
        return False
    return following[0].islower() or len(line) in _WRAPPED


def _is_rule(line: str) -> bool:
    """Return whether a line is drawn across the page."""
    return (len(line) > 2 and set(line) <= set("-=*_~+. —")) or (
        line[:1] in ("$", "\\") and bool(DISPLAY.fullmatch(line))
    )


def _is_row(line: str) -> bool:
    """Return whether a line is a row of a table."""
    return line.startswith("|") or (line.count(" | ") > 1 and not is_pipeline(line))


def _row(string: str, start: int, stop: int) -> Replacements:
    """Return what joins the cells of a row with commas; the line below a head has none."""
    replacements: Replacements = []
    done, between = start, ""
    for cell in _CELL.finditer(string, start, stop):
        if cell[0].strip(":- "):
            replacements.append((done, cell.start(), between, "row"))
            done, between = cell.end(), ", "
    replacements.append((done, stop, "", "row"))
    return replacements


def _trim(text: Text) -> None:
    """Remove white space at both ends of the text."""
    string = text.string
    start, stop = len(string) - len(string.lstrip()), len(string.rstrip())
    if start < stop:
        text.replace([(0, start, "", "spaces"), (stop, len(string), "", "spaces")])
    else:
        text.replace([(0, len(string), "", "spaces")])


layout = Step(
    "Put each heading, item, row and paragraph on a line of its own, without its markup.",
    *TAGS,
    _blocks,
    hyphenation,
    labels.tick,
    labels.warning,
    labels.music,
    labels.box,
    labels.arrow,
    labels.triangle,
    *PATTERNS,
    *latex.LATEX,
    *notes.NOTES,
    *MARKS,
    labels.menus,
    _spaces,
    _blank_lines,
    _trim,
)
