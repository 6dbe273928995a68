# ruff: noqa: RUF001 (the Greek letters of units are meant)
"""Measures: a unit is read only behind a number, and its case counts ("mW" is not "MW").

Comes after times, money and addresses; before abbreviations ("5 min." is no minimum), ranges and
numbers.
"""

import re

from soprano_np.text.english.spoken_numbers import (
    DASH,
    DOT,
    FRACTION,
    NUMBER,
    apart,
    cardinal,
    decimal,
    fraction,
    is_adjective,
    label,
)

Match = re.Match[str]

_PREFIXES = {
    "": "",
    "p": "pico",
    "n": "nano",
    "µ": "micro",
    "m": "milli",
    "c": "centi",
    "d": "deci",
    "h": "hecto",
    "k": "kilo",
    "K": "kilo",
    "M": "mega",
    "G": "giga",
    "T": "tera",
    "P": "peta",
    "E": "exa",
    "Ki": "kibi",
    "Mi": "mebi",
    "Gi": "gibi",
    "Ti": "tebi",
}
# Symbol, name (its plural, if not with an s), prefixes; "-" is the unit without one.
_WITH_PREFIXES = """
    m   meter                - n µ c m k
    g   gram                 - n µ m k
    L   liter                - µ m c d
    l   liter                - µ m c d
    s   second               - n µ m
    Hz  hertz/hertz          - k M G T
    W   watt                 - µ m k M G T
    V   volt                 - µ m k M
    A   amp                  µ m k
    Ω   ohm                  - m k M
    F   farad                p n µ m
    J   joule                - m k M G
    N   newton               k M
    Pa  pascal               - h k M G
    T   tesla                m
    eV  electron_volt        - m k M G T
    Wh  watt_hour            - k M G T
    Ah  amp_hour             - m
    cal calorie              - k
    mol mole                 - µ m
    bar bar                  - m
    Sv  sievert              m µ
    B   byte                 k K M G T P E Ki Mi Gi Ti
    b   bit                  k M G T
    bit bit                  - k M G T
    bps bit/bits_per_second  k K M G T
    dB  decibel              -
    dBA decibel              -
    dBm decibel_milliwatt    -
"""
# Symbols, name (its plural, if not with an s).
_OTHERS = """
    in inch/inches             | ft foot/feet               | yd yard
    yds yard                   | mi mile                    | nmi nautical_mile
    sqft square_foot/square_feet | sqm square_meter         | ha hectare
    oz ounce                   | lb pound                   | lbs pound
    tsp teaspoon               | tbsp tablespoon            | Tbsp tablespoon
    gal gallon                 | qt quart                   | pt point
    pts point                  | pcs piece                  | bbl barrel
    ml milliliter              | cc cubic_centimeter        | mcg microgram
    ug microgram               | um micrometer              | us microsecond
    t ton                      | kt knot                    | kts knot
    kph kilometer/kilometers_per_hour | kmh kilometer/kilometers_per_hour
    mph mile/miles_per_hour    | mpg mile/miles_per_gallon  | bpm beat/beats_per_minute
    fps frame/frames_per_second | rpm revolution/revolutions_per_minute
    psi pound/pounds_per_square_inch | cfm cubic_foot/cubic_feet_per_minute
    dpi dot/dots_per_inch      | ppi pixel/pixels_per_inch  | wpm word/words_per_minute
    ppm part/parts_per_million | ppb part/parts_per_billion | hp horsepower/horsepower
    mmHg millimeter/millimeters_of_mercury | F degree/degrees_fahrenheit
    C degree/degrees_celsius
    px pixel                   | MP megapixel               | Mpx megapixel
    BTU b_t_u                  | Btu b_t_u                  | Mbit megabit
    sec second                 | secs second                | min minute
    mins minute                | h hour                     | hr hour
    hrs hour                   | wk week                    | wks week
    mo month                   | mos month                  | yr year
    yrs year                   | ly light_year              | y/o year_old/years_old
    lm lumen                   | lx lux/lux                 | cd candela
    rad radian                 | deg degree
    °C degree/degrees_celsius  | °F degree/degrees_fahrenheit | °K kelvin
    ° degree                   | °R degree/degrees_rankine  | floz fluid_ounce
    bps basis_point            | bp basis_point
    mb megabyte                | gb gigabyte                | tb terabyte
    kb kilobyte                | doz dozen/dozen            | ohm ohm
    lbf pound/pounds_of_force
"""


