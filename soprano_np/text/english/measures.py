# ruff: noqa: RUF001 (the Greek letters of units are meant)
"""Measures: a unit is read only after a number, and its case counts ("mW" is not "MW").

Comes after times, money and addresses; before abbreviations ("5 min." is no minimum), ranges and
numbers.
"""

import re

from soprano_np.text.english import rates, temperatures
from soprano_np.text.english.primes import PRIMES, describes_in_inches, means_inches
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
from soprano_np.text.english.temperatures import is_temperature
from soprano_np.text.english.vocabulary import SCALES, UNITS
from soprano_np.text.patterns import regex

# Units that are recognized in any case: "KM", "Ghz". A "GPA" is a grade point average.
_ANY_CASE = {
    symbol.lower(): names
    for symbol, names in UNITS.items()
    if (len(symbol) > 2 and symbol != "GPa")
    or symbol in ("km", "cm", "mm", "kg", "Hz", "GB", "TB", "ft", "lb", "oz", "dB")
}
# With a capital these may also name what follows: "2 BAR exams", "5 PSI members", "3 Cal State
# students"; "2 TB patients".
_NAMES = regex(
    r"(?:BAR|PSI|SEC|CAL|RAD|PPI|CFM|MPA|DBA|MIN) (?!(?:is|was|has|plus|minus|versus|across|as)\b)"
    r"[a-z]{2,20}s\b|(?:Bar|Sec|Cal|Rad) (?:[a-z]{2,20}s\b|[A-Z])"
    r"|TB (?:cases|patients|tests|infections|clinics|deaths|outbreaks|vaccines|drugs)\b"
    r"|MP (?:candidates|members|seats|offices|staffers|aides|hopefuls)\b|T cells?\b"
)

_POWER = r"(?:\^?[23](?![\d\w])|[²³])"
_QUANTITY = rf"(?:{FRACTION}|{NUMBER})"
_SYMBOL = r"(?:°[CFKR]\b|° [CF]\b|°|[kMm]?Ω|[µμ]?[A-Za-z]{1,4}(?![a-z]))"


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
_NATION = regex("[A-Z][a-z]{2,12}ans")
_NEXT_WORDS = regex(r" ([A-Za-z]+)\b(?: ([A-Za-z]+)\b)?")


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


_grades = Rule(
    "grades",
    r"(?<=\d) ?gpa(?![A-Za-z])",
    " GPA",
    "a 3.9 gpa, 5 GPa -> a 3.9 GPA, five gigapascals",
    needs="gpa",
)


@rule(
    rf"(?P<minus>(?<![\w)])[-\u2212] ?(?=[\d.]))?(?<![\d.,:/])(?<![A-Za-z])"
    rf"(?:(?P<first>{_QUANTITY})(?P<to> ?{DASH} ?| to | ?[x×] ?))?"
    rf"(?P<number>{_QUANTITY})(?P<scale> (?:hundred|thousand|[mb]illion|trillion))?"
    rf"(?P<gap> ?|-)(?P<area>(?:sq|cu)\.? )?(?P<fluid>fl\.? )?"
    rf"(?P<unit>{_SYMBOL})(?P<power>{_POWER})?"
    rf"(?:(?P<by>[•·⋅-])(?P<unit2>[A-Za-z]{{1,3}})\b)?"
    rf"(?: ?/ ?(?P<per>[A-Za-zµμ]{{1,5}})(?P<per_power>{_POWER})?"
    rf"(?:/(?P<per2>[A-Za-zµμ]{{1,5}}))?)?"
    rf"(?![A-Za-z\d²³]|/\w)(?P<dot>{DOT})(?P<size> ?[x×] ?(?=\d))?",
    "1 kg, 5 kg, 0.5 kg -> one kilogram, five kilograms, zero point five kilograms",
    "16GB, 100 kB, 50 Mbps -> sixteen gigabytes, one hundred kilobytes, fifty megabits per second",
    "5 mW and 5 MW -> five milliwatts and five megawatts",
    "5 MB/s -> five megabytes per second",
    "9.8 m/s² -> nine point eight meters per second squared",
    "50 mg/kg/day -> fifty milligrams per kilogram per day",
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
    "10s, 10 s, .5s -> 10s, ten seconds, point five seconds",
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
    if match["unit"][0].isupper() and _NAMES.match(match.string, match.start("unit")):
        return None
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
        per = (rates.per(match["per"]),) * 2
        if match["per_power"]:
            per = _power(per, match["per_power"])
        rest = f" per {per[0]}"
        if match["per2"]:
            rest += f" per {rates.per(match['per2'])}"
    number = match["number"]
    words = _quantity(number) + (match["scale"] or "").rstrip()
    singular = (
        match["gap"] == "-"
        or is_adjective(match)
        or (unit == "in" and describes_in_inches(match))
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


@rule(r"(?<![\w])(m|km|cm|mm|ft|in|mi|yd)([²³])", "in m² -> in square meters")
def _area(match: Match) -> str:
    return _power(UNITS[match[1]], match[2])[1]


_thousand_miles = Rule(
    "thousand miles",
    rf" mi\b(?<=\d[kK] mi)(?![-/'²]){DOT}",
    " miles",
    "60K mi, 87k mi. on it -> sixty thousand miles, eighty seven thousand miles on it",
    needs=" mi",
)

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
        return is_temperature(match, symbol)
    if symbol == "in":
        return means_inches(match)
    if symbol == "s":
        return gap == " " or "." in match["number"]  # "5s" may be a plural; see durations
    if symbol in ("us", "cd"):
        return False
    if symbol == "t":
        return gap == " "
    if symbol in ("V", "W", "J", "N", "L", "l") and gap == " ":
        return not re.match(r" [A-Z]|\.\w", text[end : end + 2])
    return True


measures = Step(
    'Read "16GB" as "sixteen gigabytes", "5\'10" as "five foot ten", "20 °C" in full.',
    _blood_pressure,
    _crowd,
    _recipe,
    *rates.BEFORE_MEASURES,
    temperatures.or_rule,
    *PRIMES,
    _grades,
    _measure,
    _thousand_miles,
    _thousands,
    *rates.AFTER_MEASURES,
    _area,
    _degrees,
)
