"""Number words, written as inflect writes them."""

import pytest

from soprano_np.text.numbers import cardinal, digits, ordinal, year


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (7, "seven"),
        (10, "ten"),
        (19, "nineteen"),
        (20, "twenty"),
        (21, "twenty-one"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (101, "one hundred one"),
        (999, "nine hundred ninety-nine"),
        (1000, "one thousand"),
        (1001, "one thousand one"),
        (1010, "one thousand ten"),
        (1100, "one thousand, one hundred"),
        (3456, "three thousand, four hundred fifty-six"),
        (100_000, "one hundred thousand"),
        (1_000_001, "one million one"),
        (1_001_000, "one million, one thousand"),
        (1_200_000, "one million, two hundred thousand"),
        (123_456_789, "one hundred twenty-three million, four hundred fifty-six thousand, "
                      "seven hundred eighty-nine"),
        (10**12 + 5, "one trillion five"),
        (10**35, "one hundred decillion"),
        (-34, "minus thirty-four"),
        ("007", "seven"),
        ("000", "zero"),
    ],
)  # fmt: skip
def test_cardinal(number: int | str, words: str) -> None:
    assert cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (7, "seven"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (1001, "one thousand and one"),
        (1100, "one thousand, one hundred"),
        (110_115, "one hundred and ten thousand, one hundred and fifteen"),
    ],
)
def test_cardinal_with_and(number: int, words: str) -> None:
    assert cardinal(number, "and") == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zeroth"),
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (4, "fourth"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (11, "eleventh"),
        (12, "twelfth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (100, "one hundredth"),
        (101, "one hundred first"),
        (1100, "one thousand, one hundredth"),
        (1_000_001, "one million first"),
        ("0100", "one hundredth"),
    ],
)
def test_ordinal(number: int | str, words: str) -> None:
    assert ordinal(number) == words


def test_a_number_without_a_name_is_read_digit_by_digit() -> None:
    number = "12" * 18 + "3"
    assert len(number) == 37
    assert cardinal(number) == "one two " * 18 + "three"
    assert ordinal(number) == "one two " * 18 + "third"
    assert cardinal(number[1:]).startswith("two hundred twelve decillion, ")


def test_more_digits_than_int_takes() -> None:
    assert cardinal("0" * 5000 + "12") == "twelve"
    assert cardinal("9" * 5000) == " ".join(["nine"] * 5000)


def test_digits() -> None:
    assert digits("007") == "zero zero seven"
    assert digits("") == ""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1000, "one thousand"),
        (1001, "ten oh one"),
        (1066, "ten sixty-six"),
        (1100, "eleven hundred"),
        (1905, "nineteen oh five"),
        (1999, "nineteen ninety-nine"),
        (2000, "two thousand"),
        (2005, "two thousand five"),
        (2010, "twenty ten"),
        (2025, "twenty twenty-five"),
        (2100, "twenty-one hundred"),
    ],
)
def test_year(number: int, words: str) -> None:
    assert year(number) == words


@pytest.mark.parametrize("number", [999, 10_000])
def test_year_of_other_lengths(number: int) -> None:
    with pytest.raises(ValueError, match=f"1000 to 9999 was expected, not {number}"):
        year(number)
