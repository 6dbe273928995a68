"""Addresses of the web and of files, hashtags and names with an @, said sign by sign."""

import re

from soprano_np.text.english.spoken_numbers import cardinal, digits
from soprano_np.text.english.words import letters, spoken_word

# What ends a host's name, and how to say it.
_TOP_LEVEL = {
    **{word: word for word in "com org net gov mil info biz dev app name museum shop blog".split()},
    **{word: word for word in "online site tech cloud news wiki page link live".split()},
    **{word: letters(word) for word in "edu io ai tv uk us de fr eu ca au nz jp cn ru br".split()},
    **{word: letters(word) for word in "nl se ch pl es dk fi gg fm ly gl xyz cc".split()},
}
# What ends a file's name; those said as words, then those spelt.
_EXTENSIONS = {
    **{word: word for word in "zip doc bin bat log lock swift java toml yaml json gif".split()},
    **{"jpeg": "jay peg", "mpeg": "m peg", "tar": "tar", "env": "env", "bak": "bak", "dot": "dot"},
    **{word: letters(word) for word in "txt pdf md rst tex csv tsv xml html htm css js ts".split()},
    **{word: letters(word) for word in "jsx tsx py rb rs go c h cpp hpp cs php sh ps sql".split()},
    **{word: letters(word) for word in "docx xls xlsx ppt pptx odt epub rtf ini cfg conf".split()},
    **{word: letters(word) for word in "jpg png svg bmp webp ico mp avi mov mkv wav ogg".split()},
    **{word: letters(word) for word in "flac opus exe dll so dmg iso apk gz bz xz rar yml".split()},
    **{word: letters(word) for word in "db pth pt onnx npz npy whl ipynb".split()},
}
_SIGNS = {
    ".": "dot",
    "/": "slash",
    "\\": "backslash",
    "-": "dash",
    "_": "underscore",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "#": "hash",
    "@": "at",
    "+": "plus",
    "%": "percent",
    ":": "colon",
    "~": "tilde",
    "*": "star",
    "$": "dollar",
    "!": "exclamation mark",
}

# A word with one of the signs that matter here.
_TOKEN = re.compile(r"(?<!\S)[^\s@#/\\.]*(?:[@#/\\.](?=\S)|/)\S*")
_PART = re.compile(r"[A-Za-z\uff41-\uff5a]+|[0-9]+|[^A-Za-z0-9]")

_LABELS = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,20}"
_SCHEME = re.compile(r"(https?|ftps?|wss?|file|git|ssh)://(.*)", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(r"(?:mailto:)?([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_HOST = re.compile(rf"(?:www\.)?{_LABELS}\.([a-z]{{2,6}})(?::[0-9]{{1,5}})?(?:[/?#].*)?", re.DOTALL)
_FILE = re.compile(r"(?:[\w.-]*\w\w|\w|)\.([a-z]{1,5}|[A-Z]{2,5})[0-9]?")
_DOTTED = re.compile(r"[A-Za-z]\w+(?:\.[a-z_]\w+)+")
_PATH = re.compile(
    r"(?:~|\.{1,2})?/[\w.~-]+(?:/[\w.~*-]+)*/?|[A-Za-z]:\\.*|\\\\.*"
    r"|[\w.-]+(?:/[\w.-]+)*/[\w-]+\.([a-z]{1,5})"
    r"|[\w.-]{2,}/(?:[\w.-]+/)*"
)
_HASHTAG = re.compile(r"#([A-Za-z]\w*)('s)?")
_MENTION = re.compile(r"@([A-Za-z_][\w.]*)('s)?")


def web(text: str) -> str:
    """Say web and mail addresses, files, paths, #tags and @names: "a.org" is "a dot org"."""
    return _TOKEN.sub(_token, text)


def _token(match: re.Match[str]) -> str:
    token = match[0]
    start = len(token) - len(token.lstrip("([{<\"',;"))
    end = len(token.rstrip(")]}>\"'.,;:!?"))
    if "(" in token[start:end] and token.startswith(")", end):
        end += 1  # a bracket that was opened within belongs to the address
    said = _say(token[start:end].removesuffix("()"))
    return token if said is None else token[:start] + said + token[end:]


def _say(token: str) -> str | None:
    """Say one token, or return None if it is none of these."""
    if found := _SCHEME.fullmatch(token):
        rest = found[2].rstrip("/")
        return _spell(rest) if rest else letters(found[1].lower())
    if found := _MAIL.fullmatch(token):
        return _spell(found[1])
    if found := _HASHTAG.fullmatch(token):
        return f"hashtag {spoken_word(found[1])}{found[2] or ''}"
    if found := _MENTION.fullmatch(token):
        return f"at {spoken_word(found[1].replace('.', ' dot '))}{found[2] or ''}"
    if (found := _HOST.fullmatch(token)) and (found[1] in _TOP_LEVEL or token.startswith("www.")):
        return _spell(token.rstrip("/"))
    if (found := _FILE.fullmatch(token)) and found[1].lower() in _EXTENSIONS:
        return _spell(token, _EXTENSIONS)
    if found := _PATH.fullmatch(token):
        return _spell(token.rstrip("/"), _EXTENSIONS)
    if _DOTTED.fullmatch(token):
        return _spell(token.replace("_", " "))
    return None


def _spell(token: str, endings: dict[str, str] = _TOP_LEVEL) -> str:
    """Say every part of an address; `endings` are said after a dot as they are there."""
    parts = _PART.findall(token)
    said: list[str] = []
    for i, part in enumerate(parts):
        if part in _SIGNS:
            said.append(_SIGNS[part])
        elif part.isascii() and part.isdigit():
            said.append(_number(part))
        elif i and parts[i - 1] == "." and part.lower() in endings:
            said.append(endings[part.lower()])
        else:
            said.append(spoken_word(part))
    return " ".join(said)


def _number(number: str) -> str:
    """Say a number as it is read from a screen: short ones whole, others digit by digit."""
    if len(number) > 3 or number.startswith("0"):
        return digits(number)
    return cardinal(number)
