"""English as people write it to the lower-case words that an American reader would say.

`STEPS` is the whole grammar. A step reads what it knows and writes lower-case words; no later step
changes those, so where a step stands decides what it may read.
"""

from collections.abc import Callable, Mapping

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
    signs,
    times,
    web,
    words,
)

Step = Callable[[str], str]

STEPS: tuple[Step, ...] = (
    folding.fold,  # what is not ASCII, after the lexicon, which may hold any script
    words.shouting,  # lines in capitals, before capitals mean anything
    words.names,  # C++, AT&T: before their signs are read
    web.web,  # before the marks within addresses are
    numerals.plain_numbers,  # 1 000 000 as 1,000,000
    codes.codes,  # 192.168.1.1, v2.0: before their stops are decimal points
    codes.telephones,  # before the hyphens between digits are ranges
    dates.dates,
    times.times,
    money.money,  # before measures, which would take the m of "$5m" for meters
    addresses.addresses,  # before "St." is a saint
    abbreviations.abbreviations,  # before a stop is the end of a sentence
    measures.measures,
    arithmetic.arithmetic,
    numerals.ordinals,
    numerals.roman_numerals,
    codes.serials,  # after the letters behind digits that mean something
    numerals.numerals,  # no digit is left
    words.words,  # acronyms and CamelCase
    signs.signs,  # what sign is left
    own.reveal,
    punctuation.punctuation,  # and what mark
)


def normalize(text: str, lexicon: Mapping[str, str] | None = None) -> str:
    r"""Return what an American reader would say: "Dr. Who, 8:05" gives "doctor who, eight oh five".

    Only lower-case letters, spaces and . , ! ? ' are left; "\n" lies between sentences of different
    lines, "\n\n" between paragraphs. lexicon: how to say words, see `read_lexicon`.
    Nothing is raised; what is in another script is left out, with a warning in the log.
    """
    text = layout.layout(folding.characters(text))
    if lexicon:
        known = {folding.characters(word): said for word, said in lexicon.items()}
        text = own.pronounce(text, known)
    for step in STEPS:
        text = step(text)
    return text
