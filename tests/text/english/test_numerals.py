"""Numbers, each kind by its step alone."""

import pytest

from soprano_np.text.english.numerals import numerals, ordinals, plain_numbers, roman_numerals


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("1 000 000 and 10 000", "1,000,000 and 10,000"),
        ("1.000.000, 1_000, 1'000", "1,000,000, 1,000, 1,000"),
        ("1-1/2", "1 1/2"),
        ("800 555 0199", "800 555 0199"),
        ("5 100", "5 100"),
        ("1.000", "1.000"),
        ("in 1999 000", "in 1999 000"),
    ],
)
def test_plain_numbers(text: str, spoken: str) -> None:
    assert " ".join(plain_numbers(text).split()) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("1st, 22ND, 103rd, 1,000th", "first, twenty second, one hundred third, one thousandth"),
        ("1/10th, 3/4ths", "one tenth, three quarters"),
        ("the 1990s, '80s, 2000s, 30s", "the nineteen nineties, eighties, two thousands, thirties"),
        ("1800s, 2010s, 1950's", "eighteen hundreds, twenty tens, nineteen fifties"),
        ("'99, '05", "ninety nine, oh five"),
        ("rock 'n' roll", "rock 'n' roll"),
        ("5s", "5s"),
    ],
)
def test_ordinals(text: str, spoken: str) -> None:
    assert " ".join(ordinals(text).split()) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Henry VIII's wife", "Henry the eighth's wife"),
        ("Pope John Paul II", "Pope John Paul the second"),
        ("Elizabeth I", "Elizabeth the first"),
        ("Chapter IV, Part III, chapter iv", "Chapter four, Part three, chapter four"),
        ("World War I and WWII", "World War one and World War two"),
        ("Super Bowl LVIII, Rocky II", "Super Bowl fifty eight, Rocky two"),
        ("MCMXCIV and MMXXIV", "nineteen ninety four and twenty twenty four"),
        ("XIX century, XXth century", "nineteenth century, twentieth century"),
        ("II. Methods", "two. Methods"),
    ],
)
def test_roman_numerals(text: str, spoken: str) -> None:
    assert " ".join(roman_numerals(text).split()) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("I am", "I am"),
        ("MIX, MILD, CIVIL, DIM", "MIX, MILD, CIVIL, DIM"),
        ("mix civil vivid mild di xi", "mix civil vivid mild di xi"),
        ("Malcolm X", "Malcolm X"),
        ("the part I like", "the part I like"),
        ("When Charles I was", "When Charles I was"),
        ("an IV drip", "an IV drip"),
        ("Vitamin C, Plan D", "Vitamin C, Plan D"),
        ("A X V I", "A X V I"),
    ],
)
def test_what_is_no_roman_numeral(text: str, spoken: str) -> None:
    assert " ".join(roman_numerals(text).split()) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("0, 5, 12, 345", "zero, five, twelve, three hundred forty five"),
        ("1,234,567", "one million two hundred thirty four thousand five hundred sixty seven"),
        ("3.14, .5, 0.50", "three point one four, point five, zero point five zero"),
        (
            "1905, 2000, 2005, 2010, 1066",
            "nineteen oh five, two thousand, two thousand five, twenty ten, ten sixty six",
        ),
        ("3456", "three thousand four hundred fifty six"),
        (
            "1500 people but in 1999 sales rose",
            "one thousand five hundred people but in nineteen ninety nine sales rose",
        ),
        ("in the year 2525", "in the year twenty five twenty five"),
        ("1/2, 3/4, 4 1/2, 5/16", "one half, three quarters, four and a half, five sixteenths"),
        ("120/80, 22/7", "one twenty over eighty, twenty two sevenths"),
        (
            "24/7, 50/50, 8/10, 9/10 of us",
            "twenty four seven, fifty fifty, eight out of ten, nine tenths of us",
        ),
        ("4/4 time", "four four time"),
        ("2020/21", "twenty twenty to twenty one"),
        ("1,2,3", "one, two, three"),
        ("a1b", "a one b"),
        ("1/2/3", "one slash two slash three"),
    ],
)
def test_numerals(text: str, spoken: str) -> None:
    assert " ".join(numerals(text).split()) == spoken


@pytest.mark.parametrize(
    "text", ["1,2,,3..4--5/6//7", "9" * 5000, "0" * 50, "1.2.3.4", "٣ ४", "1_2"]
)
def test_no_digit_is_left(text: str) -> None:
    assert not any(char.isdigit() for char in numerals(text))
