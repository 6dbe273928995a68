"""What the cache holds, as the language model sees it: slots reused, grown and moved."""

import numpy as np
import pytest

from soprano_np.lm.kv_cache import KVCache
from soprano_np.lm.qwen3 import Qwen3

# As in test_qwen3: the rounding of sums in another order.
ATOL = 1e-5
IDS = np.random.default_rng(0).integers(0, 96, (3, 20))


def alone(qwen3: Qwen3, ids) -> np.ndarray:
    """Give the state at a prompt's end, [1, hidden]."""
    cache = KVCache(qwen3.config, 1)
    cache.reserve(len(ids))
    return qwen3.prefill([ids], cache, 0)


@pytest.fixture
def cache(qwen3):
    """Return a cache whose three slots hold 20 ids each."""
    cache = KVCache(qwen3.config, 3)
    cache.reserve(21)
    qwen3.prefill(list(IDS), cache, 0)
    return cache


def test_a_slot_used_before_is_as_good_as_new(qwen3, cache, close):
    short = IDS[0, 3:9]
    qwen3.prefill([short], cache, 1)
    states = qwen3.step(np.array([9, 9, 9]), cache, np.array([20, 6, 20]))
    for slot, ids in enumerate((IDS[0], short, IDS[2])):
        close(states[[slot]], alone(qwen3, np.append(ids, 9)), ATOL)


def test_move_copies_one_slot_over_another(qwen3, cache, close):
    cache.move(2, 0, 20)
    states = qwen3.step(np.array([9, 9, 9]), cache, np.array([20, 20, 20]))
    for slot, source in enumerate((2, 1, 2)):
        close(states[[slot]], alone(qwen3, np.append(IDS[source], 9)), ATOL)


def test_move_copies_as_much_as_it_is_told(qwen3, cache, close):
    cache.move(2, 0, 12)
    state = qwen3.step(np.array([9]), cache, np.array([12]))
    close(state, alone(qwen3, np.append(IDS[2, :12], 9)), ATOL)


@pytest.mark.parametrize("capacity", [1, 21, 22, 600])
def test_reserve_keeps_what_is_there(qwen3, cache, close, capacity):
    cache.reserve(capacity)
    states = qwen3.step(np.array([9, 9, 9]), cache, np.array([20, 20, 20]))
    for slot, ids in enumerate(IDS):
        close(states[[slot]], alone(qwen3, np.append(ids, 9)), ATOL)


def test_reserve_makes_room(qwen3, cache, close):
    cache.reserve(40)
    for position in range(20, 40):
        tokens = IDS[:, position - 20]
        states = qwen3.step(tokens, cache, np.full(3, position))
    for slot, ids in enumerate(IDS):
        close(states[[slot]], alone(qwen3, np.concatenate([ids, ids])), ATOL)
