"""Times of day. Comes after dates, before money and measures."""

import re

from soprano_np.text.english.abbreviations import ends_sentence
from soprano_np.text.english.calendar import ZONES
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import DASH, apart, cardinal, digits, ordinal
from soprano_np.text.english.vocabulary import SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS, any_of
from soprano_np.text.patterns import regex

_CLOCK = r"\d{1,2}(?::[0-5]\d(?::(?:[0-5]\d|60)(?:[.,]\d{1,9})?)?)?(?![\d:]|[.,]\d)"
_MILITARY_HOUR = r"[01]\d|2[0-4]"
_HALF = r" ?(?:[aApP][mM]\b(?! I\b)|[aApP]\. ?[mM]\b\.?|(?<=\d)[ap](?![\w']|\.\w))"
_BOOKS = any_of(
    """
    Genesis Exodus Leviticus Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles Ezra Nehemiah
    Esther Job Proverbs Ecclesiastes Isaiah Jeremiah Lamentations Ezekiel Daniel Hosea Joel Amos
    Micah Zechariah Malachi Matthew Mark Luke John Acts Romans Corinthians Galatians Ephesians
    Philippians Colossians Thessalonians Timothy Titus Hebrews James Peter Revelation Psalm Psalms
    """.split()
)
_AT = regex(r"(?:\b(?:at|by|til|till|until|from|before|after|around)|@) ?$", re.IGNORECASE)

# What may follow "p.m." within a sentence, in spite of its capital.
_TIME_GOES_ON = regex(
    rf" (?:{any_of([*WEEKDAYS, *(name.title() for name in WEEKDAYS), *SHORT_MONTHS])}|May\b"
    rf"|(?:{any_of(SHORT_WEEKDAYS)})\b|Eastern|Central|Mountain|Pacific|Greenwich|Local|Standard"
    r"|(?:[A-Z][a-z]+ ){1,2}[Tt]ime\b|(?:[A-Z]\.|[A-Z]{2,}))"
)
_ARTICLE = regex(r"\b(?:the|an?|this|that|our|his|her|their) $", re.IGNORECASE)

_dotted_time = Rule(
    "dotted time",
    rf"(?<![\w.,:])(\d\d?)\.([0-5]\d)(?={_HALF})",
    r"\1:\2",
    "7.30pm -> seven thirty p m",
)


@rule(
    rf"(?:(?<![\w.,])([123]) )?\b({_BOOKS}) (\d{{1,3}}):(\d{{1,3}})(?:{DASH}(\d{{1,3}}))?"
    r"(?![\d:]| ?[apAP]\.?[mM]\b)",
    "Genesis 1:1-3, 1 John 3:06 -> Genesis one, one to three, first John three oh six",
)
def _verse(match: Match) -> str:
    of, book, chapter, verse, last = match.groups()
    words = f"{ordinal(of)} {book}" if of else book
    if last:
        return f"{words} {cardinal(chapter)}, {cardinal(verse)} to {cardinal(last)}"
    middle = "oh " if len(verse) > 1 and verse[0] == "0" else ""
    return f"{words} {cardinal(chapter)} {middle}{cardinal(verse)}"


@rule(
    r"(?<![\w:.,/-])1:1(?P<s>'?s)?(?![\w:]|\.\d)",
    "1:1 w/ manager, my 1:1 with Sam, 1:1s"
    " -> one on one w/ manager, my one on one with Sam, one on ones",
    "mix 1:1 with water, a 1:1 ratio, it maps 1:1 to"
    " -> mix 1:1 with water, a 1:1 ratio, it maps 1:1 to",
    name="one on one",
    needs="1:1",
)
def _one_on_one(match: Match) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    if match["s"]:
        return "one on ones"
    with_person = _WITH_PERSON.match(text, end) and not _MIXED.search(
        text, max(0, start - 30), start
    )
    return "one on one" if with_person or _TALK.match(text, end) else None


_WITH_PERSON = regex(
    r" (?:with|w/) ?(?:(?:my|your|his|her|our|their|the|an?|each|every|new|direct) ){0,2}"
    r"(?:[A-Z][a-z]+\b|boss|manager|mentor|lead|report|reports|director|coach|tutor|teacher|trainer"
    r"|therapist|advisor|counselor|supervisor|skip|him|her|them|me|you|someone|student|students)\b"
)
_TALK = regex(
    r" (?:meetings?|calls?|chats?|sessions?|coaching|tutoring|check-?ins?|syncs?|conversations?"
    r"|training|notes|agenda|template|lessons?|support|help|instruction|interviews?)\b"
)
_MIXED = regex(r"(?i)\b(?:mix|match|map|corr|dilut|ratio|combin|trad|peg|swap|blend|cut|align)")


