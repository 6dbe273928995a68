# ruff: noqa: RUF001 (the look-alike characters are the point)
"""Record how the reference (soprano-tts 0.2.0) normalises and splits texts, for tests/text.

The file is gzipped JSON lines: a header with versions and seed, then three kinds of lines.
["normalize", text, normalised, or null where the reference raises],
["split", text, prompts], except texts of which it loses a word or makes a prompt too long,
["ascii", block name, first and last code point, SHA-256 of the characters' spellings]: a hash,
since the licence of unidecode's tables is not this project's.
Then it prints how much of the Basic Multilingual Plane is spelt as unidecode spells it.
"""

import argparse
import ast
import gzip
import hashlib
import inspect
import json
import platform
import random
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from soprano.tts import SopranoTTS
from soprano.utils import text_normalizer
from soprano.utils.text_normalizer import clean_text
from unidecode import unidecode

from soprano_np.text.ascii import to_ascii

SEED = 20250102
TEXTS = 3000
SPLITS = 300

# Blocks that to_ascii covers, first and last code point.
COVERED = {
    "Basic Latin": (0x0000, 0x007F),
    "Latin-1 Supplement": (0x0080, 0x00FF),
    "Latin Extended-A": (0x0100, 0x017F),
    "Latin Extended-B": (0x0180, 0x024F),
    "IPA Extensions": (0x0250, 0x02AF),
    "Spacing Modifier Letters": (0x02B0, 0x02FF),
    "Combining Diacritical Marks": (0x0300, 0x036F),
    "Greek and Coptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Latin Extended Additional": (0x1E00, 0x1EFF),
    "Greek Extended": (0x1F00, 0x1FFF),
    "General Punctuation": (0x2000, 0x206F),
    "Superscripts and Subscripts": (0x2070, 0x209F),
    "Currency Symbols": (0x20A0, 0x20CF),
    "Letterlike Symbols": (0x2100, 0x214F),
    "Number Forms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "Mathematical Operators": (0x2200, 0x22FF),
    "Enclosed Alphanumerics": (0x2460, 0x24FF),
    "Box Drawing": (0x2500, 0x257F),
    "Block Elements": (0x2580, 0x259F),
    "Geometric Shapes": (0x25A0, 0x25FF),
    "Latin ligatures": (0xFB00, 0xFB06),
    "Fullwidth Forms": (0xFF00, 0xFF5E),
}
# The rest of the plane, which is only counted.
COUNTED = {
    "Cyrillic Supplement to Myanmar": (0x0500, 0x10FF),
    "Hangul Jamo to Vedic": (0x1100, 0x1CFF),
    "Phonetic Extensions": (0x1D00, 0x1DFF),
    "Combining Marks for Symbols": (0x20D0, 0x20FF),
    "Technical, Control Pictures, OCR": (0x2300, 0x245F),
    "Miscellaneous Symbols, Dingbats": (0x2600, 0x27BF),
    "More arrows and operators, Braille": (0x27C0, 0x2BFF),
    "Glagolitic to Supplemental Punct.": (0x2C00, 0x2E7F),
    "CJK radicals": (0x2E80, 0x2FFF),
    "CJK Symbols and Punctuation": (0x3000, 0x303F),
    "Kana": (0x3040, 0x30FF),
    "Bopomofo to CJK Compatibility": (0x3100, 0x33FF),
    "CJK ideographs, Yijing": (0x3400, 0x9FFF),
    "Yi to Meetei Mayek": (0xA000, 0xABFF),
    "Hangul Syllables": (0xAC00, 0xD7FF),
    "Private Use": (0xE000, 0xF8FF),
    "CJK Compatibility Ideographs": (0xF900, 0xFAFF),
    "Armenian, Hebrew, Arabic forms": (0xFB07, 0xFDFF),
    "CJK Compatibility and Small Forms": (0xFE00, 0xFE6F),
    "Arabic forms": (0xFE70, 0xFEFF),
    "Halfwidth forms, specials": (0xFF5F, 0xFFFF),
}

