# ruff: noqa: RUF001 (minus signs are meant)
"""Time stamps: offsets from UTC, zones beside times, dates with a month in letters and hyphens.

Comes before codes, which would take "GMT-7" and "Feb-12" for names like "B-52", and writes them
so that dates and times read them.
"""

import re

from soprano_np.text.english.calendar import ALSO_WORDS, MONTH, ZONES, century
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import DASH, cardinal, first_digit, ordinal, year
from soprano_np.text.patterns import regex

_SIGNS = {"+": "plus", "±": "plus or minus", "-": "minus", "\u2212": "minus", "\u2013": "minus"}
_SIGN = "[-+±\u2212\u2013]"
# Behind a date or a time none of these goes on with digits or letters.
_END = r"(?![\w-]|[.,:]\d)"
_FIRST = first_digit(r"\w.,:/$-")
_HOURS = r"(0\d|1[0-4]|\d)(?:(?::|(?<=\d\d))([0-5]\d))?"
_CLOCK_BEFORE = regex(
    r"(?:(?<=\d)(?P<T>T)|(?<![\d:]))[0-2]\d:[0-5]\d"
    r"(?P<seconds>:(?:[0-5]\d|60)(?:[.,]\d{1,9})?)?(?P<gap> ?)$"
)
_OFFSET_BEFORE = regex(r"(?<![A-Za-z])(?:(GMT|UTC)|[Oo]ffset(?: of| is)?)( ?)$")
_ZONE_BEFORE = regex(rf"(?<![A-Za-z])(?:{ZONES}|[ECMP]T) ?$")
_MONTH_BEFORE = regex(rf"(?<!\d )(?<![\d-])\b({MONTH})$")


@rule(
    rf"([-/])({MONTH})\1(?:(\d\d)?(\d\d))(?:(:)(?=\d\d:\d\d)|{_END})",
    "12-Feb-19, 12/Feb/2019 -> 12 Feb 2019, 12 Feb 2019",
    "[12/Feb/2019:20:31:05 -0700] -> [12 Feb 2019, 20:31:05 u t c minus seven]",
)
def _month_between(match: Match) -> str | None:
    if not re.search(
        r"(?<![\w./-])\d\d?$", match.string[max(0, match.start() - 3) : match.start()]
    ):
        return None
    of_year = century(match[4]) if match[3] is None else match[3] + match[4]
    return f" {match[2]} {of_year}{', ' if match[5] else ''}"  # a time follows in logs


@rule(
    rf"({_SIGN}){_HOURS}(?:/({_SIGN}){_HOURS})?{_END}",
    "GMT-7, UTC−5, UTC +8 -> GMT minus seven, UTC minus five, UTC plus eight",
    "UTC+05:30, GMT+0100 -> UTC plus five thirty, GMT plus one",
    "UTC-5/-4, an offset of +02:00 -> UTC minus five or minus four, an offset of plus two",
    "UTC-100 -> UTC-100",
    "10:00 UTC -12:00 UTC -> 10:00 UTC to 12:00 UTC",
)
def _offset_of_zone(match: Match) -> str | None:
    sign, hours, minutes, *summer = match.groups()
    zone = _OFFSET_BEFORE.search(match.string, max(0, match.start() - 12), match.start())
    if not zone or (zone[1] and zone[2] and minutes and sign not in "+±"):
        return None  # none, or a range of times
    words = f" {_offset(sign, hours, minutes)}"
    return f"{words} or {_offset(*summer)}" if summer[0] else words


@rule(
    rf"({_SIGN})(0\d|1[0-4])(:?)(00|15|30|45)?{_END}",
    "2025-07-04T20:31:05+00:00 -> 2025-07-04T20:31:05 u t c",
    "20:31:05-07:00, 10:00 -0500 -> 20:31:05 u t c minus seven, 10:00 u t c minus five",
    "10:00-12:00 -> 10:00-12:00",
)
def _offset_of_time(match: Match) -> str | None:
    sign, hours, colon, minutes = match.groups()
    clock = _CLOCK_BEFORE.search(match.string, max(0, match.start() - 22), match.start())
    if not clock:
        return None
    # Other times with a hyphen between them are a range.
    spaced = clock["gap"] and not colon
    if not (clock["T"] or clock["seconds"] or (minutes and (sign == "+" or spaced))):
        return None
    offset = _offset(sign, hours, minutes)
    return " u t c" if offset.endswith("zero") else f" u t c {offset}"


