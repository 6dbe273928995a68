"""Temperatures without a degree sign: "Low 28F", "25F, snow", "-5C", unlike seat 12C."""

import re

from soprano_np.text.english.rule import Match, Rule
from soprano_np.text.english.say import DASH
from soprano_np.text.patterns import regex

_NO_CUE = regex(
    r"(?:(?i:seats?|rows?|gates?|rooms?|size|section|bra|apt|unit|exhibit|form|schedule|bus|#)"
    r"|\b[A-GI-KM-Z]-?|\b(?:I|[Mm]e|[Mm]y \w{2,12}) \() ?$"
)
_CUE = regex(
    r"\b(?:at|to|or|below|above|around|about|near|reach(?:ed|es|ing)?|hit|of|is|was|from|only|feels?"
    r"|feels like|felt|lows?|lo|highs?|hi|temp|temps|temperatures?|chill|index|now|currently|it's"
    r"|outside|dropped|fell|minus|just|between|and|under|over|by|lows? in the|until|tonight|today"
    r"|tomorrow|overnight):? $|[~<>≤≥] ?$",
    re.IGNORECASE,
)
# "at 12C" may be a seat or a flat, and these need no number of two digits.
_SURE_CUE = regex(
    r"\b(?:feels like|felt like|lows?|lo|highs?|hi|h|l|temps?|temperatures?|chill|heat index|minus"
    r"|currently)(?: (?:of|near|around|about|is|was|at|to|below|above))?:? $",
    re.IGNORECASE,
)
_WEATHER = (
    "(?:breezy|clear|clouds?|cloudy|cold(?:er)?|cool(?:er)?|drizzle|dry|fog|foggy|hail|haze|heat"
    "|hot(?:ter)?|humid|ice|icy|overcast|rain|rainy|showers?|sleet|snow|snowy|storms?|stormy|sunny"
    "|sunshine|thunderstorms?|warm(?:er)?|winds?|windy)"
)
_WEATHER_BEFORE = regex(rf"\b{_WEATHER}[,:;]? (?:and )?$", re.IGNORECASE)
_WEATHER_BEHIND = regex(
    rf"(?:,| and| with| but)? ?\b(?:{_WEATHER}|above|below|mostly|outside|overnight|partly|sun"
    rf"|tonight|today|tomorrow|weather|(?:day|night|morning|temp|temperature)s?)\b"
    rf"|(?: ?{DASH} ?| to | or |/)[-\u2212]?\d{{1,3}} ?°?[CF]\b",
    re.IGNORECASE,
)

_OTHER_BEFORE = regex(r"\d ?°?[CF] ?[(/] ?$")

_BEHIND_DEGREES = r"(?:(?<=[\d°][CF].)|(?<=[\d°] [CF].)|(?<=\d[CF] .)|(?<=°[CF] .))"
or_rule = Rule(
    "temperature or",
    rf"/{_BEHIND_DEGREES}(?=[-\u2212]\d{{1,3}} ?°?[CF]\b)",
    " or ",
    "25F/-4C -> twenty five degrees fahrenheit or minus four degrees celsius",
)


def is_temperature(match: Match, symbol: str) -> bool:
    """Return whether an amount with C or F is a temperature, by its size and the words around it.

    match: groups number, minus, first (of a range) and gap (before the symbol).
    """
    number, text, start, end = match["number"], match.string, match.start(), match.end()
    if not re.fullmatch(r"\d{1,3}(?:\.\d)?", number):
        return False
    window = max(0, start - 20)
    if _NO_CUE.search(text, window, start):
        return False
    if match["gap"] == " " and text[end : end + 2].strip().isupper():
        return False
    minus = match["minus"] and text[start - 1 : start] != "\\"
    if _OTHER_BEFORE.search(text, window, start):
        return True
    if minus or len(number) > 2 + ("." in number) or _WEATHER_BEHIND.match(text, end):
        return True
    if _SURE_CUE.search(text, window, start) or _WEATHER_BEFORE.search(text, window, start):
        return True
    if len(number) == 1 or number[1] == ".":
        return False
    likely = match["first"] or (symbol == "F" and number > "40")
    return bool(likely or _CUE.search(text, window, start))
