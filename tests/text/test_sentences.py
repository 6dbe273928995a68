"""The splitter: the reference's prompts, and its promises kept."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soprano_np.text.reference import normalize
from soprano_np.text.sentences import (
    cut_sentence,
    find_sentences,
    merge_sentences,
    split_paragraphs,
    split_sentences,
)

Golden = dict[str, list[list[Any]]]
LONG = "The lamp was lit and the long table laid for supper."


def test_every_recorded_text(golden: Golden) -> None:
    assert len(golden["split"]) == 300
    for text, prompts in golden["split"]:
        assert split_sentences(normalize(text)) == prompts


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (" ... \n", []),
        ("No mark at all", ["No mark at all"]),
        ("One. Two! Three? Four...", ["One.", "Two!", "Three?", "Four..."]),
        ("Pi is 3.14, e.g. here", ["Pi is 3.14, e.g.", "here"]),
        ("yahoo!'s and a?b", ["yahoo!'s and a?b"]),
        ('He said "Go! Now." and went. So.', ['He said "Go! Now." and went.', "So."]),
        ("He said “Go! Now.” and went. So.", ['He said "Go! Now." and went.', "So."]),
        ("over\n\ntwo   lines. Yes", ["over two lines.", "Yes"]),
        ("Tail. ", ["Tail."]),
    ],
)
def test_find_sentences(text: str, sentences: list[str]) -> None:
    if text.strip(" .\n"):
        assert list(find_sentences(text)) == sentences
    else:
        assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("as it is", ["as it is"]),
        ("red fox, brown dog, grey owl", ["red fox, brown dog,", "grey owl"]),
        ("crimson fox - brown dog grey", ["crimson fox -", "brown dog grey"]),
        ("(red fox is) brown dog grey owl", ["(red fox is)", "brown dog grey owl"]),
        ('"Red foxes go. Brown" dog grey owl', ['"Red foxes go.', 'Brown" dog grey owl']),
        ("red fox brown dog grey owl", ["red fox brown dog", "grey owl"]),
        ("red, fox brown dog grey owl", ["red, fox brown dog", "grey owl"]),
        ("a well-known-fox-brown-dog x", ["a", "well-known-fox-brown", "-dog x"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("x" * 41, ["x" * 20, "x" * 16, "x" * 5]),
    ],
)
def test_cut_sentence_at_20(sentence: str, pieces: list[str]) -> None:
    assert list(cut_sentence(sentence, 20)) == pieces


@pytest.mark.parametrize(
    ("sentences", "merged"),
    [
        ([], []),
        (["short"], ["short"]),
        (["hi.", "a longer one."], ["hi. a longer one."]),
        (["a longer one.", "hi.", "another one."], ["a longer one. hi.", "another one."]),
        (["hi.", "ho.", "hey."], ["hi. ho. hey."]),
        # A full neighbour takes no more: the next one does, or none.
        (["twenty characters ab", "hi.", "another one."],
         ["twenty characters ab", "hi. another one."]),
        (["twenty characters ab", "hi.", "twenty characters ab"],
         ["twenty characters ab", "hi.", "twenty characters ab"]),
    ],
)  # fmt: skip
def test_merge_sentences_of_8_to_20(sentences: list[str], merged: list[str]) -> None:
    assert list(merge_sentences(sentences, 20, 8)) == merged


def test_short_sentences_join_a_neighbour() -> None:
    assert split_sentences(f"Hello. {LONG} Yes! {LONG}") == [f"Hello. {LONG} Yes!", LONG]
    assert split_sentences(f"Hello. {LONG}", min_characters=0) == ["Hello.", LONG]


def test_what_is_only_punctuation_is_left_out() -> None:
    assert split_sentences(f"{LONG} ... {LONG} - ' ?! \" ") == [LONG, LONG]
    assert split_sentences("... -- ?!") == []


def test_a_thousand_sentences_of_one_word() -> None:
    prompts = split_sentences("Go. " * 1000)
    assert max(map(len, prompts)) <= 300
    assert len(prompts) == 14  # 75 to a prompt
    assert " ".join(prompts).split() == ["Go."] * 1000


def test_a_word_of_ten_thousand_letters() -> None:
    prompts = split_sentences("x" * 10_000)
    assert "".join(prompts) == "x" * 10_000
    assert len(prompts) == 34
    assert max(map(len, prompts)) == 300


def test_no_tiny_tail() -> None:
    words = "word " * 61  # 304 characters
    first, last = split_sentences(words)
    assert 150 <= len(first) <= 300
    assert 70 <= len(last) <= 150


@pytest.mark.parametrize("text", ["你好。世界。" * 100, "🎉" * 700, "🎉 " * 700, "no mark " * 100])
def test_text_without_sentences(text: str) -> None:
    prompts = split_sentences(text)
    assert "".join("".join(prompts).split()) == "".join(text.split())
    assert max(map(len, prompts)) <= 300


def test_max_characters_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        split_sentences("text", max_characters=0)


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("", []),
        ("\n\n ... \n\n", []),
        ("one. two.", [["one. two."]]),
        ("one\n\ntwo", [["one"], ["two"]]),
        ("one\r\n \t\r\n\n\ntwo\n", [["one"], ["two"]]),
        (f"{LONG}\n{LONG}", [[LONG, LONG]]),
        ("a heading\na line", [["a heading a line"]]),  # short ones are merged
        (f"{LONG} Yes.\n\nNo. {LONG}", [[f"{LONG} Yes."], [f"No. {LONG}"]]),
        (f'he said "{LONG}\n{LONG}', [[f'he said "{LONG}', LONG]]),  # a line ends quotations
    ],
)
def test_split_paragraphs(text: str, paragraphs: list[list[str]]) -> None:
    assert split_paragraphs(text) == paragraphs


def test_text_of_one_line_is_one_paragraph(golden: Golden) -> None:
    for text, prompts in golden["split"]:
        assert split_paragraphs(normalize(text)) == ([prompts] if prompts else [])


def test_limits_hold_in_paragraphs() -> None:
    assert split_paragraphs("one two\n\nthree", 5, 0) == [["one", "two"], ["three"]]
    with pytest.raises(ValueError, match="at least 1, not 0"):
        split_paragraphs("text", 0)


texts = st.one_of(
    st.text(),
    st.text("ab .,!?\"'-;:()\n", max_size=400),
    st.lists(
        st.sampled_from(["go", "on,", "stop.", "why?", '"so"', "-", "...", "well-known"])
        | st.text(),
        max_size=200,
    ).map(" ".join),
)
limits = st.integers(10, 60) | st.just(300)


@given(texts, limits, st.integers(0, 40))
def test_every_letter_once_in_order_and_no_prompt_too_long(
    text: str, limit: int, least: int
) -> None:
    prompts = split_sentences(text, limit, least)
    assert all(0 < len(prompt) <= limit and prompt == prompt.strip() for prompt in prompts)
    assert _letters(" ".join(prompts)) == _letters(text)


@given(st.lists(st.from_regex(r"[a-z]{1,10}[.,;!?]?", fullmatch=True), max_size=200), limits)
def test_every_word_once_in_order(words: list[str], limit: int) -> None:
    limit = max(limit, 11)  # the longest word and its mark
    assert " ".join(split_sentences(" ".join(words), limit)) == " ".join(words)


@given(texts, limits)
def test_splitting_again_changes_no_word(text: str, limit: int) -> None:
    once = " ".join(split_sentences(text, limit))
    assert _letters(" ".join(split_sentences(once, limit))) == _letters(once)


@pytest.mark.parametrize(
    "pattern", ["a", "a ", ".", "a. ", ".a", '"', '". ', "- ", ", ", "é", "a-", "  "]
)
@pytest.mark.parametrize("limit", [10, 300])
def test_time_does_not_grow_with_the_square(pattern: str, limit: int) -> None:
    text = (pattern * 100_000)[:100_000]
    start = time.process_time()
    split_sentences(text, limit)
    assert time.process_time() - start < 5


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
