# ruff: noqa: RUF001 (the Greek letters of units are meant)
"""Measures: a unit is read only after a number, and its case counts ("mW" is not "MW").

Comes after times, money and addresses; before abbreviations ("5 min." is no minimum), ranges and
numbers.
"""

import re

from soprano_np.text.english.primes import PRIMES
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import (
    DASH,
    DOT,
    FRACTION,
    NUMBER,
    apart,
    decimal,
    fraction,
    is_adjective,
    label,
)
from soprano_np.text.english.vocabulary import SCALES, UNITS

# Units that are recognized in any case: "KM", "Ghz".
_ANY_CASE = {
    symbol.lower(): names
    for symbol, names in UNITS.items()
    if len(symbol) > 2
    or symbol in ("km", "cm", "mm", "kg", "Hz", "GB", "TB", "ft", "lb", "oz", "dB")
}

_POWER = r"(?:\^?[23](?![\d\w])|[²³])"
_QUANTITY = rf"(?:{FRACTION}|{NUMBER})"
_SYMBOL = r"(?:°[CFKR]\b|° [CF]\b|°|[kMm]?Ω|[µμ]?[A-Za-z]{1,4}(?![a-z]))"

# Near these, "in" means inches and "s" means seconds.
_INCHES_FOLLOW = re.compile(
    r" ?[x×] ?\d| (?:wide|tall|long|high|deep|thick|diagonal|in diameter|of (?:rain|snow))\b"
)
_INCHES_BEFORE = re.compile(r"(?:\bft\.?|feet|foot|'|in\.? (?:x|by)| ×) $")
_SECONDS_BEFORE = re.compile(
    r"(?:\b(?:[Tt]ime:|[Rr]est:?|[Hh]old:?|[Pp]lank:?|for|every|after|within|waits?|waited|took"
    r"|takes)|[~<>=≤]) ?$|(in|about|under) $"
)
_NO_DEGREES = re.compile(r"(?:(?i:seat|row|gate|room|size|section|bra|#)|\b[A-Z]-?) ?$")
_DEGREES_BEFORE = re.compile(r"\b(?:at|to|or|below|above|around|about|reached|hit|of|is|was) $")

# Units in recipes; "lg." and "sm." are sizes.
_KITCHEN = {
    "c": ("cup", "cups"),
    "C": ("cup", "cups"),
    "T": ("tablespoon", "tablespoons"),
    "t": ("teaspoon", "teaspoons"),
    "pt": ("pint", "pints"),
    "lg": ("large", "large"),
    "sm": ("small", "small"),
}

# People and things that come in millions.
_CROWD = frozenset(
    """
    accounts acres adults barrels books cars cases children clicks copies customers deaths devices
    doses downloads employees fans files followers hits homes households images immigrants
    inhabitants jobs likes listeners members men messages migrants orders parameters passengers
    patients people persons players posts products readers records refugees requests residents
    sales shares songs streams students subscribers tests tokens tonnes tons tourists transactions
    units users vehicles viewers views visitors visits voters votes women workers
    """.split()
)
_NATION = re.compile("[A-Z][a-z]{2,12}ans")
_NEXT_WORDS = re.compile(r" ([A-Za-z]+)\b(?: ([A-Za-z]+)\b)?")


@rule(
    r"(?<![\w.,/])(\d{2,3})/(\d{2,3}) ?mm ?Hg\b",
    "120/80 mmHg -> one twenty over eighty millimeters of mercury",
)
def _blood_pressure(match: Match) -> str:
    return f"{label(match[1])} over {label(match[2])} millimeters of mercury"


@rule(
    rf"(?<![\w.,$])({NUMBER}) ?(?:(bn)\b|([mMBb]n?)(?= [A-Za-z]))",
    "100k followers, 5M users -> one hundred thousand followers, five million users",
    "3m young Americans, 5 m long -> three million young Americans, five meters long",
)
def _crowd(match: Match) -> str | None:
    if not match[2] and not _is_crowd(match):
        return None
    billion = match[2] or match[3][0] in "Bb"
    return f"{decimal(match[1])} {'billion' if billion else 'million'}"


