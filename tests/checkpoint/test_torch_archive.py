"""torch archives: exact values, damaged zip files."""

import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_checkpoint import state_dict_pickle

from soprano_np.checkpoint.torch_archive import open_torch_archive
from soprano_np.errors import CheckpointError

DATA = Path(__file__).parent / "data"
GOOD = state_dict_pickle({"a": (2, 3)})  # of one storage, data/0


def archive(path, pickled=GOOD, files=(("data/0", bytes(24)),), prefix="d/", **options):
    with zipfile.ZipFile(path, "w", **options) as out:
        out.writestr(prefix + "data.pkl", pickled)
        for name, data in files:
            out.writestr(prefix + name, data)
    return path


def problem(path):
    with pytest.raises(CheckpointError) as caught:
        open_torch_archive(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decoder.pth"


def test_a_file_of_torchs_own_is_read_exactly():
    expected = np.load(DATA / "torch.npz")
    with open_torch_archive(DATA / "torch.pth") as tensors:
        assert list(tensors) == expected.files
        assert tensors.dtypes["half"] == "F16"
        assert tensors.dtypes["brain"] == "BF16"
        for name, array in tensors.items():
            assert type(array) is np.ndarray
            assert array.dtype == np.float32
            assert array.flags.c_contiguous
            assert tensors.shapes[name] == array.shape
            np.testing.assert_array_equal(array, expected[name], name)


def test_contiguous_float32_is_a_view_of_the_file():
    assert not open_torch_archive(DATA / "torch.pth")["plain"].flags.owndata


def test_a_written_archive_is_read(path):
    values = np.arange(6, dtype=np.float32)
    files = [("data/0", values.tobytes()), ("byteorder", b"little"), ("version", b"3\n")]
    tensors = open_torch_archive(archive(path, files=files))
    np.testing.assert_array_equal(tensors["a"], values.reshape(2, 3))


def test_a_pickle_beyond_the_bound_is_not_read(path):
    assert "data.pkl has 1,048,577 bytes" in problem(archive(path, bytes((1 << 20) + 1)))


def test_legacy_formats(path):
    path.write_bytes(pickle.dumps(OrderedDict(), 2))
    assert "not a zip archive as written by torch.save" in problem(path)
    path.write_bytes(b"")
    assert "empty" in problem(path)


def test_zip_bomb(path):
    archive(path, GOOD, [("data/0", bytes(10**7))], compression=zipfile.ZIP_DEFLATED)
    assert "d/data.pkl: refused: compressed or encrypted" in problem(path)


def test_declared_sizes_beyond_the_file(path):
    archive(path)
    content = path.read_bytes()
    entry = content.rindex(b"PK\x01\x02")  # data/0 in the central directory
    sizes = struct.pack("<II", 1 << 30, 1 << 30)
    path.write_bytes(content[: entry + 20] + sizes + content[entry + 28 :])
    assert "d/data/0: its 1,073,741,824 bytes are not in the file" in problem(path)


def test_a_directory_that_points_at_another_member(path):
    archive(path, GOOD, [("data/0", bytes(24)), ("data/1", bytes(24))])
    content = path.read_bytes()
    first, second = content.index(b"PK\x03\x04", 4), content.rindex(b"PK\x03\x04")
    entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)  # of data/0
    assert content[entry + 42 : entry + 46] == struct.pack("<I", first)
    path.write_bytes(content[: entry + 42] + struct.pack("<I", second) + content[entry + 46 :])
    assert "d/data/0: expected its name where its data are, found b'd/data/1'" in problem(path)


@pytest.mark.parametrize("position", [6, 8, 14])  # flags, method, CRC
def test_a_header_that_contradicts_the_directory(path, position):
    content = bytearray(archive(path).read_bytes())
    content[content.rindex(b"PK\x03\x04") + position] ^= 2
    path.write_bytes(content)
    assert "d/data/0: its header and the directory differ" in problem(path)


def test_a_crc_after_the_data_that_contradicts_the_directory(path):
    content = bytearray((DATA / "torch.pth").read_bytes())
    content[content.index(b"PK\x07\x08") + 4] ^= 1
    path.write_bytes(content)
    assert "torch/data.pkl: its header and the directory differ" in problem(path)


def test_a_directory_beyond_the_bound_is_not_read(path):
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("d/data.pkl", GOOD)
        for number in range(16):  # of names as long as can be
            out.writestr(f"d/{number:065500}", b"")
    assert "a damaged zip archive ('its directory has 1,048,824 bytes')" in problem(path)


@pytest.mark.parametrize("name", ["../evil", "/evil", "a\\evil", "C:evil", "data//0", "data/../0"])
def test_path_tricks(path, name):
    archive(path, GOOD, [("data/0", bytes(24)), (name, b"")])
    with zipfile.ZipFile(path, "a") as out:
        out.writestr(name, b"")
    assert "not a name that torch.save writes" in problem(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_other_archives(path):
    archive(path, GOOD, [("data/0", bytes(24)), ("data/0", bytes(24))])
    assert "d/data/0: appears twice in the archive" in problem(path)
    archive(path, GOOD, [("byteorder", b"big")])
    assert "byteorder must be little, found b'big'" in problem(path)
    archive(path, GOOD, prefix="")
    assert "expected one data.pkl inside, found 0" in problem(path)


def test_weights_that_are_not_finite_are_named(path):
    data = np.float32([1, 2, 3, np.nan, 5, 6]).tobytes()
    tensors = open_torch_archive(archive(path, GOOD, [("data/0", data)]))
    with pytest.raises(CheckpointError, match="a: 1 of 6 weights are NaN or infinity"):
        tensors["a"]


@pytest.mark.parametrize("keep", range(4, 3000, 97))
def test_truncated(path, keep):
    path.write_bytes((DATA / "torch.pth").read_bytes()[:keep])
    assert "damaged zip archive" in problem(path)


@pytest.mark.filterwarnings("ignore:invalid escape sequence")  # of pickletools
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, position, noise):
    path = tmp_path_factory.getbasetemp() / "fuzz.pth"
    content = bytearray((DATA / "torch.pth").read_bytes())
    content[position : position + len(noise)] = noise
    path.write_bytes(content)
    try:
        for _ in open_torch_archive(path).values():
            pass
    except CheckpointError as error:
        assert str(path) in str(error)
