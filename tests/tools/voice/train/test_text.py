"""Texts: the form that the teacher reads, and what is held out."""

import pytest
from voice.evaluate import read_lines
from voice.train import text


@pytest.mark.parametrize(
    ("plain", "spoken"),
    [
        ("i'm here, i said.", "I'm here, I said."),
        ("a b c.", "[A](/\N{MODIFIER LETTER VERTICAL LINE}A/) B C."),
        ("a dog.", "A dog."),
        ("a.", "[A](/\N{MODIFIER LETTER VERTICAL LINE}A/)."),
        ("vitamin c is good.", "Vitamin C is good."),
    ],
)
def test_letters_are_read_as_letters(plain: str, spoken: str) -> None:
    assert text.spoken_form(plain) == spoken


def test_wordnets_marks_are_dropped() -> None:
    assert text.clean_example("the word `dog' isn't new -- or is it") == (
        "the word dog isn't new, or is it"
    )
    assert text.clean_gloss("a (small) dog; often kept; third") == "a  dog, often kept"


def test_held_out_texts_are_known_by_their_words() -> None:
    lines = [text.Line(each, each, "example") for each in ("One, two!", "three.", "three.")]
    assert [line.text for line in text.unique(lines, {text.key("one two")})] == ["three."]


def test_what_voices_are_scored_by_is_held_out() -> None:
    never = {text.key(each) for each in text.scored()}
    for path in text.SENTENCES.iterdir():
        if path.stem in ("named", "score", "long", "list"):
            for line in read_lines(path):
                kept = text.unique([text.Line(line.text, line.spoken, "example")], never)
                assert not kept, line.text
