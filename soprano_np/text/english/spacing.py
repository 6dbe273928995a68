"""Stops and slashes without the space or the word that belongs behind them: "No.5", "Mr./Mrs.".

Comes before addresses of the web, which would take "Dr.Who" for one, and before dates and
abbreviations, which know them with a space.
"""

from soprano_np.text.english.abbreviations import SLASHED, STARTERS
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.vocabulary import (
    COMPASS,
    MONTHS,
    SHORT_COUNTED,
    SHORT_MONTHS,
    SHORT_WEEKDAYS,
    TITLES,
    any_of,
)
from soprano_np.text.patterns import regex

_MONTHS = (
    frozenset(SHORT_MONTHS)
    | {short.upper() for short in SHORT_MONTHS}
    | {short.lower() for short in SHORT_MONTHS} - {"mar", "dec"}
)
# Before a word.
_COMPANIES = frozenset(
    "Inc Corp Ltd Co Bros Jr Sr etc vs Vs approx dept Dept incl excl esp".split()
)
_NAMED = frozenset(TITLES) - {"Br", "Fr"}

_BEFORE = regex(r"(?<![\w@/\\-])(?:[A-Za-z]\.){0,6}([A-Za-z]{1,6})\Z")
_LETTERS = regex(r"(?<![\w@/\\.-])(?:(?:[A-Z]\.){1,5}[A-Z]|[ap]\.m|Ph\.D|[BM]\.Sc|e\.g|i\.e)\Z")
# What follows is neither the rest of a file's name nor of a host's.
_NUMBER = regex(r"\d[\d,:-]{0,12}(?:\.\d+|[a-z]{1,2})?(?![\w-]|\.\w)")
_NAME = regex(r"[A-Z][a-z'A-Z-]+(?![\w-]|\.[a-z]|\()")
_WORD = regex(r"[A-Za-z][a-z']*(?![\w-]|\.\w|[(/=])")
_DESCRIBES = regex(r"\b(?:[Aa]|[Aa]n|[Tt]he|[Ee]ach|[Oo]ne|[Tt]wo|[Tt]hree) [\d.,/ ]{1,9}\Z")
_DAY = regex(rf"\d|(?:{'|'.join([*SHORT_MONTHS, *map(str.title, MONTHS)])})\b")

_DATES = "|".join([*SHORT_MONTHS, *SHORT_WEEKDAYS])  # read by dates, with their slash
# What stands before a slash that is not said, and what behind it.
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Rev|Sr|Jr)"
_BEFORE_SLASH = regex(
    r"(?<![\w.@-])(?<![^\w.]/)(?:(?P<ordinal>\d{1,4}(?:st|nd|rd|th))"
    rf"|(?P<short>(?!(?:{_DATES})\.)(?:[A-Z]?[a-z]{{1,5}}\.|(?:[A-Z][a-z]?\.){{2,4}}))|(?P<title>{_TITLE})|(?P<i>I)|(?P<capital>(?<![MTWF]/)[A-Z]))\Z"
)
_AFTER_SLASH = {
    name: regex(pattern)
    for name, pattern in {
        "ordinal": r"\d{1,4}(?:st|nd|rd|th)\b|[a-z]{3}",
        "short": "[A-Za-z][a-z.]",
        "title": rf"{_TITLE}\b",
        "i": r"[a-z]{2}|[A-Z](?![\w/&-]|\.\w)",
        "capital": r"[A-Z](?![\w&-]|\.\w)(?!/[MTWF]\b)",
    }.items()
}
# Behind these a slash with spaces is the sign itself: "type / to search".
_NAMES_SIGN = regex(
    r"(?i)\b(?:the|an?|or|and|press|type|hit|use|with|by|in|to|of|is|as|at|like|from|for|cd|ls|rm"
    r"|mount|character|slash|on)\Z"
)


