"""One measure beside another: "15.9/16 GB", "12/box", "$3 per lb", "200g/7oz", "in km/h".

`BEFORE_MEASURES` leaves the numbers and their units to the measures, `AFTER_MEASURES` reads the
units that no number has.
"""

from soprano_np.text.english.rule import Match, Rule, rule
from soprano_np.text.english.say import DASH, DOT, NUMBER, decimal, label
from soprano_np.text.english.vocabulary import UNITS
from soprano_np.text.patterns import regex

_BYTES = "[kKMGTP]i?B"
_EITHER = "(?:°?[CF]|k?g|[mc]?m|ml|L|oz|lbs?|in|ft|km|mi|mph|kph)"
# What others come per, in the singular and in short.
_EACH = """
    acre adult bag barrel bed bottle bowl box bundle call can capsule car carton case child class
    classroom container couple crate cup customer day dose dozen drawer employee family flight foot
    game group guest head hour house household inch item jar kid kit lap lesson line match meal
    member mile minute month night order pack package packet page pair pallet parcel participant
    patient person piece pill plate player point pound quarter request roll room round row seat
    second semester serving session set share sheet shelf shift shipment slot student table tablet
    team term ticket token ton tray trip truck tube unit user vehicle visit visitor volunteer
    voucher week weekend worker yard year
    hr min sec wk mo yr lb oz kg gal mL L
""".split()
_SHORT = """
    lbs oz lb kg mg gal qt hr mo yr wk min sec GB TB MB kWh MWh mi km ft doz mL ml cm mm g l L m h
""".split()

_START = r"(?<![\w.,$/-])"
# What a slash means between what stands before and behind it.
_SLASHES = [
    (regex(f"{before}$"), regex(behind), said)
    for before, behind, said in (
        (rf"{_START}{NUMBER} ?", rf" ?{NUMBER} ?(?:{_BYTES}|mAh)(?![\w/])", "of"),
        (rf"{_START}\d+\.\d+ ?", r" ?\d[\d.]* ?(?:L|gal|mi|km|k?Wh|hrs?)(?![\w/])", "of"),
        (rf"(?<![.\d])\d+ ?({_BYTES}) ?", rf" ?\d+ ?({_BYTES})(?![\w/])", "or"),
        (rf"\d ?{_BYTES} ?", rf" ?\d[\d.,]* ?{_BYTES}(?![\w/])", "of"),
        (r"\d'\d\d?(?:''|\")?", r" ?\d\d\d? ?(?:lbs?|kgs?|pounds)\b", ","),
        (r"\d ?m[gc]g? ?", r" ?\d[\d.,]* ?m[gc]g?(?![\w/])", "and"),
        (r"\d ?(?:m?g|mcg|mEq|IU) ?", r" ?\d[\d.]* ?m[lL]\b", "per"),
        (rf"\d ?(?:{_EITHER}|km/h)", rf"\d+(?:\.\d+)? ?{_EITHER}\b", "or"),
        (
            rf"(?:{_START}{NUMBER}[%x]?|\d [a-z]{{2,12}}s)",
            rf"(?:{'|'.join(_EACH)})\b(?![/\w-]|\.\w)",
            "per",
        ),
    )
]
_ONE_DRUG = regex(rf"{_START}(\d+(?:\.\d+)?)$")

_after_comma = Rule(
    "after comma",
    r",(?<=[A-Za-z%°],)(?=\d)",
    ", ",
    "5kg,10kg -> five kilograms, ten kilograms",
)


@rule(
    r"/(?= ?\w)",
    "15.9/16 GB, 1/2 mi -> 15.9 of sixteen gigabytes, one half mile",
    "8GB/16GB -> eight gigabytes or sixteen gigabytes",
    "512 MB/1 GB -> five hundred twelve megabytes of one gigabyte",
    "5 mg/325 mg -> five milligrams and three hundred twenty five milligrams",
    "200g/7oz -> two hundred grams or seven ounces",
    "12/box, 3x/week, 8 hours/day -> 12 per box, 3x per week, 8 hours per day",
    "12/boxes, 1/2, and/or -> 12/boxes, 1/2, and/or",
)
def _beside(match: Match) -> str | None:
    text, start = match.string, match.start()
    before = text[max(0, start - 24) : start]
    if not any(map(str.isdigit, before)):
        return None
    for left, right, said in _SLASHES:
        behind = right.match(text, match.start() + 1)
        if behind and (found := left.search(before)):
            if said == "or" and found.groups() and found[1] != behind[1]:
                continue
            return f" {said} "
    return None


