"""Weekdays and months that stand alone, shortened: "See you Fri.", "in Sept.", "M-F 9-5".

Comes after dates. Many of them are also words or names ("Sat", "Sun", "Mar", "Jan"), so these are
read only beside words that want a day or a month.
"""

import re

from soprano_np.text.english.abbreviations import ends_sentence
from soprano_np.text.english.calendar import MONTH, WEEKDAY, full_name
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import DASH, DOT, ordinal
from soprano_np.text.english.vocabulary import MONTHS, WEEKDAYS
from soprano_np.text.patterns import regex

_DAY_WORD = rf"(?:{'|'.join(ordinal(str(day)) for day in range(1, 32))})\b"
_THE_DAY = rf"the (?:{_DAY_WORD}|\d\d?(?:st|nd|rd|th)\b)"
_CLOCK = r"\d\d?(?::\d\d| ?[ap]\.?m\b| ?[AP]\.?M\b)"
_TO = rf"(?P<to> ?{DASH} ?| (?:to|thru|through|until) )"

# Neither words nor first names, so read wherever they are.
_PLAIN = frozenset("tue tues thu thur thurs fri feb apr aug sept nov".split())
# With a full stop these too, and in lower case in ranges and behind a cue.
_PLAIN_MONTHS = frozenset("jun jul sep oct dec".split())
_SURE = _PLAIN | _PLAIN_MONTHS
_PEOPLE = ("jan", "sun", "jun", "dec")
_LETTERS = {
    "M": "monday", "Mo": "monday", "T": "tuesday", "Tu": "tuesday", "W": "wednesday",
    "We": "wednesday", "Th": "thursday", "F": "friday", "Fr": "friday", "Sa": "saturday",
    "Su": "sunday",
}  # fmt: skip
_LETTER = "(?:Mo?|Tu|Th?|We?|Fr?|Sa|Su)"

# Days and months follow these, and people some of them: "by Jan".
_CUE = regex(
    r"\b(?:until|till?|since|next|last|this|late|early|mid|through|thru"
    r"|(?P<day>on|every|each|closed|open|noon|midnight|\d ?[ap]\.?m\.?"
    r"|(?<=[mn] )[ECMP][SD]?T)"
    r"|(?P<person>by|before|after|from|for|see (?:you|ya|u))|(?P<month>in|end of|during))[ -]$",
    re.IGNORECASE,
)
# A sentence that opens with one of them goes on: "On Fri. Bob left".
_OPENING = regex(r"(?:^|[.!?\n] ?)(?:On|In|By|Since|Until|Last|Next|This|Every|Early|Late) $")
# Before "Sat." and "Wed." that are verbs, or open a sentence.
_VERB_BEFORE = regex(r"(?:^|\b(?:[Hh]e|[Ss]he|[Ww]e|[Tt]hey|[Ww]ho|I)|[^a-z]) $|^$")
# On a Sunday, unlike "on Sun systems".
_DAY_BEHIND = regex(r"$|[\n.,;:!?)]| (?:at|and|or|from|to)\b")
_GOES_ON = regex(r",? [a-z\d]")
_NAME_BEHIND = regex(r" [A-Z][a-z]|[-'/]\w")


@rule(
    rf"\b({WEEKDAY}|{MONTH}|mon|tues?|wed|thu(?:rs?)?|sat)\.?{_TO}({WEEKDAY}|{MONTH}|tues?|wed"
    rf"|thu(?:rs?)?|fri|sat|sun)\b{DOT}",
    "Mon-Fri, Jan-Mar, mon-fri -> monday to friday, january to march, monday to friday",
    "from Mon. thru Fri. -> from monday through friday.",
    "may-march, Sat to Mar -> may-march, Sat to Mar",
)
def _period(match: Match) -> str | None:
    first, to, last = match[1], match["to"].strip(), match[3]
    if (full_name(first) in MONTHS) != (full_name(last) in MONTHS):
        return None
    if (first.islower() or last.islower()) and (to.isalpha() or not {first, last} & _SURE):
        return None
    between = to.replace("thru", "through") if to.isalpha() else "to"
    return f"{full_name(first)} {between} {full_name(last)}"


@rule(
    rf"(?<![\w.&/'-])({_LETTER}){DASH}({_LETTER})(?![\w'/-]|\.\w| (?:ratio|sex|gender))"
    r"(?P<time>(?=[,:]? ?\d))?",
    "M-F 9-5, Tu-Th, Sa-Su -> monday to friday 9-5, tuesday to thursday, saturday to sunday",
    "W-F 10-4 -> wednesday to friday 10-4",
    "T-F, F-M -> T-F, F-M",
)
def _letters_to(match: Match) -> str | None:
    first, last = _LETTERS[match[1]], _LETTERS[match[2]]
    alone = len(match[1]) == len(match[2]) == 1 and (match[1], match[2]) != ("M", "F")
    if WEEKDAYS.index(first) >= WEEKDAYS.index(last) or (alone and match["time"] is None):
        return None
    return f"{first} to {last}"


