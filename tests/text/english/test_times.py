"""Times, each turned into words by its step alone."""

import pytest

from soprano_np.text.english.times import times


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("3:30 pm", "three thirty p m"),
        ("9:05", "nine oh five"),
        ("12:00", "twelve o'clock"),
        ("5:00 pm", "five p m"),
        ("13:00", "thirteen hundred"),
        ("0:00", "midnight"),
        ("12:34:56", "twelve thirty four fifty six"),
        ("1:02:00", "one oh two"),
        ("00:00:07.25", "zero oh oh oh seven point two five"),
        ("4:00-8:12 pm", "four to eight twelve p m"),
        ("9am-5pm", "nine a m to five p m"),
        ("between 5 and 6 pm", "between five and six p m"),
        ("8 p.m. ET", "eight p m e t"),
        ("7.30pm", "seven thirty p m"),
        ("0800 hours", "zero eight hundred hours"),
        ("1h 20m 5s", "one hour twenty minutes five seconds"),
        ("2m 30s", "two minutes thirty seconds"),
        ("25:00", "twenty five oh oh"),
    ],
)
def test_times(text: str, spoken: str) -> None:
    assert times(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("At 5 p.m. Monday it ended.", "At five p m Monday it ended."),
        ("At 5 p.m. we left.", "At five p m we left."),
        ("It was 5 p.m. He left.", "It was five p m. He left."),
        ("It was 5 p.m.", "It was five p m."),
    ],
)
def test_the_stop_of_p_m_may_end_the_sentence(text: str, spoken: str) -> None:
    assert times(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("5 am I right?", "5 am I right?"),
        ("3:1", "3:1"),
        ("10-12", "10-12"),
        ("a: b", "a: b"),
    ],
)
def test_what_is_no_time(text: str, spoken: str) -> None:
    assert times(text) == spoken
