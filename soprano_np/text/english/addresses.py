"""Streets, house numbers, states and ZIP codes, apartments, highways.

Comes after dates and money, before abbreviations: the "St." that ends the name of a street is read
here, and so what is left is a saint; the same goes for "Dr.".
"""

import re

from soprano_np.text.english.abbreviations import STATES, ends_sentence
from soprano_np.text.english.spoken_numbers import digits, label

Match = re.Match[str]

_STREETS = {
    "St": "street",
    "Ave": "avenue",
    "Av": "avenue",
    "Rd": "road",
    "Blvd": "boulevard",
    "Dr": "drive",
    "Ln": "lane",
    "Ct": "court",
    "Pl": "place",
    "Sq": "square",
    "Ter": "terrace",
    "Cir": "circle",
    "Hwy": "highway",
    "Pkwy": "parkway",
    "Expy": "expressway",
    **{
        word: word.lower() for word in "Street Avenue Road Boulevard Drive Lane Court Place".split()
    },
    **{word: word.lower() for word in "Square Terrace Circle Highway Parkway Way Broadway".split()},
}
_DIRECTIONS = {
    "N": "north",
    "S": "south",
    "E": "east",
    "W": "west",
    "NE": "northeast",
    "NW": "northwest",
    "SE": "southeast",
    "SW": "southwest",
}
_STATES = dict(
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
_SHORT_STREETS = [short for short, word in _STREETS.items() if short.lower() != word]

_DIRECTION = rf"(?:{'|'.join(sorted(_DIRECTIONS, key=len, reverse=True))})\b"
_HOUSE = re.compile(
    rf"(?<![\w$#.,/:-])(?P<number>\d{{1,5}})(?P<letter>[A-Z])?(?:,? (?P<side>{_DIRECTION})\.?)?"
    r"(?P<name>(?: (?:(?!AM|PM)[A-Z][A-Za-z'.]+|\d{1,3}(?:st|nd|rd|th)\b)){0,3}?)"
    rf" (?P<street>{'|'.join(_STREETS)})\b(?P<dot>\.)?"
    rf"(?:,? (?P<end>{_DIRECTION}))?"
)
_STREET = re.compile(
    r"(?<![\w.])(?P<name>(?!(?:The|And|In|On|At|To|Near|By|From|My|Our|His|Her|Dr|St|Mr|Mrs|Ms)\b)"
    r"[A-Z][A-Za-z']+|\d{1,3}(?:st|nd|rd|th)|Jr\.)"
    rf" (?P<street>{'|'.join(_SHORT_STREETS)})\b(?P<dot>\.)?"
    rf"(?P<end> {_DIRECTION})?(?P<next>,? [A-Z])?"
)
_STATE = "|".join(_STATES)
_NAMED_STATE = "|".join(
    name.title() for name in sorted(_STATES.values(), key=len, reverse=True) if name != "d c"
)
_ZIP = re.compile(
    rf"\b(?P<state>{_STATE}|{_NAMED_STATE}|[Zz][Ii][Pp](?: [Cc]odes?)?(?: is)?)(?P<gap>[,:]? )"
    r"(?P<zip>\d{5})(?:-(?P<four>\d{4}))?(?![\w-]|[.,]\d)"
)
# "OK", "HI" and the like are states only with a ZIP code.
_CITY = re.compile(
    rf"(?<=[a-z]), (?!OK|HI|OH|ME)(?P<state>{_STATE})\b(?!-)(?=[.,;:!?)\n]|$| [a-z(])"
)
# "Her OR 97201": words and "ID", but for a comma before.
_NO_STATES = ("ID", "OR", "IN", "ME", "OK", "HI", "OH")
_PARTIES = {"D": "democrat", "R": "republican", "I": "independent"}
# "(D-MA)", "Pelosi, D-Calif., said", "R-N.Y."
_PARTY = re.compile(
    rf"(?<=[(, ])(?P<party>[DRI])-(?:(?P<code>{_STATE})\b|(?P<short>{'|'.join(STATES)})\b\.?"
    rf"|(?P<first>[A-Z])\.(?P<second>[A-Z])\.)"
    r"(?=[),;]|\.?$| [a-z])"
)
# "W. 84th St."
_SIDE = re.compile(
    rf"(?<![\w.])(?<!\d )([NSEW])\. (?=(?:\d{{1,3}}(?:st|nd|rd|th)"
    rf"|[A-Z][a-z]{{1,20}}) (?:{'|'.join(_STREETS)})\b)"
)
_DOORS = {"Apt": "apartment", "Ste": "suite", "Rm": "room", "Fl": "floor"}
_DOOR = re.compile(
    r"(?<![\w.])(?P<door>(?i:apt|apartment|ste|suite|unit|rm|room|fl|gate|po box|p\.o\. box))"
    r"\b\.? #?(?P<number>\d{1,5})(?P<letter>-?[A-Za-z])?(?![\w%:-]|[.,]\d)"
)
_HIGHWAYS = {"Rte": "route", "Rt": "route", "Hwy": "highway"}
_HIGHWAY = re.compile(
    r"\b(?P<road>[Rr]oute|Rte|Rt|[Hh]ighway|Hwy|Interstate|Freeway)\b\.? (?P<number>\d{1,4})"
    r"(?P<letter>[NSEW])?(?![\w%]|[.,:]\d)"
    r"|\b(?P<nation>U\.?S\.?)[ -](?P<us>\d{1,3})(?= (?:north|south|east|west|near|at|in)\b)"
)


def addresses(text: str) -> str:
    """Read "221B Baker St." as "two twenty one b Baker street", "CA 95051" by its digits."""
    text = _ZIP.sub(_zip, text)
    text = _PARTY.sub(_party, text)
    text = _SIDE.sub(lambda m: f"{_DIRECTIONS[m[1]]} ", text)
    text = _CITY.sub(lambda m: f", {_STATES[m['state']]}", text)
    text = _DOOR.sub(_door, text)
    text = _HOUSE.sub(_house, text)
    text = _STREET.sub(_street, text)
    return _HIGHWAY.sub(_highway, text)


def _house(match: Match) -> str:
    if not (match["name"] or match["side"] or match["street"] in ("Broadway", "Highway")):
        return match[0]
    parts = [label(match["number"]), (match["letter"] or "").lower()]
    if match["side"]:
        parts.append(_DIRECTIONS[match["side"]])
    parts += [match["name"].strip(), _STREETS[match["street"]]]
    if match["end"]:
        parts.append(_DIRECTIONS[match["end"]])
    stop = match[0].endswith(".") and ends_sentence(match.string, match.end())
    return " ".join(filter(None, parts)) + "." * stop


def _street(match: Match) -> str:
    """Read the street, unless a saint or a doctor is named next."""
    behind = match.start("next") if match["next"] else match.end()
    stop = bool(match["dot"]) and not match["end"] and ends_sentence(match.string, behind)
    if match["next"] and match["next"][0] == " " and not stop and not match["end"]:
        return match[0]
    words = f"{match['name']} {_STREETS[match['street']]}" + "." * stop
    if match["end"]:
        words += f" {_DIRECTIONS[match['end'].strip()]}"
    return words + (match["next"] or "")


def _party(match: Match) -> str:
    if match["short"]:
        state = STATES[match["short"]]
    else:
        code = match["code"] or match["first"] + match["second"]
        if code not in _STATES:
            return match[0]
        state = _STATES[code]
    return f"{_PARTIES[match['party']]} of {state}"


def _zip(match: Match) -> str:
    if (
        match["state"] in _NO_STATES
        and match.string[max(0, match.start() - 2) : match.start()] != ", "
    ):
        return match[0]
    words = f"{_STATES.get(match['state'], match['state'])}{match['gap']}{digits(match['zip'])}"
    return f"{words}, {digits(match['four'])}" if match["four"] else words


def _door(match: Match) -> str:
    door = _DOORS.get(match["door"].capitalize(), match["door"].lower())
    if "box" in door:
        door = "p o box"
    letter = f" {match['letter'].strip('-').lower()}" if match["letter"] else ""
    return f"{door} {label(match['number'])}{letter}"


def _highway(match: Match) -> str:
    if match["us"]:
        return f"u s {label(match['us'])}"
    road = _HIGHWAYS.get(match["road"], match["road"].lower())
    side = f" {_DIRECTIONS[match['letter']]}" if match["letter"] else ""
    return f"{road} {label(match['number'])}{side}"
