"""Texts in pieces are spoken as whole ones are, and prompts fit the model's context."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from speech import AMPLIFIED, LONG, PER_TOKEN, TEXT, configured, joined

from soprano_np import SopranoTTS


def cut(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize("batch_size", [1, 16])
@pytest.mark.parametrize("silences", [{"sentence_silence": 0.1, "paragraph_silence": 0.25}, {}])
def test_pieces_of_a_text(
    by_size: dict[int, SopranoTTS], same: Any, size: int, batch_size: int, silences: dict[str, Any]
) -> None:
    tts, options = by_size[batch_size], {"max_new_tokens": 12, **silences}
    streamed = joined(tts.infer_stream(iter(cut(TEXT, size)), **options))
    same(streamed, tts.infer(TEXT, **options), 1e-5 if batch_size == 1 else AMPLIFIED)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_paragraphs_of_pieces(by_size: dict[int, SopranoTTS], size: int) -> None:
    text = "\n\n\nOne lamp was lit. \n\n***\n\nThe table was laid. \r\n  \t\nNobody\ncame."
    options = {"max_new_tokens": 5, "sentence_silence": 0.1, "paragraph_silence": 0.25}
    streamed = joined(by_size[16].infer_stream(cut(text, size), **options))
    quiet = streamed == 0
    pauses = np.diff(np.flatnonzero(np.diff(quiet, prepend=False, append=False)))[::2]
    assert pauses.tolist() == [2000, 2000]


def test_a_sentence_is_spoken_before_the_next_has_ended(
    by_size: dict[int, SopranoTTS],
) -> None:
    pulled = []

    def pieces() -> Iterable[str]:
        for piece in ("The first sentence is here, and long enough. ", "It ", "was not the last."):
            pulled.append(piece)
            yield piece
            if piece == "It ":
                assert until_spoken.wait(LONG)

    until_spoken = threading.Event()
    stream = by_size[16].infer_stream(pieces(), max_new_tokens=20, sentence_silence=0.1)
    samples = 0
    while samples < 19 * PER_TOKEN:
        samples += len(next(stream))
    assert (samples, len(pulled)) == (19 * PER_TOKEN, 2)
    until_spoken.set()
    assert np.count_nonzero(joined(stream)) == 19 * PER_TOKEN


@pytest.mark.parametrize("limit", [4, 5, 9, 30])
def test_short_context(tmp_path: Path, limit: int) -> None:
    tts = configured(tmp_path, "config.json", max_position_embeddings=limit)
    text = "A lamp was lit, and the long table laid for supper; nobody came. " + "z" * 40
    utterances = list(tts.utterances(text))
    letters = filter(str.isalnum, text)  # a piece of nothing but punctuation is left out
    spoken = "".join(each.spoken for each in utterances)
    assert "".join(filter(str.isalnum, spoken)) == "".join(letters)
    assert max(len(each.ids) for each in utterances) <= limit
    assert len(tts.infer(text, max_new_tokens=2)) <= PER_TOKEN * len(utterances)


def test_context_too_short_for_any_text(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="context of 3 tokens is too short for any text"):
        configured(tmp_path, "config.json", max_position_embeddings=3).infer("hello")
