"""Two numbers that share something: splits, chances, odds, and loans named after their terms.

Comes before dates, for "5/1" may be one.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import cardinal, first_digit, label
from soprano_np.text.patterns import regex

_FIRST = first_digit(r"\w.,:/$£€+-")
_END = r"(?![\w/%-]|[.,:]\d)"
_SPLIT_BEHIND = regex(
    r" (?:allocation|balance|ball|basis|blend|call|chance|compromise|custody|deal|division|joint"
    r"|mix|odds|partner|partnership|portfolio|principle|proposition|raffle|ratio|rule|share|shot"
    r"|split|toss-up)s?\b"
)
_SPLIT_BEFORE = regex(r"\b(?:split|splits|splitting|divided?|shared?)(?: \w+){0,3} $")
_ODDS_BEFORE = regex(
    r"\b(?:odds|ratio|priced|bet|starting price)(?: (?:at|of|are|were|is|was))+ $", re.IGNORECASE
)
_VISION_BEFORE = regex(
    r"\b(?:vision|eyesight|acuity|eyes?)(?: (?:is|was|at|of|to|now|tested|measured|improved"
    r"|corrected|still|about)){1,3} $|\b(?:vision|acuity): $",
    re.IGNORECASE,
)
_PRESSURE = regex(r"(?:\bBP|\bpressure)(?: \w+)?:? $")


@rule(
    rf"{_FIRST}\d?(?:/\d\d?){{1,4}}{_END}(?! ?mm ?Hg)",
    "beef (80/20), 60/40, 50/30/20 -> beef (eighty twenty), sixty forty, fifty thirty twenty",
    "BP 60/40, 1/99, 30/40 -> BP 60/40, 1/99, 30/40",
)
def _hundred(match: Match) -> str | None:
    """Read parts that make a hundred."""
    parts = [int(part) for part in match[0].split("/")]
    before = _PRESSURE.search(match.string, max(0, match.start() - 16), match.start())
    if sum(parts) != 100 or before or (min(parts) < 5 and parts[0] < 90):
        return None
    return " ".join(cardinal(str(part)) for part in parts)


@rule(
    rf"({_FIRST}\d)-(\d\d){_END}",
    "50-50, an 80-20 rule -> fifty fifty, an eighty twenty rule",
    "split it 60-40, won 60-40 -> split it sixty forty, won 60-40",
)
def _hyphened(match: Match) -> str | None:
    text, start = match.string, match.start()
    if int(match[1]) + int(match[2]) != 100:
        return None
    split = _SPLIT_BEFORE.search(text, max(0, start - 40), start)
    if match[0] != "50-50" and not split and not _SPLIT_BEHIND.match(text, match.end()):
        return None
    return f"{cardinal(match[1])} {cardinal(match[2])}"


@rule(
    rf"({_FIRST}\d?)[/-](\d\d?)"
    r"(?= (?:ARMs?\b|adjustable|hybrid|fast\b|fasting|diet|intermittent))",
    "5/1 ARM, 16/8 fasting -> five one ARM, sixteen eight fasting",
)
def _terms(match: Match) -> str:
    return f"{cardinal(match[1])} {cardinal(match[2])}"


@rule(
    rf"({_FIRST}\d{{0,3}})/(\d{{1,3}})(?:(?= (?:odds|ratio|favou?rite|underdog|outsider)s?\b)"
    rf"|(?P<end>{_END}))",
    "odds of 5/1, a 7/2 favorite -> odds of five to one, a seven to two favorite",
    "5/1 -> 5/1",
)
def _odds(match: Match) -> str | None:
    start = match.start()
    cue = _ODDS_BEFORE.search(match.string, max(0, start - 24), start)
    if match["end"] is not None and not cue:
        return None
    return f"{cardinal(match[1])} to {cardinal(match[2])}"


@rule(
    r"20(?<![\w.,/$]20)/(\d\d0?)(?:(?= (?:vision|eyesight|acuity|hindsight|in (?:the|his|her|my"
    r"|your|both|each) (?:left|right|good|bad|other|worse|better|eyes?)\b))"
    r"|(?P<end>(?![\w/]|[.,]\d)))",
    "20/40 vision, his vision is 20/60 -> twenty forty vision, his vision is twenty sixty",
    "20/90 -> 20/90",
)
def _vision(match: Match) -> str | None:
    start = match.start()
    if match["end"] is not None and not _VISION_BEFORE.search(
        match.string, max(0, start - 40), start
    ):
        return None
    return f"twenty {label(match[1])}"


_always = Rule(
    "always",
    r"24-7(?<![\w.,:/$£€+-]24-7)(?:(?= (?:access|availability|care|coverage|help|hotline|monitoring"
    r"|news|operation|security|service|support)\b)|\b(?<=\bopen 24-7)|\b(?<=\bavailable 24-7))",
    "twenty four seven",
    "24-7 support, won 24-7 -> twenty four seven support, won 24-7",
)
_all_year = Rule(
    "all year",
    r"/365\b(?<=seven/365)",
    " three sixty five",
    "twenty four seven/365 -> twenty four seven three sixty five",
)

shares = Step(
    'Read "60/40" as "sixty forty", "odds of 5/1" as "odds of five to one".',
    _hundred,
    _hyphened,
    _terms,
    _odds,
    _vision,
    _always,
    _all_year,
    only_if=r"[/-]\d",
)
