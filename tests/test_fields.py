"""Values read from JSON, and the errors that name them."""

import os
import time
from pathlib import Path

import pytest

from soprano_np.errors import CheckpointError
from soprano_np.fields import Fields, label, open_file, parse_object, read_object, shown

FIELDS = Fields({"whole": 7, "half": 0.5, "yes": True, "text": "x", "none": None}, "f.json")


def test_values_of_the_right_type() -> None:
    assert FIELDS.get("text") == "x"
    assert FIELDS.integer("whole", 7, 7) == FIELDS.optional_integer("whole", 0, 9) == 7
    assert FIELDS.optional_number("half", 0, 1) == 0.5
    assert isinstance(FIELDS.optional_number("whole", 0, 9), float)
    assert FIELDS.optional_boolean("yes") is True


@pytest.mark.parametrize("name", ["none", "absent"])
def test_null_counts_as_absent(name: str) -> None:
    assert FIELDS.get(name) is None
    assert FIELDS.optional_integer(name, 0, 1) is None
    assert FIELDS.optional_number(name, 0, 1) is None
    assert FIELDS.optional_boolean(name) is None
    found = "None" if name == "none" else "nothing"
    message = f"^f.json: {name} must be a whole number from 0 to 1, found {found}$"
    with pytest.raises(CheckpointError, match=message):
        FIELDS.integer(name, 0, 1)


def test_values_of_another_type_or_out_of_range() -> None:
    with pytest.raises(CheckpointError, match="whole must be a whole number from 0 to 6, found 7"):
        FIELDS.integer("whole", 0, 6)
    with pytest.raises(CheckpointError, match=r"half must be a number from 1 to 2, found 0\.5"):
        FIELDS.optional_number("half", 1, 2)
    with pytest.raises(CheckpointError, match="yes must be a whole number"):  # though a bool is one
        FIELDS.optional_integer("yes", 0, 1)
    with pytest.raises(CheckpointError, match="text must be true or false, found 'x'"):
        FIELDS.optional_boolean("text")


def test_values_and_names_in_messages_are_short_and_printable() -> None:
    assert shown("x") == "'x'"
    assert len(shown("x" * 1000)) == 80
    assert shown(10**5000) == "a huge number"
    assert label("lm_head.weight") == "lm_head.weight"
    assert label("") == "''"
    assert label("\x1b[2J") == r"'\x1b[2J'"
    assert len(label("x" * 1000)) == 80


def test_objects(tmp_path: Path) -> None:
    assert parse_object(b'{"a": 1}', "here") == {"a": 1}
    with pytest.raises(CheckpointError, match=r"^here: the key 'a' appears twice$"):
        parse_object('{"b": 0, "a": 1, "a": 2}', "here")
    (tmp_path / "f.json").write_text('{"a": 1}')
    assert read_object(tmp_path / "f.json") == {"a": 1}
    with pytest.raises(CheckpointError, match="expected at most 7 bytes, found more"):
        read_object(tmp_path / "f.json", max_bytes=7)


def test_a_key_that_is_twice_among_many_is_found_in_linear_time() -> None:
    text = "{" + ", ".join(f'"{key}": 0' for key in [*range(100_000), 99_999]) + "}"
    start = time.process_time()
    with pytest.raises(CheckpointError, match=r"^here: the key '99999' appears twice$"):
        parse_object(text, "here")
    assert time.process_time() - start < 20  # comparing each with every other took minutes


def test_names_in_messages_are_printable() -> None:
    with pytest.raises(CheckpointError, match=r"^f\.json: '\\x1b\[2J' must be true or false"):
        Fields({"\x1b[2J": 1}, "f.json").optional_boolean("\x1b[2J")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(CheckpointError, match=f"{name}: expected a regular file, found a pipe"):
            open_file(tmp_path / name)
    with pytest.raises(CheckpointError, match=r"cannot be read \(Is a directory\)"):
        read_object(tmp_path)
