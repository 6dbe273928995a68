"""Numbers: ordinals, decades, fractions, years, decimals, and all that is left.

`ordinals` comes before `serials`; `numerals` comes after all other steps and leaves no digit.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import (
    DASH,
    FRACTION,
    NUMBER,
    apart,
    cardinal,
    decimal,
    digit_groups,
    digits,
    fraction,
    label,
    ordinal,
    plural,
    year,
)
from soprano_np.text.english.vocabulary import MONTHS
from soprano_np.text.patterns import regex

_SPECIAL = {
    "24/7": "twenty four seven",
    "9/11": "nine eleven",
    "50/50": "fifty fifty",
    "20/20": "twenty twenty",
}

_SCALES = ("", "thousands", "millions", "billions", "trillions")

# After these, a number from 1000 to 2099 is a year.
_YEAR_CUES = frozenset(MONTHS) | frozenset(
    """
    after and around autumn before by circa during early fall from in late mid of since spring
    summer the through till to until winter year
    """.split()
)
_WORD_BEFORE = regex(r"(\w+)[ -]$")
_PREFIX_BEFORE = regex(r"\b(?:pre|post|mid|non|anti)-$", re.IGNORECASE)
# Elsewhere it is not if a plural follows: "1500 people", "2000 cars".
_NOUN = regex(r" ([a-z]+)\b")
_PLURALS = frozenset("people men women children feet".split())
_NO_PLURALS = frozenset(
    "was has his this its does plus versus always sometimes perhaps years".split()
)
_BETWEEN = {",": ", ", ".": " point ", "/": " slash ", ":": " ", "-": " to "}


@rule(
    r"(?<![\w./])(\d{1,4}/\d{1,4})(?:st|nd|rd|th|ths|rds|nds)(?!\w)",
    "1/10th, 3/4ths -> one tenth, three quarters",
)
def _ordinal_fraction(match: Match) -> str:
    return fraction(match[1])


@rule(
    r"(?<![\w.,/])(\d{1,3}(?:,\d{3}(?!\d)){1,12}|\d+)(?:(?:st|nd|rd|th)(s?)|ST|ND|RD|TH)(?!\w)",
    "1st, 22ND, 103rd, 1,000th -> first, twenty second, one hundred third, one thousandth",
)
def _ordinal_number(match: Match) -> str:
    return ordinal(match[1].replace(",", "")) + (match[2] or "")


@rule(
    r"(?<![\w.,])(\d\d)ers(?!\w)",
    "The 76ers beat the 49ers -> The seventy sixers beat the forty niners",
)
def _team(match: Match) -> str:
    return f"{cardinal(match[1]).removesuffix('e')}ers"


_to = Rule(
    "to",
    rf"{DASH}(?:(?:(?<=\d0s.)|(?<=\d0s .)|(?<=\d0's.)) ?(?='?(?:\d\d)?\d0'?s\b)"
    rf"|(?<='\d\d.)(?='\d\d\b)|(?<=\d(?:st|nd|rd|th).)(?=\d{{1,3}}(?:st|nd|rd|th)\b))",
    " to ",
    "1970s-90s, '98-'99 -> nineteen seventies to nineties, ninety eight to ninety nine",
    "5th-6th grade -> fifth to sixth grade",
)


@rule(
    r"(1(?<![\w.,]1)(?=[,0])0{0,3}(?:,?000){0,4})'?s(?![\w'])",
    "100s of people, the 1,000s -> hundreds of people, the thousands",
    "10,000s, 100000s, 10s -> tens of thousands, hundreds of thousands, tens",
)
def _round_plural(match: Match) -> str:
    zeros = len(match[1].replace(",", "")) - 1
    scale = _SCALES[zeros // 3]
    many = ("", "tens", "hundreds")[zeros % 3]
    return f"{many} of {scale}" if many and scale else many or scale


@rule(
    r"(?<![\w.,])'?((?:1\d|20)?\d0)(?:'s|s)(?![\w'])",
    "the 1990s, '80s, 2000s, 30s -> the nineteen nineties, eighties, two thousands, thirties",
    "1800s, 2010s, 1950's -> eighteen hundreds, twenty tens, nineteen fifties",
    "5s -> 5s",
)
def _decade(match: Match) -> str:
    if match[1] == "00":
        return "two thousands"
    return plural(year(match[1]) if len(match[1]) == 4 else cardinal(match[1]))


@rule(
    r"(?<![\w'])'(\d\d)(?![\w'])",
    "'99, '05 -> ninety nine, oh five",
    "rock 'n' roll -> rock 'n' roll",
)
def _short_year(match: Match) -> str:
    return f"oh {cardinal(match[1])}" if match[1][0] == "0" else cardinal(match[1])


@rule(
    r"(?<![\w.,/])((?:1[89]|20)\d\d)/(\d\d)(?![\w/]|[.,]\d)",
    "2020/21 -> twenty twenty to twenty one",
)
def _season(match: Match) -> str:
    return f"{year(match[1])} to {label(match[2])}"


@rule(
    r"\b((?i:pages?|parts?|slides?)) (\d{1,3})/(\d{1,3})(?![\w/]|[.,]\d)",
    "page 1/2 -> page one of two",
)
def _page_of(match: Match) -> str:
    return f"{match[1]} {cardinal(match[2])} of {cardinal(match[3])}"


@rule(
    r"(?<![\w.,/])(\d{1,3}\.\d{1,2}|\d(?=/\d\d? stars))/(\d{1,3}(?:\.00?)?)(?![\w/]|[.,]\d)",
    "4.5/5 stars and 3.85/4.0"
    " -> four point five out of five stars and three point eight five out of four point zero",
)
def _rated(match: Match) -> str:
    return f"{decimal(match[1])} out of {decimal(match[2])}"


@rule(r"(?<![\w.,/])(\d{1,2})/(\d{1,2})(?= (?:time|measure)\b)", "4/4 time -> four four time")
def _meter(match: Match) -> str:
    return f"{cardinal(match[1])} {cardinal(match[2])}"


@rule(
    r"(?<![\w.,/])(?:(\d{1,4})/\1|(\d{1,2})/(10|100))(?![\w/]|[.,]\d| of\b)",
    "24/7, 50/50, 8/10, 9/10 of us"
    " -> twenty four seven, fifty fifty, eight out of ten, nine tenths of us",
)
def _out_of(match: Match) -> str | None:
    if match[0] in _SPECIAL:
        return _SPECIAL[match[0]]
    if match[3] == "100" and match[2] == "1":
        return None
    return f"{cardinal(match[1] or match[2])} out of {cardinal(match[1] or match[3])}"


@rule(
    rf"(?<![\w.,/]){FRACTION}(?!\w|[.,]\d)",
    "1/2, 3/4, 4 1/2, 5/16 -> one half, three quarters, four and a half, five sixteenths",
    "120/80, 22/7 -> one twenty over eighty, twenty two sevenths",
)
def _fraction_left(match: Match) -> str:
    if match[0] in _SPECIAL:
        return _SPECIAL[match[0]]
    above, _, below = match[0].partition("/")
    if above.isdecimal() and len(above) == 3 and len(below) in (2, 3):
        return f"{label(above)} over {label(below)}"  # blood pressure
    return fraction(match[0])


@rule(
    rf"(?<![\d.])(?<!\d,)(?=\d{{0,400}}[,.]\d|\.\d){NUMBER}(?![.,]?\d)",
    "1,234,567 -> one million two hundred thirty four thousand five hundred sixty seven",
    "3.14, .5, 0.50 -> three point one four, point five, zero point five zero",
)
def _decimal_left(match: Match) -> str:
    return apart(match, decimal(match[0]))


@rule(
    r"(?<![\d.,])(1\d{3}|20\d\d|(?<=\byear )\d{4})(?!\d|[.,]\d)",
    "1905, 2000, 2005, 2010, 1066"
    " -> nineteen oh five, two thousand, two thousand five, twenty ten, ten sixty six",
    "1500 people but in 1999 sales rose"
    " -> one thousand five hundred people but in nineteen ninety nine sales rose",
    "in the year 2525 -> in the year twenty five twenty five",
    "pre-1990 cars -> pre-nineteen ninety cars",
)
def _year_left(match: Match) -> str:
    window = match.string[max(0, match.start() - 12) : match.start()]
    before = _WORD_BEFORE.search(window)
    cue = (before and before[1].lower() in _YEAR_CUES) or _PREFIX_BEFORE.search(window)
    if match[0] < "1000" or (not cue and _counts(match)):
        return apart(match, cardinal(match[0]))
    return apart(match, year(match[0]))


@rule(r"(?<=\d)([,./:-])(?=\d)", "1,2,3 -> one, two, three", "1/2/3 -> one slash two slash three")
def _mark_between(match: Match) -> str:
    return _BETWEEN[match[1]]


@rule(
    r"\d+",
    "0, 5, 12, 345 -> zero, five, twelve, three hundred forty five",
    "3456 -> three thousand four hundred fifty six",
    "a1b -> a one b",
)
def _number_left(match: Match) -> str:
    number = match[0]
    words = digit_groups(number) if len(number) > 36 else cardinal(number)
    if len(number) > 1 and number.startswith("0"):
        words = digits(number)
    return apart(match, words)


def _counts(match: Match) -> bool:
    """Return whether a noun in the plural follows."""
    found = _NOUN.match(match.string, match.end(), match.end() + 20)
    if not found:
        return False
    noun = found[1]
    plural_form = len(noun) > 3 and noun.endswith("s") and not noun.endswith("ss")
    return noun in _PLURALS or (plural_form and noun not in _NO_PLURALS)


ordinals = Step(
    'Read "22nd" as "twenty second", "1990s" as "nineteen nineties", "\'99" as "ninety nine".',
    _to,
    _ordinal_fraction,
    _ordinal_number,
    _team,
    _round_plural,
    _decade,
    _short_year,
    only_if=r"\d",
)

numerals = Step(
    'Read every number that is left: "1,234" as "one thousand two hundred thirty four".',
    _season,
    _page_of,
    _rated,
    _meter,
    _out_of,
    _fraction_left,
    _decimal_left,
    _year_left,
    _mark_between,
    _number_left,
    only_if=r"\d",
)
