"""Rows side by side: what ends them, what is kept of them, and that they do not mix."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from soprano_np.lm.batch import Batch, Generation, Row
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.request import Request

# As in test_qwen3: the rounding of sums in another order.
ATOL = 1e-5
NEVER = -1  # a stop id that no token has


class Walk:
    """A model whose state is a row of a table, that of the last token; scores are by row, too.

    Without scores, each token is followed by the next id.
    """

    def __init__(self, config, states: np.ndarray, scores: np.ndarray | None = None) -> None:
        tokens, hidden_size = states.shape
        self.config = replace(config, vocab_size=tokens, hidden_size=hidden_size)
        self.table = states.astype(np.float32)
        self.scores = np.roll(np.eye(tokens), 1, axis=1) if scores is None else np.array(scores)

    def prefill(self, prompts, cache, first) -> np.ndarray:
        return self.table[[prompt[-1] for prompt in prompts]]

    def step(self, tokens, cache, positions) -> np.ndarray:
        return self.table[tokens]

    def logits(self, states) -> np.ndarray:
        rows = (states[:, None] == self.table).all(axis=-1).argmax(axis=-1)
        return self.scores[rows].astype(np.float32)


@pytest.fixture
def walk(tiny):
    """Return a function that makes a Walk."""
    return lambda *tables: Walk(tiny.lm_config, *tables)


def far_apart(tokens: int) -> np.ndarray:
    """Return distinct states [tokens, 2] of which no two are alike."""
    return np.arange(2.0 * tokens).reshape(tokens, 2)


def rows_of(request: Request, *lengths: int) -> list[Row]:
    """Return rows with random prompts of the lengths given, each with entropy of its own."""
    rng = np.random.default_rng(1)
    return [
        Row(np.append(rng.integers(4, 96, length), 2), request, entropy)
        for entropy, length in enumerate(lengths)
    ]


def run(model, rows: list[Row], stop_id: int = NEVER, batch_size: int = 16) -> list[Generation]:
    """Run rows to their ends, as many at once as there is room for; in their order."""
    batch = Batch(model, stop_id)
    queue, numbers, results = list(rows), {row: n for n, row in enumerate(rows)}, {}
    while queue or batch.rows:
        room = batch_size - len(batch.rows)
        admitted, queue = queue[:room], queue[room:]
        if admitted:
            batch.admit(admitted)
        for row in batch.sample():
            if row.to_retry:
                queue.insert(0, again := row.retry())
                numbers[again] = numbers[row]
            else:
                results[numbers[row]] = row.result()
        batch.advance()
    return [results[number] for number in range(len(rows))]


def one(model, prompt: list[int], request: Request, stop_id: int = NEVER) -> Generation:
    (result,) = run(model, [Row(np.array(prompt), request)], stop_id)
    return result


# What ends an utterance, and what is kept of it


def test_stop_ends_a_sentence_and_is_dropped_with_its_state(walk):
    model = walk(far_apart(10))
    result = one(model, [8, 3], Request(), stop_id=7)
    assert result.tokens.tolist() == [4, 5, 6]
    # Those that predicted the tokens: the prompt's last is among them, that after 6 is not.
    np.testing.assert_array_equal(result.states, model.table[[3, 4, 5]])
    assert (result.finish_reason, result.attempts) == ("stop", 1)
    assert result.seconds >= 0
    assert (result.tokens.dtype, result.states.dtype) == (np.int64, np.float32)


def test_a_sentence_may_stop_at_once(walk):
    result = one(walk(far_apart(10)), [6], Request(), stop_id=7)
    assert (len(result.tokens), len(result.states), result.finish_reason) == (0, 0, "stop")


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_sentence_ends_at_its_length(walk, length):
    model = walk(far_apart(10))
    result = one(model, [0], Request(max_new_tokens=length))
    assert result.tokens.tolist() == [1, 2, 3, 4, 5][:length]
    np.testing.assert_array_equal(result.states, model.table[:length])
    assert result.finish_reason == "length"


def test_stop_right_after_the_last_token_is_too_late(walk):
    assert one(walk(far_apart(10)), [0], Request(max_new_tokens=3), 4).finish_reason == "length"
    assert one(walk(far_apart(10)), [0], Request(max_new_tokens=4), 4).finish_reason == "stop"


# The repetition penalty


def test_the_prompts_ids_are_penalized_from_the_first_step(walk):
    scores = np.tile([0.0, 1.0, 1.1], (3, 1))  # 2 stops, unless it was seen: 1.1 / 1.2 < 1
    model = walk(far_apart(3), scores)
    assert not len(one(model, [0], Request(max_new_tokens=1), stop_id=2).tokens)
    assert one(model, [2, 0], Request(max_new_tokens=1), stop_id=2).tokens.tolist() == [1]
    unpenalized = Request(max_new_tokens=1, repetition_penalty=1.0)
    assert not len(one(model, [2, 0], unpenalized, stop_id=2).tokens)


def test_generated_ids_are_penalized(walk):
    scores = np.tile([-9.0, -1.0, -1.1, -1.15], (4, 1))
    result = one(walk(far_apart(4), scores), [0], Request(max_new_tokens=6))
    assert result.tokens.tolist() == [1, 2, 3, 1, 1, 1]


def test_a_row_is_not_penalized_for_the_one_whose_place_it_takes(walk):
    model = walk(far_apart(4), np.tile([0.0, 0.0, 1.1, 1.0], (4, 1)))  # 2, then, as 2 was seen, 3
    rows = [Row(np.array([0]), Request(max_new_tokens=2)) for _ in range(3)]
    results = run(model, rows, batch_size=1)
    assert [result.tokens.tolist() for result in results] == [[2, 3]] * 3


# Batches


@pytest.mark.parametrize("batch_size", [1, 2, 3])
@pytest.mark.parametrize("head", ["untied", "tied"])
def test_greedy_tokens_and_states_are_transformers(tiny, golden, close, head, batch_size):
    recorded = golden("language_model")
    model = Qwen3(replace(tiny.lm_config, tie_word_embeddings=head == "tied"), tiny.lm_tensors)
    request = Request(
        max_new_tokens=len(recorded[f"{head}.0.tokens"]),
        repetition_penalty=recorded[f"{head}.penalty"].item(),
    )
    rows = [Row(recorded[f"prompt.{index}"], request) for index in range(3)]
    for index, result in enumerate(run(model, rows, batch_size=batch_size)):
        close(result.tokens, recorded[f"{head}.{index}.tokens"], atol=0)
        close(result.states, recorded[f"{head}.{index}.states"], ATOL)


LENGTHS = (3, 9, 1, 20, 5, 5, 14, 2, 7, 30, 4)


@pytest.mark.parametrize("batch_size", [2, 3, 4, 16])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_batched_equals_alone(qwen3, close, batch_size, temperature):
    request = Request(temperature=temperature, max_new_tokens=25, seed=5)
    alone = run(qwen3, rows_of(request, *LENGTHS), 17, batch_size=1)
    assert len({len(result.tokens) for result in alone}) > 3  # rows come and go at many times
    batched = run(qwen3, rows_of(request, *LENGTHS), 17, batch_size)
    for each, expected in zip(batched, alone, strict=True):
        assert each.finish_reason == expected.finish_reason
        close(each.tokens, expected.tokens, atol=0)
        close(each.states, expected.states, ATOL)


@pytest.mark.parametrize("batch_size", [2, 5, 16])
def test_rows_with_options_of_their_own_equal_those_alone(qwen3, close, batch_size):
    """Two rows of each kind of draw, so that some are drawn together."""
    requests = [
        Request(max_new_tokens=9),
        Request(temperature=1.0, top_k=0, seed=1, max_new_tokens=25),
        Request(temperature=0.4, top_k=5, seed=2, repetition_penalty=1.0, max_new_tokens=33),
        Request(temperature=2.0, top_k=0, top_p=0.5, seed=3, max_new_tokens=30),
        Request(repetition_penalty=2.0, max_new_tokens=31),
        Request(temperature=3.0, top_k=5, seed=4, max_new_tokens=17),
        Request(temperature=0.7, top_k=0, seed=1, max_new_tokens=40),
    ]

    def rows() -> list[Row]:
        return [
            Row(row.ids, request, row.entropy)
            for row, request in zip(
                rows_of(Request(), *LENGTHS, *LENGTHS[:3]), requests * 2, strict=True
            )
        ]

    alone = run(qwen3, rows(), 17, batch_size=1)
    for each, expected in zip(run(qwen3, rows(), 17, batch_size), alone, strict=True):
        close(each.tokens, expected.tokens, atol=0)
        close(each.states, expected.states, ATOL)


@pytest.mark.parametrize("batch_size", [2, 3, 16])
def test_a_row_of_nan_spoils_no_other(qwen3, tiny, close, batch_size):
    """Neither one beside it nor one that takes its place."""
    name = "model.embed_tokens.weight"
    broken = tiny.lm_tensors[name].copy()
    broken[3] = np.nan
    model = Qwen3(tiny.lm_config, tiny.lm_tensors | {name: broken})
    request = Request(max_new_tokens=12)
    expected = run(qwen3, rows_of(request, *LENGTHS), batch_size=1)
    rows = rows_of(request, *LENGTHS)
    for number in (2, 5):
        rows[number] = Row(np.array([3] * 40), Request(max_new_tokens=4))
    with np.errstate(all="ignore"):
        results = run(model, rows, batch_size=batch_size)
    for number, (result, other) in enumerate(zip(results, expected, strict=True)):
        if number in (2, 5):
            assert np.isnan(result.states).all()
            assert len(result.states) == 1
        elif 3 not in other.tokens:
            close(result.tokens, other.tokens, atol=0)
            close(result.states, other.states, ATOL)


def test_rows_may_come_in_between(qwen3, close):
    request = Request(max_new_tokens=12)
    expected = run(qwen3, rows_of(request, *LENGTHS), batch_size=1)
    batch, rows = Batch(qwen3, NEVER), rows_of(request, *LENGTHS)
    waiting = list(rows)
    while waiting or batch.rows:
        if waiting:
            batch.admit([waiting.pop(0)])
        batch.sample()
        batch.advance()
    for row, result in zip(rows, expected, strict=True):
        close(row.result().states, result.states, ATOL)


def test_dropped_rows_leave_the_others_as_they_are(qwen3, close):
    request = Request(max_new_tokens=12)
    expected = run(qwen3, rows_of(request, *LENGTHS), batch_size=1)
    batch, rows = Batch(qwen3, NEVER), rows_of(request, *LENGTHS)
    batch.admit(rows)
    for number in range(12):
        batch.drop(lambda row, number=number: row is rows[number % 4])
        batch.sample()
        batch.advance()
    assert not batch.rows
    assert [len(row.tokens) for row in rows] == [0, 1, 2, 3, *[12] * 7]
    for row, result in zip(rows[4:], expected[4:], strict=True):
        close(row.result().states, result.states, ATOL)


def test_an_empty_batch_does_nothing(qwen3):
    batch = Batch(qwen3, NEVER)
    assert batch.sample() == []
    batch.advance()
    batch.drop(lambda row: True)
    assert batch.rows == []


# Seeds


def test_a_seed_repeats_what_is_drawn(qwen3):
    request = Request(temperature=1.0, max_new_tokens=20, seed=3)
    first, again = (run(qwen3, rows_of(request, 4, 4)) for _ in range(2))
    for result, expected in zip(again, first, strict=True):
        assert result.tokens.tolist() == expected.tokens.tolist()
    (other,) = run(qwen3, rows_of(replace(request, seed=4), 4))
    assert other.tokens.tolist() != first[0].tokens.tolist()


def test_entropy_tells_utterances_apart_and_place_does_not(qwen3):
    request = Request(temperature=1.0, max_new_tokens=20, seed=3)
    rows = [Row(np.array([3, 1, 50, 2]), request, entropy) for entropy in (8, 9, 8)]
    tokens = [result.tokens.tolist() for result in run(qwen3, rows)]
    assert tokens[0] == tokens[2] != tokens[1]


def test_without_a_seed_each_run_differs(qwen3):
    request = Request(temperature=2.0, top_k=0, top_p=1.0, max_new_tokens=30)
    (first,), (again,) = (run(qwen3, rows_of(request, 4)) for _ in range(2))
    assert first.tokens.tolist() != again.tokens.tolist()


def test_temperature_zero_needs_no_seed(qwen3):
    (first,), (again,) = (run(qwen3, rows_of(Request(max_new_tokens=30), 4)) for _ in range(2))
    assert first.tokens.tolist() == again.tokens.tolist()


# Runaways


def reference_detects(states: np.ndarray) -> bool:
    """Restate the reference's detector, its threshold of 300 for 512 dimensions scaled to ours."""
    if len(states) <= 16:
        return False
    similar = 0
    for state, following in pairwise(states):
        if np.abs(state - following).sum() < 300 * states.shape[1] / 512:
            similar += 1
        elif similar > 0:
            similar -= 1
        if similar > 16:
            return True
    return False


