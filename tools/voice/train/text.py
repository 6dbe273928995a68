"""Text: write what the teacher reads, in the form that the voice will receive.

Sources: WordNet's example sentences and glosses (Debian's wordnet-base; Princeton's licence, which
requires its notice), the words of the teacher's lexicon, and our own templates. All of it is
normalised by soprano_np. work/text.jsonl is in random order, so that its first lines are a fair
sample, except that common words alone come last. work/heldout/ has what no step may train on, a
file for each use.
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

from voice.train import templates
from voice.train.files import whole

from soprano_np.text.normalize import choose_normalizer

LONGEST = 250  # characters
ALLOWED = re.compile(r"[ a-z'.,?!]+")
WORD = re.compile(r"[a-z']+")
COMMON = 3  # uses in WordNet of a word that the teacher may guess at
HEARD = 2  # times that every word of the lexicon is heard, at least
LETTERS = 8  # times that every letter is heard alone
ALONE = 10  # uses in WordNet of a word that is heard alone
JOINS = 2800  # texts, an eighth of the hours
GLOSSES = 8000  # of more than 100,000
EVERYDAY = 3000  # texts of each kind of template
LETTER_A = "[A](/\N{MODIFIER LETTER VERTICAL LINE}A/)"
# A voice does not need to learn these; WordNet has them as a dictionary must.
SLURS = re.compile(
    r"\b(nigg\w*|fag|fags|faggot\w*|kikes?|spics?|chinks?|wops?|darky|darkie\w*|cunts?|coons?"
    r"|gooks?|dykes?|wetbacks?|fuck\w*|shit\w*|whor\w*|sluts?|rap(?:e|ed|ing|ist)s?|honky|honkies"
    r"|cocksuck\w*|motherfuck\w*|piss\w*|negro\w*|jap|japs|dago\w*|redskins?|squaws?|retards?)\b"
)
SENTENCES = Path(__file__).parents[1] / "sentences"  # for scoring voices


class Line(NamedTuple):
    """One text as the voice receives it and as the teacher reads it, and its source."""

    text: str
    spoken: str
    kind: str


def wordnet(folder: Path) -> tuple[list[str], list[str]]:
    """Read WordNet's example sentences, and its glosses without them."""
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
    """Rewrite a normalised text so that the teacher reads single letters as letters.

    A letter A would be read as the article, so its sound is written in the teacher's notation.
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
    """Turns raw text into lines, without texts whose words the teacher can only guess at."""

    def __init__(self, common: set[str]) -> None:
        self.common = common  # words for which a guess is good enough
        self.normalize = choose_normalizer("default")
        from hibari.g2p import G2P, Context

        self.lexicon, self.context = G2P(oov=False).lexicon, Context()
        self.known: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        """Check whether a word is common, or in the teacher's lexicon apart from its ending."""
        if word not in self.known:
            found = self.lexicon.get_word(word, "NN", None, self.context)[0]
            self.known[word] = len(word) == 1 or word in self.common or bool(found)
        return self.known[word]

    def line(self, raw: str, kind: str) -> Line | None:
        """Normalise a text; return None if it is too long, improper or has an unknown word."""
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
        """Normalise texts and drop those for which line returns None."""
        return [line for text in raw if (line := self.line(text, kind))]


def clean_example(raw: str) -> str:
    """Drop the quotation marks that WordNet writes as `this'."""
    text = re.sub(r"`|(?<![a-z])'|'(?![a-z])", "", raw, flags=re.IGNORECASE)
    return re.sub(r"\s*--+\s*", ", ", text).strip()


def clean_gloss(raw: str) -> str:
    """Turn a gloss into a sentence: its first two senses, without remarks in brackets."""
    text = re.sub(r"\([^)]*\)", "", raw)
    return ", ".join(part.strip() for part in clean_example(text).split(";")[:2] if part.strip())


def word_lists(words: list[str], heard: Counter[str], rng: random.Random) -> Iterator[str]:
    """Put words heard too rarely into texts of one to seven words, with or without commas."""
    waiting = [word for word in words for _ in range(HEARD - min(heard[word], HEARD))]
    rng.shuffle(waiting)
    while waiting:
        size = rng.choice((1, 2, 3, 4, 5, 5, 6, 6, 7))
        group, waiting = waiting[-size:][::-1], waiting[:-size]
        yield rng.choice((" ", " ", ", ")).join(group)


def alone(words: list[str], rng: random.Random) -> Iterator[str]:
    """Make a text of each word, in random order; a few are questions or exclamations."""
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
    """Reduce a text to its words, by which held-out texts are recognised."""
    return " ".join(WORD.findall(text.lower()))


def main(options: argparse.Namespace) -> None:
    """Run the step: write text.jsonl and heldout/."""
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
    """Choose what is never trained on: (split, line) pairs."""
    short = unique([line for line in examples if 3 <= len(line.text.split()) <= 25], set())
    chosen = rng.sample(short, 400 + 60)
    long = [line for line in glosses if len(line.text) >= 100]
    texts = [line.text for line in chosen[400:]]
    joined = [Line(text, spoken_form(text), "join") for text in joins(texts, 20, rng)]
    lists = unique([line for line in everyday if line.kind == "list"], set())
    return [
        *(("score", line) for line in chosen[:200]),
        *(("early", line) for line in chosen[200:400]),
        *(("long", line) for line in [*joined, *rng.sample(long, 20)]),
        *(("list", line) for line in rng.sample(lists, 30)),
    ]


def scored() -> Iterator[str]:
    """Read the texts for scoring voices, which are held out whatever the seed."""
    yield from (SENTENCES / "named.txt").read_text("utf-8").splitlines()
    for split in ("score", "long", "list"):
        for row in (SENTENCES / f"{split}.jsonl").read_text("utf-8").splitlines():
            text = json.loads(row)["text"]
            yield from (text, *sentences_of(text))


def unique(lines: Iterable[Line], without: set[str]) -> list[Line]:
    """Drop repeated texts, and those whose words are held out."""
    return list({line.text: line for line in lines if key(line.text) not in without}.values())


def sentences_of(text: str) -> list[str]:
    """Split a text after its sentence marks."""
    return re.split(r"(?<=[.?!]) ", text)


def lexicon_words() -> list[str]:
    """List the plain words of the teacher's American lexicon."""
    from hibari.tts import ASSETS

    with gzip.open(Path(ASSETS) / "lexicon_us_gold.json.gz", "rt", encoding="utf-8") as file:
        return sorted(word for word in json.load(file) if re.fullmatch("[a-z]{2,12}", word))


def write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Write JSON lines."""
    with whole(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
