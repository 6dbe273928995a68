"""English as people write it to the lower-case words that an American reader would say.

`STEPS` is the whole grammar, in order. A step reads what it knows and writes lower-case words that
later steps leave alone, so its place decides what it may read.
"""

from collections.abc import Mapping

from soprano_np.text import lexicon as own
from soprano_np.text.english import (
    abbreviations,
    addresses,
    arithmetic,
    codes,
    dates,
    folding,
    layout,
    measures,
    money,
    numerals,
    punctuation,
    roman,
    shouting,
    signs,
    telephones,
    times,
    web,
    words,
)
from soprano_np.text.english.rewritten import Rewritten
from soprano_np.text.english.rule import Step, Text

BEFORE_LEXICON = (folding.entities, folding.characters, layout.layout)
STEPS = (
    folding.fold,  # after the lexicon, which may hold any script
    shouting.shouting,  # lines in capitals, before capitals mean anything
    words.names,  # C++, AT&T: before their signs are read
    web.web,  # before the signs within addresses are read
    numerals.plain_numbers,  # 1 000 000 as 1,000,000
    codes.codes,  # 192.168.1.1, v2.0: before their dots are decimal points
    telephones.telephones,  # before the hyphens between digits are ranges
    dates.dates,
    times.times,
    money.money,  # before measures, which would take the m of "$5m" for meters
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
)


def normalize(text: str, lexicon: Mapping[str, str] | None = None) -> str:
    r"""Return what an American reader would say: "Dr. Who, 8:05" gives "doctor who, eight oh five".

    Only lower-case letters, spaces and . , ! ? ' are left; "\n" lies between sentences of different
    lines, "\n\n" between paragraphs. lexicon: how to say words, see `read_lexicon`.
    Nothing is raised; what is in another script is left out, with a warning in the log.
    """
    return _read(Text(text, record=False), lexicon).string


def rewrite(text: str, lexicon: Mapping[str, str] | None = None) -> Rewritten:
    """Return what `normalize` returns, and where each of its words was written."""
    return _read(Text(text), lexicon).rewritten()


def _read(text: Text, lexicon: Mapping[str, str] | None) -> Text:
    for step in BEFORE_LEXICON:
        step.apply(text)
    if lexicon:
        known = {folding.characters(folding.entities(word)): said for word, said in lexicon.items()}
        text.replace((*found, "lexicon") for found in own.find_words(text.string, known))
    for step in STEPS:
        step.apply(text)
    return text
