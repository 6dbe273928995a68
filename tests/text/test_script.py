"""A text to utterances: alike whole and in pieces, nothing lost, no longer wait than it must."""

import time
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spoken_table import CASES

from soprano_np.nn.ops import Ints
from soprano_np.text.dividing import divide
from soprano_np.text.normalize import NORMALIZERS, English, Normalizer, choose_normalizer
from soprano_np.text.script import Script, Utterance
from soprano_np.text.sentences import split_paragraphs
from soprano_np.text.units import MAX_HELD, MAX_TRIES, find_units

DEFAULT, NONE = English(), NORMALIZERS["none"]
REFERENCE = NORMALIZERS["reference"]
LONG = "The lamp was lit and the long table laid for supper."


class Letters:
    """Encodes each character as one id, between two marks."""

    def encode(self, sentence: str) -> Ints:
        return np.array([0, *map(ord, sentence), 0], np.int64)


def utterances(
    text: str | Iterable[str], normalizer: Normalizer = DEFAULT, join: bool = False
) -> list[Utterance]:
    return list(Script(normalizer, Letters()).utterances(text, join=join))


def written(
    text: str | Iterable[str], normalizer: Normalizer = DEFAULT, join: bool = False
) -> list[str]:
    return [utterance.written for utterance in utterances(text, normalizer, join)]


def spoken(
    text: str | Iterable[str], normalizer: Normalizer = DEFAULT, join: bool = False
) -> list[str]:
    return [utterance.spoken for utterance in utterances(text, normalizer, join)]


def pieces_of(text: str, *cuts: int) -> list[str]:
    bounds = [0, *cuts, len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]


# --- Where sentences end


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One lamp. Two lamps! Three? ", ["One lamp.", "Two lamps!", "Three?"]),
        ("One lamp.  Two lamps?! Three!", ["One lamp.", "Two lamps?!", "Three!"]),
        ('He said "No." Then he left. ', ['He said "No."', "Then he left."]),
        ("He said “No!” Then (alone.) he left.", ["He said “No!”", "Then (alone.)", "he left."]),
        ("**One lamp.** Two lamps.", ["**One lamp.**", "Two lamps."]),
        ("It ends… Then another begins.", ["It ends…", "Then another begins."]),
        ("Wait... What is it?", ["Wait...", "What is it?"]),
        ("A heading\nA line\nThe rest", ["A heading", "A line", "The rest"]),
        ("One lamp.\nTwo lamps.\n", ["One lamp.", "Two lamps."]),
        ("One lamp. \nTwo", ["One lamp.", "Two"]),
        ("One lamp.\r\nTwo", ["One lamp.", "Two"]),
        ("One lamp.\n\nTwo lamps are lit.", ["One lamp.", "Two lamps are lit."]),
        ("One\n\n\n  \t\nTwo", ["One", "Two"]),
        ("One\r\n\r\nTwo", ["One", "Two"]),
        ("Roses are red,\nViolets are blue,\nSugar is sweet.", [
            "Roses are red,", "Violets are blue,", "Sugar is sweet."]),
        ("- one lamp\n- two lamps\n1. three", ["- one lamp", "- two lamps", "1. three"]),
        ("```\nsome code\nmore code\n```\nThe end.",
         ["```\nsome code", "more code", "```\nThe end."]),
        ("| a | b |\n|---|---|\n| No. Yes | d |",
         ["| a | b |", "|---|---|\n| No.", "Yes | d |"]),
        ("STOP NOW. GO AWAY. And you.", ["STOP NOW.", "GO AWAY.", "And you."]),
        ("So did I. Then he left at noon.", ["So did I.", "Then he left at noon."]),
        ("One lamp. :) Two lamps.", ["One lamp. :)", "Two lamps."]),
        ("[Stop. Go](https://a.example) is a link. Yes.",
         ["[Stop.", "Go](https://a.example) is a link.", "Yes."]),
        ("...\n", []),
        ("", []),
        (" ", []),
    ],
)  # fmt: skip
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    expected = [sentence.split() for sentence in sentences]
    assert [sentence.split() for sentence in written([text])] == expected
    assert [sentence.split() for sentence in written(text)] == expected
    assert [sentence.split() for sentence in written(list(text))] == expected


