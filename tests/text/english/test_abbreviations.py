"""Abbreviations, and whether their stop ends a sentence."""

import pytest

from soprano_np.text.english.abbreviations import ends_sentence


@pytest.mark.parametrize(
    ("text", "ends"),
    [("a.", True), ("a. The", True), ('a." The', True), ("a.\nb", True), ("a. Smith", False),
     ("a. b", False), ("a, b", False), ("a. 5", False)],
)  # fmt: skip
def test_ends_sentence(text: str, ends: bool) -> None:
    assert ends_sentence(text, 2) is ends