@rule(
    rf"[MTWFS](?<![\w.&/'-].)(?:[a-z]?(?:/{_LETTER}){{1,6}}(?![\w'/-])"
    rf"|-W-F(?<=M-W-F)(?![\w'/-])|(?:WF|Th|uTh|TWThF?)(?=,? (?:at )?(?:{_CLOCK}|\d\d?{DASH}\d)))",
    "M/W/F, T/Th -> monday wednesday friday, tuesday thursday",
    "MWF 9-10, M-W-F -> monday wednesday friday 9-10, monday wednesday friday",
    "M/F, W/M/F -> M/F, W/M/F",
)
def _lettered_days(match: Match) -> str | None:
    letters = re.findall("[A-Z][a-z]?", match[0])
    if letters[0] not in _LETTERS:
        return None
    days = [WEEKDAYS.index(_LETTERS[letter]) for letter in letters]
    if days != sorted(set(days)) or (len(days) == 2 and all(len(one) == 1 for one in letters)):
        return None
    return " ".join(WEEKDAYS[day] for day in days)


@rule(
    rf"\b{WEEKDAY}(?:(?:\.?/|\.?,? (?:and |& |or )?){WEEKDAY})+{DOT}",
    "Tue/Thu or Mon, Wed and Fri -> tuesday and thursday or monday, wednesday and friday",
    "Sat./Sun. -> saturday sunday.",
)
def _listed_weekdays(match: Match) -> str:
    days = match[0].replace("./", " ").replace("/", " and ").replace(".", "")
    return re.sub(WEEKDAY, lambda day: full_name(day[0]), days)


@rule(
    rf"\b{MONTH}(?:(?:\.?/|\.?, (?:and |& |or )?|\.? (?:and|&|or) ){MONTH})+{DOT}",
    "Jan/Feb, Oct., Nov. and Dec. -> january february, october, november and december.",
    "Jan and April, may/march -> Jan and April, may/march",
)
def _listed_months(match: Match) -> str | None:
    found = re.findall(MONTH, match[0])
    if not any(name.lower() in _SURE for name in found) or {*found} == {"Dec", "Oct"}:
        return None  # names, or decimal and octal
    names = match[0].replace(".", "").replace("/", " ")
    return re.sub(MONTH, lambda month: full_name(month[0]), names)


@rule(
    rf"\b({WEEKDAY})\.?(?=,? (?:(?:{'|'.join(MONTHS)}) {_DAY_WORD}|{_THE_DAY}|{_CLOCK}"
    rf"|\d\d? ?{DASH} ?\d|-?\d{{1,3}}°?[FC]\b|(?:at )?(?:noon|midnight)\b"
    r"|(?:morning|afternoon|evening|night)s?\b)|: ?(?:\d|[Cc]losed|[Oo]pen|[Nn]oon))",
    "Fri., december thirteenth -> friday, december thirteenth",
    "Sun: 10-4, Sat night, Mon the 9th -> sunday: 10-4, saturday night, monday the 9th",
    "Sat on Mar -> Sat on Mar",
    "the Sun rose -> the Sun rose",
)
def _weekday(match: Match) -> str:
    return full_name(match[1])


_heading = Rule(
    "heading",
    r"(?m)^(Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat)\.?(?=:)",
    lambda match: full_name(match[1]),
    "Wed: rain -> wednesday: rain",
)


@rule(
    r"\b(Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|tues?|thu(?:rs)?|fri|jan|feb|apr|aug|sept|oct|nov|dec)\b(\.?)(?![\w@(]|[-'/+.]\w)",
    "See you Fri. It rained in Sept. Bye. -> See you friday. It rained in september. Bye.",
    "On Fri. Bob left. Closed Mon. -> On friday Bob left. Closed monday.",
    "on tues, next Wed, in Jan -> on tuesday, next wednesday, in january",
    "Orbit the Sun. I sat. By Jan. -> Orbit the Sun. I sat. By Jan.",
    "Thu Nguyen and Jan Smith, Dec and Hex -> Thu Nguyen and Jan Smith, Dec and Hex",
)
def _alone(match: Match) -> str | None:
    text, end, word, stop = match.string, match.end(), match[1], match[2]
    before = text[max(0, match.start() - 14) : match.start()]
    name = _NAME_BEHIND.match(text, end)
    known = _is_wanted(word, before) and not (name and not stop)
    if word == "Sun" and not stop:
        known = known and _DAY_BEHIND.match(text, end) is not None
    elif before.endswith("(") and text[end : end + 1] == ")":
        known = word[0].isupper() and word.lower() not in _PEOPLE
    if not known and word[0].isupper():
        short = word.lower()
        known = short in _PLAIN and not (name and not stop)
        if stop:
            known = known or short in _PLAIN_MONTHS
            known = known or (
                short in ("mon", "wed", "weds", "sat") and not _VERB_BEFORE.search(before)
            )
    elif not known:
        known = word in ("tues", "thurs") or bool(
            stop and word in _PLAIN and _GOES_ON.match(text, end)
        )
    if not known:
        return None
    goes_on = not name or _OPENING.search(before)
    ends = stop and (ends_sentence(text, end) or not goes_on)
    return full_name(word) + "." * bool(ends)


def _is_wanted(word: str, before: str) -> bool:
    """Return whether the words before want a day or a month."""
    cue = _CUE.search(before)
    if not cue or (cue["person"] and word.lower() in _PEOPLE):
        return False
    is_month = full_name(word) in MONTHS
    return not cue["day" if is_month else "month"]


weekdays = Step(
    'Read "See you Fri." as "See you friday.", "Jan-Mar" as "january to march".',
    _period,
    _letters_to,
    _lettered_days,
    _listed_weekdays,
    _listed_months,
    _weekday,
    _heading,
    _alone,
)
