"""How tracks are served, on a clock that nothing but work moves."""

import gc
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from soprano_np.engine import rendering, scheduler
from soprano_np.engine.playback import LEAST_LEAD
from soprano_np.engine.track import Sentence
from soprano_np.errors import CheckpointError
from soprano_np.nn.machine import Machine

STATE = 0.064  # seconds of sound of one state


def gaps(hall: Any) -> list[float]:
    return [each.track.playback.longest_gap for each in hall.listeners if each.line.live]


# One listener


def test_all_is_heard_in_order_and_then_it_ends(hall: Any) -> None:
    texts = [40, 0, 60, 1, 50]
    listener = hall.add(texts)
    hall.run()
    assert listener.samples == sum(max(64 * (count - 1), 0) for count in texts)
    assert listener.error is None
    assert not hall.scheduler.lines
    assert not hall.scheduler.batch.rows
    assert hall.scheduler.step() is False


def test_a_file_comes_sentence_by_sentence(hall: Any) -> None:
    file = hall.add([40, 0, 60], live=False)
    hall.run()
    sentences = [item for _, item in file.heard]
    assert all(isinstance(each, Sentence) for each in sentences)
    assert [each.text for each in sentences] == ["0", "1", "2"]
    assert [len(each.tokens) for each in sentences] == [40, 0, 60]
    assert [len(each.audio) for each in sentences] == [64 * 39, 0, 64 * 59]
    assert [each.finish_reason for each in sentences] == ["stop"] * 3


def test_the_first_sound_takes_the_fewest_states(hall: Any) -> None:
    for chunk_size in (1, None):
        hall.machine.entries.clear()
        listener = hall.add([40] * 5, chunk_size=chunk_size)
        hall.run(lambda: listener.heard)  # noqa: B023
        assert hall.machine.of("push") == [4]
        assert hall.machine.of("prefill") == [1]  # the other sentences wait
        assert hall.machine.of("step") == [1] * 4  # the last one is for the state after
        hall.run()


@pytest.mark.parametrize("chunk_size", [2, 7, 64])
def test_chunk_size(hall: Any, chunk_size: int) -> None:
    hall.add([100], chunk_size=chunk_size)
    hall.run()
    first, *others, last = hall.machine.of("push")
    assert first == max(chunk_size, 4)
    assert set(others) <= {chunk_size}
    assert last <= chunk_size


def test_chunks_grow_as_playback_gets_ahead(hall: Any) -> None:
    hall.machine.state = hall.machine.first_row = STATE / 20
    hall.add([512])
    hall.run()
    counts = hall.machine.of("push")
    assert 50 < max(counts) <= 128
    growing = counts[1 : counts.index(max(counts))]
    assert all(later >= earlier for earlier, later in pairwise(growing))


def test_chunks_stay_small_on_a_slow_machine(hall: Any) -> None:
    hall.machine.first_row = STATE * 1.5
    hall.add([100] * 3)
    hall.run()
    assert set(hall.machine.of("push")) - {4} <= {0, 1}


def test_later_sentences_are_generated_together(hall: Any) -> None:
    hall.machine.first_row = STATE / 5
    listener = hall.add([50] * 40)
    hall.run(lambda: listener.heard)
    assert set(hall.machine.of("step")) == {1}
    hall.run()
    assert max(hall.machine.of("step")) == 16
    assert len(hall.machine.of("step")) < 40 * 50 / 5
    assert sum(hall.machine.of("prefill")) == 40


def test_one_sentence_at_a_time_on_a_slow_machine(hall: Any) -> None:
    hall.machine.first_row = STATE * 0.9  # barely fast enough for one
    listener = hall.add([50] * 4)
    hall.run(lambda: listener.line.lead > LEAST_LEAD)
    assert set(hall.machine.of("step")) == {1}


@pytest.mark.parametrize("cost", [0.05, 0.2, 0.5, 0.7])
def test_a_listener_never_waits_for_other_sentences(hall: Any, cost: float) -> None:
    hall.machine.first_row, hall.machine.row = STATE * cost, STATE * cost / 10
    hall.machine.position = hall.machine.state = 0
    listener = hall.add([40] * 30)
    hall.run()
    assert listener.samples == 64 * 39 * 30
    assert gaps(hall) == [0]


