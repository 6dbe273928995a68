# ruff: noqa: RUF001 (the look-alike characters are the point)
"""Transliteration against unidecode, block by block."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soprano_np.text.ascii import to_ascii

Golden = dict[str, list[list[Any]]]


def test_every_character_of_the_covered_blocks(golden: Golden) -> None:
    def digest(first: int, last: int) -> str:
        spellings = json.dumps([to_ascii(chr(code)) for code in range(first, last + 1)])
        return hashlib.sha256(spellings.encode()).hexdigest()

    wrong = [
        block for block, first, last, recorded in golden["ascii"] if digest(first, last) != recorded
    ]
    assert wrong == []


def test_the_blocks_that_are_covered(golden: Golden) -> None:
    assert [block for block, *_ in golden["ascii"]] == [
        "Basic Latin",
        "Latin-1 Supplement",
        "Latin Extended-A",
        "Latin Extended-B",
        "IPA Extensions",
        "Spacing Modifier Letters",
        "Combining Diacritical Marks",
        "Greek and Coptic",
        "Cyrillic",
        "Latin Extended Additional",
        "Greek Extended",
        "General Punctuation",
        "Superscripts and Subscripts",
        "Currency Symbols",
        "Letterlike Symbols",
        "Number Forms",
        "Arrows",
        "Mathematical Operators",
        "Enclosed Alphanumerics",
        "Box Drawing",
        "Block Elements",
        "Geometric Shapes",
        "Latin ligatures",
        "Fullwidth Forms",
    ]


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("plain ASCII\t\x00~", "plain ASCII\t\x00~"),
        ("Ærøskøbing – 20 °C", "AEroskobing - 20 degC"),
        ("Straße, Łódź, Þór", "Strasse, Lodz, Thor"),
        ("Ψυχή ᾄδω", "Psukhe ado"),
        ("Щукин, Їжак", "Shchukin, Yizhak"),
        ("“quoted” … ‘so’", "\"quoted\" ... 'so'"),
        ("£5, €6, ₹7", "PS5, EUR6, Rs7"),
        ("2½ × ¾ ÷ ⅓ ± x²", "2 1/2 x  3/4 /  1/3  +- x2"),
        ("ﬁn Ⅷ ＡＢ① №5", "fin VIII AB1 No. 5"),
        ("→│█♥", "-|#hearts"),
        ("e\u0301\u200d", "e"),
        ("中文 한글 مرحبا 🎉", "   "),
        ("\ud800", ""),
    ],
)
def test_spelling(text: str, spelling: str) -> None:
    assert to_ascii(text) == spelling


@given(st.text(st.characters()))
def test_whatever_comes_ascii_leaves(text: str) -> None:
    assert to_ascii(text).isascii()
