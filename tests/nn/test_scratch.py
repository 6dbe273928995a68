"""Buffers that are used again."""

import threading

import numpy as np

from soprano_np.nn.scratch import Buffer


def test_memory_is_used_again_and_grows():
    buffer = Buffer()
    first = buffer(2, 3)
    assert (first.shape, first.dtype) == ((2, 3), np.float32)
    assert np.shares_memory(first, buffer(4))
    larger = buffer(3, 3)
    assert not np.shares_memory(first, larger)
    assert np.shares_memory(larger, buffer(2, 3))
    assert buffer(0, 5).shape == (0, 5)


def test_buffers_share_nothing():
    assert not np.shares_memory(Buffer()(9), Buffer()(9))


def test_each_thread_has_its_own():
    buffer = Buffer()
    ours, theirs = buffer(9), []
    thread = threading.Thread(target=lambda: theirs.append(buffer(9)))
    thread.start()
    thread.join()
    assert not np.shares_memory(ours, theirs[0])
    assert np.shares_memory(ours, buffer(9))
