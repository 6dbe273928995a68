"""Times of day and durations. Comes after dates, before money and measures."""

import re

from soprano_np.text.english.abbreviations import ends_sentence
from soprano_np.text.english.spoken_numbers import DASH, apart, cardinal, digits, ordinal

Match = re.Match[str]

_ZONES = "[ECMPA][SD]T|GMT|UTC|BST|CES?T|EES?T|WES?T|JST|IST|AE[SD]T|HST|AK[SD]T|Z"
_CLOCK = r"\d{1,2}(?::[0-5]\d(?::[0-5]\d(?:[.,]\d{1,6})?)?)?(?![\d:]|[.,]\d)"
_HALF = r" ?(?:[aApP][mM]\b(?! I\b)|[aApP]\. ?[mM]\b\.?|(?<=\d)[ap](?![\w']|\.\w))"
_TIME = re.compile(
    rf"(?<![\w:/$£€-])(?<![\d][.,])(?P<first>{_CLOCK})(?P<half>{_HALF})?"
    rf"(?:(?P<to> ?{DASH} ?| to | or | and )(?P<last>{_CLOCK})(?P<last_half>{_HALF})?)?"
    rf"(?:(?<=[\dmM.])(?P<zone> ?(?:{_ZONES}|[ECMP]T)\b))?"
)
_DOTTED = re.compile(rf"(?<![\w.,:])(\d\d?)\.([0-5]\d)(?={_HALF})")
_MILITARY = re.compile(
    rf"(?<![\w.,:-])([01]\d|2[0-4])([0-5]\d) ?(?:hours|hrs\b\.?|h\b|(?= (?:{_ZONES})\b))"
)
_DURATION = re.compile(
    r"(?<![\w.,:-])(?:(?P<hours>\d{1,4})h ?(?P<minutes>\d{1,2})(?:m(?:in)?\b|(?![\w:]|[.,]\d))"
    r"|(?P<alone>\d{1,3})m(?= ?\d{1,2}s\b))(?: ?(?P<seconds>\d{1,2})s(?:ec)?\b)?"
)


_BOOKS = (
    "Genesis|Exodus|Leviticus|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Chronicles|Ezra|Nehemiah"
    "|Esther|Job|Psalms?|Proverbs|Ecclesiastes|Isaiah|Jeremiah|Lamentations|Ezekiel|Daniel|Hosea"
    "|Joel|Amos|Micah|Zechariah|Malachi|Matthew|Mark|Luke|John|Acts|Romans|Corinthians|Galatians"
    "|Ephesians|Philippians|Colossians|Thessalonians|Timothy|Titus|Hebrews|James|Peter|Revelation"
)
_VERSE = re.compile(
    rf"(?:(?<![\w.,])([123]) )?\b({_BOOKS}) (\d{{1,3}}):(\d{{1,3}})(?:{DASH}(\d{{1,3}}))?"
    r"(?![\d:]| ?[apAP]\.?[mM]\b)"
)
_SPLIT_TIME = re.compile(r"(?<![\w:.,])(\d{1,2}):([0-5]\d)\.(\d{1,3})(?![\w:]| ?[ap]\.?m\b)")
_NOON = re.compile(rf"\b([Nn]oon|[Mm]idnight){DASH}(?=\d)|(?<=[mM]){DASH}(?=(?:noon|midnight)\b)")
_AT = re.compile(r"(?:\b(?:at|by|til|till|until|from|before|after|around)|@) ?$", re.IGNORECASE)
# What follows "p.m." without beginning a sentence.
_TIME_GOES_ON = re.compile(
    r" (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Eastern|Central|Mountain|Pacific|Greenwich"
    r"|Local|Standard|(?:[A-Z][a-z]+ ){1,2}[Tt]ime\b|(?:[A-Z]\.|[A-Z]{2,})|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday)"
)
_ARTICLE = re.compile(r"\b(?:the|an?|this|that|our|his|her|their) $", re.IGNORECASE)


def times(text: str) -> str:
    """Read "9:05" as "nine oh five", "3 pm" as "three p m", "1h 20m" as "one hour ..."."""
    text = _DOTTED.sub(r"\1:\2", text)
    text = _VERSE.sub(_verse, text)
    text = _NOON.sub(lambda m: f"{m[1] or ''} to ", text)
    text = _SPLIT_TIME.sub(
        lambda m: f"{cardinal(m[1])} {_minutes(m[2])} point {digits(m[3])}", text
    )
    text = _TIME.sub(_time, text)
    text = _MILITARY.sub(_military, text)
    return _DURATION.sub(_duration, text)


def _verse(match: Match) -> str:
    of, book, chapter, verse, last = match.groups()
    words = f"{ordinal(of)} {book}" if of else book
    if last:
        return f"{words} {cardinal(chapter)}, {cardinal(verse)} to {cardinal(last)}"
    middle = "oh " if len(verse) > 1 and verse[0] == "0" else ""
    return f"{words} {cardinal(chapter)} {middle}{cardinal(verse)}"


def _ends(match: Match) -> bool:
    """Tell whether the stop of "p.m." ends the sentence, too: "at 5 p.m. Bob left"."""
    text, end = match.string, match.end()
    if ends_sentence(text, end):
        return True
    if _ARTICLE.search(text, max(0, match.start() - 6), match.start()):
        return False
    return text[end + 1 : end + 2].isupper() and not _TIME_GOES_ON.match(text, end)


def _time(match: Match) -> str:
    first, half, to, last, last_half, zone = match.groups()
    if ":" not in match[0] and not half and not last_half:
        return match[0]
    short = ":" not in match[0] and not last_half and (half or "") in "ap"
    if short and not _AT.search(match.string, max(0, match.start() - 8), match.start()):
        return match[0]
    words = _clock(first, bool(half or last_half))
    if half:
        words += _half(half)
    if last:
        words += " to " if to.strip() not in ("or", "and") else to
        words += _clock(last, bool(last_half)) + (_half(last_half) if last_half else "")
    if zone:
        words += f" {' '.join(zone.strip().lower())}"
    # The stop of "p.m." may end the sentence, too.
    return apart(match, words) + "." * (match[0].endswith(".") and _ends(match))


def _half(half: str) -> str:
    return f" {half.strip()[0].lower()} m"


def _clock(clock: str, with_half: bool) -> str:
    """Read the time of a clock; `with_half` when "a m" or "p m" follows."""
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


def _military(match: Match) -> str:
    hour = f"zero {cardinal(match[1])}" if match[1].startswith("0") else cardinal(match[1])
    if match[1] == "00":
        hour = "zero zero"
    if not match[0].rstrip().endswith(("s", "h", ".")):
        hour = f"oh {cardinal(match[1])}" if match[1].startswith("0") else hour
        return f"{hour} {'hundred' if match[2] == '00' else _minutes(match[2])}"
    return f"{hour} {'hundred' if match[2] == '00' else _minutes(match[2])} hours"


def _duration(match: Match) -> str:
    parts = (
        (match["hours"], "hour"),
        (match["minutes"] or match["alone"], "minute"),
        (match["seconds"], "second"),
    )
    return " ".join(
        f"{cardinal(number)} {name}{'' if int(number) == 1 else 's'}"
        for number, name in parts
        if number
    )