def path(steps: list[float]) -> np.ndarray:
    """Return states [steps + 1, 4] whose mean distances to the next are as given."""
    return np.outer(np.cumsum([0.0, *steps]), [1.0, 1.0, 1.0, 1.0])


def detected(walk, steps: list[float]) -> bool:
    """Walk along a path, and return whether it is found to run away; the reference agrees."""
    result = one(walk(path([*steps, FAR, FAR])), [0], Request(), stop_id=len(steps) + 2)
    assert len(result.states) == len(steps) + 1
    assert (result.finish_reason == "runaway") == reference_detects(result.states)
    return result.finish_reason == "runaway"


NEAR, FAR, LIMIT = 0.5, 0.75, 300 / 512


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([FAR] * 60, False),
        ([NEAR] * 16, False),
        ([NEAR] * 17, True),
        ([NEAR] * 16 + [FAR, NEAR], False),
        ([NEAR] * 16 + [FAR, NEAR, NEAR], True),
        ([FAR] * 30 + [NEAR] * 17, True),  # the count does not fall below zero
        ([FAR] * 30 + [NEAR] * 16, False),
        ([NEAR, FAR] * 40, False),
        ([NEAR, NEAR, FAR] * 16, True),
        ([NEAR] * 17 + [FAR] * 40, True),  # once is enough
        ([LIMIT] * 40, False),
        ([np.nextafter(np.float32(LIMIT), np.float32(0))] * 1 + [NEAR] * 16, True),
        ([LIMIT] * 1 + [NEAR] * 16, False),
    ],
)
def test_a_runaway_is_found_as_the_reference_does(walk, steps, expected):
    assert detected(walk, steps) == expected


