"""Codes, versions and other strings of digits that name rather than count.

`codes` comes before every step that could take their digits for a number; `serials` comes after
ordinals and measures, which know most letters after a digit ("5km", "22nd").
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import (
    apart,
    cardinal,
    decimal,
    digit_groups,
    digits,
    label,
    plural,
)
from soprano_np.text.english.vocabulary import BOUNDS, DIRECTIONS
from soprano_np.text.patterns import regex

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"

# Dates, telephone and grouped numbers look like versions.
_NO_VERSION = regex(r"\d\d?\.\d\d?\.\d{4}|\d{4}\.\d\d\.\d\d|(?:1\.)?\d{3}\.\d{3}\.\d{4}")

# Other steps read "USD500" and "AD70".
_NOT_CODES = frozenset(
    """
    usd eur gbp jpy chf cad aud nzd cny inr krw brl mxn sek nok dkk rs btc eth
    ad bc bce ce am pm no pp p
    """.split()
)
_NO_PRODUCTS = frozenset("AD BC BCE CE IN OF BY TO AT OR AND THE FOR USD EUR GBP UTC GMT".split())
_BEHIND_NUMBER = regex(r"(?:[kcm]?m|ft|in|mi)[23]$|x\d+$")  # of "50 m2" and "555-0199 x12"

_PIECE = regex(r"[A-Za-z]+|\d+(?:\.\d+)?")


# 401(k), 501(c)(3)
@rule(
    r"(?<![\w.,$])(\d{3})((?:\([a-zA-Z]\)|(?<=40[13])[kKbB])(?:\(\d\))?)(?!\w)",
    "401(k), 501(c)(3) -> four oh one k, five oh one c three",
)
def _paragraph(match: Match) -> str:
    return f"{label(match[1])} {_each(re.sub('[()]', '', match[2]))}"


@rule(
    r"(?<![\w-])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\w-])",
    "01234567-89ab-cdef-0123-456789abcdef"
    " -> zero one two three four five six seven, eight nine a b, c d e f, zero one two"
    " three, four five six seven eight nine a b c d e f",
)
def _uuid(match: Match) -> str:
    return ", ".join(map(_each, match[0].split("-")))


@rule(
    rf"(?<![\d.])(?=\d{{1,3}}\.\d)((?:{_OCTET}\.){{3}}{_OCTET})(?![\w-]"
    rf"|\.\d)(?::(\d{{1,5}}))?(?:/(\d\d?)(?!\d))?",
    "192.168.1.1 -> one nine two dot one six eight dot one dot one",
    "10.0.0.0/8 -> one zero dot zero dot zero dot zero slash eight",
)
def _ip_address(match: Match) -> str:
    address, port, bits = match.groups()
    words = " dot ".join(map(digits, address.split(".")))
    if port:
        words += f" colon {label(port)}"
    return f"{words} slash {cardinal(bits)}" if bits else words


# IPv6 and hardware addresses; fewer parts may be a time.
@rule(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){4,7}|[0-9A-Fa-f]{1,4}"
    r"(?::[0-9A-Fa-f]{1,4}){0,5}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,5})?)(?![\w:])",
    "00:1A:2B:3C:4D:5E"
    " -> zero zero colon one a colon two b colon three c colon four d colon five e",
    "12:34:56 -> 12:34:56",
)
def _hex_parts(match: Match) -> str:
    return _each(match[0]).replace(":", "colon")


@rule(r"(?<!\w)0x[0-9A-Fa-f]+(?!\w)", "0x1F -> zero x one f")
def _hexadecimal(match: Match) -> str:
    return _each(match[0])


@rule(
    r"(?<![\w.,$])802\.(?P<part>\d{1,2}(?:\.\d)?)"
    r"(?:(?P<letters>[A-Za-z]{1,2}(?:/[a-z]{1,2}){0,6})|(?<=\.4)|(?<=IEEE 802\.\d)"
    r"|(?<=IEEE 802\.\d\d)|(?= (?:standard|network|wireless|WLAN|Wi-?Fi|protocol|traffic)))"
    r"(?![\w/]|\.\d)",
    "802.11n, IEEE 802.3, 802.15.4"
    " -> eight oh two dot eleven n, IEEE eight oh two dot three, eight oh two dot fifteen dot four",
    "802.11 -> 802.11",
    needs="802.",
)
def _ieee_802(match: Match) -> str:
    part = " dot ".join(map(cardinal, match["part"].split(".")))
    return " ".join(["eight oh two dot", part, *(match["letters"] or "").lower().replace("/", "")])


@rule(
    r"(?<![\w.])(?:v(?:er)?\.? ?(?P<short>\d+(?:\.\d+)*)|(?P<word>[Vv]ersions? )(?P<named>\d+\.\d+)"
    r"|(?P<bare>\d+(?:\.\d+){2,}))(?![\d:/]|\.\d)",
    "v2.0.1, v2 -> version two point zero point one, version two",
    "version 2.10 -> version two point ten",
    "12.05.2024 -> 12.05.2024",
    "800.555.0199 -> 800.555.0199",
)
def _version(match: Match) -> str | None:
    number = match["short"] or match["named"] or match["bare"]
    if match["bare"] and _NO_VERSION.fullmatch(number):
        return None
    words = " point ".join(map(cardinal, number.split(".")))
    return apart(match, f"{'version ' if match['short'] else match['word'] or ''}{words}")


@rule(
    r"(I|US|SR|CR)[- ](\d{1,3}) ([NSEW]B?)\b(?! Carolina| Dakota)",
    "I-95 S, SR-520 WB -> i ninety five south, s r five twenty westbound",
    "I-95 South -> i ninety five South",
)
def _interstate(match: Match) -> str | None:
    if match.string[max(0, match.start() - 1) : match.start()].isalnum():
        return None
    return f"{' '.join(match[1].lower())} {label(match[2])} {(DIRECTIONS | BOUNDS)[match[3]]}"


@rule(
    r"the (?<=(?:ake|ing| on|nto|off|via|rom|own) the )(\d0[1-9]|\d[1-9]\d)"
    r"(?=[.,;!?)](?!\d)|$|\n| (?:to|toward|towards|until|past|at|near|by|is|was|and|north|south"
    r"|east|west"
    r"|northbound|southbound|eastbound|westbound|freeway|fwy|exit)\b)",
    "take the 405 to Irvine, on the 101. -> take the four oh five to Irvine, on the one oh one.",
    "on the 405 people, the 120 is -> on the 405 people, the 120 is",
)
def _freeway(match: Match) -> str:
    return f"the {label(match[1])}"


@rule(
    r"([NSEW]B)(?<!\w..) (?=(?:I|US|SR|CR)-\d|Hwy\b|Highway\b|Route\b|Interstate\b)",
    "NB I-95 -> northbound i ninety five",
)
def _bound(match: Match) -> str:
    return f"{BOUNDS[match[1]]} "


_pressure = Rule(
    "pressure",
    r"(?<=\d)( ?)(cm|mm|in) ?H2O\b",
    r"\1\2 of water",
    "10 cmH2O -> 10 cm of water",
    needs="H2O",
)


@rule(
    r"(?<![A-Za-z\d$&@#/\\'°.-])(?P<letters>[A-Za-z]{1,9})(?P<hyphen>-?)"
    r"(?P<rest>\d+(?:\.\d+)?[A-Za-z\d]*(?:-(?:[A-Z]+(?![a-z])"
    r"|[A-Za-z]*\d[A-Za-z\d]*(?:\.\d+[A-Za-z]?)?))*)"
    r"(?![A-Za-z\d])",
    "C24, B-52, A4, K-12 -> c twenty four, b fifty two, a four, k twelve",
    "H2O, R2-D2, C-3PO -> h two o, r two d two, c three p o",
    "F-16s, GPT-4o, x86-64 -> f sixteens, g p t four o, x eighty six sixty four",
    "COVID-19 -> COVID nineteen",
    "mid-1990s -> mid-1990s",
    "USD500 -> USD500",
    "7:00 PM-9:00 PM -> 7:00 PM-9:00 PM",
    "50 m2 -> 50 m2",
)
def _letters_and_number(match: Match) -> str | None:
    letters = match["letters"]
    if letters.lower() in _NOT_CODES or (match["hyphen"] and not letters[0].isupper()):
        return None
    if (
        _BEHIND_NUMBER.match(match[0])
        and match.string[max(0, match.start() - 2) : match.start()][:1].isdecimal()
    ):
        return None
    return f"{_letters(letters)} {_pieces(match['rest'])}"


@rule(
    r"(?<![\w.'-])([A-Z]{2,5}"
    r"|[Ff]lights?|Boeing|Airbus|[Ee]rror|[Rr]oom|[Cc]hannel|[Rr]oute|[Pp]ort|Porsche|[Aa]rea code)"
    r" (\d{3,4})(s?)(?![\w%]|[.,:/-]\d)",
    "RTX 4090, Boeing 747, HTTP 404"
    " -> RTX forty ninety, Boeing seven forty seven, HTTP four oh four",
)
def _product(match: Match) -> str | None:
    if match[1] in _NO_PRODUCTS:
        return None
    number = label(match[2])
    return f"{match[1]} {plural(number) if match[3] else number}"


@rule(
    r"(?<![A-Za-z\d.])\d+(?:\.\d+)?[A-Za-z][A-Za-z\d]*",
    "iPhone 4s -> iPhone four s",
    "two 6s and 747s -> two sixes and seven forty sevens",
    "1080p, 5G, 2b1 -> ten eighty p, five g, two b one",
)
def _number_and_letters(match: Match) -> str:
    """Read "4s" as a plural, except in a name: "iPhone 4s"."""
    if re.fullmatch(r"\d+s", match[0]) and re.search(
        "[A-Z][A-Za-z]* $", match.string[max(0, match.start() - 12) : match.start()]
    ):
        return f"{label(match[0][:-1])} s"
    return _pieces(match[0])


@rule(
    r"(?<![\d.,])(?:0\d+|\d{7,})(?![\d/]|[.,]\d)",
    "007 and 00123 -> zero zero seven and zero zero one two three",
    "9780306406157 -> nine seven eight zero, three zero six four, zero six one five, seven",
    "1500000 -> one million five hundred thousand",
    "123456 -> 123456",
)
def _long_number(match: Match) -> str:
    number = match[0]
    if len(number) < 7:
        return apart(match, digits(number))  # with leading zeros
    rounded = number.endswith("000") and number[0] != "0" and len(number.rstrip("0")) < 8
    return apart(match, cardinal(number) if rounded else digit_groups(number))


def _each(code: str) -> str:
    """Read letters and digits one by one."""
    return " ".join(digits(char) if char.isdecimal() else char for char in code.lower())


def _pieces(code: str) -> str:
    """Read letters and numbers in turn: "3PO" is "three p o", "16s" is "sixteens"."""
    pieces = _PIECE.findall(code)
    if len(pieces) == 2 and pieces[1] == "s" and pieces[0].isdecimal():
        return plural(label(pieces[0]))
    return " ".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece[0].isdecimal():
        return decimal(piece) if "." in piece else label(piece)
    return _letters(piece)


def _letters(letters: str) -> str:
    """Spell letters out, unless they could be a word or an acronym said as one."""
    spelt = len(letters) < 3 or not re.search("[aeiouyAEIOUY]", letters)
    return " ".join(letters.lower()) if spelt else letters


codes = Step(
    'Read "B-52" as "b fifty two", "192.168.1.1" as "one nine two dot ...".',
    _paragraph,
    _uuid,
    _ip_address,
    _hex_parts,
    _hexadecimal,
    _ieee_802,
    _version,
    _pressure,
    _interstate,
    _freeway,
    _bound,
    _letters_and_number,
)

serials = Step(
    'Read "RTX 4090" as "RTX forty ninety", "4s" as "four s", "007" and long strings by digits.',
    _product,
    _number_and_letters,
    _long_number,
    only_if=r"\d",
)
