"""Addresses, each turned into words by its step alone."""

import pytest

from soprano_np.text.english.addresses import addresses


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("221B Baker Street", "two twenty one b Baker street"),
        ("1234 Main St.", "twelve thirty four Main street."),
        ("12 N. Main St., Apt. 4B", "twelve north Main street, apartment four b"),
        ("1600 Pennsylvania Ave NW", "sixteen hundred Pennsylvania avenue northwest"),
        ("350 5th Ave. is tall", "three fifty 5th avenue is tall"),
        ("Santa Clara, CA 95051", "Santa Clara, california nine five zero five one"),
        ("New York, NY 10118-0110", "New York, new york one zero one one eight, zero one one zero"),
        ("Texas 78701", "Texas seven eight seven zero one"),
        ("My zip is 60614", "My zip is six zero six one four"),
        ("Austin, TX, is hot", "Austin, texas, is hot"),
        (
            "Suite 200, Room 101, P.O. Box 123",
            "suite two hundred, room one oh one, p o box one twenty three",
        ),
        (
            "Route 66, Hwy. 101, Interstate 280",
            "route sixty six, highway one oh one, interstate two eighty",
        ),
        ("Elm Dr. near Main St. is shut", "Elm drive near Main street is shut"),
        ("on Main St. It is shut", "on Main street. It is shut"),
        ("St. James St. and 42nd St", "St. James street and 42nd street"),
        ("Dr. Dr. King Dr.", "Dr. Dr. King drive."),
    ],
)
def test_addresses(text: str, spoken: str) -> None:
    assert " ".join(addresses(text).split()) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("St. Paul met Dr. Smith.", "St. Paul met Dr. Smith."),
        ("Visit St. Paul", "Visit St. Paul"),
        ("hmm, OK", "hmm, OK"),
        ("It was IN 2020", "It was IN 2020"),
        ("5 of us", "5 of us"),
        ("Way 5", "Way 5"),
    ],
)
def test_what_is_no_address(text: str, spoken: str) -> None:
    assert " ".join(addresses(text).split()) == spoken
