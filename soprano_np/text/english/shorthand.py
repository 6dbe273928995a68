"""What people shorten in notes: "mtg", "thru", "2nd fl.", "conf rm", "my # is".

Comes before web, which would take "#A12" for a hashtag, and so before all that reads numbers. A
word is read only where it cannot be another.
"""

import re

from soprano_np.text.english.abbreviations import ends_sentence
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.patterns import regex

# Behind the first letter of a word, so that patterns begin with what is rare: it begins the word.
BEGINS = r"(?<!\w.)"
# It also is no part of an address, a file, an option or code.
PROSE = r"(?<![\w.@#$%&/\\'`{<=+].)(?<!-[-].)(?<!\s-.)"
END = r"(?![\w@(=/\\`-]|[.:']\w| ?=)"

# No words of their own, with a stop or without.
_PLAIN = {
    "acct": "account", "accts": "accounts", "appt": "appointment", "appts": "appointments",
    "bldg": "building", "bldgs": "buildings", "btwn": "between", "govt": "government",
    "hrs": "hours", "mgmt": "management", "mgr": "manager", "mgrs": "managers", "mtg": "meeting",
    "mtgs": "meetings", "pls": "please", "plz": "please", "thru": "through", "wk": "week",
    "wks": "weeks", "yrs": "years",
}  # fmt: skip
# These are never written with the stop of an abbreviation.
_CHATTED = {
    "bday": "birthday", "bdays": "birthdays", "thnx": "thanks", "thx": "thanks",
    "tmrw": "tomorrow", "tmw": "tomorrow", "wknd": "weekend", "wknds": "weekends",
}  # fmt: skip
_GOES_ON = regex(r"[,;:)?!]| [a-z0-9$#(]| Nos?\b")
_AFTER_NUMBER = regex(r"\d(?:[- ]|[kK] )?$")


@rule(
    rf"(?P<word>[ABGHMPTWYabghmptwy]{PROSE}(?:cct|day|gmt|gr|hnx|hru|hx|k|knd|l[sz]|ldg|mr?w|ovt"
    rf"|ppt|rs|tg|twn)s?)\b{END}(?P<dot>\.)?",
    "The mtg is btwn 5 and 6, thx. Bye -> The meeting is between 5 and 6, thanks. Bye",
    "Pls. go thru acct. No. 5 -> please go through account No. 5",
    "next wk or 2 wks. Drive-thru hrs. -> next week or 2 wks. Drive-through hours.",
    "thru.txt, --hrs, a/thru, MGMT -> thru.txt, --hrs, a/thru, MGMT",
)
def _plain(match: Match) -> str | None:
    text, word = match.string, match["word"].lower()
    said = _PLAIN.get(word) or _CHATTED.get(word)
    before = text[max(0, match.start() - 3) : match.start()]
    if said is None or (word in ("hrs", "wk", "wks", "yrs") and _AFTER_NUMBER.search(before)):
        return None
    stays = match["dot"] and (word in _CHATTED or not _GOES_ON.match(text, match.end()))
    return said + "." * bool(stays)


@rule(
    r"[Ff]l\b(?<=(?:\dst|\dnd|\drd|\dth|[a-z]th|und|ain|per|wer|top|rst|ond|ird) [Ff]l)"
    r"\.?(?![\w'-]| ?oz)",
    "2nd fl., the ground fl. -> 2nd floor, the ground floor.",
    "10 fl oz -> 10 fl oz",
)
def _floor(match: Match) -> str:
    return "floor" + last_stop(match)


_beside_words = (
    Rule(
        "dividend",
        r"Div\b\.?(?= yield)",
        "dividend",
        "Div. yield 3% -> dividend yield 3%",
        needs="Div",
    ),
    Rule(
        "medium",
        r"med(?<!\wmed)(?=-(?:high|low|rare|well|large|small)\b|\.? heat\b)(?:\.(?= ))?",
        "medium",
        "over med-high or med. heat -> over medium-high or medium heat",
        needs="med",
    ),
    Rule(
        "customer",
        rf"[Cc]{BEGINS}ust\b\.?(?= (?:service|care|support)\b)",
        "customer",
        "Cust. service -> customer service",
        needs="ust",
    ),
    Rule(
        "conference",
        rf"[Cc]{BEGINS}onf\b\.?(?= (?:calls?|rms?|rooms?|center|ctr|table)\b)",
        "conference",
        "conf call in conf. room 5 -> conference call in conference room 5",
        needs="onf",
    ),
    Rule(
        "room",
        r"rm\b(?<=(?:living|dining|aiting|eeting|family|erence) rm)(?:\.(?= [a-z\d]))?(?![-/'=(])",
        "room",
        "the conference rm, the mtg rm -> the conference room, the meeting room",
        needs="rm",
    ),
)
_PROBABLE_BEFORE = regex(
    r"(?:'ll|'re|'ve|'s|'d|\b(?:am|are|can|could|he|I|is|it|most|she|should|that|they|u|was|we|will"
    r"|would|you)) $"
)
_PROBLEM_BEFORE = regex(r"\b(?:a|any|big|my|no|the|this) $", re.IGNORECASE)
_ADVERB = regex(r" (?:not|gonna|just|won't)\b")
_NO_ADVERB = regex(r" (?:of|that|the|density|mass|is)\b")


@rule(
    rf"[Pp]{BEGINS}rob\b\.?(?= [a-z])",
    "He will prob. come, I prob won't -> He will probably come, I probably won't",
    "no prob. see prob. 5, the prob is -> no prob. see prob. 5, the prob is",
    needs="rob",
)
def _probably(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 8) : match.start()]
    if _PROBLEM_BEFORE.search(before) or _NO_ADVERB.match(match.string, match.end()):
        return None
    known = match[0].endswith(".") or _PROBABLE_BEFORE.search(before)
    return "probably" if known or _ADVERB.match(match.string, match.end()) else None


# --- "#" for a number, without one

_OF_WHAT = regex(
    r"\b(?:my|your|his|her|their|our|wrong|phone|cell|fax|acct|account|tracking|lot"
    r"|ref|model|serial|confirmation|invoice|case|unit|apt|lic|license|policy|member|badge|locker"
    r"|bus|gate|seat|check|page|part|tail|vin|plate|permit|parcel|item)\.? $",
    re.IGNORECASE,
)


@rule(
    r"#(?<=[A-Za-z.] #)(?=[.,:?!)](?!\d)|$|[A-Z]{1,3}\d"
    r"| (?:is|was|and|or|on|to|for|here|below|please|in|so|if|when)\b)",
    "my # is 5, the lot #: 7 -> my number is 5, the lot number: 7",
    "Lic. #A123, see #A123 # ok -> Lic. number A123, see #A123 # ok",
    needs="#",
)
def _number_sign(match: Match) -> str | None:
    known = _OF_WHAT.search(match.string, max(0, match.start() - 16), match.start())
    if known is None:
        return None
    return "number" + " " * match.string[match.end() : match.end() + 1].isalpha()


def last_stop(match: Match) -> str:
    """Return the full stop of a match if it also ends the sentence."""
    return "." * (match[0].endswith(".") and ends_sentence(match.string, match.end()))


shorthand = Step(
    'Read "mtg" as "meeting", "2nd fl." as "2nd floor", "my # is" as "my number is".',
    _plain,
    _floor,
    *_beside_words,
    _probably,
    _number_sign,
)
