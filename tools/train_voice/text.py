"""Text: what the teacher is to read, in the form in which the voice will meet it.

Sources: WordNet's example sentences and glosses (Debian's wordnet-base; Princeton's licence, which
asks for its notice), the words of the teacher's lexicon, and templates of our own. Everything goes
through the project's own normaliser. work/text.jsonl is in random order, so that any prefix is an
even sample, but for common words alone, which come last; work/heldout/ keeps what no step may train
on, a file for each use.
"""

import argparse
import gzip
import json
import random
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from train_voice import templates
from train_voice.files import whole

from soprano_np.text.normalize import choose_normalizer

LONGEST = 250  # characters
ALLOWED = re.compile(r"[ a-z'.,?!]+")
WORD = re.compile(r"[a-z']+")
COMMON = 3  # times that WordNet uses a word for which the teacher's guess is taken
HEARD = 2  # how often every word of the lexicon is to be heard
LETTERS = 8  # how often every letter is to be heard alone
ALONE = 10  # times that WordNet uses a word which is to be heard alone
JOINS = 2800  # texts; so many that they are an eighth of the hours
GLOSSES = 8000  # of more than 100,000
EVERYDAY = 3000  # texts of each sort of template
LETTER_A = "[A](/\N{MODIFIER LETTER VERTICAL LINE}A/)"
# A voice has no use for these; WordNet quotes them as a dictionary must.
SLURS = re.compile(
    r"\b(nigg\w*|fag|fags|faggot\w*|kikes?|spics?|chinks?|wops?|darky|darkie\w*|cunts?|coons?"
    r"|gooks?|dykes?|wetbacks?|fuck\w*|shit\w*|whor\w*|sluts?|rap(?:e|ed|ing|ist)s?|honky|honkies"
    r"|cocksuck\w*|motherfuck\w*|piss\w*|negro\w*|jap|japs|dago\w*|redskins?|squaws?|retards?)\b"
)
SENTENCES = Path(__file__).parents[1] / "sentences"  # what voices are scored by


class Line(NamedTuple):
    """One text: as the voice sees it, as the teacher reads it, and where it is from."""

    text: str
    spoken: str
    kind: str


def wordnet(folder: Path) -> tuple[list[str], list[str]]:
    """Read WordNet's example sentences and its glosses without them."""
    examples, glosses = [], []
    for name in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{name}").read_text("latin-1").splitlines():
            if line.startswith("  "):  # the licence
                continue
            gloss = line.partition(" | ")[2]
            examples += re.findall(r'"([^"]+)"', gloss)
            glosses.append(re.split(r'[;:,]? *"', gloss)[0].strip())
    return list(dict.fromkeys(examples)), list(dict.fromkeys(glosses))


def spoken_form(text: str) -> str:
    """Write a normalised text so that the teacher reads single letters as letters.

    A letter A would be taken for the article, and so its sound is given in the teacher's notation.
    """
    words = text.split()
    letters = [re.fullmatch(r"[a-z][.,?!]?", word) is not None for word in words]
    out = []
    for i, word in enumerate(words):
        beside = (i > 0 and letters[i - 1]) or (i + 1 < len(words) and letters[i + 1])
        if letters[i] and word[0] == "a" and (beside or word != "a"):
            out.append(LETTER_A + word[1:])
        elif letters[i] and word[0] != "a":
            out.append(word.upper())
        elif word.startswith("i'"):
            out.append("I" + word[1:])
        else:
            out.append(word)
    return out[0][0].upper() + out[0][1:] + "".join(f" {word}" for word in out[1:])


class Reader:
    """Turns raw text into lines, and refuses rare words that the teacher could only guess at."""

    def __init__(self, common: set[str]) -> None:
        self.common = common  # words worth a guess
        self.normalize = choose_normalizer("default")
        from hibari.g2p import G2P, Context

        self.lexicon, self.context = G2P(oov=False).lexicon, Context()
        self.known: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        """Tell whether a word is common, or in the teacher's lexicons but for its ending."""
        if word not in self.known:
            found = self.lexicon.get_word(word, "NN", None, self.context)[0]
            self.known[word] = len(word) == 1 or word in self.common or bool(found)
        return self.known[word]

    def line(self, raw: str, kind: str) -> Line | None:
        """Normalise a text; None if it is too long, improper or has an unknown word."""
        if not raw.isascii():
            return None
        text = self.normalize(raw).replace("\n", " ")
        if not text or len(text) > LONGEST or not ALLOWED.fullmatch(text) or SLURS.search(text):
            return None
        words = [word.strip(".,?!") for word in text.split()]
        if not all(WORD.fullmatch(word) and self.knows(word) for word in words):
            return None
        return Line(text, spoken_form(text), kind)

    def lines(self, raw: Iterable[str], kind: str) -> list[Line]:
        """Normalise many texts and drop the refused ones."""
        return [line for text in raw if (line := self.line(text, kind))]


def clean_example(raw: str) -> str:
    """Drop the marks of quotation that WordNet writes as `this'."""
    text = re.sub(r"`|(?<![a-z])'|'(?![a-z])", "", raw, flags=re.IGNORECASE)
    return re.sub(r"\s*--+\s*", ", ", text).strip()


def clean_gloss(raw: str) -> str:
    """Make a sentence of a gloss: its first two senses, without remarks in brackets."""
    text = re.sub(r"\([^)]*\)", "", raw)
    return ", ".join(part.strip() for part in clean_example(text).split(";")[:2] if part.strip())