def _read_table() -> dict[str, tuple[str, str]]:
    """Return the names, one and many, of every symbol."""
    units = {}
    for line in _WITH_PREFIXES.strip().splitlines():
        symbol, names, *prefixes = line.split()
        one, many = _one_and_many(names)
        for prefix in prefixes:
            name = _PREFIXES[prefix.strip("-")]
            units[prefix.strip("-") + symbol] = (name + one, name + many)
    for entry in re.split(r"\||\n", _OTHERS.strip()):
        symbol, names = entry.split()
        units[symbol] = _one_and_many(names)
    return units


def _one_and_many(names: str) -> tuple[str, str]:
    one, _, many = names.partition("/")
    if not many:
        one, many = one, one + "s"
    elif "_" in many and "_" not in one:
        one += many[many.index("_") :]  # degree/degrees_celsius
    return one.replace("_", " "), many.replace("_", " ")


_UNITS = _read_table()
# Those of two letters and more that can be told in any case ("KM", "Ghz").
_ANY_CASE = {
    symbol.lower(): names
    for symbol, names in _UNITS.items()
    if len(symbol) > 2
    or symbol in ("km", "cm", "mm", "kg", "Hz", "GB", "TB", "ft", "lb", "oz", "dB")
}

_POWER = r"(?:\^?[23](?![\d\w])|[²³])"
_QUANTITY = rf"(?:{FRACTION}|{NUMBER})"
_SYMBOL = r"(?:°[CFKR]\b|° [CF]\b|°|[kMm]?Ω|[µμ]?[A-Za-z]{1,4}(?![a-z]))"
_MEASURE = re.compile(
    rf"(?P<minus>(?<![\w)])[-\u2212] ?(?=[\d.]))?(?<![\d.,:/])(?<![A-Za-z])"
    rf"(?:(?P<first>{_QUANTITY})(?P<to> ?{DASH} ?| to | ?[x×] ?))?"
    rf"(?P<number>{_QUANTITY})(?P<scale> (?:hundred|thousand|[mb]illion|trillion))?"
    rf"(?P<gap> ?|-)(?P<area>(?:sq|cu)\.? )?(?P<fluid>fl\.? )?"
    rf"(?P<unit>{_SYMBOL})(?P<power>{_POWER})?"
    rf"(?:(?P<by>[•·⋅-])(?P<unit2>[A-Za-z]{{1,3}})\b)?"
    rf"(?: ?/ ?(?P<per>[A-Za-zµμ]{{1,5}})(?P<per_power>{_POWER})?)?"
    rf"(?![A-Za-z\d²³]|/\w)(?P<dot>{DOT})(?P<size> ?[x×] ?(?=\d))?"
)
_RATE = re.compile(r"(\d [a-z]{2,12})/(s|sec|min|h|hr|wk|mo|yr)\b")
_BARE_RATE = re.compile(
    r"(?<![\w/])(km|m|cm|mi|ft|[kKMG]B|[kMG]?bit|[kMG]b|[kmµ]?g|mol|kWh|[mdµ]?[lL])/"
    r"(h|hr|s|sec|min|day|[mdµ]?[lL]|kg|km|m)(?![\w/])"
)
_BARE_AREA = re.compile(r"(?<![\w])(m|km|cm|mm|ft|in|mi|yd)([²³])")

_FEET = re.compile(
    r"(?<![\w'.,])(\d{1,3})'[ -]?(\d{1,2}(?:\.\d+| \d/\d{1,2})?)(?![\d'])(?:''|\"|(?: ?in\b\.?))?"
)
_ONLY_FEET = re.compile(r"(?<![\w'.,])(\d{1,3})'(?= (?:x|by|tall|long|wide|high|deep)\b)")
_INCH_MARK = re.compile(r"(\d)?\"")
_ANGLE = re.compile(
    r"(?<![\w.])(\d{1,3}(?:\.\d+)?)"
    r"(?:° ?(\d{1,2}(?:\.\d+)?)' ?(?:(\d{1,2}(?:\.\d+)?)(?:''|\") ?)?|° ?)"
    r"([NSEW])?(?![\w'\"])"
)
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}

