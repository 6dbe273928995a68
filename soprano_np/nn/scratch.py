"""Arrays that are used again: a fresh one of a megabyte costs a page fault every 4 kB.

The faults took a ninth of a step with 16 sentences, a fifth with 64.
"""

import math
import threading

import numpy as np
from numpy.typing import NDArray


class _Arrays(threading.local):
    def __init__(self) -> None:
        self.by_name: dict[str, NDArray[np.float32]] = {}


_arrays = _Arrays()


def scratch(name: str, *shape: int) -> NDArray[np.float32]:
    """Return an array of this shape with anything in it, good until the name is asked for again.

    Each thread has its own; an array is as large as its largest use.
    """
    size = math.prod(shape)
    flat = _arrays.by_name.get(name)
    if flat is None or flat.size < size:
        flat = _arrays.by_name[name] = np.empty(size, np.float32)
    return flat[:size].reshape(shape)