@rule(
    r"\.(?=[A-Za-z\d])",
    "No.5 ca.1850 Dec.25 -> No. 5 ca. 1850 Dec. 25",
    "Dr.Who, Lt.Col.Hill, Inc.is -> Dr. Who, Lt. Col. Hill, Inc. is",
    "Ph.D.in, U.S.and, e.g.see -> Ph.D. in, U.S. and, e.g. see",
    "No.5.txt St.Louis.com a.b.c -> No.5.txt St.Louis.com a.b.c",
    name="joined stop",
)
def _joined_stop(match: Match) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - 20) : start]
    found = _BEFORE.search(before)
    if found is None:
        return None
    word = found[1]
    if text[end].isdecimal():
        known = word.lower() in SHORT_COUNTED or word in _MONTHS or word in SHORT_WEEKDAYS
        return ". " if known and _NUMBER.match(text, end) else None
    if len(word) == 1 or word == "Sc":
        is_last = _LETTERS.search(before) and _WORD.match(text, end)
        return ". " if is_last and text[end : end + 2].isalpha() else None
    if word in _NAMED:
        return ". " if _NAME.match(text, end) else None
    if word in SHORT_WEEKDAYS or word in SHORT_MONTHS:
        return ". " if _DAY.match(text, end) else None
    if word not in _COMPANIES or text.startswith(("uk", "UK"), end):
        return None
    return ". " if _WORD.match(text, end) and text[end : end + 2].isalpha() else None


_to_circa = Rule(
    "to circa",
    r"[-\u2013](?<=\d.)(?=ca?\. ?\d{3,4}(?!\d))",
    " to ",
    "1850-c.1910 -> 1850 to c. 1910",
)

_spaced_dots = Rule(
    "spaced dots", r"\.(?: \.){2,}", "...", "well . . . then -> well ... then", needs=". ."
)


@rule(
    r"(?<=[A-Za-z.])/(?=[A-Za-z\d])",
    "1st/2nd grade, the 1st/final -> 1st 2nd grade, the 1st final",
    "Mr./Mrs. Hall, Mr/Mrs Hall, Sat./Sun. -> Mr. Mrs. Hall, Mr Mrs Hall, Sat./Sun.",
    "A/C and I/O, I/we -> A C and I O, I we",
    "a/b ./x 1/2 x.a/B -> a/b ./x 1/2 x.a/B",
    name="joined slash",
)
def _joined_slash(match: Match) -> str | None:
    """Leave out a slash between ordinals, titles, abbreviations with a stop and single letters."""
    text, start, end = match.string, match.start(), match.end()
    before = _BEFORE_SLASH.search(text, max(0, start - 8), start)
    if before is None or before.lastgroup is None:
        return None
    return " " if _AFTER_SLASH[before.lastgroup].match(text, end) else None


_with = Rule(
    "with",
    r"w/(?<![\w/]w/)(?=\d|[a-z]+\b)(?!(?:o|in|out|e|r)\b)",
    "with ",
    "w/my 2 kids -> with my 2 kids",
    needs="w/",
)


@rule(
    r"(?<=[A-Za-z.!?,;'\"]) / (?=(['\"]?[A-Za-z]+))",
    "Home / News, his / her -> Home, News, his/her",
    "press / to search -> press / to search",
    name="spaced slash",
    needs=" /",
)
def _spaced_slash(match: Match) -> str | None:
    """Read a slash between words or lines of a song as a pause."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    if f"{before.split()[-1]}/{match[1]}".lower() in SLASHED:
        return "/"
    return None if _NAMES_SIGN.search(before) else ", "


# A place is so far from another, or an amount describes the name behind it: no sentence ends.
@rule(
    r"(?<=\d)(?P<unit>[ -]?(?:mi|miles|nmi|km|kilometers|m|meters|ft|feet|yds?|oz|lbs?|in|gal|qt))"
    rf"(?:\.? (?P<point>{any_of(COMPASS)})\b(?P<of>(?= (?:of|from|to)\b|[,.;)]|$)|)"
    r"|\.(?= (?P<name>[A-Z][a-z]+)))",
    "12 mi. SSE of town, 5 km NW -> 12 mi south southeast of town, 5 km northwest",
    "a 12 oz. Coke, 5 ft. The end -> a 12-oz Coke, 5 ft. The end",
)
def _unit_stop(match: Match) -> str | None:
    text = match.string
    if match["name"]:
        described = _DESCRIBES.search(text, max(0, match.start() - 20), match.start())
        is_whole = described is None or match["name"] in STARTERS
        return None if is_whole else f"-{match['unit'].strip(' -')}"
    if match["of"] is None and len(match["point"]) < 2:
        return None
    return f"{match['unit']} {COMPASS[match['point']]}"


spacing = Step(
    'Write the space that is missing: "No.5" as "No. 5", "1st/2nd" as "1st 2nd".',
    _to_circa,
    _joined_stop,
    _spaced_dots,
    _joined_slash,
    _with,
    _spaced_slash,
    _unit_stop,
    only_if=r"\.(?=[A-Za-z\d])|\. [.A-Z]|\d[-\u2013]ca?\.|/|\d \w+\.? [NSEW]",
)