# What makes sure that "in" behind a number means inches, and "s" seconds.
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
# Spoons and cups, as recipes have them; "lg." and "sm." describe.
_KITCHEN = {
    "c": ("cup", "cups"),
    "C": ("cup", "cups"),
    "T": ("tablespoon", "tablespoons"),
    "t": ("teaspoon", "teaspoons"),
    "pt": ("pint", "pints"),
    "lg": ("large", "large"),
    "sm": ("small", "small"),
}
_RECIPE = re.compile(
    rf"(?<![\w.,/])(?P<number>{_QUANTITY}) ?(?:(?P<unit>[cCtT]|pt|lg|sm)\. (?=[a-z])"
    r"(?!font|type|text|size)|(?<=\d/\d)(?P<pint>pt)\b)"
)
_SIDE_BY_SIDE = re.compile(
    r"(?<=\d)( ?(?:°?[CF]|k?g|[mc]?m|ml|L|oz|lbs?|in|ft|km|mi|mph|kph|km/h))/"
    r"(?=\d+(?:\.\d+)? ?(?:°?[CF]|k?g|[mc]?m|ml|L|oz|lbs?|in|ft|km|mi|mph|kph)\b)"
)
_PER_HUNDRED = re.compile(r"(?<=\d)( ?(?:gal|L|l|kWh))/100 ?(mi|km)\b")
_PER_MILE = re.compile(r"(?<=[a-z])/(mi|km)\b")
_PRESSURE = re.compile(r"(?<![\w.,/])(\d{2,3})/(\d{2,3}) ?mm ?Hg\b")
_QUOTED = re.compile(r"(?<!\w)'(?=[A-Za-z])")
_LONE_FEET = re.compile(r"(?<![\w'.,])(\d{1,3})'(?= [a-z]|[.,;)]|$)")
_CROWD = (
    "people|persons|users|followers|subscribers|views|viewers|downloads|copies|customers|members"
    "|visitors|voters|jobs|workers|employees|residents|children|women|men|adults|students|players"
    "|fans|likes|streams|units|devices|cars|vehicles|homes|households|doses|cases|deaths|tests"
    "|votes|shares|barrels|tons|tonnes|acres|records|requests|parameters|tokens|hits|visits"
    "|listeners|readers|clicks|posts|messages|accounts|refugees|patients|passengers|tourists"
    "|immigrants|migrants|inhabitants|songs|books|products|orders|transactions|files|images|sales"
    "|[A-Z][a-z]{2,12}ans"
)
_CROWDED = re.compile(
    rf"(?<![\w.,$])({NUMBER}) ?(?:(bn)\b|([mMBb]n?)(?= (?:[a-z]{{2,12}} )?(?:{_CROWD})\b))"
)
_LETTER_SCALES = {"k": "thousand", "K": "thousand", "M": "million", "B": "billion"}
_SCALED = re.compile(
    rf"(?<![\w.,-])(?:({NUMBER}) ?{DASH} ?)?({NUMBER})(k|K|M|B)(\+?)(?!\w)"
    r"(?! ?(?:run|race|video|resolution|monitor|TV|display|UHD)\b)"
)


def measures(text: str) -> str:
    """Read "16GB" as "sixteen gigabytes", "5'10" as "five foot ten", "20 °C" in full."""
    text = _PRESSURE.sub(lambda m: f"{label(m[1])} over {label(m[2])} millimeters of mercury", text)
    text = _CROWDED.sub(_crowded, text)
    text = _RECIPE.sub(_recipe, text)
    text = _PER_HUNDRED.sub(
        lambda m: f"{m[1]} per hundred {'miles' if m[2] == 'mi' else 'kilometers'}", text
    )
    text = _SIDE_BY_SIDE.sub(r"\1 or ", text)
    if "°" in text:
        text = _ANGLE.sub(_angle, text)
    if "'" in text:
        text = _FEET.sub(_feet, _ONLY_FEET.sub(r"\1 ft", text))
        if not _QUOTED.search(text):
            text = _LONE_FEET.sub(r"\1 ft", text)
    if '"' in text:
        text = _inch_marks(text)
    text = _MEASURE.sub(_measure, text)
    text = _SCALED.sub(_scaled, text)
    text = _PER_MILE.sub(lambda m: f" per {_UNITS[m[1]][0]}", text)
    text = _RATE.sub(lambda m: f"{m[1]} per {_UNITS[m[2]][0]}", text)
    text = _BARE_RATE.sub(lambda m: f"{_UNITS[m[1]][1]} per {_UNITS[m[2]][0]}", text)
    text = _BARE_AREA.sub(lambda m: _power(_UNITS[m[1]], m[2])[1], text)
    return text.replace("°", " degrees ")


