# ruff: noqa: RUF001 (raised digits are meant)
"""Marks of notes, which are not said: raised digits, digits glued to a full stop, [note 1].

A raised number belongs to a note behind a mark of punctuation or a word of prose; behind a letter,
a number, a bracket of arithmetic or a unit it is a power.
"""

import re

from soprano_np.text.english.rule import Match, Rule, rule
from soprano_np.text.english.vocabulary import SHORT_COUNTED, SHORT_MONTHS, TITLES, UNITS
from soprano_np.text.patterns import regex

_RAISED = str.maketrans("0123456789+-\u2212n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_DIGIT = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
_FUNCTIONS = frozenset("sin cos tan cot sec csc log exp sinh cosh tanh det".split())
_WORD = regex(r"([A-Za-z]+)['’]?\Z")
_YEAR = regex(
    r"\b(?:in|since|by|of|from|until|till|before|after|during|to|and) (?:1[5-9]|20)\d\d\Z"
)
_BRACKET = regex(r"\(([^()]{1,200})\)\Z")
_PROSE = regex(r"[A-Za-z]{3}")
_OPERATOR = regex(r"[-+*/=^<>]")

# Before a number, with a stop: "no.5 The" has no note.
_NUMBERED = (
    SHORT_COUNTED
    | frozenset(
        """
        app chapter circa exs figure figures item line note notes num page pages paras part point
        refs section sections step table tables ver version
        """.split()
    )
    | {word.lower() for word in (*SHORT_MONTHS, *TITLES)}
)
_ENDED = regex(
    r"(?:^|[\s\"'(*_])([A-Za-z]?[a-z]{2,30}|[\w ]{3,30}\))[\"')*_]{0,2}[.!?][\"')]{0,2}\Z"
)

_tag = r"<sup\b[^<>]{0,200}>(?:<a\b[^<>]{0,300}>)?\s{0,9}([^<>]{1,20}?)\s{0,9}(?:</a>)?</sup>"


@rule(
    rf"(?i){_tag}",
    "agreed.<sup>4</sup> x<sup>2</sup> 4<sup>th</sup> -> agreed. x² 4th",
    "so<sup>[a]</sup>, e<sup>x</sup> -> so, e^x",
    name="raised tag",
    needs="<sup",
)
def raised_tag(match: Match) -> str:
    """Write raised digits as such; a sign or a letter behind a word is a note."""
    raised = match[1].strip("[] ")
    before = match.string[max(0, match.start() - 2) : match.start()]
    if re.fullmatch(r"[-+\u2212\dn, –]{1,12}", raised):
        return raised.translate(_RAISED)
    if not raised.isalpha() or (match[1] != raised):
        return "" if not raised.isalnum() or match[1] != raised else raised
    if len(raised) == 1 and (before[-1:] in tuple(".,;:!?\"')") or before.isalpha()):
        return ""
    return f"^{raised}" if len(raised) == 1 else raised


@rule(
    rf"⁽?{_DIGIT}{{1,3}}(?:[,–-] ?{_DIGIT}{{1,3}}){{0,8}}⁾?(?![⁺⁻ⁿ/⁰¹²³⁴⁵⁶⁷⁸⁹])",
    "argued.¹ Others, said²,³ that -> argued. Others, said that",
    "x² (a+b)² 5 m² mc² 10⁻³ -> x² (a+b)² 5 m² mc² 10⁻³",
    name="note mark",
)
def _raised_note(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 60) : match.start()]
    if before.endswith(tuple(".,;:!?\"'")) and len(before.strip()) > 1:
        return ""
    if before.endswith((")", "]")):
        bracket = _BRACKET.search(before)
        is_prose = bracket and _PROSE.search(bracket[1]) and not _OPERATOR.search(bracket[1])
        return "" if is_prose else None
    word = _WORD.search(before)
    if word is None:
        return "" if _YEAR.search(before) else None
    letters = word[1]
    if len(letters) > 3 or (match[0] == "¹" and len(letters) > 1):
        return ""
    is_word = len(letters) == 3 and re.search("[aeiouy]", letters)
    return "" if is_word and letters not in UNITS and letters not in _FUNCTIONS else None


@rule(
    r"(?<=[a-z\"')*_][.!?])[\"')*_]{0,2}\d{1,3}(?:[,–-]\d{1,3}){0,8}(?=[ \n]|$)",
    'a study.12 The rest."3 Then -> a study. The rest." Then',
    "see No.5 The end, version.2 The -> see No.5 The end, version.2 The",
    "read foo.5 Then it, see chmod.1 -> read foo. Then it, see chmod.1",
    name="note mark",
)
def _glued_note(match: Match) -> str | None:
    """Remove digits behind the stop of a sentence, if another sentence or nothing follows."""
    text = match.string
    ended = _ENDED.search(text[max(0, match.start() - 40) : match.start()])
    is_word = ended and len(ended[1]) > 2 and ended[1].lower() not in _NUMBERED
    if not is_word and match[0][0] != '"':
        return None
    following = text[match.end() : match.end() + 3]
    if not re.match(r" +['\"(*_]?[A-Z]", following):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        is_page = match[0].lstrip("\"')*_") in tuple("12345678")  # of a manual: "chmod.1"
        if following.lstrip(" ")[:1] not in ("", "\n") or line.count(" ") < 2 or is_page:
            return None
    return match[0].rstrip("0123456789,–-")


# Notes that name themselves, and lists of notes behind a sentence.
_bracketed_note = Rule(
    "note mark",
    r"\[(?:(?:[Nn]ote|n\.?b\.?|nb|fn) \d{1,3}|[Cc]itation needed|[Cc]larification needed|[Ww]ho\?"
    r"|[Ww]hen\?|[Bb]etter source needed"
    r"|(?<=[a-z]{3}[.!?]\[)[a-z](?=\](?: [A-Z]|\n|$))"
    r"|(?<=[a-z]{3}[.!?,]\[)\d{1,3}(?:(?:, ?|[–-])\d{1,3}){1,20}(?=\](?: [A-Za-z]|\n|$)))\]",
    "",
    "so it was.[1, 2] it[note 3] is -> so it was. it is",
    "round the sun.[a] It -> round the sun. It",
    "mask,[3, 0]) -> mask,[3, 0])",
    needs="[",
)
_raised_by_caret = Rule(
    "note mark",
    r"\^(?<=[a-z\"')][.,;:!?]\^)\[?\d{1,3}\]?\^?(?!\w)",
    "",
    "so it is.^4 x^2 -> so it is. x^2",
    needs="^",
)

_daggers = Rule("note mark", "[†‡]{1,3}", "", "as noted† before, † so -> as noted before, so")

NOTES = (_daggers, _raised_note, _glued_note, _bracketed_note, _raised_by_caret)
