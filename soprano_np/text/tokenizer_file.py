"""Read tokenizer.json, and refuse by name whatever no Soprano checkpoint has.

The library that encodes text trusts this file: there are settings with which it panics, fills the
memory or ends the process. So it only ever sees a tokenizer that is built here, of checked parts.
"""

import json
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from soprano_np.errors import CheckpointError
from soprano_np.fields import TOKENIZER_BYTES, Fields, read_object, shown

KEYS = (
    *("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer"),
    *("post_processor", "decoder", "model"),
)
NORMALIZERS: tuple[dict[str, Any], ...] = (
    {"type": "Lowercase"},
    {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
)
PRE_TOKENIZERS: tuple[dict[str, Any], ...] = (
    {"type": "Digits", "individual_digits": True},
    {
        "type": "Split",
        "pattern": {"Regex": r"\s+|\w+|[^\w\s]+"},
        "behavior": "Isolated",
        "invert": False,
    },
)
# The only value that each setting of the model may have, if it is there.
MODEL: dict[str, Any] = {
    "type": "BPE",
    "dropout": None,
    "continuing_subword_prefix": None,
    "end_of_word_suffix": None,
    "fuse_unk": False,
    "byte_fallback": False,
    "ignore_merges": False,
}
# Added tokens are marks: never found in a text, which might hold one by chance.
ADDED_TOKEN: dict[str, Any] = {
    "single_word": False,
    "lstrip": False,
    "rstrip": False,
    "normalized": False,
    "special": True,
}
LONGEST = 1 << 16  # tokens


@dataclass(frozen=True)
class TokenizerFile:
    """The checked content of a tokenizer.json."""

    ids: dict[str, int]
    normalizers: list[dict[str, Any]]
    pre_tokenizers: list[dict[str, Any]]
    unk_token: str
    merges: list[list[str]]

    @classmethod
    def from_file(cls, path: Path, vocab_size: int) -> "TokenizerFile":
        """Read a tokenizer.json. Raises CheckpointError naming the first unsupported setting."""
        return cls.from_dict(read_object(path, TOKENIZER_BYTES), str(path), vocab_size)

    @classmethod
    def from_dict(cls, values: dict[str, Any], source: str, vocab_size: int) -> "TokenizerFile":
        """Check the content of a tokenizer.json. Raises CheckpointError as from_file does."""
        fields = Fields(values, source)
        _refuse_others(fields, KEYS)
        for name in ("post_processor", "decoder"):
            _require(fields, name, None)
        _require(fields, "version", "1.0")
        _check_padding(fields, vocab_size)
        _check_truncation(fields)
        model = _object(fields, "model")
        for name, value in MODEL.items():
            _require(model, name, value)
        _refuse_others(model, (*MODEL, "unk_token", "vocab", "merges"))
        ids = _ids(model, vocab_size)
        _check_added_tokens(fields, ids)
        unk_token = model.get("unk_token")
        if not isinstance(unk_token, str) or unk_token not in ids:
            raise model.error("unk_token", "a token of vocab")
        return cls(
            ids=ids,
            normalizers=_parts(fields, "normalizer", "normalizers", NORMALIZERS),
            pre_tokenizers=_parts(fields, "pre_tokenizer", "pretokenizers", PRE_TOKENIZERS),
            unk_token=unk_token,
            merges=_merges(model, ids),
        )

    def to_json(self) -> str:
        """Return a tokenizer.json of the checked parts alone, without marks."""
        normalizer = {"type": "Sequence", "normalizers": self.normalizers}
        pre_tokenizer = {"type": "Sequence", "pretokenizers": self.pre_tokenizers}
        model = {"unk_token": self.unk_token, "vocab": self.ids, "merges": self.merges}
        return json.dumps(
            dict.fromkeys(KEYS)
            | {"version": "1.0", "added_tokens": [], "model": MODEL | model}
            | {"normalizer": normalizer, "pre_tokenizer": pre_tokenizer}
        )


def _object(fields: Fields, name: str) -> Fields:
    """Return the fields of an object inside another."""
    value = fields.get(name)
    if not isinstance(value, dict):
        raise fields.error(name, "an object")
    return Fields(value, f"{fields.source}: {name}")


def _refuse_others(fields: Fields, names: tuple[str, ...]) -> None:
    for name in fields.values:
        if name not in names:
            raise CheckpointError(f"{fields.source}: expected no {shown(name)}")


def _require(fields: Fields, name: str, value: object) -> None:
    """Raise CheckpointError if a value is there, and not the only one that is supported."""
    if fields.get(name) not in (None, value):
        raise fields.error(name, json.dumps(value))


def _parts(
    fields: Fields, name: str, plural: str, supported: tuple[dict[str, Any], ...]
) -> list[dict[str, Any]]:
    """Read one step, a Sequence of them, or none; each must be one of those that are supported."""
    value = fields.get(name)
    if value is None:
        return []
    parts: Any = [value]
    if isinstance(value, dict) and value.get("type") == "Sequence":
        parts = value.get(plural)
        if not isinstance(parts, list) or len(value) > 2:
            raise fields.error(name, f"a Sequence of {plural}")
    left = list(supported)
    for part in parts:
        if part not in left:
            names = " and ".join(shown(each) for each in supported)
            raise CheckpointError(
                f"{fields.source}: {name} must be made of {names}, each once at most; "
                f"found {shown(part)}"
            )
        left.remove(part)
    return [supported[supported.index(part)] for part in parts]


def _ids(model: Fields, vocab_size: int) -> dict[str, int]:
    """Read the ids of all tokens, which must differ and be below vocab_size."""
    fields = _object(model, "vocab")
    ids = dict(fields.values)
    if len(ids) > vocab_size:
        raise CheckpointError(
            f"{fields.source}: it has {len(ids)} tokens, but config.json's vocab_size is "
            f"{vocab_size}"
        )
    tokens: dict[int, str] = {}
    for token, index in ids.items():
        if type(index) is not int or not 0 <= index < vocab_size:
            raise fields.error(
                token, f"a whole number below config.json's vocab_size, {vocab_size}"
            )
        if not token:
            raise CheckpointError(f"{fields.source}: expected a character or more, found {token!r}")
        if (other := tokens.setdefault(index, token)) != token:
            raise CheckpointError(
                f"{fields.source}: expected ids that differ, found {index} for {shown(other)} "
                f"and {shown(token)}"
            )
    return ids


def _merges(model: Fields, ids: dict[str, int]) -> list[list[str]]:
    """Read the pairs of tokens that merge into a third."""
    merges = model.get("merges")
    if not isinstance(merges, list):
        raise model.error("merges", "a list of pairs")
    for index, merge in enumerate(merges):
        match merge:
            case [str(left), str(right)] if left in ids and right in ids and left + right in ids:
                continue
        raise CheckpointError(
            f"{model.source}: merges[{index}] must be two tokens of vocab that make a third, "
            f"found {shown(merge)}"
        )
    return merges


def _check_added_tokens(fields: Fields, ids: dict[str, int]) -> None:
    """Check that added tokens are marks, which have their ids in the vocabulary."""
    added = fields.get("added_tokens") or []
    if not isinstance(added, list):
        raise fields.error("added_tokens", "a list")
    settings, usual = itemgetter(*ADDED_TOKEN), tuple(ADDED_TOKEN.values())
    for index, token in enumerate(added):  # 8,004 of them, so the usual ones must pass quickly
        try:
            is_mark = settings(token) == usual and ids[token["content"]] == token["id"]
        except (KeyError, TypeError):
            is_mark = False
        if not is_mark or len(token) != len(usual) + 2:
            raise _added_token_error(f"{fields.source}: added_tokens[{index}]", token, ids)


def _added_token_error(source: str, token: Any, ids: dict[str, int]) -> CheckpointError:
    """Return the error that names what is wrong with an added token."""
    if not isinstance(token, dict):
        return CheckpointError(f"{source} must be an object, found {shown(token)}")
    fields = Fields(token, source)
    content = fields.get("content")
    if not isinstance(content, str) or content not in ids:
        return fields.error("content", "a token of model.vocab")
    usual = ADDED_TOKEN | {"id": ids[content], "content": content}
    _refuse_others(fields, tuple(usual))
    wrong = next(name for name in usual if token.get(name) != usual[name])
    return fields.error(wrong, json.dumps(usual[wrong]))


def _check_padding(fields: Fields, vocab_size: int) -> None:
    """Check how batches would be padded, which is never done here."""
    if fields.get("padding") is None:
        return
    padding = _object(fields, "padding")
    _refuse_others(
        padding,
        ("strategy", "direction", "pad_to_multiple_of", "pad_id", "pad_type_id", "pad_token"),
    )
    strategy = padding.get("strategy")
    if isinstance(strategy, dict) and list(strategy) == ["Fixed"]:
        Fields(strategy, f"{padding.source}: strategy").integer("Fixed", 1, LONGEST)
    elif strategy != "BatchLongest":
        raise padding.error("strategy", "'BatchLongest' or a 'Fixed' length")
    _check_direction(padding)
    padding.optional_integer("pad_to_multiple_of", 1, LONGEST)
    padding.integer("pad_id", 0, vocab_size - 1)
    padding.integer("pad_type_id", 0, LONGEST)
    if not isinstance(padding.get("pad_token"), str):
        raise padding.error("pad_token", "a token")


def _check_truncation(fields: Fields) -> None:
    """Check where texts would be cut, which is never done here."""
    if fields.get("truncation") is None:
        return
    truncation = _object(fields, "truncation")
    _refuse_others(truncation, ("strategy", "direction", "max_length", "stride"))
    if truncation.get("strategy") not in ("LongestFirst", "OnlyFirst", "OnlySecond"):
        raise truncation.error("strategy", "'LongestFirst', 'OnlyFirst' or 'OnlySecond'")
    _check_direction(truncation)
    length = truncation.integer("max_length", 1, 1 << 24)
    truncation.integer("stride", 0, length - 1)


def _check_direction(fields: Fields) -> None:
    if fields.get("direction") not in ("Left", "Right"):
        raise fields.error("direction", "'Left' or 'Right'")
