# ruff: noqa: RUF001 (full-width letters are meant)
"""Marks to pauses: what is left are sentences of lower-case words with . , ! ? and apostrophes."""

import re

from soprano_np.text.english.rewritten import PUNCTUATION, Replacements
from soprano_np.text.english.rule import Match, Rule, Step, Text, rule
from soprano_np.text.patterns import regex

# Words that begin with an apostrophe, and words that may end with one though they have no s.
_ELIDED = regex(
    r"(?i)(?:twas|tis|twere|twill|em|til|till|cause|cuz|bout|round|n|tween|cept|nuff|sup|bye)"
    r"(?![A-Za-z])"
)
_CLIPPED = regex(r"(?:s|in|\bn|\bo|\bol|\bth|\ban|\blil|\bmo|\bpo|\bthro|\btho)$")
_PAUSES = {"—": ", ", ":": ",", ";": ",", "{": " ", "}": " "} | dict.fromkeys("()[]", ", ")
_APOSTROPHE = regex("'+|\n")

_quotation_mark = Rule(PUNCTUATION, '"', "", '"Stop," he said. -> stop, he said.')
# Of a program.
_option = Rule(PUNCTUATION, r"(?<!\S)--?(?=[A-Za-z])", "", "use --help or -h -> use help or h")
_plural = Rule(PUNCTUATION, r"(?<=\w)\(s\)", "s", "file(s) and f(x) -> files and f x")
_plain_brackets = Rule(PUNCTUATION, r"(?<=\w)\(([\w.]{0,20})\)", r" \1 ", "main() -> main")


@rule(
    r"[.…]{2,}['\")\]]*( *)(?=(\n|$|I\b|[A-Z])?)",
    "Wait... what? Well... No. -> wait, what? well. no.",
    "Then... I left... -> then, i left.",
    name=PUNCTUATION,
)
def _ellipsis(match: Match) -> str:
    return ", " if match[2] in (None, "I") else ". "


# Of an abbreviation.
_no_stop = Rule(
    PUNCTUATION, r"(?<=[a-z])\.(?=\)?[,;])", "", "(a and so on.), b. -> a and so on, b."
)


@rule(
    f"[{re.escape(''.join(_PAUSES))}]",
    "He came (late). (He left.) So -> he came, late. he left. so",
    "one: two; three — four -> one, two, three, four",
    name=PUNCTUATION,
)
def _pause(match: Match) -> str:
    return _PAUSES[match[0]]


_dashes = Rule(PUNCTUATION, " -+ |--+", ", ", "well-known a - b -> well known a, b")


def _apostrophes(text: Text) -> None:
    """Keep apostrophes and drop single quotation marks."""
    quoted = False

    def keep(match: Match) -> str:
        nonlocal quoted
        if match[0] == "\n":
            quoted = False
            return "\n"
        start, end = match.span()
        string = match.string
        before, after = string[start - 1 : start], string[end : end + 1]
        if before.isalpha() and after.isalpha():
            return "'"
        if after.isalpha():
            if _ELIDED.match(string, end):
                return "'"
            quoted = True
        elif before.isalpha():
            if not quoted and _CLIPPED.search(string[max(0, start - 4) : start].lower()):
                return "'"
            quoted = False
        else:
            quoted = False
        return " "

    text.sub(PUNCTUATION, _APOSTROPHE, keep)


def _lower(text: Text) -> None:
    text.map(str.lower)


_unsayable = Rule(PUNCTUATION, r"[^a-zａ-ｊ .,!?'\n]", " ", "A_b -> a b")
_spaces = Rule(PUNCTUATION, " {2,}", " ", "a  b -> a b")


@rule(r" ?[.,!?][ .,!?]*", "Wait?no Really?! Stop!!! -> wait? no really? stop!", name=PUNCTUATION)
def _strongest(match: Match) -> str:
    return next(f"{mark} " for mark in "?!.," if mark in match[0])


def _end_lines(text: Text) -> None:
    """Trim lines, drop empty ones, and end each with a mark if there is more than one."""
    lines = []  # where the first word of each line begins, and where its last mark ends
    start = 0
    for line in text.string.split("\n"):
        if re.search("[a-zａ-ｊ]", line):
            first = start + len(line) - len(line.lstrip(" .,!?"))
            lines.append((first, start + len(line.rstrip(" "))))
        start += len(line) + 1
    replacements: Replacements = []
    done, between = 0, ""
    for first, last in lines:
        if done:
            paragraph = text.string.count("\n", done, first) > 1
            between = "\n\n" if paragraph else "\n"
        replacements.append((done, first, between, PUNCTUATION))
        done = last
        if text.string[last - 1] not in ".!?":
            stop = "." if len(lines) > 1 else ""
            before = len(text.string[first:last].rstrip(",")) if stop else last - first
            if not stop and text.string[last - 1] == ",":
                before -= 1
            replacements.append((first + before, last, stop, PUNCTUATION))
    replacements.append((done, len(text.string), "", PUNCTUATION))
    text.replace(replacements)


punctuation = Step(
    "Leave lower-case sentences, a line for each block, with a mark at the end of every line.",
    _quotation_mark,
    _option,
    _plural,
    _plain_brackets,
    _ellipsis,
    _no_stop,
    _pause,
    _dashes,
    _apostrophes,
    _lower,
    _unsayable,
    _spaces,
    _strongest,
    _end_lines,
)
