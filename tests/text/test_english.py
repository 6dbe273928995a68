# ruff: noqa: RUF001 (unusual characters are the point)
"""The English front end as a whole: a table of cases, and what holds for any text."""

import logging
import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_table import CASES, without_stop

from soprano_np.text.english import STEPS, normalize

ALLOWED = re.compile(r"[a-z .,!?'\n]*")


@pytest.mark.parametrize(("group", "text", "spoken"), CASES)
def test_spoken(group: str, text: str, spoken: list[str]) -> None:
    assert without_stop(normalize(text)) in spoken


def test_the_table_is_long_and_holds_nothing_twice() -> None:
    assert len(CASES) >= 500
    assert [
        text for text, count in Counter(text for _, text, _ in CASES).items() if count > 1
    ] == []


def test_every_step_has_a_docstring() -> None:
    assert [step for step in STEPS if not step.__doc__] == []


plain_words = st.sampled_from(
    "a the cat sat on mats may march in us it am is mix mild no one dim civil will fig gal ten as "
    "to be or not we ran home don't it's red slowly house under river".split()
)
marks = st.sampled_from(
    [" ", " ", " ", ", ", ". ", "! ", "? ", "; ", ": ", " - ", "... ", "\n", "\n\n"]
)
pieces = st.sampled_from(
    """
    5 12 007 1,234 3.14 1/2 1990s $5 $1.50 5M £20 50% 10-12 3:30 pm 9 a.m. Jan 5th 22nd 2024-01-02
    20°C 5'10" 16GB km/h kg m² 10^6 x = < > ± √ C# C++ .NET U.S. Ph.D. e.g. Dr. St. Mr. No. Inc.
    Henry VIII II NASA GPUs FBI AAA getUserName max_value http:// www.a.org a@b.com #tag @name
    /usr/bin C:\\x file.txt ( ) [ ] { } * ** _ ~ ` # - — … " ' “ ” & @ / \\ | α 你好 🎉 é ﬁ
    """.split()
)
texts = st.one_of(
    st.text(st.characters(), max_size=200),
    st.text("aA1.,:;-/'\"$%() \n#*_@é", max_size=80),
    st.lists(plain_words | marks | pieces | st.just(" "), max_size=40).map("".join),
    st.lists(plain_words | pieces, max_size=40).map(" ".join),
)


@settings(deadline=None)
@given(texts)
def test_whatever_comes_only_what_can_be_said_leaves(text: str) -> None:
    spoken = normalize(text)
    assert ALLOWED.fullmatch(spoken)
    assert not re.search(r"  | [.,!?\n]|\n |[.,!?]{2}|\n{3}|^[ \n.,!?]|[ \n,]$", spoken)
    if "\n" in spoken:
        assert all(line[-1] in ".!?" for line in spoken.split("\n") if line)


# Pieces that run into each other can make an abbreviation of what was none: "°Ca.m." is "ca. m".
@settings(deadline=None)
@given(st.lists(plain_words | pieces, max_size=40).map(" ".join))
def test_what_is_said_is_said_the_same_again(text: str) -> None:
    spoken = normalize(text)
    assert normalize(spoken) == spoken


def test_every_row_is_said_the_same_again() -> None:
    spoken = [normalize(text) for _, text, _ in CASES]
    assert [said for said in spoken if normalize(said) != said] == []


# No other word that numbers are read as has a j.
@settings(deadline=None)
@given(st.text("jJ0123456789#-.\\\\_',:+=*()$%^ ", max_size=40))
def test_numbers_and_letters_are_never_glued(text: str) -> None:
    words = re.findall("[a-z]*j[a-z]*", normalize(text))
    assert {word for word in words if word.strip("j")} <= {
        "january",
        "june",
        "july",
        "joule",
        "joules",
    }


