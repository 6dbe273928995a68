"""Telephone numbers, card numbers, pass codes and the like, read digit by digit.

Comes before hyphens between digits are read as ranges.
"""

import re

from soprano_np.text.english.acronyms import letters
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import cardinal, digit_groups, digits, label
from soprano_np.text.english.shouting import is_plain_word
from soprano_np.text.patterns import regex

_AREA = r"(?:\+?(?P<country>1)[-. ]?)?(?:\((?P<a>\d{3})\)[ -]?|(?P<b>\d{3})[-. ])"
_PHONE_CUE = regex(
    r"(?:call|dial|phone|tel|fax|text|number|number is|at)\b[^\w\n]{0,3}$", re.IGNORECASE
)
_TEXT_CUE = regex(
    r"\b(?:(?i:text|texts|texting|texted|txt|sms|short ?code)\b"
    r"|(?i:send|reply|message|respond)\b.*[A-Z]{2}).*\b(?i:to|at|code|text) $"
)
_KEYWORD = regex(r"\b[A-Z]{2,}\W{1,3}(?i:to) $")
# Before a number with a hyphen that names: "Docket 21-1234" is no range. Some are also verbs.
_NAME_CUE = regex(
    r"(?:(?P<sure>\b(?i:number|no\.|ein|fein|tin|docket|policy|invoice|public law|pub\. ?l\.))"
    r"|\b(?i:case|id|order|account|acct\.?|serial|part|model|ref\.?|claim|ticket|permit|parcel|file"
    r"|lot|tracking|confirmation|batch|license|po))(?::| is:?)? $"
)
_OF_WHAT = regex(
    r"\b(?i:case|docket|part|model|serial|policy|account|acct\.?|invoice|claim|permit|license|patent"
    r"|file|order|ref\.?|item|l\.) $"
)
# Three numbers that describe these are no date.
_MIX_BEHIND = regex(
    r" (?:mix|mixes|mixture|fertilizers?|formulas?|blends?|feed|ratio|split|rule|plan|routine|drill"
    r"|formation|defense|schedule|method|workout|combination|combo|grade)\b"
)
_GOES_ON_BEFORE = tuple(".,$£€+/-_")  # before a number, of a larger one
_NOUN_BEHIND = regex(" [a-z]")
_DATE = regex(r"\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-(?:\d{4}|\d\d)")


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
    r"|extension|(?:card|account|acct|visa|mastercard|number|ssn)s? end(?:ing|s) in))"
    r"(?: (?i:number|no\.?|code))?(?::| is:?| was)? ?#?)(?<=[ #])(\d{4,8})(?![\w%/-]|[.,:]\d)",
    "PIN: 1234 -> PIN: one two three four",
    "code is 12345678 -> code is one two three four, five six seven eight",
)
def _secret(match: Match) -> str:
    cue = re.sub(r"\b[Nn]o\.? ", "number ", match[1])
    return cue + (digit_groups(match[2]) if len(match[2]) > 6 else digits(match[2]))


@rule(
    r"\b(Boeing|Airbus) (\d{3})-(\d{1,4})(?![\w-])",
    "Boeing 737-800 -> Boeing seven thirty seven eight hundred",
)
def _aircraft(match: Match) -> str:
    return f"{match[1]} {label(match[2])} {label(match[3])}"


@rule(
    rf"(?<![\w.+#-]){_AREA}(?P<c>\d{{3}})[-. ]?(?P<d>\d{{4}})(?![\w-]|[.,]\d)"
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
    r"(?<![\w.+-])(?P<one>\+?1[- .])?\(?(?P<area>8\d\d|900|555)\)?[- .]"
    r"(?=[\d-]*[A-Z][A-Z\d-]*[A-Z])(?P<rest>[A-Z\d]{1,9}(?:-[A-Z\d]{1,9}){0,4})(?![\w-])",
    "1-800-FLOWERS -> one, eight hundred, flowers",
    "1-800-GOT-JUNK -> one, eight hundred, got junk",
    "1-800-GO-FEDEX, 1-877-KARS4KIDS"
    " -> one, eight hundred, go fedex, one, eight seven seven, kars four kids",
    "an 850-HP engine -> an 850-HP engine",
)
def _letter_phone(match: Match) -> str | None:
    pieces = re.findall("[A-Z]+|[0-9]+", match["rest"])
    length = sum(map(len, pieces))
    if length < 4 or not (match["one"] or match["area"] == "555" or length >= 7):
        return None
    groups = [_area(match["area"])]
    if match["one"]:
        groups.insert(0, "plus one" if match[0].startswith("+") else "one")
    if len(pieces[0]) == 3 and pieces[0].isdecimal():
        groups.append(digits(pieces.pop(0)))
    return ", ".join([*groups, " ".join(map(_vanity, pieces))])


def _vanity(piece: str) -> str:
    if piece.isdecimal():
        return digits(piece)
    return piece.lower() if is_plain_word(piece) else letters(piece)


