"""Numbers: ordinals, Roman numerals, decades, fractions, years, decimals, and all that is left.

`plain_numbers` comes before all steps that read digits, `ordinals` and `roman_numerals` before
`serials`; `numerals` is the last step: no digit is left behind it.
"""

import re

from soprano_np.text.english.spoken_numbers import (
    FRACTION,
    NUMBER,
    apart,
    cardinal,
    decimal,
    digit_groups,
    digits,
    fraction,
    label,
    ordinal,
    plural,
    year,
)

Match = re.Match[str]

# --- One way to write a number

_THOUSANDS = re.compile(
    r"(?<![\w.,'])(?<!\d[ -])\d{1,3}"
    r"(?:(?: \d{3}){2,12}|(?: 000){1,2}|(?:'\d{3}){1,12}|(?:_\d{3}){1,12}|(?:\.\d{3}){2,12})"
    r"(?![\w'-]|[.,]\d| \d)"
)


_QUARTER = re.compile(r"\b(Q[1-4])'(?=\d\d(?!\w))")  # Q1'24
_MIXED = re.compile(r"(?<![\w/.,-])(\d{1,3})-(?=\d{1,2}/\d{1,2}(?![\d/-]))")


def plain_numbers(text: str) -> str:
    """Write "1 000 000", "1.000.000" and "1_000_000" as "1,000,000", "1-1/2" as "1 1/2"."""
    text = _QUARTER.sub(r"\1 '", text)
    return _MIXED.sub(r"\1 ", _THOUSANDS.sub(lambda m: re.sub("[ '_.]", ",", m[0]), text))


# --- Ordinals and decades

_ORDINAL = re.compile(
    r"(?<![\w.,/])(\d{1,3}(?:,\d{3}(?!\d)){1,12}|\d+)(?:(?:st|nd|rd|th)(s?)|ST|ND|RD|TH)(?!\w)"
)
_ORDINAL_FRACTION = re.compile(r"(?<![\w./])(\d{1,4}/\d{1,4})(?:st|nd|rd|th|ths|rds|nds)(?!\w)")
_DECADE = re.compile(r"(?<![\w.,])'?((?:1\d|20)?\d0)(?:'s|s)(?![\w'])")
_TEAM = re.compile(r"(?<![\w.,])(\d\d)ers(?!\w)")
_SHORT_YEAR = re.compile(r"(?<![\w'])'(\d\d)(?![\w'])")


def ordinals(text: str) -> str:
    """Read "22nd" as "twenty second", "1990s" as "nineteen nineties", "'99" as "ninety nine"."""
    text = _ORDINAL_FRACTION.sub(lambda m: fraction(m[1]), text)
    text = _ORDINAL.sub(lambda m: ordinal(m[1].replace(",", "")) + (m[2] or ""), text)
    text = _TEAM.sub(lambda m: f"{cardinal(m[1]).removesuffix('e')}ers", text)
    text = _DECADE.sub(_decade, text)
    return _SHORT_YEAR.sub(
        lambda m: f"oh {cardinal(m[1])}" if m[1][0] == "0" else cardinal(m[1]), text
    )


def _decade(match: Match) -> str:
    if match[1] == "00":
        return "two thousands"
    return plural(year(match[1]) if len(match[1]) == 4 else cardinal(match[1]))