def _crowded(match: Match) -> str:
    billion = match[2] or match[3][0] in "Bb"
    return f"{decimal(match[1])} {'billion' if billion else 'million'}"


def _recipe(match: Match) -> str:
    one, many = _KITCHEN[match["unit"] or match["pint"]]
    number = match["number"]
    said = f"{_quantity(number)} {one if _is_one(number, None) else many}"
    return said + " " * bool(match["unit"])


def _feet(match: Match) -> str:
    inches = match[2]
    words = fraction(inches) if "/" in inches else decimal(inches)
    return apart(match, f"{cardinal(match[1])} foot {words}")


def _inch_marks(text: str) -> str:
    """Write "in" for the inch marks, which follow a digit outside quotation marks."""
    quoted = False

    def mark(match: Match) -> str:
        nonlocal quoted
        end = match.end()
        if match[1] and not quoted and (end == len(text) or text[end] in " ,;:.)-?!x"):
            return f"{match[1]}in"
        quoted = not quoted
        return match[0]

    return _INCH_MARK.sub(mark, text)


def _angle(match: Match) -> str:
    degrees, minutes, seconds, direction = match.groups()
    if not (minutes or direction):
        return match[0]
    words = [
        f"{decimal(number)} {name}{'' if number == '1' else 's'}"
        for number, name in ((degrees, "degree"), (minutes, "minute"), (seconds, "second"))
        if number
    ]
    return " ".join([*words, _DIRECTIONS[direction]] if direction else words)


def _measure(match: Match) -> str:
    symbol = match["unit"].replace(" ", "").replace("μ", "µ")
    unit = "floz" if match["fluid"] and symbol == "oz" else symbol
    names = _UNITS.get(unit)
    if not names and (unit.isupper() or unit.islower() or unit.istitle()):
        names = _ANY_CASE.get(unit.lower())
    if not names or not _is_meant(match, symbol):
        return match[0]
    power = match["power"] or {"s": "2", "c": "3"}.get((match["area"] or " ")[0])
    if power:
        names = _power(names, power)
    rest = ""
    if match["by"]:
        second = _UNITS.get(match["unit2"])
        if not second:
            return match[0]
        names = (f"{names[0]} {second[0]}", f"{names[0]} {second[1]}")
    if match["per"]:
        per = _UNITS.get(match["per"], (match["per"],) * 2)
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
    """Tell whether a symbol that may be a word or a letter is the unit."""
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
    """Tell a temperature from the seat 12C: by its size, or by what stands around it."""
    number, text = match["number"], match.string
    if not re.fullmatch(r"\d{2,3}(?:\.\d)?", number):
        return False
    if _NO_DEGREES.search(text, max(0, match.start() - 9), match.start()):
        return False
    if match["gap"] == " " and text[match.end() : match.end() + 2].strip().isupper():
        return False
    at = _DEGREES_BEFORE.search(text, max(0, match.start() - 12), match.start())
    return "." in number or len(number) == 3 or bool(at) or (symbol == "F" and number > "40")


def _scaled(match: Match) -> str:
    first, number, letter, plus = match.groups()
    follows = re.match(r" [a-z]+s\b", match.string[match.end() : match.end() + 20])
    if letter in "MB" and not ("." in number or follows or plus):
        return match[0]
    if letter == "K" and number in ("2", "4", "5", "8"):
        return match[0]
    start = f"{decimal(first)} to " if first else ""
    return f"{start}{decimal(number)} {_LETTER_SCALES[letter]}{' plus' if plus else ''}"
