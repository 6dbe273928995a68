"""Feet, inches and minutes of arc by their marks: 5'10", 40°26'."""

import re

from soprano_np.text.english.rule import Match, Rule, Text, rule
from soprano_np.text.english.say import apart, cardinal, decimal, fraction
from soprano_np.text.english.vocabulary import DIRECTIONS

_INCH_MARK = re.compile(r"(\d)?\"")


@rule(
    r"(?<![\w.])(\d{1,3}(?:\.\d+)?)"
    r"(?:° ?(\d{1,2}(?:\.\d+)?)' ?(?:(\d{1,2}(?:\.\d+)?)(?:''|\") ?)?|° ?)"
    r"([NSEW])?(?![\w'\"])",
    "90° N, 40°26'46\"N"
    " -> ninety degrees north, forty degrees twenty six minutes forty six seconds north",
    needs="°",
)
def _angle(match: Match) -> str | None:
    degrees, minutes, seconds, direction = match.groups()
    if not (minutes or direction):
        return None
    words = [
        f"{decimal(number)} {name}{'' if number == '1' else 's'}"
        for number, name in ((degrees, "degree"), (minutes, "minute"), (seconds, "second"))
        if number
    ]
    return " ".join([*words, DIRECTIONS[direction]] if direction else words)


_feet_of_size = Rule(
    "feet of size",
    r"(?<![\w'.,])(\d{1,3})'(?= (?:x|by|tall|long|wide|high|deep)\b)",
    r"\1 ft",
    "8' x 10' -> eight feet by ten feet",
    needs="'",
)


@rule(
    r"(?<![\w'.,])(\d{1,3})'[ -]?(\d{1,2}(?:\.\d+| \d/\d{1,2})?)(?![\d'])(?:''|\"|(?: ?in\b\.?))?",
    "5'10\" and 6'2 -> five foot ten and six foot two",
    needs="'",
)
def _feet_and_inches(match: Match) -> str:
    inches = match[2]
    words = fraction(inches) if "/" in inches else decimal(inches)
    return apart(match, f"{cardinal(match[1])} foot {words}")


_feet_alone = Rule(
    "feet alone",
    r"(?<![\w'.,])(\d{1,3})'(?= [a-z]|[.,;)]|$)",
    r"\1 ft",
    "it is 6' high, 5' -> it is six feet high, five feet",
    needs="'",
    unless=r"(?<!\w)'(?=[A-Za-z])",
)


def _inch_marks(text: Text) -> None:
    """Write "in" for inch marks: double quotes after a digit, outside quotations."""
    if '"' not in text.string:
        return
    quoted = False

    def mark(match: Match) -> str:
        nonlocal quoted
        end = match.end()
        if match[1] and not quoted and match.string[end : end + 1] in " ,;:.)-?!x":
            return f"{match[1]}in"
        quoted = not quoted
        return match[0]

    text.sub("inch mark", _INCH_MARK, mark)


PRIMES = (_angle, _feet_of_size, _feet_and_inches, _feet_alone, _inch_marks)
