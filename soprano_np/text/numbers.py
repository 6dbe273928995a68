"""English number words as inflect writes them: commas between scales, hyphens below a hundred.

A number is an int or a string of any number of digits, which may begin with zeros. Numbers beyond
decillions (36 digits) are read digit by digit; inflect raises.
"""

# fmt: off
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)
_SCALES = (
    "", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion",
    "septillion", "octillion", "nonillion", "decillion",
)
# fmt: on
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def _below_hundred(number: int) -> str:
    if number < 20:
        return _UNITS[number]
    tens, units = divmod(number, 10)
    return f"{_TENS[tens]}-{_UNITS[units]}" if units else _TENS[tens]


def _below_thousand(number: int, and_word: str) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    words = [_UNITS[hundreds], "hundred"]
    if rest:
        words += [and_word, _below_hundred(rest)]
    return " ".join(filter(None, words))


def cardinal(number: int | str, and_word: str = "") -> str:
    """Read a number: 1234567 is "one million, two hundred thirty-four thousand, five hundred ...".

    and_word: where British English says "and": 101 is "one hundred and one". A negative int begins
    with "minus".
    """
    text = str(number)
    if text.startswith("-"):
        return f"minus {cardinal(text[1:], and_word)}"
    text = text.lstrip("0")
    if not text:
        return _UNITS[0]
    if len(text) > 3 * len(_SCALES):
        return digits(text)
    groups = [int(text[max(0, end - 3) : end]) for end in range(len(text), 0, -3)]
    words = ", ".join(
        f"{_below_thousand(groups[scale], and_word)} {_SCALES[scale]}"
        for scale in reversed(range(1, len(groups)))
        if groups[scale]
    )
    if not groups[0]:
        return words
    last = _below_thousand(groups[0], and_word)
    if not words:
        return last
    if groups[0] >= 100:
        return f"{words}, {last}"
    return " ".join(filter(None, (words, and_word, last)))


def ordinal(number: int | str, and_word: str = "") -> str:
    """Read a place in a row: 21 is "twenty-first", 1100 is "one thousand, one hundredth"."""
    words = cardinal(number, and_word)
    start = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[start:]
    place = f"{last[:-1]}ieth" if last.endswith("y") else _ORDINALS.get(last, f"{last}th")
    return words[:start] + place


def digits(number: str) -> str:
    """Read a number digit by digit: "007" is "zero zero seven"."""
    return " ".join(_UNITS[int(digit)] for digit in number)


def year(number: int) -> str:
    """Read a four-digit number like a year: 1905 is "nineteen oh five", 2000 is "two thousand".

    Raises ValueError below 1000 and above 9999.
    """
    if not 1000 <= number <= 9999:
        raise ValueError(f"a year from 1000 to 9999 was expected, not {number}")
    century, rest = divmod(number, 100)
    if number == 1000 or (century > 10 and century % 10 == 0 and rest < 10):
        return cardinal(number)  # two thousand five, but ten oh five
    if rest == 0:
        return f"{_below_hundred(century)} hundred"
    return f"{_below_hundred(century)} {'oh ' if rest < 10 else ''}{_below_hundred(rest)}"
