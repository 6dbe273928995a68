"""Streets, house numbers, states and ZIP codes, apartments, highways.

Comes after dates and money, and before abbreviations: the "St." of a street is read here, so that
any other "St." is a saint. The same goes for "Dr.".
"""

from soprano_np.text.english.abbreviations import ends_sentence
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import digits, label
from soprano_np.text.english.vocabulary import (
    BOUNDS,
    DIRECTIONS,
    SHORT_STATES,
    SHORT_STREETS,
    STATES,
    STREETS,
    any_of,
)

_DIRECTION = rf"(?:{any_of(DIRECTIONS)})\b"
# Lower-case ends of streets: before a saint's name, "st" is none of them.
_SMALL_STREETS = {short.lower(): name for short, name in SHORT_STREETS.items()}
_STREET_ENDS = (
    r"(?=[.,;:!?)\n]|$| (?:[(&#]|(?:[NSEW]{1,2}|[Aa]pt|[Uu]nit|and|at|before|between|bridge|but|by"
    r"|for|from|has|if|in|is|near|north|south|east|west|now|of|off|on|or|past|station|then|to"
    r"|today|until|was|where|which|with)\b))"
)
_STATE = "|".join(STATES)
_NAMED_STATE = "|".join(
    name.title() for name in sorted(STATES.values(), key=len, reverse=True) if name != "d c"
)

# Also words, so states only after a comma.
_NO_STATES = ("ID", "OR", "IN", "ME", "OK", "HI", "OH")

# Not names of streets.
_BEFORE_NAMES = "The And In On At To Near By From My Our His Her Dr St Mr Mrs Ms".split()
_PARTIES = {"D": "democrat", "R": "republican", "I": "independent"}
_DOORS = {"Apt": "apartment", "Ste": "suite", "Rm": "room", "Fl": "floor"}
_HIGHWAYS = {"rte": "route", "rt": "route", "hwy": "highway"}


@rule(
    rf"\b(?P<state>{_STATE}|{_NAMED_STATE}|[Zz][Ii][Pp](?: [Cc]odes?)?(?: is)?)(?P<gap>[,:]? )"
    r"(?P<zip>\d{5})(?:-(?P<four>\d{4}))?(?![\w-]|[.,]\d)",
    "Santa Clara, CA 95051 -> Santa Clara, california nine five zero five one",
    "New York, NY 10118-0110 -> New York, new york one zero one one eight, zero one one zero",
    "Texas 78701 -> Texas seven eight seven zero one",
    "My zip is 60614 -> My zip is six zero six one four",
    "It was IN 2020 -> It was IN 2020",
)
def _zip_code(match: Match) -> str | None:
    if (
        match["state"] in _NO_STATES
        and match.string[max(0, match.start() - 2) : match.start()] != ", "
    ):
        return None
    words = f"{STATES.get(match['state'], match['state'])}{match['gap']}{digits(match['zip'])}"
    return f"{words}, {digits(match['four'])}" if match["four"] else words


# "(D-MA)", "Pelosi, D-Calif., said", "R-N.Y."
@rule(
    rf"(?<=[(, ])(?P<party>[DRI])-(?:(?P<code>{_STATE})\b|(?P<short>{'|'.join(SHORT_STATES)})\b\.?"
    rf"|(?P<first>[A-Z])\.(?P<second>[A-Z])\.)"
    r"(?=[),;]|\.?$| [a-z])",
    "Warren (D-MA) and Cruz, R-Tex., spoke"
    " -> Warren (democrat of massachusetts) and Cruz, republican of texas, spoke",
)
def _party(match: Match) -> str | None:
    if match["short"]:
        state = SHORT_STATES[match["short"]]
    else:
        code = match["code"] or match["first"] + match["second"]
        if code not in STATES:
            return None
        state = STATES[code]
    return f"{_PARTIES[match['party']]} of {state}"


# "W. 84th St."
@rule(
    rf"(?<![\w.])(?<!\d )({_DIRECTION})\.? (?=(?:\d{{1,3}}(?:st|nd|rd|th)"
    rf"|[A-Z][a-z]{{1,20}}(?: [A-Z][a-z]{{1,20}})?)"
    rf" (?:{'|'.join(STREETS)}|{any_of(_SMALL_STREETS.values())})\b)",
    "W. 84th St. and S Main Street -> west 84th street and south Main Street",
)
def _side_of_town(match: Match) -> str:
    return f"{DIRECTIONS[match[1]]} "


