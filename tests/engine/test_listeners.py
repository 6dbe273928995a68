"""Many listeners and files beside each other: simulated, with made-up costs."""

from typing import Any

import pytest

STATE = 0.064  # seconds of sound of one state


def longest_gap(hall: Any) -> float:
    return max(each.track.playback.longest_gap for each in hall.listeners if each.line.live)


def first_sounds(hall: Any) -> list[float]:
    return [each.track.playback.first for each in hall.listeners if each.line.live]


def come_one_by_one(hall: Any, words: Any, count: int, apart: float) -> None:
    """Let listeners come at times apart, and run until all have heard four paragraphs."""
    for _ in range(count):
        hall.add(words([40, 60, 50, 45] * 3, 60))
        hall.wait(apart)
    hall.run()


@pytest.mark.parametrize("apart", [0.3, 0.7, 1.5])
@pytest.mark.parametrize("count", [1, 2, 4, 8, 10])
def test_listeners_hear_no_gap_where_there_is_time(
    hall: Any, words: Any, count: int, apart: float
) -> None:
    """With 10 of them, steps, prompts and rendering fill 60 % of the time."""
    come_one_by_one(hall, words, count, apart)
    assert longest_gap(hall) == 0
    assert max(first_sounds(hall)) < 0.13


def test_chunk_size_holds_beside_others(hall: Any) -> None:
    """Though their rows are not at the same state."""
    hall.machine.state = 0.005
    for _ in range(4):
        hall.add([100], chunk_size=5)
        hall.wait(0.05)
    hall.run()
    for each in hall.listeners:
        first, *others, last = [len(item) for _, item in each.heard]
        assert (first, set(others), last) == (5 * 64 - 208, {5 * 64}, 208 - 64)


@pytest.mark.parametrize("apart", [0.3, 0.7, 1.5])
@pytest.mark.parametrize(
    ("row", "position", "state", "count"),
    [(0.001, 3e-4, 0.0014, 16), (0.001, 1e-3, 0.0014, 12), (0.002, 5e-4, 0.003, 8)],
)
def test_listeners_hear_hardly_a_gap_where_time_is_scarce(
    hall: Any,
    words: Any,
    apart: float,
    row: float,
    position: float,
    state: float,
    count: int,
) -> None:
    """On machines of which so many listeners take 86 %."""
    hall.machine.row, hall.machine.position, hall.machine.state = row, position, state
    come_one_by_one(hall, words, count, apart)
    assert longest_gap(hall) < 0.01
    assert sum(each.track.playback.gaps for each in hall.listeners) <= 2
    assert max(first_sounds(hall)) < 0.3


def test_listeners_who_come_at_once(hall: Any, words: Any) -> None:
    """Their first sounds are rendered one after the other, so the first may wait for the last."""
    for _ in range(8):
        hall.add(words([40, 60, 50, 45] * 3, 60))
    hall.run()
    assert longest_gap(hall) < 0.03
    assert max(first_sounds(hall)) < 0.4


def test_no_listener_is_left_behind_where_there_is_too_little_time(hall: Any, words: Any) -> None:
    """Twenty listeners need more than there is: all are late alike, and all get to the end."""
    hall.machine.state = 0.003
    for _ in range(20):
        hall.add(words([40, 60, 50, 45], 60))
    hall.run()
    late = [each.track.playback.elapsed for each in hall.listeners]
    assert max(late) < 1.3 * min(late)
    assert {each.samples for each in hall.listeners} == {64 * (39 + 59 + 49 + 44)}


def test_a_new_listener_goes_ahead_of_later_sentences_and_files(hall: Any, words: Any) -> None:
    hall.add(words([140] * 40, 60))
    hall.add(words([140] * 40, 60), live=False)
    hall.wait(10)
    assert len(hall.scheduler.batch.rows) >= 16  # no row is free
    newcomer = hall.add(words([50], 60))
    hall.run(lambda: newcomer.heard)
    assert newcomer.track.playback.first < 0.3
    hall.run(lambda: newcomer.ended)
    assert longest_gap(hall) == 0


def test_many_new_listeners_come_at_once(hall: Any, words: Any) -> None:
    hall.add(words([50] * 9, 60))
    hall.wait(2)
    for _ in range(6):
        hall.add(words([50] * 3, 60))
    hall.run()
    assert max(first_sounds(hall)) < 0.5
    assert hall.listeners[0].track.playback.longest_gap == 0  # who has begun to hear goes on


