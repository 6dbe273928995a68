"""The marks of HTML and Markdown within a line: tags, links, footnotes, indices, emphasis."""

import re

from soprano_np.text.english.rule import Match, Rule, rule
from soprano_np.text.english.say import apart, digits
from soprano_np.text.patterns import regex

# --- HTML

comment = Rule(
    "comment", "<!--[^<>]{0,2000}-->", "", "<!-- a -->b -> b", "a<!-- b -->c -> ac", needs="<"
)
# A tag is an opening one with attributes, each with a value but for a few that need none, or a
# closing one: "a<b and c>d" is neither. No blank line lies within.
_GAP = r"(?: +\n? *|\n *)"
_ATTRIBUTE = (
    r"(?:[A-Za-z@:_][\w:.-]* *= *(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"']+)"
    r"|(?:allowfullscreen|checked|compact|controls|disabled|download|hidden|ismap|nowrap|open"
    r"|noshade|readonly|required|reversed|selected)(?![\w:.-]))"
)
_TAG_END = rf"(?=[^<>]{{0,500}}>)(?: */?>|{_GAP}/>|(?:{_GAP}{_ATTRIBUTE})+ *\n? */?>)"


def _tag(names: str) -> str:
    return rf"(?i)<(?:/(?:{names})\s*>|(?:{names}){_TAG_END})"


_block_tag = Rule(
    "tag",
    _tag(
        "p|div|h[1-6]|ul|ol|li|dl|dt|dd|tr|table|blockquote|br|hr|pre|section|article|center"
        "|details|summary"
    ),
    "\n",
    "<p>One<br/>Two <b>three</b></p><!-- four --> -> One\nTwo three",
    "5<p and q>4 -> 5<p and q>4",
    needs="<",
)
_cell_tag = Rule("tag", _tag("td|th"), " ", "<td>a</td><td>b</td> -> a b", needs="<")
_inline_tag = Rule(
    "tag",
    _tag("a|b|i|u|s|em|strong|code|span|sub|sup|small|mark|del|ins|kbd|tbody|thead|img|font"),
    "",
    '<b>bold</b> and <a href="x">link</a> -> bold and link',
    "if a<b and c>d -> if a<b and c>d",
    needs="<",
)


@rule(
    r"<([A-Za-z][^<>\s]{0,1000}(?:@|://)[^<>\s]{1,1000})>"
    r"|(?<!\w)<([A-Za-z][^<>\s]{0,1000}:[^<>\s]{1,1000})>(?!\w)",
    "<https://a.b> <c@d.e>f 1 < 2 > 1 -> https://a.b c@d.e f 1 < 2 > 1",
    "a<b:c>d -> a<b:c>d",
    name="link",
    needs="<",
)
def _autolink(match: Match) -> str:
    return apart(match, match[1] or match[2])


@rule(
    r"(?:(?<![\w)])<(?![^<>]{1,190} (?:and|or) )"
    r"([A-Za-z][\w.-]{0,30}(?: [A-Za-z][\w.-]{0,30}){0,5})>"
    r"|(?<=\w)<([A-Za-z]\w{0,30})>)(?!\w)",
    "press <Enter> now -> press Enter now",
    "vector<int> -> vector int",
    "if a <b and c> d -> if a <b and c> d",
    needs="<",
)
def _angle_brackets(match: Match) -> str:
    return f" {match[1] or match[2]} "


# --- Links and footnotes

_link = Rule(
    "link",
    r"!?\[([^\[\]]{0,300})\]\( *(?:<[^<>]{0,1000}>|(?:[^()\s]|\([^()\s]{0,100}\)){0,1000})"
    r"(?: +(?:\"[^\"]{0,300}\"|'[^']{0,300}'))? *\)",
    r"\1",
    "[a](http://b.c/d_(e) 'f') ![g](h.png) [i][j] -> a g i",
    "[![badge](a.svg)](b.html) -> badge",  # an image may be a link's text
    "[sic](as it was said) -> [sic](as it was said)",
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


# An index is assigned, compared, a part of a name or followed by one: values[2] = 7, a.b[1].c
_OPERATED = regex(r" ?(?:[=+*/<>|&]|-[ =>\d])|\.\w|\[['\"A-Za-z]|\(")


@rule(
    r"\[\^(?:\d+|(?<=[\w.,;:!?\"')%*\]]\[\^)(?!\w-\w)[\w.:-]{1,50})\]"
    r"|(?:\[[1-9][0-9]{0,2}\]){1,20}(?=[\s.,;:!?)\"'\[=+*/<>|&-]|\(|$)",
    "so[1] it[^2] is -> so it is",
    "It ended.[3][4] Then -> It ended. Then",
    "args[1] x[2] -> args 1 x 2",
    "people\n[1] One -> people\n[1] One",
    "players[1] beats players[2] -> players 1 beats players 2",
    "values[2] = 7 -> values 2 = 7",
    name="footnote",
    needs="[",
)
def _footnote(match: Match) -> str | None:
    """Remove a number after a mark or a word of prose; elsewhere it is an index."""
    if match[0].startswith("[^"):
        return ""
    string, start = match.string, match.start()
    before = string[max(0, start - 32) : start]
    if before.endswith(tuple(".,;:!?\"')%*")):
        return ""
    word = re.search(r"[\w.]*\Z", before)
    name = word[0] if word else ""
    if name in _PROSE:
        return ""
    if name in _ARRAYS or name.endswith(("array", "items", "matrix")) or re.search(r"[._]\w", name):
        return None
    if _OPERATED.match(string, match.end()) or _is_indexed_again(match, name):
        return None
    return "" if re.search(r"[a-z]{3}\Z", name) else None


def _is_indexed_again(match: Match, name: str) -> bool:
    """Return whether another number follows the same word nearby: "players[1] and players[2]"."""
    other = f"{name}["
    string, (start, stop) = match.string, match.span()
    nearby = (string[max(0, start - 60) : start - len(name)], string[stop : stop + 60])
    return bool(name) and any(re.search(rf"(?<!\w){re.escape(other)}\d", part) for part in nearby)


_index = Rule(
    "index",
    r"(?<=[\w\]])\[['\"]?([\w.:-]{1,30})['\"]?\]",
    r" \1 ",
    "a[0] and b['key'] -> a 0 and b key",
    needs="[",
)

# --- Marks within a line

_KEYPAD = regex(
    r"(?i)(?:\b(?:press|dial|hit|push|tap|type|enter|use|the|an?|key|pound (?:or|and)"
    r"|hash (?:or|and))|# (?:or|and)) \Z"
)


@rule(
    r"\*(?<= \*)(?=[.,;:!?)]?(?:\s|$))",
    "Press * or the * key -> Press star or the star key",
    "2 * 3 -> 2 * 3",
    needs="*",
)
def _star(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 10) : match.start()]
    return "star" if _KEYPAD.search(before) else None


