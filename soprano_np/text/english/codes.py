"""Codes, telephone numbers and other strings of digits that name rather than count.

`codes` and `telephones` come before every step that could take their digits for a number;
`serials` comes after ordinals and measures, which know most letters behind a digit ("5km", "22nd").
"""

import re

from soprano_np.text.english.spoken_numbers import (
    apart,
    cardinal,
    decimal,
    digit_groups,
    digits,
    label,
    plural,
)

Match = re.Match[str]

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = re.compile(
    rf"(?<![\d.])(?=\d{{1,3}}\.\d)((?:{_OCTET}\.){{3}}{_OCTET})(?![\w-]"
    rf"|\.\d)(?::(\d{{1,5}}))?(?:/(\d\d?)(?!\d))?"
)
# IPv6 and hardware addresses; with fewer than four parts it may be a time.
_HEX_PARTS = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){4,7}|[0-9A-Fa-f]{1,4}"
    r"(?::[0-9A-Fa-f]{1,4}){0,5}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,5})?)(?![\w:])"
)
_HEX = re.compile(r"(?<!\w)0x[0-9A-Fa-f]+(?!\w)")
# 401(k), 501(c)(3)
_PARAGRAPH = re.compile(r"(?<![\w.,$])(\d{3})((?:\([a-zA-Z]\)|(?<=40[13])[kKbB])(?:\(\d\))?)(?!\w)")
_UUID = re.compile(
    r"(?<![\w-])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\w-])"
)
_VERSION = re.compile(
    r"(?<![\w.])(?:v(?:er)?\.? ?(?P<short>\d+(?:\.\d+)*)|(?P<word>[Vv]ersions? )(?P<named>\d+\.\d+)"
    r"|(?P<bare>\d+(?:\.\d+){2,}))(?![\d:/]|\.\d)"
)
# Dates and grouped numbers that look like versions.
_NO_VERSION = re.compile(r"\d\d?\.\d\d?\.\d{4}|\d{4}\.\d\d\.\d\d|(?:1\.)?\d{3}\.\d{3}\.\d{4}")
_CODE = re.compile(
    r"(?<![A-Za-z\d$&@#/\\'.-])(?P<letters>[A-Za-z]{1,9})(?P<hyphen>-?)"
    r"(?P<rest>\d+(?:\.\d+)?[A-Za-z\d]*(?:-(?:[A-Z]+(?![a-z])"
    r"|[A-Za-z]*\d[A-Za-z\d]*(?:\.\d+[A-Za-z]?)?))*)"
    r"(?![A-Za-z\d])"
)
# Not codes: "USD500", "AD70", "10am"; other steps read them.
_NOT_CODES = frozenset(
    """
    usd eur gbp jpy chf cad aud nzd cny inr krw brl mxn sek nok dkk rs btc eth
    ad bc bce ce am pm no pp p
    """.split()
)
_BEHIND_NUMBER = re.compile(r"(?:[kcm]?m|ft|in|mi)[23]$|x\d+$")  # of "50 m2" and "555-0199 x12"
_PIECE = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")

_AREA = r"(?:\+?(?P<country>1)[-. ]?)?(?:\((?P<a>\d{3})\)[ -]?|(?P<b>\d{3})[-. ])"
_LONG_PHONE = re.compile(
    rf"(?<![\w.+-]){_AREA}(?P<c>\d{{3}})[-. ]?(?P<d>\d{{4}})(?![\w-]|[.,]\d)"
    r"(?:,? ?(?:x|ext\.?|extension) ?(?P<extension>\d{1,6})(?!\w))?"
)
_SHORT_PHONE = re.compile(r"(?<![\w.,$£€+/-])([2-9]\d\d)-(\d{4})(?![\w-]|[.,]\d| ?[%°])")
_SPACED_PHONE = re.compile(r"(?<![\w.,$£€+/-])(?<!\d )([2-9]\d\d) (\d{4})(?![\w-]|[.,]\d| ?[%°\d])")
_PHONE_CUE = re.compile(
    r"(?:call|dial|phone|tel|fax|text|number|number is|at)\b[^\w\n]{0,3}$", re.IGNORECASE
)
_LETTER_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+?1[- .])?\(?(?:8\d\d|900|555)\)?[- .](?:\d{3}-)?"
    r"[A-Z]{3,}(?:-[A-Z]{2,}){0,2}(?!\w)"
)
_FOREIGN_PHONE = re.compile(r"(?<![\w+])\+\d[\d ().-]{5,20}\d(?![\w-]|[.,]\d)")
_EMERGENCY = re.compile(
    r"\b((?:call|dial|phone|text)(?:s|ed|ing|led|ling)? )(\d11|988|999|112|000)(?!\w|[.,]\d)"
    r"|(?<![\w.,$])(911|988)(?= (?:call|operator|dispatch|emergency|center|hotline|lifeline"
    r"|crisis)|!)",
    re.IGNORECASE,
)
# "Call 911 or 988."
_EMERGENCY_OR = re.compile(
    r"\b(nine one one|nine eight eight|four one one|three one one)( or )(\d11|988)(?!\w|[.,]\d)"
)
_SECRET = re.compile(
    r"\b((?i:(?<!area )(?<!error )(?<!zip )(?:code|pin|passcode|password|acct\.?|account"
    r"|confirmation|id"
    r"|extension|(?:card|account|acct|visa|mastercard|number)s? ending in))"
    r"(?: (?i:number|no\.?|code))?(?::| is:?| was)? ?#?)(?<=[ #])(\d{4,8})(?![\w%/-]|[.,:]\d)"
)
_AIRCRAFT = re.compile(r"\b(Boeing|Airbus) (\d{3})-(\d{1,4})(?![\w-])")
_CARD = re.compile(r"(?<![\w.-])\d{4} \d{4} \d{4} \d{4}(?![\w-]|[.,]\d)")
_CHAIN = re.compile(r"(?<![\w.+/-])\d+(?:-\d+){2,}(?:-X)?(?![\w/-]|\.\d)")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-(?:\d{4}|\d\d)")

