"""Dates: days, months, years, eras, and ranges of these.

Comes before times and numbers, after codes and telephone numbers.
"""

from soprano_np.text.english.calendar import ALSO_WORDS, MONTH, YEAR, century, full_name
from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.say import DASH, DOT, ordinal, year
from soprano_np.text.english.vocabulary import MONTHS

_TH = r"(?:st|nd|rd|th|ST|ND|RD|TH)\b"
_TO = rf" ?{DASH} ?"
# Between a day or a month and its year: "May 4, 1998" and "May 4,1998".
_COMMA = r"(?:,? |,(?=[12]))"


@rule(
    r"(?<![\w./-])(\d{4})([-/.])(\d\d?)\2(\d\d?)"
    rf"(?:([T ])(?=\d\d:\d\d)|({_TO})(?=\d{{4}}[-/.]\d\d?[-/.]\d)|(?![\w/-]|\.\d))",
    "2025-01-02 -> january second, twenty twenty five",
    "2024-01-15T10:30 -> january fifteenth, twenty twenty four, 10:30",
    "2024-01-02 - 2024-02-03"
    " -> january second, twenty twenty four to february third, twenty twenty four",
)
def _iso_date(match: Match) -> str | None:
    words = numeric(match[3], match[4], match[1])
    if not words:
        return None
    return words + (", " if match[5] else " to " if match[6] else "")


@rule(
    r"(?:(?<![\w./-])|(?<=/\d\d-)|(?<=/\d{4}-))(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)"
    rf"(?:({_TO})(?=\d\d?/\d\d?/\d)|(?![\w/-]|[.,]\d))",
    "1/1/2025 -> january first, twenty twenty five",
    "25/12/2024 -> december twenty fifth, twenty twenty four",
    "12-25-99 -> december twenty fifth, nineteen ninety nine",
    "6/1/24-6/5/24 -> june first, twenty twenty four to june fifth, twenty twenty four",
    "13/13/2025 -> 13/13/2025",
    "192.168.1.1 -> 192.168.1.1",
)
def _numeric_date(match: Match) -> str | None:
    words = numeric(match[1], match[3], match[4])
    return f"{words} to " if words and match[5] else words


@rule(
    rf"\b(?P<month>{MONTH})(?P<dot>\.?) (?P<day>\d\d?)(?P<th>{_TH})?"
    rf"(?![\w%]|[.:/]\d|,(?!{YEAR})\d| (?:miles|feet|blocks|steps)\b)"
    rf"(?:{_TO}(?P<last>\d\d?)(?:{_TH})?(?![\d:%]))?"
    rf"(?:{_COMMA}(?P<year>{YEAR})|,? '(?P<short>\d\d)(?!\w))?"
    rf"(?P<to>{_TO}(?={MONTH}\.? \d))?",
    "Mar 3 -> march third",
    "June 30 - July 2 -> june thirtieth to july second",
    "May 5-7, 2024 -> may fifth to seventh, twenty twenty four",
    "dec. 10, nov 3 -> december tenth, november third",
    "May 4th,1998 -> may fourth, nineteen ninety eight",
    "may 5 of us march 3 miles -> may 5 of us march 3 miles",
    "March 3 miles -> March 3 miles",
    "June 45 -> June 45",
    "May 5,000 -> May 5,000",
)
def _month_day(match: Match) -> str | None:
    word, dot = match["month"], match["dot"]
    known = (
        _is_month(word)
        or match["th"]
        or match["year"]
        or (dot and len(word) == 3 and word != "may")
    )
    if not (known and 1 <= int(match["day"]) <= 31):
        return None
    return _with_year(f"{full_name(match['month'])} {_days(match)}", match)


@rule(
    rf"(?<![\w.,:/$-])(?P<the>[Tt]he )?(?P<day>\d\d?)(?P<th>{_TH})?"
    rf"(?:{_TO}(?P<last>\d\d?)(?:{_TH})?)?(?P<of> of|-)? ?\b(?P<month>{MONTH}){DOT}"
    rf"(?:(?:{_COMMA}|,?-)(?P<year>{YEAR})|,? '(?P<short>\d\d)(?!\w))?"
    rf"(?P<to>{_TO}(?=\d\d? {MONTH}))?",
    "15 Jan 2020 -> january fifteenth, twenty twenty",
    "the 4th of July, 1776 -> the fourth of july, seventeen seventy six",
    "3-5 May -> may third to fifth",
    "4th may,1998, 21st dec -> may fourth, nineteen ninety eight, december twenty first",
    "the 1st may fail -> the 1st may fail",
)
def _day_month(match: Match) -> str | None:
    known = _is_month(match["month"]) or match["of"] or match["year"]
    if not known or not 1 <= int(match["day"]) <= 31:
        return None
    month = full_name(match["month"])
    if match["the"] or match["of"] == " of":
        return _with_year(f"{match['the'] or ''}{_days(match)} of {month}", match)
    return _with_year(f"{month} {_days(match)}", match)


