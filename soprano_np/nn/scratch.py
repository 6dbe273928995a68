"""Arrays that are used again: a fresh one of a megabyte costs a page fault every 4 kB.

The faults took a ninth of a step with 16 sentences, a fifth with 64.
"""

import math
import threading

import numpy as np
from numpy.typing import NDArray


class Buffer(threading.local):
    """Memory for one use in the code, declared where it is used; each thread has its own."""

    _memory: NDArray[np.float32] = np.empty(0, np.float32)

    def __call__(self, *shape: int) -> NDArray[np.float32]:
        """Return an array of this shape with anything in it, good until the next call.

        It is a view of memory as large as the largest use.
        """
        size, memory = math.prod(shape), self._memory
        if memory.size < size:
            memory = self._memory = np.empty(size, np.float32)
        return memory[:size].reshape(shape)
