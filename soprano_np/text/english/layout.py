# ruff: noqa: RUF001 (the bullets and dashes are meant)
"""Markdown, HTML and plain text to lines that each hold a block: a heading, an item, a paragraph.

A blank line lies between paragraphs. What is hard-wrapped is joined again.
"""

import re
from collections.abc import Iterator

_COMMENT = re.compile("<!--[^<>]{0,2000}-->")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|tr|table|blockquote|br|hr|pre)\b[^<>]{0,500}>", re.IGNORECASE
)
_INLINE_TAG = re.compile(
    r"</?(?:a|b|i|u|s|em|strong|code|span|sub|sup|small|mark|del|ins|kbd|td|th|tbody|thead|img|font"
    r"|details|summary)(?: [^<>]{0,500})?/?>",
    re.IGNORECASE,
)

_FENCE = ("```", "~~~")
_HEADING = re.compile(r"#{1,6} +")
_ITEM = re.compile(r"(?:[-*+•—–] +|\(?([0-9]{1,2}|[a-z])[.)] +(?<![a-z]\. ))(?:\[[ xX]\] +)?(?=\S)")
_QUOTE = re.compile(r"(?:> ?){1,9}(?=\s|[^\s=>0-9]|$)")
_DEFINITION = re.compile(r"\[[^\[\]]{1,100}\]: *\S+ *$|\[\^[^\[\]]{1,100}\]: *")

_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:[^()\s]|\([^()\s]{0,100}\)){0,1000}[^()]{0,200}\)")
_LINK_BY_NAME = re.compile(r"(?<!\w)(?!\[\d{1,3}\])\[([^\[\]]{1,300})\]\[[^\[\]]{0,100}\]")
# A number in brackets is a footnote behind a mark or a word of prose, else an index: "a[0]".
_FOOTNOTE = re.compile(
    r"\[\^[^\[\]]{1,50}\]"
    r"|(?:(?<=[.,;:!?\"')%])|(?<=\b(?:so|is|it|of|in|to|up|on|be|do|go|he|me|we|us))|(?<=[a-z]{3})(?<!\b(?:arr|buf|col|idx|lst|map|mat|obj|ptr|row|str|tmp"
    r"|vec))"
    r"(?<!\b(?:args|argv|data|list))(?<!array)(?<!items)(?<!matrix))"
    r"(?:\[[1-9][0-9]{0,2}\]){1,20}(?=[\s.,;:!?)\"'\[]|$)"
)
_INDEX = re.compile(r"(?<=[\w\]])\[['\"]?([\w.:-]{1,30})['\"]?\]")
_RAISED = re.compile(r"((?<![\w*])[A-Za-z]|\d|\))\*\*(?=\d)")  # x**2
_ANGLED = re.compile(
    r"(?:(?<![\w)])<([A-Za-z][\w.-]{0,30}(?: [A-Za-z][\w.-]{0,30}){0,5})>"
    r"|(?<=\w)<([A-Za-z]\w{0,30})>)(?!\w)"
)
_EMOTICON = re.compile(
    r"¯\\{0,2}_\(.{1,2}\)_/¯|(?<!\S)(?:[:;]['-]?(?:[)(DPp*]{1,9}|[/|OoX](?!\S))|=[)(D]|[xX]D{1,9}"
    r"|\^_{0,3}\^"
    r"|<3{1,9}(?= *(?:[.!?\n]|$|[:;xX^][D)_(]))|[oO]_[oO]|T_T|>_<)(?=[\s.,!?]|$)"
)
_AUTOLINK = re.compile(r"<([A-Za-z][^<>\s]{0,1000}[:@][^<>\s]{1,1000})>")
_EMPHASIS = re.compile(
    r"(?<![\d*])\*{2,3}(?=[^\s*])|(?<=[^\s*])\*{2,3}(?![\d*])"  # strong, even within a word
    r"|(?<![\w*_~])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])"  # opens before a word
    r"|(?<=[^\s*_~])(?:\*{1,3}|_{1,3}|~~)(?![\w*_~])"  # closes behind one
    "|`+"
)