def word_lists(words: list[str], heard: Counter[str], rng: random.Random) -> Iterator[str]:
    """Put words that were heard too seldom into texts of one to seven, with commas or without."""
    waiting = [word for word in words for _ in range(HEARD - min(heard[word], HEARD))]
    rng.shuffle(waiting)
    while waiting:
        size = rng.choice((1, 2, 3, 4, 5, 5, 6, 6, 7))
        group, waiting = waiting[-size:][::-1], waiting[:-size]
        yield rng.choice((" ", " ", ", ")).join(group)


def alone(words: list[str], rng: random.Random) -> Iterator[str]:
    """Make a text of each word, in random order; a few of them asked or called."""
    for word in rng.sample(words, len(words)):
        if len(word) > 1:
            yield word + rng.choice("........!?")


def joins(sentences: list[str], count: int, rng: random.Random) -> Iterator[str]:
    """Join a few sentences into texts of 80 to 250 characters."""
    for _ in range(count):
        goal = rng.randint(80, 200)
        text = rng.choice(sentences)
        while len(text) < goal:
            text = f"{text} {rng.choice(sentences)}"
        yield text


def key(text: str) -> str:
    """Reduce a text to its words, by which held-out ones are known."""
    return " ".join(WORD.findall(text.lower()))


def main(argv: list[str]) -> None:
    """Write text.jsonl and heldout/."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--work", type=Path, required=True, help="folder to write to")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    rng = random.Random(options.seed)
    never = {key(text) for text in scored()}
    examples, glosses = wordnet(options.wordnet)
    counts = Counter(word for text in [*examples, *glosses] for word in WORD.findall(text.lower()))
    common = {word for word, count in counts.items() if count >= COMMON}
    reader = Reader(common | templates.vocabulary())
    rng.shuffle(glosses)
    example_lines = reader.lines(map(clean_example, examples), "example")
    gloss_lines = reader.lines(map(clean_gloss, glosses), "gloss")
    everyday = [
        line for kind, raw in templates.everyday(EVERYDAY, rng) if (line := reader.line(raw, kind))
    ]
    heldout = hold_out(example_lines, gloss_lines, everyday, rng)
    never |= {key(text) for _, line in heldout for text in (line.text, *sentences_of(line.text))}
    kept = unique([*example_lines, *gloss_lines[:GLOSSES], *everyday], never)
    heard = Counter(word for line in kept for word in WORD.findall(line.text))
    words = [word for word in lexicon_words() if reader.knows(word)]
    kept += reader.lines(word_lists(words, heard, rng), "words")
    kept += reader.lines(string.ascii_lowercase * LETTERS, "letters")
    sentences = [line.text for line in kept if line.kind not in ("words", "letters")]
    kept += reader.lines(joins(sentences, JOINS, rng), "join")
    rng.shuffle(kept)
    often = sorted(word for word, count in counts.items() if count >= ALONE)
    kept += unique(reader.lines(alone(often, rng), "alone"), never | {key(o.text) for o in kept})
    write_lines(
        options.work / "text.jsonl", ({"id": i, **line._asdict()} for i, line in enumerate(kept))
    )
    (options.work / "heldout").mkdir(exist_ok=True)
    for split, pairs in groupby(heldout, lambda pair: pair[0]):
        path = options.work / "heldout" / f"{split}.jsonl"
        write_lines(path, (line._asdict() for _, line in pairs))
    seconds: Counter[str] = Counter()
    for line in kept:
        seconds[line.kind] += 0.3 + 0.059 * len(line.text)
    for kind, length in seconds.most_common():
        lines = sum(line.kind == kind for line in kept)
        print(f"{kind:12} {lines:6} texts, about {length / 3600:5.1f} h")
    print(f"{len(kept)} texts, about {sum(seconds.values()) / 3600:.1f} h; {len(heldout)} held out")


def hold_out(
    examples: list[Line], glosses: list[Line], everyday: list[Line], rng: random.Random
) -> list[tuple[str, Line]]:
    """Draw what is never trained on: (split, line)."""
    short = unique([line for line in examples if 3 <= len(line.text.split()) <= 25], set())
    drawn = rng.sample(short, 400 + 60)
    long = [line for line in glosses if len(line.text) >= 100]
    texts = [line.text for line in drawn[400:]]
    joined = [Line(text, spoken_form(text), "join") for text in joins(texts, 20, rng)]
    lists = unique([line for line in everyday if line.kind == "list"], set())
    return [
        *(("score", line) for line in drawn[:200]),
        *(("early", line) for line in drawn[200:400]),
        *(("long", line) for line in [*joined, *rng.sample(long, 20)]),
        *(("list", line) for line in rng.sample(lists, 30)),
    ]


def scored() -> Iterator[str]:
    """Read the texts by which voices are scored, which stay held out whatever the seed draws."""
    yield from (SENTENCES / "named.txt").read_text("utf-8").splitlines()
    for split in ("score", "long", "list"):
        for row in (SENTENCES / f"{split}.jsonl").read_text("utf-8").splitlines():
            text = json.loads(row)["text"]
            yield from (text, *sentences_of(text))


def unique(lines: Iterable[Line], without: set[str]) -> list[Line]:
    """Drop repeated texts, and those whose words are held out."""
    return list({line.text: line for line in lines if key(line.text) not in without}.values())


def sentences_of(text: str) -> list[str]:
    """Split a text behind its marks."""
    return re.split(r"(?<=[.?!]) ", text)


def lexicon_words() -> list[str]:
    """List the plain words of the teacher's own American lexicon."""
    from hibari.tts import ASSETS

    with gzip.open(Path(ASSETS) / "lexicon_us_gold.json.gz", "rt", encoding="utf-8") as file:
        return sorted(word for word in json.load(file) if re.fullmatch("[a-z]{2,12}", word))


def write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Write JSON lines."""
    with whole(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
