# ruff: noqa: RUF001 (Greek letters and signs are meant)
"""The words that several kinds of text share: months, streets, titles, currencies, units, signs.

Words that only one rule needs are beside that rule.
"""

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of the words that it can."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# --- Dates

MONTHS = """
    january february march april may june july august september october november december
""".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
# Abbreviations, before a full stop.
SHORT_MONTHS = {name[:3].title(): name for name in MONTHS if name != "may"} | {"Sept": "september"}
SHORT_WEEKDAYS = {name[:3].title(): name for name in WEEKDAYS} | {
    "Tues": "tuesday",
    "Weds": "wednesday",
    "Thur": "thursday",
    "Thurs": "thursday",
}

# --- People

# Before a name, with a capital.
TITLES = {
    # people
    "Mr": "mister", "Mrs": "missus", "Ms": "miss", "Messrs": "messers", "Mme": "madame",
    "Dr": "doctor", "Drs": "doctors", "Prof": "professor", "Hon": "honorable",
    "Rev": "reverend", "Fr": "father", "Br": "brother", "Msgr": "monsignor",
    # offices
    "Pres": "president", "Gov": "governor", "Sen": "senator", "Sens": "senators",
    "Rep": "representative", "Reps": "representatives", "Amb": "ambassador", "Supt":
    "superintendent", "Det": "detective", "Insp": "inspector", "Atty": "attorney",
    # ranks
    "Gen": "general", "Col": "colonel", "Maj": "major", "Capt": "captain", "Cpt": "captain",
    "Lt": "lieutenant", "Sgt": "sergeant", "Cpl": "corporal", "Pvt": "private", "Adm": "admiral",
    "Cmdr": "commander", "Cdr": "commander",
    # places
    "St": "saint", "Ste": "saint", "Mt": "mount", "Mts": "mountains", "Ft": "fort",
}  # fmt: skip
# Titles that are also written without a full stop.
BARE_TITLES = "Mr Mrs Ms Dr Prof Sgt Capt Lt Cpl Sen Gov St Mt Ft".split()

# --- Places

DIRECTIONS = {
    "N": "north",
    "S": "south",
    "E": "east",
    "W": "west",
    "NE": "northeast",
    "NW": "northwest",
    "SE": "southeast",
    "SW": "southwest",
}
# All points of the compass.
COMPASS = DIRECTIONS | {
    f"{side}{corner}": f"{DIRECTIONS[side]} {DIRECTIONS[corner]}"
    for corner in ("NE", "NW", "SE", "SW")
    for side in corner
}
BOUNDS = {f"{side}B": f"{name}bound" for side, name in DIRECTIONS.items() if len(side) == 1}
# All points of the compass.
COMPASS = DIRECTIONS | {
    f"{side}{corner}": f"{DIRECTIONS[side]} {DIRECTIONS[corner]}"
    for corner in ("NE", "NW", "SE", "SW")
    for side in corner
}
# What has numbers, abbreviated: "No.5", "fig. 3".
SHORT_COUNTED = frozenset(
    """
    apt approx art arts bldg box c ca ch chap chaps chs eq eqs est ex ext fig figs hwy no nos nr op
    p para pg pgs pp pt pts ref rm rt rte sec secs sect ste tab tel vol vols
    """.split()
)
# How the names of streets end, abbreviated and in full.
SHORT_STREETS = {
    "St": "street", "Ave": "avenue", "Av": "avenue", "Rd": "road", "Blvd": "boulevard",
    "Dr": "drive", "Ln": "lane", "Ct": "court", "Pl": "place", "Sq": "square", "Ter": "terrace",
    "Cir": "circle", "Hwy": "highway", "Pkwy": "parkway", "Expy": "expressway",
    "Fwy": "freeway", "Tpke": "turnpike", "Trl": "trail", "Aly": "alley", "Cres": "crescent",
}  # fmt: skip
_LONG_STREETS = """
    Street Avenue Road Boulevard Drive Lane Court Place Square Terrace Circle Highway Parkway Way
    Broadway Freeway Turnpike Alley Plaza
""".split()
STREETS = SHORT_STREETS | {word: word.lower() for word in _LONG_STREETS}
# States by their code, and as newspapers write them after a comma.
STATES = dict(
    entry.split(" ", 1)
    for entry in """AL alabama,AK alaska,AZ arizona,AR arkansas,CA california,CO colorado
CT connecticut,DE delaware,DC d c,FL florida,GA georgia,HI hawaii,ID idaho,IL illinois,IN indiana
IA iowa,KS kansas,KY kentucky,LA louisiana,ME maine,MD maryland,MA massachusetts,MI michigan
MN minnesota,MS mississippi,MO missouri,MT montana,NE nebraska,NV nevada,NH new hampshire
NJ new jersey,NM new mexico,NY new york,NC north carolina,ND north dakota,OH ohio,OK oklahoma
OR oregon,PA pennsylvania,RI rhode island,SC south carolina,SD south dakota,TN tennessee,TX texas
UT utah,VT vermont,VA virginia,WA washington,WV west virginia,WI wisconsin,WY wyoming
PR puerto rico""".replace("\n", ",").split(",")
)
SHORT_STATES = {
    "Ala": "alabama", "Ariz": "arizona", "Ark": "arkansas", "Calif": "california",
    "Colo": "colorado", "Conn": "connecticut", "Del": "delaware", "Fla": "florida",
    "Ga": "georgia", "Ill": "illinois", "Ind": "indiana", "Kan": "kansas", "Ky": "kentucky",
    "La": "louisiana", "Mass": "massachusetts", "Md": "maryland", "Mich": "michigan",
    "Minn": "minnesota", "Miss": "mississippi", "Mo": "missouri", "Mont": "montana",
    "Neb": "nebraska", "Nev": "nevada", "Okla": "oklahoma", "Ore": "oregon",
    "Pa": "pennsylvania", "Tenn": "tennessee", "Tex": "texas", "Va": "virginia",
    "Vt": "vermont", "Wash": "washington", "Wis": "wisconsin", "Wyo": "wyoming",
}  # fmt: skip