def test_a_newcomer_does_not_wait_for_ever(hall: Any, words: Any) -> None:
    """The other listener is never far enough ahead for a prompt of this length."""
    hall.machine.first_row, hall.machine.position = 0.06, 0.002
    hall.add(words([500], 10))
    hall.wait(3)
    newcomer = hall.add(words([50], 200))
    hall.run(lambda: newcomer.heard)
    assert newcomer.track.playback.first < 1.5


def test_nobodys_third_sentence_goes_before_anothers_second(hall: Any, words: Any) -> None:
    """A listener who has just come takes no rows that others will need."""
    for _ in range(4):
        hall.add(words([120] * 20, 10))
        hall.wait(2)
    most = 0

    def look() -> bool:
        nonlocal most
        counts = [len(each.line.takes) for each in hall.listeners]
        if min(counts) and len(hall.scheduler.batch.rows) == 16:
            most = max(most, max(counts) - min(counts))
        return any(each.ended for each in hall.listeners)

    end = hall.clock.now + 10
    hall.run(lambda: look() or hall.clock.now > end)
    hall.wait(5)
    begun = [each.line.made / (119 * STATE) for each in hall.listeners]
    assert max(begun) < 4 * max(min(begun), 1)


# Files


def test_a_file_has_all_the_time_there_is(hall: Any) -> None:
    hall.add([100] * 64, live=False)
    hall.run()
    steps = hall.machine.of("step")
    assert max(steps) == 16
    assert len(steps) < 64 * 101 / 16 + 101
    assert min(hall.machine.of("push")) >= 100  # whole sentences


def test_files_share_a_batch(hall: Any) -> None:
    files = [hall.add([100], live=False) for _ in range(16)]
    hall.run()
    assert hall.machine.of("prefill") == [16]
    assert len(hall.machine.of("step")) == 100
    assert [each.samples for each in files] == [64 * 99] * 16


def test_a_listener_beside_a_file_hears_no_gap_and_the_file_gets_on(hall: Any, words: Any) -> None:
    file = hall.add(words([100] * 200, 60), live=False)
    hall.wait(1)
    for _ in range(3):
        hall.add(words([40, 60, 50, 45] * 10, 60))
        hall.wait(1)
    heard = []
    hall.run(lambda: bool(heard.append(len(file.heard))) or hall.listeners[1].ended)
    assert longest_gap(hall) == 0
    assert max(first_sounds(hall)) < 0.4
    seconds = hall.clock.now - 1000
    assert len(file.heard) * 99 * STATE > seconds  # faster than it could be listened to


@pytest.mark.parametrize("listeners", [1, 4, 12])
def test_a_file_always_gets_something(hall: Any, words: Any, listeners: int) -> None:
    """However little time there is, and even where listeners take all of it."""
    hall.machine.first_row, hall.machine.state = 0.03, 0.003
    for _ in range(listeners):
        hall.add(words([40, 60, 50, 45] * 5, 30))
    file = hall.add(words([20] * 1000, 30), live=False)
    counts = []
    while not all(each.ended for each in hall.listeners[:-1]):
        hall.wait(10)
        counts.append(len(file.heard))
    assert all(later > earlier for earlier, later in zip([0, *counts], counts, strict=False))


def test_a_listener_who_is_far_ahead_leaves_time_to_a_file(hall: Any) -> None:
    listener = hall.add([100] * 1000)
    listener.stalled = True
    file = hall.add([100] * 64, live=False)
    hall.run(lambda: file.ended)
    assert listener.line.unheard < 20


def test_who_pulls_fast_goes_on_beside_one_who_does_not_pull(hall: Any) -> None:
    """Rendering is slow here, so that little fits before what the other one wants next."""
    hall.machine.first_row, hall.machine.state = 0.001, 0.05
    stalled, fast = hall.add([100] * 20), hall.add([100] * 20)
    stalled.stalled = True
    hall.run(lambda: fast.ended)
    assert fast.samples == 64 * 99 * 20
    idle = 0
    while hall.scheduler.step():
        idle += 1
    assert idle < 1000
