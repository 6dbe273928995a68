# ruff: noqa: RUF001 (the signs are meant)
r"""Formulas and commands of LaTeX within a text: $x^2$, \(x^2\), \[x^2\], \frac{a}{b}, \emph{so}.

A pair of dollar signs holds a formula if it touches what is within, and that has signs of one: a
command, a power, an index, or single letters with operators. "$5 and $10" has none.
"""

from soprano_np.text.english.formulas import (
    COMMANDS,
    REFERENCES,
    TEXTS,
    say_command,
    say_formula,
)
from soprano_np.text.english.rule import Match, Rule, Text, rule
from soprano_np.text.patterns import regex

# A line that only opens or closes a formula or an environment.
DISPLAY = regex(r"\$\$|\\[\[\]]|\\(?:begin|end)\{[a-z]{1,20}\*?\}(?:[\[{][^\]}]{0,40}[\]}])?")

_SIGN = regex(r"[\w)}\]]\^|(?<![A-Za-z])[A-Za-z)}]_(?:\{|\w(?!\w))|\\[{}|%]")
# Single letters, numbers and operators.
_PLAIN = regex(r"(?:(?<![A-Za-z])[A-Za-z]{1,2}(?![A-Za-z])|[\d\s+\-*/=<>()|.,!'≤≥≠×±])+")
_WORD = regex(r"(?<![\\A-Za-z{])[A-Za-z]{3,}")
_TEXT_GROUP = regex(r"\\[a-z]{2,12}\*?\{[^{}]{0,200}\}")
_COMMAND = regex(r"\\([A-Za-z]{2,20})\*?")
# Their argument is read as the text around it.
_KEPT = frozenset(
    """
    section subsection subsubsection chapter paragraph part title author date caption footnote
    textit textbf emph underline texttt textsc textrm textsf text mbox enquote
    """.split()
)
_LONGEST = 500  # characters of a command with its arguments


def _is_formula(source: str) -> bool:
    """Return whether it has a command or other signs of a formula, and no words without them."""
    for found in _COMMAND.finditer(source):
        if found[1] in COMMANDS or source.startswith("{", found.end()):
            return True
    if _PLAIN.fullmatch(source):
        return any(map(str.isalnum, source))
    return bool(_SIGN.search(source)) and not _WORD.search(source)


@rule(
    r"\$\$([^$\n]{1,2000})\$\$|\\\(([^\n]{1,500}?)\\\)|\\\[([^\n]{1,1000}?)\\\]",
    "$$E = mc^2$$ -> e equals m c squared",
    r"\(a^2\) and \[a + b\] -> a squared and a plus b",
    r"a \[note\] here -> a [note] here",
    name="formula",
)
def _marked_formula(match: Match) -> str | None:
    source = match[1] or match[2] or match[3]
    is_note = match[3] and source.strip().isdecimal()  # \[1\] in Markdown
    return _apart(match, say_formula(source)) if _is_formula(source) and not is_note else None


@rule(
    r"(?<![\w$\\])\$(?=[^\s$])([^$\n]{1,500})(?<![\s\\])\$(?=th\b|[^\w$]|$)",
    "$x$ and $\\frac{1}{2}$ and the $n$th -> x and one half and the nth",
    "$5 and $10, $HOME/$USER -> $5 and $10, $HOME/$USER",
    name="formula",
    needs="$",
)
def _formula(match: Match) -> str | None:
    source = match[1]
    return _apart(match, say_formula(source)) if _is_formula(source) else None


@rule(
    r"(?m)^[^\n]*\\[A-Za-z]{2}[^\n]*$",
    r"x = \frac{1}{2} -> x equals one half",
    name="formula",
    needs="\\",
)
def _line(match: Match) -> str | None:
    """Read a line of a formula whose marks are on other lines: it has commands and no words."""
    line = match[0]
    known = any(_is_command(line, found) for found in _COMMAND.finditer(line))
    if not known or len(line) > 2000 or _WORD.search(_TEXT_GROUP.sub("", line)):
        return None
    return say_formula(line)


def _commands(text: Text) -> None:
    """Read commands in prose: of a formula, of how words look, and references."""
    if "\\" not in text.string:
        return
    string, done = text.string, 0
    replacements = []
    for found in _COMMAND.finditer(string):
        start, name = found.start(), found[1]
        if start < done or not _is_command(string, found):
            continue
        if name in _KEPT or name in ("begin", "end", "item"):
            continue
        words, length = say_command(string[start : start + _LONGEST])
        if name in REFERENCES:
            words = ""
        done = start + length
        before = " " * string[max(0, start - 1) : start].isalnum()
        replacements.append((start, done, f"{before}{words} ", "formula"))
    text.replace(replacements)


def _is_command(string: str, found: Match) -> bool:
    r"""Return whether a known command is one, and no part of a path: "C:\times"."""
    name = found[1]
    braced = string[found.end() : found.end() + 1] == "{"
    before = string[max(0, found.start() - 1) : found.start()]
    if before in ("\\", ":", ".", "%", "~") or (before.isalpha() and not braced):
        return False
    if string[found.end() : found.end() + 1] == "\\" and not name[0].isupper():
        return False
    return braced if name in TEXTS | REFERENCES else name in COMMANDS


_environment = Rule(
    "environment",
    r"\\(?:begin|end)\{[a-z]{1,20}\*?\}(?:[\[{][^\]}\n]{0,40}[\]}])?|\\item\b",
    " ",
    r"\begin{center}so\end{center} -> so",
    needs="\\",
)
_styled = Rule(
    "command",
    rf"\\(?:{'|'.join(sorted(_KEPT, reverse=True))})\*?\{{([^{{}}\n]{{0,300}})\}}",
    r"\1",
    r"\section{Intro} and \emph{this} -> Intro and this",
    needs="\\",
)
_escape = Rule(
    "escape",
    r"(?<![\\\w:])\\(?=[$%&#_*()\[\]])|(?<=[\w.,!?])\\(?=[%&_)\]]|\*(?![.\w]))",
    "",
    r"50\% of \$5 -> 50% of $5",
    needs="\\",
)


def _apart(match: Match, words: str) -> str:
    """Return words with a space on the side that touches a letter or a digit."""
    before = match.string[max(0, match.start() - 1) : match.start()].isalnum()
    return f"{' ' * before}{words}"


LATEX = (_marked_formula, _formula, _environment, _line, _styled, _commands, _escape)
