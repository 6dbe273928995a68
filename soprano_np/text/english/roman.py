# ruff: noqa: RUF001 (the dashes are meant)
"""Roman numerals. Comes before serials and all other numbers."""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import cardinal, ordinal, year
from soprano_np.text.english.vocabulary import any_of
from soprano_np.text.patterns import regex

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
ROMAN_DIGITS = "M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN = rf"(?=[MDCLXVI]+\b){ROMAN_DIGITS}(?<=[MDCLXVI])\b(?!\.[A-Z])"
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
_COUNTED_ANY = f"(?:{_COUNTED}|{_COUNTED.upper()}|{_COUNTED.lower()})"
_I_AM = regex(
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
_LABEL = r"[IVX]{1,6}"
_HAS_ROMAN = r"\b[IVXLCDM]+\b|WWI|\b[ivx]{2,5}\b|\b[IVX]+(?:th|st|nd|rd)\b"


@rule(r"\bWW(I{1,3}|[123])\b", "World War I and WWII -> World War one and World War two")
def _world_war(match: Match) -> str:
    return f"World War {cardinal(arabic(match[1]))}"


@rule(
    rf"\b(?=[XVI]+(?:th|st|nd|rd| [Cc]entur))(?P<roman>{ROMAN_DIGITS})(?:(?:th|st|nd|rd)\b|(?= ))",
    "XIX century, XXth century -> nineteenth century, twentieth century",
)
def _century(match: Match) -> str:
    return ordinal(arabic(match["roman"]))


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
    return f"{match['word']}{match['dot']} {cardinal(arabic(match['roman'] or match['small']))}"


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
    return f"{match['name']} the {ordinal(arabic(match['roman']))}"


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
    return f"{match['word']} {cardinal(arabic(match['roman']))}"


# Longer ones cannot be words or acronyms.
@rule(
    rf"\b(?=[MDCLXVI]{{4}})(?P<roman>{_ROMAN})",
    "MCMXCIV and MMXXIV -> nineteen ninety four and twenty twenty four",
    "MIX, MILD, CIVIL, DIM -> MIX, MILD, CIVIL, DIM",
    "mix civil vivid mild di xi -> mix civil vivid mild di xi",
)
def _long_roman(match: Match) -> str:
    number = arabic(match["roman"])
    return year(number) if len(number) == 4 else cardinal(number)


_COUNTED_BEFORE = regex(rf"\b{_COUNTED_ANY}s? \Z")


@rule(
    rf"(?<=[A-Za-z] ){_LABEL}(?:(?:,? (?:and|or|to|through|&) |, |[-–/]){_LABEL}\b){{1,20}}"
    r"(?![\w'])",
    "Parts I and II, Chapters IV-VI -> Parts one and two, Chapters four to six",
    "Part I and I think, You I-V -> Part one and I think, You I-V",
)
def _counted_list(match: Match) -> str | None:
    """Read the numbers of several chapters, parts or tables."""
    start = match.start()
    if not _COUNTED_BEFORE.search(match.string, max(0, start - 20), start):
        return None
    if match[0].endswith("I") and _I_AM.match(match.string, match.end()):
        return None
    said = re.sub(_LABEL, lambda found: cardinal(arabic(found[0])), match[0])
    return re.sub("[-–]", " to ", said)


@rule(
    rf"(?<= the )(?=[IVX]{{2}}){_ROMAN}",
    "Louis the XIV, the IV -> Louis the fourteenth, the IV",
)
def _the_roman(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 25) : match.start() - 5]
    return ordinal(arabic(match[0])) if re.search(r"\b[A-Z][a-z]+\Z", before) else None


# Those that are no word, name or acronym.
@rule(
    r"(?<![\w.&])(?P<roman>X{0,2}(?:VIII|VII|III|II)|XIV|XVI|XIX|XX(?:IV|IX|VI|V|I)|XV|IX"
    r"|I(?=(?:,? and |,? or |, | & |[-–/])II\b))"
    r"(?![\w&]|\.[A-Z])",
    "the SAT II, a IV, I and II, I -> the SAT two, a IV, one and two, I",
)
def _lone_roman(match: Match) -> str:
    return cardinal(arabic(match["roman"]))


def arabic(roman: str) -> str:
    """Return the digits of a Roman numeral."""
    if roman.isdecimal():
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
    _counted_list,
    _counted,
    _regnal,
    _titled,
    _the_roman,
    _after_name,
    _long_roman,
    _lone_roman,
    only_if=_HAS_ROMAN,
)
