"""safetensors files: exact values, and every way to be damaged."""

import gc
import json
import struct
import time

import make_checkpoint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soprano_np.checkpoint.tensors import open_safetensors, write_safetensors
from soprano_np.errors import CheckpointError

SPECIALS = [0.0, -0.0, 1.0, -2.5, 6e-5, 65504.0, 1e-7]


def write(path, header, data=b"", header_size=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(text) if header_size is None else header_size
    path.write_bytes(struct.pack("<Q", size) + text + data)
    return path


def tensor(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def problem(path):
    with pytest.raises(CheckpointError) as caught:
        open_safetensors(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16"])
def test_values_are_exact(path, dtype):
    values = np.concatenate([np.float32(SPECIALS), np.random.default_rng(0).normal(size=17)])
    values = values.astype(np.float32).reshape(4, 6)
    if dtype == "F16":
        stored = values.astype(np.float16)
        expected = stored.astype(np.float32)
    elif dtype == "BF16":
        stored = (values.view(np.uint32) >> 16).astype(np.uint16)
        expected = (values.view(np.uint32) & 0xFFFF0000).view(np.float32)
    else:
        stored = expected = values
    data = stored.tobytes()
    write(path, {"__metadata__": {"a": "b"}, "w": tensor(dtype, (4, 6), (0, len(data)))}, data)
    with open_safetensors(path) as tensors:
        assert list(tensors) == ["w"]
        assert "w" in tensors
        assert "__metadata__" not in tensors
        assert tensors.shapes == {"w": (4, 6)}
        assert tensors.dtypes == {"w": dtype}
        assert tensors["w"].dtype == np.float32
        np.testing.assert_array_equal(tensors["w"].view(np.uint32), expected.view(np.uint32))
        with pytest.raises(KeyError):
            tensors["v"]


def test_f32_is_a_view_that_outlives_the_file(path):
    header = json.dumps({"w": tensor()}).encode()
    header += b" " * (-len(header) % 8)
    write(path, header, np.float32([1, 2]).tobytes())
    tensors = open_safetensors(path)
    array = tensors["w"]
    assert not array.flags.owndata
    assert not array.flags.writeable
    tensors.close()
    gc.collect()
    np.testing.assert_array_equal(array, [1, 2])
    with pytest.raises(ValueError, match="closed"):
        tensors["w"]


@pytest.mark.parametrize("padding", range(4))
def test_unaligned_data_comes_aligned(path, padding):
    header = json.dumps({"w": tensor()}).encode() + b" " * padding
    write(path, header, np.float32([1, 2]).tobytes())
    array = open_safetensors(path)["w"]
    assert array.flags.aligned
    np.testing.assert_array_equal(array, [1, 2])


def test_weights_that_are_not_finite_are_named(path):
    write(
        path, {"w": tensor(shape=(3,), offsets=(0, 12))}, np.float32([np.nan, 1, -np.inf]).tobytes()
    )
    with pytest.raises(CheckpointError, match="w: 2 of 3 weights are NaN or infinity"):
        open_safetensors(path)["w"]


def test_large_finite_weights_pass(path):
    data = np.full(2, 3e38, np.float32)  # whose sum is not finite
    write(path, {"w": tensor()}, data.tobytes())
    np.testing.assert_array_equal(open_safetensors(path)["w"], data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\0\0\0", "incomplete"),
        (struct.pack("<Q", 1 << 63), "incomplete"),
        (struct.pack("<Q", 100) + b"{}", "header would be 100 bytes of a file of 10"),
        (struct.pack("<Q", 2) + b"{]", "not valid JSON"),
        (struct.pack("<Q", 2) + b"[]", "expected a JSON object"),
        (struct.pack("<Q", 2) + b"\xff\xff", "not valid JSON"),
        (struct.pack("<Q", 90_000) + b"[" * 90_000, "not valid JSON"),
    ],
)
def test_damaged_header(path, content, message):
    path.write_bytes(content)
    assert message in problem(path)


def test_header_beyond_the_bound_is_not_read(path):
    with path.open("wb") as file:
        file.write(struct.pack("<Q", (8 << 20) + 1))
        file.truncate(100_000_100)  # sparse
    text = problem(path)
    assert "header would be 8,388,609 bytes of a file of 100,000,100, expected at most 8,3" in text


def test_a_file_beyond_the_bound_is_not_mapped(path):
    with path.open("wb") as file:
        file.truncate(4 << 30)  # sparse
    assert problem(path) == (
        f"{path}: expected at most 2,000,000,000 bytes, found 4,294,967,296; "
        "it is damaged or not a Soprano model; download it again"
    )


def test_a_name_that_is_twice_among_many_is_found_in_linear_time(path):
    names = [*map(str, range(100_000)), "99999"]
    start = time.process_time()
    text = "{" + ",".join(f'"{name}":{json.dumps(tensor())}' for name in names) + "}"
    assert "'99999' appears twice" in problem(write(path, text.encode()))
    assert time.process_time() - start < 20  # comparing each with every other took minutes


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (7, "w: expected dtype, shape and data_offsets"),
        ({"dtype": "F32"}, "w: expected dtype, shape and data_offsets"),
        (tensor("I64"), "w: expected F32, F16, BF16, I8, found 'I64'"),
        (tensor(["F32"]), "w: expected F32, F16, BF16"),
        (tensor(shape=(-2,)), "w: not a shape: [-2]"),
        (tensor(shape=(0,), offsets=(0, 0)), "w: not a shape: [0]"),
        (tensor(shape=(True, 2)), "w: not a shape"),
        (tensor(shape=(2.0,)), "w: not a shape"),
        (tensor(shape=(1,) * 9), "w: not a shape"),
        (tensor(shape=(1 << 70,)), "w: not a shape"),
        (tensor(offsets=(8, 0)), "w: not a pair of offsets: [8, 0]"),
        (tensor(offsets=(0, 8, 8)), "w: not a pair of offsets"),
        (tensor(offsets=(0, "8")), "w: not a pair of offsets"),
        (tensor(offsets=(-8, 0)), "w: not a pair of offsets"),
        (tensor(shape=(3,)), "w: F32 [3] takes 12 bytes, found 8"),
        (tensor(shape=(1 << 39, 1 << 39)), "bytes, found 8"),
        (tensor(offsets=(4, 12)), "w: follows a gap"),
    ],
)
def test_damaged_entry(path, entry, message):
    assert message in problem(write(path, {"w": entry}, bytes(8)))


