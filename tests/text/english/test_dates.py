"""Dates, each turned into words by its step alone."""

import pytest

from soprano_np.text.english.dates import dates


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("1/1/2025", "january first, twenty twenty five"),
        ("25/12/2024", "december twenty fifth, twenty twenty four"),
        ("12-25-99", "december twenty fifth, nineteen ninety nine"),
        ("2025-01-02", "january second, twenty twenty five"),
        ("2024-01-15T10:30", "january fifteenth, twenty twenty four, 10:30"),
        ("15 Jan 2020", "january fifteenth, twenty twenty"),
        ("the 4th of July, 1776", "the fourth of july, seventeen seventy six"),
        ("Mon, Mar 3", "monday, march third"),
        ("June 30 - July 2", "june thirtieth to july second"),
        ("May 5-7, 2024", "may fifth to seventh, twenty twenty four"),
        ("3-5 May", "may third to fifth"),
        ("Sept. 2019", "september twenty nineteen"),
        ("June '44", "june forty four"),
        ("on 9/11", "on september eleventh"),
        ("2024-05", "may twenty twenty four"),
        ("Mon-Fri, Jan-Mar", "monday to friday, january to march"),
        ("Tue/Thu or Mon, Wed and Fri", "tuesday and thursday or monday, wednesday and friday"),
        (
            "44 BC, AD 79, 500 B.C. ended.",
            "forty four b c, a d seventy nine, five hundred b c ended.",
        ),
    ],
)
def test_dates(text: str, spoken: str) -> None:
    assert dates(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("3/4", "3/4"),
        ("13/13/2025", "13/13/2025"),
        ("2019-20", "2019-20"),
        ("may 5 of us march 3 miles", "may 5 of us march 3 miles"),
        ("March 3 miles", "March 3 miles"),
        ("Sat on Mar", "Sat on Mar"),
        ("the Sun rose", "the Sun rose"),
        ("192.168.1.1", "192.168.1.1"),
        ("June 45", "June 45"),
        ("May 5,000", "May 5,000"),
    ],
)
def test_what_is_no_date(text: str, spoken: str) -> None:
    assert dates(text) == spoken