@rule(
    rf"{DASH} ?(?=\d\d?(?::[0-5]\d| ?[apAP]\.?[mM]\b))",
    "9am EST-5pm EST -> 9am EST to 5pm EST",
)
def _zone_to(match: Match) -> str | None:
    start = match.start()
    return " to " if _ZONE_BEFORE.search(match.string, max(0, start - 6), start) else None


_zone_or_zone = Rule(
    "zone or zone",
    r"/(?<=[A-Za-z][TMtm]/)(?=\d\d?(?::[0-5]\d)? ?(?:[apAP]\.?[mM]\b|[ECMP]T\b))",
    ", ",
    "8pm ET/5pm PT -> 8pm ET, 5pm PT",
)


@rule(rf"({_FIRST}\d?)/(\d\d?)[cC](?![\w/])", "8/7c -> 8, 7 central")
def _central(match: Match) -> str | None:
    """Read the hours of a program on television."""
    first, second = int(match[1]), int(match[2])
    return f"{first}, {second} central" if first % 12 == second + 1 else None


_year_month_day = Rule(
    "year month day",
    rf"(\d(?<![\w./-]\d)\d{{3}})([-/])({MONTH})\2(\d\d?){_END}",
    lambda match: f"{match[3]} {match[4]}, {match[1]}",
    "2019-Feb-12 -> Feb 12, 2019",
)
_day_to_day = Rule(
    "day to day",
    rf"({_FIRST}\d? {MONTH}) ?{DASH} ?(?=\d\d? {MONTH})",
    r"\1 to ",
    "31 Dec-2 Jan -> 31 Dec to 2 Jan",
)


@rule(
    rf"([-/])(\d\d?)(?:\1(\d{{4}}|\d\d){_END}|(?![\d-]|[.,:/]\d| ?{MONTH}))",
    "Feb-12-2019, Mar/3/21 -> Feb 12, 2019, Mar 3, 2021",
    "Jan-5, MAR-15 -> Jan 5, MAR 15",
    "Jan-45, may-5, Jan/5 -> Jan-45, may-5, Jan/5",
)
def _day_behind_month(match: Match) -> str | None:
    hyphen, day, of_year = match.groups()
    month = _MONTH_BEFORE.search(match.string, max(0, match.start() - 12), match.start())
    if not month or not 1 <= int(day) <= 31:
        return None
    if of_year:
        return f" {day}, {century(of_year)}"
    return f" {day}" if hyphen == "-" and month[1] not in ALSO_WORDS else None


@rule(r"-(?=(?:19|20)\d\d\b)|'(?=\d\d\b)", "Apr-2019, Apr'19 -> Apr 2019, Apr '19")
def _year_behind_month(match: Match) -> str | None:
    month = _MONTH_BEFORE.search(match.string, max(0, match.start() - 12), match.start())
    return f" {match[0].strip('-')}" if month else None


@rule(
    r"([1-4](?<![\w.-].))Q(?:'?(\d\d)|[ -]?((?:19|20)\d\d))?(?![\w'])"
    r"|([12](?<![\w.-].))H(?:'?(\d\d)|[ -]?(20\d\d))(?![\w'])",
    "4Q, 3Q21 -> fourth quarter, third quarter twenty twenty one",
    "1H 2024 -> first half twenty twenty four",
)
def _part_of_year(match: Match) -> str:
    part = f"{ordinal(match[1])} quarter" if match[1] else f"{ordinal(match[4])} half"
    short, of_year = match[2] or match[5], match[3] or match[6]
    return f"{part} {year(of_year or '20' + short)}" if short or of_year else part


def _offset(sign: str, hours: str, minutes: str | None) -> str:
    words = f"{_SIGNS[sign]} {cardinal(str(int(hours)))}"
    return f"{words} {cardinal(minutes)}" if minutes and minutes != "00" else words


stamps = Step(
    'Write "GMT-7" as "GMT minus seven", "Feb-12-2019" as "Feb 12, 2019".',
    _month_between,
    _offset_of_zone,
    _offset_of_time,
    _zone_to,
    _zone_or_zone,
    _central,
    _year_month_day,
    _day_to_day,
    _day_behind_month,
    _year_behind_month,
    _part_of_year,
    only_if=r"\d",
)