# "OK" and "HI" are states only with a ZIP code.
@rule(
    rf"(?<=[a-z]), (?!OK|HI|OH|ME)(?P<state>{_STATE})\b(?!-)(?=[.,;:!?)\n]|$| [a-z(])",
    "Austin, TX, is hot -> Austin, texas, is hot",
    "hmm, OK -> hmm, OK",
)
def _state_of_city(match: Match) -> str:
    return f", {STATES[match['state']]}"


@rule(
    r"(?<![\w.])(?P<door>(?i:apt|apartment|ste|suite|unit|rm|room|fl|gate|po box|p\.o\. box))"
    r"\b\.? #?(?P<number>\d{1,5})(?P<letter>-?[A-Za-z])?(?![\w%:-]|[.,]\d)",
    "12 N. Main St., Apt. 4B -> twelve north Main street, apartment four b",
    "Suite 200, Room 101, P.O. Box 123"
    " -> suite two hundred, room one oh one, p o box one twenty three",
)
def _door(match: Match) -> str:
    door = _DOORS.get(match["door"].capitalize(), match["door"].lower())
    if "box" in door:
        door = "p o box"
    letter = f" {match['letter'].strip('-').lower()}" if match["letter"] else ""
    return f"{door} {label(match['number'])}{letter}"


@rule(
    r"(?<![\w$#.,/:-])(?:(?P<block>\d{1,3})-)?(?P<number>\d{1,5})(?P<letter>[A-Z])?"
    rf"(?:,? (?P<side>{_DIRECTION})\.?)?"
    r"(?P<name>(?: (?:(?!AM|PM)[A-Z][A-Za-z'.]+|\d{1,3}(?:st|nd|rd|th)\b)){0,3}?)"
    rf" (?P<street>{'|'.join(STREETS)})\b(?P<dot>\.)?"
    rf"(?:,? (?P<end>{_DIRECTION}))?",
    "221B Baker Street -> two twenty one b Baker street",
    "1234 Main St. -> twelve thirty four Main street.",
    "1600 Pennsylvania Ave NW -> sixteen hundred Pennsylvania avenue northwest",
    "350 5th Ave. is tall -> three fifty 5th avenue is tall",
    "12-34 56th Ave. -> twelve thirty four 56th avenue.",
    "100-102 Main St -> 100-102 Main street",
    "5 of us -> 5 of us",
)
def _house(match: Match) -> str | None:
    if not (match["name"] or match["side"] or match["street"] in ("Broadway", "Highway")):
        return None
    number = match["number"]
    if match["block"]:  # as in Queens, unless it is a range
        if len(number) != 2:
            return None
        number = match["block"] + number
    parts = [label(number), (match["letter"] or "").lower()]
    if match["side"]:
        parts.append(DIRECTIONS[match["side"]])
    parts += [match["name"].strip(), STREETS[match["street"]]]
    if match["end"]:
        parts.append(DIRECTIONS[match["end"]])
    stop = match[0].endswith(".") and ends_sentence(match.string, match.end())
    return " ".join(filter(None, parts)) + "." * stop


@rule(
    r"(?<![\w$#.,/:-])(?P<number>\d{1,5})(?P<letter>[A-Z])?"
    rf"(?: (?P<side>{_DIRECTION})\.?)?"
    r"(?P<name>(?: (?:[A-Za-z][A-Za-z']{2,}|\d{1,3}(?:st|nd|rd|th))){1,2}?)"
    rf" (?P<street>{'|'.join(_SMALL_STREETS)})\b(?P<dot>\.)?{_STREET_ENDS}",
    "40 Elm hwy, 3 N 2nd st -> forty Elm highway, three north 2nd street",
    "3 big st bernards, 2 new dr. visits -> 3 big st bernards, 2 new dr. visits",
)
def _small_house(match: Match) -> str | None:
    """Read a house whose street ends in lower case; "dr" and "ct" only after a name."""
    name, street = match["name"].strip(), match["street"]
    if street not in ("st", "ave", "rd", "blvd", "hwy", "pkwy") and name[0].islower():
        return None
    parts = [label(match["number"]), (match["letter"] or "").lower()]
    parts += [DIRECTIONS.get(match["side"], ""), name, _SMALL_STREETS[street]]
    stop = bool(match["dot"]) and ends_sentence(match.string, match.end())
    return " ".join(filter(None, parts)) + "." * stop


