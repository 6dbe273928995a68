"""What the cache holds, as the language model sees it: rows reused, added, grown and moved."""

import numpy as np
import pytest

from soprano_np.lm.kv_cache import KVCache
from soprano_np.lm.qwen3 import Qwen3

# As in test_qwen3: the rounding of sums in another order.
ATOL = 1e-5
IDS = np.random.default_rng(0).integers(0, 96, (3, 20))


def alone(qwen3: Qwen3, ids) -> np.ndarray:
    """Return the state at a prompt's end, [1, hidden]."""
    cache = KVCache(qwen3.config)
    cache.reserve(1, len(ids))
    return qwen3.prefill([ids], cache, 0)


@pytest.fixture
def cache(qwen3):
    """Return a cache whose three rows hold 20 ids each."""
    cache = KVCache(qwen3.config)
    cache.reserve(3, 21)
    qwen3.prefill(list(IDS), cache, 0)
    return cache


def test_a_row_used_before_is_as_good_as_new(qwen3, cache, close):
    short = IDS[0, 3:9]
    qwen3.prefill([short], cache, 1)
    states = qwen3.step(np.array([9, 9, 9]), cache, np.array([20, 6, 20]))
    for row, ids in enumerate((IDS[0], short, IDS[2])):
        close(states[[row]], alone(qwen3, np.append(ids, 9)), ATOL)


def test_move_copies_one_row_over_another(qwen3, cache, close):
    cache.move(2, 0, 20)
    states = qwen3.step(np.array([9, 9, 9]), cache, np.array([20, 20, 20]))
    for row, source in enumerate((2, 1, 2)):
        close(states[[row]], alone(qwen3, np.append(IDS[source], 9)), ATOL)


def test_move_copies_as_much_as_it_is_told(qwen3, cache, close):
    cache.move(2, 0, 12)
    state = qwen3.step(np.array([9]), cache, np.array([12]))
    close(state, alone(qwen3, np.append(IDS[2, :12], 9)), ATOL)


@pytest.mark.parametrize("rows", [3, 4, 9])
@pytest.mark.parametrize("capacity", [1, 21, 22, 600])
def test_reserve_keeps_what_is_there(qwen3, cache, close, rows, capacity):
    cache.reserve(rows, capacity)
    states = qwen3.step(np.array([9, 9, 9]), cache, np.array([20, 20, 20]))
    for row, ids in enumerate(IDS):
        close(states[[row]], alone(qwen3, np.append(ids, 9)), ATOL)


@pytest.mark.parametrize("capacity", [40, 257])
def test_reserve_makes_room(qwen3, cache, close, capacity):
    cache.reserve(3, capacity)
    for position in range(20, 40):
        tokens = IDS[:, position - 20]
        states = qwen3.step(tokens, cache, np.full(3, position))
    for row, ids in enumerate(IDS):
        close(states[[row]], alone(qwen3, np.concatenate([ids, ids])), ATOL)


def test_sentences_come_and_go(qwen3, close):
    """One more row at a time, then the first leaves and the last takes its place."""
    cache = KVCache(qwen3.config)
    for row, ids in enumerate(IDS):
        cache.reserve(row + 1, len(ids))
        qwen3.prefill([ids], cache, row)
    cache.move(2, 0, 20)
    cache.reserve(2, 300)
    states = qwen3.step(np.array([9, 9]), cache, np.array([20, 20]))
    for row, source in enumerate((2, 1)):
        close(states[[row]], alone(qwen3, np.append(IDS[source], 9)), ATOL)


def test_rows_are_added_by_doubling_and_positions_by_steps(qwen3):
    cache, shapes = KVCache(qwen3.config), []
    for rows, capacity in ((1, 1), (2, 256), (3, 257), (4, 1), (5, 1), (2, 2), (40, 513)):
        cache.reserve(rows, capacity)
        shapes.append((cache.keys.shape[0], cache.keys.shape[-1], cache.values.shape[-2]))
    assert shapes == [(n, p, p) for n, p in ((1, 256), (2, 256), (4, 512))] + [
        (4, 512, 512),
        (8, 512, 512),
        (8, 512, 512),
        (40, 768, 768),
    ]


@pytest.mark.parametrize(("rows", "capacity"), [(2, 600), (3, 600), (9, 21)])
def test_only_what_is_in_use_is_copied(cache, rows, capacity):
    """So that growing takes no memory for rows and positions that hold nothing."""
    cache.move(1, 0, 12)
    cache.keys[:], cache.values[:] = 1, 1
    cache.reserve(rows, capacity)
    held = [12, 20, 20][:rows] + [0] * (len(cache.keys) - min(rows, 3))
    for row, length in enumerate(held):
        for positions in (cache.keys[row].swapaxes(-1, -2), cache.values[row]):
            assert (positions[..., :length, :] == 1).all()
            assert not positions[..., length:, :].any()


def test_what_is_fetched_ends_with_the_last_position(qwen3, cache):
    positions = np.array([[4, 5], [7, 8]])
    keys = np.ones((2, 2, 2, 8), np.float32)
    fetched = cache.update_and_fetch(1, 1, positions, keys, 2 * keys)
    assert [array.shape for array in fetched] == [(2, 2, 8, 9), (2, 2, 9, 8)]
    assert all(map(np.shares_memory, fetched, (cache.keys, cache.values)))
    for row, places in enumerate(positions):
        assert (fetched[0][row][..., places] == 1).all()
        assert (fetched[1][row][:, places] == 2).all()
