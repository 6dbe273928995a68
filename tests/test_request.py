"""Every option: its default, its range, its type, and who may name it."""

from typing import Any, get_type_hints

import pytest

from soprano_np.request import (
    PARAGRAPH_SILENCE,
    SAMPLING,
    SOUND,
    Options,
    Range,
    Request,
    WholeOptions,
    check_type,
    kind,
    options,
)


def test_defaults_are_the_references() -> None:
    assert {each.name: each.default for each in options()} == {
        "temperature": 0.0,
        "top_k": 50,
        "top_p": 0.95,
        "repetition_penalty": 1.2,
        "max_new_tokens": 512,
        "seed": None,
        "retries": 0,
        "sentence_silence": 0.0,
        "paragraph_silence": None,
        "chunk_size": None,
        "keep_loudness": True,
    }
    for each in options():
        assert getattr(Request(), each.name) == each.default


def test_only_some_may_be_none() -> None:
    for each in options():
        if each.name in ("seed", "paragraph_silence", "chunk_size"):
            Request(**{each.name: None})
        else:
            with pytest.raises(TypeError, match=f"{each.name} must be "):
                Request(**{each.name: None})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": -0.1}, "temperature must be from 0 to 100, not -0.1"),
        ({"temperature": float("nan")}, "temperature must be from 0 to 100, not nan"),
        ({"temperature": 100.5}, "temperature must be from 0 to 100, not 100.5"),
        ({"top_k": -1}, "top_k must be 0 or more, not -1"),
        ({"top_p": 0.0}, "top_p must be above 0 and at most 1, not 0.0"),
        ({"top_p": 1.1}, "top_p must be above 0 and at most 1, not 1.1"),
        ({"top_p": float("nan")}, "top_p must be above 0 and at most 1, not nan"),
        ({"repetition_penalty": 0.0}, "repetition_penalty must be from 0.01 to 100, not 0.0"),
        ({"repetition_penalty": -1.2}, "repetition_penalty must be from 0.01 to 100, not -1.2"),
        ({"max_new_tokens": 0}, "max_new_tokens must be from 1 to 65536, not 0"),
        ({"max_new_tokens": 65537}, "max_new_tokens must be from 1 to 65536, not 65537"),
        ({"retries": -1}, "retries must be from 0 to 100, not -1"),
        ({"retries": 101}, "retries must be from 0 to 100, not 101"),
        ({"seed": -1}, "seed must be 0 or more, not -1"),
        ({"sentence_silence": -0.1}, "sentence_silence must be from 0 to 60, not -0.1"),
        ({"sentence_silence": float("inf")}, "sentence_silence must be from 0 to 60, not inf"),
        ({"paragraph_silence": 61}, "paragraph_silence must be from 0 to 60, not 61"),
        ({"paragraph_silence": float("nan")}, "paragraph_silence must be from 0 to 60, not nan"),
        ({"chunk_size": 0}, "chunk_size must be from 1 to 16384, not 0"),
        ({"chunk_size": 1 << 20}, "chunk_size must be from 1 to 16384, not 1048576"),
    ],
)
def test_a_value_out_of_range_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Request(**values)
    assert str(caught.value) == message


def test_values_at_the_ends_are_accepted() -> None:
    Request(
        temperature=0,
        top_k=0,
        top_p=1e-6,
        repetition_penalty=0.01,
        max_new_tokens=1,
        seed=0,
        retries=0,
        sentence_silence=0,
        paragraph_silence=0,
        chunk_size=1,
    )
    Request(
        temperature=100,
        top_k=1 << 20,
        top_p=1,
        repetition_penalty=100.0,
        max_new_tokens=65536,
        seed=1 << 70,
        retries=100,
        sentence_silence=60,
        paragraph_silence=60,
        chunk_size=1 << 14,
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"top_k": 1.5}, "top_k must be a whole number, not 1.5"),
        ({"max_new_tokens": "9"}, "max_new_tokens must be a whole number, not '9'"),
        ({"seed": 2.0}, "seed must be a whole number, not 2.0"),
        ({"retries": 0.5}, "retries must be a whole number, not 0.5"),
        ({"temperature": "hot"}, "temperature must be a number, not 'hot'"),
        ({"top_p": 1j}, "top_p must be a number, not 1j"),
        ({"keep_loudness": 1}, "keep_loudness must be True or False, not 1"),
        ({"keep_loudness": "no"}, "keep_loudness must be True or False, not 'no'"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Request(**values)
    assert str(caught.value) == message


def test_options_are_named_not_placed() -> None:
    with pytest.raises(TypeError):
        Request(0.5)  # type: ignore[misc]
    with pytest.raises(TypeError, match="volume"):
        Request(volume=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("silences", "pause"),
    [
        ({}, PARAGRAPH_SILENCE),
        ({"sentence_silence": 0.2}, PARAGRAPH_SILENCE),
        ({"sentence_silence": 2.0}, 2.0),  # a paragraph's is no shorter than a sentence's
        ({"sentence_silence": 2.0, "paragraph_silence": 0.1}, 0.1),  # unless so asked
        ({"paragraph_silence": 0}, 0),
    ],
)
def test_silence_between_paragraphs(silences: dict[str, Any], pause: float) -> None:
    assert Request(**silences).pause == pause


def test_every_option_says_what_it_means() -> None:
    for each in options():
        assert each.group in (SAMPLING, SOUND)
        assert each.meaning
        assert each.symbol.isupper()
        assert each.default is None or each.range is None or each.default in each.range


def test_callers_name_options_that_exist() -> None:
    types = {each.name: kind(each.type) for each in options()}
    named = get_type_hints(WholeOptions)
    assert named.keys() <= types.keys()
    assert get_type_hints(Options).keys() == named.keys() - {"keep_loudness"}
    assert all(kind(annotation) is types[name] for name, annotation in named.items())


def test_ranges() -> None:
    assert 0 in Range(0)
    assert 0 not in Range(0, 1, above=True)
    assert 1 in Range(0, 1, above=True)
    assert [str(Range(0)), str(Range(0.01, 100)), str(Range(0, 1, above=True))] == [
        "0 or more",
        "from 0.01 to 100",
        "above 0 and at most 1",
    ]


def test_numbers_of_numpy_are_numbers() -> None:
    np = pytest.importorskip("numpy")
    check_type("top_k", np.int64(5), int)
    check_type("top_p", np.float32(0.5), float)
    assert Request(top_k=np.int32(7), temperature=np.float64(0.5)).top_k == 7
