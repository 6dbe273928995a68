"""Web and mail addresses, files, hashtags and @names, said sign by sign."""

import re

from soprano_np.text.english.acronyms import letters, spoken_word
from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.say import cardinal, digits
from soprano_np.text.english.vocabulary import SIGNS
from soprano_np.text.patterns import regex

# How to say what ends the name of a host.
_TOP_LEVEL = {
    **{word: word for word in "com org net gov mil info biz dev app name museum shop blog".split()},
    **{word: word for word in "online site tech cloud news wiki page link live".split()},
    **{word: letters(word) for word in "edu io ai tv uk us de fr eu ca au nz jp cn ru br".split()},
    **{word: letters(word) for word in "nl se ch pl es dk fi gg fm ly gl xyz cc".split()},
}
# How to say what ends the name of a file.
_EXTENSIONS = {
    **{word: word for word in "zip doc bin bat log lock swift java toml yaml json gif".split()},
    **{"jpeg": "jay peg", "mpeg": "m peg", "tar": "tar", "env": "env", "bak": "bak", "dot": "dot"},
    **{word: letters(word) for word in "txt pdf md rst tex csv tsv xml html htm css js ts".split()},
    **{word: letters(word) for word in "jsx tsx py rb rs go c h cpp hpp cs php sh ps sql".split()},
    **{word: letters(word) for word in "docx xls xlsx ppt pptx odt epub rtf ini cfg conf".split()},
    **{word: letters(word) for word in "jpg png svg bmp ico mp avi mov mkv wav ogg".split()},
    **{word: letters(word) for word in "flac opus exe dll so dmg iso apk gz bz xz rar yml".split()},
    **{"webp": "web p", "webm": "web m", "heic": "heic", "tiff": "tiff", "woff": "woff"},
    **{word: letters(word) for word in "avif otf ttf".split()},
    **{word: letters(word) for word in "db pth pt onnx npz npy whl ipynb".split()},
}
_SIGNS = {sign: SIGNS[sign] for sign in "/\\=&#@+%$"} | {
    ".": "dot",
    "-": "dash",
    "_": "underscore",
    "?": "question mark",
    ":": "colon",
    "~": "tilde",
    "*": "star",
    "!": "exclamation mark",
}

