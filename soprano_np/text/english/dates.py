"""Dates: days, months, years, weekdays beside them, and ranges of these.

Comes before times and numbers, after codes and telephone numbers.
"""

import re

from soprano_np.text.english.spoken_numbers import DASH, DOT, ordinal, year

Match = re.Match[str]

_MONTHS = """
    january february march april may june july august september october november december
""".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_BY_PREFIX = {name[:3]: name for name in _MONTHS + _WEEKDAYS}

_MONTH_WORD = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_WEEKDAY = (
    r"(?:Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:nesday)?|Thu(?:r?s?(?:day)?)?|Fri(?:day)?"
    r"|Sat(?:urday)?|Sun(?:day)?|MON|TUE|WED|THU|FRI|SAT|SUN)\b"
)
# These are words, too, when in lower case.
_ALSO_WORDS = ("mar", "march", "may", "dec", "jan", "sep", "nov")
_YEAR = r"(?:1\d|20)\d\d(?![\d%]|[.,]\d)"
_TH = r"(?:st|nd|rd|th|ST|ND|RD|TH)\b"
_TO = rf" ?{DASH} ?"

_ISO = re.compile(
    r"(?<![\w./-])(\d{4})([-/.])(\d\d?)\2(\d\d?)(?:([T ])(?=\d\d:\d\d)|(?![\w/-]|\.\d))"
)
_NUMERIC = re.compile(r"(?<![\w./-])(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)(?![\w/-]|[.,]\d)")
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTH_WORD})\.? (?P<day>\d\d?)(?P<th>{_TH})?"
    r"(?![\d%]|[.,:/]\d| (?:miles|feet|blocks|steps)\b)"
    rf"(?:{_TO}(?P<last>\d\d?)(?:{_TH})?(?![\d:%]))?"
    rf"(?:,? (?P<year>{_YEAR})|,? '(?P<short>\d\d)(?!\w))?"
    rf"(?P<to>{_TO}(?={_MONTH_WORD}\.? \d))?"
)
_DAY_MONTH = re.compile(
    rf"(?<![\w.,:/$-])(?P<the>[Tt]he )?(?P<day>\d\d?)(?P<th>{_TH})?"
    rf"(?:{_TO}(?P<last>\d\d?)(?:{_TH})?)?(?P<of> of|-)? ?\b(?P<month>{_MONTH_WORD}){DOT}"
    rf"(?:,?[ -](?P<year>{_YEAR})|,? '(?P<short>\d\d)(?!\w))?"
    rf"(?P<to>{_TO}(?=\d\d? {_MONTH_WORD}))?"
)
_MONTH_YEAR = re.compile(
    rf"\b(?P<month>{_MONTH_WORD})(?:\.,?|,)? (?P<of>of )?"
    rf"(?:(?P<year>{_YEAR})|'(?P<short>\d\d)(?!\w))"
)
_YEAR_MONTH = re.compile(r"(?<![\w./,$-])((?:1[89]|20)\d\d)-(0[1-9]|1[012])(?![\w/-]|[.,]\d)")
# Without a year, only where it cannot be a fraction.
_IN_CONTEXT = re.compile(
    rf"\b((?:(?i:on|until|till|since|due|dated|by)|{_WEEKDAY}\.?),? )"
    r"(\d\d?)/(\d\d?)(?![\w/%]|[.,]\d| of\b)"
)
_OF_LETTER = re.compile(
    r"\b((?:e-?mail|letter|memo|note|order|meeting|message|invoice|call|week|night|morning) of )"
    r"(\d\d?)/(\d\d?)(?![\w/%]|[.,]\d)"
)
_BEFORE_TIME = re.compile(
    r"(?<![\w./$-])()(\d\d?)/(\d\d?)(?= (?:at (?:noon|midnight|\d\d?(?::\d\d| ?[ap]\.?m\b))"
    r"|\d\d?(?::\d\d| ?[ap]\.?m\b)))"
)
# A fraction of a cup is none.
_FROM = re.compile(
    r"\b((?i:from|after|before|effective|starting|ending"
    r"|through) )(?!\d/[2348]\b)(\d\d?)/(\d\d?)(?![\w/%]|[.,]\d| of\b)"
)
_UNTIL = re.compile(r"\b((?i:from) )(\d\d?)/(\d\d?)(?= (?:until|till|through)\b)")
_PERIOD = re.compile(rf"\b({_WEEKDAY}|{_MONTH_WORD})\.?{_TO}({_WEEKDAY}|{_MONTH_WORD}){DOT}")
_DAY_WORD = rf"(?:{'|'.join(ordinal(str(day)) for day in range(1, 32))})\b"
_LONE_WEEKDAY = re.compile(
    rf"\b({_WEEKDAY})\.?"
    rf"(?=,? (?:(?:{'|'.join(_MONTHS)}) {_DAY_WORD}|the {_DAY_WORD}"
    r"|\d\d?(?::\d\d| ?[ap]\.?m\b| ?[AP]\.?M\b)))"
)
_WEEKDAYS_LISTED = re.compile(rf"\b{_WEEKDAY}(?:(?:/|,? (?:and |& |or )?){_WEEKDAY})+")
_ERA = re.compile(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d{1,4}) ?(B\.?C\.?E|B\.?C|A\.?D|C\.?E)\b" + DOT)
_ANNO_DOMINI = re.compile(r"\bA\.?D\.? (\d{1,4})(?!\w|,\d)")