@rule(
    rf"(?<![\w.,/])(?P<number>{_QUANTITY}) ?(?:(?P<unit>[cCtT]|pt|lg|sm)\. (?=[a-z])"
    r"(?!font|type|text|size)|(?<=\d/\d)(?P<pint>pt)\b)",
    "1/3 c. sugar, 2 T. oil -> one third cup sugar, two tablespoons oil",
)
def _recipe(match: Match) -> str:
    one, many = _KITCHEN[match["unit"] or match["pint"]]
    number = match["number"]
    said = f"{_quantity(number)} {one if _is_one(number, None) else many}"
    return said + " " * bool(match["unit"])


@rule(
    r"(?<=\d)( ?(?:gal|L|l|kWh))/100 ?(mi|km)\b", "5 gal/100 mi -> five gallons per hundred miles"
)
def _per_hundred(match: Match) -> str:
    return f"{match[1]} per hundred {'miles' if match[2] == 'mi' else 'kilometers'}"


_either_unit = Rule(
    "either unit",
    r"(?<=\d)( ?(?:°?[CF]|k?g|[mc]?m|ml|L|oz|lbs?|in|ft|km|mi|mph|kph|km/h))/"
    r"(?=\d+(?:\.\d+)? ?(?:°?[CF]|k?g|[mc]?m|ml|L|oz|lbs?|in|ft|km|mi|mph|kph)\b)",
    r"\1 or ",
    "200g/7oz -> two hundred grams or seven ounces",
)


@rule(
    rf"(?P<minus>(?<![\w)])[-\u2212] ?(?=[\d.]))?(?<![\d.,:/])(?<![A-Za-z])"
    rf"(?:(?P<first>{_QUANTITY})(?P<to> ?{DASH} ?| to | ?[x×] ?))?"
    rf"(?P<number>{_QUANTITY})(?P<scale> (?:hundred|thousand|[mb]illion|trillion))?"
    rf"(?P<gap> ?|-)(?P<area>(?:sq|cu)\.? )?(?P<fluid>fl\.? )?"
    rf"(?P<unit>{_SYMBOL})(?P<power>{_POWER})?"
    rf"(?:(?P<by>[•·⋅-])(?P<unit2>[A-Za-z]{{1,3}})\b)?"
    rf"(?: ?/ ?(?P<per>[A-Za-zµμ]{{1,5}})(?P<per_power>{_POWER})?)?"
    rf"(?![A-Za-z\d²³]|/\w)(?P<dot>{DOT})(?P<size> ?[x×] ?(?=\d))?",
    "1 kg, 5 kg, 0.5 kg -> one kilogram, five kilograms, zero point five kilograms",
    "16GB, 100 kB, 50 Mbps -> sixteen gigabytes, one hundred kilobytes, fifty megabits per second",
    "5 mW and 5 MW -> five milliwatts and five megawatts",
    "5 MB/s -> five megabytes per second",
    "9.8 m/s² -> nine point eight meters per second squared",
    "500 m², 50 m2, 3 cu ft -> five hundred square meters, fifty square meters, three cubic feet",
    "2.4 Ghz -> two point four gigahertz",
    "20 °C, -40°F -> twenty degrees celsius, minus forty degrees fahrenheit",
    "5 in x 7 in -> five inches by seven inches",
    "12 in. long -> twelve inches long",
    "6 ft 2 in -> six feet two inches",
    "1/2 tsp, 1 1/2 lb -> one half teaspoon, one and a half pounds",
    "1234-123kg -> one thousand two hundred thirty four to one hundred twenty three kilograms",
    "a 5 km run, a 10-ft pole -> a five kilometer run, a ten foot pole",
    "the 1,500 ft. tower -> the one thousand five hundred foot tower",
    "3.5 million km -> three point five million kilometers",
    "5 lb. The end -> five pounds. The end",
    "10s, for 10s, 1.5s -> 10s, for ten seconds, one point five seconds",
    "2 in stock -> 2 in stock",
    "5 apples -> 5 apples",
    "A4 -> A4",
    "3 A or 5G -> 3 A or 5G",
    "5 mw -> 5 mw",
    "C 5 -> C 5",
    "10 to 12 -> 10 to 12",
    'He said "in 1986" -> He said "in 1986"',
)
def _measure(match: Match) -> str | None:
    symbol = match["unit"].replace(" ", "").replace("μ", "µ")
    unit = "floz" if match["fluid"] and symbol == "oz" else symbol
    names = UNITS.get(unit)
    if not names and (unit.isupper() or unit.islower() or unit.istitle()):
        names = _ANY_CASE.get(unit.lower())
    if not names or not _is_meant(match, symbol):
        return None
    power = match["power"] or {"s": "2", "c": "3"}.get((match["area"] or " ")[0])
    if power:
        names = _power(names, power)
    rest = ""
    if match["by"]:
        second = UNITS.get(match["unit2"])
        if not second:
            return None
        names = (f"{names[0]} {second[0]}", f"{names[0]} {second[1]}")
    if match["per"]:
        per = UNITS.get(match["per"], (match["per"],) * 2)
        if match["per_power"]:
            per = _power(per, match["per_power"])
        rest = f" per {per[0]}"
    number = match["number"]
    words = _quantity(number) + (match["scale"] or "").rstrip()
    singular = (
        match["gap"] == "-"
        or is_adjective(match)
        or _is_one(number, match["first"] or match["scale"])
    )
    words += f" {names[0] if singular else names[1]}{rest}"
    if match["first"]:
        between = "by" if match["to"].strip() in ("x", "×") else "to"
        words = f"{_quantity(match['first'])} {between} {words}"
    if match["size"]:
        words += " by "
    return apart(match, f"{'minus ' if match['minus'] else ''}{words}")