# --- Roman numerals

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_DIGITS = "M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN = rf"(?=[MDCLXVI]+\b){_ROMAN_DIGITS}(?<=[MDCLXVI])\b(?!\.[A-Z])"
_SMALL_ROMAN = r"(?:ii|iii|iv|vi|vii|viii|ix|xi|xii|xiii|xiv|xv|xvi|xvii|xviii|xix|xx)\b"
_MANY = r"(?:XL|XC|(?:XX?X?|L)(?:IX|IV|V?I{1,3}|V)|IX|IV|V?I{2,3}|VI|X{2,3})\b(?!\.[A-Z])"
# Counted: "Part III" is "part three".
_COUNTED = (
    "Chapter|Ch|Part|Pt|Volume|Vol|Book|Act|Scene|Section|Sec|Article|Art|Appendix|Phase|Type|Class"
    "|Stage|Level|Grade|Title|Canto|Psalm|Bowl|War|Episode|Figure|Fig|Table|Fantasy|Mark|Mk"
    "|Schedule"
    "|Amendment|Factor|Division|Group|Tier|Quest|Annex|Exhibit|Book|Rule|Theorem|Lemma|Region|Unit"
)
_KEYWORD = re.compile(
    rf"\b(?P<word>{_COUNTED}|{_COUNTED.upper()}|{_COUNTED.lower()})(?P<dot>\.?) "
    rf"(?:(?P<roman>{_ROMAN})|(?P<small>{_SMALL_ROMAN}))"
)
_I_AM = re.compile(
    r"'|,? (?:am|was|have|had|will|would|can|could|think|know|do|did|should|met|saw|like|love|want"
    r"|need)\b"
)
# Whose names bear ordinals: monarchs, popes, and sons named after their fathers.
_NAMES = (
    "Henry|Edward|George|William|James|Charles|Richard|Louis|Elizabeth|Mary|John|Paul|Pius|Benedict"
    "|Gregory|Leo|Innocent|Alexander|Nicholas|Peter|Catherine|Philip|Ferdinand|Frederick|Wilhelm"
    "|Napoleon|Francis|Clement|Urban|Boniface|Ramesses|Ramses|Ptolemy|Cleopatra|Otto|Umberto"
    "|Emmanuel|Carlos|Felipe|Alfonso|Carl|Karl|Gustav|Gustaf|Haakon|Harald|Olav|Christian|Margrethe"
    "|Ivan|Darius|Xerxes|Artaxerxes|Mehmed|Selim|Murad|Rama|Pedro|Manuel|Leopold|Albert|Baudouin"
    "|Rainier|Constantine|Justinian|Theodosius|Robert|David|Stephen|Michael|Joseph|Thomas"
    "|Harold|Martin|Davis|Samuel|Daniel|Arthur|Andrew|Adrian|Sixtus|Julius|Eugene|Celestine"
    "|Amenhotep|Thutmose|Seti|Maximilian|Rudolf|Joan|Isabella|Anne|Victor|Abdullah|Hassan|Mohammed"
    "|Muhammad|Akbar|Suleiman|Bayezid|Osman|Cyrus|Antiochus|Seleucus|Sigismund|Vladimir|Boris|Hugh"
)
_REGNAL = re.compile(rf"\b(?P<name>(?:{_NAMES})(?: [A-Z][a-z]+)?) (?P<roman>{_ROMAN})")
_TITLED = re.compile(
    r"\b(?P<name>(?:King|Queen|Pope|Emperor|Empress|Tsar|Czar|Sultan|Pharaoh|Kaiser|Prince)"
    rf" [A-Z][a-z]+) (?P<roman>{_ROMAN})"
)
_CENTURY = re.compile(
    rf"\b(?=[XVI]+(?:th|st|nd|rd| [Cc]entur))(?P<roman>{_ROMAN_DIGITS})(?:(?:th|st|nd|rd)\b|(?= ))"
)
_AFTER_NAME = re.compile(
    rf"\b(?!(?:The|An|My|Her|His|Your|Our|Their|This|That|Start|Get|Give|By|In|On|And|Or|Of"
    rf"|With)\b)"
    rf"(?P<word>[A-Z][A-Za-z]*[a-z]) (?P<roman>{_MANY})"
)
_WORLD_WAR = re.compile(r"\bWW(I{1,3}|[123])\b")
# Longer ones cannot be words or acronyms.
_LONG_ROMAN = re.compile(rf"\b(?=[MDCLXVI]{{4}})(?P<roman>{_ROMAN})")
_ROMAN_HEADING = re.compile(r"^(?P<roman>[IVX]{2,5})(?=[.:)] )", re.MULTILINE)
_HAS_ROMAN = re.compile(r"\b[IVXLCDM]+\b|WWI|\b[ivx]{2,5}\b|\b[IVX]+(?:th|st|nd|rd)\b")


def roman_numerals(text: str) -> str:
    """Read "Henry VIII" as "Henry the eighth", "Part IV" as "Part four", "MMXXIV" as a year."""
    if not _HAS_ROMAN.search(text):
        return text
    text = _WORLD_WAR.sub(lambda m: f"World War {cardinal(_arabic(m[1]))}", text)
    text = _CENTURY.sub(lambda m: ordinal(_arabic(m["roman"])), text)
    text = _KEYWORD.sub(_counted, text)
    text = _REGNAL.sub(_regnal, text)
    text = _TITLED.sub(_regnal, text)
    text = _AFTER_NAME.sub(lambda m: f"{m['word']} {cardinal(_arabic(m['roman']))}", text)
    text = _LONG_ROMAN.sub(_long_roman, text)
    return _ROMAN_HEADING.sub(lambda m: cardinal(_arabic(m["roman"])), text)


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


def _counted(match: Match) -> str:
    if match["roman"] and match["roman"] in "CDLM":
        return match[0]
    if _is_pronoun(match) or (
        match["roman"] and len(match["roman"]) == 1 and match["word"].islower()
    ):
        return match[0]
    return f"{match['word']}{match['dot']} {cardinal(_arabic(match['roman'] or match['small']))}"


def _regnal(match: Match) -> str:
    if _is_pronoun(match) or match["roman"] in ("C", "D", "L", "M", "MD", "DC", "MC", "CD"):
        return match[0]  # initials and degrees
    return f"{match['name']} the {ordinal(_arabic(match['roman']))}"


