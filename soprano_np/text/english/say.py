"""Numbers to words, without hyphens or commas, and patterns that several kinds of text share.

 Digits are strings throughout, so that leading zeros
count and no number is too long.
"""

import re
from functools import lru_cache

from soprano_np.text import numbers
from soprano_np.text.numbers import digits as digits  # read one by one
from soprano_np.text.patterns import regex

# Digits with their commas and decimals. The count of groups is bounded so that a list of a
# hundred thousand groups takes linear time.
NUMBER = r"(?:(?:\d{1,3}(?:,\d{3}(?!\d)){1,12}|\d+)(?:\.\d+)?|(?<!\d)\.\d+)"
FRACTION = r"(?:\d{1,4} )?\d{1,4}/\d{1,4}(?![\d/])"
DASH = "[-\u2013\u2014\u2212]"
# The full stop of an abbreviation, unless it may also end the sentence.
DOT = r"(?:\.(?=[,;:!?)-]| ?[a-z\d(]))?"

# Before an amount that describes a noun: "a $5 bill", but "the $5 that he owes".
_DETERMINER = regex(
    r"(?:(?<![a-z])(an?|the|this|that|his|her|its|their|our|my|your|another|first)|'s) $",
    re.IGNORECASE,
)
_NOUN = regex(r"[ -]([a-z]+)")
_NEXT_WORD = regex(r" (\w+)")
# Often described by an amount even without an article: "Senate passes $2B bill".
_DESCRIBED = frozenset(
    """
    backstroke bag bags bill bills bottle bottles budget bulb bulbs butterfly camera cameras
    capsule capsules contract dash deal deals drive drives fine freestyle grant hurdles jackpot
    lawsuit loan loans mansion merger monitor monitors nails package packs plan prize race relay
    settlement sprint swells syringe syringes tablet tablets takeover valuation verdict vial
    vials walk waves
    """.split()
)
_NO_NOUNS = frozenset(
    """
    a about above after and are as at back be been before being below but by can come came did
    do does each for from go goes going had has have he here i in inside into is it less may more
    now of off on or out outside over owed per plus she so spent than that the then they to today
    tomorrow tonight under until up was we went were when which while who will with would you
    """.split()
)
_PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def first_digit(before: str) -> str:
    """Return a pattern for a digit that none of these characters stands before.

    It starts with the digit, for a search skips from digit to digit then; it tries every place for
    a pattern that starts with a lookbehind.
    """
    return rf"\d(?<![{before}]\d)"


def cardinal(number: str) -> str:
    """Read "1234" as "one thousand two hundred thirty four"."""
    return numbers.cardinal(number).replace("-", " ").replace(",", "")


def ordinal(number: str) -> str:
    """Read "22" as "twenty second"."""
    return numbers.ordinal(number).replace("-", " ").replace(",", "")


def year(number: str) -> str:
    """Read "1905" as "nineteen oh five", "476" as "four seventy six"."""
    if len(number) != 4 or number.startswith("0"):
        return label(number)
    return numbers.year(int(number)).replace("-", " ").replace(",", "")


def decimal(number: str) -> str:
    """Read "1,234.50" as "one thousand two hundred thirty four point five zero"."""
    whole, point, decimals = number.replace(",", "").partition(".")
    words = [cardinal(whole)] if whole else []
    if point:
        words += ["point", digits(decimals)]
    return " ".join(words)


def label(number: str) -> str:
    """Read a number that names rather than counts: 221 is "two twenty one", 101 is "one oh one".

    Four digits are read in pairs ("4090" is "forty ninety"), more one by one.
    """
    if number.startswith("0") or len(number) > 4:
        return digit_groups(number)
    if len(number) < 3:
        return cardinal(number)
    if number[1:3] == "00":
        return cardinal(number)
    if number.endswith("00"):
        return f"{cardinal(number[:-2])} hundred"
    last = int(number[-2:])
    return f"{cardinal(number[:-2])} {'oh ' if last < 10 else ''}{cardinal(number[-2:])}"


def digit_groups(number: str) -> str:
    """Read a string of digits one by one, with a pause after every four."""
    return ", ".join(map(digits, re.findall(r"\d{1,4}", number)))


def plural(words: str) -> str:
    """Return a number in the plural: "nineteen eighty" becomes "nineteen eighties"."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith("x") else f"{words}s"


def fraction(text: str) -> str:
    """Read "1/2" as "one half", "4 1/2" as "four and a half", "120/80" as "... over eighty"."""
    whole, _, part = text.rpartition(" ")
    above, _, below = part.partition("/")
    words = _part(above, below)
    if not whole:
        return words
    if above == "1" and words.startswith("one "):
        words = f"{'an' if words[4] == 'e' else 'a'} {words[4:]}"
    return f"{cardinal(whole)} and {words}"


@lru_cache(maxsize=1 << 12)
def _part(above: str, below: str) -> str:
    n, d = int(above), int(below)
    if n == 0 or d < 2 or (d > 20 and n > 1 and d not in (32, 64, 100, 1000)):
        return f"{cardinal(above)} over {cardinal(below)}"
    one, many = _PARTS.get(d) or (ordinal(below), ordinal(below) + "s")
    return f"{cardinal(above)} {one if n == 1 else many}"


def apart(match: re.Match[str], words: str) -> str:
    """Return words with a space on each side where the match touches a letter."""
    text, end = match.string, match.end()
    before = text[max(0, match.start() - 1) : match.start()].isalpha()
    return " " * before + words + " " * text[end : end + 1].isalpha()


def is_adjective(match: re.Match[str]) -> bool:
    """Return whether an amount describes the noun after it: "a 5 km run", "the $5 bill"."""
    text = match.string
    following = _NEXT_WORD.match(text, match.end())
    if following and following[1].lower() in _DESCRIBED:
        return True
    before = _DETERMINER.search(text, max(0, match.start() - 8), match.start())
    after = _NOUN.match(text, match.end(), match.end() + 24)
    return bool(
        before and after and ((before[1] or "").lower() in ("a", "an") or after[1] not in _NO_NOUNS)
    )