@rule(
    rf"\b(?:(?P<first>{MONTH})\.?{_TO})?(?P<month>{MONTH})(?:\.?{_COMMA}|\. ?)(?P<of>of )?"
    rf"(?:(?P<year>{YEAR})|'(?P<short>\d\d)(?!\w))"
    rf"(?P<to>{_TO}(?={MONTH}\.? \d|(?:[Pp]resent|[Nn]ow|[Cc]urrent)\b))?",
    "Sept. 2019 -> september twenty nineteen",
    "June '44, June,1998 -> june forty four, june nineteen ninety eight",
    "Jan-Feb 2020 -> january to february twenty twenty",
    "Jan 2020 - Mar 2021 -> january twenty twenty to march twenty twenty one",
)
def _month_year(match: Match) -> str | None:
    if not _is_month(match["month"]):
        return None
    words = year(match["year"]) if match["year"] else _short_year(match["short"])
    first = f"{full_name(match['first'])} to " if match["first"] else ""
    words = f"{first}{full_name(match['month'])} {match['of'] or ''}{words}"
    return f"{words} to " if match["to"] else words


@rule(
    r"(?<![\w./,$-])((?:1[89]|20)\d\d)-(0[1-9]|1[012])(?![\w/-]|[.,]\d)",
    "2024-05 -> may twenty twenty four",
    "2019-20 -> 2019-20",
)
def _year_month(match: Match) -> str:
    first, month = match.groups()
    if int(month) == (int(first) + 1) % 100:
        # a season: 2011-12
        short = f"oh {int(month)}" if month[0] == "0" else month
        return f"{year(first)} to {short}"
    return f"{MONTHS[int(month) - 1]} {year(first)}"


@rule(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d{1,4}) ?(B\.?C\.?E|B\.?C|A\.?D|C\.?E)\b" + DOT,
    "44 BC, AD 79, 500 B.C. ended. -> forty four b c, a d seventy nine, five hundred b c ended.",
)
def _era(match: Match) -> str:
    return f"{year(match[1]) if ',' not in match[1] else match[1]} {_spell(match[2])}"


@rule(r"\bA\.?D\.? (\d{1,4})(?!\w|,\d)", "A.D. 476 -> a d four seventy six")
def _anno_domini(match: Match) -> str:
    return f"a d {year(match[1])}"


def _spell(letters: str) -> str:
    return " ".join(letters.replace(".", "").lower())


def numeric(month: str, day: str, of_year: str = "") -> str | None:
    """Read a date in American order, or else in the other; return None if it can be neither."""
    if int(month) > 12:
        month, day = day, month
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    words = f"{MONTHS[int(month) - 1]} {ordinal(day)}"
    return f"{words}, {year(century(of_year))}" if of_year else words


def _is_month(word: str) -> bool:
    """Return whether it is a month and not a word spelt like one."""
    return word not in ALSO_WORDS


def _with_year(words: str, match: Match) -> str:
    if match["year"] or match["short"]:
        words += f", {year(match['year'])}" if match["year"] else f" {_short_year(match['short'])}"
    return f"{words} to " if match["to"] else words


def _short_year(digits: str) -> str:
    return year(century(digits)).split(" ", 1)[1] if digits != "00" else "two thousand"


def _days(match: Match) -> str:
    first = ordinal(match["day"])
    return f"{first} to {ordinal(match['last'])}" if match["last"] else first


dates = Step(
    'Read "1/1/2025" as "january first, twenty twenty five", "44 BC" as "forty four b c".',
    _iso_date,
    _numeric_date,
    _month_day,
    _day_month,
    _month_year,
    _year_month,
    _era,
    _anno_domini,
    only_if=r"\d",
)
