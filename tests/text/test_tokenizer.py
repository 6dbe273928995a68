"""Prompts: a sentence between its marks, by the checkpoint's own tokenizer."""

import json
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np
import pytest
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a tokenizer that can be read"),
        (b"{}", "not a tokenizer that can be read"),
        (b"\xff\xfe", "not a tokenizer that can be read"),
        (b"[" * 100_000, "not a tokenizer that can be read"),
    ],
)
def test_damaged_file(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=message):
        Tokenizer(tmp_path / "tokenizer.json", VOCAB_SIZE)


def test_library_panic_is_an_error_like_any_other(tmp_path: Path) -> None:
    model = VALUES["model"] | {"continuing_subword_prefix": "[STOP]"}
    with pytest.raises(CheckpointError, match="not a tokenizer that can be read"):
        Tokenizer(write(tmp_path, VALUES | {"model": model}), VOCAB_SIZE)


def test_missing_marks(tmp_path: Path) -> None:
    values = json.loads(json.dumps(VALUES).replace("[STOP]", "</s>").replace("[0]", "<0>"))
    with pytest.raises(CheckpointError, match=r"expected the tokens \[STOP\], \[0\], found none"):
        Tokenizer(write(tmp_path, values), VOCAB_SIZE)


def test_more_tokens_than_the_model_knows(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"it has 96 tokens, but .* vocab_size is 95"):
        Tokenizer(write(tmp_path, VALUES), VOCAB_SIZE - 1)


def test_no_token_for_the_unknown(tmp_path: Path) -> None:
    model = VALUES["model"] | {"unk_token": "<unk>"}
    tokenizer = Tokenizer(write(tmp_path, VALUES | {"model": model}), VOCAB_SIZE)
    with pytest.raises(CheckpointError, match="cannot encode '你'"):
        tokenizer.encode("你")


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the published tokenizer is not at hand")
def test_published_tokenizer() -> None:
    tokenizer = Tokenizer(REFERENCE, 8192)
    expected = [3, 1, 8077, 8070, 8045, 8004, 8053, 8076, 8139, 8005, 2]
    assert tokenizer.encode("hello world!").tolist() == expected
    assert tokenizer.encode("Hello world!").tolist() == expected
    assert tokenizer.audio_ids.tolist() == list(range(4, 8004))