_PART = regex(r"[A-Za-z\uff41-\uff5a]+|[0-9]+|[^A-Za-z0-9]")
_LABELS = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,20}"
_SCHEME = regex(r"(https?|ftps?|wss?|file|git|ssh)://(.*)", re.IGNORECASE | re.DOTALL)
_OTHER_SCHEME = regex(r"[a-z][a-z0-9+-]{1,15}://\S{3,}")
# The path behind the colon is that of a repository or of a copy.
_MAIL = regex(
    r"(?:mailto:)?([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[\w.~/-]+)?)"
)
_LOCAL = regex(r"(localhost|(?:[0-9]{1,3}\.){3}[0-9]{1,3})((?::[0-9]{2,5})?)((?:/\S*)?)")
_HOST = regex(rf"(?:www\.)?{_LABELS}\.([a-z]{{2,6}})(?::[0-9]{{1,5}})?(?:[/?#].*)?", re.DOTALL)
_FILE = regex(r"(?:[\w.-]*\w(?:\w|\.\d)|\w|)\.([a-z]{1,5}|[A-Z]{2,5})[0-9]?")
_DOTTED = regex(r"[A-Za-z]\w+(?:\.[a-z_]\w+)+")
_PATH = regex(
    r"(?:~|\.{1,2}|\$[A-Z_]{2,20}|\$\{[A-Z_]{2,20}\})?/[\w.~@:+-]+(?:/[\w.~*@:+{}%=-]+)*/?"
    r"|[A-Za-z]:[\\/].*|\\\\.*"
    r"|[\w.-]+(?:/[\w.-]+)*/[\w-]+\.([a-z]{1,5})"
    r"|[\w.-]{2,}/(?:[\w.-]+/)*"
    r"|@[\w.-]+/[\w.-]+"
)
_DOI = regex(r"(doi:)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_STEPS = regex(r"[\w.-]{2,}(?:/[\w.-]+)+")
# A file or a folder that is hidden: no sentence ends before its dot.
_HIDDEN = regex(r"\.[a-z][\w-]+(?:\.[\w-]+)*|\.[A-Za-z]+_[\w-]+")
_HASHTAG = regex(r"#([A-Za-z]\w*)('s)?")
_MENTION = regex(r"@([A-Za-z_][\w.]*)('s)?")


@rule(
    # A word with one of the signs that matter here.
    r"(?<!\S)(?:[^\s@#/\\.]*(?:[@#/\\.](?=\S)|/)|\(?localhost:)\S*",
    "https://a.org/ -> a dot org",
    "http:// -> h t t p",
    "(https://en.a.org/b_(c)). -> (en dot a dot org slash b underscore ( c )).",
    "www.a.net/b?c=1 -> w w w dot a dot net slash b question mark c equals one",
    "a.io/b&c#d -> a dot i o slash b and c hash d",
    "J.Doe+x@a-b.co.uk, -> j dot doe plus x at a dash b dot co dot u k,",
    "Amazon.com end.Next and/or 3.5 -> amazon dot com end.Next and/or 3.5",
    "main.c README.md -> main dot c readme dot m d",
    "a.tar.gz song.mp3 .wav -> a dot tar dot g z song dot m p three dot w a v",
    "localhost:80 10.0.0.1/x -> localhost colon eighty 10.0.0.1 slash x",
    "s3://bin/a-b -> s three colon slash slash bin slash a dash b",
    ".gitignore .ssh/x_y -> dot gitignore dot s s h slash x underscore y",
    "/usr/bin ~/x ../lib -> slash u s r slash bin tilde slash x dot dot slash lib",
    "src/ w/ C:\\Users -> s r c w/ c colon backslash users",
    "#ThrowbackThursday #NASA's #5 -> hashtag throwback thursday hashtag nasa's #5",
    "@user_name, @ -> at user name, @",
    "doi:10.5281/zenodo.1 -> d o i, ten dot five two eight one slash zenodo dot one",
    "np.array() p.m. D.C. e.g. -> n p dot array p.m. D.C. e.g.",
)
def _address(match: Match) -> str | None:
    token = match[0]
    start = len(token) - len(token.lstrip("([{<\"',;"))
    end = len(token.rstrip(")]}>\"'.,;:!?"))
    if "(" in token[start:end] and token.startswith(")", end):
        end += 1  # a bracket that was opened within belongs to the address
    core = token[start:end].removesuffix("()")
    said = _say(core, core != token[start:end])
    return None if said is None else token[:start] + said + token[end:]


def _say(token: str, is_call: bool) -> str | None:
    """Say one token, or return None if it is an ordinary word; is_call: it had brackets."""
    if found := _SCHEME.fullmatch(token):
        rest = found[2].rstrip("/")
        return _spell(rest) if rest else letters(found[1].lower())
    if found := _MAIL.fullmatch(token):
        return _spell(found[1])
    if found := _DOI.fullmatch(token):
        return ("d o i, " if found[1] else "") + _spell(found[2])
    if (found := _LOCAL.fullmatch(token)) and (found[3] or (found[2] and token[0] == "l")):
        host, port, path = found.groups()
        if host == "localhost":
            return _spell(token.rstrip("/"))
        return f"{host}{port} {_spell(path.rstrip('/'))}"
    if _OTHER_SCHEME.fullmatch(token):
        return _spell(token.rstrip("/"), _EXTENSIONS)
    if found := _HASHTAG.fullmatch(token):
        return f"hashtag {spoken_word(found[1])}{found[2] or ''}"
    if found := _MENTION.fullmatch(token):
        return f"at {spoken_word(found[1].replace('.', ' dot '))}{found[2] or ''}"
    if (found := _HOST.fullmatch(token)) and (found[1] in _TOP_LEVEL or token.startswith("www.")):
        return _spell(token.rstrip("/"))
    if (found := _FILE.fullmatch(token)) and found[1].lower() in _EXTENSIONS:
        return _spell(token, _EXTENSIONS)
    hidden = "/." in token or token.startswith(".") or ("_" in token and token.count("/") > 1)
    if _PATH.fullmatch(token) or (hidden and _STEPS.fullmatch(token)):
        return _spell(token.rstrip("/"), _EXTENSIONS)
    if _HIDDEN.fullmatch(token):
        return _spell(token.replace("_", " ") if is_call else token, _EXTENSIONS)
    if _DOTTED.fullmatch(token):
        return _spell(token.replace("_", " "))
    return None


def _spell(token: str, endings: dict[str, str] = _TOP_LEVEL) -> str:
    """Say every part of an address; `endings` says what may follow a dot."""
    parts = _PART.findall(token)
    said: list[str] = []
    for i, part in enumerate(parts):
        if part in _SIGNS:
            said.append(_SIGNS[part])
        elif part.isascii() and part.isdecimal():
            said.append(_number(part))
        elif i and parts[i - 1] == "." and part.lower() in endings:
            said.append(endings[part.lower()])
        else:
            said.append(spoken_word(part))
    return " ".join(said)


def _number(number: str) -> str:
    """Say a short number as a whole and a longer one digit by digit."""
    if len(number) > 3 or number.startswith("0"):
        return digits(number)
    return cardinal(number)


web = Step("Say web and mail addresses, files, paths, #tags and @names.", _address)
