# ruff: noqa: RUF001 (dashes are meant)
"""Citations of laws, notes and lines: "§§ 1940-54", "444 n.4", "Art. I", "ll. 1-4".

Comes before folding, which makes one sign of two that are alike, and before stops are decimals.
"""

import re

from soprano_np.text.english.roman import arabic
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import cardinal, digits, label

_sections = Rule(
    "sections",
    r"§§ ?(?=[\dA-Z])",
    "sections ",
    "§§ 5 and 6, § 5 -> sections 5 and 6, § 5",
    needs="§§",
)


@rule(
    r"((?:§ ?|sections )(?:\d[\d.]{0,9}[–-])?)(\d{4})\.(\d{1,4})(?![\w.]*\d)",
    "sections 1940–1954.05, § 1983.5"
    " -> sections 1940 to nineteen fifty four point zero five, § nineteen eighty three point five",
    name="statute",
)
def _statute(match: Match) -> str:
    before = re.sub("[–-]$", " to ", match[1])
    return f"{before}{label(match[2])} point {digits(match[3])}"


_note = Rule(
    "note",
    r"(?<=\d)(,?) n\. ?(?=\d{1,3}(?![\w/]|\.\d))",
    r"\1 note ",
    "384 U.S. at 444 n.4, p. 3 n. 12 -> 384 U.S. at 444 note 4, p. 3 note 12",
    "5 n.m.i., n.4 -> 5 n.m.i., n.4",
    needs=" n.",
)
_notes = Rule(
    "note",
    r"(?<=\d)(,?) nn\. ?(?=\d{1,3}(?!\w))",
    r"\1 notes ",
    "at 12 nn.4–5 -> at 12 notes 4–5",
    needs=" nn.",
)
_lines = Rule(
    "lines",
    r"(?<![\w.])(?<!')ll\. ?(?=\d{1,4}(?!\w))",
    "lines ",
    "Sonnet XVIII, ll. 1–4 -> Sonnet XVIII, lines 1–4",
    "we'll. 5 -> we'll. 5",
    needs="ll.",
)


@rule(
    r"\b(?:Art\.|(?<=Const\. )art\.|art\.(?= [IVX], (?:§|sec|cl))) ([IVX])(?=[,;:)\]]| ?§|\.? ?$"
    r"|\n| of the\b)",
    "Art. I, § 8; U.S. Const. art. V -> Article one, § 8; U.S. Const. Article five",
    "modern art. I, Art. I love -> modern art. I, Art. I love",
    name="article",
    needs="rt. ",
)
def _article(match: Match) -> str:
    return f"Article {cardinal(arabic(match[1]))}"


citations = Step(
    'Read "§§ 5" as "sections 5", "444 n.4" as "444 note 4", "Art. I" as "Article one".',
    _sections,
    _statute,
    _note,
    _notes,
    _lines,
    _article,
    only_if=r"§|\d,? nn?\.|ll\.|[Aa]rt\. ",
)