def dates(text: str) -> str:
    """Read "1/1/2025" as "january first, twenty twenty five", "44 BC" as "forty four b c"."""
    text = _ISO.sub(_iso, text)
    text = _NUMERIC.sub(lambda m: _numeric(m[1], m[3], m[4]) or m[0], text)
    text = _MONTH_DAY.sub(_month_day, text)
    text = _DAY_MONTH.sub(_day_month, text)
    text = _MONTH_YEAR.sub(_month_year, text)
    text = _YEAR_MONTH.sub(_year_month, text)
    for pattern in (_IN_CONTEXT, _OF_LETTER, _BEFORE_TIME, _FROM, _UNTIL):
        text = pattern.sub(lambda m: m[1] + (_numeric(m[2], m[3]) or f"{m[2]}/{m[3]}"), text)
    text = _PERIOD.sub(_period, text)
    text = _WEEKDAYS_LISTED.sub(_weekdays_listed, text)
    text = _LONE_WEEKDAY.sub(lambda m: _name(m[1]), text)
    text = _ERA.sub(lambda m: f"{year(m[1]) if ',' not in m[1] else m[1]} {_spell(m[2])}", text)
    return _ANNO_DOMINI.sub(lambda m: f"a d {year(m[1])}", text)


def _name(word: str) -> str:
    return _BY_PREFIX[word[:3].lower()]


def _spell(letters: str) -> str:
    return " ".join(letters.replace(".", "").lower())


def _numeric(month: str, day: str, of_year: str = "") -> str | None:
    """Read month, day and year, in America's order unless that cannot be; None if no order can."""
    if int(month) > 12:
        month, day = day, month
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    words = f"{_MONTHS[int(month) - 1]} {ordinal(day)}"
    return f"{words}, {year(_century(of_year))}" if of_year else words


def _iso(match: Match) -> str:
    words = _numeric(match[3], match[4], match[1])
    return words + (", " if match[5] else "") if words else match[0]


def _century(of_year: str) -> str:
    """Complete a year of two digits: 25 is 2025, 75 is 1975."""
    if len(of_year) == 4:
        return of_year
    return f"{'20' if int(of_year) < 50 else '19'}{of_year}"


def _is_month(match: Match) -> bool:
    """Tell a month from a word that is spelt like it."""
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


def _month_day(match: Match) -> str:
    known = _is_month(match) or match["th"] or match["year"]
    if not (known and 1 <= int(match["day"]) <= 31):
        return match[0]
    return _with_year(f"{_name(match['month'])} {_days(match)}", match)


def _day_month(match: Match) -> str:
    if not (_is_month(match) or match["of"]) or not 1 <= int(match["day"]) <= 31:
        return match[0]
    month = _name(match["month"])
    if match["the"] or match["of"] == " of":
        return _with_year(f"{match['the'] or ''}{_days(match)} of {month}", match)
    return _with_year(f"{month} {_days(match)}", match)


def _month_year(match: Match) -> str:
    if not _is_month(match):
        return match[0]
    words = year(match["year"]) if match["year"] else _short_year(match["short"])
    return f"{_name(match['month'])} {match['of'] or ''}{words}"


def _year_month(match: Match) -> str:
    first, month = match.groups()
    if int(month) == (int(first) + 1) % 100:
        # a season: 2011-12
        short = f"oh {int(month)}" if month[0] == "0" else month
        return f"{year(first)} to {short}"
    return f"{_MONTHS[int(month) - 1]} {year(first)}"


def _period(match: Match) -> str:
    first, last = match[1], match[2]
    if first.islower() or last.islower():
        return match[0]
    return f"{_name(first)} to {_name(last)}"


def _weekdays_listed(match: Match) -> str:
    return re.sub(_WEEKDAY, lambda m: _name(m[0]), match[0]).replace("/", " and ")
