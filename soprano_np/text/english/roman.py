"""Roman numerals. Comes before serials and all other numbers."""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import cardinal, ordinal, year
from soprano_np.text.english.vocabulary import any_of

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_DIGITS = "M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN = rf"(?=[MDCLXVI]+\b){_ROMAN_DIGITS}(?<=[MDCLXVI])\b(?!\.[A-Z])"
_SMALL_ROMAN = r"(?:ii|iii|iv|vi|vii|viii|ix|xi|xii|xiii|xiv|xv|xvi|xvii|xviii|xix|xx)\b"
_MANY = r"(?:XL|XC|(?:XX?X?|L)(?:IX|IV|V?I{1,3}|V)|IX|IV|V?I{2,3}|VI|X{2,3})\b(?!\.[A-Z])"

# What has numbers: "Part III" is "part three".
_COUNTED = any_of(
    """
    Chapter Ch Part Pt Volume Vol Book Act Scene Section Sec Article Art Appendix Phase Type Class
    Stage Level Grade Title Canto Psalm Bowl War Episode Figure Fig Table Fantasy Mark Mk Schedule
    Amendment Factor Division Group Tier Quest Annex Exhibit Rule Theorem Lemma Region Unit
    """.split()
)
_I_AM = re.compile(
    r"'|,? (?:am|was|have|had|will|would|can|could|think|know|do|did|should|met|saw|like|love|want"
    r"|need)\b"
)

# Monarchs, popes, and sons named after their fathers have ordinals: "Henry VIII".
_NAMES = any_of(
    """
    Henry Edward George William James Charles Richard Louis Elizabeth Mary John Paul Pius Benedict
    Gregory Leo Innocent Alexander Nicholas Peter Catherine Philip Ferdinand Frederick Wilhelm
    Napoleon Francis Clement Urban Boniface Ramesses Ramses Ptolemy Cleopatra Otto Umberto
    Emmanuel Carlos Felipe Alfonso Carl Karl Gustav Gustaf Haakon Harald Olav Christian Margrethe
    Ivan Darius Xerxes Artaxerxes Mehmed Selim Murad Rama Pedro Manuel Leopold Albert Baudouin
    Rainier Constantine Justinian Theodosius Robert David Stephen Michael Joseph Thomas Harold
    Martin Davis Samuel Daniel Arthur Andrew Adrian Sixtus Julius Eugene Celestine Amenhotep
    Thutmose Seti Maximilian Rudolf Joan Isabella Anne Victor Abdullah Hassan Mohammed Muhammad
    Akbar Suleiman Bayezid Osman Cyrus Antiochus Seleucus Sigismund Vladimir Boris Hugh
    """.split()
)

# Words that begin sentences are not names: "An IV drip", "Start IV fluids".
_NO_NAMES = frozenset(
    "The An My Her His Your Our Their This That Start Get Give By In On And Or Of With".split()
)
_HAS_ROMAN = r"\b[IVXLCDM]+\b|WWI|\b[ivx]{2,5}\b|\b[IVX]+(?:th|st|nd|rd)\b"


@rule(r"\bWW(I{1,3}|[123])\b", "World War I and WWII -> World War one and World War two")
def _world_war(match: Match) -> str:
    return f"World War {cardinal(_arabic(match[1]))}"


@rule(
    rf"\b(?=[XVI]+(?:th|st|nd|rd| [Cc]entur))(?P<roman>{_ROMAN_DIGITS})(?:(?:th|st|nd|rd)\b|(?= ))",
    "XIX century, XXth century -> nineteenth century, twentieth century",
)
def _century(match: Match) -> str:
    return ordinal(_arabic(match["roman"]))


@rule(
    rf"\b(?P<word>{_COUNTED}|{_COUNTED.upper()}|{_COUNTED.lower()})(?P<dot>\.?) "
    rf"(?:(?P<roman>{_ROMAN})|(?P<small>{_SMALL_ROMAN}))",
    "Chapter IV, Part III, chapter iv -> Chapter four, Part three, chapter four",
    "the part I like -> the part I like",
    "Vitamin C, Plan D -> Vitamin C, Plan D",
)
def _counted(match: Match) -> str | None:
    if match["roman"] and match["roman"] in "CDLM":
        return None
    if _is_pronoun(match) or (
        match["roman"] and len(match["roman"]) == 1 and match["word"].islower()
    ):
        return None
    return f"{match['word']}{match['dot']} {cardinal(_arabic(match['roman'] or match['small']))}"


@rule(
    rf"\b(?P<name>(?:{_NAMES})(?: [A-Z][a-z]+)?) (?P<roman>{_ROMAN})",
    "Henry VIII's wife -> Henry the eighth's wife",
    "Pope John Paul II -> Pope John Paul the second",
    "Elizabeth I -> Elizabeth the first",
    "When Charles I was -> When Charles I was",
    "Malcolm X -> Malcolm X",
)
def _regnal(match: Match) -> str | None:
    if _is_pronoun(match) or match["roman"] in ("C", "D", "L", "M", "MD", "DC", "MC", "CD"):
        return None  # initials and degrees
    return f"{match['name']} the {ordinal(_arabic(match['roman']))}"


_titled = Rule(
    "titled",
    r"\b(?P<name>(?:King|Queen|Pope|Emperor|Empress|Tsar|Czar|Sultan|Pharaoh|Kaiser|Prince)"
    rf" [A-Z][a-z]+) (?P<roman>{_ROMAN})",
    _regnal.reading,
    "Emperor Hirohito II -> Emperor Hirohito the second",
)


@rule(
    rf"\b(?P<word>[A-Z][A-Za-z]*[a-z]) (?P<roman>{_MANY})",
    "Super Bowl LVIII, Rocky II -> Super Bowl fifty eight, Rocky two",
    "I am -> I am",
    "An IV drip, an IV drip -> An IV drip, an IV drip",
    "A X V I -> A X V I",
)
def _after_name(match: Match) -> str | None:
    if match["word"] in _NO_NAMES:
        return None
    return f"{match['word']} {cardinal(_arabic(match['roman']))}"


# Longer ones cannot be words or acronyms.
@rule(
    rf"\b(?=[MDCLXVI]{{4}})(?P<roman>{_ROMAN})",
    "MCMXCIV and MMXXIV -> nineteen ninety four and twenty twenty four",
    "MIX, MILD, CIVIL, DIM -> MIX, MILD, CIVIL, DIM",
    "mix civil vivid mild di xi -> mix civil vivid mild di xi",
)
def _long_roman(match: Match) -> str:
    number = _arabic(match["roman"])
    return year(number) if len(number) == 4 else cardinal(number)


@rule(r"(?m)^(?P<roman>[IVX]{2,5})(?=[.:)] )", "II. Methods -> two. Methods")
def _roman_heading(match: Match) -> str:
    return cardinal(_arabic(match["roman"]))


def _arabic(roman: str) -> str:
    if roman.isdigit():
        return roman
    values = [_ROMAN_VALUES[letter] for letter in roman.upper()]
    return str(
        sum(
            -value if value < following else value
            for value, following in zip(values, [*values[1:], 0], strict=True)
        )
    )


def _is_pronoun(match: Match) -> bool:
    return match["roman"] == "I" and bool(_I_AM.match(match.string, match.end()))


roman_numerals = Step(
    'Read "Henry VIII" as "Henry the eighth", "Part IV" as "Part four", "MMXXIV" as a year.',
    _world_war,
    _century,
    _counted,
    _regnal,
    _titled,
    _after_name,
    _long_roman,
    _roman_heading,
    only_if=_HAS_ROMAN,
)