def test_a_runaway_is_found_as_the_reference_does_on_random_paths(walk):
    rng = np.random.default_rng(0)
    found = [
        detected(walk, np.where(rng.random(80) < near, NEAR, FAR).tolist())
        for near in np.linspace(0.4, 0.8, 60)
    ]
    assert 10 < sum(found) < 50


def test_a_runaway_is_not_cut_without_retries(walk):
    model = walk(path([0.01] * 99))
    result = one(model, [0], Request(max_new_tokens=60))
    assert (len(result.tokens), result.finish_reason, result.attempts) == (60, "runaway", 1)
    result = one(model, [0], Request(), stop_id=80)
    assert (len(result.tokens), result.finish_reason, result.attempts) == (79, "runaway", 1)


def test_a_runaway_is_found_in_a_batch(walk):
    """Sentences of 18 states are just long enough, and are moved when shorter ones end."""
    model = walk(path([NEAR] * 30))
    lengths = [3, 18, 5, 18, 18, 7, 17, 18, 4, 18, 18, 16, 18]
    rows = [Row(np.array([29 - length]), Request()) for length in lengths]
    results = run(model, rows, 30, batch_size=4)
    assert [len(result.states) for result in results] == lengths
    assert [result.finish_reason == "runaway" for result in results] == [n > 17 for n in lengths]


