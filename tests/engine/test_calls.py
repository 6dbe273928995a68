"""Files of several calls, which take turns, and what a round costs with many tracks."""

from types import SimpleNamespace
from typing import Any

import pytest

from soprano_np.engine import scheduler
from soprano_np.engine.track import Call, Line


def texts(hall: Any, words: Any, count: int, states: int = 40, prompt: int = 1) -> list[Any]:
    """Add files of one call."""
    call = Call()
    return [hall.add(words([states], prompt), live=False, call=call) for _ in range(count)]


def sentences_before(hall: Any, newcomer: Any, others: list[Any]) -> int:
    """Count the others' sentences until a newcomer has all of its own."""
    before = sum(len(each.heard) for each in others)
    hall.run(lambda: newcomer.ended)
    return sum(len(each.heard) for each in others) - before


def test_a_sentence_does_not_wait_for_a_call_of_many_texts(hall: Any, words: Any) -> None:
    many = texts(hall, words, 120)
    hall.wait(2)
    steps = len(hall.machine.of("step"))
    newcomer = hall.add([40], live=False)
    assert sentences_before(hall, newcomer, many) <= 2 * 16
    assert len(hall.machine.of("step")) - steps <= 2 * 41  # a sentence until a row is free
    hall.run()
    assert {each.samples for each in many} == {64 * 39}


def test_a_sentence_does_not_wait_for_a_long_text(hall: Any, words: Any) -> None:
    book = hall.add(words([40] * 120), live=False)
    hall.wait(2)
    newcomer = hall.add([40], live=False)
    assert sentences_before(hall, newcomer, [book]) <= 2 * 16


@pytest.mark.parametrize("count", [2, 5, 20])
def test_calls_share_the_rows(hall: Any, words: Any, count: int) -> None:
    """However many texts each has, and if there are more calls than rows, too."""
    calls = [texts(hall, words, 6 + number, 10) for number in range(count)]
    hall.run(lambda: any(all(each.ended for each in call) for call in calls))
    done = [sum(each.ended for each in call) for call in calls]
    assert max(done) - min(done) <= 3


def test_sound_is_made_in_turn(hall: Any, words: Any) -> None:
    """Rendering takes far longer than steps here, so that sentences wait for it."""
    hall.machine.state = 0.1
    many = texts(hall, words, 60, 5)
    hall.wait(10)
    newcomer = hall.add([5], live=False)
    assert sentences_before(hall, newcomer, many) <= 7


def test_calls_share_what_listeners_leave(hall: Any, words: Any) -> None:
    """Where listeners take all of the time, files come one sentence at a time."""
    hall.machine.first_row, hall.machine.state = 0.03, 0.003
    for _ in range(8):
        hall.add(words([40, 60, 50, 45] * 3, 30))
    calls = [texts(hall, words, 20, 5) for _ in range(3)]
    hall.run(lambda: all(each.ended for each in hall.listeners[:8]))
    done = [sum(each.ended for each in call) for call in calls]
    assert min(done) > 0
    assert max(done) - min(done) <= 1


def test_the_order_within_a_call(hall: Any, words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, those with fewest sentences on the way first; long prompts let short ones pass."""
    monkeypatch.setattr(scheduler.machine, "current", lambda: SimpleNamespace(cores=1))
    call = Call()
    for prompt in (100, 100, 50, 10, 100):
        hall.add(words([20, 20], prompt), live=False, call=call)
    begun: list[int] = []
    enter = hall.scheduler._enter

    def noted(row: Any, line: Any, take: Any) -> None:
        begun.append([each.line for each in hall.listeners].index(line))
        enter(row, line, take)

    hall.scheduler._enter = noted
    hall.run()
    assert begun == [0, 2, 3, 1, 2, 3, 4, 0, 1, 4]


def test_dropping_a_call_frees_its_rows_at_once(hall: Any, words: Any) -> None:
    dropped, kept = texts(hall, words, 100), texts(hall, words, 20)
    hall.wait(1)
    for each in dropped:
        each.track.cancel()
    hall.scheduler.step()
    assert {line.call for line in hall.scheduler.lines} == {kept[0].line.call}
    assert {line for line, _ in hall.scheduler._takes.values()} <= {each.line for each in kept}
    hall.run(lambda: all(each.ended for each in kept))
    assert {each.samples for each in kept} == {64 * 39}


@pytest.mark.parametrize("number", [0, 50, 99])
def test_a_text_that_is_stopped_while_it_waits_ends_at_once(
    hall: Any, words: Any, number: int
) -> None:
    many = texts(hall, words, 100)
    hall.run(lambda: hall.machine.of("step"))
    stopped = many.pop(number)
    source = stopped.line._source
    stopped.track.stop()
    hall.scheduler.step()
    hall.pull()
    assert stopped.ended
    assert stopped.line not in hall.scheduler.lines
    with pytest.raises(StopIteration):
        source.poll()
    hall.run()
    assert {each.samples for each in many} == {64 * 39}


# Many tracks at once


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often lines were looked at: a list of one number."""
    looks = [0]

    def count(name: str) -> None:
        looked = getattr(Line, name)

        def counted(self: Any) -> Any:
            looks[0] += 1
            return looked.fget(self) if isinstance(looked, property) else looked(self)

        kind = property if isinstance(looked, property) else (lambda function: function)
        monkeypatch.setattr(Line, name, kind(counted))

    for name in ("lead", "unheard", "finished", "generating", "peek"):
        count(name)
    return looks


@pytest.mark.parametrize("count", [8, 32, 128])
def test_the_cost_of_a_round_grows_with_the_listeners(
    hall: Any, words: Any, looks: list[int], count: int
) -> None:
    """Not with their square, whether they have much in hand or nothing.

    Each is looked at 13 to 20 times; where each is compared with each, 28 to 89 times.
    """
    hall.machine.first_row, hall.machine.row, hall.machine.state = 0.001, 1e-5, 1e-6
    for _ in range(count):
        hall.add(words([5, 5, 5, 5]))
    rounds = 0
    while not all(each.ended for each in hall.listeners):
        hall.scheduler.step()
        hall.pull()
        rounds += 1
    assert looks[0] / rounds / count < 25


@pytest.mark.parametrize("prompt", [1, 100])
def test_a_round_costs_the_same_however_many_texts_wait(
    hall: Any, words: Any, looks: list[int], prompt: int
) -> None:
    """Also where the prompts that wait are too long to run together."""
    most = []
    for count in (100, 1000):
        texts(hall, words, count, 5, prompt)
        looks[0] = 0
        for _ in range(20):
            hall.scheduler.step()
            hall.pull()
        most.append(looks[0])
        for each in hall.listeners:
            each.track.cancel()
        hall.scheduler.step()
        assert not hall.scheduler.lines
    assert most[1] == most[0]


def test_the_cost_of_a_round_grows_with_the_tracks_not_with_their_square(
    hall: Any, looks: list[int]
) -> None:
    """Each is looked at 1.7 times; if one that begins looks at all others, 5.9 times."""
    files = [hall.add([5], live=False) for _ in range(500)]
    hall.run()
    rounds = len(hall.machine.of("step"))
    assert rounds < 500 * 7 / 16 + 20
    assert looks[0] / rounds / 500 < 2
    assert all(each.samples == 64 * 4 for each in files)