@rule(
    rf"(?<![\w.,-])(?:({NUMBER}) ?{DASH} ?)?({NUMBER})(k|K|M|B)(\+?)(?!\w)"
    r"(?! ?(?:run|race|video|resolution|monitor|TV|display|UHD)\b)",
    "100k runs -> one hundred thousand runs",
    "1.5M and 20-30k -> one point five million and twenty to thirty thousand",
    "401 K -> 401 K",
)
def _thousands(match: Match) -> str | None:
    first, number, letter, plus = match.groups()
    follows = re.match(r" [a-z]+s\b", match.string[match.end() : match.end() + 20])
    if letter in "MB" and not ("." in number or follows or plus):
        return None
    if letter == "K" and number in ("2", "4", "5", "8"):
        return None
    start = f"{decimal(first)} to " if first else ""
    return f"{start}{decimal(number)} {SCALES[letter]}{' plus' if plus else ''}"


@rule(r"(?<=[a-z])/(mi|km)\b", "$5 a mile, five/mi -> $5 a mile, five per mile")
def _per_mile(match: Match) -> str:
    return f" per {UNITS[match[1]][0]}"


@rule(r"(\d [a-z]{2,12})/(s|sec|min|h|hr|wk|mo|yr)\b", "5 req/s -> 5 req per second")
def _rate(match: Match) -> str:
    return f"{match[1]} per {UNITS[match[2]][0]}"


@rule(
    r"(?<![\w/])(km|m|cm|mi|ft|[kKMG]B|[kMG]?bit|[kMG]b|[kmµ]?g|mol|kWh|[mdµ]?[lL])/"
    r"(h|hr|s|sec|min|day|[mdµ]?[lL]|kg|km|m)(?![\w/])",
    "in km/h, in m² -> in kilometers per hour, in square meters",
)
def _unit_per_unit(match: Match) -> str:
    return f"{UNITS[match[1]][1]} per {UNITS[match[2]][0]}"


