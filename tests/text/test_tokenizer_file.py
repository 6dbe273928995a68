"""tokenizer.json: what a Soprano checkpoint has is read, anything else is refused by name."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import make_checkpoint
import pytest

from soprano_np.errors import CheckpointError
from soprano_np.text.tokenizer import Tokenizer
from soprano_np.text.tokenizer_file import NORMALIZERS, TokenizerFile

VOCAB_SIZE = make_checkpoint.TINY_LM.vocab_size
VALUES: dict[str, Any] = make_checkpoint.tokenizer_json(32, VOCAB_SIZE)
LOWERCASE, SPACES = NORMALIZERS
LONG_REPLACE = {"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaa"}
PADDING = {
    "strategy": "BatchLongest",
    "direction": "Left",
    "pad_to_multiple_of": None,
    "pad_id": 0,
    "pad_type_id": 0,
    "pad_token": "[STOP]",
}
TRUNCATION = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
# A precompiled map of two bytes ended the process.
PRECOMPILED = {"type": "Precompiled", "precompiled_charsmap": "AAA="}


def sequence(*parts: object, plural: str = "normalizers") -> dict[str, object]:
    return {"type": "Sequence", plural: list(parts)}


def model(**values: object) -> dict[str, Any]:
    return {"model": VALUES["model"] | values}


def vocab(**ids: object) -> dict[str, Any]:
    """Change the ids of some tokens; the last token makes room."""
    others = list(VALUES["model"]["vocab"].items())[:-1]
    return model(vocab=dict(others) | ids, merges=[])


def added(**values: object) -> dict[str, Any]:
    """Change the fourth added token, [STOP]."""
    tokens = [dict(token) for token in VALUES["added_tokens"]]
    tokens[3] |= values
    return {"added_tokens": tokens}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"normalizer": None, "pre_tokenizer": None, "added_tokens": []},
        {"normalizer": LOWERCASE},
        {"normalizer": sequence(SPACES, LOWERCASE)},
        {"padding": PADDING},
        {"padding": PADDING | {"strategy": {"Fixed": 64}, "pad_to_multiple_of": 8}},
        {"truncation": TRUNCATION},
        model(ignore_merges=False),
        model(merges=[]),
    ],
    ids=range(9),
)
def test_what_a_checkpoint_may_have(values: dict[str, Any]) -> None:
    file = TokenizerFile.from_dict(VALUES | values, "tokenizer.json", VOCAB_SIZE)
    assert file.ids == VALUES["model"]["vocab"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"version": "2.0"}, "version must be \"1.0\", found '2.0'"),
        ({"chat_template": 1}, "expected no 'chat_template'"),
        ({"post_processor": {"type": "ByteLevel"}}, "post_processor must be null, found {'type'"),
        ({"decoder": {"type": "Fuse"}}, "decoder must be null, found {'type': 'Fuse'}"),
        ({"normalizer": PRECOMPILED}, "; found {'type': 'Precompiled', "),
        ({"normalizer": {"type": "NFC"}}, "; found {'type': 'NFC'}"),
        ({"normalizer": sequence(LOWERCASE, PRECOMPILED)}, "; found {'type': 'Precompiled', "),
        ({"normalizer": sequence(*[LONG_REPLACE] * 20)}, "; found {'type': 'Replace', "),
        ({"normalizer": SPACES | {"content": "  "}}, "; found {'type': 'Replace', "),
        (
            {"normalizer": sequence(LOWERCASE, LOWERCASE)},
            "once at most; found {'type': 'Lowercase'",
        ),
        ({"normalizer": sequence(sequence())}, "; found {'type': 'Sequence', "),
        ({"normalizer": sequence(plural="parts")}, "normalizer must be a Sequence of normalizers"),
        ({"normalizer": sequence() | {"x": 0}}, "normalizer must be a Sequence of normalizers"),
        ({"normalizer": "Lowercase"}, "; found 'Lowercase'"),
        ({"pre_tokenizer": {"type": "ByteLevel"}}, "; found {'type': 'ByteLevel'}"),
        ({"pre_tokenizer": {"type": "Digits", "individual_digits": False}}, "; found {'type': 'Di"),
        (
            {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a+)+$"}}},
            "; found {'type': 'Split', ",
        ),
        ({"model": None}, "model must be an object, found None"),
        ({"model": {"type": "Unigram", "unk_id": 0, "vocab": []}}, "model: type must be"),
        (model(unk_id=0), "model: expected no 'unk_id'"),
        (model(type="WordPiece"), "model: type must be \"BPE\", found 'WordPiece'"),
        (model(dropout=0.5), "model: dropout must be null, found 0.5"),
        (
            model(continuing_subword_prefix="[STOP]"),
            "continuing_subword_prefix must be null, found",
        ),
        (model(end_of_word_suffix="</w>"), "end_of_word_suffix must be null, found '</w>'"),
        (model(byte_fallback=True), "byte_fallback must be false, found True"),
        (model(ignore_merges=True), "ignore_merges must be false, found True"),
        (model(unk_token="<unk>"), "unk_token must be a token of vocab, found '<unk>'"),
        (model(unk_token=None), "unk_token must be a token of vocab, found None"),
        (model(vocab=[]), "model: vocab must be an object, found []"),
        (vocab(**{"[STOP]": 96}), "vocab: [STOP] must be a whole number below config.json's vocab"),
        (vocab(**{"[TEXT]": 1 << 70}), "[TEXT] must be a whole number below"),
        (vocab(**{"[START]": -1}), "[START] must be a whole number below"),
        (vocab(**{"[0]": True}), "[0] must be a whole number below"),
        (vocab(**{"\x1b[2J": "0"}), "'\\x1b[2J' must be a whole number below"),
        (vocab(**{"[STOP]": 1}), "expected ids that differ, found 1 for '[TEXT]' and '[STOP]'"),
        (vocab(**{"": 95}), "vocab: expected a character or more, found ''"),
        (model(merges=None), "model: merges must be a list of pairs, found None"),
        (
            model(merges=["t h"]),
            "merges[0] must be two tokens of vocab that make a third, found 't",
        ),
        (model(merges=[["h", "e"], ["t", "zz"]]), "merges[1] must be two tokens of vocab"),
        (model(merges=[["z", "z"]]), "merges[0] must be two tokens of vocab that make a third"),
        ({"added_tokens": {"a": 1}}, "added_tokens must be a list, found {'a': 1}"),
        ({"added_tokens": [3]}, "added_tokens[0] must be an object, found 3"),
        (
            added(content="</s>"),
            "added_tokens[3]: content must be a token of model.vocab, found '<",
        ),
        (added(content=[]), "added_tokens[3]: content must be a token of model.vocab, found []"),
        (added(id=96), "added_tokens[3]: id must be 3, found 96"),
        (added(special=False), "added_tokens[3]: special must be true, found False"),
        (added(lstrip=True), "added_tokens[3]: lstrip must be false, found True"),
        (added(score=1), "added_tokens[3]: expected no 'score'"),
        ({"padding": 7}, "padding must be an object, found 7"),
        ({"padding": PADDING | {"strategy": {"Fixed": 0}}}, "strategy: Fixed must be a whole numb"),
        (
            {"padding": PADDING | {"strategy": {"FixedLength": 0}}},
            "strategy must be 'BatchLongest'",
        ),
        ({"padding": PADDING | {"pad_to_multiple_of": 0}}, "pad_to_multiple_of must be a whole"),
        (
            {"padding": PADDING | {"pad_id": 96}},
            "pad_id must be a whole number from 0 to 95, found",
        ),
        ({"padding": PADDING | {"pad_type_id": -1}}, "pad_type_id must be a whole number"),
        ({"padding": PADDING | {"pad_token": 3}}, "padding: pad_token must be a token, found 3"),
        ({"padding": PADDING | {"direction": "Up"}}, "direction must be 'Left' or 'Right', found"),
        ({"padding": PADDING | {"side": "Left"}}, "padding: expected no 'side'"),
        ({"truncation": TRUNCATION | {"stride": 4}}, "stride must be a whole number from 0 to 3"),
        (
            {"truncation": TRUNCATION | {"strategy": "None"}},
            "truncation: strategy must be 'Longest",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_checkpoint_has_is_refused_by_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], values: dict[str, Any], message: str
) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(VALUES | values), encoding="utf-8")
    with pytest.raises(CheckpointError) as caught:
        Tokenizer(path, VOCAB_SIZE)
    error = str(caught.value)
    assert error.startswith(f"{path}: ")
    assert message in error
    assert len(error) < 500 and "\n" not in error
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not valid JSON"),
        (b"{}", "model must be an object, found nothing"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"model": {}, "model": {}}', "the key 'model' appears twice"),
        (b" " * ((8 << 20) + 1), "expected at most 8,388,608 bytes, found more"),
    ],
    ids=range(6),
)
def test_damaged_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content)
    with pytest.raises(CheckpointError) as caught:
        Tokenizer(path, VOCAB_SIZE)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert capfd.readouterr() == ("", "")


def test_the_library_sees_checked_parts_alone() -> None:
    file = TokenizerFile.from_dict(VALUES | {"padding": PADDING}, "tokenizer.json", VOCAB_SIZE)
    seen = json.loads(file.to_json())
    assert seen["added_tokens"] == []
    assert seen["padding"] is None
    assert seen["normalizer"] == VALUES["normalizer"]
    assert seen["pre_tokenizer"] == VALUES["pre_tokenizer"]
    assert seen["model"] == VALUES["model"] | {"ignore_merges": False}


def test_a_mutated_file_is_read_or_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(0)
    path = tmp_path / "tokenizer.json"
    hostile = [None, True, -1, 1 << 64, 1e308, "", "##", "\ud800", [], [[]], {}, PRECOMPILED]
    read = 0
    for _ in range(500):
        values = copy.deepcopy(VALUES | {"padding": PADDING, "truncation": TRUNCATION})
        for _ in range(rng.randint(1, 2)):
            place, key = rng.choice([*places(values)])
            place[key] = rng.choice(hostile)
        path.write_text(json.dumps(values))
        try:
            Tokenizer(path, VOCAB_SIZE).encode("[STOP] hello 12 \n é")
            read += 1
        except CheckpointError as error:
            assert str(error).startswith(str(path))
    assert 0 < read < 100
    assert capfd.readouterr() == ("", "")


def places(values: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container inside a JSON value with each of its keys, few of long ones."""
    keys = list(values) if isinstance(values, dict) else range(len(values))
    for key in keys[:12]:
        yield values, key
        if isinstance(values[key], (dict, list)):
            yield from places(values[key])
