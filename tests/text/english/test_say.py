"""Number words without hyphens and commas, and readings for numbers that name."""

import pytest

from soprano_np.text.english.say import (
    cardinal,
    decimal,
    digit_groups,
    fraction,
    label,
    ordinal,
    plural,
    year,
)


def test_words_without_hyphens_and_commas() -> None:
    assert cardinal("1234") == "one thousand two hundred thirty four"
    assert ordinal("1222") == "one thousand two hundred twenty second"
    assert decimal("1,234.50") == "one thousand two hundred thirty four point five zero"
    assert decimal(".5") == "point five"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1905", "nineteen oh five"),
        ("2005", "two thousand five"),
        ("476", "four seventy six"),
        ("44", "forty four"),
        ("1200", "twelve hundred"),
    ],
)
def test_year(number: str, words: str) -> None:
    assert year(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("7", "seven"),
        ("42", "forty two"),
        ("221", "two twenty one"),
        ("101", "one oh one"),
        ("200", "two hundred"),
        ("4090", "forty ninety"),
        ("1200", "twelve hundred"),
        ("4000", "four thousand"),
        ("2005", "two thousand five"),
        ("007", "zero zero seven"),
        ("12345", "one two three four, five"),
    ],
)
def test_label(number: str, words: str) -> None:
    assert label(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1/2", "one half"),
        ("3/2", "three halves"),
        ("3/4", "three quarters"),
        ("2/3", "two thirds"),
        ("5/16", "five sixteenths"),
        ("21/32", "twenty one thirty seconds"),
        ("4 1/2", "four and a half"),
        ("2 1/8", "two and an eighth"),
        ("1 3/4", "one and three quarters"),
        ("120/85", "one hundred twenty over eighty five"),
        ("0/5", "zero over five"),
    ],
)
def test_fraction(number: str, words: str) -> None:
    assert fraction(number) == words


def test_plural() -> None:
    assert [plural(word) for word in ("six", "twenty", "two thousand")] == [
        "sixes",
        "twenties",
        "two thousands",
    ]


def test_digit_groups() -> None:
    assert digit_groups("12345678901") == "one two three four, five six seven eight, nine zero one"