@pytest.mark.parametrize("step", [0.06, 0.063])
def test_sentences_ahead_cause_no_gap_on_a_slow_machine(hall: Any, step: float) -> None:
    """One row is barely fast enough, and more are not: only the first chunk runs out."""
    hall.machine.first_row, hall.machine.row = step, step / 11
    hall.machine.position = hall.machine.state = 0
    listener = hall.add([150] * 10)
    hall.run()
    assert max(hall.machine.of("step")) > 1
    assert listener.track.playback.gaps <= 1
    assert gaps(hall)[0] < step - 0.047


def test_a_late_sentence_is_spoken_like_the_first(hall: Any) -> None:
    """The listener has heard all for long, and is no further ahead for that."""
    source = hall.arrivals([100, 100])
    source.arrived = 1
    listener = hall.add(source)
    hall.run(lambda: listener.samples == 64 * 99)
    first = list(hall.machine.of("push"))
    assert hall.scheduler.step() is False
    hall.clock.move(100)
    source.arrived = 2
    hall.run()
    assert hall.machine.of("push") == first * 2


def test_a_pause_comes_before_its_sentence(hall: Any, words: Any) -> None:
    for live in (True, False):
        paused = (
            replace(each, pause=pause)
            for each, pause in zip(words([9, 1, 9]), (0.0, 0.1, 0.5), strict=True)
        )
        listener = hall.add(paused, live=live)
        hall.run()
        if live:
            sound = np.concatenate([item for _, item in listener.heard])
            expected = np.repeat([1.0, 0.0, 1.0], [64 * 8, 600, 64 * 8])
            np.testing.assert_array_equal(sound, expected)
        else:
            assert [item.pause for _, item in listener.heard] == [0.0, 0.1, 0.5]


@pytest.mark.parametrize("cores", [1, 2, 4])
@pytest.mark.parametrize(("prompt", "fitting"), [(60, 2), (80, 2), (81, 1), (200, 1)])
def test_prompts_that_run_together(
    hall: Any, words: Any, monkeypatch: pytest.MonkeyPatch, prompt: int, fitting: int, cores: int
) -> None:
    """There is one for each core, unless a listener would wait for them."""
    monkeypatch.setattr(scheduler.machine, "current", lambda: Machine(cores=cores))
    hall.add(words([20] * 16, prompt), live=False)
    hall.run()
    assert set(hall.machine.of("prefill")) == {max(cores, fitting)}
    listener = hall.add([200])
    hall.run(lambda: listener.heard)
    hall.machine.entries.clear()
    file = hall.add(words([20] * 16, prompt), live=False)
    hall.run(lambda: file.ended)
    assert not listener.ended
    assert max(hall.machine.of("prefill")) == fitting


# What is there for a listener who does not pull


@pytest.mark.parametrize("live", [True, False])
def test_a_stalled_listener_holds_a_bounded_amount(hall: Any, live: bool) -> None:
    stalled = hall.add([40] * 200, live=live)
    stalled.stalled = True
    other = hall.add([40] * 100, live=live)
    hall.run(lambda: other.ended)
    hall.wait(10)
    assert hall.scheduler.step() is False  # nothing is done for who does not pull
    bound = rendering.UNHEARD_SECONDS if live else rendering.UNHEARD_SENTENCES
    assert bound <= stalled.line.unheard < bound + 128 * STATE
    assert len(stalled.line.takes) <= scheduler.BATCHES_AHEAD * 16
    stalled.stalled = False
    hall.run()
    assert stalled.samples == 64 * 39 * 200


# Ends


@pytest.mark.parametrize("live", [True, False])
def test_a_cancelled_track_frees_its_rows_by_the_next_step(hall: Any, live: bool) -> None:
    leaver, stayer = hall.add([140] * 9, live=live), hall.add([100] * 3, live=live)
    source = leaver.line._source
    hall.wait(3)
    assert len(leaver.line.takes) > 1
    held = len(stayer.line.takes)
    leaver.track.cancel()
    hall.scheduler.step()
    assert len(hall.scheduler.batch.rows) <= max(held, len(stayer.line.takes))
    assert not leaver.line.takes
    assert leaver.line not in hall.scheduler.lines
    with pytest.raises(StopIteration):
        source.poll()
    with pytest.raises(StopIteration):
        next(leaver.track)
    hall.run()
    assert stayer.samples == 64 * 99 * 3