@rule(
    rf"(?<![\w.])(?P<name>(?!(?:{any_of(_BEFORE_NAMES)})\b)[A-Z][A-Za-z']+"
    r"|\d{1,3}(?:st|nd|rd|th))"
    rf" (?P<street>st|ave|blvd|hwy|pkwy|(?<=[A-Za-z'] )rd)\b(?P<dot>\.)?{_STREET_ENDS}",
    "Main st and 5th ave. -> Main street and 5th avenue.",
    "a 1st rd pick, Visit st paul -> a 1st rd pick, Visit st paul",
)
def _small_street(match: Match) -> str:
    stop = bool(match["dot"]) and ends_sentence(match.string, match.end())
    return f"{match['name']} {_SMALL_STREETS[match['street']]}{'.' * stop}"


_floor = Rule(
    "floor",
    r"[Ff]l(?<=\d(?:st|nd|rd|th) ..)\b(?!\.| [A-Z])",
    "floor",
    "the 2nd fl, FL -> the 2nd floor, FL",
)


@rule(r"\b(hwy|blvd|pkwy|fwy)\b", "the hwy -> the highway")
def _road(match: Match) -> str:
    return _SMALL_STREETS[match[0]]


@rule(
    rf"(?<![\w.])(?P<name>(?!(?:{any_of(_BEFORE_NAMES)})\b)"
    r"[A-Z][A-Za-z']+|\d{1,3}(?:st|nd|rd|th)(?! Cir\.)|Jr\.)"
    rf" (?P<street>{'|'.join(SHORT_STREETS)})\b(?P<dot>\.)?"
    rf"(?P<end> {_DIRECTION})?(?P<next>,? [A-Z])?",
    "Elm Dr. near Main St. is shut -> Elm drive near Main street is shut",
    "on Main St. It is shut -> on Main street. It is shut",
    "St. James St. and 42nd St -> St. James street and 42nd street",
    "Dr. Dr. King Dr. -> Dr. Dr. King drive.",
    "St. Paul met Dr. Smith. -> St. Paul met Dr. Smith.",
    "Visit St. Paul -> Visit St. Paul",
    "Way 5 -> Way 5",
)
def _street(match: Match) -> str | None:
    """Read a street, unless a saint or a doctor is named next."""
    end = match.start("next") if match["next"] else match.end()
    stop = bool(match["dot"]) and not match["end"] and ends_sentence(match.string, end)
    if match["next"] and match["next"][0] == " " and not stop and not match["end"]:
        return None
    words = f"{match['name']} {STREETS[match['street']]}" + "." * stop
    if match["end"]:
        words += f" {DIRECTIONS[match['end'].strip()]}"
    return words + (match["next"] or "")


@rule(
    r"\b(?P<road>[Rr]oute|[Rr]te|Rt|[Hh]ighway|[Hh]wy|Interstate|Freeway)\b\.? (?P<number>\d{1,4})"
    r"(?:(?P<letter>[NSEW])| (?P<side>[NSEW]B?)(?! [A-Z][a-z]))?(?![\w%]|[.,:]\d)"
    r"|\b(?P<nation>U\.?S\.?)[ -](?P<us>\d{1,3})(?= (?:north|south|east|west|near|at|in)\b)",
    "Route 66, Hwy. 101, Interstate 280"
    " -> route sixty six, highway one oh one, interstate two eighty",
    "Hwy 101 S, Route 9 NB -> highway one oh one south, route nine northbound",
)
def _highway(match: Match) -> str:
    if match["us"]:
        return f"u s {label(match['us'])}"
    road = match["road"].lower()
    road = _HIGHWAYS.get(road, road)
    side = match["letter"] or match["side"]
    side = f" {(DIRECTIONS | BOUNDS)[side]}" if side else ""
    return f"{road} {label(match['number'])}{side}"


addresses = Step(
    'Read "221B Baker St." as "two twenty one b Baker street", "CA 95051" by its digits.',
    _zip_code,
    _party,
    _side_of_town,
    _state_of_city,
    _door,
    _house,
    _street,
    _highway,
)

small_streets = Step(
    'Read "40 Elm hwy" as "forty Elm highway", "5th ave" as "5th avenue".',
    _small_house,
    _small_street,
    _road,
    _floor,
    only_if=rf" (?:{'|'.join(_SMALL_STREETS)}|[Ff]l)\b",
)
