"""Prompts: a sentence between its marks, by the checkpoint's own tokenizer."""

import json
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np
import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from soprano_np.errors import CheckpointError
from soprano_np.text.tokenizer import Tokenizer

VOCAB_SIZE = make_checkpoint.TINY_LM.vocab_size
VALUES: dict[str, Any] = make_checkpoint.tokenizer_json(32, VOCAB_SIZE)
IDS: dict[str, int] = VALUES["model"]["vocab"]
# The published tokenizer, where it is at hand.
REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "tokenizer.json"


def write(directory: Path, values: object) -> Path:
    path = directory / "tokenizer.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return Tokenizer(write(tmp_path_factory.mktemp("tokenizer"), VALUES), VOCAB_SIZE)


def test_prompt(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("He 1!")
    middle = [IDS[piece] for piece in ("h", "e", " ", "1", "!")]
    if "he" in IDS:
        middle[:2] = [IDS["he"]]
    assert ids.dtype == np.int64
    assert ids.tolist() == [IDS["[STOP]"], IDS["[TEXT]"], *middle, IDS["[START]"]]


def test_ids_by_name(tokenizer: Tokenizer) -> None:
    assert (tokenizer.stop_id, tokenizer.text_id, tokenizer.start_id) == (3, 1, 2)
    assert tokenizer.audio_ids.tolist() == list(range(4, 36))


@given(
    st.lists(
        st.sampled_from(["[STOP]", "[START]", "[TEXT]", "[UNK]", "[17]", "[", "a", " ", "\0", "你"])
    ).map("".join)
    | st.text()
)
def test_marks_in_a_text_are_text(tokenizer: Tokenizer, text: str) -> None:
    first, second, *middle, last = tokenizer.encode(text).tolist()
    assert (first, second, last) == (IDS["[STOP]"], IDS["[TEXT]"], IDS["[START]"])
    unknown = IDS["[UNK]"]  # what unknown characters become; every other mark comes after it
    assert all(token == unknown or token >= 36 for token in middle)


def test_settings_of_the_file_do_not_cut_or_pad(tmp_path: Path) -> None:
    truncation = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    padding = {
        "strategy": {"Fixed": 64},
        "direction": "Left",
        "pad_to_multiple_of": None,
        "pad_id": 3,
        "pad_type_id": 0,
        "pad_token": "[STOP]",
    }
    path = write(tmp_path, VALUES | {"truncation": truncation, "padding": padding})
    assert len(Tokenizer(path, VOCAB_SIZE).encode("1" * 20)) == 23


class Panic(BaseException):
    """As pyo3 raises one for a fault in Rust."""


def test_faults_of_the_library_are_errors_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Library:
        faults = iter([Panic("index out of range"), None, Panic("at 7"), KeyboardInterrupt()])

        @classmethod
        def from_str(cls, text: str) -> "Library":
            if fault := next(cls.faults):
                raise fault
            return cls()

        def encode(self, text: str, add_special_tokens: bool) -> None:
            if fault := next(self.faults):
                raise fault

    monkeypatch.setattr(tokenizers, "Tokenizer", Library)
    path = write(tmp_path, VALUES)
    with pytest.raises(CheckpointError, match=r"not a tokenizer that can be read: index out of"):
        Tokenizer(path, VOCAB_SIZE)
    tokenizer = Tokenizer(path, VOCAB_SIZE)
    with pytest.raises(CheckpointError, match="the tokenizer cannot encode 'a': at 7"):
        tokenizer.encode("a")
    with pytest.raises(KeyboardInterrupt):
        tokenizer.encode("a")


@given(st.text() | st.text("aeth \n\t19.'[]STOPé你", max_size=40))
def test_ids_are_those_of_the_library_on_the_whole_file(
    tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "whole.json"
    if not path.exists():
        path.write_text(json.dumps(VALUES), encoding="utf-8")
    whole = tokenizers.Tokenizer.from_file(str(path))
    whole.encode_special_tokens = True
    assert tokenizer.encode(text).tolist()[2:-1] == whole.encode(text).ids


def test_the_end_of_speech_is_that_of_the_config(tmp_path: Path) -> None:
    path = write(tmp_path, VALUES)
    assert Tokenizer(path, VOCAB_SIZE, 3).stop_id == 3
    message = (
        r"tokenizer.json: the id of \[STOP\] must be 7, as config.json's eos_token_id, found 3"
    )
    with pytest.raises(CheckpointError, match=message):
        Tokenizer(path, VOCAB_SIZE, 7)


def test_missing_marks(tmp_path: Path) -> None:
    values = json.loads(json.dumps(VALUES).replace("[STOP]", "</s>").replace("[0]", "<0>"))
    with pytest.raises(CheckpointError, match=r"expected the tokens \[STOP\], \[0\], found none"):
        Tokenizer(write(tmp_path, values), VOCAB_SIZE)


def test_more_tokens_than_the_model_knows(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"it has 96 tokens, but .* vocab_size is 95"):
        Tokenizer(write(tmp_path, VALUES), VOCAB_SIZE - 1)


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the published tokenizer is not at hand")
def test_published_tokenizer() -> None:
    tokenizer = Tokenizer(REFERENCE, 8192, 3)
    expected = [3, 1, 8077, 8070, 8045, 8004, 8053, 8076, 8139, 8005, 2]
    assert tokenizer.encode("hello world!").tolist() == expected
    assert tokenizer.encode("Hello world!").tolist() == expected
    assert tokenizer.audio_ids.tolist() == list(range(4, 8004))
