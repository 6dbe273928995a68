"""The reference's text normaliser (soprano-tts 0.2.0): any text to the lower-case words it speaks.

`normalize` gives what the reference gives, mistakes included, so that a voice trained on that
spelling hears what it knows. `STEPS` is the whole of it, in order. Three differences are meant:

- A number of more than 36 digits is read digit by digit, and so is its ordinal; the reference
  raises.
- Commas inside an amount of money that no other step has removed ("$,5") are ignored; the
  reference raises.
- Every step takes time in proportion to the text; some of the reference's take its square.

Characters become ASCII as `soprano_np.text.ascii` spells them, which is less than the reference
knows of Chinese, Hangul, Arabic and the like.
"""

import re
from collections.abc import Callable, Iterable

from soprano_np.text.ascii import to_ascii
from soprano_np.text.numbers import cardinal, ordinal, year
from soprano_np.text.patterns import regex

Match = re.Match[str]

# Each with a full stop behind it, in any case.
TITLES = {
    "mrs": "misess",  # spelt as the voice learnt it
    "ms": "miss",
    "mr": "mister",
    "dr": "doctor",
    "st": "saint",
    "co": "company",
    "jr": "junior",
    "maj": "major",
    "gen": "general",
    "drs": "doctors",
    "rev": "reverend",
    "lt": "lieutenant",
    "hon": "honorable",
    "sgt": "sergeant",
    "capt": "captain",
    "esq": "esquire",
    "ltd": "limited",
    "col": "colonel",
    "ft": "fort",
}
# Whole words, in just this case.
_SHORT_FORMS = {
    "Hz": "hertz",
    "kHz": "kilohertz",
    "KBs": "kilobytes",
    "KB": "kilobyte",
    "MBs": "megabytes",
    "MB": "megabyte",
    "GBs": "gigabytes",
    "GB": "gigabyte",
    "TBs": "terabytes",
    "TB": "terabyte",
    "APIs": "a p i's",
    "API": "a p i",
    "CLIs": "c l i's",
    "CLI": "c l i",
    "CPUs": "c p u's",
    "CPU": "c p u",
    "GPUs": "g p u's",
    "GPU": "g p u",
    "Ave": "avenue",
    "etc": "et cetera",
    "Mon": "monday",
    "Tues": "tuesday",
    "Wed": "wednesday",
    "Thurs": "thursday",
    "Fri": "friday",
    "Sat": "saturday",
    "Jan": "january",
    "Feb": "february",
    "Mar": "march",
    "Apr": "april",
    "Aug": "august",
    "Sept": "september",
    "Oct": "october",
    "Nov": "november",
    "Dec": "december",
    "and/or": "and or",
}
# One after another: "<=" goes before "<".
_SYMBOLS = {
    "@": " at ",
    "&": " and ",
    "%": " percent ",
    ":": ".",
    ";": ",",
    "+": " plus ",
    "\\": " backslash ",
    "~": " about ",
    "<=": " less than or equal to ",
    ">=": " greater than or equal to ",
    "<": " less than ",
    ">": " greater than ",
    "=": " equals ",
    "/": " slash ",
    "_": " ",
    "*": " ",
}
_SCALES = {"k": "thousand", "m": "million", "b": "billion", "t": "trillion"}

_TITLE_PATTERNS = [(regex(rf"\b{short}\.", re.IGNORECASE), word) for short, word in TITLES.items()]
_SHORT_FORM_PATTERNS = [(regex(rf"\b{short}\b"), word) for short, word in _SHORT_FORMS.items()]
_ABBREVIATIONS = (
    (regex(rf"\b(?:{'|'.join(TITLES)})\.", re.IGNORECASE), _TITLE_PATTERNS),
    (regex(rf"\b(?:{'|'.join(_SHORT_FORMS)})\b"), _SHORT_FORM_PATTERNS),
)


