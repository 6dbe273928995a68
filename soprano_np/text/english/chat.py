"""How people write in chats: "idk", "thx 4 the ride", "r u ok".

Letters that stand for a phrase are spelt: "idk" is "i d k". Single letters and digits that stand
for words are read only in lower case and beside words that want them: u is also a vector, r a
radius and b4 a square.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.shorthand import END, PROSE
from soprano_np.text.patterns import regex

_SPELT = frozenset(
    """
    afaik afk asap brb btw fwiw fyi idc idk iirc ikr imho imo irl lmao lmk lol ngl np nvm omg rn
    smh tbh tfw ttyl ty wtf
    """.split()
)
_FIRST = f"[{''.join(sorted({word[0] + word[0].upper() for word in _SPELT}))}]"
_NAMES = ("Np", "Rn", "Ty")
_WORDS = {
    "2moro": "tomorrow", "2morrow": "tomorrow", "2night": "tonight", "2nite": "tonight",
    "4ever": "forever", "gr8": "great", "l8r": "later",
}  # fmt: skip

# Before and behind "u".
_ASKS = regex(
    r"(?:^|[^a-z'])(?:are|c|can|could|did|do|does|hey|hope|love|luv|miss|see|should|thank|thanks"
    r"|told|will|wish|would) $",
    re.IGNORECASE,
)
_LINKS = regex(
    r"(?:^|[.!?,\n] ?|\b(?:after|all|and|as|b4|because|bc|before|but|how|if|once|since|so|that"
    r"|think|unless|what|when|where|while|why) )$",
    re.IGNORECASE,
)
_DOES = regex(
    r" (?:are|can(?! be)|come|could(?! be)|did|do|feel|find|get|go|going|got|had|have|know|like"
    r"|need|r|said|say|see|should(?! be)|still|think|want)\b"
)
_CHATS = regex(r" (?:coming|doing|gonna|gotta|guys|home|know|ok|r|there|wanna)\b")
_LETTERS_BEHIND = regex(r"(?:,| and| be| or) ?[a-z]?\b(?![a-z])| be\b|-| =")
# Before and behind "b4" in chess.
_MOVES = regex(r"(?:and|at|from|is|move|on|pawn|plays?|played|the|to|with|\d\.) $")
_SQUARE = regex(r" (?:and|is|or|pawn|square|then|was|with)\b")


@rule(
    rf"{_FIRST}{PROSE}(?:{'|'.join(sorted({word[1:] for word in _SPELT}))})\b{END}",
    "idk, Lol btw brb. np -> i d k, l o l b t w b r b. n p",
    "Ty sees np.array -> Ty sees np.array",
)
def _letters(match: Match) -> str | None:
    word = match[0]
    if word.lower() not in _SPELT or word in _NAMES:
        return None
    return " ".join(word.lower())


@rule(
    r"[24gl](?<![\w.@#/$+-].)(?:mor(?:r?ow|o)|ni(?:gh)?te?|ever|r8|8r)\b",
    "2nite was gr8, l8r -> tonight was great, later",
)
def _sounded(match: Match) -> str | None:
    return _WORDS.get(match[0])


@rule(
    r"r(?<![^\s,(]r)(?= u\b| (?:you|ur|we|they)\b|(?<=\b(?:we) r) [a-z]{2}|(?<=\bu r) [a-z]{2}"
    r"|(?<=\b(?:you) r) [a-z]{2}|(?<=\bthey r) [a-z]{2})",
    "r u ok, u r late, how r you -> are you ok, you are late, how are you",
    "the radius r is 5 -> the radius r is 5",
)
def _are(match: Match) -> str:
    return "are"


_see = Rule("see", r"c(?<![^\s,(]c)(?= (?:u|ya)\b)", "see", "c ya, c u -> see ya, see you")


@rule(
    r"u(?<![^\s,(\"]u)(?![\w'*/\\^=(-]|\.\w| [a-z]\b)",
    "do u know, thank u, if u can, u are late -> do you know, thank you, if you can, you are late",
    "let u be, are u and v, if u can be -> let u be, are u and v, if u can be",
)
def _you(match: Match) -> str | None:
    text, end = match.string, match.end()
    before = text[max(0, match.start() - 10) : match.start()]
    asked = _ASKS.search(before) and not _LETTERS_BEHIND.match(text, end)
    if asked or _CHATS.match(text, end) or (_LINKS.search(before) and _DOES.match(text, end)):
        return "you"
    return None


_your = Rule(
    "your",
    r"ur(?<![^\s,(\"]ur)(?= [a-z]{2})",
    "your",
    "ur late, ur-text -> your late, ur-text",
)


@rule(
    r"b4(?<=[a-z,)] b4)(?= [a-z\d])",
    "call b4 you go, he played b4 then -> call before you go, he played b4 then",
)
def _before(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 8) : match.start()]
    chess = _MOVES.search(before) or _SQUARE.match(match.string, match.end())
    return None if chess else "before"


_for = Rule(
    "for",
    r"4(?<![^\s(]4)(?<![\d.] 4)(?= (?:sale|rent)\b"
    r"(?! (?:items?|prices?|signs?|tags?|events?|checks?|payments?)\b))"
    r"|4(?<=[a-z] 4)(?= (?:u|me|ya)\b)",
    "for",
    "4 sale, thanks 4 me -> for sale, thanks for me",
    "4 sale signs, all 4 men -> 4 sale signs, all 4 men",
)

chat = Step(
    'Read "idk" as "i d k", "r u ok" as "are you ok", "gr8" as "great".',
    _letters,
    _sounded,
    _are,
    _see,
    _for,
    _you,
    _your,
    _before,
)