@pytest.mark.parametrize(
    "text",
    [
        "I saw Dr. Who and Mr. Jones at St. Paul's on Jan. 5 at noon.",
        "Pi is 3.14 and not 3.15 or .5 at all.",
        "Bring something, e.g. this lamp or i.e. that one.",
        "The U.S. Army and the U.S. Navy are there.",
        "Wait... what is it?",
        "It is vs. him, approx. 5 ft. tall.",
        "See https://www.example.com/a.b?c=d or not",
        "Ask Yahoo!'s people at a.b@example.com or 192.168.1.1 please",
        "Prof. J. R. Tolkien wrote it",
        "No. 5 is alive",
        "It takes numbers, dates, etc. Note it",
        "120 N. Elm St. is his",
    ],
)
def test_what_is_no_end(text: str) -> None:
    assert [unit.written for unit in find_units(iter([f"{text}\n"]), DEFAULT)] == [text]
    assert [unit.written for unit in find_units(iter(f"{text}\n"), DEFAULT)] == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr.\nSmith is here.", ["mister smith is here."]),
        ("No.\n5 is alive.", ["number five is alive."]),
        ("We met on Jan.\n5 at noon.", ["we met on january fifth at noon."]),
        ("He was\nthere. She was\nnot.", ["he was there.", "she was not."]),
        ("He was\r\nthere. She was\r\nnot.", ["he was there.", "she was not."]),
        ("He was there. She came with Mr.\nSmith and left.",
         ["he was there.", "she came with mister smith and left."]),
        # The line is as long as those that an editor breaks, though its last sentence is short.
        ("It was a cold day. Those who stayed in the city of\nLondon were cold.",
         ["it was a cold day.", "those who stayed in the city of london were cold."]),
        ("It was a very cold day indeed. We all went down to\nLondon and back.",
         ["it was a very cold day indeed.", "we all went down to london and back."]),
        ("> It was a cold day. Those who stayed in the old city\n> London were cold.",
         ["it was a cold day.", "those who stayed in the old city london were cold."]),
        ("- He was\n  there. So\n  was she.", ["he was there.", "so was she."]),
        ("# A title\nThe text", ["a title.", "the text."]),
        ("a) he was there, and\nb) she was", ["a, he was there, and.", "b, she was."]),
        ("<!-- One.\nTwo. -->\nThree.", ["three."]),
        ("[It](https://a.example/long) is a library for those who\nread the [long list of\nall"
         " words](https://a.example).",
         ["it is a library for those who read the long list of all words."]),
        ("> Read it so:\n>\n>  ```js\n>     a = b\n>  ```\n\n# The end",
         ["read it so.", "js.", "a equals b.", "the end."]),
        ("The red lamps that were lit | the long table for supper and\nthe old chair | a red fox",
         ["the red lamps that were lit the long table for supper and the old chair a red fox."]),
    ],
)  # fmt: skip
def test_lines_that_belong_together(text: str, sentences: list[str]) -> None:
    assert spoken(text) == spoken(list(text)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("[Stop now. Go on](https://a.example) is a link.", ["stop now.", "go on is a link."]),
        ('[One](a.html "Stop now. Go on then") lamp.', ["one lamp."]),
        ('<img alt="Stop now. Go on then."> four', ["four."]),
        ("| Stop now. Go on | then |", ["stop now.", "go on, then."]),
        ("It is late. # then go", ["it is late.", "hash then go."]),
    ],
)
def test_marks_within_markup(text: str, sentences: list[str]) -> None:
    assert spoken(text) == spoken(list(text)) == sentences


def test_a_title_is_no_end_for_the_reference_either() -> None:
    text = "I saw Dr. Who today. He left. "
    assert written(text, REFERENCE) == ["I saw Dr. Who today.", "He left."]


