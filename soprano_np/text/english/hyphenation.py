r"""Words that an editor broke with a hyphen at the end of a line: "inter-\nnational".

No list of words can say whether "well-\nknown" is one word, so: the hyphen stays if one side is a
word that begins or ends compounds and hardly any other word ("well", "based"), if it has a capital
or a digit, or if another hyphen is near ("mother-\nin-law"). All other words are made whole.
"""

import re

from soprano_np.text.english.rule import Match, rule
from soprano_np.text.patterns import regex

# Between the lines of a broken word, until its hyphen is known to stay or to go. No text has it.
BREAK = "\u00ad"

_FIRST = frozenset(
    """
    well self full left right user time year world cross vice great client server case data word
    machine human error memory thread platform language community type state two three five
    twenty thirty forty fifty sixty seventy eighty ninety first third one half much single double
    decision problem fine coarse then north south east west blue red green black brown gray
    key back dark light deep wide large old father mother brother sister step high quasi
    """.split()
)
_LAST = frozenset(
    """
    known based friendly only level time term size sized quality source specific aware oriented
    driven related style made making called law handed minded eyed haired looking scale class
    mode value argument mask list up down off to of the built founded hearted free
    term year month week hour minute mile foot inch point effective safe proof threaded
    threading compatible sensitive neutral independent insensitive separated delimited
    """.split()
)
# A word that begins so is whole, whatever follows: "re-\ndefined", "un-\nlike".
_PREFIXES = frozenset(
    """
    be co com con de dis em en fore im in inter intra ir mis multi non out over per post pre pro re
    semi sub super sur sym syn tele trans ultra un under uni up ab ac ad af ag al an anti ap as at
    auto bi counter
    """.split()
)
_EX = frozenset("wife husband president boyfriend girlfriend partner lover minister".split())
# Before a capital: "Anglo-\nSaxon", "pre-\nColumbian".
_BEFORE_NAME = regex(r"(?:\b[A-Z][a-z]{2,}|\b(?:pre|post|anti|non|pro|mid|trans|neo|pan|un))-\Z")
_ADVERB = regex("(?!poly|anomaly|assembly)[a-z]{3,}ly")
_WORD = regex(r"([A-Za-z]+)\Z")
_NEXT = regex(r"[A-Za-z]+")


def is_broken(line: str, following: str) -> bool:
    """Return whether a word goes on from the end of a line, behind its hyphen."""
    if line[-1] != "-" or not line[-2:-1].isalnum() or not following[0].isalnum():
        return False
    if following[0].isupper():
        return bool(_BEFORE_NAME.search(line[-20:]))
    return following[0].islower() or len(line) > 2


@rule(
    f"-{BREAK}",
    "inter-\nnational, de-\nvelop-\nment -> international, development",
    "well-\nknown, mother-\nin-law, e-\nmail -> well-known, mother-in-law, e-mail",
    "COVID-\n19, Anglo-\nSaxon, pre-\nand post-war -> COVID-19, Anglo-Saxon, pre- and post-war",
    needs=BREAK,
)
def hyphenation(match: Match) -> str:
    """Drop the hyphen of a broken word; that of a compound stays."""
    text = match.string
    before = _WORD.search(text, max(0, match.start() - 40), match.start())
    after = _NEXT.match(text, match.end())
    if before is None or after is None:
        return "-"
    first, second = before[1].lower(), after[0]
    if second in ("and", "or", "to") and first not in ("con", "pri"):
        return "- "
    joined = text[before.start() - 1] if before.start() else " "
    more = text[after.end() : after.end() + 2]
    if joined in "-_./@:\\" or (more[:1] == "-" and more[1:] != BREAK):
        return "-"
    if more[:1] in ("/", "_") or re.match(r"\.\w", more) or _ADVERB.fullmatch(first):
        return "-"
    if (
        len(first) == 1
        or (first, second) == ("no", "one")
        or not second.islower()
        or before[1][1:] != before[1][1:].lower()
    ):
        return "-"
    if first in _PREFIXES:
        return ""
    return "-" if first in _FIRST or second in _LAST or (first == "ex" and second in _EX) else ""
