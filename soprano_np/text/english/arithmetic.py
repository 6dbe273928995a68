# ruff: noqa: RUF001, RUF003 (the signs are meant)
"""Signs of arithmetic: percentages, powers, equations, ranges, scores. Numbers stay digits.

Comes after measures, before ordinals and numbers. No sign is left behind but the full stops,
commas and slashes of numbers.
"""

import re

from soprano_np.text.english.spoken_numbers import DASH, NUMBER, apart, cardinal, ordinal

Match = re.Match[str]

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n", strict=True))
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]{1,40}")
_POWER = re.compile(
    r"(?<=[\w)]) ?(?:\^|\*\*(?=[\d-]))[({]?([-\u2212+]?)(\d{1,6}|[A-Za-z](?![A-Za-z]))[)}]?"
)
_SCIENTIFIC = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)[eE]([-+]?)(\d{1,3})(?!\w)")
_PRODUCT = re.compile(r"(?<![A-Za-z])[b-df-hj-np-tv-xz]{2,3}(?=\^)")  # of E = mc^2
_ROOT = re.compile("√ ?")

_OPERAND = rf"(?:[-\u2212]?(?:{NUMBER}(?:[a-zA-Z](?![A-Za-z])|%)?)|[A-Za-z](?![A-Za-z']))"
_OPERATOR = r" ?(?:[<>=!:]=|=>|[-\u2212+*/=×÷•<>≤≥≈≠±x]) ?"
_EXPRESSION = re.compile(rf"(?<![\w.]){_OPERAND}(?:{_OPERATOR}{_OPERAND})+(?!\w)")
_DECIDES = re.compile("[=×÷+*<>≤≥≈≠±]")
_MINUS = re.compile("[-\u2212](?= ?[\\w.])")

_LOOSE_RANGE = re.compile(rf"(?<![\w.,])({NUMBER})(%?) (?:-|–|\u2212) (?={NUMBER})(\d+)?")
_RANGE = re.compile(rf"(?<=[\d%]) ?{DASH}(?=\.?\d)|(?<=[\d%]) ?[–—] ?(?=\.?\d)")
_NEGATIVE = re.compile(r"(?<![\w)])[-–\u2212] ?(?=\.?\d)")
_RATIO = re.compile(r"(?<=\d):(?=\d)")
_SIZE = re.compile(
    r"(?<=\d)x(?=\d)|(?<=\d{3}) ?[x×] ?(?=\d{3})"
    r"|(?<=\d) [x×] (?=\d{1,2} (?:cards?|photos?|prints?|pictures?|index|lumber|frames?|boards?"
    r"|posts?|grid)\b)"
)  # 8x10, 1920 × 1080
_TIMES = re.compile(r"(?<=\d) ?[x×*•] ?(?=\d|\.\d)")
_FOLD = re.compile(r"(?<=\d)[x×](?![\w=+*/^-]| [=+*/^] ?\w| - \d)")
_OPEN_ENDED = re.compile(r"(?<=\d)\+(?! ?[\d=(]|[A-Za-z])")
_PERCENT = re.compile("(?<=[a-z0-9]) ?([%‰])")
_NUMBER_SIGN = re.compile(r"#(?=\d)")
_ABOUT = re.compile(r"~ ?(?=[\d.$£€-]|(?:an?|half|one|two|ten) [a-z])")
_TILDE = re.compile("~(?=[A-Za-z])")
_ABOUT_EQUAL = re.compile(r"(?<![\w)])(?<![\w)] )≈ ?")
_RULE = re.compile(r"([=+<>])\1{3,}")

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
    "=": "equals",
    "+": "plus",
    "<": "less than",
    ">": "greater than",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "≈": "approximately equals",
    "≠": "does not equal",
    "±": "plus or minus",
    "×": "times",
    "÷": "divided by",
    "√": "square root of",
    "∞": "infinity",
    "%": "percent",
    "‰": "per mille",
    "^": "to the",
    "¬": "not",
    "\u2212": "minus",
}
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)))


def arithmetic(text: str) -> str:
    """Read "2+2=4" as "2 plus 2 equals 4", "10-12" as "10 to 12", "x^2" as "x squared"."""
    text = _RAISED.sub(_raised, text)
    text = _PRODUCT.sub(lambda m: " ".join(m[0]), text)
    text = _POWER.sub(_power, text)
    text = _SCIENTIFIC.sub(_scientific, text)
    text = _ROOT.sub(" square root of ", text)
    text = _RULE.sub(" ", text)
    text = _EXPRESSION.sub(_expression, text)
    text = _LOOSE_RANGE.sub(_loose_range, text)
    text = _RANGE.sub(" to ", text)
    text = _NEGATIVE.sub(" minus ", text)
    text = _RATIO.sub(" to ", text)
    text = _SIZE.sub(" by ", text)
    text = _TIMES.sub(" times ", text)
    text = _FOLD.sub(" times", text)
    text = _OPEN_ENDED.sub(" plus", text)
    text = _NUMBER_SIGN.sub(lambda m: apart(m, "number "), text)
    text = _TILDE.sub("", _ABOUT.sub("about ", text))
    text = _ABOUT_EQUAL.sub("approximately ", text)
    text = _PERCENT.sub(lambda m: apart(m, f" {_SIGNS[m[1]]}"), text)
    return _SIGN.sub(lambda m: f" {_SIGNS[m[0]]} ", text)


def _raised(match: Match) -> str:
    before = re.search("[A-Za-z]{4,}$", match.string[max(0, match.start() - 8) : match.start()])
    if before:
        return ""  # the mark of a footnote
    return "^" + "".join(_SUPERSCRIPTS[char] for char in match[0])


def _power(match: Match) -> str:
    return apart(match, f" {_exponent(match[1], match[2])}")


def _exponent(sign: str, power: str) -> str:
    """Say what a number is raised to: 2 is "squared", 6 "to the sixth", n "to the n"."""
    if sign in ("-", "\u2212"):
        return f"to the minus {cardinal(power) if power.isdigit() else power}"
    if power in ("2", "3"):
        return "squared" if power == "2" else "cubed"
    return f"to the {ordinal(power) if power.isdigit() else power}"


def _scientific(match: Match) -> str:
    number, sign, power = match.groups()
    tens = (
        "ten"
        if sign != "-" and power.lstrip("0") == "1"
        else f"ten {_exponent(sign, power.lstrip('0') or '0')}"
    )
    return f"{number} times {tens}"


def _expression(match: Match) -> str:
    """Read the hyphens of an equation as minus."""
    if not _DECIDES.search(match[0]):
        return match[0]
    return _MINUS.sub(" minus ", match[0]).replace(" x ", " times ").replace(" / ", " divided by ")


def _loose_range(match: Match) -> str:
    """Read "5 - 10" as "5 to 10", but "10 - 5" as "10 minus 5"."""
    first, percent, last = match.groups()
    first = first.replace(",", "")
    up = last is None or (len(first.split(".")[0]), first) < (len(last), last)
    return f"{match[1]}{percent} {'to' if up else 'minus'} {last or ''}"