def test_any_mark_is_an_end_where_nothing_is_known() -> None:
    assert written("Dr. Who left. ", NONE) == ["Dr.", "Who left."]


def test_an_open_bracket_is_not_the_mouth_of_a_face() -> None:
    def units(text: str) -> list[str]:
        return [unit.written for unit in find_units(iter([text]), REFERENCE)]

    assert units("He left :( then. So did she.") == ["He left :( then.", "So did she."]
    assert units("He left (then. So they said).") == ["He left (then. So they said)."]


def test_sentences_within_quotation_marks_are_one_where_marks_are_kept() -> None:
    text = 'He said "Go! Now." and went. So.'
    assert spoken(text, NONE) == ['He said "Go! Now." and went.', "So."]
    assert spoken(f'"{LONG} {LONG}\n{LONG}', NONE) == [f'"{LONG} {LONG}', LONG]


# --- Like the whole text


@pytest.mark.parametrize("normalizer", [DEFAULT, NONE, REFERENCE])
def test_the_utterances_of_a_text_are_the_prompts_of_it_read_as_a_whole(
    normalizer: Normalizer,
) -> None:
    for _, row, _ in CASES:
        whole = split_paragraphs(normalizer(row))
        # The reference begins with a comma where a bracket opens a text.
        expected = [prompt.lstrip(", ") for prompt in chain.from_iterable(whole)]
        assert spoken(row, normalizer, join=True) == expected, row


ROWS = st.lists(st.sampled_from([case.text for case in CASES]), max_size=20)


@settings(deadline=None, max_examples=100)
@given(ROWS)
def test_texts_are_read_alike_alone_and_with_others(texts: list[str]) -> None:
    assert DEFAULT.each(texts) == list(map(DEFAULT, texts))


def test_plain_blocks_are_read_alike_alone_and_together() -> None:
    text = "\n\n".join(case.text for case in CASES)
    together = list(find_units(iter([text]), DEFAULT, is_known=True))
    assert together == list(find_units(iter([text]), DEFAULT))


WORDS = "Dr. Mr. Who U.S. Army e.g. this 3.14 Hello. World! What? No. 5 p.m. ... (5.)".split()
WORDS += ['"Hi."', "“Hi!”", "\n", "\n\n", "\r\n", " ", "lamp.\n", "the", "of", "IT", "IS.", "NOW"]
MARKUP = ["```\n", "\n```", "\n# ", "\n- ", "\n1. ", "\n> ", "| a | b |\n", "---\n", "[a. B](c)"]
MARKUP += [
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "**",
    "*",
    "_",
    "`",
    ":)",
    "\n[x]: http://a.b\n",
    "N.",
    "I.",
]
MARKED = (
    st.text("aA. .!?\n\"') 5é…”“\r\t,;-\x0b\x85\u2028", max_size=60)
    | st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join)
    | st.lists(st.sampled_from(WORDS + MARKUP), max_size=20).map(" ".join)
    | st.lists(st.sampled_from(WORDS + MARKUP), max_size=20).map("".join)
)


def strange(text: str) -> str:
    """Keep some lines apart as paragraphs, join others, and say nothing of some words."""
    return text.replace("5", "").replace("\n", "\n\n").replace("Mr. ", "mister ").replace("\t", "")


NORMALIZER = st.sampled_from([DEFAULT, NONE, REFERENCE, strange])


@settings(deadline=None, max_examples=300)
@given(text=MARKED, data=st.data(), normalizer=NORMALIZER, join=st.booleans())
def test_nothing_is_lost_however_the_text_is_cut(
    text: str, data: st.DataObject, normalizer: Normalizer, join: bool
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=10).map(sorted))
    whole = utterances(text, normalizer, join)
    same(whole, utterances(pieces_of(text, *cuts), normalizer, join))
    same(whole, utterances(list(text), normalizer, join))
    assert all(utterance.spoken and len(utterance.ids) for utterance in whole[:-1])
    if whole:
        joined = "".join(utterance.written for utterance in whole)
        assert "".join(joined.split()) == "".join(text.split())
        assert whole[0].spoken


