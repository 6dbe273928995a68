"""The pickle of a state_dict: read where its tensors lie, never run."""

import os
import pickle
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soprano_np.checkpoint.tensors import Entry
from soprano_np.checkpoint.torch_pickle import read_pickle
from soprano_np.errors import CheckpointError

EMPTY = b"ccollections\nOrderedDict\n)R"
STORAGES = {"0": (100, 24)}  # offset, size


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


def problem(pickled):
    with pytest.raises(CheckpointError) as caught:
        read_pickle(pickled, STORAGES, "x.pth: data.pkl")
    assert str(caught.value).startswith("x.pth: data.pkl: ")
    return str(caught.value)


def test_tensors_are_found():
    pickled = state(text("a"), tensor(), text("b"), tensor(1, (2, 2), (1, 3)))
    assert read_pickle(pickled, STORAGES, "") == {
        "a": Entry("F32", (2, 3), 100, (3, 1)),
        "b": Entry("F32", (2, 2), 104, (1, 3)),
    }


def test_the_stride_of_a_single_element_does_not_matter():
    pickled = state(text("a"), tensor(0, (1, 3), (77, 1)))
    assert read_pickle(pickled, STORAGES, "")["a"].strides == (3, 1)


class Hostile:
    """Pickles as a call of any function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("function", [os.system, eval, exec, os.mkdir, __import__])
def test_a_hostile_pickle_does_not_run(tmp_path, function, protocol):
    marker = tmp_path / "marker"
    argument = {os.system: f"touch {marker}", os.mkdir: str(marker), __import__: "this"}.get(
        function, f"open({str(marker)!r}, 'w')"
    )
    pickled = pickle.dumps({"w": Hostile(function, argument)}, protocol)
    assert "refused: " in problem(pickled)
    assert not marker.exists()


def test_the_refused_name_is_reported():
    pickled = pickle.dumps(Hostile(os.system, "true"), 2)
    assert f"refused: {os.system.__module__}.system;" in problem(pickled)


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
        (b"\x80\x02}(Nu.", "items are set on something other"),
        (b"\x80\x02}K\x01K\x02s.", "expected names as keys"),
        (b"\x80\x02}" + 2 * (text("a") + b"Ns") + b".", "a appears twice"),
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
    ],
    ids=range(40),
)
def test_hostile_or_damaged_pickle(pickled, message):
    assert message in problem(pickled)


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
def test_a_tensor_outside_its_storage(made, message):
    assert message in problem(state(text("a"), made))


@pytest.mark.filterwarnings("ignore:invalid escape sequence")  # of pickletools
@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_a_random_pickle_is_read_or_refused(noise):
    try:
        read_pickle(b"\x80\x02}(" + noise + b"u.", STORAGES, "x.pth")
    except CheckpointError as error:
        assert str(error).startswith("x.pth: ")
