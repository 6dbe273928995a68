"""Numbers, each kind by its step alone."""

import pytest

from soprano_np.text.english.numerals import numerals


@pytest.mark.parametrize(
    "text", ["1,2,,3..4--5/6//7", "9" * 5000, "0" * 50, "1.2.3.4", "٣ ४", "1_2"]
)
def test_no_digit_is_left(text: str) -> None:
    assert not any(char.isdigit() for char in numerals(text))