def same(some: list[Utterance], others: list[Utterance]) -> None:
    def values(utterance: Utterance) -> tuple[object, ...]:
        ids = tuple(utterance.ids.tolist())
        return (utterance.written, utterance.spoken, ids, utterance.pause)

    assert list(map(values, some)) == list(map(values, others))


def test_a_bracket_counts_for_all_that_the_reference_reads_after_it() -> None:
    text = "Lamps:\n- one\n\na) red\n(See the next.)\n\nb) grey\n- two [all lit]\nc) So it is"
    (whole,) = split_paragraphs(REFERENCE(text), min_characters=0)
    assert "b, grey." in whole
    assert spoken(text, REFERENCE) == spoken(list(text), REFERENCE) == whole


def test_a_sentence_does_not_begin_with_the_comma_of_a_bracket() -> None:
    text = "He came.\n(She did not.)"
    assert spoken(text, REFERENCE) == ["he came.", "she did not."]
    assert spoken(", path = 5", NONE) == [", path = 5"]


# --- When an utterance appears


def latencies(pieces: list[str], normalizer: Normalizer = DEFAULT) -> list[tuple[str, str]]:
    """Return each utterance with the last piece that was pulled for it."""
    pulled: list[str] = []

    def source() -> Iterator[str]:
        for piece in pieces:
            pulled.append(piece)
            yield piece

    script = Script(normalizer, Letters())
    return [(spoken.written, pulled[-1]) for spoken in script.utterances(source(), join=False)]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["One la", "mp. ", "Tw", "o", " lamps", ".", "\n", "Three"],
         [("One lamp.", "Tw"), ("Two lamps.", "\n"), ("Three", "Three")]),
        (["Hello there.\n", "Then"], [("Hello there.", "Hello there.\n"), ("Then", "Then")]),
        (["Hello there\n", "\n", "x"], [("Hello there", "\n"), ("x", "x")]),
        (["Hello there\n", "  ", "Th", "en."], [("Hello there", "Th"), ("Then.", "en.")]),
        (["Mr.\n", "Sm", "ith. ", "So"], [("Mr.\nSmith.", "So"), ("So", "So")]),
        (["# A title\n", "So"], [("# A title", "# A title\n"), ("So", "So")]),
        (["```\n", "some code\n", "more"], [("``` some code", "some code\n"), ("more", "more")]),
        (["| a | b |\n", "| ", "c"], [("| a | b |", "c"), ("| c", "c")]),
        (["Go at 5. ", "Th", "en ", "rest"], [("Go at 5.", "en "), ("Then rest", "rest")]),
        (["Is it? ", "I", " am"], [("Is it?", " am"), ("I am", " am")]),
    ],
)  # fmt: skip
def test_a_sentence_is_yielded_once_it_cannot_change(
    pieces: list[str], expected: list[tuple[str, str]]
) -> None:
    assert latencies(pieces) == expected


@pytest.mark.parametrize("end", [".", "!", "?", ":", "...", ".)", '."', ".*", "!?", "\u2026"])
def test_a_line_with_a_mark_at_its_end_does_not_wait_for_the_next(end: str) -> None:
    line = f"*Hello (there{end}\n"
    assert latencies([line, "and"]) == [(line.strip(), line), ("and", "and")]


def test_other_normalizers_need_not_wait_for_the_next_line_either() -> None:
    pieces = ["Hello there.\n", "Then"]
    expected = [("Hello there.", "Hello there.\n"), ("Then", "Then")]
    assert latencies(pieces, NONE) == latencies(pieces, REFERENCE) == expected
    assert latencies(["Mr.\n", "Jo", "nes. "], REFERENCE) == [("Mr.\nJones.", "nes. ")]


def test_the_first_utterance_of_a_long_text_is_there_at_once() -> None:
    script = Script(DEFAULT, Letters())
    text = f"{LONG} " * 20_000  # 1 MB
    next(script.utterances("Hello."))
    start = time.process_time()
    next(script.utterances(text))
    assert time.process_time() - start < 0.1