_DECORATION = re.compile(r"([^\w\s.,!?'\"])\1{3,}")  # "=====", "$$$$"
# A stop that seldom ends a sentence.
_SHORTENED = re.compile(r"\b(?:[A-Za-z]\.[A-Za-z]|Mr|Mrs|Ms|Dr|St|Prof|vs|No)\.$")
# What wants a name or a number behind it, on the next line; but "5 Elm St." is an address.
_WANTS_NAME = re.compile(
    r"\b(?:Mr|Mrs|Ms|Prof|Mt|Ft|Sen|Gov|Rep|Gen|Col|Sgt|Lt|Capt|U\.S|U\.K|Dr|St)\.$"
)
_WANTS_NUMBER = re.compile(
    r"\b(?:No|Nos|Vol|Fig|pp?|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
# Words that end no sentence; those of the second kind end a command ("Log in").
_WANTS_MORE = re.compile(
    r"(?:^|\S )(?:of|and|or|the|an?|(?:\S+ )(?:for|at|with|to|by|from|as|into|than|but|if|our|your"
    r"|my))$"
)
# A line this long that ends within a sentence was broken by an editor, not by the writer.
_WRAPPED = range(50, 121)


def layout(text: str) -> str:
    """Put each heading, item, row and paragraph on a line of its own, without its markup."""
    text = _EMOTICON.sub("", text)
    if "<" in text:
        text = _BLOCK_TAG.sub("\n", _COMMENT.sub("", text))
        text = _AUTOLINK.sub(r"\1", _INLINE_TAG.sub("", text))
        text = _ANGLED.sub(lambda m: f" {m[1] or m[2]} ", text)
    text = "\n".join(_blocks(text.split("\n")))
    if "[" in text:
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))  # an image may be a link's text
        text = _FOOTNOTE.sub("", _LINK_BY_NAME.sub(r"\1", text))
        text = _INDEX.sub(r" \1 ", text)
    text = _RAISED.sub(r"\1^", text)
    text = _DECORATION.sub(" ", _EMPHASIS.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(" {2,}", " ", text)).strip()


def _blocks(lines: list[str]) -> Iterator[str]:
    """Yield each block as one line, and "" between paragraphs."""
    held: list[str] = []  # the lines of a paragraph or an item, so far
    fenced = False
    for line in lines:
        line = line.strip()
        if "|" in line and _is_row(line):
            line = _row(line)
            goes_on = False
        else:
            line = _QUOTE.sub("", line, count=1) if line.startswith(">") else line
            goes_on = bool(held) and not fenced and _goes_on(held[-1], line)
        if line.startswith(_FENCE):
            fenced = not fenced
            line = ""
        starts = _HEADING.match(line) or _ITEM.match(line) or _DEFINITION.match(line)
        if goes_on and not starts:
            held.append(line)
            continue
        if held:
            yield " ".join(held)
            held = []
        if fenced or not starts:
            held = [line] if line and not _is_rule(line) else []
        elif rest := line[starts.end() :].rstrip("# "):
            number = starts[1] if starts.re is _ITEM else None
            held = [f"{number}, {rest}" if number else rest]
        if not held or (starts and starts.re is _HEADING):
            yield from held
            yield ""
            held = []
    if held:
        yield " ".join(held)


def _goes_on(line: str, following: str) -> bool:
    """Tell whether the sentence of a line goes on in the following one."""
    if not following or following.startswith(_FENCE) or _is_rule(following):
        return False
    end = line[-40:]
    if _WANTS_MORE.search(end) or (_WANTS_NUMBER.search(end) and following[0].isdigit()):
        return True
    if _WANTS_NAME.search(end) and following[0].isupper() and not re.search(r"\d", end):
        return True
    if line[-1] in ".!?:" and not _SHORTENED.search(line):
        return False
    return following[0].islower() or len(line) in _WRAPPED


def _is_rule(line: str) -> bool:
    """Tell whether a line is drawn from one to the other side."""
    return len(line) > 2 and set(line) <= set("-=*_~+. —")


def _is_row(line: str) -> bool:
    """Tell whether a line is a row of a table."""
    return line.startswith("|") or line.count(" | ") > 1


def _row(line: str) -> str:
    """Read a row of a table, cell after cell; the rule below its head is nothing."""
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return ", ".join(cell for cell in cells if cell.strip(":- "))
