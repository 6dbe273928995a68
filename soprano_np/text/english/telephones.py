"""Telephone numbers, card numbers, pass codes and the like, read digit by digit.

Comes before hyphens between digits are read as ranges.
"""

import re

from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.say import cardinal, digit_groups, digits, label

_AREA = r"(?:\+?(?P<country>1)[-. ]?)?(?:\((?P<a>\d{3})\)[ -]?|(?P<b>\d{3})[-. ])"
_PHONE_CUE = re.compile(
    r"(?:call|dial|phone|tel|fax|text|number|number is|at)\b[^\w\n]{0,3}$", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-(?:\d{4}|\d\d)")


@rule(
    r"(?i)\b((?:call|dial|phone|text)(?:s|ed|ing|led|ling)? )(\d11|988|999|112|000)(?!\w|[.,]\d)"
    r"|(?<![\w.,$])(911|988)(?= (?:call|operator|dispatch|emergency|center|hotline|lifeline"
    r"|crisis)|!)",
    "call 911 -> call nine one one",
)
def _emergency(match: Match) -> str:
    return f"{match[1] or ''}{digits(match[2] or match[3])}"


@rule(
    r"\b(nine one one|nine eight eight|four one one|three one one)( or )(\d11|988)(?!\w|[.,]\d)",
    "Call 911 or 988. -> Call nine one one or nine eight eight.",
)
def _second_emergency(match: Match) -> str:
    return f"{match[1]}{match[2]}{digits(match[3])}"


@rule(
    r"\b((?i:(?<!area )(?<!error )(?<!zip )(?:code|pin|passcode|password|acct\.?|account"
    r"|confirmation|id"
    r"|extension|(?:card|account|acct|visa|mastercard|number)s? ending in))"
    r"(?: (?i:number|no\.?|code))?(?::| is:?| was)? ?#?)(?<=[ #])(\d{4,8})(?![\w%/-]|[.,:]\d)",
    "PIN: 1234 -> PIN: one two three four",
    "code is 12345678 -> code is one two three four, five six seven eight",
)
def _secret(match: Match) -> str:
    return match[1] + (digit_groups(match[2]) if len(match[2]) > 6 else digits(match[2]))


@rule(
    r"\b(Boeing|Airbus) (\d{3})-(\d{1,4})(?![\w-])",
    "Boeing 737-800 -> Boeing seven thirty seven eight hundred",
)
def _aircraft(match: Match) -> str:
    return f"{match[1]} {label(match[2])} {label(match[3])}"


@rule(
    rf"(?<![\w.+-]){_AREA}(?P<c>\d{{3}})[-. ]?(?P<d>\d{{4}})(?![\w-]|[.,]\d)"
    r"(?:,? ?(?:x|ext\.?|extension) ?(?P<extension>\d{1,6})(?!\w))?",
    "+1 (800) 555-0199 -> plus one, eight hundred, five five five, zero one nine nine",
    "(212) 555-0147, ext. 12 -> two one two, five five five, zero one four seven, extension twelve",
    "800.555.0199 -> eight hundred, five five five, zero one nine nine",
)
def _long_phone(match: Match) -> str:
    groups = [_area(match["a"] or match["b"]), digits(match["c"]), digits(match["d"])]
    if match["country"]:
        groups.insert(0, "plus one" if match[0].startswith("+") else "one")
    if match["extension"]:
        groups.append(f"extension {label(match['extension'])}")
    return ", ".join(groups)


@rule(
    r"(?<![\w.+-])(?:\+?1[- .])?\(?(?:8\d\d|900|555)\)?[- .](?:\d{3}-)?"
    r"[A-Z]{3,}(?:-[A-Z]{2,}){0,2}(?!\w)",
    "1-800-FLOWERS -> one, eight hundred, flowers",
    "1-800-GOT-JUNK -> one, eight hundred, got junk",
)
def _letter_phone(match: Match) -> str:
    groups = re.findall("[A-Z]+(?:-[A-Z]+)*|[0-9]+", match[0])
    words = [_area(group) if group.isdigit() else group.lower() for group in groups]
    return ("plus " if match[0].startswith("+") else "") + ", ".join(words).replace("-", " ")


@rule(
    r"(?<![\w+])\+\d[\d ().-]{5,20}\d(?![\w-]|[.,]\d)",
    "+44 20 7946 0958 -> plus four four, two zero, seven nine four six, zero nine five eight",
)
def _foreign_phone(match: Match) -> str | None:
    groups = re.findall(r"\d+", match[0])
    if not 7 <= sum(map(len, groups)) <= 15:
        return None
    if len(groups) == 1:
        length = 1 if groups[0][0] in "17" else 2  # of most country codes
        groups = [groups[0][:length], groups[0][length:]]
    return "plus " + ", ".join(map(digit_groups, groups))


@rule(
    r"(?<![\w.-])\d{4} \d{4} \d{4} \d{4}(?![\w-]|[.,]\d)",
    "4111 1111 1111 1111 -> four one one one, one one one one, one one one one, one one one one",
)
def _card(match: Match) -> str:
    return ", ".join(map(digits, match[0].split()))


@rule(
    r"(?<![\w.+/-])\d+(?:-\d+){2,}(?:-X)?(?![\w/-]|\.\d)",
    "123-45-6789 -> one two three, four five, six seven eight nine",
    "3-2-1 -> three, two, one",
    "2025-01-02 -> 2025-01-02",
    "10-12 -> 10-12",
)
def _chain(match: Match) -> str | None:
    if _DATE.fullmatch(match[0]):
        return None
    groups = match[0].removesuffix("-X").split("-")
    read = cardinal if all(len(g) < 3 and g[0] != "0" for g in groups) else digit_groups
    return ", ".join(map(read, groups)) + (", x" if match[0].endswith("X") else "")


@rule(
    r"(?<![\w.,$£€+/-])(?<!\d )([2-9]\d\d) (\d{4})(?![\w-]|[.,]\d| ?[%°\d])",
    "His number is 555 0182. -> His number is five five five, zero one eight two.",
)
def _spaced_phone(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 12) : match.start()]
    if match[1] != "555" and not _PHONE_CUE.search(before):
        return None
    return f"{digits(match[1])}, {digits(match[2])}"


@rule(
    r"(?<![\w.,$£€+/-])([2-9]\d\d)-(\d{4})(?![\w-]|[.,]\d| ?[%°])",
    "555-1234 -> five five five, one two three four",
    "500-1000 people -> 500-1000 people",
)
def _short_phone(match: Match) -> str | None:
    first, second = match.groups()
    rounded = first.endswith("0") and second.endswith("00")  # "500-1000" is a range
    before = match.string[max(0, match.start() - 12) : match.start()]
    if rounded and not _PHONE_CUE.search(before):
        return None
    return f"{digits(first)}, {digits(second)}"


def _area(code: str) -> str:
    return cardinal(code) if code.endswith("00") and code[0] != "0" else digits(code)


telephones = Step(
    'Read "555-1234" as "five five five, one two three four"; so also cards and ISBNs.',
    _emergency,
    _second_emergency,
    _secret,
    _aircraft,
    _long_phone,
    _letter_phone,
    _foreign_phone,
    _card,
    _chain,
    _spaced_phone,
    _short_phone,
)
