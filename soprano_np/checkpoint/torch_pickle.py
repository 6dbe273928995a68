"""Read the pickle inside a file written by torch.save without running any of its code.

A pickle is a program that can call any function. Here its instructions are interpreted one by one,
and all they can do is build strings, numbers, tuples, dicts and descriptions of tensors.
"""

import math
import pickletools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from soprano_np.checkpoint.tensors import STORED, Entry, contiguous_strides, is_shape, span
from soprano_np.errors import CheckpointError
from soprano_np.fields import label, shown

STORAGES = {
    "torch.FloatStorage": "F32",
    "torch.HalfStorage": "F16",
    "torch.BFloat16Storage": "BF16",
}
CALLABLE = (
    "collections.OrderedDict",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_parameter",
)


@dataclass(frozen=True)
class Global:
    """The name of a Python object in a pickle, never the object itself."""

    name: str


@dataclass(frozen=True)
class Storage:
    """Where the elements of a storage lie: offset in bytes from the start of the file."""

    dtype: str
    offset: int
    numel: int


def read_pickle(
    pickle: bytes, storages: Mapping[str, tuple[int, int]], source: str
) -> dict[str, Entry]:
    """Find where the tensors of a pickled state_dict, a flat dict of tensors by name, lie.

    storages maps each key to its (offset, size) in bytes. Raises CheckpointError for any other
    pickle, naming what is refused.
    """
    return _Interpreter(storages, source).run(pickle)