def _replace_all(text: str, pairs: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, word in pairs:
        text = pattern.sub(word, text)
    return text


# --- Characters and lines


def em_dashes(text: str) -> str:
    """Set em dashes apart, so that they become a pause and not a minus."""
    return text.replace("—", " - ")


def lines(text: str) -> str:
    """Join lines, ending each that has no full stop with one."""
    stripped = (line.strip() for line in text.split("\n"))
    return " ".join(
        line if not line or line.endswith((".", "!", "?")) else f"{line}." for line in stripped
    )


# --- Numbers


def number_signs(text: str) -> str:
    """Read "#1" as "number 1"."""
    return re.sub(r"#(\d)", r"number \1", text)


def scale_letters(text: str) -> str:
    """Read "100k" as "100 thousand"."""
    return re.sub(
        r"\b(\d+)([KMBT])\b",
        lambda m: f"{m[1]} {_SCALES[m[2].lower()]}",
        text,
        flags=re.IGNORECASE,
    )


def commas_in_numbers(text: str) -> str:
    """Read "1,234" as "1234"."""
    return re.sub(r"\d[\d,]+\d", lambda m: m[0].replace(",", ""), text)


def dates(text: str) -> str:
    """Read "1/2/2025" as "1 dash 2 dash 2025"."""
    return re.sub(
        r"(^|[^/])(\d\d?[/-]\d\d?[/-]\d\d(?:\d\d)?)($|[^/])",
        lambda m: m[1] + re.sub("[/-]", " dash ", m[2]) + m[3],
        text,
    )


def phone_numbers(text: str) -> str:
    """Read "(111) 222-3333" as "1 1 1, 2 2 2, 3 3 3 3"."""
    return re.sub(
        r"\(?(\d{3})\)?[-.\s](\d{3})[-.\s]?(\d{4})",
        lambda m: ", ".join(" ".join(group) for group in m.groups()),
        text,
    )


def _two_digits(digits: str) -> str:
    return f"oh {digits}" if digits.startswith("0") else digits


def _time(match: Match) -> str:
    hours, minutes, *rest = match[0].split(":")
    if rest:
        return _time_with_seconds(hours, minutes, rest[0])
    if minutes == "00":
        hour = int(hours)
        if hour == 0:
            return "0"
        return f"{hours} o'clock" if hour <= 12 else f"{hours} minutes"
    return f"{hours} oh {minutes[1]}" if minutes.startswith("0") else f"{hours} {minutes}"


def _time_with_seconds(hours: str, minutes: str, seconds: str) -> str:
    if int(hours) > 0:
        if minutes == "00":
            middle = "oh oh"
        elif minutes.startswith("0"):
            middle = f"oh {minutes}"
        else:
            middle = f"{{'{minutes}'}}"  # the reference prints a Python set; its braces are pauses
        return f"{hours} {middle} {'' if seconds == '00' else _two_digits(seconds)}"
    if minutes != "00":
        return f"{minutes} {'oh oh' if seconds == '00' else _two_digits(seconds)}"
    return seconds


def times(text: str) -> str:
    """Read "8:05" as "8 oh 5", "8:00" as "8 o'clock"."""
    return re.sub(r"\d\d?:\d\d(?::\d\d)?", _time, text)


def _money(match: Match) -> str:
    amounts = match[1].split(".")
    if len(amounts) > 2:
        return f"{match[1]} dollars"
    # Not through int(), which refuses thousands of digits.
    amounts = [amount.replace(",", "").lstrip("0") for amount in amounts]
    spoken = [
        f"{amount} {unit}" if amount == "1" else f"{amount} {unit}s"
        for amount, unit in zip(amounts, ("dollar", "cent"), strict=False)
        if amount
    ]
    return ", ".join(spoken) or "zero dollars"


def dollars(text: str) -> str:
    """Read "$2.47" as "2 dollars, 47 cents"."""
    return re.sub(r"\$([\d.,]*\d)", _money, text)


def decimals(text: str) -> str:
    """Read "2.47" as "2 point 4 7"."""

    def spoken(match: Match) -> str:
        whole, *parts = match[0].split(".")
        return " point ".join([whole, *map(" ".join, parts)])

    return re.sub(r"(?<!\d)\d+(?:\.\d+)+", spoken, text)


def operators(text: str) -> str:
    """Read "1 + 2" as "1  plus  2", and a hyphen before a digit as "minus"."""
    for sign, word in (("*", "times"), ("/", "over"), ("+", "plus")):
        text = re.sub(rf"(\d\s?)\{sign}(\s?\d)", rf"\1 {word} \2", text)
    return re.sub(r"(\d?\s?)-(\s?\d)", r"\1 minus \2", text)


def fractions(text: str) -> str:
    """Read the slashes that `operators` left, since its matches cannot overlap."""
    return re.sub(
        r"(?<!\d)\d+(?:/\d+)+",
        lambda m: m[0].replace("/", " over " if m[0].count("/") == 1 else " slash "),
        text,
    )


def ordinals(text: str) -> str:
    """Read "22nd" as "twenty-second"."""
    return re.sub(r"(?<!\d)(\d+)(?:st|nd|rd|th)", lambda m: ordinal(m[1]), text)


def digits_beside_letters(text: str) -> str:
    """Read "A1B" as "A 1 B"."""
    for _ in range(2):  # matches cannot overlap: the second time finds the other side
        text = re.sub(r"(\d)([a-z])|([a-z])(\d)", _split_pair, text, flags=re.IGNORECASE)
    return text


def _split_pair(match: Match) -> str:
    return " ".join(match[0])


def _number(match: Match) -> str:
    number = match[0].lstrip("0")
    if len(number) == 4 and 1000 < int(number) < 3000:
        return year(int(number))
    return cardinal(number)


def whole_numbers(text: str) -> str:
    """Read "1905" as "nineteen oh five", "3456" "three thousand, four hundred fifty-six"."""
    return re.sub(r"\d+", _number, text)


# --- Other patterns


def link_headers(text: str) -> str:
    """Spell "http://", with an s that is not always there."""
    return re.sub("https?://", "h t t p s colon slash slash ", text)


def dashes(text: str) -> str:
    """Turn a dash between spaces into a comma."""
    return re.sub("(.) - (.)", r"\1, \2", text)


def dots_in_words(text: str) -> str:
    """Read "example.org" as "example dot org"."""
    return re.sub(r"([a-z])\.([a-z])", r"\1 dot \2", text, flags=re.IGNORECASE)


def brackets(text: str) -> str:
    """Turn brackets into commas, from the first opening one to the last closing one."""
    # A pattern with ".*" between brackets would try every opening one against the whole text.
    opening = re.search(r"[(\[{]", text)
    end = max(map(text.rfind, ")]}"))
    if opening is None or end < opening.start():
        return text
    start, end = opening.start(), end + 2  # the character after the last bracket, too
    inside = re.sub(r"[(\[{]", ", ", text[start:end])
    inside = re.sub(r"[)\]}][^$.!?,]", ", ", inside)  # swallows the character after the bracket
    inside = re.sub(r"[)\]}]", "", inside)
    return text[:start] + inside + text[end:]


def abbreviations(text: str) -> str:
    """Read "Dr. Smith" as "doctor Smith", "GPUs" as "g p u's"."""
    for any_of_them, patterns in _ABBREVIATIONS:
        if any_of_them.search(text):  # in a short text there is seldom one
            text = _replace_all(text, patterns)
    return text


def _split_capitals(match: Match) -> str:
    word = match[0]
    parts = re.findall("[A-Z][a-z]*", word)
    if len(parts) in (1, len(word)):
        return word
    if len(parts) == len(word) - 1 and word.endswith("s"):
        return f"{word[:-1]}'s"
    return " ".join(parts)


def mixed_case(text: str) -> str:
    """Read "SopranoTTS" as "Soprano T T S", "TPUs" as "TPU's"."""
    return re.sub(r"\b(?:[A-Z][a-z]*)+\b", _split_capitals, text)


def symbols(text: str) -> str:
    """Read "@" as "at", "&" as "and", ":" as a full stop."""
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    return text


# --- Cleaning up


def known_characters(text: str) -> str:
    """Keep letters, digits, spaces and a little punctuation."""
    return re.sub(r"[^a-z0-9 !$%&'*,\-.?]", "", text)


def white_space(text: str) -> str:
    """Leave single spaces, and none before punctuation."""
    return re.sub(r" ([.?!,])", r"\1", re.sub(r"\s+", " ", text)).strip()


def repeated_punctuation(text: str) -> str:
    """Keep the strongest of a run of marks: ?, !, ., or a comma; three dots are one mark."""
    text = re.sub(r"\.\.\.+", "\N{HORIZONTAL ELLIPSIS}", text)
    text = re.sub(r",+", ",", text)
    text = re.sub(r"[.,]*\.[.,]*", ".", text)
    text = re.sub(r"[.,!]*![.,!]*", "!", text)
    text = re.sub(r"[.,!?]*\?[.,!?]*", "?", text)
    return text.replace("\N{HORIZONTAL ELLIPSIS}", "...")


def triple_letters(text: str) -> str:
    """Read "aaaa" as "aa"."""
    return re.sub(r"(\w)\1{2,}", r"\1\1", text)


STEPS: tuple[Callable[[str], str], ...] = (
    em_dashes,
    to_ascii,
    lines,
    number_signs,
    scale_letters,
    commas_in_numbers,
    dates,
    phone_numbers,
    times,
    dollars,
    decimals,
    operators,
    fractions,
    ordinals,
    digits_beside_letters,
    whole_numbers,
    link_headers,
    dashes,
    dots_in_words,
    brackets,
    abbreviations,
    mixed_case,
    symbols,
    str.lower,
    known_characters,
    white_space,
    repeated_punctuation,
    triple_letters,
)


def normalize(text: str) -> str:
    """Return `text` as the reference would speak it, whatever the text: nothing is raised.

    "Dr. Who, 8:05" gives "doctor who, eight oh five."
    """
    for step in STEPS:
        text = step(text)
    return text
