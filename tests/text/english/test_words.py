"""Words with capitals."""

import pytest

from soprano_np.text.english.acronyms import spoken_word
from soprano_np.text.english.words import names


def test_names() -> None:
    said = "c plus plus 17 c sharp a dot net app a t and t A plus"
    assert " ".join(names("C++17 C# a .NET app AT&T A+").split()) == said


@pytest.mark.parametrize(
    ("word", "said"),
    [("userName", "user name"), ("usr", "u s r"), ("src", "s r c"), ("a_b", "a b"), ("bin", "bin")],
)
def test_spoken_word(word: str, said: str) -> None:
    assert spoken_word(word) == said
