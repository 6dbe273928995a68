# ruff: noqa: RUF001 (the signs are meant)
"""Dates that may be fractions as well: "arrives 12/4", "the 3/8 meeting", "exp. 12/2026".

Comes after full dates and before weekdays, whose names it looks for.
"""

import math
import re

from soprano_np.text.english.calendar import MONTH, WEEKDAY
from soprano_np.text.english.dates import numeric
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import DASH, first_digit, ordinal, year
from soprano_np.text.english.vocabulary import MONTHS
from soprano_np.text.patterns import regex

_JOIN = rf" ?{DASH} ?|,? (?:and|or|to|thru|through|until|till) | & |, "
_LAST_DAY = rf"(?:{DASH}(\d\d?)(?![\d/:%]))?"
_DATE = regex(rf"(\d\d?)/(\d\d?){_LAST_DAY}")
_DAYS = regex(rf"/\d\d?{DASH}\d\d?(?!/|\d)")
_FIRST = first_digit(r"\w.,:/$#'-") + r"(?<!\d \d)"
_WINDOW = 32  # characters before a date in which a cue is looked for

# What dates follow.
_CUE = regex(
    r"\b(?:(?:"
    r"on|until|till?|since|due|dated|by|date|thru|as of|back|beginning|week of|see (?:you|ya)"
    r"|(?:moved|postponed|resche\w+|pushed|changed|delayed)(?: back| up)? (?:to|until|for)"
    r"|(?:scheduled|set|planned|slated|booked|valid|good|in effect) (?:for|thru|through|until)"
    r"|exp|expire[sd]?|expiry|expiration|expiring|arriv(?:es?|ed|ing|al)|clos(?:es?|ed|ing)"
    r"|open(?:s|ed|ing)?|begins?|began|start(?:s|ed)?|end(?:s|ed)?|ship(?:s|ped|ping)?|deadline"
    r"|deliver(?:s|ed|y)|posted|updated?|released?|releases|born|rsvp|filed|signed|issued|received"
    r"|installed|admitted|discharged|tomorrow|tonight|today|yesterday|depart(?:s|ed|ing)?"
    r"|leav(?:es?|ing)|return(?:s|ed|ing)?|runs|premieres?|airs|aired|launch(?:es|ed)?|hired"
    r"|joined|last seen|appointment|appt|party|wedding|dob|birthday|bday|anniversary"
    r"|check(?:ed)?[ -]?(?:in|out)|renew(?:s|ed|al)|submitted|approved|published|completed"
    r"|confirmed|cancell?ed|recorded|statement|visit|now through|(?:e-?mail|letter|memo|note|order"
    r"|meeting|message|invoice|call|week|night|morning) of|notes)"
    rf"(?:\.?:?| is:?| was)|{WEEKDAY}\.?),? $",
    re.IGNORECASE,
)
# What dates follow, but fractions as well: only without a noun behind them.
_WEAK_CUE = regex(
    r"\b(?:from|after|before|effective|starting|ending|through|between|meeting|game|next|last"
    r"|noted?|called|sent|paid|statement):? $",
    re.IGNORECASE,
)
# What dates stand before.
_TIME_BEHIND = regex(
    r",? (?:(?:at|@|from) )?(?:noon|midnight|\d\d?(?::\d\d| ?[ap]\.?m\b| ?- ?\d\d? ?[ap]m\b))"
    rf"|,? \(?(?:{WEEKDAY})| (?:until|till|thru)\b"
)
_UNTIL = regex(r" (?:until|till|through|thru) ")
_EVENT = regex(
    r" (?:appointment|appt|assignment|attack|broadcast|call|class|committee|concert|deadline"
    r"|delivery|demo|election|e-?mail|episode|event|exam|flight|game|hearing|homework|incident|interview"
    r"|invoice|issue|kickoff|launch|lecture|letter|match|meeting|memo|message|minutes|newsletter|note"
    r"|outage|parade|party|paycheck|payment|post|premiere|primary|protest|quiz|rally|release|report"
    r"|retro|review|sermon|service|session|shipment|shooting|show|standup|storm|sync|training|trial"
    r"|update|version|visit|vote|webinar|wedding|workshop)s?\b"
)
_DETERMINER = regex(r"\b(?:the|our|your|my|his|her|their|this|re:|for|a|an) $", re.IGNORECASE)
_HEADS_LINE = regex(r"(?: ?[-–—] |, )(?=[A-Z])|: (?=[A-Z]|([a-z]))")

