"""torch archives: exact values, hostile pickles that never run, damaged zip files."""

import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soprano_np.checkpoint.torch_archive import open_torch_archive
from soprano_np.errors import CheckpointError

DATA = Path(__file__).parent / "data"
EMPTY = b"ccollections\nOrderedDict\n)R"


def archive(path, pickled, files=(("data/0", bytes(24)),), prefix="d/", **options):
    with zipfile.ZipFile(path, "w", **options) as out:
        out.writestr(prefix + "data.pkl", pickled)
        for name, data in files:
            out.writestr(prefix + name, data)
    return path


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def storage(kind="FloatStorage", key="0", numel=6):
    number = b"J" + struct.pack("<i", numel)
    return b"(%bctorch\n%b\n%b%b%btQ" % (
        text("storage"),
        kind.encode(),
        text(key),
        text("cpu"),
        number,
    )


def numbers(values):
    return b"(" + b"".join(b"J" + struct.pack("<i", n) for n in values) + b"t"


def tensor(offset=0, shape=(2, 3), strides=(3, 1), stored=None):
    head = b"ctorch._utils\n_rebuild_tensor_v2\n(" + (stored or storage())
    where = b"J" + struct.pack("<i", offset) + numbers(shape) + numbers(strides)
    return head + where + b"\x89" + EMPTY + b"tR"


def state(*items):
    return b"\x80\x02" + EMPTY + b"(" + b"".join(items) + b"u."


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
    pickled = state(text("a"), tensor(), text("b"), tensor(0, (3, 2), (1, 3)))
    tensors = open_torch_archive(archive(path, pickled, files))
    np.testing.assert_array_equal(tensors["a"], values.reshape(2, 3))
    np.testing.assert_array_equal(tensors["b"], values.reshape(2, 3).T)