# --- Money

# Sign or code: one, many, the hundredth part (one, many).
_CENT = ("cent", "cents")
CURRENCIES = {
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
# Other codes and signs of these currencies.
SAME_CURRENCIES = {
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
CURRENCY_SIGNS = "".join(sign for sign in CURRENCIES if len(sign) == 1)

# --- Measures

# How large numbers are shortened: "5M".
SCALES = {
    **dict.fromkeys(("k", "K"), "thousand"),
    **dict.fromkeys(("m", "M", "mm", "MM", "mn", "mil", "Mio"), "million"),
    **dict.fromkeys(("b", "B", "bn", "Bn", "BN", "bil"), "billion"),
    **dict.fromkeys(("t", "T", "tn", "trn"), "trillion"),
}

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
    Eq  equivalent           m
    Osm osmole               m
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
    mmHg millimeter/millimeters_of_mercury | inHg inch/inches_of_mercury
    F degree/degrees_fahrenheit
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
    """Return the names of every symbol: one, many."""
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


# Symbol: one, many.
UNITS = _read_table()

# --- Signs and letters

# How to say a sign that stands alone.
SIGNS = {
    "&": "and",
    "+": "plus",
    "=": "equals",
    "@": "at",
    "%": "percent",
    "#": "hash",
    "<": "less than",
    ">": "greater than",
    "~": "about",
    "/": "slash",
    "\\": "backslash",
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
    "©": "copyright",
    "®": "registered",
    "™": "trademark",
    "§": "section",
    "¶": "paragraph",
} | {sign: CURRENCIES[sign][0] for sign in CURRENCY_SIGNS}
GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψω",
        """
        alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
        sigma sigma tau upsilon phi chi psi omega
        """.split(),
        strict=True,
    )
) | {"µ": "micro", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi"}
# In capitals before a hyphen these are prefixes; elsewhere they are letters.
PREFIXES = frozenset(
    """
    ANTI BI CO DE EX INTER MID MINI MULTI NON OVER POST PRE PRO RE SEMI SUB SUPER TRI ULTRA UN UP
    """.split()
)
