"""Amounts of money, each turned into words by its step alone."""

import pytest

from soprano_np.text.english.money import money


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