@rule(
    r"(?:\*#?|##?)(?<![^\s*#][*#])(?<![^\s*#][*#]{2})\d[\d*#]*#(?![\w*#])"
    r"|\*(?<!\S\*)(?=\d\d\d?(?![\w*]))",
    "Dial *67, *#06# or *123# -> Dial star 67, star hash zero six hash or star one two three hash",
)
def _dial_code(match: Match) -> str:
    parts = re.findall(r"\d+|[*#]", match[0])
    said = " ".join({"*": "star", "#": "hash"}.get(part) or digits(part) for part in parts)
    return said if len(parts) > 1 else f"{said} "


_raised = Rule(
    "power", r"((?<![\w*])[A-Za-z]|\d|\))\*\*(?=\d)", r"\1^", "x**2 + 10**6 -> x^2 + 10^6"
)
_product = Rule(
    "product",
    r"\*(?<=\d\*) (?=\d[\d.,]* ?[-+*/=] ?\d)",
    " * ",
    "12* 4 = 48 -> 12 * 4 = 48",
    needs="* ",
)
# What gets stars: "a 5* hotel", "rated 5*".
_STARRED = regex(
    r" (?:hotels?|reviews?|ratings?|rated|resorts?|service|property|stays?|experience|restaurants?"
    r"|food|products?|sellers?|quality|locations?|facility|movie|film|book|place|staff|accommodation"
    r"|luxury|recommend\w*|feedback|general|spa|treatment)\b"
)
_FEW = regex(r"(?<![\w.,*])[1-7](?:\.5)?$")
_RATED = regex(
    r"\b(?:rated|rating|rate|gave|give|given|giving|gets?|got|deserves?|solid)\b[^.!?]*$",
    re.IGNORECASE,
)


@rule(
    r"\*(?<=\d\*)(?=[ .,;:!?)\n]|$)",
    "a 5* review, rated 4*. *so* -> a 5 star review, rated 4 stars. so",
    "5*3, the 5* of us -> 5*3, the 5 of us",
    needs="*",
)
def _stars(match: Match) -> str | None:
    text = match.string
    before = text[max(0, match.start() - 20) : match.start()]
    number = _FEW.search(before)
    if number is None:
        return None
    if _STARRED.match(text, match.end()):
        return " star"
    rated = _RATED.search(before[: number.start()])
    return f" star{'' if number[0] == '1' else 's'}" if rated else None


_emphasis = Rule(
    "emphasis",
    r"(?=[*_~`])(?:"  # few characters pass
    r"(?<![\d*])\*{2,3}(?=[^\s*])|(?<=[^\s*])\*{2,3}(?![\d*])"  # strong, even within a word
    r"|(?<![\w*_~])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])"  # opens before a word
    r"|(?<=[^\s*_~])(?:\*{1,3}|_{1,3}|~~)(?![\w*_~])"  # closes after one
    "|`+)",
    "",
    "*so* **so** ***so*** _so_ __so__ ~~so~~ `so` -> so so so so so so so",
    "2 * 3 2*3 snake_case ~5 2**3 -> 2 * 3 2*3 snake_case ~5 2^3",
)
_decoration = Rule(
    "decoration", r"([^\w\s.,!?'\"])\1{3,}", " ", "===== $$$$ -> ", "a ------ b -> a b"
)

# Before the text is cut into blocks, and after.
HTML = (_block_tag, _cell_tag, _inline_tag, _autolink, _angle_brackets)
MARKS = (
    _link,
    _link,
    _link_by_name,
    _footnote,
    _index,
    _star,
    _dial_code,
    _raised,
    _product,
    _stars,
    _emphasis,
    _decoration,
)