def stuck(walk) -> Walk:
    """Return a model that stays on token 1 where greedy, and may go on to 2 and stop where not.

    Token 1 leads by 1, so at temperature 0.3 it has 0.966 of the probability, at 0.6 0.841: a
    top_p of 0.95 leaves only it at first, and both from the second retry on.
    """
    return walk(far_apart(3) / 100, np.tile([-99.0, 1.0, 0.0], (3, 1)))


FREE = Request(top_p=0.95, repetition_penalty=1.0, max_new_tokens=50, seed=1)


@pytest.mark.parametrize("retries", [0, 1])
def test_retries_can_be_used_up(walk, retries):
    result = one(stuck(walk), [0], replace(FREE, retries=retries), stop_id=2)
    assert (result.finish_reason, result.attempts) == ("runaway", retries + 1)
    assert result.tokens.tolist() == [1] * 50  # the last attempt is not cut


@pytest.mark.parametrize("retries", [2, 5])
def test_each_retry_raises_the_temperature(walk, retries):
    result = one(stuck(walk), [0], replace(FREE, retries=retries), stop_id=2)
    assert (result.finish_reason, result.attempts) == ("stop", 3)
    assert set(result.tokens.tolist()) <= {1}
    assert len(result.tokens) == len(result.states) < 18


