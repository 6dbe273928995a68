"""Codes, telephone numbers and strings of digits, each by its step alone."""

import pytest

from soprano_np.text.english.codes import codes, serials, telephones


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("C24, B-52, A4, K-12", "c twenty four, b fifty two, a four, k twelve"),
        ("H2O, R2-D2, C-3PO", "h two o, r two d two, c three p o"),
        ("F-16s, GPT-4o, x86-64", "f sixteens, g p t four o, x eighty six sixty four"),
        ("COVID-19", "COVID nineteen"),
        ("192.168.1.1", "one nine two dot one six eight dot one dot one"),
        ("10.0.0.0/8", "one zero dot zero dot zero dot zero slash eight"),
        (
            "00:1A:2B:3C:4D:5E",
            "zero zero colon one a colon two b colon three c colon four d colon five e",
        ),
        ("v2.0.1, v2", "version two point zero point one, version two"),
        ("version 2.10", "version two point ten"),
        ("401(k), 501(c)(3)", "four oh one k, five oh one c three"),
        ("0x1F", "zero x one f"),
    ],
)
def test_codes(text: str, spoken: str) -> None:
    assert codes(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("mid-1990s", "mid-1990s"),
        ("USD500", "USD500"),
        ("12.05.2024", "12.05.2024"),
        ("800.555.0199", "800.555.0199"),
        ("12:34:56", "12:34:56"),
        ("7:00 PM-9:00 PM", "7:00 PM-9:00 PM"),
        ("50 m2", "50 m2"),
    ],
)
def test_what_is_no_code(text: str, spoken: str) -> None:
    assert codes(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("555-1234", "five five five, one two three four"),
        ("+1 (800) 555-0199", "plus one, eight hundred, five five five, zero one nine nine"),
        (
            "(212) 555-0147, ext. 12",
            "two one two, five five five, zero one four seven, extension twelve",
        ),
        ("800.555.0199", "eight hundred, five five five, zero one nine nine"),
        ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
        ("1-800-FLOWERS", "one, eight hundred, flowers"),
        ("1-800-GOT-JUNK", "one, eight hundred, got junk"),
        ("call 911", "call nine one one"),
        ("123-45-6789", "one two three, four five, six seven eight nine"),
        (
            "4111 1111 1111 1111",
            "four one one one, one one one one, one one one one, one one one one",
        ),
        ("3-2-1", "three, two, one"),
        ("500-1000 people", "500-1000 people"),
        ("2025-01-02", "2025-01-02"),
        ("10-12", "10-12"),
    ],
)
def test_telephones(text: str, spoken: str) -> None:
    assert telephones(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("007 and 00123", "zero zero seven and zero zero one two three"),
        ("iPhone 4s", "iPhone four s"),
        ("two 6s and 747s", "two sixes and seven forty sevens"),
        (
            "RTX 4090, Boeing 747, HTTP 404",
            "RTX forty ninety, Boeing seven forty seven, HTTP four oh four",
        ),
        ("1080p, 5G, 2b1", "ten eighty p, five g, two b one"),
        ("9780306406157", "nine seven eight zero, three zero six four, zero six one five, seven"),
        ("1500000", "one million five hundred thousand"),
        ("123456", "123456"),
    ],
)
def test_serials(text: str, spoken: str) -> None:
    assert serials(text) == spoken
