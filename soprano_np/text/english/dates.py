"""Dates: days, months, years, weekdays beside them, and ranges of these.

Comes before times and numbers, after codes and telephone numbers.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import DASH, DOT, ordinal, year
from soprano_np.text.english.vocabulary import MONTHS, SHORT_WEEKDAYS, WEEKDAYS

_BY_PREFIX = {name[:3]: name for name in MONTHS + WEEKDAYS}
_MONTH_WORD = rf"(?i:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\b"
_WEEKDAYS = "|".join(
    [f"{name[:3].title()}(?:{name[3:]})?|{name[:3].upper()}" for name in WEEKDAYS]
    + [name for name in SHORT_WEEKDAYS if len(name) > 3]
)
_WEEKDAY = rf"(?:{_WEEKDAYS})\b"
# In lower case these are words as well.
_ALSO_WORDS = ("mar", "march", "may", "dec", "jan", "sep", "nov")
_YEAR = r"(?:1\d|20)\d\d(?![\d%]|[.,]\d)"
_TH = r"(?:st|nd|rd|th|ST|ND|RD|TH)\b"
_TO = rf" ?{DASH} ?"
_DAY_WORD = rf"(?:{'|'.join(ordinal(str(day)) for day in range(1, 32))})\b"


@rule(
    r"(?<![\w./-])(\d{4})([-/.])(\d\d?)\2(\d\d?)(?:([T ])(?=\d\d:\d\d)|(?![\w/-]|\.\d))",
    "2025-01-02 -> january second, twenty twenty five",
    "2024-01-15T10:30 -> january fifteenth, twenty twenty four, 10:30",
)
def _iso_date(match: Match) -> str | None:
    words = _numeric(match[3], match[4], match[1])
    if not words:
        return None
    return words + (", " if match[5] else "")


@rule(
    r"(?<![\w./-])(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)(?![\w/-]|[.,]\d)",
    "1/1/2025 -> january first, twenty twenty five",
    "25/12/2024 -> december twenty fifth, twenty twenty four",
    "12-25-99 -> december twenty fifth, nineteen ninety nine",
    "13/13/2025 -> 13/13/2025",
    "192.168.1.1 -> 192.168.1.1",
)
def _numeric_date(match: Match) -> str | None:
    return _numeric(match[1], match[3], match[4])


@rule(
    rf"\b(?P<month>{_MONTH_WORD})\.? (?P<day>\d\d?)(?P<th>{_TH})?"
    r"(?![\d%]|[.,:/]\d| (?:miles|feet|blocks|steps)\b)"
    rf"(?:{_TO}(?P<last>\d\d?)(?:{_TH})?(?![\d:%]))?"
    rf"(?:,? (?P<year>{_YEAR})|,? '(?P<short>\d\d)(?!\w))?"
    rf"(?P<to>{_TO}(?={_MONTH_WORD}\.? \d))?",
    "Mon, Mar 3 -> monday, march third",
    "June 30 - July 2 -> june thirtieth to july second",
    "May 5-7, 2024 -> may fifth to seventh, twenty twenty four",
    "may 5 of us march 3 miles -> may 5 of us march 3 miles",
    "March 3 miles -> March 3 miles",
    "June 45 -> June 45",
    "May 5,000 -> May 5,000",
)
def _month_day(match: Match) -> str | None:
    known = _is_month(match) or match["th"] or match["year"]
    if not (known and 1 <= int(match["day"]) <= 31):
        return None
    return _with_year(f"{_name(match['month'])} {_days(match)}", match)


@rule(
    rf"(?<![\w.,:/$-])(?P<the>[Tt]he )?(?P<day>\d\d?)(?P<th>{_TH})?"
    rf"(?:{_TO}(?P<last>\d\d?)(?:{_TH})?)?(?P<of> of|-)? ?\b(?P<month>{_MONTH_WORD}){DOT}"
    rf"(?:,?[ -](?P<year>{_YEAR})|,? '(?P<short>\d\d)(?!\w))?"
    rf"(?P<to>{_TO}(?=\d\d? {_MONTH_WORD}))?",
    "15 Jan 2020 -> january fifteenth, twenty twenty",
    "the 4th of July, 1776 -> the fourth of july, seventeen seventy six",
    "3-5 May -> may third to fifth",
)
def _day_month(match: Match) -> str | None:
    if not (_is_month(match) or match["of"]) or not 1 <= int(match["day"]) <= 31:
        return None
    month = _name(match["month"])
    if match["the"] or match["of"] == " of":
        return _with_year(f"{match['the'] or ''}{_days(match)} of {month}", match)
    return _with_year(f"{month} {_days(match)}", match)


@rule(
    rf"\b(?P<month>{_MONTH_WORD})(?:\.,?|,)? (?P<of>of )?"
    rf"(?:(?P<year>{_YEAR})|'(?P<short>\d\d)(?!\w))",
    "Sept. 2019 -> september twenty nineteen",
    "June '44 -> june forty four",
)
def _month_year(match: Match) -> str | None:
    if not _is_month(match):
        return None
    words = year(match["year"]) if match["year"] else _short_year(match["short"])
    return f"{_name(match['month'])} {match['of'] or ''}{words}"


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


# Without a year, only where it cannot be a fraction.
@rule(
    rf"\b((?:(?i:on|until|till|since|due|dated|by)|{_WEEKDAY}\.?),? )"
    r"(\d\d?)/(\d\d?)(?![\w/%]|[.,]\d| of\b)",
    "on 9/11 -> on september eleventh",
    "3/4 -> 3/4",
)
def _date_in_context(match: Match) -> str | None:
    """Read a month and a day that follow words such as "on"."""
    words = _numeric(match[2], match[3])
    return match[1] + words if words else None


_date_of_letter = Rule(
    "date of letter",
    r"\b((?:e-?mail|letter|memo|note|order|meeting|message|invoice|call|week|night|morning) of )"
    r"(\d\d?)/(\d\d?)(?![\w/%]|[.,]\d)",
    _date_in_context.reading,
    "your email of 3/14 -> your email of march fourteenth",
)

_date_before_time = Rule(
    "date before time",
    r"(?<![\w./$-])()(\d\d?)/(\d\d?)(?= (?:at (?:noon|midnight|\d\d?(?::\d\d| ?[ap]\.?m\b))"
    r"|\d\d?(?::\d\d| ?[ap]\.?m\b)))",
    _date_in_context.reading,
    "See you 4/5 at noon -> See you april fifth at noon",
)

# But not a fraction: "from 3/4 of a cup".
_date_from = Rule(
    "date from",
    r"\b((?i:from|after|before|effective|starting|ending"
    r"|through) )(?!\d/[2348]\b)(\d\d?)/(\d\d?)(?![\w/%]|[.,]\d| of\b)",
    _date_in_context.reading,
    "after 4/5 -> after april fifth",
    "from 3/4 of it -> from 3/4 of it",
)

_date_until = Rule(
    "date until",
    r"\b((?i:from) )(\d\d?)/(\d\d?)(?= (?:until|till|through)\b)",
    _date_in_context.reading,
    "from 3/4 until 6/7 -> from march fourth until june seventh",
)


@rule(
    rf"\b({_WEEKDAY}|{_MONTH_WORD})\.?{_TO}({_WEEKDAY}|{_MONTH_WORD}){DOT}",
    "Mon-Fri, Jan-Mar -> monday to friday, january to march",
)
def _period(match: Match) -> str | None:
    first, last = match[1], match[2]
    if first.islower() or last.islower():
        return None
    return f"{_name(first)} to {_name(last)}"


@rule(
    rf"\b{_WEEKDAY}(?:(?:/|,? (?:and |& |or )?){_WEEKDAY})+",
    "Tue/Thu or Mon, Wed and Fri -> tuesday and thursday or monday, wednesday and friday",
)
def _listed_weekdays(match: Match) -> str:
    return re.sub(_WEEKDAY, lambda m: _name(m[0]), match[0]).replace("/", " and ")


@rule(
    rf"\b({_WEEKDAY})\.?"
    rf"(?=,? (?:(?:{'|'.join(MONTHS)}) {_DAY_WORD}|the {_DAY_WORD}"
    r"|\d\d?(?::\d\d| ?[ap]\.?m\b| ?[AP]\.?M\b)))",
    "Fri., Dec. 13 -> friday, december thirteenth",
    "Sat on Mar -> Sat on Mar",
    "the Sun rose -> the Sun rose",
)
def _weekday(match: Match) -> str:
    return _name(match[1])


@rule(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d{1,4}) ?(B\.?C\.?E|B\.?C|A\.?D|C\.?E)\b" + DOT,
    "44 BC, AD 79, 500 B.C. ended. -> forty four b c, a d seventy nine, five hundred b c ended.",
)
def _era(match: Match) -> str:
    return f"{year(match[1]) if ',' not in match[1] else match[1]} {_spell(match[2])}"


@rule(r"\bA\.?D\.? (\d{1,4})(?!\w|,\d)", "A.D. 476 -> a d four seventy six")
def _anno_domini(match: Match) -> str:
    return f"a d {year(match[1])}"


def _name(word: str) -> str:
    return _BY_PREFIX[word[:3].lower()]


def _spell(letters: str) -> str:
    return " ".join(letters.replace(".", "").lower())


def _numeric(month: str, day: str, of_year: str = "") -> str | None:
    """Read a date in American order, or else in the other; return None if it can be neither."""
    if int(month) > 12:
        month, day = day, month
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    words = f"{MONTHS[int(month) - 1]} {ordinal(day)}"
    return f"{words}, {year(_century(of_year))}" if of_year else words


def _century(of_year: str) -> str:
    """Complete a two-digit year: 25 is 2025, 75 is 1975."""
    if len(of_year) == 4:
        return of_year
    return f"{'20' if int(of_year) < 50 else '19'}{of_year}"


def _is_month(match: Match) -> bool:
    """Return whether it is a month and not a word spelt like one."""
    word = match["month"]
    return not word.islower() or word not in _ALSO_WORDS


def _with_year(words: str, match: Match) -> str:
    if match["year"] or match["short"]:
        words += f", {year(match['year'])}" if match["year"] else f" {_short_year(match['short'])}"
    return f"{words} to " if match["to"] else words


def _short_year(digits: str) -> str:
    return year(_century(digits)).split(" ", 1)[1] if digits != "00" else "two thousand"


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
    _date_in_context,
    _date_of_letter,
    _date_before_time,
    _date_from,
    _date_until,
    _period,
    _listed_weekdays,
    _weekday,
    _era,
    _anno_domini,
)