# --- Short ones are joined, long ones cut


def test_short_sentences_are_joined_within_their_paragraph() -> None:
    text = f"Hello. {LONG} Yes! {LONG}\n\nNo. {LONG}"
    assert written(text, NONE, join=True) == [f"Hello. {LONG} Yes!", LONG, f"No. {LONG}"]
    assert written(text, NONE) == ["Hello.", LONG, "Yes!", LONG, "No.", LONG]


def test_silence_stands_before_all_but_the_first_and_keeps_sentences_apart() -> None:
    script = Script(NONE, Letters())
    text = f"Hello. {LONG} Yes!\n\nNo. {LONG}"
    pauses = [found.pause for found in script.utterances(text, paragraph_silence=0.7)]
    assert pauses == [0, 0.7]
    pauses = [found.pause for found in script.utterances(text, sentence_silence=0.2)]
    assert pauses == [0, 0.2, 0.2, 0.5, 0.2]


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("One lamp.\nTwo lamps.", [0, 0]),
        ("One lamp.\n \r\nTwo lamps.", [0, 0.5]),
        ("# Title\nOne lamp.\n---\nTwo lamps.", [0, 0.5, 0.5]),
        ("One lamp.\n# Title\nTwo lamps.", [0, 0, 0.5]),
        ("One lamp.\n```\nTwo\nThree\n```\nFour", [0, 0.5, 0, 0.5]),
        ("```\n# One\n# Two", [0, 0.5]),
        ("One lamp.\n你好\nTwo lamps.", [0, 0.5]),
        ("One lamp.\x0cTwo lamps.", [0, 0.5]),
        ("<p>One lamp.</p>\n<p>Two lamps.</p>", [0, 0.5]),
        ("Those who stayed in the old city were very cold.<br />\nTwo lamps.", [0, 0.5]),
    ],
)
def test_paragraphs(text: str, pauses: list[float]) -> None:
    assert [found.pause for found in utterances(text)] == pauses


def test_limits_of_an_utterance() -> None:
    text = "red fox, brown dog, grey owl and " * 40
    script = Script(DEFAULT, Letters(), max_characters=60)
    found = list(script.utterances(text))
    assert max(len(one.spoken) for one in found) <= 60
    assert " ".join(one.written for one in found).split() == text.split()
    for one in found:  # each has the words that it speaks
        assert one.written.rstrip(".") == one.spoken.rstrip(".")
    script = Script(DEFAULT, Letters(), max_tokens=32)
    found = list(script.utterances(text))
    assert max(len(one.ids) for one in found) <= 32
    assert " ".join(one.written for one in found).split() == text.split()


@settings(deadline=None, max_examples=50)
@given(MARKED.map(lambda text: text * 8), st.integers(1, 60), st.integers(12, 60), NORMALIZER)
def test_limits_hold(text: str, characters: int, tokens: int, normalizer: Normalizer) -> None:
    script = Script(normalizer, Letters(), characters, tokens)
    found = list(script.utterances(text))
    assert all(0 < len(one.spoken) <= characters and len(one.ids) <= tokens for one in found)
    if found:
        joined = "".join(one.written for one in found)
        assert "".join(joined.split()) == "".join(text.split())


def test_default_limits() -> None:
    assert max(map(len, spoken("word " * 1000))) <= 300
    with pytest.raises(ValueError, match="max_characters must be at least 1, not 0"):
        Script(NONE, Letters(), max_characters=0)
    with pytest.raises(ValueError, match="context of 2 tokens is too short for any text"):
        list(Script(NONE, Letters(), max_tokens=2).utterances("one two"))


