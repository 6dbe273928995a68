"""Commands, options, operators and patterns of programs within prose: "git push -f", "ls | wc".

Comes before addresses of the web, which would take "node_modules/" for what it is but "cd .." for
an ellipsis. `pattern` and `is_pipeline` belong to the layout, which would take their signs away.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import cardinal, label
from soprano_np.text.english.vocabulary import any_of
from soprano_np.text.patterns import regex

# Names of programs that are no words.
_PROGRAMS = """
    apt apt-get awk brew bzip2 cargo cd chmod chown clang conda cp crontab curl df docker dpkg du
    ffmpeg gcc git grep gunzip gzip htop journalctl kubectl ls mkdir mypy mv npm npx openssl pip
    pip3 ps pytest python3 rm rmdir rsync scp sed ssh sudo systemctl tar uniq unzip useradd wc wget
    xargs yum
""".split()
# Programs that are also words: they count at the beginning of a line, a quotation or a command.
_WORDS = """
    cat diff echo find go head java kill less make man node perl ping python ruby sort tail tee top
    touch yarn zip
""".split()
_RUN = (
    r"(?:^|[\n$`\"'|(]|&&|\b(?:[Rr]un(?:ning)?|[Uu]s(?:e|ing)|[Tt]ype|[Tt]ry|[Ee]xecute|[Ww]ith"
    r"|via|sudo|or|and|then)\b) ?"
)
_PROGRAM = (
    rf"(?:(?<![\w/.-])(?:{any_of(_PROGRAMS)})|{_RUN}(?:{any_of(_WORDS)}))(?![\w./-]\w|[\w(-])"
)
# A program, and what may stand between it and its option: no sentence ends there.
_COMMAND = regex(rf"{_PROGRAM}(?:(?!(?<! )[.!?] )[^\n;,()]){{0,80}} \Z")
_LONGEST = 110
# A command whose output goes to others.
_PIPED = regex(rf"(?:\$ )?{_PROGRAM}[^|]*(?: \| (?:{any_of([*_PROGRAMS, *_WORDS])})\b[^|]*)+")
# What names an option: "the -f flag", "pass -v".
_OPTION_CUE = regex(
    r"(?:\b(?:use|using|pass|passing|add|adding|via|(?:flags?|options?)(?:,? (?:or|and))?|switch"
    r"|specify|omit)"
    r"|(?<!\S)--?[a-z][\w-]*(?:,| or| and|/)|\bdash [a-z](?:,| or| and)) \Z",
    re.IGNORECASE,
)
_OPTION_NAMED = regex(r" (?:flags?|options?|switch(?:es)?|argument|parameter)\b")
_SUFFIX = regex(r" (?:ending|suffix|form|sound|plural|verb|noun|word)")
_NOT_SPELT = frozenset("jar all cp dir out log new".split())

_OPERATORS = {
    "===": "triple equals",
    "!==": "not double equals",
    "==": "double equals",
    "!=": "not equals",
    "&&": "double ampersand",
    "||": "double pipe",
}
_PATTERN_SIGNS = {
    "^": "caret", "$": "dollar", "\\": "backslash", "+": "plus", "*": "star", "?": "question mark",
    ".": "dot", "|": "pipe", "[": "open bracket", "]": "close bracket", "(": "open paren",
    ")": "close paren", "{": "open brace", "}": "close brace", "-": "dash", "/": "slash",
    "_": "underscore", ":": "colon", ",": "comma", "=": "equals", "!": "bang", "@": "at",
    "#": "hash", "<": "less than", ">": "greater than", '"': "quote", "'": "quote", "%": "percent",
    "&": "and", "~": "tilde", ";": "semicolon",
}  # fmt: skip
_PATTERN_PART = regex(r"\\[A-Za-z]|[A-Za-z]+|\d+|.")
_STATUS = "40[0-9]|41[0-8]|42[2-9]|451|50[0-8]|30[0-8]|20[0-6]"
_DENIED = "401|403|404|405|429|502|503|504"


@rule(
    r"(?<![^\s`'\"(])(?:\^(?=\S{0,80}[\\\[(+*.])[^\s`]{1,80}\$"
    r"|(?=[^\s`]{0,80}\\[dwsbDWSB][+*?{\\]|[^\s`]{0,80}\][+*]\$)[\\\[(][^\s`]{2,80})"
    r"(?=[\s`'\").,;:!?]|$)",
    r"The pattern ^\d+$ matches -> The pattern caret backslash d plus dollar matches",
    r"use [a-z]+\d* or \w+@\w+ -> use open bracket a dash z close bracket plus backslash d star"
    r" or backslash w plus at backslash w plus",
    r"^4 and $5 and C:\dir -> ^4 and $5 and C:\dir",
    name="pattern",
    needs="\\",
)
def _escaped_pattern(match: Match) -> str:
    return _signs(match[0])


@rule(
    r"(?<![^\s`'\"(])\^(?=[^\s`]{0,80}[\[(+*])[^\s`\\$]{1,80}\$(?=[\s`'\").,;:!?]|$)",
    "^[a-z]+$ -> caret open bracket a dash z close bracket plus dollar",
    "x^2 and ^a$ -> x^2 and ^a$",
    name="pattern",
    needs="$",
)
def _anchored_pattern(match: Match) -> str:
    return _signs(match[0])


def is_pipeline(line: str) -> bool:
    """Return whether a line is a command whose output goes to others: "ls -l | sort | tail"."""
    return " -" in line and _PIPED.fullmatch(line) is not None


@rule(
    r" \|(?= (?P<to>[a-z]+\d?\b))",
    "ls | wc, a | wc, ls | a -> ls pipe wc, a | wc, ls | a",
    needs=" | ",
)
def _pipe(match: Match) -> str | None:
    before = f"{match.string[max(0, match.start() - _LONGEST) : match.start()]} "
    known = match["to"] in _PROGRAMS or match["to"] in _WORDS
    return " pipe" if known and _COMMAND.search(before) else None


@rule(
    r"(?<= )-(?P<letters>[A-Za-z]{1,6})(?P<number>\d{0,3})(?=[\s.,;:!?)'\"=]|$)",
    "git push -f, rm -rf x -> git push dash f, rm dash r f x",
    "find . -name x -> find dot dash name x",
    "use -h or -v, the -s ending -> use dash h or dash v, the -s ending",
    "make -j4, we make -at last -> make dash j four, we make -at last",
    needs=" -",
)
def _option(match: Match) -> str | None:
    text, start = match.string, match.start()
    letters, number = match["letters"], match["number"]
    before = text[max(0, start - _LONGEST) : start]
    if not _COMMAND.search(before):
        named = _OPTION_CUE.search(before[-24:]) or _OPTION_NAMED.match(text, match.end())
        if len(letters) > 1 or not named or _SUFFIX.match(text, match.end()):
            return None
    spelt = len(letters) < 4 and letters not in _NOT_SPELT
    words = " ".join(letters.lower()) if spelt else letters
    return f"dash {words}{' ' + label(number) if number else ''}"


@rule(
    r"-(?<=\b(?:kill|head|tail) -)(\d{1,3})(?!\S)",
    "kill -9 1234, tail -5 -> kill dash nine 1234, tail dash five",
    needs=" -",
)
def _signal(match: Match) -> str:
    return f"dash {cardinal(match[1])}"


_INTO_FOLDER = regex(
    r"(?<![\w./-])(?:cd|ls|pushd|git (?:add|clone|checkout)|(?:cp|mv|rsync|du|mypy|pytest|docker"
    r" build"
    r"|pip install|grep)\b[^\n.!?;,]*?|\bfind)(?: -\S+| dash \w){0,3} \Z"
)


@rule(
    r"(?<= )\.\.?(?=\s|$|[.,;:!?](?:\s|$))(?<!\.\.\.)",
    "cd .. now, git add . now -> cd dot dot now, git add dot now",
    "so .. now, git is so . -> so .. now, git is so .",
    name="folder",
    needs=" .",
)
def _folder(match: Match) -> str | None:
    """Read the name of this folder or the one above behind a command."""
    known = _INTO_FOLDER.search(match.string, max(0, match.start() - 50), match.start())
    return " ".join(["dot"] * len(match[0])) if known else None


@rule(
    r"(?<=[a-zA-Z,] )(?P<sign>===|!==|==|!=|&&|\|\|)(?=[.,;:!?)]|$|\n| (?P<next>[a-z]+)\b)",
    "Use === instead of ==, not && -> Use triple equals instead of double equals, not double"
    " ampersand",
    "if a == b and c != d -> if a == b and c != d",
)
def _operator(match: Match) -> str | None:
    """Name an operator that stands between no operands."""
    before = match.string[max(0, match.start() - 14) : match.start()]
    behind = match["next"]
    named = re.search(
        r"(?i)\b(?:use|uses|using|prefer|of|over|than|not|the|an?|both|with|from|to|by|and|or"
        r"|but|like)"
        r" \Z",
        before,
    )
    goes_on = behind is None or behind in _BEHIND_OPERATOR
    return _OPERATORS[match["sign"]] if named and goes_on else None


_BEHIND_OPERATOR = frozenset(
    """
    and as but can compares does for has if in instead is means not operator operators or over
    rather returns sign than to when with
    """.split()
)

_empty = Rule(
    "empty string",
    r"(?<=\b(?:is|be|to|or|as)) (?:''|\"\")(?=[\s.,;:!?)]|$)|(?<=[=,(]) ?(?:''"
    r"|\"\")(?=[\s.,;:!?)]|$)",
    " empty string",
    "the default is \"\", set to '' -> the default is empty string, set to empty string",
    "5'', he said ''so'' -> 5'', he said ''so''",
)


@rule(
    r"\b(TODO|FIXME|TODOs)(?:\(([\w.@ -]{1,30})\))?(?![\w/(-]|\.\w)",
    "TODO(sam): fix, FIXME: so -> to do, sam: fix, fix me: so",
    "TODO.md, the TODOs -> TODO.md, the to do's",
)
def _to_do(match: Match) -> str:
    words = {"TODO": "to do", "FIXME": "fix me", "TODOs": "to do's"}[match[1]]
    return f"{words}, {match[2]}" if match[2] else words


@rule(
    rf"(?<![\w.,$/-])(?:(?P<named>(?i:status(?: code)?|HTTP(?:/[\d.]+)?)):?"
    rf" (?=\d))?(?P<status>{_STATUS})"
    rf"(?(named)(?![\w%]|[.,:/-]\d)|(?=(?: \"?(?:[Ee]rrors?|[Rr]esponses?|redirects?|status(?:es)?"
    r"|[Nn]ot [Ff]ound|[Bb]ad [Gg]ateway|[Bb]ad [Rr]equest|Unauthorized|Forbidden|Service"
    r" Unavailable|Internal"
    r" Server)\b)"
    rf"|(?<={'|'.join(code[-3:] for code in _DENIED.split('|'))})(?:(?= (?:case|page)\b)"
    r"|(?<=\b[Aa] ...)(?:[.,;)]|$| (?:from|on|if|when|instead|or|and|for|because|is|in"
    r"|means)\b))))",
    "a 404 error, a 404 case, a 301 redirect"
    " -> a four oh four error, a four oh four case, a three oh one redirect",
    "got a 502. status code 404 -> got a five oh two. status code four oh four",
    "404 cases of flu, a 404 hp car -> 404 cases of flu, a 404 hp car",
)
def _status(match: Match) -> str:
    return f"{match['named'] or ''}{' ' if match['named'] else ''}{label(match['status'])}"


def _signs(pattern: str) -> str:
    """Read a regular expression sign by sign."""
    said = []
    for part in _PATTERN_PART.findall(pattern):
        if part[0] == "\\" and len(part) == 2:
            said.append(f"backslash {part[1].lower()}")
        elif part.isdecimal():
            said.append(cardinal(part))
        else:
            said.append(_PATTERN_SIGNS.get(part, part))
    return " ".join(said)


PATTERNS = (_escaped_pattern, _anchored_pattern)

commands = Step(
    'Read "git push -f" as "git push dash f", "cd .." as "cd dot dot", a 404 as "four oh four".',
    _operator,
    _empty,
    _pipe,
    _option,
    _signal,
    _folder,
    _to_do,
    _status,
    only_if=r" -[A-Za-z\d]| \||[=&]=?[=&]|!=| \.|''|\"\"|TODO|FIXME|\b[2345]\d\d\b",
)
