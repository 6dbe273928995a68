"""Lines in capitals, written quietly: "STOP NOW" as "Stop Now".

What could not be a word keeps its capitals.
"""

import re

from soprano_np.text.english.acronyms import SHORT_WORDS, SPELT, sayable
from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.vocabulary import PREFIXES, WEEKDAYS

_WHEN_SHOUTED = SHORT_WORDS | frozenset(
    """
    US IT WHO AM IS ACT AGE AGO AID AIR ARM ART BAG BAN BAR BAT BED BEG BET BID BIT BOW BOX BUD BUG
    CAB CAP COP COW CRY CUP DAM DIG DIM DIP DOT DUG EAR EGG ERA FAN FAT FED FEE FIG FIT FLY FOG FOX
    FUR GAP GAS GUN GUY GYM HAM HAT HEN HID HIP HUG HUT ICE ILL INK JAM JAR JAW JET JOY LAB LAP LAW
    LAY LED LEG LID LIP LOG MAP MET MIX MOB MUD NET NIT NUT OAK ODD OIL OWE PAN PEN PET PIE PIG PIT
    POP POT RAT RAW RAY RIB RID RIP ROB ROD ROW RUB RUG SEA SEW SHY SIN SIP SKI SPY SUM TAP TEA TIE
    TIN TIP TON TOY TUB VAN VET WAX WEB WHO WIG ZIP ZOO CUE DEN DIE DUO DYE EEL ELF ELK EVE EWE FEW
    """.split()
)

# Before these "SAT" is a verb.
_AFTER_SAT = frozenset("ON DOWN IN AT BY UP STILL THERE WITH".split())
_NEXT_WORD = re.compile(r" (\w+)")
_DAY_SHOUTED = re.compile(
    r"\b(MON|TUES?|WED|THURS?|THUR|THU|FRI|(?:SAT|SUN)(?=\. (?:NIGHT|MORNING|AFTERNOON|EVENING|AND"
    r"|AT|ONLY|\d)))\."
    r"(?= )"
)
_DAYS = {name[:2].upper(): name.title() for name in WEEKDAYS}

# Before these "US" is a country, even in a headline.
_OF_THE_US = frozenset(
    """
    AIR ARMY BANK BANKS BORDER CITIES CITIZEN CITIZENS CITY CONGRESS COURT DOLLAR ECONOMY ELECTION
    ENVOY FED FORCES GDP GOVERNMENT HOUSE INFLATION JOBS MARINE MARINES MARKET MARKETS MILITARY NAVY
    OFFICIAL OFFICIALS OPEN PRESIDENT SENATE SENATOR SENATORS STATE STATES STOCK STOCKS SUPREME
    TARIFF TARIFFS TRADE TREASURY TROOPS VOTERS
    """.split()
)
_CAPITALS = re.compile(r"(?<![\w.&/])[A-Z']+(?![\w.&/])|(?<![\w.])[A-Z]{2,}(?=\.(?:\s|$))")


def _quieten(word: Match) -> str:
    letters_only = word[0].replace("'", "")
    if letters_only in PREFIXES and word.string[word.end() : word.end() + 1] == "-":
        return word[0].capitalize()
    if word.string[max(0, word.start() - 3) : word.start()] == "CO-":
        return word[0].capitalize()
    following = _NEXT_WORD.match(word.string, word.end())
    if following and word[0] == "US" and following[1] in _OF_THE_US:
        return word[0]
    if following and word[0] == "SAT" and following[1] in _AFTER_SAT:
        return "Sat"
    if letters_only in _WHEN_SHOUTED or (
        len(letters_only) > 2 and letters_only not in SPELT and sayable(letters_only)
    ):
        return word[0].capitalize()
    return word[0]


@rule(
    r"(?m)^[^a-z\n]+$",
    "STOP NOW -> Stop Now",
    "CALL US AT NASA\nUS and IT -> Call Us At Nasa\nUS and IT",
    "THE FBI AND CIA -> The FBI And CIA",
    "THE MIX IS MILD -> The Mix Is Mild",
    "HTML -> HTML",
)
def _shouted_line(line: Match) -> str | None:
    if len(_CAPITALS.findall(line[0])) < 2:
        return None
    quiet = _DAY_SHOUTED.sub(lambda m: _DAYS[m[1][:2]], line[0])
    return _CAPITALS.sub(_quieten, quiet)


shouting = Step('Write a line of nothing but capitals quietly: "Stop Now".', _shouted_line)