WORDS = (
    "a I we river Lantern copper seven morning Harbour it's well-known quietly Old bridge zebra "
    "and or but OF Kettle snow NASA iPhone eBay McGregor GitHub LaTeX DVDs URLs x Zzz hmmm AAA "
    "wooo"
).split()
ABBREVIATIONS = (
    "Mrs. Ms. mr. Dr. St. co. Jr. Maj. gen. Drs. Rev. Lt. Hon. SGT. Capt. esq. Ltd. Col. ft. Hz "
    "kHz KB KBs MB GB TBs API APIs CLI CPUs GPU Ave etc Mon Tues Wed Thurs Fri Sat Jan Feb Mar "
    "Apr Aug Sept Oct Nov Dec and/or e.g. i.e. U.S. Ph.D. a.m. vs. No. etc. mon cpu"
).split()
SPECIAL = [*"@&%:;+\\~<>=/_*\"'|^`#$!?,.-()[]{}", "<=", ">=", "<3", "...", "?!", " - ", "--"]
UNICODE = (
    "éÀñüßæŒøĐłÞðıŞžαΩψξφЖщяёїњ“”‘’–—…•†™©®°±×÷½¾²₃№€£¥¢₹→⇐≤≠Ⅷﬁ①ＡＢ１\u200b\u00a0\u0301█─\u2028"
)


def self_test_inputs() -> list[str]:
    """Return the texts that the reference's own `__main__` block normalises."""
    module = ast.parse(inspect.getsource(text_normalizer))
    (main,) = (node for node in module.body if isinstance(node, ast.If))
    inputs: list[str] = []
    code = compile(ast.Module(body=main.body, type_ignores=[]), "self-test", "exec")
    exec(code, {"clean_text": inputs.append, "print": lambda *_: None})
    return inputs


def generators(rng: random.Random) -> list[Callable[[], str]]:
    """Return functions that make up texts, one for each kind that the normaliser knows."""

    def number(low: int = 1, high: int = 7) -> str:
        return "".join(rng.choices("0123456789", k=rng.randint(low, high)))

    def pick(*choices: str) -> str:
        return rng.choice(choices)

    def grouped() -> str:
        return ",".join([number(1, 3), *(number(3, 3) for _ in range(rng.randint(1, 4)))])

    def date() -> str:
        sep = pick("/", "-")
        return sep.join([number(1, 2), number(1, 2), pick(number(2, 2), number(4, 4))])

    def time() -> str:
        parts = [number(1, 2), f"{rng.randrange(60):02}", f"{rng.randrange(60):02}"]
        return ":".join(
            pick("00", part) if i else part for i, part in enumerate(parts[: rng.choice((2, 2, 3))])
        )

    def money() -> str:
        whole = pick(number(), grouped(), "0", "1", "")
        return (
            pick("$", "$", "£", "€")
            + whole
            + pick("", ".", f".{number(1, 3)}", ".00", ".01")
            + pick("", " million", "M", "k")
        )

    def phone() -> str:
        return pick("{}-{}-{}", "({}) {}-{}", "({}){}-{}", "{}.{}.{}", "{} {}{}").format(
            number(3, 3), number(3, 3), number(4, 4)
        )

    def decimal() -> str:
        return ".".join(number(1, 4) for _ in range(rng.randint(2, 4)))

    def operation() -> str:
        out = number(1, 2)
        for _ in range(rng.randint(1, 4)):
            space = pick("", " ", "  ")
            out += space + rng.choice("+-*/=<>x^") + space + number(1, 3)
        return pick("", "-") + out

    def link() -> str:
        return pick("http://", "https://", "www.", "") + pick(
            "a.b", "Example.org/x_y?q=1&r=2", "soprano.dev", "x.co.uk/"
        )

    def email() -> str:
        return f"{rng.choice(WORDS)}.{rng.choice(WORDS)}@{pick('mail.com', 'x.org')}"

    def bracketed() -> str:
        inner = " ".join(rng.choices(WORDS, k=rng.randint(0, 3)))
        return pick("({})", "[{}]", "{{{}}}", "({}", "{})", "(({}))", "({}).", "({}),").format(
            inner
        )

    def camel() -> str:
        return "".join(
            pick(word.title(), word, word.upper())
            for word in rng.choices(WORDS, k=rng.randint(1, 4))
        )

    simple: list[Callable[[], str]] = [
        number, grouped, date, time, money, phone, decimal, operation, link, email, bracketed,
        camel,
        lambda: str(rng.randint(990, 3010)),
        lambda: number(1, 36),
        lambda: number(1, 20) + pick("st", "nd", "rd", "th", "K", "m", "B", "T"),
        lambda: number(1, 4) + pick("s", "x", "GB", "ft.", "am"),
        lambda: pick("#", "A", "v", "No. ", "COVID-", "mid-") + number(1, 4) + pick("", "s", "B"),
        lambda: rng.choice(WORDS),
        lambda: rng.choice(ABBREVIATIONS),
        lambda: rng.choice(SPECIAL),
        lambda: rng.choice("abcXYZ") * rng.randint(2, 5),
        lambda: "".join(rng.choices(".,!?", k=rng.randint(1, 6))),
        lambda: "".join(rng.choices(UNICODE, k=rng.randint(1, 3))),
    ]  # fmt: skip

    def sentence() -> str:
        words = [
            pick(rng.choice(WORDS), rng.choice(WORDS), rng.choice(simple)())
            for _ in range(rng.randint(2, 9))
        ]
        return (
            pick("", " ", '"', "'")
            + " ".join(words)
            + pick(".", "!", "?", "...", "", ":", ";", '"')
        )

    def mixture() -> str:
        return "".join(
            rng.choice(simple)() + pick("", " ", " ", "\n") for _ in range(rng.randint(2, 6))
        )

    def soup() -> str:
        return "".join(rng.choices([chr(i) for i in range(128)], k=rng.randint(1, 40)))

    def dense_soup() -> str:
        return "".join(rng.choices("0123456789.,/-:$()+ stAa", k=rng.randint(3, 30)))

    def letters() -> str:
        blocks = [COVERED[name] for name in COVERED if name != "Basic Latin"]
        return "".join(chr(rng.randint(*rng.choice(blocks))) for _ in range(rng.randint(1, 12)))

    def paragraph() -> str:
        return pick("\n", "\n\n", " \n ").join(sentence() for _ in range(rng.randint(2, 4)))

    return [*simple, *[sentence, mixture] * 12, *[soup, dense_soup, letters, paragraph] * 3]


