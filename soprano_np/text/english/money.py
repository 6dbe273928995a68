"""Amounts of money. Comes before measures, which would take the "m" of "$5m" for meters."""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import DASH, DOT, apart, cardinal, decimal, is_adjective
from soprano_np.text.english.vocabulary import (
    CURRENCIES,
    CURRENCY_SIGNS,
    SAME_CURRENCIES,
    SCALES,
    UNITS,
    any_of,
)

# What a price can be per.
_PER = {
    symbol: UNITS[symbol][0]
    for symbol in "mo yr wk hr h min sec lb oz kg g gal l L bbl mi km m ft kWh MWh GB TB t".split()
} | {"ea": "each", **dict.fromkeys(("sqft", "sq ft", "sq. ft", "sq.ft"), "square foot")}
_CODE = any_of([*CURRENCIES, *SAME_CURRENCIES])
_SIGN = f"[{CURRENCY_SIGNS}]"
_UNIT = rf"(?:(?<![A-Za-z])(?:{_CODE})|{_SIGN})"
_AMOUNT = (
    r"(?:\d{1,3}(?:\.\d{3}){1,12},\d\d(?!\d)"  # 1.234,50
    r"|\d+,\d\d(?![\d,])"  # 12,50
    r"|(?:\d{1,3}(?:,\d{2,3}(?!\d)){1,12}|\d+)(?:\.\d+)?|\.\d+)"
)
_SCALE = rf"(?:[ -]?(?:hundred|thousand|[mb]illion|trillion)\b| ?(?:{any_of(SCALES)})(?![\w/]))"


# Shillings and pence, up to 1971.
@rule(
    r"£(\d[\d,]{0,9}),? (\d{1,2})s(?:\.,?|,?(?= \d{1,2}d\b))(?: (\d{1,2})d\b\.?)?",
    "£3 10s. 6d., -> three pounds ten shillings and sixpence,",
    "£1 5s. in -> one pound five shillings in",
)
def _pounds_and_shillings(match: Match) -> str:
    one, many, *_ = CURRENCIES["£"]
    pounds = f"{decimal(match[1])} {one if match[1] == '1' else many}"
    return pounds + _shillings(match, match[2], match[3], " ")


@rule(
    r"(\d{1,2})s\. ?(\d{1,2})d\.",
    "2s. 1d. -> two shillings and one penny.",
    "10s. later -> 10s. later",
)
def _shillings_and_pence(match: Match) -> str | None:
    if match.string[max(0, match.start() - 1) : match.start()] in tuple("0123456789.,"):
        return None
    return _shillings(match, match[1], match[2], "")


def _shillings(match: Match, shillings: str, pence: str | None, gap: str) -> str:
    words = ""
    if int(shillings):
        words = f"{gap}{cardinal(shillings)} shilling{'' if shillings == '1' else 's'}"
    if pence and int(pence):
        words += " and " if gap or words else ""
        words += "one penny" if pence == "1" else f"{cardinal(pence)}{' ' * (int(pence) > 11)}pence"
    after = match.string[match.end() : match.end() + 3]
    return words + "." * bool(match[0].endswith(".") and re.match(r"\s*$|\s+[A-Z]", after))


_more_than = Rule(
    "more than",
    rf">(?<![\w)>=-]>)(?={_SIGN}\d)",
    "more than ",
    ">$2k -> more than two thousand dollars",
)


