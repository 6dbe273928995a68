"""A user's own pronunciations: names and words, and how to say them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path

from soprano_np.text.patterns import regex

LEXICON_BYTES = 16 << 20
WORD_CHARACTERS = 100

_SAYABLE = regex(r"(?=.*[A-Za-z])[A-Za-z .,!?'-]+")
# Where a word may begin: at its first letter or digit, or at any other character.
_START = regex(r"[^\W_]+|[^\w\s]|_")
_WITHIN_WORD = regex(r"\w'(?=\w)")  # the t of "don't" is no word
# What is said is in full-width letters until the end, so that no step changes it.
_LETTERS = range(ord("a"), ord("z") + 1)
_HIDE = {code: code + 0xFEE0 for code in _LETTERS}
_REVEAL = {code + 0xFEE0: code for code in _LETTERS}


def read_lexicon(path: str | PathLike[str]) -> dict[str, str]:
    """Read how to say words from a UTF-8 file: a word, a tab and how to say it on each line.

    A word in lower case stands for the word in any case, one with a capital for just that spelling.
    It may hold spaces and punctuation, and counts as a whole word only. Blank lines and lines that
    begin with # are skipped. How to say it is spelt in letters: "Siobhan<TAB>shivawn".
    Raises ValueError, which names the file and the line, for anything else; OSError if the file
    cannot be read.
    """
    with Path(path).open("rb") as file:
        content = file.read(LEXICON_BYTES + 1)
    if len(content) > LEXICON_BYTES:
        raise ValueError(f"{path}: expected at most {LEXICON_BYTES} bytes, found more")
    lexicon: dict[str, str] = {}
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            line = raw.decode().strip()
        except UnicodeDecodeError:
            raise ValueError(f"{path}:{number}: expected UTF-8, found {raw[:40]!r}") from None
        if not line or line.startswith("#"):
            continue
        word, _, said = (part.strip() for part in line.partition("\t"))
        if not (word and said):
            raise ValueError(
                f"{path}:{number}: expected word<TAB>how to say it, found {line[:40]!r}"
            )
        if len(word) > WORD_CHARACTERS:
            raise ValueError(
                f"{path}:{number}: expected at most {WORD_CHARACTERS} characters before the tab, "
                f"found {len(word)}"
            )
        if not _SAYABLE.fullmatch(said):
            raise ValueError(
                f"{path}:{number}: expected letters and .,!?'- after the tab, found {said[:40]!r}"
            )
        if word in lexicon:
            raise ValueError(f"{path}:{number}: {word!r} is here twice")
        lexicon[word] = said
    return lexicon


def find_words(text: str, lexicon: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, stop, how to say it) for each word of the lexicon, hidden from later steps.

    The longer of two words that begin at the same place counts. See `reveal`.
    """
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for word in lexicon:
        if start := _START.match(word):
            lengths[start[0].lower()].add(len(word))
    longest_first = {start: sorted(found, reverse=True) for start, found in lengths.items()}
    done = 0
    for start in _START.finditer(text):
        if start.start() < done or _WITHIN_WORD.search(
            text, max(0, start.start() - 2), start.end()
        ):
            continue
        for length in longest_first.get(start[0].lower(), ()):
            end = start.start() + length
            word = text[start.start() : end]
            said = lexicon.get(word) or lexicon.get(word.lower())
            if said is not None and not (word[-1].isalnum() and text[end : end + 1].isalnum()):
                yield start.start(), end, said.lower().translate(_HIDE)
                done = end
                break


def reveal(text: str) -> str:
    """Return the text with the words that `find_words` hid in plain letters."""
    return text if text.isascii() else text.translate(_REVEAL)