@rule(r"(?<![\w])(m|km|cm|mm|ft|in|mi|yd)([²³])", "in m² -> in square meters")
def _area(match: Match) -> str:
    return _power(UNITS[match[1]], match[2])[1]


_degrees = Rule("degrees", "°", " degrees ", "90° turn, ° -> ninety degrees turn, degrees")


def _is_crowd(match: Match) -> bool:
    """Return whether one of the next two words names people or things that come in millions."""
    following = _NEXT_WORDS.match(match.string, match.end())
    if not following:
        return False
    first, second = following.groups()
    described = first.islower() and 2 <= len(first) <= 12
    nouns = [first, second] if second and described else [first]
    return any(noun in _CROWD or _NATION.fullmatch(noun) for noun in nouns)


def _power(names: tuple[str, str], power: str) -> tuple[str, str]:
    """Square or cube a unit: "square meters", but "seconds squared"."""
    square = power[-1] in "2²"
    if names[0].endswith(("meter", "inch", "foot", "yard", "mile")):
        word = "square" if square else "cubic"
        return f"{word} {names[0]}", f"{word} {names[1]}"
    word = "squared" if square else "cubed"
    return f"{names[0]} {word}", f"{names[1]} {word}"


def _quantity(number: str) -> str:
    return fraction(number) if "/" in number else decimal(number)


def _is_one(number: str, first: str | None) -> bool:
    if "/" in number:
        return not re.search("[ -]", number)
    return number == "1" and not first


def _is_meant(match: Match, symbol: str) -> bool:
    """Return whether a symbol that may also be a word or a letter is the unit here."""
    text, end, gap = match.string, match.end(), match["gap"]
    certain = match["power"] or match["per"] or match["area"] or match["by"] or match["size"]
    if certain:
        return True
    if symbol in ("F", "C"):
        return _is_temperature(match, symbol)
    if symbol == "in":
        dotted = text[match.end("unit") : match.end("unit") + 1] == "."
        return bool(
            (dotted and not re.match(r"\. [A-Z]", text[match.end("unit") :]))
            or gap == "-"
            or not gap
            or "/" in match["number"]
            or (match["to"] or "").strip() in ("x", "×")
            or _INCHES_BEFORE.search(text, max(0, match.start() - 6), match.start())
            or _INCHES_FOLLOW.match(text, end)
        )
    if symbol == "s":
        if gap == " " or "." in match["number"]:
            return True
        before = _SECONDS_BEFORE.search(text, max(0, match.start() - 8), match.start())
        decade = match["number"].endswith("0")
        return bool(before and not (before[1] and decade))
    if symbol in ("us", "cd"):
        return False
    if symbol == "t":
        return gap == " "
    if symbol in ("V", "W", "J", "N", "L", "l") and gap == " ":
        return not re.match(r" [A-Z]|\.\w", text[end : end + 2])
    return True


def _is_temperature(match: Match, symbol: str) -> bool:
    """Return whether it is a temperature, unlike seat 12C, by its size and the words around it."""
    number, text = match["number"], match.string
    if not re.fullmatch(r"\d{2,3}(?:\.\d)?", number):
        return False
    if _NO_DEGREES.search(text, max(0, match.start() - 9), match.start()):
        return False
    if match["gap"] == " " and text[match.end() : match.end() + 2].strip().isupper():
        return False
    at = _DEGREES_BEFORE.search(text, max(0, match.start() - 12), match.start())
    return "." in number or len(number) == 3 or bool(at) or (symbol == "F" and number > "40")


measures = Step(
    'Read "16GB" as "sixteen gigabytes", "5\'10" as "five foot ten", "20 °C" in full.',
    _blood_pressure,
    _crowd,
    _recipe,
    _per_hundred,
    _either_unit,
    *PRIMES,
    _measure,
    _thousands,
    _per_mile,
    _rate,
    _unit_per_unit,
    _area,
    _degrees,
)