def normalized(text: str) -> str | None:
    """Normalise a text with the reference; return None if it raises."""
    try:
        return str(clean_text(text))
    except Exception:  # of any kind: there is nothing to compare with
        return None


def splits(rng: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Yield texts and the reference's prompts, except where a word is lost or a prompt too long."""
    while True:
        sentences = []
        for _ in range(rng.choice((1, 2, 3, 5, 8, 12))):
            words = rng.choices(WORDS + ABBREVIATIONS, k=rng.choice((1, 2, 4, 8, 15, 25)))
            for _ in range(len(words) // 5):
                words[rng.randrange(len(words) - 1)] += rng.choice([",", ";", " - so", ":", '"'])
            sentences.append(" ".join(words) + rng.choice([".", ".", ".", "!", "?", "...", "?!"]))
        text = rng.choice([" ", " ", "\n"]).join(sentences)
        prompts = [
            prompt.removeprefix("[STOP][TEXT]").removesuffix("[START]")
            for prompt, _, _ in SopranoTTS._preprocess_text(None, [text])
        ]
        # The reference cuts at 300 characters, counting the leading space.
        if max(map(len, prompts)) < 299 and " ".join(prompts) == clean_text(text):
            yield text, prompts


def records() -> Iterator[list[Any]]:
    """Yield the lines of the file."""
    rng = random.Random(SEED)
    packages = {name: version(name) for name in ("soprano-tts", "inflect", "unidecode")}
    yield ["header", {"python": platform.python_version(), **packages, "seed": SEED}]
    for text in self_test_inputs():
        yield ["normalize", text, normalized(text)]
    makers = generators(rng)
    for i in range(TEXTS):
        text = makers[i % len(makers)]()
        yield ["normalize", text, normalized(text)]
    for _, (text, prompts) in zip(range(SPLITS), splits(rng), strict=False):
        yield ["split", text, prompts]
    for name, (first, last) in COVERED.items():
        spellings = json.dumps([unidecode(chr(code)) for code in range(first, last + 1)])
        yield ["ascii", name, first, last, hashlib.sha256(spellings.encode()).hexdigest()]


def print_coverage() -> None:
    """Print for each block how many characters `to_ascii` spells as unidecode does.

    "Spelt" counts only characters for which unidecode has a spelling.
    """
    print(f"{'block':36} {'range':>9} {'equal':>12} {'spelt':>12}")
    for name, (first, last) in sorted((COVERED | COUNTED).items(), key=lambda item: item[1]):
        pairs = [(to_ascii(chr(code)), unidecode(chr(code))) for code in range(first, last + 1)]
        equal = sum(ours == theirs for ours, theirs in pairs)
        spelt = [ours == theirs for ours, theirs in pairs if theirs]
        of_spelt = f"{sum(spelt):6}/{len(spelt):<5}"
        print(f"{name:36} {first:04X}-{last:04X} {equal:6}/{len(pairs):<5} {of_spelt}")


def main(options: argparse.Namespace) -> None:
    """Write the file and print the coverage."""
    out: Path = options.out
    warnings.simplefilter("ignore")  # unidecode's, about surrogates
    lines = "".join(json.dumps(record) + "\n" for record in records())
    # No time and no name in the archive, so that the same input gives the same bytes.
    out.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
    print(f"{out}: {out.stat().st_size} bytes, {lines.count(chr(10))} lines")
    print_coverage()