# A product and its number: "RTX 4090"; or a thing that has a number: "Boeing 747".
_PRODUCT = re.compile(
    r"(?<![\w.'-])((?!(?:AD|BC|BCE|CE|IN|OF|BY|TO|AT|OR|AND|THE|FOR|USD|EUR|GBP|UTC"
    r"|GMT)\b)[A-Z]{2,5}"
    r"|[Ff]lights?|Boeing|Airbus|[Ee]rror|[Rr]oom|[Cc]hannel|[Rr]oute|Porsche|[Aa]rea code)"
    r" (\d{3,4})(s?)(?![\w%]|[.,:/-]\d)"
)
_MIXED = re.compile(r"(?<![A-Za-z\d.])\d+(?:\.\d+)?[A-Za-z][A-Za-z\d]*")
_LONG = re.compile(r"(?<![\d.,])(?:0\d+|\d{7,})(?![\d/]|[.,]\d)")


def codes(text: str) -> str:
    """Read "B-52" as "b fifty two", "192.168.1.1" as "one nine two dot ..."."""
    text = _PARAGRAPH.sub(lambda m: f"{label(m[1])} {_each(re.sub('[()]', '', m[2]))}", text)
    text = _UUID.sub(lambda m: ", ".join(map(_each, m[0].split("-"))), text)
    text = _IP.sub(_ip, text)
    text = _HEX_PARTS.sub(_hex_parts, text)
    text = _HEX.sub(lambda m: _each(m[0]), text)
    text = _VERSION.sub(_version, text)
    return _CODE.sub(_code, text)


def _each(code: str) -> str:
    """Read letters and digits one by one."""
    return " ".join(digits(char) if char.isdigit() else char for char in code.lower())


def _ip(match: Match) -> str:
    address, port, bits = match.groups()
    words = " dot ".join(map(digits, address.split(".")))
    if port:
        words += f" colon {label(port)}"
    return f"{words} slash {cardinal(bits)}" if bits else words


def _hex_parts(match: Match) -> str:
    return _each(match[0]).replace(":", "colon")


def _version(match: Match) -> str:
    number = match["short"] or match["named"] or match["bare"]
    if match["bare"] and _NO_VERSION.fullmatch(number):
        return match[0]
    words = " point ".join(map(cardinal, number.split(".")))
    return apart(match, f"{'version ' if match['short'] else match['word'] or ''}{words}")


def _code(match: Match) -> str:
    letters = match["letters"]
    if letters.lower() in _NOT_CODES or (match["hyphen"] and not letters[0].isupper()):
        return match[0]
    if (
        _BEHIND_NUMBER.match(match[0])
        and match.string[max(0, match.start() - 2) : match.start()][:1].isdigit()
    ):
        return match[0]
    return f"{_letters(letters)} {_pieces(match['rest'])}"


def _pieces(code: str) -> str:
    """Read letters and numbers in turn: "3PO" is "three p o", "16s" is "sixteens"."""
    pieces = _PIECE.findall(code)
    if len(pieces) == 2 and pieces[1] == "s" and pieces[0].isdigit():
        return plural(label(pieces[0]))
    return " ".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece[0].isdigit():
        return decimal(piece) if "." in piece else label(piece)
    return _letters(piece)