def _long_roman(match: Match) -> str:
    number = _arabic(match["roman"])
    return year(number) if len(number) == 4 else cardinal(number)


# --- All other numbers

_FRACTION = re.compile(rf"(?<![\w.,/]){FRACTION}(?!\w|[.,]\d)")
_SPECIAL = {
    "24/7": "twenty four seven",
    "9/11": "nine eleven",
    "50/50": "fifty fifty",
    "20/20": "twenty twenty",
}
_METER = re.compile(r"(?<![\w.,/])(\d{1,2})/(\d{1,2})(?= (?:time|measure)\b)")
_OUT_OF = re.compile(r"(?<![\w.,/])(?:(\d{1,4})/\1|(\d{1,2})/(10|100))(?![\w/]|[.,]\d| of\b)")
_PAGE_OF = re.compile(r"\b((?i:pages?|parts?|slides?)) (\d{1,3})/(\d{1,3})(?![\w/]|[.,]\d)")
_RATED = re.compile(
    r"(?<![\w.,/])(\d{1,3}\.\d{1,2}|\d(?=/\d\d? stars))/(\d{1,3}(?:\.0)?)(?![\w/]|[.,]\d)"
)
_SEASON = re.compile(r"(?<![\w.,/])((?:1[89]|20)\d\d)/(\d\d)(?![\w/]|[.,]\d)")
_GROUPED = re.compile(rf"(?<![\d.])(?<!\d,)(?=\d{{0,400}}[,.]\d|\.\d){NUMBER}(?![.,]?\d)")
_YEAR = re.compile(r"(?<![\d.,])(1\d{3}|20\d\d|(?<=\byear )\d{4})(?!\d|[.,]\d)")
_COUNTED_NOUN = re.compile(
    r" (?:people|men|women|children|feet|(?!(?:was|has|is|his|this|its|as|us|does|plus|versus"
    r"|always|sometimes|perhaps|years?)\b)[a-z]{3,}(?<!s)s)\b"
)
_YEAR_CUE = re.compile(
    r"(?:\b(?:in|since|by|of|from|until|till|year|before|after|around|circa|during|and|to|the"
    r"|early|late"
    r"|mid|through|spring|summer|fall|autumn|winter|january|february|march|april|may|june|july"
    r"|august"
    r"|september|october|november|december)[ -])$",
    re.IGNORECASE,
)
_ANY = re.compile(r"\d+")
_BETWEEN = {",": ", ", ".": " point ", "/": " slash ", ":": " ", "-": " to "}


def numerals(text: str) -> str:
    """Read every number that is left: "1,234" as "one thousand two hundred thirty four"."""
    text = _SEASON.sub(lambda m: f"{year(m[1])} to {label(m[2])}", text)
    text = _PAGE_OF.sub(lambda m: f"{m[1]} {cardinal(m[2])} of {cardinal(m[3])}", text)
    text = _RATED.sub(lambda m: f"{decimal(m[1])} out of {decimal(m[2])}", text)
    text = _METER.sub(lambda m: f"{cardinal(m[1])} {cardinal(m[2])}", text)
    text = _OUT_OF.sub(_out_of, text)
    text = _FRACTION.sub(_fraction, text)
    text = _GROUPED.sub(_decimal, text)
    text = _YEAR.sub(_year, text)
    text = re.sub(r"(?<=\d)([,./:-])(?=\d)", lambda m: _BETWEEN[m[1]], text)
    return _ANY.sub(_any_number, text)


def _out_of(match: Match) -> str:
    if match[0] in _SPECIAL:
        return _SPECIAL[match[0]]
    if match[3] == "100" and match[2] == "1":
        return match[0]
    return f"{cardinal(match[1] or match[2])} out of {cardinal(match[1] or match[3])}"


def _fraction(match: Match) -> str:
    if match[0] in _SPECIAL:
        return _SPECIAL[match[0]]
    above, _, below = match[0].partition("/")
    if above.isdigit() and len(above) == 3 and len(below) in (2, 3):
        return f"{label(above)} over {label(below)}"  # blood pressure
    return fraction(match[0])


def _decimal(match: Match) -> str:
    return apart(match, decimal(match[0]))


def _year(match: Match) -> str:
    number, text = match[0], match.string
    cue = _YEAR_CUE.search(text[max(0, match.start() - 12) : match.start()])
    if number < "1000" or (not cue and _COUNTED_NOUN.match(text, match.end(), match.end() + 20)):
        return apart(match, cardinal(number))
    return apart(match, year(number))


def _any_number(match: Match) -> str:
    number = match[0]
    words = digit_groups(number) if len(number) > 36 else cardinal(number)
    if len(number) > 1 and number.startswith("0"):
        words = digits(number)
    return apart(match, words)
