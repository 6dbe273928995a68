# ruff: noqa: RUF001 (the signs are meant)
"""Signs of arithmetic, by their step alone; numbers stay digits."""

import pytest

from soprano_np.text.english.arithmetic import arithmetic


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2+2=4", "2 plus 2 equals 4"),
        ("10 - 5 = 5", "10 minus 5 equals 5"),
        ("10-12, 5 - 10, 10 - 5", "10 to 12, 5 to 10, 10 minus 5"),
        ("it was -5 or −5", "it was minus 5 or minus 5"),
        ("50%, 5-10 %", "50 percent, 5 to 10 percent"),
        ("10^6, x², n^2, 2^-3", "10 to the sixth, x squared, n squared, 2 to the minus three"),
        ("E = mc²", "E equals m c squared"),
        ("1.5e3, 1e-6", "1.5 times ten cubed, 1 times ten to the minus six"),
        ("3×4, 3 x 4, 8x10", "3 times 4, 3 times 4, 8 by 10"),
        ("1920×1080", "1920 by 1080"),
        ("10x faster", "10 times faster"),
        ("3:1", "3 to 1"),
        ("8 / 2 = 4", "8 divided by 2 equals 4"),
        ("a != b, a -> b", "a does not equal b, a to b"),
        ("~5, ≈5, 18+, #1", "about 5, approximately 5, 18 plus, number 1"),
        ("±5%, √2, ∞", "plus or minus 5 percent, square root of 2, infinity"),
        ("the word²", "the word"),
    ],
)
def test_arithmetic(text: str, spoken: str) -> None:
    assert " ".join(arithmetic(text).split()) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("1/2", "1/2"),
        ("5-year-old", "5-year-old"),
        ("a - b", "a - b"),
        ("and/or", "and/or"),
        ("1,234.5", "1,234.5"),
        ("well-known", "well-known"),
    ],
)
def test_what_is_no_arithmetic(text: str, spoken: str) -> None:
    assert " ".join(arithmetic(text).split()) == spoken