def _letters(letters: str) -> str:
    """Spell letters, unless they may be a word or an acronym with a sound of its own."""
    spelt = len(letters) < 3 or not re.search("[aeiouyAEIOUY]", letters)
    return " ".join(letters.lower()) if spelt else letters


def telephones(text: str) -> str:
    """Read "555-1234" as "five five five, one two three four"; so also cards and ISBNs."""
    text = _EMERGENCY.sub(lambda m: f"{m[1] or ''}{digits(m[2] or m[3])}", text)
    text = _EMERGENCY_OR.sub(lambda m: f"{m[1]}{m[2]}{digits(m[3])}", text)
    text = _SECRET.sub(
        lambda m: m[1] + digit_groups(m[2]) if len(m[2]) > 6 else m[1] + digits(m[2]), text
    )
    text = _AIRCRAFT.sub(lambda m: f"{m[1]} {label(m[2])} {label(m[3])}", text)
    text = _LONG_PHONE.sub(_long_phone, text)
    text = _LETTER_PHONE.sub(_letter_phone, text)
    text = _FOREIGN_PHONE.sub(_foreign_phone, text)
    text = _CARD.sub(lambda m: ", ".join(map(digits, m[0].split())), text)
    text = _CHAIN.sub(_chain, text)
    text = _SPACED_PHONE.sub(_spaced_phone, text)
    return _SHORT_PHONE.sub(_short_phone, text)


def _area(code: str) -> str:
    return cardinal(code) if code.endswith("00") and code[0] != "0" else digits(code)


def _long_phone(match: Match) -> str:
    groups = [_area(match["a"] or match["b"]), digits(match["c"]), digits(match["d"])]
    if match["country"]:
        groups.insert(0, "plus one" if match[0].startswith("+") else "one")
    if match["extension"]:
        groups.append(f"extension {label(match['extension'])}")
    return ", ".join(groups)


def _letter_phone(match: Match) -> str:
    groups = re.findall("[A-Z]+(?:-[A-Z]+)*|[0-9]+", match[0])
    words = [_area(group) if group.isdigit() else group.lower() for group in groups]
    return ("plus " if match[0].startswith("+") else "") + ", ".join(words).replace("-", " ")


def _foreign_phone(match: Match) -> str:
    groups = re.findall(r"\d+", match[0])
    if not 7 <= sum(map(len, groups)) <= 15:
        return match[0]
    if len(groups) == 1:
        length = 1 if groups[0][0] in "17" else 2  # of most country codes
        groups = [groups[0][:length], groups[0][length:]]
    return "plus " + ", ".join(map(digit_groups, groups))


def _chain(match: Match) -> str:
    if _DATE.fullmatch(match[0]):
        return match[0]
    groups = match[0].removesuffix("-X").split("-")
    read = cardinal if all(len(g) < 3 and g[0] != "0" for g in groups) else digit_groups
    return ", ".join(map(read, groups)) + (", x" if match[0].endswith("X") else "")


def _spaced_phone(match: Match) -> str:
    before = match.string[max(0, match.start() - 12) : match.start()]
    if match[1] != "555" and not _PHONE_CUE.search(before):
        return match[0]
    return f"{digits(match[1])}, {digits(match[2])}"


def _short_phone(match: Match) -> str:
    first, second = match.groups()
    rounded = first.endswith("0") and second.endswith("00")  # "500-1000" is a range
    before = match.string[max(0, match.start() - 12) : match.start()]
    if rounded and not _PHONE_CUE.search(before):
        return match[0]
    return f"{digits(first)}, {digits(second)}"


def serials(text: str) -> str:
    """Read "RTX 4090" as "RTX forty ninety", "4s" as "four s", "007" and long strings by digits."""
    text = _PRODUCT.sub(_product, text)
    text = _MIXED.sub(_mixed, text)
    return _LONG.sub(_long, text)


def _product(match: Match) -> str:
    number = label(match[2])
    return f"{match[1]} {plural(number) if match[3] else number}"


def _mixed(match: Match) -> str:
    """Read "4s" as a plural, except in a name: "iPhone 4s"."""
    if re.fullmatch(r"\d+s", match[0]) and re.search(
        "[A-Z][A-Za-z]* $", match.string[max(0, match.start() - 12) : match.start()]
    ):
        return f"{label(match[0][:-1])} s"
    return _pieces(match[0])


def _long(match: Match) -> str:
    number = match[0]
    if len(number) < 7:
        return apart(match, digits(number))  # with leading zeros
    rounded = number.endswith("000") and number[0] != "0" and len(number.rstrip("0")) < 8
    return apart(match, cardinal(number) if rounded else digit_groups(number))