@pytest.mark.parametrize(
    ("text", "prompts", "shares"),
    [
        ("One 2 three", ["one two three"], ["One 2 three"]),
        ("One 2, three 4.", ["one two,", "three four."], ["One 2,", "three 4."]),
        (
            "In 1999 (it was) 5",
            ["in nineteen ninety nine it", "was five"],
            ["In 1999 (it", "was) 5"],
        ),
        ("a a b a", ["a a", "b a"], ["a a", "b a"]),
        ("x" * 6, ["xxx", "xxx"], ["xxx", "xxx"]),
        ("5 5", ["five", "five"], ["5", "5"]),
        ("< <", ["<", "<"], ["<", "<"]),
    ],
)
def test_divide(text: str, prompts: list[str], shares: list[str]) -> None:
    assert divide(text, prompts) == shares


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("It cost $5 million and then a lot more.",
         [("It cost $5 million", "it cost five million"), ("and then a", "dollars and then a"),
          ("lot more.", "lot more.")]),
        ("the 1 000 000 *lamps* that (I see) are on",
         [("the 1 000 000", "the one million"), ("*lamps* that (I see)", "lamps that, i see,"),
          ("are on", "are on.")]),
        ("In 1234567 lamps.",
         [("In 1234567", "in one two three"), ("", "four, five six seven"), ("lamps.", "lamps.")]),
        ("```\nint x;\nsee a = b on the left, (c) = d",
         [("``` int x;", "int x."), ("see a = b on", "see a equals b on"),
          ("the left, (c)", "the left, c,"), ("= d", "equals d.")]),
    ],
)  # fmt: skip
def test_each_utterance_of_english_has_the_words_that_it_says(
    text: str, shares: list[tuple[str, str]]
) -> None:
    found = Script(DEFAULT, Letters(), max_characters=20).utterances(text, join=False)
    assert [(" ".join(one.written.split()), one.spoken) for one in found] == shares


def test_dividing_falls_back_on_words_that_both_have() -> None:
    text, prompts = "One 2, three 4.", ["one two", "three five."]
    assert divide(text, prompts, lambda: DEFAULT.rewrite(text)) == ["One 2,", "three 4."]


def test_an_utterance_cut_for_its_tokens_has_the_words_that_it_says() -> None:
    text = "It cost $5 million and then a lot more."
    script = Script(DEFAULT, Letters(), max_tokens=30)
    assert [(one.written, one.spoken) for one in script.utterances(text)] == [
        ("It cost $5 million", "it cost five million"),
        ("and then a lot more.", "dollars and then a lot more."),
    ]


# --- What is not spoken


def test_what_is_not_spoken_goes_with_the_sentence_before_or_after_it() -> None:
    assert written("--- One lamp. :) Two :)", join=True) == ["--- One lamp. :) Two :)"]
    assert written(f"---\n{LONG}\n---\n{LONG}\n---", join=True) == [
        f"--- {LONG} ---",
        f"{LONG} ---",
    ]
    # A line that is spoken at once leaves what follows to the next one.
    found = utterances(f"---\n{LONG}\n---\n{LONG}\n---\n:)")
    assert [one.written for one in found] == [f"--- {LONG}", f"--- {LONG}", "--- :)"]
    assert [bool(one.spoken) for one in found] == [True, True, False]
    assert [len(one.ids) > 0 for one in found] == [True, True, False]
    assert utterances("---\n\n... :)\n```\n```") == []


# --- Errors and endings


@pytest.mark.parametrize("text", [5, None, b"bytes"])
def test_a_text_must_be_a_str(text: object) -> None:
    script = Script(NONE, Letters())
    with pytest.raises(TypeError, match="a text must be a str, not"):
        script.utterances(text)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a text must be a str, not"):
        list(script.utterances([text]))  # type: ignore[list-item]


def test_lone_surrogates() -> None:
    script = Script(NONE, Letters())
    with pytest.raises(ValueError, match=r"not valid Unicode at character 3$"):
        script.utterances("ab\ud800")
    with pytest.raises(ValueError, match=r"not valid Unicode at character 12$"):
        list(script.utterances(["One lamp. ", "a\udc00"]))


def test_a_normalizer_must_return_a_str() -> None:
    with pytest.raises(TypeError, match="a normalizer must return a str, not int"):
        utterances("One.", len)  # type: ignore[arg-type]