class Hostile:
    """Pickles as a call of any function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("function", [os.system, eval, exec, os.mkdir, __import__])
def test_a_hostile_pickle_does_not_run(path, tmp_path, function, protocol):
    marker = tmp_path / "marker"
    argument = {os.system: f"touch {marker}", os.mkdir: str(marker), __import__: "this"}.get(
        function, f"open({str(marker)!r}, 'w')"
    )
    archive(path, pickle.dumps({"w": Hostile(function, argument)}, protocol))
    assert "refused: " in problem(path)
    assert not marker.exists()


def test_the_refused_name_is_told(path):
    archive(path, pickle.dumps(Hostile(os.system, "true"), 2))
    assert f"refused: {os.system.__module__}.system;" in problem(path)


@pytest.mark.parametrize(
    ("pickled", "message"),
    [
        (b"\x80\x04" + b"\x8c\x05torch\x8c\x09__class__\x93.", "refused: torch.__class__"),
        (b"\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.__init__\x93.", "refused: collections."),
        (b"\x80\x04K\x01K\x02\x93.", "a name is not a string"),
        (b"\x80\x02cbuiltins\ngetattr\n.", "refused: builtins.getattr"),
        (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2 x\n.", "refused: "),
        (b"ibuiltins\neval\n.", "refused: the instruction INST"),
        (b"\x80\x02(ccollections\nOrderedDict\no.", "refused: the instruction OBJ"),
        (b"\x80\x02ccollections\nOrderedDict\n)\x81.", "refused: the instruction NEWOBJ"),
        (b"\x80\x02\x82\x01.", "refused: the instruction EXT1"),
        (b"\x80\x02].", "refused: the instruction EMPTY_LIST"),
        (b"\x80\x02ccollections\nOrderedDict\n}b.", "refused: the instruction BUILD"),
        (b"\x80\x02}(Nu.", "items are set on something else"),
        (b"\x80\x02}K\x01K\x02s.", "expected names as keys"),
        (b"\x80\x02}" + 2 * (text("a") + b"Ns") + b".", "a is given twice"),
        (b"\x80\x02NNs.", "damaged"),
        (b"\x80\x02ccollections\nOrderedDict\n}\x85R.", "a call of collections.OrderedDict with"),
        (b"\x80\x02ctorch\nFloatStorage\n)R.", "a call of torch.FloatStorage with"),
        (b"\x80\x02ctorch._utils\n_rebuild_parameter\n)R.", "a call of torch._utils._rebuild_par"),
        (b"\x80\x02N)R.", "a call of NoneType with"),
        (b"\x80\x02NQ.", "not the description of a storage"),
        (b"\x80\x02P0\n.", "refused: the instruction PERSID"),
        (b"\x80\x02\x8b" + struct.pack("<i", 1 << 30) + b".", "damaged"),  # LONG4
        (b"\x80\x02\x8b\x02\0\0\0\1\1.", "refused: the instruction LONG4"),
        (b"\x80\x05\x96" + struct.pack("<Q", 1 << 60) + b".", "damaged"),  # BYTEARRAY8
        (b"\x80\x02X\xff\xff\xff\xff.", "damaged"),
        (b"\x80\x02X\x02\0\0\0\xff\xff.", "damaged"),
        (b"I" + b"9" * 10_000 + b"\n.", "damaged"),
        (b"\x80\x02Nr\xff\xff\xff\xff.", "expected a dict of tensors"),  # a huge memo index
        (b"\x80\x02j\xff\xff\xff\x7f.", "damaged"),
        (b"\x80\x02N" + b"\x85" * 200_000 + b".", "expected a dict of tensors"),
        (b"(" * 200_000 + b"t" * 200_000 + b".", "expected a dict of tensors"),
        (b"\x80\x02N" + b"\x86" * 9 + b".", "damaged"),
        (b"\x80\x02t.", "damaged"),
        (b"\x80\x02.", "damaged"),
        (b"", "damaged"),
        (b"\x80\x02N", "damaged"),
        (b"\xff\xff", "damaged"),
        (b"\x80\x02}.", "expected a dict of tensors"),
        (state(text("a"), b"N"), "a is a NoneType; expected a tensor"),
        (state(text("state_dict"), b"}"), "state_dict is a dict; expected a tensor"),
        (bytes((1 << 20) + 1), "data.pkl has 1,048,577 bytes"),
    ],
    ids=range(41),
)
def test_hostile_or_damaged_pickle(path, pickled, message):
    assert message in problem(archive(path, pickled))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (tensor(stored=storage("LongStorage")), "refused: torch.LongStorage"),
        (tensor(stored=storage(key="9")), "the storage data/9 is not in the archive"),
        (tensor(stored=storage(key="../../etc/passwd")), "is not in the archive"),
        (tensor(stored=storage(numel=7)), "has 24 bytes; expected 7 elements of F32"),
        (tensor(stored=storage(numel=-6)), "expected -6 elements"),
        (tensor(stored=storage("HalfStorage")), "has 24 bytes; expected 6 elements of F16"),
        (tensor(stored=b"N"), "a call of torch._utils._rebuild_tensor_v2 with"),
        (tensor(offset=1), "shape [2, 3] does not fit its storage of 6"),
        (tensor(offset=-1), "not a tensor's offset, shape and strides"),
        (tensor(shape=(2, -3)), "not a tensor's offset, shape and strides"),
        (tensor(strides=(-3, 1)), "not a tensor's offset, shape and strides"),
        (tensor(strides=(1,)), "not a tensor's offset, shape and strides"),
        (tensor(shape=(3, 3)), "does not fit its storage"),
        (tensor(strides=(4, 1)), "does not fit its storage"),
        (tensor(shape=(1 << 30, 1 << 30), strides=(0, 0)), "does not fit its storage"),
    ],
    ids=range(15),
)
def test_a_tensor_outside_its_storage(path, made, message):
    assert message in problem(archive(path, state(text("a"), made)))


def test_legacy_formats(path):
    path.write_bytes(pickle.dumps(OrderedDict(), 2))
    assert "not a zip archive as torch.save writes it" in problem(path)
    path.write_bytes(b"")
    assert "empty" in problem(path)


def test_zip_bomb(path):
    good = state(text("a"), tensor())
    archive(path, good, [("data/0", bytes(10**7))], compression=zipfile.ZIP_DEFLATED)
    assert "d/data.pkl: refused: compressed or encrypted" in problem(path)


def test_declared_sizes_beyond_the_file(path):
    archive(path, state(text("a"), tensor()))
    content = path.read_bytes()
    entry = content.rindex(b"PK\x01\x02")  # data/0 in the central directory
    sizes = struct.pack("<II", 1 << 30, 1 << 30)
    path.write_bytes(content[: entry + 20] + sizes + content[entry + 28 :])
    assert "d/data/0: its 1,073,741,824 bytes are not in the file" in problem(path)


@pytest.mark.parametrize("name", ["../evil", "/evil", "a\\evil", "C:evil", "data//0", "data/../0"])
def test_path_tricks(path, name):
    archive(path, state(text("a"), tensor()), [("data/0", bytes(24)), (name, b"")])
    with zipfile.ZipFile(path, "a") as out:
        out.writestr(name, b"")
    assert "not a name that torch.save writes" in problem(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_other_archives(path):
    good = state(text("a"), tensor())
    archive(path, good, [("data/0", bytes(24)), ("data/0", bytes(24))])
    assert "d/data/0: is in the archive twice" in problem(path)
    archive(path, good, [("byteorder", b"big")])
    assert "byteorder must be little, found b'big'" in problem(path)
    archive(path, good, prefix="")
    assert "expected one data.pkl inside, found 0" in problem(path)


def test_weights_that_are_not_finite_are_named(path):
    data = np.float32([1, 2, 3, np.nan, 5, 6]).tobytes()
    tensors = open_torch_archive(archive(path, state(text("a"), tensor()), [("data/0", data)]))
    with pytest.raises(CheckpointError, match="a: 1 of 6 weights are not finite"):
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


@pytest.mark.filterwarnings("ignore:invalid escape sequence")  # of pickletools
@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_a_random_pickle_is_read_or_refused(tmp_path_factory, noise):
    path = tmp_path_factory.getbasetemp() / "fuzz_pickle.pth"
    archive(path, b"\x80\x02}(" + noise + b"u.")
    try:
        open_torch_archive(path)
    except CheckpointError as error:
        assert str(path) in str(error)
