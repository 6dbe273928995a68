"""Playback, what work costs, and how much to render."""

import math
from typing import Any

import pytest

from soprano_np.engine.playback import Cost, Least, Playback, chunk_states
from soprano_np.vocoder.stream import CHUNK_STATES

STATE = 0.064  # seconds of sound of one state


def test_nothing_has_been_heard_yet(clock: Any) -> None:
    playback = Playback(clock)
    clock.move(3)
    assert (playback.seconds, playback.first, playback.lead) == (0, 0, 0)
    assert (playback.gaps, playback.longest_gap, playback.elapsed) == (0, 0, 3)


def test_sound_plays_from_its_first_piece_on(clock: Any) -> None:
    playback = Playback(clock)
    clock.move(2)
    playback.deliver(5)
    assert (playback.first, playback.lead) == (2, 5)
    clock.move(1)
    playback.deliver(1)
    assert (playback.first, playback.lead, playback.seconds) == (2, 5, 6)
    clock.move(5)  # to the very end
    playback.deliver(1)
    assert (playback.gaps, playback.lead) == (0, 1)


def test_a_gap_is_noticed(clock: Any) -> None:
    playback = Playback(clock)
    playback.deliver(1)
    for late in (0.25, 0.5, 0.125):
        clock.move(1 + late)
        assert playback.lead == 0
        playback.deliver(1)
        assert playback.lead == 1  # what is late has not been heard yet
    assert (playback.gaps, playback.longest_gap, playback.seconds) == (3, 0.5, 4)


def test_a_cost_is_in_proportion_to_its_only_measurement(clock: Any) -> None:
    cost = Cost(clock)
    assert cost(5) == 0
    with cost.measure(4):
        clock.move(8)
    assert [cost(size) for size in (1, 4, 10)] == pytest.approx([2, 8, 20])
    assert cost.fits(6) == pytest.approx(3)


def test_a_cost_is_a_straight_line_through_its_measurements(clock: Any) -> None:
    cost = Cost(clock)
    for size in (1, 4, 16, 2):
        cost.add(size, 10 + 3 * size)
    assert [cost(size) for size in (1, 8, 100)] == pytest.approx([13, 34, 310])
    assert cost.fits(40) == pytest.approx(10)
    assert cost.fits(5) == 0


def test_costs_do_not_fall_with_size(clock: Any) -> None:
    cost = Cost(clock)
    for size, seconds in ((1, 9), (8, 5)):
        cost.add(size, seconds)
    assert cost(1) == cost(100) > 0
    assert cost.fits(1) == math.inf


def test_late_measurements_count_for_more(clock: Any) -> None:
    cost = Cost(clock)
    for _ in range(50):
        cost.add(2, 1)
    for _ in range(50):
        cost.add(2, 7)
    assert cost(2) == pytest.approx(7, rel=0.02)


def test_an_error_is_no_measurement(clock: Any) -> None:
    cost = Cost(clock)
    with pytest.raises(MemoryError), cost.measure(2):
        clock.move(9)
        raise MemoryError
    assert cost(2) == 0


def test_chunks_are_most_of_what_the_lead_covers() -> None:
    assert chunk_states(0, STATE) == 1
    assert chunk_states(2 * STATE, STATE) == 1
    assert chunk_states(4 * STATE, STATE) == 3
    assert chunk_states(100 * STATE, STATE) == 75
    assert chunk_states(1e6, STATE) == CHUNK_STATES


def test_the_least_but_ones_own() -> None:
    least = Least()
    assert least.but("a") == math.inf
    for owner, number in (("a", 3.0), ("b", 1.0), ("c", 2.0)):
        least.add(owner, number)
    assert [least.but(owner) for owner in ("a", "b", "c", None)] == [1, 2, 1, 1]
