# ruff: noqa: RUF001 (Greek letters are meant)
"""Words with capitals."""

import pytest

from soprano_np.text.english.words import names, shouting, spoken_word, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NASA and the FBI", "nasa and the f b i"),
        ("GPUs, the CEO's, FAQs", "g p u's, the c e o's, faqs"),
        ("JPEG SQL AAA OK PhD", "jay peg sequel a a a okay p h d"),
        ("STOP NO HTML UCLA", "stop no h t m l u c l a"),
        ("getUserName HTMLPage iPhone OpenAI", "get user name h t m l page i phone open a i"),
        ("McDonald MacArthur O'Brien", "mcdonald macarthur O'Brien"),
        ("max_value MAX_VALUE __init__", "max value Max Value init"),
        ("α Δt µ", " alpha   delta t  micro "),
        ("www Www", "w w w Www"),
        ("Plain words I am", "Plain words I am"),
    ],
)
def test_words(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("STOP NOW", "Stop Now"),
        ("CALL US AT NASA\nUS and IT", "Call Us At Nasa\nUS and IT"),
        ("THE FBI AND CIA", "The FBI And CIA"),
        ("THE MIX IS MILD", "The Mix Is Mild"),
        ("HTML", "HTML"),
    ],
)
def test_shouting(text: str, quiet: str) -> None:
    assert shouting(text) == quiet


def test_names() -> None:
    said = "c plus plus 17 c sharp a dot net app a t and t A plus"
    assert " ".join(names("C++17 C# a .NET app AT&T A+").split()) == said


@pytest.mark.parametrize(
    ("word", "said"),
    [("userName", "user name"), ("usr", "u s r"), ("src", "s r c"), ("a_b", "a b"), ("bin", "bin")],
)
def test_spoken_word(word: str, said: str) -> None:
    assert spoken_word(word) == said