def test_overlap(path):
    header = {"a": tensor(), "w": tensor(offsets=(4, 12))}
    assert "w: overlaps the tensor before it" in problem(write(path, header, bytes(12)))


def test_truncated_and_too_long(path):
    assert "tensors end at byte" in problem(write(path, {"w": tensor()}, bytes(7)))
    assert "tensors end at byte" in problem(write(path, {"w": tensor()}, bytes(9)))


def test_name_given_twice(path):
    entry = json.dumps(tensor())
    header = f'{{"w": {entry}, "w": {entry}}}'.encode()
    assert "'w' appears twice" in problem(write(path, header, bytes(8)))


def test_hostile_name_cannot_drive_the_terminal(path):
    text = problem(write(path, {"\x1b[2J" + "x" * 5000: 0}))
    assert "\x1b" not in text
    assert len(text) < 500


def test_missing_file(path):
    assert "cannot be read (No such file or directory)" in problem(path)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 120))
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, noise, position):
    path = tmp_path_factory.getbasetemp() / "fuzz.safetensors"
    write(path, {"w": tensor(), "v": tensor("BF16", (1, 2), (8, 12))}, bytes(12))
    content = bytearray(path.read_bytes())
    content[position : position + len(noise)] = noise
    path.write_bytes(content)
    try:
        for _ in open_safetensors(path).values():
            pass
    except CheckpointError as error:
        assert str(path) in str(error)


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16"])
def test_rows_are_read_one_by_one(path, dtype):
    matrix = np.arange(12, dtype=np.float32).reshape(4, 3)
    make_checkpoint.write_safetensors(path, {"a": (4, 3)}, lambda *_: matrix, dtype.lower())
    with open_safetensors(path) as file:
        read = file.rows("a")
    rows = read(np.array([2, 0, 2]))  # the file may be closed
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, matrix[[2, 0, 2]])


def test_rows_of_a_damaged_matrix_are_refused(path):
    matrix = np.array([[0, 1], [2, np.nan]], np.float32)
    make_checkpoint.write_safetensors(path, {"a": (2, 2)}, lambda *_: matrix, "f32")
    with pytest.raises(CheckpointError, match="a: 1 of 4 weights are NaN or infinity"):
        open_safetensors(path).rows("a")


def test_what_is_written_is_read(path):
    arrays = {
        "a": np.arange(3, dtype=np.float32),
        "b": np.ones((2, 2), np.float16),
        "c": np.full((1, 2), 0x3F80, np.uint16),
    }
    entries = {"b": ("F16", (2, 2)), "a": ("F32", (3,)), "c": ("BF16", (1, 2))}
    write_safetensors(path, entries, arrays.__getitem__, {"made_by": "a test"})
    with open_safetensors(path) as file:
        assert list(file) == ["b", "a", "c"]
        assert file.metadata == {"made_by": "a test"}
        for name, expected in (("a", [0, 1, 2]), ("b", np.ones((2, 2))), ("c", [[1, 1]])):
            np.testing.assert_array_equal(file[name], expected)
    size = int.from_bytes(path.read_bytes()[:8], "little")
    assert (8 + size) % 64 == 0


def test_other_programs_read_what_is_written(path):
    safetensors = pytest.importorskip("safetensors.numpy")
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    write_safetensors(path, {"a": ("F32", (2, 3))}, lambda _: values.T.copy().T, {})
    np.testing.assert_array_equal(safetensors.load_file(path)["a"], values)


def test_tensors_are_split_by_prefix(path):
    entries = dict.fromkeys(("x.a", "y.a", "z.a"), ("F32", (1,)))
    write_safetensors(path, entries, lambda _: np.zeros(1, np.float32), {"k": "v"})
    without, having = open_safetensors(path).split("x.", "z.")
    assert (list(without), list(having)) == (["y.a"], ["x.a", "z.a"])
    assert without.metadata == having.metadata == {"k": "v"}
