# ruff: noqa: RUF001 (the signs are meant)
"""Signs of arithmetic: percentages, powers, equations, ranges, scores. Numbers stay digits.

Comes after measures, before ordinals and numbers. Only the full stops, commas and slashes of
numbers are left.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import DASH, NUMBER, apart, cardinal, ordinal
from soprano_np.text.english.vocabulary import SIGNS, any_of
from soprano_np.text.patterns import regex

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n", strict=True))
_OPERAND = rf"(?:[-\u2212]?(?:{NUMBER}(?:[a-zA-Z](?![A-Za-z])|%)?)|[A-Za-z](?![A-Za-z']))"
_OPERATOR = r" ?(?:[<>=!:]=|=>|[-\u2212+*/=×÷•<>≤≥≈≠±x]) ?"
_DECIDES = regex("[=×÷+*<>≤≥≈≠±]")
_MINUS = regex("[-\u2212](?= ?[\\w.])")
_SIGNS = {
    "<->": "to",
    "<=>": "if and only if",
    "===": "equals",
    "!==": "does not equal",
    "==": "equals",
    "!=": "does not equal",
    "<=": "less than or equal to",
    ">=": "greater than or equal to",
    "->": "to",
    "=>": "to",
    "<-": "from",
    "+/-": "plus or minus",
    "^": "to the",
    "¬": "not",
    "\u2212": "minus",
} | {sign: SIGNS[sign] for sign in "=+<>≤≥≈≠±×÷√∞%‰"}


@rule(
    "[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]{1,40}",
    "10^6, x², n^2, 2^-3 -> 10 to the sixth, x squared, n squared, 2 to the minus three",
    "the word² -> the word",
    name="footnote",
)
def _superscript(match: Match) -> str:
    before = re.search("[A-Za-z]{4,}$", match.string[max(0, match.start() - 8) : match.start()])
    if before:
        return ""  # a footnote
    return "^" + "".join(_SUPERSCRIPTS[char] for char in match[0])


@rule(r"(?<![A-Za-z])[b-df-hj-np-tv-xz]{2,3}(?=\^)", "E = mc² -> E equals m c squared")
def _product_of_letters(match: Match) -> str:
    return " ".join(match[0])


@rule(
    r"(?<=[\w)]) ?(?:\^|\*\*(?=[\d-]))[({]?([-\u2212+]?)(\d{1,6}|[A-Za-z](?![A-Za-z]))[)}]?",
    "(a+b)^2 -> (a plus b) squared",
)
def _power(match: Match) -> str:
    return apart(match, f" {_exponent(match[1], match[2])}")


@rule(
    r"(?<![\w.])(\d+(?:\.\d+)?)[eE]([-+]?)(\d{1,3})(?!\w)",
    "1.5e3, 1e-6 -> 1.5 times ten cubed, 1 times ten to the minus six",
)
def _scientific(match: Match) -> str:
    number, sign, power = match.groups()
    tens = (
        "ten"
        if sign != "-" and power.lstrip("0") == "1"
        else f"ten {_exponent(sign, power.lstrip('0') or '0')}"
    )
    return f"{number} times {tens}"


_root = Rule(
    "root",
    "√ ?",
    " square root of ",
    "±5%, √2, ∞ -> plus or minus 5 percent, square root of 2, infinity",
)

_drawn_line = Rule("drawn line", r"([=+<>])\1{3,}", " ", "a ==== b -> a b")


@rule(
    rf"(?<![\w.]){_OPERAND}(?:{_OPERATOR}{_OPERAND})+(?!\w)",
    "10 - 5 = 5 -> 10 minus 5 equals 5",
    "8 / 2 = 4 -> 8 divided by 2 equals 4",
    "1/2 -> 1/2",
    "and/or -> and/or",
    "1,234.5 -> 1,234.5",
)
def _expression(match: Match) -> str | None:
    """Read hyphens as minus if another sign makes it an equation."""
    if not _DECIDES.search(match[0]):
        return None
    return _MINUS.sub(" minus ", match[0]).replace(" x ", " times ").replace(" / ", " divided by ")


@rule(
    rf"(?<![\w.,])({NUMBER})(%?) (?:-|–|\u2212) (?={NUMBER})(\d+)?",
    "10-12, 5 - 10, 10 - 5 -> 10 to 12, 5 to 10, 10 minus 5",
    "a - b -> a - b",
)
def _loose_range(match: Match) -> str:
    """Read "5 - 10" as "5 to 10", but "10 - 5" as "10 minus 5"."""
    first, percent, last = match.groups()
    first = first.replace(",", "")
    up = last is None or (len(first.split(".")[0]), first) < (len(last), last)
    return f"{match[1]}{percent} {'to' if up else 'minus'} {last or ''}"


_range = Rule(
    "range",
    rf"(?<=[\d%]) ?{DASH}(?=\.?\d)|(?<=[\d%]) ?[–—] ?(?=\.?\d)",
    " to ",
    "50%, 5-10 % -> 50 percent, 5 to 10 percent",
    "5-year-old -> 5-year-old",
    "well-known -> well-known",
)

_negative = Rule(
    "negative",
    r"(?<![\w)])[-–\u2212] ?(?=\.?\d)",
    " minus ",
    "it was -5 or −5 -> it was minus 5 or minus 5",
)

_ratio = Rule("ratio", r"(?<=\d):(?=\d)", " to ", "3:1 -> 3 to 1")

_size = Rule(
    "size",
    r"(?<=\d)x(?=\d)|(?<=\d{3}) ?[x×] ?(?=\d{3})"
    r"|(?<=\d) [x×] (?=\d{1,2} (?:cards?|photos?|prints?|pictures?|index|lumber|frames?|boards?"
    r"|posts?|grid)\b)",
    " by ",
    "3×4, 3 x 4, 8x10 -> 3 times 4, 3 times 4, 8 by 10",
    "1920×1080 -> 1920 by 1080",
)

_times = Rule("times", r"(?<=\d) ?[x×*•] ?(?=\d|\.\d)", " times ", "2 * 3 -> 2 times 3")

_fold = Rule(
    "fold",
    r"(?<=\d)[x×](?![\w=+*/^-]| [=+*/^] ?\w| - \d)",
    " times",
    "10x faster -> 10 times faster",
)

_open_ended = Rule(
    "open ended",
    r"(?<=\d)\+(?! ?[\d=(]|[A-Za-z])",
    " plus",
    "≈5, 18+, #1 -> approximately 5, 18 plus, number 1",
)


@rule(r"#(?=\d)|# ?(?=of\b)", "#1 -> number 1", "the # of seats -> the number of seats", needs="#")
def _number_sign(match: Match) -> str:
    return apart(match, "number ")


_tilde = Rule("tilde", "~(?=[A-Za-z])", "", "~home -> home")

_about_equal = Rule(
    "about equal", r"(?<![\w)])(?<![\w)] )≈ ?", "approximately ", "≈5 -> approximately 5"
)


@rule("(?<=[a-z0-9]) ?([%‰])", "50% -> 50 percent")
def _percent(match: Match) -> str:
    return apart(match, f" {_SIGNS[match[1]]}")


@rule(any_of(_SIGNS), "2+2=4 -> 2 plus 2 equals 4", "a != b, a -> b -> a does not equal b, a to b")
def _sign(match: Match) -> str:
    return f" {_SIGNS[match[0]]} "


def _exponent(sign: str, power: str) -> str:
    """Read an exponent: 2 is "squared", 6 "to the sixth", n "to the n"."""
    if sign in ("-", "\u2212"):
        return f"to the minus {cardinal(power) if power.isdecimal() else power}"
    if power in ("2", "3"):
        return "squared" if power == "2" else "cubed"
    return f"to the {ordinal(power) if power.isdecimal() else power}"


arithmetic = Step(
    'Read "2+2=4" as "2 plus 2 equals 4", "10-12" as "10 to 12", "x^2" as "x squared".',
    _superscript,
    _product_of_letters,
    _power,
    _scientific,
    _root,
    _drawn_line,
    _expression,
    _loose_range,
    _range,
    _negative,
    _ratio,
    _size,
    _times,
    _fold,
    _open_ended,
    _number_sign,
    _tilde,
    _about_equal,
    _percent,
    _sign,
)