@rule(
    r"(?P<cue>\b(?:at|by|and|or|until|to|the|,) |, ):(?P<minutes>[0-5]\d)(?![\w:]|[.,]\d)",
    "leave at :15 and :45, at :05 -> leave at fifteen and forty five, at oh five",
    "reply :15 now, x[1, :10] -> reply :15 now, x[1, :10]",
    name="minutes past",
    needs=" :",
)
def _minutes_past(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 30) : match.start()]
    starts = re.match(r"(?:at|by|until) ", match["cue"])
    if not starts and not re.search(
        r"\b(?:at|by|until|twenty|thirty|forty|fifty|oh|past|:\d\d)\b", before
    ):
        return None
    if match["minutes"] == "00":
        return f"{match['cue']}zero zero"
    return f"{match['cue']}{_minutes(match['minutes'])}"


# What happens at an hour that is written without its colon.
_EVENT = regex(
    r"(?i)\b(?:meet(?:ing|s)?|dinner|lunch|briefing|muster|party|doors|curfew|lights out|shift"
    r"|depart"
    r"(?:s|ed|ure)?|arriv(?:e|es|ed|al)|takeoff|rendezvous|reveille|taps|watch|patrol|roll ?call"
    r"|wheels up|kickoff|starts?|begins?|ends?|leaves?|leaving|closes|opens|tonight|tomorrow|today"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b[^.!?\n]{0,30}\Z"
)


@rule(
    r"(?P<cue>@ ?|\b(?:at|by|until|till|due|NLT) )(?P<hour>[01]\d|2[0-3])(?P<minutes>[0-5][05])"
    r"(?= (?:today|tonight|tomorrow|on|sharp|for|and|in the)\b|[.,;:!?)]*(?:\s*$|\s*\n|[.;!?)] "
    r"|, ))",
    "Meet @ 2200. Lights out at 2130"
    " -> Meet at twenty two hundred. Lights out at twenty one thirty",
    "at 0800, bought at 2200 -> at zero eight hundred, bought at 2200",
    "It closed at 2200 points, due 2025 -> It closed at 2200 points, due 2025",
    name="hours without a colon",
)
def _hours(match: Match) -> str | None:
    text, start = match.string, match.start()
    hour, minutes = match["hour"], match["minutes"]
    if hour[0] != "0":
        event = _EVENT.search(text[max(0, start - 60) : start])
        if not event or (hour == "20" and minutes != "00" and match["cue"][0] not in "@a"):
            return None
        said = cardinal(hour)
    else:
        said = f"zero {cardinal(hour) if hour != '00' else 'zero'}"
    cue = "at " if match["cue"].startswith("@") else match["cue"]
    return f"{cue}{said} {'hundred' if minutes == '00' else _minutes(minutes)}"


@rule(
    rf"\b([Nn]oon|[Mm]idnight){DASH}(?=\d)|(?<=[mM]){DASH}(?=(?:noon|midnight)\b)",
    "noon-1pm -> noon to one p m",
)
def _noon(match: Match) -> str:
    return f"{match[1] or ''} to "


@rule(
    r"(?<![\w:.,])(\d{1,2}):([0-5]\d)\.(\d{1,3})(?![\w:]| ?[ap]\.?m\b)",
    "in 3:59.4 -> in three fifty nine point four",
)
def _split_time(match: Match) -> str:
    return f"{cardinal(match[1])} {_minutes(match[2])} point {digits(match[3])}"


