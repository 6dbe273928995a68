# ruff: noqa: RUF001 (the signs are meant)
"""Signs that no earlier step has read together with a number."""

import re

_SIGNS = {
    # ASCII
    "&": "and",
    "+": "plus",
    "=": "equals",
    "@": "at",
    "%": "percent",
    "#": "hash",
    "$": "dollar",
    "<": "less than",
    ">": "greater than",
    "~": "about",
    "/": "slash",
    "\\": "backslash",
    # money
    "£": "pound",
    "€": "euro",
    "¥": "yen",
    "¢": "cent",
    "₹": "rupee",
    "₩": "won",
    "₽": "ruble",
    "₿": "bitcoin",
    "₺": "lira",
    "₴": "hryvnia",
    "₫": "dong",
    "₪": "shekel",
    "₱": "peso",
    "฿": "baht",
    # mathematics
    "°": "degrees",
    "×": "times",
    "÷": "divided by",
    "±": "plus or minus",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "≈": "approximately equals",
    "≠": "does not equal",
    "√": "square root of",
    "∞": "infinity",
    "‰": "per mille",
    "→": "to",
    "←": "from",
    "↔": "to and from",
    # print
    "©": "copyright",
    "®": "registered",
    "™": "trademark",
    "§": "section",
    "¶": "paragraph",
}
_DROPPED = re.compile("[*^|]")
_ARROWS = re.compile("<?[-=]{1,3}>")
_DOT = re.compile(r"(?<=[a-z]{2})\.(?=[a-z]{2})")
_SIGN = re.compile(f"[{re.escape(''.join(_SIGNS))}]")


def signs(text: str) -> str:
    """Name every sign that is left: "salt & pepper" is "salt and pepper"."""
    text = _ARROWS.sub(" to ", text.replace("&&", "&"))
    text = _DOT.sub(" dot ", _DROPPED.sub(" ", text))
    return _SIGN.sub(lambda m: f" {_SIGNS[m[0]]} ", text)
