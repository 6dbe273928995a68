"""Amounts of money, each turned into words by its step alone."""

import pytest

from soprano_np.text.english.money import money


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("$5, $1, $0", "five dollars, one dollar, zero dollars"),
        ("$1.50 and $1.5", "one dollar fifty and one dollar fifty"),
        ("$0.05, $.50, $1.05", "five cents, fifty cents, one dollar five"),
        ("$1,234.56", "one thousand two hundred thirty four dollars fifty six"),
        ("$3.459", "three point four five nine dollars"),
        ("$2.5 million", "two point five million dollars"),
        (
            "$5M, $100k, $1.2bn",
            "five million dollars, one hundred thousand dollars, one point two billion dollars",
        ),
        ("$5-10 million", "five to ten million dollars"),
        ("$1.50-$2.50", "one dollar fifty to two dollars fifty"),
        ("-$5 and $-5", "minus five dollars and minus five dollars"),
        ("£1.20, £20", "one pound twenty, twenty pounds"),
        (
            "€12,50 and €1.234,56",
            "twelve euros fifty and one thousand two hundred thirty four euros fifty six",
        ),
        ("¥300", "three hundred yen"),
        ("US$76.3 trillion", "seventy six point three trillion u s dollars"),
        ("50¢, 20 €, 5 USD", "fifty cents, twenty euros, five u s dollars"),
        ("₹1,00,000", "one hundred thousand rupees"),
        ("$15/mo", "fifteen dollars per month"),
        (
            "a $5 bill, the $64,000 question",
            "a five dollar bill, the sixty four thousand dollar question",
        ),
        ("the $5 he owes", "the five dollars he owes"),
        ("$5 dollars", "five dollars"),
    ],
)
def test_money(text: str, spoken: str) -> None:
    assert money(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("$", " dollar "),
        ("$$$", " dollars "),
        ("€ or £?", " euro  or  pound ?"),
        ("¢", " cent "),
        ("5 $ $ 6", "five dollars six dollars"),
        ("$,5", " dollar ,5"),
    ],
)
def test_no_sign_is_left(text: str, spoken: str) -> None:
    assert money(text) == spoken
