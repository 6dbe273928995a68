"""Measures, each turned into words by its step alone."""

import pytest

from soprano_np.text.english.measures import measures


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("1 kg, 5 kg, 0.5 kg", "one kilogram, five kilograms, zero point five kilograms"),
        (
            "16GB, 100 kB, 50 Mbps",
            "sixteen gigabytes, one hundred kilobytes, fifty megabits per second",
        ),
        ("5 mW and 5 MW", "five milliwatts and five megawatts"),
        ("5 MB/s", "five megabytes per second"),
        ("9.8 m/s²", "nine point eight meters per second squared"),
        (
            "500 m², 50 m2, 3 cu ft",
            "five hundred square meters, fifty square meters, three cubic feet",
        ),
        ("2.4 Ghz", "two point four gigahertz"),
        ("20 °C, -40°F", "twenty degrees celsius, minus forty degrees fahrenheit"),
        (
            "90° N, 40°26'46\"N",
            "ninety degrees north, forty degrees twenty six minutes forty six seconds north",
        ),
        ("5'10\" and 6'2", "five foot ten and six foot two"),
        ("8' x 10'", "eight feet by ten feet"),
        ('a 27" monitor', "a twenty seven inch monitor"),
        ("5 in x 7 in", "five inches by seven inches"),
        ("12 in. long", "twelve inches long"),
        ("6 ft 2 in", "six feet two inches"),
        ("1/2 tsp, 1 1/2 lb", "one half teaspoon, one and a half pounds"),
        (
            "1234-123kg",
            "one thousand two hundred thirty four to one hundred twenty three kilograms",
        ),
        ("a 5 km run, a 10-ft pole", "a five kilometer run, a ten foot pole"),
        ("the 1,500 ft. tower", "the one thousand five hundred foot tower"),
        ("3.5 million km", "three point five million kilometers"),
        ("5 lb. The end", "five pounds. The end"),
        ("10s, for 10s, 1.5s", "10s, for ten seconds, one point five seconds"),
        ("100k followers, 5M users", "one hundred thousand followers, five million users"),
        ("5 req/s", "5 req per second"),
        ("in km/h, in m²", "in kilometers per hour, in square meters"),
    ],
)
def test_measures(text: str, spoken: str) -> None:
    assert measures(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2 in stock", "2 in stock"),
        ("5 apples", "5 apples"),
        ("A4", "A4"),
        ("3 A or 5G", "3 A or 5G"),
        ('He said "in 1986"', 'He said "in 1986"'),
        ("5 mw", "5 mw"),
        ("401 K", "401 K"),
        ("C 5", "C 5"),
        ("10 to 12", "10 to 12"),
    ],
)
def test_what_is_no_measure(text: str, spoken: str) -> None:
    assert measures(text) == spoken
