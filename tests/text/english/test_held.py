# ruff: noqa: RUF001 (unusual characters are the point)
"""Numbers of hundreds of digits."""

import time

import pytest

from soprano_np.text.english import normalize, rewrite

EIGHT = "eight eight eight eight"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("8" * 600, ", ".join([EIGHT] * 150)),
        ("pi is 3." + "8" * 600, "pi is three point " + " ".join(["eight"] * 600)),
        ("½" * 600, ", ".join(["one half"] * 600)),
        ("①" * 600, ", ".join(["one"] * 600)),
        ("It is 8" + "8" * 599 + "kg.", f"it is {', '.join([EIGHT] * 150)} kg."),
    ],
)
def test_long_numbers(text: str, spoken: str) -> None:
    assert normalize(text) == spoken


def test_each_number_is_said_in_its_place() -> None:
    numbers = [str(digit) * 500 for digit in range(1, 10)] + ["12" * 300, "7" * 499]
    text = f"Add [this](a.org/{'3' * 500}). " + " and ".join(numbers) + " Ａ."
    spoken = normalize(text)
    assert spoken.startswith("add this. one one one one, one")
    assert spoken.endswith(" seven a.")
    for word in ("three", "seven"):
        assert spoken.count(word) == 500 + 499 * (word == "seven")


def test_where_a_long_number_was_written() -> None:
    rewritten = rewrite(f"so {'8' * 600} it")
    assert rewritten.written(3, 8) == rewritten.written(20, 25) == (3, 603)
    assert rewritten.text.endswith("eight it")
    assert rewritten.removals() == []


@pytest.mark.parametrize("text", ["7" * 1_000_000, "½" * 100_000, "3." + "14" * 500_000])
def test_long_numbers_take_little_time(text: str) -> None:
    start = time.process_time()
    normalize(text)
    assert time.process_time() - start < 3  # it takes 0.1 s, and took 7 s