# What fractions, ratios, scores and counts follow.
_NO_CUE = regex(
    r"(?:\b(?:scor(?:e[ds]?|ing)|shot|went|hit|made|got|rated?|rating|grade|strength|apgar|gcs|bp"
    r"|pages?|parts?|steps?|tests?|stage|slides?|chapter|files?|episode|ep|level|rounds?|questions?"
    r"|lesson|ratio|odds|signature|time|spin|fractions?|power|scale|pitch|slope|pressure|vision"
    r"|size|about|only|exactly|nearly|almost|over|than|roughly|at|ports?|lines?|room|numbers?|no"
    r"|nos|least|factor|resolution|regulation|case)\.?(?: (?:of|is|was|are|were))?:? ?"
    r"|\b(?:increas|reduc|decreas|cut|f[ae]ll|gr[eo]w|shr[iu]nk|drop|multipl|divid|rais|low|ris"
    r"|rose)\w*(?: \w+){0,2} by "
    r"|[=+*×^~<>≈≤≥±] ?)$",
    re.IGNORECASE,
)
# What stands behind them.
_NO_DATE_BEHIND = regex(
    r" ?(?:[=+*×^<>≈≤≥±\]\"″%]|- ?[a-z])"
    r"| (?:of|inch|in\.|cup|tsp|teaspoon|tbsp|tablespoon|lb|pound|oz|ounce|pint|quart|gal|gallon"
    r"|yard|foot|ft|feet|mile|mi|acre|hour|hr|time|meter|measure|signature|beat|scale|ratio|odds"
    r"|ARM|adjustable|split|mix|favou?rite|chance|power|wrench|drive|bolt|socket|bit|pipe|hose|ply"
    r"|full|way|majority|vision|correct|shot|passed|failed|complete|done|point|percent|length"
    r"|price|off|stake|share|size|marathon|speed|as (?:many|much|long|large))(?:e?s)?\b"
)
_PLURAL = regex(
    r" (?!was|has|does|this|works|needs|looks|seems|comes|gets|always)(?:[a-z]{3,}s"
    r"|people|men|women|children)\b"
)

_EXPIRY = regex(r"\b(?:expires|expiry|expiration(?: date)?|(?:valid|good) thru):? $", re.IGNORECASE)
_expires = Rule(
    "expires",
    rf"[Ee](?<!\w.)(?:xp|XP)\b[.:]* ?(?=\d\d?/\d|{MONTH}\.? \d)",
    "expires ",
    "Exp: 5/14 -> expires may fourteenth",
)


@rule(
    r"0[1-9]/(?:2[4-9]|3\d)(?![\w/])",
    "expires 09/27 -> expires september twenty twenty seven",
    "on 09/27 -> on september twenty seventh",
)
def _expiry(match: Match) -> str | None:
    """Read what cards say."""
    if not _EXPIRY.search(match.string, max(0, match.start() - 20), match.start()):
        return None
    month, of_year = match[0].split("/")
    return f"{MONTHS[int(month) - 1]} {year('20' + of_year)}"


@rule(
    rf"({_FIRST}\d?)/((?:19|20)\d\d)(?![\w/-]|[.,]\d)"
    rf"(?P<to>,?(?: ?{DASH} ?| to )(?=\d\d?/(?:19|20)\d\d|(?:[Pp]resent|[Nn]ow|[Cc]urrent)\b))?",
    "12/2026 -> december twenty twenty six",
    "06/2019 - 08/2023 -> june twenty nineteen to august twenty twenty three",
    "5/2000 people, No. 1/2003 -> 5/2000 people, No. 1/2003",
)
def _month_of_year(match: Match) -> str | None:
    if not 1 <= int(match[1]) <= 12 or _is_number(match):
        return None
    if _PLURAL.match(match.string, match.end()):
        return None
    return f"{MONTHS[int(match[1]) - 1]} {year(match[2])}{' to ' if match['to'] else ''}"