def test_retries_start_from_the_asked_temperature(walk):
    result = one(stuck(walk), [0], replace(FREE, temperature=0.3, retries=1), stop_id=2)
    assert (result.finish_reason, result.attempts) == ("stop", 2)


def test_a_retry_equals_alone_and_in_a_batch(walk):
    model, request = stuck(walk), replace(FREE, retries=5)

    def rows() -> list[Row]:
        return [Row(np.array([0]), request, entropy) for entropy in range(7)]

    alone = run(model, rows(), 2, batch_size=1)
    for each, expected in zip(run(model, rows(), 2, batch_size=3), alone, strict=True):
        assert (each.attempts, each.tokens.tolist()) == (
            expected.attempts,
            expected.tokens.tolist(),
        )
    assert len({len(result.tokens) for result in alone}) > 2


def test_a_retry_begins_with_an_empty_row(qwen3, tiny):
    """With states much alike all attempts run away, and with one token to draw from are equal."""
    norm = "model.norm.weight"
    model = type(qwen3)(qwen3.config, tiny.lm_tensors | {norm: tiny.lm_tensors[norm] / 100})
    request = Request(max_new_tokens=40, top_k=1)
    first = run(model, rows_of(request, 4, 9, 2))
    third = run(model, rows_of(replace(request, retries=2), 4, 9, 2), batch_size=2)
    for each, expected in zip(third, first, strict=True):
        assert (each.attempts, each.finish_reason) == (3, "runaway")
        assert each.tokens.tolist() == expected.tokens.tolist()


def test_a_retry_draws_other_tokens(walk):
    """Even where the temperature is the same, other tokens come."""
    tokens = 200
    model = walk(far_apart(tokens) / 1000, np.zeros((tokens, tokens)))
    request = Request(temperature=1.0, max_new_tokens=40, top_k=0, seed=0, retries=1)
    retried = one(model, [0], request)
    hotter = one(model, [0], replace(request, temperature=1.3, retries=0))
    assert (retried.attempts, hotter.attempts) == (2, 1)
    assert retried.tokens.tolist() != hotter.tokens.tolist()


def test_dropping_rows_between_sampling_and_advancing_runs_each_row_once(walk):
    """Rows that pause stay as they are, whichever row leaves."""
    model = walk(far_apart(60))
    batch = Batch(model, NEVER)
    rows = [Row(np.array([10 * number]), Request()) for number in range(5)]
    batch.admit(rows)
    batch.sample(batch.put_first(lambda row: row in rows[:3]))
    batch.drop(lambda row: row is rows[0])
    batch.advance()
    for _ in range(3):
        batch.sample()
        batch.advance()
    for number, row in enumerate(rows[1:], 1):
        count = 4 if number < 3 else 3
        assert row.tokens == [10 * number + step for step in range(1, count + 1)]
