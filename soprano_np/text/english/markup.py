"""The marks of HTML and Markdown within a line: tags, links, footnotes, emphasis, emoticons."""

import re

from soprano_np.text.english.rule import Match, Rule, rule

_emoticon = Rule(
    "emoticon",
    r"¯\\{0,2}_\(.{1,2}\)_/¯|(?<!\S)(?:[:;]['-]?(?:[)(DPp*]{1,9}|[/|OoX](?!\S))|=[)(D]|[xX]D{1,9}"
    r"|\^_{0,3}\^"
    r"|<3{1,9}(?= *(?:[.!?\n]|$|[:;xX^][D)_(]))|[oO]_[oO]|T_T|>_<)(?=[\s.,!?]|$)",
    "",
    "ok :) then :-( -> ok then",
    "I <3! -> I !",
    "ratio 1:3 -> ratio 1:3",
)

# --- HTML

_comment = Rule(
    "comment", "<!--[^<>]{0,2000}-->", "", "<!-- a -->b -> b", "a<!-- b -->c -> ac", needs="<"
)
_block_tag = Rule(
    "tag",
    r"(?i)</?(?:p|div|h[1-6]|ul|ol|li|tr|table|blockquote|br|hr|pre)\b[^<>]{0,500}>",
    "\n",
    "<p>One<br/>Two <b>three</b></p><!-- four --> -> One\nTwo three",
    needs="<",
)
_inline_tag = Rule(
    "tag",
    r"(?i)</?(?:a|b|i|u|s|em|strong|code|span|sub|sup|small|mark|del|ins|kbd|td|th|tbody|thead|img"
    r"|font|details|summary)(?: [^<>]{0,500})?/?>",
    "",
    '<b>bold</b> and <a href="x">link</a> -> bold and link',
    needs="<",
)
_autolink = Rule(
    "link",
    r"<([A-Za-z][^<>\s]{0,1000}[:@][^<>\s]{1,1000})>",
    r"\1",
    "<https://a.b> <c@d.e> 1 < 2 > 1 -> https://a.b c@d.e 1 < 2 > 1",
    needs="<",
)


@rule(
    r"(?:(?<![\w)])<([A-Za-z][\w.-]{0,30}(?: [A-Za-z][\w.-]{0,30}){0,5})>"
    r"|(?<=\w)<([A-Za-z]\w{0,30})>)(?!\w)",
    "press <Enter> now -> press Enter now",
    "vector<int> -> vector int",
    needs="<",
)
def _angle_brackets(match: Match) -> str:
    return f" {match[1] or match[2]} "


# --- Links and footnotes

_link = Rule(
    "link",
    r"!?\[([^\[\]]{0,300})\]\((?:[^()\s]|\([^()\s]{0,100}\)){0,1000}[^()]{0,200}\)",
    r"\1",
    "[a](http://b.c/d_(e) 'f') ![g](h.png) [i][j] -> a g i",
    "[![badge](a.svg)](b.html) -> badge",  # an image may be a link's text
    needs="[",
)
_link_by_name = Rule(
    "link",
    r"(?<!\w)(?!\[\d{1,3}\])\[([^\[\]]{1,300})\]\[[^\[\]]{0,100}\]",
    r"\1",
    "see [the site][1] or [this][] -> see the site or this",
    needs="[",
)
# A word of prose that is shorter than the names of most variables.
_PROSE = frozenset("so is it of in to up on be do go he me we us".split())
_ARRAYS = frozenset(
    "arr buf col idx lst map mat obj ptr row str tmp vec args argv data list".split()
)


@rule(
    r"\[\^[^\[\]]{1,50}\]|(?:\[[1-9][0-9]{0,2}\]){1,20}(?=[\s.,;:!?)\"'\[]|$)",
    "so[1] it[^2] is -> so it is",
    "It ended.[3][4] Then -> It ended. Then",
    "args[1] x[2] -> args 1 x 2",
    "people\n[1] One -> people\n[1] One",
    needs="[",
)
def _footnote(match: Match) -> str | None:
    """Remove a number after a mark or a word of prose; elsewhere it is an index."""
    before = match.string[max(0, match.start() - 10) : match.start()]
    word = re.search(r"\w*\Z", before)
    name = word[0] if word else ""
    if match[0].startswith("[^") or before.endswith(tuple(".,;:!?\"')%")) or name in _PROSE:
        return ""
    if name in _ARRAYS or before.endswith(("array", "items", "matrix")):
        return None
    return "" if re.search(r"[a-z]{3}\Z", before) else None


_index = Rule(
    "index",
    r"(?<=[\w\]])\[['\"]?([\w.:-]{1,30})['\"]?\]",
    r" \1 ",
    "a[0] and b['key'] -> a 0 and b key",
    needs="[",
)

# --- Marks within a line

_raised = Rule(
    "power", r"((?<![\w*])[A-Za-z]|\d|\))\*\*(?=\d)", r"\1^", "x**2 + 10**6 -> x^2 + 10^6"
)
_emphasis = Rule(
    "emphasis",
    r"(?<![\d*])\*{2,3}(?=[^\s*])|(?<=[^\s*])\*{2,3}(?![\d*])"  # strong, even within a word
    r"|(?<![\w*_~])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])"  # opens before a word
    r"|(?<=[^\s*_~])(?:\*{1,3}|_{1,3}|~~)(?![\w*_~])"  # closes after one
    "|`+",
    "",
    "*so* **so** ***so*** _so_ __so__ ~~so~~ `so` -> so so so so so so so",
    "2 * 3 2*3 snake_case ~5 2**3 -> 2 * 3 2*3 snake_case ~5 2^3",
)
_decoration = Rule(
    "decoration", r"([^\w\s.,!?'\"])\1{3,}", " ", "===== $$$$ -> ", "a ------ b -> a b"
)

# Before the text is cut into blocks, and after.
HTML = (_emoticon, _comment, _block_tag, _inline_tag, _autolink, _angle_brackets)
MARKS = (
    _link,
    _link,
    _link_by_name,
    _footnote,
    _index,
    _raised,
    _emphasis,
    _decoration,
)
