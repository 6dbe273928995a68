"""A user's own pronunciations: the file, and where its words apply."""

import re
import time
from pathlib import Path

import pytest

from soprano_np.text.english.rule import Text
from soprano_np.text.lexicon import LEXICON_BYTES, find_words, read_lexicon, reveal


def pronounce(text: str, lexicon: dict[str, str]) -> str:
    replaced = Text(text)
    replaced.replace((*found, "lexicon") for found in find_words(text, lexicon))
    return replaced.string


def write(directory: Path, content: str | bytes) -> Path:
    path = directory / "names.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_read_lexicon(tmp_path: Path) -> None:
    content = "\ufeff# names\n\nSiobhan\tshivawn\r\n  C++ \t see, plus plus \n北京\tbay jing\n"
    assert read_lexicon(write(tmp_path, content)) == {
        "Siobhan": "shivawn",
        "C++": "see, plus plus",
        "北京": "bay jing",
    }


def test_empty_lexicon(tmp_path: Path) -> None:
    assert read_lexicon(write(tmp_path, "")) == {}
    assert pronounce("As it is", {}) == "As it is"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("word", "expected word<TAB>how to say it, found 'word'"),
        ("word said", "expected word<TAB>how to say it, found 'word said'"),
        ("word\t", "expected word<TAB>how to say it, found 'word'"),
        ("\tsaid", "expected word<TAB>how to say it, found 'said'"),
        ("word\t...", "expected letters and .,!?'- after the tab, found '...'"),
        ("word\t2 words", "expected letters and .,!?'- after the tab, found '2 words'"),
        ("word\tnaïve", "expected letters and .,!?'- after the tab, found 'naïve'"),
        ("a\tb\tc", "expected letters and .,!?'- after the tab, found 'b\\tc'"),
        ("w" * 101 + "\tsaid", "expected at most 100 characters before the tab, found 101"),
        ("good\tagain", "'good' is here twice"),
        (b"caf\xe9\tcafay", r"expected UTF-8, found b'caf\xe9\tcafay'"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, line: str | bytes, message: str) -> None:
    line = line.encode() if isinstance(line, str) else line
    path = write(tmp_path, b"# names\ngood\tgud\n" + line + b"\n")
    with pytest.raises(ValueError, match=re.escape(f"{path}:3: {message}")):
        read_lexicon(path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(LEXICON_BYTES + 1)
    with pytest.raises(
        ValueError, match=r"large\.txt: expected at most 16777216 bytes, found more"
    ):
        read_lexicon(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_lexicon(tmp_path / "none.txt")


LEXICON = {
    "nginx": "engine x",
    "Polish": "poe lish",
    "New York": "noo york",
    "new york minute": "a moment",
    "C++": "see plus plus",
    ".NET": "dot net",
    "t": "tee",
    "café": "caffay",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nginx Nginx NGINX", "engine x engine x engine x"),
        ("Polish the polish", "poe lish the polish"),
        ("nginx2 xnginx nginx-2 (nginx)", "nginx2 xnginx engine x-2 (engine x)"),
        ("nginx's", "engine x's"),
        ("New York, a New York minute", "noo york, a a moment"),
        ("new york", "new york"),
        ("C++, C++11, .NET", "see plus plus, see plus plus11, dot net"),
        ("don't t", "don't tee"),
        ("café cafe", "caffay cafe"),
        ("", ""),
    ],
)
def test_pronounce(text: str, said: str) -> None:
    assert reveal(pronounce(text, LEXICON)) == said


def test_what_is_said_is_hidden_from_later_steps() -> None:
    assert not re.search("[a-z]", pronounce("nginx", LEXICON))


@pytest.mark.parametrize("pattern", ["nginx ", "nginx", "a", "a ", "New ", "C+", "+", "t", "'t"])
def test_time_does_not_grow_with_the_square(pattern: str) -> None:
    lexicon = LEXICON | {"a" * length: "ah" for length in range(1, 100)}
    start = time.process_time()
    pronounce((pattern * 100_000)[:100_000], lexicon)
    assert time.process_time() - start < 5
