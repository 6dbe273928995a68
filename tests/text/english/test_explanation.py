"""What was made of a text, and by which rules."""

import pytest

from soprano_np.text.english import rewrite
from soprano_np.text.english.explanation import explain


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        ("It cost $5.", [("$5", "five dollars", ["amount"])]),
        ("a \u00bd cup", [("\u00bd", "one half", ["spelling", "fraction left"])]),
        ("75% of it", [("75%", "seventy five percent", ["percent", "number left"])]),
        ("AT&amp;T", [("AT&amp;T", "a t and t", ["entity", "name"])]),
        ("See [it](b.org).", [("](b.org)", "", ["link"])]),
        ("so it is.[1]", [("[1]", "", ["footnote"])]),
        ("**Plain** words, (so) it -- seems!\n\n* Plain", []),
        ("STOP THE FBI NOW", [("FBI", "f b i", ["capitals"])]),
        ("2 of 3", [("2", "two", ["number left"]), ("3", "three", ["number left"])]),
        ("", []),
    ],
)
def test_explain(text: str, explained: list[tuple[str, str, list[str]]]) -> None:
    assert [each[2:] for each in explain(rewrite(text))] == explained


def test_passages_lie_in_order_and_name_what_is_written() -> None:
    text = "On Jan. 5th, 2024, Dr.\nLee paid \u00a39 for 5kg, i.e. 3-5 bags & <b>more</b> (C#)."
    explanations = list(explain(rewrite(text)))
    assert len(explanations) > 7
    stops = [0]
    for start, stop, written, _, rules in explanations:
        assert stops[-1] <= start < stop
        assert " ".join(text[start:stop].split()) == written
        assert rules
        stops.append(stop)