@rule(
    rf"{_FIRST}\d?/\d\d?{_LAST_DAY}(?:(?:{_JOIN}){_DATE.pattern}){{0,30}}(?![\w/%]|[.,:]\d)",
    "arrives 12/4, the 3/8 meeting -> arrives december fourth, the march eighth meeting",
    "on 5/6, 5/7 and 5/8 -> on may sixth, may seventh and may eighth",
    "11/1-12/15 -> november first to december fifteenth",
    "from 6/12-15 -> from june twelfth to fifteenth",
    "on 9/11, your email of 3/14 -> on september eleventh, your email of march fourteenth",
    "See you 4/5 at noon, after 4/5 -> See you april fifth at noon, after april fifth",
    "from 3/4 until 6/7 -> from march fourth until june seventh",
    "9/3: school starts\n5/4: jazz -> september third: school starts\n5/4: jazz",
    "from 3/4 of it, 3/4 -> from 3/4 of it, 3/4",
    "12/4 time, closed 3/4 of it, shot 5/13 -> 12/4 time, closed 3/4 of it, shot 5/13",
)
def _month_and_day(match: Match) -> str | None:
    dates = list(_DATE.finditer(match[0]))
    said = [_date(date, alone=len(dates) == 1) for date in dates]
    if (
        None in said
        or _is_number(match)
        or not _is_date(match, [(int(date[1]), int(date[2])) for date in dates])
    ):
        return None
    words = iter(said)
    joined = _DATE.sub(lambda _: next(words) or "", match[0])
    return re.sub(rf" ?{DASH} ?", " to ", joined).replace(" thru ", " through ")


def _date(match: Match, alone: bool) -> str | None:
    if int(match[1]) > 12 and not alone:
        return None
    words, last = numeric(match[1], match[2]), match[3]
    if words and last:
        return f"{words} to {ordinal(last)}" if int(match[2]) < int(last) < 32 else None
    return words


def _is_number(match: Match) -> bool:
    """Return whether the words beside it are those of a fraction, a ratio, a score or a count."""
    text, start, end = match.string, match.start(), match.end()
    before = _NO_CUE.search(text, max(0, start - _WINDOW), start)
    return bool(before or _NO_DATE_BEHIND.match(text, end))


def _is_date(match: Match, dates: list[tuple[int, int]]) -> bool:
    """Return whether words beside it want a date, or it would be odd as a fraction."""
    text, start, end = match.string, match.start(), match.end()
    window = max(0, start - _WINDOW)
    simple = any(month < day and month < 10 and day in (2, 3, 4, 8) for month, day in dates)
    if _CUE.search(text, window, start) or _TIME_BEHIND.match(text, end):
        return True
    if _UNTIL.search(match[0]):
        return True
    if _WEAK_CUE.search(text, window, start) and not simple:
        return True
    if _EVENT.match(text, end) and _DETERMINER.search(text, window, start):
        return True
    in_code = text[start - 1 : start] == "[" or re.search(r"\w\($", text[max(0, start - 2) : start])
    if in_code or _PLURAL.match(text, end):
        return False
    if len(dates) > 1 and (dates != sorted(set(dates)) or len({day for _, day in dates}) == 1):
        return False  # a list of fractions
    if any(_is_odd(*date) for date in dates) or (_DAYS.search(match[0]) and not simple):
        return True
    if len(dates) == 2 and re.search(DASH, match[0]):
        return not simple
    heads_line = text[start - 1 : start] in ("", "\n") and _HEADS_LINE.match(text, end)
    if not heads_line:
        return False
    # "5/4: jazz" may be a meter
    known = heads_line[1] is None or math.gcd(*dates[0]) > 1 or dates[0][1] == 1
    return known and all(month > day for month, day in dates)


def _is_odd(month: int, day: int) -> bool:
    """Return whether it would be odd as a fraction: 12/25 and 9/7 are, 5/16 and 7/4 are not."""
    if month < day:
        return day > 12 and day != 16
    return 4 < day < month <= 12 and day != 10


slashed_dates = Step(
    'Read "arrives 12/4" as "arrives december fourth", "12/2026" as "december twenty twenty six".',
    _expires,
    _expiry,
    _month_of_year,
    _month_and_day,
    only_if=r"\d/\d",
)
