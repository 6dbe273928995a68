"""Templates of everyday speech, which a dictionary lacks; see everyday.txt."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

PARTS = re.split(r"^\[(\w+)\]\n", Path(__file__).with_name("everyday.txt").read_text(), flags=re.M)
SECTIONS = dict(zip(PARTS[1::2], PARTS[2::2], strict=True))


def words(section: str) -> list[str]:
    """Return the words of a section."""
    return [word.replace("_", " ") for word in SECTIONS[section].split()]


def lines(section: str) -> list[str]:
    """Return the templates of a section."""
    return SECTIONS[section].strip().splitlines()


def vocabulary() -> set[str]:
    """Return the words that a teacher's lexicon may lack."""
    sections = ("names", "surnames", "places", "things")
    return {part for section in sections for word in words(section) for part in word.split()}


def everyday(count: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Fill templates at random, about count of each kind; yield (kind, raw text)."""
    sources = (
        ("greeting", ("greetings", "endings")),
        ("greeting", ("greetings",)),
        ("question", ("questions",)),
        ("exclamation", ("exclamations",)),
        ("names", ("statements",)),
        ("names", ("statements",)),
    )
    for _ in range(2 * count):
        kind, sections = rng.choice(sources)
        template = ", ".join([rng.choice(lines(section)) for section in sections])
        yield kind, template.format(**people(rng))
    for _ in range(count):
        yield "numbers", rng.choice(lines("numbers")).format(**people(rng) | quantities(rng))
    for _ in range(count // 2):
        yield "letters", rng.choice(lines("spelled")).format(**people(rng) | letters(rng))
    for _ in range(count):
        yield "list", rng.choice(lines("lists")).format(**people(rng) | repeated(rng))


def people(rng: random.Random) -> dict[str, str]:
    """Choose names n m o r, a surname s, places p q y, things t to x and a day d."""
    names = [name.title() for name in rng.sample(words("names"), 4)]
    places = [place.title() for place in rng.sample(words("places"), 3)]
    things = rng.sample(words("things"), 5)
    surname, day = rng.choice(words("surnames")).title(), rng.choice(words("days")).title()
    return dict(zip("nmorpqytuvwxsd", [*names, *places, *things, surname, day], strict=True))


def quantities(rng: random.Random) -> dict[str, str]:
    """Choose numbers of all sizes, written as people write them."""
    whole = int(10 ** rng.uniform(0, rng.choice((2, 3, 5, 7))))
    day = rng.randint(1, 31)
    ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    hour, minute = rng.randint(1, 12), rng.randint(0, 59)
    return {
        "i": f"{whole:,}" if rng.random() < 0.7 else str(whole),
        "j": str(rng.randint(0, 99)),
        "k": str(rng.randint(100, 999)),
        "b": str(rng.randint(1, 9)),
        "l": str(rng.randint(2, 9)),
        "r": f"{rng.randint(0, 59):02d}",
        "x": f"{rng.uniform(0, 100):.{rng.randint(1, 2)}f}",
        "y": f"{10 ** rng.uniform(0, 4):,.2f}",
        "z": str(rng.randint(1100, 2049)),
        "a": str(rng.randint(1900, 2049)),
        "c": rng.choice(words("units")),
        "v": rng.choice(words("units")),
        "e": rng.choice(words("months")),
        "f": str(day),
        "h": f"{day}{ending}",
        "g": f"{hour}:{minute:02d}" + rng.choice(("", " am", " pm", " p.m.")),
        "w": f"{rng.randint(200, 999)}-{rng.randint(0, 9999):04d}",
    }


def letters(rng: random.Random) -> dict[str, str]:
    """Choose letters for {l1} to {l6}."""
    return {f"l{i}": rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for i in range(1, 7)}


def repeated(rng: random.Random) -> dict[str, str]:
    """Choose adjectives a c d, and a word b to repeat."""
    a, c, d = rng.sample(words("adjectives"), 3)
    return {"a": a, "b": rng.choice(words("repeated")), "c": c, "d": d}
