"""Marks to pauses: what is left are sentences of lower-case words with . , ! ? and apostrophes."""

import re

# Words that begin with an apostrophe, and words that may end with one though they have no s.
_ELISIONS = "twas|tis|twere|twill|em|til|till|cause|cuz|bout|round|n|tween|cept|nuff|sup|bye"
_CLIPPED = re.compile(r"(?:s|in|\bn|\bo|\bol|\bth|\ban|\blil|\bmo|\bpo|\bthro|\btho)$")

_OPTION = re.compile(r"(?<!\S)--?(?=[A-Za-z])")  # as programs have them: "--help"
_APOSTROPHE = re.compile("'+|\n")
_PLAIN_BRACKETS = re.compile(r"(?<=\w)\(([\w.]{0,20})\)")
_NO_STOP = re.compile(r"(?<=[a-z])\.(?=\)?[,;])")  # of an abbreviation
_ELLIPSIS = re.compile(r"[.…]{2,}['\")\]]*( *)(?=(\n|$|I\b|[A-Z])?)")
_MARKS = re.compile(r" ?[.,!?][ .,!?]*")
_PAUSES = str.maketrans(
    {"—": ", ", ":": ",", ";": ",", "{": " ", "}": " "} | dict.fromkeys("()[]", ", ")
)
_UNSAYABLE = re.compile(r"[^a-z .,!?'\n]")


def punctuation(text: str) -> str:
    """Leave lower-case sentences, a line for each block, with a mark at the end of every line."""
    text = _OPTION.sub("", text.replace('"', ""))
    text = _PLAIN_BRACKETS.sub(r" \1 ", re.sub(r"(?<=\w)\(s\)", "s", text))
    text = _NO_STOP.sub("", _ELLIPSIS.sub(_ellipsis, text))
    text = re.sub(r" -+ |--+", ", ", text.translate(_PAUSES))
    text = _apostrophes(text).lower()
    text = _MARKS.sub(_strongest, re.sub(" +", " ", _UNSAYABLE.sub(" ", text)))
    lines = [" ".join(line.split()).lstrip(" .,!?") for line in text.split("\n")]
    lines = [line if re.search("[a-z]", line) else "" for line in lines]
    if sum(map(bool, lines)) == 1:
        return max(lines, key=len).removesuffix(",")
    lines = [f"{line.rstrip(',')}." if line and line[-1] not in ".!?" else line for line in lines]
    return re.sub("\n{2,}", "\n\n", "\n".join(lines)).strip()


def _ellipsis(match: re.Match[str]) -> str:
    return ", " if match[2] in (None, "I") else ". "


def _strongest(match: re.Match[str]) -> str:
    return next(f"{mark} " for mark in "?!.," if mark in match[0])


def _apostrophes(text: str) -> str:
    """Keep apostrophes and drop single quotation marks."""
    quoted = False

    def keep(match: re.Match[str]) -> str:
        nonlocal quoted
        if match[0] == "\n":
            quoted = False
            return "\n"
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if before.isalpha() and after.isalpha():
            return "'"
        if after.isalpha():
            if _ELIDED.match(text, end):
                return "'"
            quoted = True
        elif before.isalpha():
            if not quoted and _CLIPPED.search(text[max(0, start - 4) : start].lower()):
                return "'"
            quoted = False
        else:
            quoted = False
        return " "

    return _APOSTROPHE.sub(keep, text)


_ELIDED = re.compile(rf"(?:{_ELISIONS})(?![A-Za-z])", re.IGNORECASE)
