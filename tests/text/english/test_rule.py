"""Texts that are rewritten, and the way back from what is said to what was written."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_table import CASES

from soprano_np.text.english import BEFORE_LEXICON, STEPS, normalize, rewrite
from soprano_np.text.english.rewritten import Edit, Removal, Rewritten
from soprano_np.text.english.rule import Rule, Step, Text

WORD = re.compile("[a-z']*[a-z][a-z']*")
PROSE = """\
# The [Old Mill](https://example.org/mill?id=3)

Dr. Jane O'Neil, 42, bought 5 kg of flour for $12.50 on Jan. 5th, 2024; she'd
paid “£9” before.[1] The U.S. mill's 3,000 sacks (about 75%) left at 9:05 a.m. --
on the MS 'Elbe', from pier 7B... *Not* bad! :)

| sort | price |
|------|-------|
| rye  | $1.20 |

1. Call 555-1234, or write to a.b@mail.com.
2. See Chapter IV, pp. 3-5, and `max_value` <b>now</b>.
"""
RULES = [
    pytest.param(step, rule, id=f"{rule.name}: {rule.examples[0] if rule.examples else None}")
    for step in dict.fromkeys((*BEFORE_LEXICON, *STEPS))
    for rule in dict.fromkeys(step.rules)
    if isinstance(rule, Rule)
]


def without_spaces(text: str) -> str:
    """Return the text less the white space that the last step removes."""
    return re.sub(" +", " ", text).strip(" ")


@pytest.mark.parametrize(("step", "rule"), RULES)
def test_examples(step: Step, rule: Rule) -> None:
    at_work = False
    for example in rule.examples:
        written, arrow, said = example.rpartition(" -> ")
        assert arrow, example
        text = Text(written)
        step.apply(text)
        assert without_spaces(text.string) == said
        at_work = at_work or rule.name in [name for _, made in text.log for *_, name in made]
    assert at_work, "no example shows what the rule does"


def ranges(rewritten: Rewritten) -> list[tuple[str, int, int]]:
    """Return every spoken word with its written range."""
    found = WORD.finditer(rewritten.text)
    return [(match[0], *rewritten.written(*match.span())) for match in found]


def said(written: str) -> list[tuple[str, str]]:
    """Return every spoken word with what was written for it."""
    return [(word, written[start:stop]) for word, start, stop in ranges(rewrite(written))]


def check(written: str) -> None:
    """Check that every letter and digit belongs to one range of words, or to one removal."""
    rewritten = rewrite(written)
    assert rewritten.text == normalize(written)
    words = [(start, stop) for _, start, stop in ranges(rewritten)]
    assert words == sorted(words, key=lambda place: place[0])
    assert words == sorted(words, key=lambda place: place[1])
    removals = [(removal.start, removal.stop) for removal in rewritten.removals()]
    assert removals == sorted(removals)
    assert all(removal.rule for removal in rewritten.removals())
    owners = [0] * len(written)
    for start, stop in [*dict.fromkeys(words), *removals]:
        for place in range(start, stop):
            owners[place] += 1
    kept = [place for place, char in enumerate(written) if char.isalnum()]
    assert [(place, written[place]) for place in kept if owners[place] != 1] == []


def test_every_written_letter_is_said_once_or_removed_by_a_rule() -> None:
    for case in CASES:
        check(case.text)
    check(PROSE)


CODE = """\
Releases in CPython 3.12 - 3.15 (by @me), pypy2.7-7.3.2~7.3.5, pgen2's parser; 2001-2003 S3 Inc.
headers = [(b'Age', b'557328'), (b'Cache-Control', b'max-age=604800'), ('x1', "it's")]
d['a1']=f'{x2:.3f}'+'b3'; print("don't",'y4'if z5 else'w6',r'\\d+',0x1F,1e-6,u'v7'u'8')
if a<b and c>d[1]: e['f']['g'] = h(i, *j)**2 or 'k'*3 #l2
git diff HEAD~1..v2.0.1-rc.3 -- 'src/*.py' | sed 's/foo1/bar2/g' > out'3'.txt && echo $?'a'
"""


@pytest.mark.parametrize("written", [CODE, *CODE.splitlines(), CODE.replace("'", "`")])
def test_code_is_said_once(written: str) -> None:
    check(written)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("We met", [("we", "We"), ("met", "met")]),
        ("a $5 bill", [("a", "a"), ("five", "$5"), ("dollar", "$5"), ("bill", "bill")]),
        ("5 kg!", [("five", "5 kg"), ("kilograms", "5 kg")]),
        ("**so** [it](x.org)", [("so", "so"), ("it", "it")]),
        ("3 m to 4 m", [("three", "3 m"), ("meters", "3 m"), ("to", "to"), ("four", "4 m"),
                        ("meters", "4 m")]),
        ("½ x", [("one", "½"), ("half", "½"), ("x", "x")]),
        ("naïve", [("naive", "naïve")]),
        ("221B Baker St.", [("two", "221B"), ("twenty", "221B"), ("one", "221B"), ("b", "221B"),
                            ("baker", "Baker"), ("street", "St")]),
        ("CEO's", [("c", "CEO's"), ("e", "CEO's"), ("o's", "CEO's")]),
        ("2. Go", [("two", "2"), ("go", "Go")]),
    ],
)  # fmt: skip
def test_words_know_where_they_were_written(written: str, words: list[tuple[str, str]]) -> None:
    assert said(written) == words


def test_words_of_a_long_edit_that_keeps_them() -> None:
    words = ["STOP", "NOW", "THE", "FBI", "IS", "HERE"] * 40
    written = [" ".join(written.split()) for _, written in said(" ".join(words))]
    assert [word for word in written if word != "FBI"] == [word for word in words if word != "FBI"]


def test_edits() -> None:
    became = [(edit.start, edit.stop, edit.became) for edit in rewrite("Dr. No has $5.").edits()]
    assert became == [(0, 3, "doctor"), (11, 13, "five dollars")]


@pytest.mark.parametrize(
    ("written", "removed"),
    [
        ("a [b](c.org) d", ["[", "](c.org)"]),
        ("so it is.[1]", ["[1]"]),
        ("ok :) then", [":)"]),
        ("a<!-- b -->c", ["<!-- b -->"]),
        ("in Москва, 2x", ["Москва"]),
        ('He said "no," and', []),
        ("# Title", ["# "]),
        ("one\n---\ntwo", ["---"]),
    ],
)
def test_removals(written: str, removed: list[str]) -> None:
    removals = rewrite(written).removals()
    assert [written[removal.start : removal.stop] for removal in removals] == removed


def test_the_lexicon_is_an_edit_of_its_own() -> None:
    rewritten = rewrite("Ask Siobhan now", {"siobhan": "shi vawn"})
    assert rewritten.text == "ask shi vawn now"
    assert [edit[:3] for edit in rewritten.edits()] == [("lexicon", 4, 11)]
    assert ranges(rewritten)[1:3] == [("shi", 4, 11), ("vawn", 4, 11)]


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (2, 2), (3, 2), (0, 4)])
def test_a_range_that_is_not_there(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match=f"expected 0 <= start < stop <= 3, found {start} and"):
        rewrite("abc").written(start, stop)


def test_sub_is_as_re_sub() -> None:
    text = Text("a1b22c")
    text.sub("numbers", re.compile("([0-9])([0-9])?"), r"<\1-\2>")
    assert text.string == re.sub("([0-9])([0-9])?", r"<\1-\2>", "a1b22c") == "a<1->b<2-2>c"


def test_replacements_of_several_passes() -> None:
    text = Text("one two three")
    text.replace([(0, 3, "1", "first"), (4, 8, "", "second")])
    text.replace([(2, 7, "3", "third")])
    rewritten = text.rewritten()
    assert rewritten.text == "1 3"
    assert rewritten.written(0, 1) == (0, 3)
    assert rewritten.written(2, 3) == (8, 13)
    assert rewritten.written(0, 3) == (0, 13)
    assert rewritten.edits() == [
        Edit("first", 0, 3, "1"), Edit("second", 4, 8, ""), Edit("third", 8, 13, "3"),
    ]  # fmt: skip
    assert rewritten.removals() == [Removal("second", 4, 8)]


@settings(deadline=None)
@given(st.lists(st.text("ab .1$5kgé(<'", max_size=8), max_size=6).map(" ".join))
def test_ranges_are_in_order_and_within_the_text(written: str) -> None:
    rewritten = rewrite(written)
    places = [(start, stop) for _, start, stop in ranges(rewritten)]
    assert all(0 <= start < stop <= len(written) for start, stop in places)
    # Two words were written in one place or in two.
    for before, after in pairwise(dict.fromkeys(places)):
        assert before[1] <= after[0]
