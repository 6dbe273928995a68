"""Sentences of a text that is still arriving."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soprano_np.text.arriving import MAX_HELD, NEARBY, finished_sentences
from soprano_np.text.normalize import NORMALIZERS

DEFAULT, NONE = NORMALIZERS["default"], NORMALIZERS["none"]
REFERENCE = NORMALIZERS["reference"]


def pieces_of(text: str, *cuts: int) -> list[str]:
    bounds = [0, *cuts, len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]


def found(pieces: Iterable[str]) -> list[str]:
    return list(finished_sentences(pieces, DEFAULT))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One lamp. Two lamps! Three? ", ["One lamp. ", "Two lamps! ", "Three? "]),
        # The word after a mark is not known to be whole.
        ("One lamp.  Two lamps?! Three!", ["One lamp.  ", "Two lamps?! Three!"]),
        ('He said "No." Then he left. ', ['He said "No." ', "Then he left. "]),
        ("He said “No!” Then (alone.) he left.", ["He said “No!” ", "Then (alone.) ", "he left."]),
        ("It ends… Then another begins.", ["It ends… ", "Then another begins."]),
        ("A heading\nA line\nThe rest", ["A heading\n", "A line\n", "The rest"]),
        ("One lamp.\nTwo lamps.\n", ["One lamp.\n", "Two lamps.\n"]),
        ("One lamp. \nTwo", ["One lamp. \n", "Two"]),
        ("One lamp.\r\nTwo", ["One lamp.\r\n", "Two"]),
        ("One lamp.\n\nTwo lamps are lit.", ["One lamp.\n", "\n", "Two lamps are lit."]),
        ("One\n\n\n  \t\nTwo", ["One\n", "\n", "\n", "  \t\n", "Two"]),
        ("One\r\n\r\nTwo", ["One\r\n", "\r\n", "Two"]),
        ("...\n", ["...\n"]),
        ("", []),
        (" ", [" "]),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert found([text]) == sentences
    assert found(text) == sentences  # character by character


@pytest.mark.parametrize(
    "text",
    [
        "I saw Dr. Who and Mr. Jones at St. Paul's on Jan. 5 at noon.",
        "Pi is 3.14 and not 3.15 or .5 at all.",
        "Bring something, e.g. this lamp or i.e. that one.",
        "The U.S. Army and the U.S. Navy are there.",
        "Wait... what is it?",
        "It is vs. him, approx. 5 ft. tall.",
        "See https://www.example.com/a.b?c=d or not",
        "Ask Yahoo!'s people at a.b@example.com or 192.168.1.1 please",
        "Prof. J. R. Tolkien wrote it",
        "No. 5 is alive",
    ],
)
def test_what_is_no_end(text: str) -> None:
    assert found([f"{text}\n"]) == found(f"{text}\n") == [f"{text}\n"]


def test_a_title_is_no_end_for_the_reference_either() -> None:
    text = "I saw Dr. Who today. He left. "
    assert list(finished_sentences(text, REFERENCE)) == ["I saw Dr. Who today. ", "He left. "]


def test_any_mark_is_an_end_where_nothing_is_known() -> None:
    assert list(finished_sentences("Dr. Who left. ", NONE)) == ["Dr. ", "Who left. "]


def test_a_sentence_is_given_once_its_end_is_known() -> None:
    asked: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ["One la", "mp. ", "Tw", "o", " lamps", ".", "\n", "Three"]:
            asked.append(piece)
            yield piece

    sentences = finished_sentences(pieces(), DEFAULT)
    assert next(sentences) == "One lamp. "
    assert asked[-1] == " lamps"  # the word after the mark is whole
    assert next(sentences) == "Two lamps.\n"
    assert asked[-1] == "\n"
    assert list(sentences) == ["Three"]


WORDS = "Dr. Mr. Who U.S. Army e.g. this 3.14 Hello. World! What? No. 5 p.m. ... (5.)".split()
WORDS += ['"Hi."', "“Hi!”", "\n", "\n\n", "\r\n", " "]
MARKED = st.text("aA. .!?\n\"') 5é…”“\r\t,;-", max_size=60) | st.lists(
    st.sampled_from(WORDS), max_size=15
).map(" ".join)


@settings(deadline=None, max_examples=150)
@given(text=MARKED, data=st.data(), normalizer=st.sampled_from(["default", "none", "reference"]))
def test_nothing_is_lost_however_the_text_is_cut(
    text: str, data: st.DataObject, normalizer: str
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=10).map(sorted))
    normalize = NORMALIZERS[normalizer]
    sentences = list(finished_sentences([text], normalize))
    assert "".join(sentences) == text
    assert all(sentences)
    assert list(finished_sentences(pieces_of(text, *cuts), normalize)) == sentences
    assert list(finished_sentences(text, normalize)) == sentences


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 30), st.sampled_from(["a", "a ", "ab. ", " ", ".", '."', "\t", "a.b ", ". a"])
)
@example(0, "a ")
def test_long_text_without_an_end(extra: int, repeated: str) -> None:
    text = "b" * extra + repeated * (3 * MAX_HELD // len(repeated))
    sentences = list(finished_sentences([text], NONE))
    assert "".join(sentences) == text
    assert max(map(len, sentences)) <= MAX_HELD
    size = 500 + extra
    assert (
        list(finished_sentences(pieces_of(text, *range(size, len(text), size)), NONE)) == sentences
    )


def test_long_text_is_cut_between_words() -> None:
    text = "word " * 1000
    first, *_ = found([text])
    assert first.endswith("word ")
    assert len(first) > MAX_HELD - 5
    assert found(["x" * 5000]) == ["x" * MAX_HELD, "x" * MAX_HELD, "x" * 1000]


HOSTILE = ["a", "a ", "Mr. ", ". ", ".", "\n", " ", ". a", ".)", '."', '." ', "A.b ", "!\t", "\r"]


@pytest.mark.parametrize("repeated", HOSTILE)
def test_work_grows_with_the_text_alone(repeated: str) -> None:
    """In 100 kB character by character: what is read aloud to find ends is short, and not often."""
    text = repeated * (100_000 // len(repeated))
    asked: list[int] = []

    def normalize(part: str) -> str:
        asked.append(len(part))
        return part.replace("Mr. ", "mister " if len(part) > 4 else "Mr. ")

    sentences = list(finished_sentences(text, normalize))
    assert sum(map(len, sentences)) == len(text)
    assert max(asked, default=0) <= NEARBY + 10
    assert len(asked) <= 3 * sum(map(text.count, ".!?"))
