"""Lines in capitals, written quietly: "STOP NOW" as "Stop Now".

What could not be a word keeps its capitals.
"""

from soprano_np.text.english.acronyms import SHORT_WORDS, SPELT, sayable
from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.vocabulary import PREFIXES, WEEKDAYS
from soprano_np.text.patterns import regex

_WHEN_SHOUTED = SHORT_WORDS | frozenset(
    """
    US IT MR MS AM IS ACT AID ARM ART BAN BAT BET BID BIT BOW BUD CAB CAP COP COW DAM DIM DIP
    DOT DUG EAR ERA FAN FAT FED FEE FIG FIT FOG FUR GAP GYM HAM HEN HID HIP JAM JAR JAW JET LAB
    LAP LAY LED LID LOG MAP MET MOB NET NIT OAK PAN PET PIT POT RAY RIB RID RIP ROB ROD RUB RUG
    SEW SHY SIP SUM TAP TIN TIP VET WAX WHO WIG ZIP CUE DEN DUO DYE EEL ELF ELK EVE EWE
    """.split()
)

# Before these "SAT" is a verb.
_AFTER_SAT = frozenset("ON DOWN IN AT BY UP STILL THERE WITH".split())
_NEXT_WORD = regex(r" (\w+)")
_DAY_SHOUTED = regex(
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
_CAPITALS = regex(r"(?<![\w.&/])[A-Z']+(?![\w.&/])|(?<![\w.])[A-Z]{2,}(?=\.(?:\s|\d|$))")
_TELEPHONE = regex(r"\b(?:8\d\d|900|555)\)?[-. ](?:[A-Z\d]+-)*$")  # 1-800-GO-FEDEX


def _quieten(word: Match) -> str:
    letters_only = word[0].replace("'", "")
    if letters_only in PREFIXES and word.string[word.end() : word.end() + 1] == "-":
        return word[0].capitalize()
    if word.string[max(0, word.start() - 3) : word.start()] == "CO-":
        return word[0].capitalize()
    if _TELEPHONE.search(word.string, max(0, word.start() - 24), word.start()):
        return word[0]
    following = _NEXT_WORD.match(word.string, word.end())
    if following and word[0] == "US" and following[1] in _OF_THE_US:
        return word[0]
    if following and word[0] == "SAT" and following[1] in _AFTER_SAT:
        return "Sat"
    return word[0].capitalize() if is_plain_word(letters_only) else word[0]


def is_plain_word(word: str) -> bool:
    """Return whether a word among others in capitals is a word, not an acronym."""
    return word in _WHEN_SHOUTED or (len(word) > 2 and word not in SPELT and sayable(word))


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
