"""Numbers in the form that later steps know: thousands with commas, "about" for "~".

Comes before all steps that read digits.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.patterns import regex

# Before any step makes words of what follows.
_about = Rule(
    "about",
    r"~ ?(?=[\d.$£€-]|[A-Z][a-z]{2,8}\.? \d|(?:an?|half|one|two|ten) [a-z])",
    "about ",
    "~5 minutes, ~$5 -> about 5 minutes, about $5",
)

_about_seconds = Rule(
    "about", r"~ ?(\d{1,3})s(?!\w)", r"about \1 seconds", "~20s -> about 20 seconds", needs="~"
)

_quarter = Rule("quarter", r"\b(Q[1-4])'(?=\d\d(?!\w))", r"\1 '", "Q1'24 -> Q1 '24")


@rule(
    r"(?<![\w.,'])(?<!\d[ -])\d{1,3}"
    r"(?:(?: \d{3}){2,12}|(?: 000){1,2}|(?:'\d{3}){1,12}|(?:_\d{3}){1,12}|(?:\.\d{3}){2,12})"
    r"(?![\w'-]|[.,]\d| \d)",
    "1 000 000 and 10 000 -> 1,000,000 and 10,000",
    "1.000.000, 1_000, 1'000 -> 1,000,000, 1,000, 1,000",
    "800 555 0199 -> 800 555 0199",
    "5 100 -> 5 100",
    "1.000 -> 1.000",
    "in 1999 000 -> in 1999 000",
)
def _thousands(match: Match) -> str:
    return re.sub("[ '_.]", ",", match[0])


_mixed_fraction = Rule(
    "mixed fraction",
    r"(?<![\w/.,-])(\d{1,3})-(?=\d{1,2}/\d{1,2}(?![\d/-]))",
    r"\1 ",
    "1-1/2 -> 1 1/2",
)


# What is counted as "01", so that files stand in order.
_IN_ORDER = regex(
    r"\b(?:act|appendix|book|chapter|day|episode|exercise|figure|item|lecture|lesson|level|line"
    r"|module|page|part|phase|problem|question|round|scene|season|section|stage|step|table|task"
    r"|test|track|unit|verse|volume|week|(?:ch|ep|fig|pt|vol)\.)$",
    re.IGNORECASE,
)


@rule(
    r" 0{1,3}(?=[1-9]\d?(?![\w/-]|[.,:]\d))",
    "Chapter 01, part 007 -> Chapter 1, part 7",
    "Agent 007, page 01/02 -> Agent 007, page 01/02",
)
def _place_in_order(match: Match) -> str | None:
    return (
        " " if _IN_ORDER.search(match.string[max(0, match.start() - 9) : match.start()]) else None
    )


@rule(r"S(?<!\wS)0*([1-9]\d?)E0*([1-9]\d?)\b", "S01E05 -> season 1 episode 5")
def _episode(match: Match) -> str:
    return f"season {match[1]} episode {match[2]}"


_plus_or_minus = Rule(
    "plus or minus",
    r"\+(?: ?/ ?[-\u2212]|(?<![\w+]\+)-(?=[\d.$]))",
    "±",
    "+/- 3, +-5 -> ± 3, ±5",
    needs="+",
)


plain_numbers = Step(
    'Write "1 000 000" and "1_000_000" as "1,000,000", "1-1/2" as "1 1/2", "+/-" as "±".',
    _about_seconds,
    _about,
    _quarter,
    _thousands,
    _mixed_fraction,
    _place_in_order,
    _episode,
    _plus_or_minus,
)