@settings(deadline=None)
@given(st.lists(st.tuples(plain_words, marks), max_size=60))
def test_plain_words_are_kept_in_order(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{word}{mark}" for word, mark in pairs)
    assert re.findall(r"[a-z']+", normalize(text)) == [word for word, _ in pairs]


@settings(deadline=None)
@given(st.lists(plain_words, min_size=1, max_size=20), st.data())
def test_capitals_change_no_plain_word(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    written = [word.capitalize() if i == at else word for i, word in enumerate(words)]
    assert normalize(" ".join(written)) == " ".join(words)


@pytest.mark.parametrize(
    "pattern",
    [
        "(", ")", "()", "[", "[a](", "[a](b", "![", "<", "<a", "<!--", "&", "&amp", "a",
        "A", "aA", "Aa", "A.", "a.", "A. ", "Mr.", "U.S", "1", "0", "1,", "1,000,", "1.",
        "1.1", "1/", "1/1 ", "1-", "1:", "1 ", "1 000 ", "1st", "12:34:56 ", "2024-01-",
        "Jan 1 ", "$", "$1", "$ ", "€1-", "5'", "5'10\"", "1kg", "1 kg ", "x^", "1e", "- ",
        "-", "--", "—", "*", "**", "* ", "_", "a_", "`", "~", "#", "# ", "#a", "@", "@a",
        "a@", "a@b.", "http://", "www.", "a.com/", "/", "/a", "\\", "C:\\", "|", "| ",
        "a | b", ".", "...", ". ", ",", "!?", "'", "'a", "a'", '"', "\n", "a\n", "- a\n",
        "> ", "1. a\n", "===\n", "\t", "\r", "\0", "I", "XIV ", "IV.", "é", "e\u0301",
        "\u0301", "\u0301\u0323", "½", "²", "中", "α", "🎉", "🏽", "👩‍", "🇺", "\u200d",
        "\u202e", "\ud800", "\ue000", "ａ", "555-1234 ", "(800) ", "+1 ", "St. ",
        "1 Main St. ", "No. ", "v1.", "1.1.1.1", "1–", "A-", "A1", "C++", "e.g.", "etc. ",
        "Henry V", "CA 9", "a/b", "GPUs", "Mr A ", "A Jr ", "Mr.\\n", "of\\n", "5 p.m. A",
        "Plan B. ", "E. c", "a[1]", "[1]", "a**2", "<a>", "<a ", ":)", "<3", "\\x1b[", "Q1'24",
        "4/5 at 1 pm ", "PIN 1234 ", "code 12345 or ", "D-MA ", "1m users ", "1/2 c. a",
        "5C/6C ", "John 1:1-", "CO-", "EX-A", "CO-OP ", "3x + ", "1/2 ",
        "BA", "EAU", "800-", "1-800-A", "800-GO-", "text HELP to 50503 ", "No. 21-", "21-12345 ",
        "5 main ", "5 N 2nd ", "2nd st ", "Main st ", "W 2 ", "I-95 ", "5kg,", "5 mg/kg/",
        "5/6 GB/", "12/box ", "5 cups/", "per ", "5 in ", "5 in, ", "3-in-", "5 BAR ", "5'10\"/",
        "802.11", "802.11a/b", "2nd ed", "5* ", "part 0", "S0", "+/-", "+-", "£3 10s. ",
        "10s. 6d. ", "10.5281/a", "5kg-", "1.5/2 ", "1-2-3 mix ", "MC", "5/325 mg ", "rated 5",
        "GMT-7 ", "1:00:00+00:00 ", "1/1-", "12/4, ", "50-50 ", "1/1/", "Fri. ", "Jan-5 ", "M/W/",
        "Jan/", "5s, ", "3d 4h ", "1970s-", "100s ", "25F, ", "Mon-Tue ", "1/2020 - ", "1s-",
        "5-5s", "9 1s", "1st-", "8pm ET/", "1 Jan-",
        "<a x=", '<a x="', "<p hidden ", "<a x=y\n", "</a", "[a]: ", "[a]: b.c \"", "[a]: #",
        "*12 ", "*#1", "# of ", "a.b[1].", "a[^b]", "①", "ⓐ", "1\u20e3", "```a b=", "~~~", "XD ",
        "<3. ", " :D", ">$", "~$", "[a](b ", '[a](b "', "press * ", "0" * 499 + " ",
        "½" * 499 + " ",
        "No.1", "Dr.A", ". .", "A/B", "w/a ", "a / ", "1 mi. N ", "a 1 oz. A", "foo.1 ", "¹,", "²",
        "<sup>", "<sup>1", "[1, ", "[note 1]", ".^1", "x. [1,2]", "$x", "$x$ ", "$x_1 ", "$$",
        "\\(", "\\(x\\) ", "\\[", "\\frac", "\\frac{", "\\frac{1}{2} ", "\\x{", "{", "^{",
        "\\text{", "\\begin{a} ", "\\emph{a", "\\% ", "Ab > ", "A > Cd ", "<|a", "[INST]",
        "</a", "✅ ",
        "a-\n", "inter-\n", "II ", "I, II ", "(i) ", "(ii) ", "Part I and ", "Al A. ", "John B",
        "John Lee II ", "A. B", "the II ", "I.\n", "# I\n", "localhost:1/", "a://", "./a_", " .ab",
        "friend\nA", "word in\nA",
        "mtg. ", "A def. ", "A Sta. ", "u ", "r u ", "lol ", "6-4, ", "A (5-4) ", ".304/",
        "115-112, ", "★☆", "3 bd 2 ba ", "NE ", "Cal. ", "Pen. & ", "5 y/o ", "my # ",
        "in the 405 ", "prob. ", "845 2210 ", "0600-", "est. ", "Cat. ", "Co., ", "2 tab ",
        "24/35 ", "5-4 record ",
        "✅ a ", "A → ", "Open A → ", "I <3 ", "1* ", "1* 1=", "1/1/24-", "1/Jan/2019:",
        "20/20 ", "F (1C)",
        "(I) ", "pp. x-", "1-c.", "x.[a]", "[x] ", "[x]: <a://b ", "2nd fl ",
        "1'2/", "D, XD ", "pre-1990 ",
        " -a", "git -a ", "ls | ls ", "ls -a | ls ", "cd .. ", "git add . ", "of == ", "== ",
        "is '' ", "TODO(", "TODO(a) ", "404 ", "a 404 ", "status 404 ", "^[a", "^\\d", "\\d+",
        "]+$ \\d", "NaCl", "Na", "(Na)2", "NaCl + ", "2H2 + O2 → ", "H2 -> ", "Na⁺", "5 M ",
        "5 mM ", "f(", "f(x)", "g(f(x", "sin ", "sin²", "sin(", "∫", "∫x", "∫ x dx ", "dx/",
        "= m/V ", "g/cm³ ", "a:b ", "5 A ", "5 V 5 A ", "at 1 atm ", "5 mya ", "1 (", "1 (5 oz) ",
        "1 T ", "1 T brown ", "5 mg/24h ", "1/2 a ", "♪ ", "†", "☐ ", "a ☐ ", "▲", "▲5 ", "↑ ",
        "Copyright (c) ", "© Copyright ", "(c) 2011\n", "§§", "§§ 5-", "§ 1954.05", "5 n.4 ",
        "ll. 5 ", "Art. I ", ":15 ", "at :15, ", "1:1 ", "1:1 with A ", "@ 2200 ", "meet at 2200 ",
    ],
)  # fmt: skip
def test_time_does_not_grow_with_the_square(pattern: str) -> None:
    text = (pattern * 30_000)[:30_000]
    start = time.process_time()
    spoken = normalize(text)
    # Most take 0.05 to 0.2 s; 30,000 squared would take ten seconds and more.
    assert time.process_time() - start < 4
    assert ALLOWED.fullmatch(spoken)


def test_a_number_of_more_than_a_million_digits() -> None:
    assert normalize("7" * 1_100_000).count("seven") == 1_100_000


@pytest.mark.parametrize(
    "text", ["", " \n\t ", "...", "!?", "'", '""', "--", "***", "\0", "\ud800", "\ue000", "\u200b"]
)
def test_nothing_to_say(text: str) -> None:
    assert normalize(text) == ""


def test_other_scripts_are_named_in_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "soprano_np"):
        assert normalize("Москва is not 東京 or Αθήνα; it is שלום") == "is not or, it is"
    assert [record.getMessage() for record in caplog.records] == [
        "skipped 17 characters of scripts that cannot be said: CJK, Cyrillic, Greek, Hebrew"
    ]


def test_what_is_said_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "soprano_np"):
        assert normalize("1️⃣ ❶ ⓵ Ⓐ 🅰️ ½ ⑴ #️⃣ é") == "one one one a a one half, one, hash e"
    assert caplog.records == []


def test_the_lexicon_has_the_last_word() -> None:
    lexicon = {"siobhan": "Shivawn", "NASA": "the Agency", "北京": "bay jing", "C++": "see plus"}
    text = "Siobhan's boss at NASA, nasa and 北京 likes C++."
    spoken = "shivawn's boss at the agency, nasa and bay jing likes see plus."
    assert normalize(text, lexicon) == spoken