@rule(
    rf"(?P<minus>(?<![\w)])[-\u2212] ?)?(?P<unit>{_UNIT}) ?(?P<inner>[-\u2212](?=\d))?"
    rf"(?P<amount>{_AMOUNT})(?P<scale>{_SCALE})?(?P<plus>\+(?!\d))?"
    rf"(?: ?{DASH} ?(?P<unit2>{_UNIT})? ?(?P<amount2>{_AMOUNT})(?P<scale2>{_SCALE})?)?"
    r"(?P<said>[ -](?:dollar|euro|pound)s?\b)?"
    rf"(?: ?/ ?(?P<per>sq\.? ?ft\b|[A-Za-z]+)(?P<stop>{DOT}))?",
    "$5, $1, $0 -> five dollars, one dollar, zero dollars",
    "$1.50 and $1.5 -> one dollar fifty and one dollar fifty",
    "$0.05, $.50, $1.05 -> five cents, fifty cents, one dollar five",
    "$1,234.56 -> one thousand two hundred thirty four dollars fifty six",
    "$3.459 -> three point four five nine dollars",
    "$2.5 million -> two point five million dollars",
    "$5M, $100k, $1.2bn"
    " -> five million dollars, one hundred thousand dollars, one point two billion dollars",
    "$5-10 million -> five to ten million dollars",
    "$1.50-$2.50 -> one dollar fifty to two dollars fifty",
    "-$5 and $-5 -> minus five dollars and minus five dollars",
    "£1.20, £20 -> one pound twenty, twenty pounds",
    "€12,50 and €1.234,56"
    " -> twelve euros fifty and one thousand two hundred thirty four euros fifty six",
    "¥300 -> three hundred yen",
    "US$76.3 trillion -> seventy six point three trillion u s dollars",
    "₹1,00,000 -> one hundred thousand rupees",
    "$15/mo, $5/lb. then -> fifteen dollars per month, five dollars per pound then",
    "a $5 bill, the $64,000 question"
    " -> a five dollar bill, the sixty four thousand dollar question",
    "the $5 he owes -> the five dollars he owes",
    "$5 dollars -> five dollars",
)
def _amount(match: Match) -> str:
    one, two = match["amount"], match["amount2"]
    scale, scale2 = _scale(match["scale"]), _scale(match["scale2"])
    names = _names(match["unit"])
    adjective = is_adjective(match) or (match["said"] or "").startswith("-")
    if two is None:
        words = _sum(one, scale, names, adjective)
    elif (_is_whole(one) or scale2) and (_is_whole(two) or scale2):
        first = " ".join(filter(None, (_number(one), scale)))
        words = f"{first} to {_sum(two, scale2, names, adjective)}"
    else:
        words = f"{_sum(one, scale, names)} to {_sum(two, scale2, names, adjective)}"
    minus = "minus " if match["minus"] or match["inner"] else ""
    words = minus + words + (" plus" if match["plus"] else "") + _per(match)
    return apart(match, words) + "." * bool(match["stop"] and match["per"] not in _PER)


@rule(
    rf"(?<![\w.])(?P<amount>(?:{_AMOUNT}))(?P<scale>{_SCALE})?[ -]?"
    rf"(?P<unit>{_CODE})(?!\w|{_SIGN})"
    r"(?: ?/ ?(?P<per>[A-Za-z]+))?",
    "50¢, 20 €, 5 USD -> fifty cents, twenty euros, five u s dollars",
)
def _amount_before_sign(match: Match) -> str:
    words = _sum(
        match["amount"], _scale(match["scale"]), _names(match["unit"]), is_adjective(match)
    )
    return apart(match, words + _per(match))


@rule(rf"{_SIGN}+", "$$$, € or £? -> dollars , euro or pound ?")
def _sign(match: Match) -> str:
    """Name a sign that has no amount."""
    one, many, *_ = _names(match[0][0])
    return f" {one if len(match[0]) == 1 else many} "


def _names(unit: str) -> tuple[str, ...]:
    return CURRENCIES[SAME_CURRENCIES.get(unit, unit)]


def _per(match: Match) -> str:
    per = _PER.get(match["per"], match["per"])
    return "" if not per else " each" if per == "each" else f" per {per}"


def _scale(scale: str | None) -> str:
    word = (scale or "").strip(" -")
    return SCALES.get(word, word)


def _number(amount: str) -> str:
    return decimal(_plain(amount))


def _plain(amount: str) -> str:
    """Write an amount without commas: "1.234,50" is "1234.50"."""
    if re.search(r",\d\d$", amount) and amount.count(",") == 1:
        return amount.replace(".", "").replace(",", ".")
    return amount.replace(",", "")


def _is_whole(amount: str) -> bool:
    return "." not in _plain(amount)


def _sum(amount: str, scale: str, names: tuple[str, ...], adjective: bool = False) -> str:
    """Say an amount of a currency whose names are: one, many, one hundredth, many of those."""
    amount = _plain(amount)
    one, many, *parts = names
    many = one if adjective else many
    whole, _, cents = amount.partition(".")
    whole = whole.lstrip("0")
    if scale:
        return f"{decimal(amount)} {scale} {many}"
    if cents.strip("0") and (len(cents) > 2 or not parts):
        return f"{decimal(amount)} {many}"
    cents = cents[:2].ljust(2, "0").lstrip("0")
    if cents and not whole:
        return f"{cardinal(cents)} {parts[0] if adjective or cents == '1' else parts[1]}"
    words = f"{cardinal(whole)} {one if whole == '1' else many}"
    return f"{words} {cardinal(cents)}" if cents else words


money = Step(
    'Read "$1.50" as "one dollar fifty", "£5m" as "five million pounds", "50¢" in full.',
    _pounds_and_shillings,
    _shillings_and_pence,
    _more_than,
    _amount,
    _amount_before_sign,
    _sign,
)