def test_a_dropped_track_is_cancelled(hall: Any) -> None:
    listener = hall.add([140] * 9)
    hall.wait(1)
    hall.listeners.clear()
    line = listener.line
    del listener
    gc.collect()
    assert line.cancelled
    hall.scheduler.step()
    assert not hall.scheduler.lines
    assert not hall.scheduler.batch.rows


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("error", [OSError("the text is gone"), KeyboardInterrupt(), SystemExit(3)])
def test_an_error_of_a_source_comes_after_what_was_before(
    hall: Any, live: bool, error: BaseException
) -> None:
    source = hall.arrivals([40, 60], error)
    source.arrived = 2
    failing, other = hall.add(source, live=live), hall.add([40, 40], live=live)
    hall.run()
    assert failing.samples == 64 * (39 + 59)
    assert failing.error is error
    assert source.closed
    assert (other.error, other.samples) == (None, 64 * 78)


@pytest.mark.parametrize("live", [True, False])
def test_an_utterance_that_fails_ends_its_own_track(hall: Any, live: bool) -> None:
    failing = hall.add([40, hall.machine.broken, 40], live=live)
    others = [hall.add([60, 40], live=each) for each in (True, False)]
    hall.run()
    assert isinstance(failing.error, CheckpointError)
    assert str(failing.error) == "the model produced NaN or infinity"
    assert failing.samples == 64 * 39  # what was before it
    for other in others:
        assert (other.error, other.samples) == (None, 64 * 98)


# Runaways, of which the machine makes one out of every utterance


@pytest.fixture
def runaway(hall: Any) -> Any:
    hall.machine.table /= 100
    return hall


def test_runaways_without_retries_are_spoken(runaway: Any, caplog: Any) -> None:
    listener = runaway.add([40] * 3)
    runaway.run()
    assert listener.samples == 64 * 39 * 3
    assert caplog.messages == [f"a sentence ran away from its text: '{n}'" for n in range(3)]


def test_a_runaway_of_which_nothing_was_heard_is_restarted(runaway: Any, caplog: Any) -> None:
    listener = runaway.add([40, 40], chunk_size=64, retries=2)
    runaway.run()
    assert listener.samples == 64 * 39 * 2  # the third attempt is kept, as it is
    assert sum(runaway.machine.of("prefill")) == 6
    assert sum(runaway.machine.of("push")) == 80
    assert len(caplog.messages) == 2


def test_a_runaway_that_was_heard_is_ended(runaway: Any, caplog: Any) -> None:
    listener = runaway.add([40], chunk_size=1, retries=2)
    runaway.run()
    assert sum(runaway.machine.of("push")) == 18
    assert listener.samples == 64 * 17
    assert caplog.messages == ["a sentence ran away from its text: '0'"]
    listener = runaway.add([40] * 5, chunk_size=1, retries=2)
    runaway.run()
    assert len(caplog.messages) == 6  # the next sentences are spoken all the same
    assert listener.samples >= 64 * 17 * 5


def test_a_files_runaway_is_restarted(runaway: Any, caplog: Any) -> None:
    file, other = (runaway.add([40] * 3, live=False, retries=n) for n in (2, 0))
    runaway.run()
    assert [each.attempts for _, each in file.heard] == [3] * 3
    assert [each.attempts for _, each in other.heard] == [1] * 3
    assert {each.finish_reason for _, each in file.heard + other.heard} == {"runaway"}
    assert len(caplog.messages) == 6


def test_a_track_may_be_cancelled_while_it_is_restarted(runaway: Any) -> None:
    listener = runaway.add([40] * 3, chunk_size=64, retries=100)
    runaway.run(lambda: bool(runaway.scheduler._retries))
    listener.track.cancel()
    runaway.scheduler.step()
    assert not runaway.scheduler.batch.rows
    assert not runaway.scheduler._retries


def test_what_a_listener_may_wonder_about_is_logged(hall: Any, caplog: Any) -> None:
    hall.add([40, 1, 0, 5], max_new_tokens=9)
    hall.run()
    assert caplog.messages == [
        "a sentence did not end by itself: '0'",
        "a sentence ended before its first sound: '1'",
        "a sentence ended before its first sound: '2'",
    ]
