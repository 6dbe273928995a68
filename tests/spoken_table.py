"""The table of what the English front end says, tests/text/spoken.txt."""

from pathlib import Path
from typing import NamedTuple

SPOKEN = Path(__file__).with_name("text") / "spoken.txt"


class Case(NamedTuple):
    """A row of the table: its group, the text, and all that may be said."""

    group: str
    text: str
    spoken: list[str]


def read_cases() -> list[Case]:
    found = []
    group = ""
    for line in SPOKEN.read_text("utf-8").split("\n"):
        if line.startswith("## "):
            group = line[3:]
        elif line.strip() and not line.startswith("# "):
            line = line.replace("\\n", "\n").replace("\\t", "\t")
            text, arrow, spoken = line.rpartition(" -> ")
            assert arrow, line
            found.append(Case(group, text, [without_stop(said) for said in spoken.split(" | ")]))
    return found


def without_stop(spoken: str) -> str:
    return spoken.strip().removesuffix(".")


CASES = read_cases()