@rule(
    r"(\d{2,3})(-?)(\d{2,3})(?![\w-]|[.,]\d| [a-z]+s\b)",
    "text HELP to 50503 -> text HELP to five zero five zero three",
    "He sent letters to 50503 people. -> He sent letters to 50503 people.",
)
def _short_code(match: Match) -> str | None:
    start = match.start()
    before = match.string[max(0, start - 60) : start]
    if not before.lower().endswith(("to ", "at ", "code ", "ext ")):
        return None
    line = re.split(r"\n|[.!?] ", before)[-1]
    if not _TEXT_CUE.search(line) or (len(match[0]) == 4 and not _KEYWORD.search(line)):
        return None
    return f"{digits(match[1])}{',' if match[2] else ''} {digits(match[3])}"


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
        if groups[0] == "1" and len(groups[1]) == 10:
            groups[1:] = [groups[1][:3], groups[1][3:6], groups[1][6:]]
    return "plus " + ", ".join(map(digit_groups, groups))


@rule(
    r"(?<![\w.-])\d{4} \d{4} \d{4} \d{4}(?![\w-]|[.,]\d)",
    "4111 1111 1111 1111 -> four one one one, one one one one, one one one one, one one one one",
)
def _card(match: Match) -> str:
    return ", ".join(map(digits, match[0].split()))


@rule(
    r"\d{3} (?<![\w.,$+-]....)(?<!\d ....)(?:\d{4} \d{4}|\d{4} \d{3})(?![\w-]|[.,]\d| \d)",
    "845 2210 3367 -> eight four five, two two one zero, three three six seven",
    "100 2000 3000 -> 100 2000 3000",
)
def _meeting(match: Match) -> str | None:
    groups = match[0].split()
    return None if groups[1].endswith("00") else ", ".join(map(digits, groups))


_last_digits = Rule(
    "last digits",
    r"ending in (?!19|20)(\d{4})(?![\w-]|[.,]\d| [a-z]+s\b)",
    lambda match: f"ending in {digits(match[1])}",
    "ending in 4471, ending in 2019 -> ending in four four seven one, ending in 2019",
)


@rule(
    r"(?<![\w.+/-])\d+(?:-\d+){2,}(?:-X)?(?![\w/-]|\.\d)",
    "123-45-6789 -> one two three, four five, six seven eight nine",
    "3-2-1 -> three, two, one",
    "2025-01-02 -> 2025-01-02",
    "10-12 -> 10-12",
    "a 10-20-10 mix -> a ten twenty ten mix",
)
def _chain(match: Match) -> str | None:
    groups = match[0].removesuffix("-X").split("-")
    if _MIX_BEHIND.match(match.string, match.end()) and max(map(len, groups)) < 3:
        return " ".join(map(cardinal, groups))
    if _DATE.fullmatch(match[0]):
        return None
    read = cardinal if all(len(g) < 3 and g[0] != "0" for g in groups) else digit_groups
    return ", ".join(map(read, groups)) + (", x" if match[0].endswith("X") else "")


@rule(
    r"([Nn]o\. ?|# ?)(\d{1,8})-(\d{1,10})(?![\w/-]|[.,]\d| ?[%°])",
    "No. 21-1234 -> number two one, one two three four",
    "Nos. 3-5, No. 1-5 -> Nos. 3-5, No. 1-5",
)
def _numbered(match: Match) -> str | None:
    sign, first, second = match.groups()
    before = match.string[max(0, match.start() - 20) : match.start()]
    if before[-1:].isalnum() or (sign[0] == "n" and not _OF_WHAT.search(before)):
        return None  # "He said no. 5-6 people left."
    if not (len(second) > 2 or int(first) >= int(second) or "0" in (first[0], second[0])):
        return None
    return f"number {_short(first)}, {_short(second)}"


@rule(
    r"(\d{1,8})-(\d{1,10})(?![\w/-]|[.,]\d| ?[%°])",
    "EIN 12-3456789 -> EIN one two, three four five six, seven eight nine",
    "Docket 21-476, ages 21-1200 -> Docket two one, four seven six, ages 21-1200",
    "Order 10-12 boxes -> Order 10-12 boxes",
)
def _named(match: Match) -> str | None:
    """Read what a number with a hyphen names: a case, an order, an employer."""
    first, second = match.groups()
    before = match.string[max(0, match.start() - 20) : match.start()]
    if before.endswith(_GOES_ON_BEFORE) or before[-1:].isalnum():
        return None
    uneven = len(second) - len(first)
    certain = len(first) < 4 and len(second) > 5
    if cue := _NAME_CUE.search(before):
        if cue["sure"]:
            names = len(second) > 2 or int(first) >= int(second)
        else:
            goes_on = _NOUN_BEHIND.match(match.string, match.end())
            names = uneven > 1 or (uneven == 1 and not goes_on)
        certain = certain or names or "0" in (first[0], second[0])
    return f"{_short(first)}, {_short(second)}" if certain else None


def _short(number: str) -> str:
    return digits(number) if len(number) < 6 else digit_groups(number)


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
    _short_code,
    _foreign_phone,
    _card,
    _meeting,
    _last_digits,
    _chain,
    _numbered,
    _named,
    _spaced_phone,
    _short_phone,
    only_if=r"\d",
)