class _Interpreter:
    """An interpreter for the few pickle instructions that a state_dict needs."""

    def __init__(self, storages: Mapping[str, tuple[int, int]], source: str) -> None:
        self.source = source
        self.storages = storages
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def run(self, pickle: bytes) -> dict[str, Entry]:
        try:
            for opcode, argument, _ in pickletools.genops(pickle):
                if opcode.name == "STOP":
                    break
                self._step(opcode.name, argument)
            result = self.stack.pop()
        except (ValueError, IndexError, KeyError) as error:
            raise self._error(f"damaged ({shown(str(error))}); download it again") from None
        if not isinstance(result, dict) or not result:
            raise self._error("expected a dict of tensors by name (a state_dict)")
        for name, value in result.items():
            if not isinstance(value, Entry):
                raise self._error(
                    f"{label(name)} is a {type(value).__name__}; expected a tensor, "
                    "as only a plain state_dict is read"
                )
        return result

    def _error(self, problem: str) -> CheckpointError:
        return CheckpointError(f"{self.source}: {problem}")

    def _since_mark(self) -> list[Any]:
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def _step(self, opcode: str, argument: Any) -> None:
        stack = self.stack
        match opcode:
            case "PROTO" | "FRAME":
                pass
            case "NONE":
                stack.append(None)
            case "NEWTRUE" | "NEWFALSE":
                stack.append(opcode == "NEWTRUE")
            case "BININT" | "BININT1" | "BININT2" | "LONG1" | "BINUNICODE" | "SHORT_BINUNICODE":
                stack.append(argument)
            case "EMPTY_TUPLE":
                stack.append(())
            case "EMPTY_DICT":
                stack.append({})
            case "MARK":
                self.marks.append(len(stack))
            case "TUPLE":
                stack.append(tuple(self._since_mark()))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                items = [stack.pop() for _ in range(int(opcode[-1]))]
                stack.append(tuple(reversed(items)))
            case "BINPUT" | "LONG_BINPUT":
                self.memo[argument] = stack[-1]
            case "MEMOIZE":
                self.memo[len(self.memo)] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(self.memo[argument])
            case "GLOBAL":
                stack.append(self._global(argument.replace(" ", ".", 1)))
            case "STACK_GLOBAL":
                name, module = stack.pop(), stack.pop()
                if not isinstance(module, str) or not isinstance(name, str):
                    raise self._error("damaged; a name is not a string")
                stack.append(self._global(f"{module}.{name}"))
            case "BINPERSID":
                stack.append(self._storage(stack.pop()))
            case "REDUCE":
                arguments, function = stack.pop(), stack.pop()
                stack.append(self._call(function, arguments))
            case "SETITEM":
                value, key = stack.pop(), stack.pop()
                self._set_items(stack[-1], [key, value])
            case "SETITEMS":
                items = self._since_mark()
                self._set_items(stack[-1], items)
            case "BUILD":  # a state_dict's _metadata, which is not needed
                if not isinstance(stack.pop(), dict) or not isinstance(stack[-1], dict):
                    raise self._error("refused: the instruction BUILD on anything but a dict")
            case _:
                raise self._error(f"refused: the instruction {opcode}, which no state_dict needs")

    def _global(self, name: str) -> Global:
        if name not in CALLABLE and name not in STORAGES:
            raise self._error(
                f"refused: {label(name)}; only float32, float16 and bfloat16 tensors are read"
            )
        return Global(name)

    def _set_items(self, target: Any, items: list[Any]) -> None:
        names, values = items[::2], items[1::2]
        if not isinstance(target, dict) or len(names) != len(values):
            raise self._error("damaged; items are set on something other than a dict")
        for name, value in zip(names, values, strict=True):
            if not isinstance(name, str):
                raise self._error(f"expected names as keys, found a {type(name).__name__}")
            if name in target:
                raise self._error(f"{label(name)} appears twice")
            target[name] = value

    def _storage(self, identity: Any) -> Storage:
        match identity:
            case ("storage", Global(kind), str(key), str(), int(numel)) if kind in STORAGES:
                dtype = STORAGES[kind]
            case _:
                raise self._error("damaged; not the description of a storage")
        if key not in self.storages:
            raise self._error(f"the storage data/{label(key)} is not in the archive")
        offset, size = self.storages[key]
        if numel * STORED[dtype].itemsize != size:
            raise self._error(
                f"the storage data/{label(key)} has {size:,} bytes; "
                f"expected {shown(numel)} elements of {dtype}"
            )
        return Storage(dtype, offset, numel)

    def _call(self, function: Any, arguments: Any) -> Any:
        """Do what the named function would do, for the three names that are allowed."""
        name = function.name if isinstance(function, Global) else type(function).__name__
        match name, arguments:
            case "collections.OrderedDict", ():
                return {}
            case "torch._utils._rebuild_parameter", (Entry() as entry, *_):
                return entry
            case "torch._utils._rebuild_tensor_v2", (
                Storage() as storage,
                offset,
                shape,
                strides,
                *_,
            ):
                return self._tensor(storage, offset, shape, strides)
        raise self._error(
            f"refused: a call of {label(name)} with arguments that torch does not write"
        )

    def _tensor(self, storage: Storage, offset: Any, shape: Any, strides: Any) -> Entry:
        """Check that a tensor lies inside its storage."""
        if (
            type(offset) is not int
            or offset < 0
            or not is_shape(shape)
            or not isinstance(strides, tuple)
            or len(strides) != len(shape)
            or not all(type(stride) is int and stride >= 0 for stride in strides)
        ):
            raise self._error("damaged; not a tensor's offset, shape and strides")
        # The second check stops strides of 0 from turning a few bytes into a huge array.
        reach = offset + span(shape, strides)
        if reach > storage.numel or math.prod(shape) > storage.numel:
            raise self._error(
                f"a tensor of shape {list(shape)} does not fit its storage of {storage.numel:,}"
            )
        # A dimension of 1 may have any stride; replace it, so that the array counts as contiguous.
        natural = contiguous_strides(shape)
        steps = tuple(s if n > 1 else c for n, s, c in zip(shape, strides, natural, strict=True))
        position = storage.offset + offset * STORED[storage.dtype].itemsize
        return Entry(storage.dtype, shape, position, steps)
