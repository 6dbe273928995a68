"""Amounts of money. Comes before measures, which would take the "m" of "$5m" for meters."""

import re

from soprano_np.text.english.spoken_numbers import (
    DASH,
    apart,
    cardinal,
    decimal,
    is_adjective,
)

Match = re.Match[str]

# Sign or code: one, many, the hundredth part (one, many).
_CENT = ("cent", "cents")
_CURRENCIES = {
    "$": ("dollar", "dollars", *_CENT),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", *_CENT),
    "¥": ("yen", "yen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₩": ("won", "won"),
    "₽": ("ruble", "rubles", "kopeck", "kopecks"),
    "₿": ("bitcoin", "bitcoins"),
    "₺": ("lira", "lira", "kurus", "kurus"),
    "₴": ("hryvnia", "hryvnias"),
    "₫": ("dong", "dong"),
    "₪": ("shekel", "shekels"),
    "₱": ("peso", "pesos", "centavo", "centavos"),
    "฿": ("baht", "baht"),
    "¢": _CENT,
    "US$": ("u s dollar", "u s dollars", *_CENT),
    "C$": ("canadian dollar", "canadian dollars", *_CENT),
    "A$": ("australian dollar", "australian dollars", *_CENT),
    "NZ$": ("new zealand dollar", "new zealand dollars", *_CENT),
    "HK$": ("hong kong dollar", "hong kong dollars", *_CENT),
    "S$": ("singapore dollar", "singapore dollars", *_CENT),
    "R$": ("real", "reais", "centavo", "centavos"),
    "CHF": ("swiss franc", "swiss francs"),
    "CNY": ("yuan", "yuan"),
    "SEK": ("swedish krona", "swedish kronor"),
    "NOK": ("norwegian krone", "norwegian kroner"),
    "DKK": ("danish krone", "danish kroner"),
    "MXN": ("mexican peso", "mexican pesos", "centavo", "centavos"),
    "ETH": ("ether", "ether"),
}
_SAME = {
    "CA$": "C$",
    "AU$": "A$",
    "USD": "US$",
    "CAD": "C$",
    "AUD": "A$",
    "NZD": "NZ$",
    "HKD": "HK$",
    "SGD": "S$",
    "BRL": "R$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "Rs.": "₹",
    "Rs": "₹",
    "KRW": "₩",
    "RUB": "₽",
    "BTC": "₿",
    "TRY": "₺",
    "UAH": "₴",
    "VND": "₫",
    "ILS": "₪",
    "PHP": "₱",
    "THB": "฿",
    "RMB": "CNY",
}
_SCALES = {
    **dict.fromkeys(("k", "K"), "thousand"),
    **dict.fromkeys(("m", "M", "mm", "MM", "mn", "mil", "Mio"), "million"),
    **dict.fromkeys(("b", "B", "bn", "Bn", "BN", "bil"), "billion"),
    **dict.fromkeys(("t", "T", "tn", "trn"), "trillion"),
}
_SINGULAR_OF_PER = {
    "mo": "month",
    "yr": "year",
    "wk": "week",
    "hr": "hour",
    "h": "hour",
    "min": "minute",
    "sec": "second",
    "lb": "pound",
    "oz": "ounce",
    "kg": "kilogram",
    "g": "gram",
    "gal": "gallon",
    "l": "liter",
    "L": "liter",
    "bbl": "barrel",
    "mi": "mile",
    "km": "kilometer",
    "m": "meter",
    "ft": "foot",
    "ea": "each",
    **dict.fromkeys(("sqft", "sq ft", "sq. ft", "sq.ft"), "square foot"),
    "kWh": "kilowatt hour",
    "MWh": "megawatt hour",
    "GB": "gigabyte",
    "TB": "terabyte",
    "ton": "ton",
    "t": "ton",
}


def _any_of(words: dict[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SIGNS = "[" + "".join(sign for sign in _CURRENCIES if len(sign) == 1) + "]"
_UNIT = rf"(?:(?<![A-Za-z])(?:{_any_of({**_CURRENCIES, **_SAME})})|{_SIGNS})"
_AMOUNT = (
    r"(?:\d{1,3}(?:\.\d{3}){1,12},\d\d(?!\d)"  # 1.234,50
    r"|\d+,\d\d(?![\d,])"  # 12,50
    r"|(?:\d{1,3}(?:,\d{2,3}(?!\d)){1,12}|\d+)(?:\.\d+)?|\.\d+)"
)
_SCALE = (
    rf"(?:[ -]?(?:hundred|thousand|[mb]illion|trillion)\b| ?(?:{_any_of({**_SCALES})})(?![\w/]))"
)
_BEFORE = re.compile(
    rf"(?P<minus>(?<![\w)])[-\u2212] ?)?(?P<unit>{_UNIT}) ?(?P<inner>[-\u2212](?=\d))?"
    rf"(?P<amount>{_AMOUNT})(?P<scale>{_SCALE})?(?P<plus>\+(?!\d))?"
    rf"(?: ?{DASH} ?(?P<unit2>{_UNIT})? ?(?P<amount2>{_AMOUNT})(?P<scale2>{_SCALE})?)?"
    r"(?P<said>[ -](?:dollar|euro|pound)s?\b)?(?: ?/ ?(?P<per>sq\.? ?ft\b|[A-Za-z]+))?"
)
_BEHIND = re.compile(
    rf"(?<![\w.])(?P<amount>(?:{_AMOUNT}))(?P<scale>{_SCALE})?[ -]?"
    rf"(?P<unit>{_any_of({**_CURRENCIES, **_SAME})})(?!\w|{_SIGNS})"
    r"(?: ?/ ?(?P<per>[A-Za-z]+))?"
)
_LONE = re.compile(rf"{_SIGNS}+")


def money(text: str) -> str:
    """Read "$1.50" as "one dollar fifty", "£5m" as "five million pounds", "50¢" in full."""
    text = _BEFORE.sub(_before, text)
    text = _BEHIND.sub(_behind, text)
    return _LONE.sub(_lone, text)


def _names(unit: str) -> tuple[str, ...]:
    return _CURRENCIES[_SAME.get(unit, unit)]


def _before(match: Match) -> str:
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
    return apart(match, minus + words + (" plus" if match["plus"] else "") + _per(match))


def _behind(match: Match) -> str:
    words = _sum(
        match["amount"], _scale(match["scale"]), _names(match["unit"]), is_adjective(match)
    )
    return apart(match, words + _per(match))


def _per(match: Match) -> str:
    return f" per {_SINGULAR_OF_PER.get(match['per'], match['per'])}" if match["per"] else ""


def _scale(scale: str | None) -> str:
    word = (scale or "").strip(" -")
    return _SCALES.get(word, word)


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


def _lone(match: Match) -> str:
    """Name a sign that has no amount."""
    one, many, *_ = _names(match[0][0])
    return f" {one if len(match[0]) == 1 else many} "
