"""Faces and hearts, which are not said: ":-)", "XD", "<3".

Those that hold a letter or a number stay where they may be a product, a key or a comparison.
"""

from soprano_np.text.english.rule import Match, Rule, rule
from soprano_np.text.patterns import regex

# After these "<3" is a comparison: the score was <3, grade <3.
_COMPARED = frozenset(
    """
    age aged ages and are at be been being below by count counts depth dose doses for from from
    grade grades if in index is least length level levels must number numbers of or rate rated
    rates rating ratings ratio ratios remained remains risk score scored scores size sizes speed
    stayed stays than titer to under value values version was were when where width with
    """.split()
)
# After these it is a heart even before a full stop.
_LOVED = frozenset(
    """
    all babe baby darling dear friend friends her him hug hugs kiss kisses love loved loves miss
    missed thank thanks them thx ty u xo xoxo ya you
    """.split()
)
# "I" that is a person, not a current.
_LOVER = regex(r"(?:\A|[^\w ] ?|\b(?:and|but|because|cuz|guys|how|lol|so|that|why|yes) )I \Z")
_LAUGHS = frozenset(
    "funny haha hahaha hahahaha hehe hehehe hilarious laughing lmao lmfao lol omg rofl".split()
)
# After these a face is a key, a command or a drive, and after these and others XD is a product.
_KEYED = frozenset(
    """
    a an called command drive enter flag key named option press run the type typing use using
    """.split()
)
_NAMED = _KEYED | frozenset(
    """
    and as at by for from in install into is learn like model of on open or prefer prefers size
    than to try used uses via vs was with
    """.split()
)


@rule(
    r"(?<!\S)<3{1,9}(?: <3{1,9}){0,9}(?= *(?:([.])|[!?\n]|$|[:;xX^][D)_(]))",
    "I <3! I miss you <3. -> I ! I miss you .",
    "The score was <3. CD4 <3! -> The score was <3. CD4 <3!",
    name="emoticon",
    needs="<3",
)
def _heart(match: Match) -> str | None:
    word = _word_before(match)
    if match[1] or word.lower() in _LOVED:
        return "" if word.lower() in _LOVED else None
    is_code = (
        word[-1:].isdecimal() or word[-1:] in tuple("([=/:") or (word != "I" and word.isupper())
    )
    return None if is_code or word.lower() in _COMPARED else ""


@rule(
    r"<3(?<=\bI <3)(?= (?:u|you|ya|this|these|my|him|her|NYC?|our)\b)",
    "I <3 you! so I <3 NY -> I love you! so I love NY",
    "a current I <3 my limit -> a current I <3 my limit",
    name="emoticon",
    needs="I <3",
)
def _love(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 12) : match.start()]
    return "love" if _LOVER.search(before) else None


@rule(
    r"(?<!\S)XD(?=([\s.,!?])|$)",
    "That is so funny XD -> That is so funny",
    "lol XD then I -> lol then I",
    "My Adobe XD file, size XD -> My Adobe XD file, size XD",
    name="emoticon",
    needs="XD",
)
def _laugh(match: Match) -> str | None:
    """Remove a laughing face after a laugh or a mark, and at the end of a line of prose."""
    word = _word_before(match)
    if len(word) == 2 and word[0].isupper() and word[1] == ",":
        return None  # sizes: D, XD
    if not word or word.lower() in _LAUGHS or not word[-1].isalnum():
        return ""
    ends = match[1] in (None, "\n", "!")
    return "" if ends and word.islower() and word not in _NAMED else None


@rule(
    r"(?:[:;](?<!\S.)['-]?(?:[DPp]{1,9}|[OoX](?!\S))|x(?<!\S.)D{1,9}|X(?<!\S.)DD{1,8}"
    r"|[oO](?<!\S.)_[oO]|T(?<!\S.)_T)(?=[\s.,!?]|$)",
    "so :D xD yes ;P -> so yes",
    "Type :X or use :p. Drive :D is -> Type :X or use :p. Drive :D is",
    name="emoticon",
)
def _lettered_face(match: Match) -> str | None:
    return None if _word_before(match).lower() in _KEYED else ""


_face = Rule(
    "emoticon",
    r"¯\\{0,2}_\(.{1,2}\)_/¯|(?:[:;](?<!\S.)['-]?(?:[)(*][)(*DPp]{0,8}|[/|](?!\S))"
    r"|=(?<!\S.)(?<!\w .)[)(D]|\^(?<!\S.)_{0,3}\^|>(?<!\S.)_<)(?=[\s.,!?]|$)",
    "",
    "ok :) then :-( -> ok then",
    "ratio 1:3, y =D -> ratio 1:3, y =D",
)


def _word_before(match: Match) -> str:
    """Return the word before a match in its line, with the marks that touch it."""
    line = match.string[max(0, match.start() - 30) : match.start()].rpartition("\n")[2]
    return (line.split() or [""])[-1]


EMOTICONS = (_love, _heart, _laugh, _lettered_face, _face)
