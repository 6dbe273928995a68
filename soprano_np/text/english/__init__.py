"""English as people write it to the lower-case words that an American reader would say.

`STEPS` is the whole grammar, in order. A step reads what it knows and writes lower-case words that
later steps leave alone, so its place decides what it may read.
"""

from collections.abc import Iterable, Mapping

from soprano_np.text import lexicon as own
from soprano_np.text.english import (
    abbreviations,
    addresses,
    arithmetic,
    chat,
    chemistry,
    citations,
    clinical,
    codes,
    commands,
    compass,
    dates,
    durations,
    folding,
    functions,
    headings,
    held,
    kitchen,
    layout,
    listings,
    measures,
    money,
    numerals,
    plain_numbers,
    punctuation,
    roman,
    shares,
    shorthand,
    shouting,
    signs,
    slashed_dates,
    spacing,
    sports,
    stamps,
    telephones,
    times,
    web,
    weekdays,
    words,
)
from soprano_np.text.english.rewritten import Rewritten
from soprano_np.text.english.rule import Step, Text
from soprano_np.text.patterns import regex

BEFORE_LEXICON = (
    folding.entities,
    folding.characters,
    listings.ratings,
    held.hold,
    layout.layout,
)
STEPS = (
    functions.integrals,  # before raised and lowered bounds are digits
    citations.citations,  # before "§§" is one sign
    folding.fold,  # after the lexicon, which may hold any script
    shouting.shouting,  # lines in capitals, before capitals mean anything
    headings.headings,  # before the stops of "III." and "John D." are read
    words.names,  # C++, AT&T: before their signs are read
    clinical.clinical,  # before the slash of "s/p" is said
    shorthand.shorthand,  # before #A12 is a hashtag
    chat.chat,
    listings.listings,
    compass.compass,
    sports.sports,  # before numbers side by side are ranges or fractions
    commands.commands,  # before the dots and dashes of options and folders are marks
    chemistry.chemistry,  # before formulas are codes, and their arrow a sign
    functions.functions,  # before "m/V" is two labels
    kitchen.kitchen,  # before brackets and units are read
    spacing.spacing,  # before what it joins is taken for an address or a decimal
    web.web,  # before the signs within addresses are read
    plain_numbers.plain_numbers,  # 1 000 000 as 1,000,000
    stamps.stamps,  # before GMT-7 and Jan-5 are codes
    codes.codes,  # 192.168.1.1, v2.0: before their dots are decimal points
    telephones.telephones,  # before the hyphens between digits are ranges
    shares.shares,  # 5/1 ARM, before 5/1 may be a date
    dates.dates,
    slashed_dates.slashed_dates,  # 12/4, after 12/4/2025
    weekdays.weekdays,  # after the dates that they stand beside
    times.times,
    money.money,  # before measures, which would take the m of "$5m" for meters
    addresses.small_streets,
    durations.durations,  # before the m of "30m left" is a meter
    addresses.addresses,  # before "St." is a saint
    abbreviations.abbreviations,  # before a full stop ends a sentence
    measures.measures,
    arithmetic.arithmetic,
    numerals.ordinals,
    roman.roman_numerals,
    codes.serials,  # 4s, 5G: after units and ordinals
    numerals.numerals,  # every digit that is left
    words.words,  # acronyms and CamelCase
    signs.signs,  # every sign that is left
    Step("Write in plain letters what the lexicon says.", lambda text: text.map(own.reveal)),
    punctuation.punctuation,
    held.release,
)
# A line that is said alike alone and among others: what feet and inches are depends on all quotes.
_PLAIN_LINE = regex(r"""(?=.*[^\W_])(?!.*\d['"]).+""")


def normalize(text: str, lexicon: Mapping[str, str] | None = None) -> str:
    r"""Return what an American reader would say: "Dr. Who, 8:05" gives "doctor who, eight oh five".

    Only lower-case letters, spaces and . , ! ? ' are left; "\n" lies between sentences of different
    lines, "\n\n" between paragraphs. lexicon: how to say words, see `read_lexicon`.
    Nothing is raised; what is in another script is left out, with a warning in the log.
    """
    return _read(Text(text, record=False), lexicon).string


def normalize_each(texts: Iterable[str], lexicon: Mapping[str, str] | None = None) -> list[str]:
    """Return what `normalize` returns for each of some texts; together they are read faster."""
    laid_out = []
    for string in texts:
        text = Text(string, record=False)
        _lay_out(text, lexicon)
        laid_out.append(text.string)
    plain = [string for string in dict.fromkeys(laid_out) if _PLAIN_LINE.fullmatch(string)]
    said = dict(zip(plain, _say_lines(plain), strict=True))
    return [said[string] if string in said else _say_line(string) for string in laid_out]


def _say_lines(lines: list[str]) -> list[str]:
    """Say lines that are said alike alone and as paragraphs of one text."""
    if len(lines) < 2:
        return list(map(_say_line, lines))
    said = _say_line("\n\n".join(lines)).split("\n\n")
    if len(said) == len(lines):
        return said
    half = len(lines) // 2  # a line of which nothing is said is no paragraph
    return _say_lines(lines[:half]) + _say_lines(lines[half:])


def _say_line(string: str) -> str:
    text = Text(string, record=False)
    _say(text)
    return text.string


def rewrite(text: str, lexicon: Mapping[str, str] | None = None) -> Rewritten:
    """Return what `normalize` returns, and where each of its words was written."""
    return _read(Text(text), lexicon).rewritten()


def _read(text: Text, lexicon: Mapping[str, str] | None) -> Text:
    _lay_out(text, lexicon)
    _say(text)
    return text


def _lay_out(text: Text, lexicon: Mapping[str, str] | None) -> None:
    for step in BEFORE_LEXICON:
        step.apply(text)
    if lexicon:
        known = {folding.characters(folding.entities(word)): said for word, said in lexicon.items()}
        text.replace((*found, "lexicon") for found in own.find_words(text.string, known))


def _say(text: Text) -> None:
    for step in STEPS:
        step.apply(text)