class Source:
    """Pieces that fail at their end, and know whether they were closed."""

    def __init__(self) -> None:
        self.pieces = ["One lamp. ", "Two ", "lamps. "]
        self.closed = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.pieces:
            raise OSError("gone")
        return self.pieces.pop(0)

    def close(self) -> None:
        self.closed += 1


def test_errors_of_the_source_pass_and_it_is_closed() -> None:
    source = Source()
    found = Script(DEFAULT, Letters()).utterances(source, join=False)
    assert next(found).written == "One lamp."
    with pytest.raises(OSError, match="gone"):
        next(found)
    assert source.closed == 1


def test_closing_closes_the_source() -> None:
    source = Source()
    found = Script(DEFAULT, Letters()).utterances(source, join=False)
    next(found)
    found.close()
    assert source.closed == 1
    assert list(found) == []
    source = Source()
    Script(DEFAULT, Letters()).utterances(source).close()  # before the first utterance
    assert source.closed == 1


def test_a_lexicon_may_hold_marks() -> None:
    normalizer = choose_normalizer("default", {"Yahoo! Inc": "yahoo ink", "st.": "street"})
    assert spoken("He left Yahoo! Inc today. Then he came.", normalizer) == [
        "he left yahoo ink today.", "then he came."]  # fmt: skip
    normalizer = choose_normalizer("default", {"google! inc": "google ink"})
    assert spoken("He left old google! Inc today.", normalizer) == ["he left old google ink today."]


# --- Work and waiting are bounded


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 30), st.sampled_from(["a", "a ", "ab. ", " ", ".", '."', "\t", "a.b ", ". a"])
)
@example(0, "a ")
def test_long_text_without_an_end(extra: int, repeated: str) -> None:
    text = "b" * extra + repeated * (3 * MAX_HELD // len(repeated))
    units = list(find_units(iter([text]), NONE))
    assert "".join("".join(unit.written for unit in units).split()) == "".join(text.split())
    assert max((len(unit.written) for unit in units), default=0) <= MAX_HELD
    size = 500 + extra
    pieces = pieces_of(text, *range(size, len(text), size))
    assert list(find_units(iter(pieces), NONE)) == units


def test_long_text_is_cut_between_words() -> None:
    first, *_ = find_units(iter(["word " * 1000]), DEFAULT)
    assert first.written.endswith("word")
    assert len(first.written) > MAX_HELD - 6
    found = find_units(iter(["x" * 5000]), DEFAULT)
    assert [len(unit.written) for unit in found] == [MAX_HELD, MAX_HELD, 1000]


HOSTILE = ["a", "a ", "Mr. ", ". ", ".", "\n", " ", ". a", ".)", '."', '." ', "A.b ", "!\t", "\r"]
HOSTILE += ["- \n", "a\n", "```\n", "| ", "[a. ", "<!-- a. ", "# ", "a.\n", 'a. "B ', "IT. ", "5. "]


@pytest.mark.parametrize("known", ["default", "none"])
@pytest.mark.parametrize("repeated", HOSTILE)
def test_work_grows_with_the_text_alone(repeated: str, known: str) -> None:
    """In 20 kB character by character: what is read aloud to find ends is bounded."""
    text = repeated * (20_000 // len(repeated))
    asked: list[int] = []

    def count(part: str) -> str:
        asked.append(len(part))
        return part.replace("Mr. ", "mister " if len(part) > 4 else "Mr. ")

    class Counting(type(DEFAULT)):  # type: ignore[misc]
        def __call__(self, part: str) -> str:
            return count(part)

        def each(self, parts: Iterable[str]) -> list[str]:
            return list(map(count, parts))

    normalizer = Counting() if known == "default" else count
    start = time.process_time()
    units = list(find_units(iter(text), normalizer))
    assert time.process_time() - start < 10
    assert sum(len("".join(unit.written.split())) for unit in units) == len("".join(text.split()))
    assert max(asked, default=0) <= MAX_HELD + 300
    assert sum(asked) <= 10 * MAX_TRIES * len(text)