@rule(
    r"/(\d{2,4}(?:\.\d+)?) ?(mg|mcg)\b(?!/)",
    "5/325 mg, 1/2 mg -> 5 three twenty five milligrams, one half milligram",
)
def _two_drugs(match: Match) -> str | None:
    """Read what a tablet holds of two drugs."""
    one = _ONE_DRUG.search(match.string[max(0, match.start() - 12) : match.start()])
    two = match[1]
    if one is None or (float(one[1]) < float(two) <= 20 and "." not in one[1] + two):
        return None
    return f" {decimal(two) if '.' in two else label(two)} {UNITS[match[2]][1]}"


@rule(
    rf"{DASH} ?(?=[-\u2212]?[\d.,]+( ?)([A-Za-zµ°%]{{1,4}})(?![A-Za-z]))",
    "5kg-10kg -> five kilograms to ten kilograms",
    "-20F--5F -> minus twenty degrees fahrenheit to minus five degrees fahrenheit",
)
def _unit_twice(match: Match) -> str | None:
    unit = match[2]
    if unit not in UNITS and unit != "%":
        return None
    before = match.string[max(0, match.start() - 8) : match.start()].rstrip(" ")
    number = before.removesuffix(unit)
    return " to " if number != before and number.rstrip()[-1:].isdecimal() else None


@rule(
    r"(?<=\d)( ?(?:gal|L|l|kWh))/100 ?(mi|km)\b",
    "5 gal/100 mi -> five gallons per hundred miles",
    needs="/100",
)
def _per_hundred(match: Match) -> str:
    return f"{match[1]} per hundred {'miles' if match[2] == 'mi' else 'kilometers'}"


@rule(
    rf"per (?<!\wper )(?:({'|'.join(_SHORT)})|sq\.? ?ft)\b(?![-/²³'])({DOT})",
    "$3 per lb, per se -> $3 per pound, per se",
)
def _per_unit(match: Match) -> str:
    return f"per {UNITS[match[1]][0] if match[1] else 'square foot'}"


@rule(
    rf"(an?) (?<!\wa )(?<!\wan )(lb|oz|kg|km|hr|yr|kWh|GB)\b(?![-/²³'])({DOT})",
    "an hr, a lb. of -> an hour, a pound of",
)
def _a_unit(match: Match) -> str:
    return f"{match[1]} {UNITS[match[2]][0]}"


@rule(r"(?<=[a-z])/(mi|km)\b", "$5 a mile, five/mi -> $5 a mile, five per mile")
def _per_mile(match: Match) -> str:
    return f" per {UNITS[match[1]][0]}"


@rule(r"(\d [a-z]{2,12})/(s|sec|min|h|hr|wk|mo|yr)\b", "5 req/s -> 5 req per second")
def _rate(match: Match) -> str:
    return f"{match[1]} per {UNITS[match[2]][0]}"


@rule(
    r"(?<![\w/])(km|m|cm|mi|ft|[kKMG]B|[kMG]?bit|[kMG]b|[kmµ]?g|mcg|mol|kWh|[mdµ]?[lL])/"
    r"(h|hr|s|sec|min|day|[mdµ]?[lL]|kg|km|m)(?:/(h|hr|s|min|d|day))?(?![\w/])",
    "in km/h, in m² -> in kilometers per hour, in square meters",
)
def _unit_per_unit(match: Match) -> str:
    rate = f"{UNITS[match[1]][1]} per {per(match[2])}"
    return f"{rate} per {per(match[3])}" if match[3] else rate


def per(unit: str) -> str:
    """Return what a unit is called behind "per"."""
    return "day" if unit == "d" else UNITS.get(unit, (unit,))[0]


BEFORE_MEASURES = (
    _after_comma,
    _two_drugs,
    _per_hundred,
    _beside,
    _unit_twice,
    _per_unit,
    _a_unit,
)
AFTER_MEASURES = (_per_mile, _rate, _unit_per_unit)