@rule(
    rf"(?<![\w:/$£€-])(?<![\d][.,])(?P<first>{_CLOCK})(?P<half>{_HALF})?"
    rf"(?:(?P<to> ?{DASH} ?| to | or | and )(?P<last>{_CLOCK})(?P<last_half>{_HALF})?)?"
    rf"(?:(?<=[\dmM.])(?P<zone> ?(?:{ZONES}|[ECMP]T)\b))?",
    "3:30 pm -> three thirty p m",
    "9:05 -> nine oh five",
    "12:00 -> twelve o'clock",
    "5:00 pm -> five p m",
    "13:00 -> thirteen hundred",
    "0:00 -> midnight",
    "12:34:56 -> twelve thirty four fifty six",
    "1:02:00 -> one oh two",
    "00:00:07.25 -> zero oh oh oh seven point two five",
    "4:00-8:12 pm -> four to eight twelve p m",
    "9am-5pm -> nine a m to five p m",
    "between 5 and 6 pm -> between five and six p m",
    "8 p.m. ET -> eight p m e t",
    "25:00 -> twenty five oh oh",
    "At 5 p.m. Monday it ended. -> At five p m Monday it ended.",
    "At 5 p.m. we left. -> At five p m we left.",
    "It was 5 p.m. He left. -> It was five p m. He left.",
    "It was 5 p.m. -> It was five p m.",
    "5 am I right? -> 5 am I right?",
    "3:1 -> 3:1",
    "10-12 -> 10-12",
    "a: b -> a: b",
)
def _time_of_day(match: Match) -> str | None:
    first, half, to, last, last_half, zone = match.groups()
    if ":" not in match[0] and not half and not last_half:
        return None
    short = ":" not in match[0] and not last_half and (half or "") in "ap"
    if short and not _AT.search(match.string, max(0, match.start() - 8), match.start()):
        return None
    words = _clock(first, bool(half or last_half))
    if half:
        words += _half(half)
    if last:
        words += " to " if to.strip() not in ("or", "and") else to
        words += _clock(last, bool(last_half)) + (_half(last_half) if last_half else "")
    if zone:
        words += f" {' '.join(zone.strip().lower())}"
    return apart(match, words) + "." * (match[0].endswith(".") and _ends(match))


@rule(
    rf"({_MILITARY_HOUR})([0-5]\d)(?<![\w.,:-]....)(?: ?{DASH} ?| to )"
    rf"(?=(?:{_MILITARY_HOUR})[0-5]\d ?(?:hours|hrs|h)\b)",
    "0600-2200 hours, 10-1200 hours -> zero six hundred to twenty two hundred hours, 10-1200 hours",
)
def _military_until(match: Match) -> str:
    return f"{_military(match[1], match[2])} to "


@rule(
    rf"(?<![\w.,:-])({_MILITARY_HOUR})([0-5]\d) ?(?:hours|hrs\b\.?|h\b|(?= (?:{ZONES})\b))",
    "0800 hours -> zero eight hundred hours",
)
def _military_time(match: Match) -> str:
    zoned = not match[0].rstrip().endswith(("s", "h", "."))
    words = _military(match[1], match[2], "oh" if zoned and match[1] != "00" else "zero")
    return words if zoned else f"{words} hours"


def _military(hour: str, minutes: str, zero: str = "zero") -> str:
    words = f"{zero} {cardinal(hour)}" if hour.startswith("0") else cardinal(hour)
    return f"{words} {'hundred' if minutes == '00' else _minutes(minutes)}"


def _ends(match: Match) -> bool:
    """Return whether the full stop of "p.m." also ends the sentence: "at 5 p.m. Bob left"."""
    text, end = match.string, match.end()
    if ends_sentence(text, end):
        return True
    if _ARTICLE.search(text, max(0, match.start() - 6), match.start()):
        return False
    return text[end + 1 : end + 2].isupper() and not _TIME_GOES_ON.match(text, end)


def _half(half: str) -> str:
    return f" {half.strip()[0].lower()} m"


def _clock(clock: str, with_half: bool) -> str:
    """Read a time of day; `with_half` if "a m" or "p m" follows."""
    hour, *rest = clock.split(":")
    if not rest:
        return cardinal(hour)
    seconds, _, part = "".join(rest[1:]).replace(",", ".").partition(".")
    if seconds and (int(seconds) or part):
        words = f"{cardinal(hour)} {_minutes(rest[0])} {_minutes(seconds)}"
        return f"{words} point {digits(part)}" if part else words
    if int(rest[0]):
        return f"{cardinal(hour)} {_minutes(rest[0])}"
    if with_half:
        return cardinal(hour)
    if int(hour) == 0:
        return "midnight"
    if int(hour) <= 12:
        return f"{cardinal(hour)} o'clock"
    return f"{cardinal(hour)} {'hundred' if int(hour) <= 24 else 'oh oh'}"


def _minutes(minutes: str) -> str:
    if minutes == "00":
        return "oh oh"
    return f"oh {cardinal(minutes)}" if minutes.startswith("0") else cardinal(minutes)


times = Step(
    'Read "9:05" as "nine oh five", "3 pm" as "three p m".',
    _dotted_time,
    _verse,
    _one_on_one,
    _minutes_past,
    _hours,
    _noon,
    _split_time,
    _time_of_day,
    _military_until,
    _military_time,
)
