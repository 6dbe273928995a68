"""Running sentences side by side: what ends them, what is kept, and that they do not mix."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice, pairwise

import numpy as np
import pytest

from soprano_np.lm.generate import MAX_BATCHES_AHEAD, Generation, Prompt, generate
from soprano_np.lm.sampling import Sampling

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
    """Give distinct states [tokens, 2] of which no two are alike."""
    return np.arange(2.0 * tokens).reshape(tokens, 2)


def prompts_of(*lengths: int) -> list[Prompt]:
    rng = np.random.default_rng(1)
    return [
        Prompt(np.append(rng.integers(4, 96, length), 2), entropy)
        for entropy, length in enumerate(lengths)
    ]


def one(model, prompt: list[int], sampling: Sampling, stop_id: int = NEVER) -> Generation:
    (result,) = generate(model, [Prompt(np.array(prompt))], sampling, stop_id)
    return result


# What ends a sentence, and what is kept of it


def test_stop_ends_a_sentence_and_is_dropped_with_its_state(walk):
    model = walk(far_apart(10))
    result = one(model, [8, 3], Sampling(), stop_id=7)
    assert result.tokens.tolist() == [4, 5, 6]
    # Those that predicted the tokens: the prompt's last is among them, that after 6 is not.
    np.testing.assert_array_equal(result.states, model.table[[3, 4, 5]])
    assert (result.finish_reason, result.attempts) == ("stop", 1)
    assert result.seconds >= 0
    assert (result.tokens.dtype, result.states.dtype) == (np.int64, np.float32)


def test_a_sentence_may_stop_at_once(walk):
    result = one(walk(far_apart(10)), [6], Sampling(), stop_id=7)
    assert (len(result.tokens), len(result.states), result.finish_reason) == (0, 0, "stop")


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_sentence_ends_at_its_length(walk, length):
    model = walk(far_apart(10))
    result = one(model, [0], Sampling(max_new_tokens=length))
    assert result.tokens.tolist() == [1, 2, 3, 4, 5][:length]
    np.testing.assert_array_equal(result.states, model.table[:length])
    assert result.finish_reason == "length"


def test_stop_right_after_the_last_token_is_too_late(walk):
    assert one(walk(far_apart(10)), [0], Sampling(max_new_tokens=3), 4).finish_reason == "length"
    assert one(walk(far_apart(10)), [0], Sampling(max_new_tokens=4), 4).finish_reason == "stop"


# The repetition penalty


def test_the_prompts_ids_are_penalized_from_the_first_step(walk):
    scores = np.tile([0.0, 1.0, 1.1], (3, 1))  # 2 stops, unless it was seen: 1.1 / 1.2 < 1
    model = walk(far_apart(3), scores)
    assert not len(one(model, [0], Sampling(max_new_tokens=1), stop_id=2).tokens)
    assert one(model, [2, 0], Sampling(max_new_tokens=1), stop_id=2).tokens.tolist() == [1]
    unpenalized = Sampling(max_new_tokens=1, repetition_penalty=1.0)
    assert not len(one(model, [2, 0], unpenalized, stop_id=2).tokens)


def test_generated_ids_are_penalized(walk):
    scores = np.tile([-9.0, -1.0, -1.1, -1.15], (4, 1))
    result = one(walk(far_apart(4), scores), [0], Sampling(max_new_tokens=6))
    assert result.tokens.tolist() == [1, 2, 3, 1, 1, 1]


def test_a_new_sentence_in_a_slot_is_not_penalized_for_the_one_before(walk):
    model = walk(far_apart(4), np.tile([0.0, 0.0, 1.1, 1.0], (4, 1)))  # 2, then, as 2 was seen, 3
    prompts = [Prompt(np.array([0]))] * 3
    results = list(generate(model, prompts, Sampling(max_new_tokens=2), NEVER, batch_size=1))
    assert [result.tokens.tolist() for result in results] == [[2, 3]] * 3


# Batches


@pytest.mark.parametrize("batch_size", [2, 3, 4, 16])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_batched_equals_alone(qwen3, close, batch_size, temperature):
    prompts = prompts_of(3, 9, 1, 20, 5, 5, 14, 2, 7, 30, 4)
    sampling = Sampling(temperature=temperature, max_new_tokens=25, seed=5)
    alone = [result for p in prompts for result in generate(qwen3, [p], sampling, 17, 1)]
    assert len({len(result.tokens) for result in alone}) > 3  # slots come free at many times
    batched = list(generate(qwen3, prompts, sampling, 17, batch_size))
    assert len(batched) == len(alone)
    for one, other in zip(alone, batched, strict=True):
        assert one.finish_reason == other.finish_reason
        close(other.tokens, one.tokens, atol=0)
        close(other.states, one.states, ATOL)


def test_results_keep_the_order_of_their_prompts(walk):
    starts = [0, 15, 3, 18, 19, 1, 10, 17]
    prompts = [Prompt(np.array([start])) for start in starts]
    results = list(generate(walk(far_apart(30)), prompts, Sampling(), 20, batch_size=3))
    assert [result.tokens.tolist() for result in results] == [
        list(range(s + 1, 20)) for s in starts
    ]


def test_no_prompts_give_no_results(walk):
    assert list(generate(walk(far_apart(4)), [], Sampling(), 3)) == []


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_prompts_are_drawn_as_they_are_needed(walk, batch_size):
    """The first sentence is long and the others short, so these wait for it."""
    drawn = 0

    def prompts() -> Iterator[Prompt]:
        nonlocal drawn
        for number in count():
            drawn += 1
            yield Prompt(np.array([0 if number % 40 == 0 else 197]))

    results = generate(walk(far_apart(200)), prompts(), Sampling(), 199, batch_size)
    assert drawn == 0
    most = 0
    for delivered, _ in enumerate(islice(results, 100), 1):
        assert drawn <= delivered - 1 + MAX_BATCHES_AHEAD * batch_size
        most = max(most, drawn - delivered + 1)
    assert batch_size == 1 or most > batch_size  # the short ones go on while the long one runs


def test_a_result_does_not_wait_for_later_prompts(walk):
    prompts = iter([Prompt(np.array([4])), Prompt(np.array([4]))])

    def then_fail() -> Iterator[Prompt]:
        yield from prompts
        raise RuntimeError("drawn too early")

    results = generate(walk(far_apart(10)), then_fail(), Sampling(), 7, batch_size=2)
    assert next(results).tokens.tolist() == [5, 6]


# Seeds


def test_a_seed_repeats_what_is_drawn(qwen3):
    sampling = Sampling(temperature=1.0, max_new_tokens=20, seed=3)
    first, again = (list(generate(qwen3, prompts_of(4, 4), sampling, NEVER)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one.tokens.tolist() == other.tokens.tolist()
    (other,) = generate(qwen3, prompts_of(4), replace(sampling, seed=4), NEVER)
    assert other.tokens.tolist() != first[0].tokens.tolist()


def test_entropy_tells_sentences_apart_and_place_does_not(qwen3):
    sampling = Sampling(temperature=1.0, max_new_tokens=20, seed=3)
    ids = np.array([3, 1, 50, 2])
    prompts = [Prompt(ids, 8), Prompt(ids, 9), Prompt(ids, 8)]
    tokens = [result.tokens.tolist() for result in generate(qwen3, prompts, sampling, NEVER)]
    assert tokens[0] == tokens[2] != tokens[1]


def test_without_a_seed_each_run_differs(qwen3):
    sampling = Sampling(temperature=2.0, top_k=0, top_p=1.0, max_new_tokens=30)
    first, again = (next(generate(qwen3, prompts_of(4), sampling, NEVER)) for _ in range(2))
    assert first.tokens.tolist() != again.tokens.tolist()


def test_temperature_zero_needs_no_seed(qwen3):
    sampling = Sampling(max_new_tokens=30)
    first, again = (next(generate(qwen3, prompts_of(4), sampling, NEVER)) for _ in range(2))
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
    """Give states [steps + 1, 4] whose mean distances to the next are as given."""
    return np.outer(np.cumsum([0.0, *steps]), [1.0, 1.0, 1.0, 1.0])


def detected(walk, steps: list[float]) -> bool:
    """Walk along a path: -> whether that is found to run away, the reference agreeing."""
    result = one(walk(path([*steps, FAR, FAR])), [0], Sampling(), stop_id=len(steps) + 2)
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
    result = one(model, [0], Sampling(max_new_tokens=60))
    assert (len(result.tokens), result.finish_reason, result.attempts) == (60, "runaway", 1)
    result = one(model, [0], Sampling(), stop_id=80)
    assert (len(result.tokens), result.finish_reason, result.attempts) == (79, "runaway", 1)


def test_a_runaway_is_found_in_a_batch(walk):
    """Sentences of 18 states are just long enough, and are moved when shorter ones end."""
    model = walk(path([NEAR] * 30))
    lengths = [3, 18, 5, 18, 18, 7, 17, 18, 4, 18, 18, 16, 18]
    prompts = [Prompt(np.array([29 - length])) for length in lengths]
    results = list(generate(model, prompts, Sampling(), 30, batch_size=4))
    assert [len(result.states) for result in results] == lengths
    assert [result.finish_reason == "runaway" for result in results] == [n > 17 for n in lengths]


def stuck(walk) -> Walk:
    """Give a model that stays on token 1 where greedy, and may go on to 2 and stop where not.

    Token 1 leads by 1, so at temperature 0.3 it has 0.966 of the probability, at 0.6 0.841: a
    top_p of 0.95 leaves only it at first, and both from the second retry on.
    """
    return walk(far_apart(3) / 100, np.tile([-99.0, 1.0, 0.0], (3, 1)))


FREE = Sampling(top_p=0.95, repetition_penalty=1.0, max_new_tokens=50, seed=1)


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
    model, sampling = stuck(walk), replace(FREE, retries=5)
    prompts = [Prompt(np.array([0]), entropy) for entropy in range(7)]
    alone = [result for prompt in prompts for result in generate(model, [prompt], sampling, 2)]
    batched = list(generate(model, prompts, sampling, 2, batch_size=3))
    for one, other in zip(alone, batched, strict=True):
        assert (one.attempts, one.tokens.tolist()) == (other.attempts, other.tokens.tolist())
    assert len({len(result.tokens) for result in alone}) > 2


def test_a_retry_begins_afresh(qwen3, tiny):
    """With states much alike all attempts run away, and with one token to draw from are equal."""
    norm = "model.norm.weight"
    model = type(qwen3)(qwen3.config, tiny.lm_tensors | {norm: tiny.lm_tensors[norm] / 100})
    sampling = Sampling(max_new_tokens=40, top_k=1)
    first = list(generate(model, prompts_of(4, 9, 2), sampling, NEVER))
    third = list(generate(model, prompts_of(4, 9, 2), replace(sampling, retries=2), NEVER, 2))
    for one, other in zip(first, third, strict=True):
        assert (other.attempts, other.finish_reason) == (3, "runaway")
        assert other.tokens.tolist() == one.tokens.tolist()


def test_a_retry_draws_anew(walk):
    """Even where the temperature is the same, other tokens come."""
    tokens = 200
    model = walk(far_apart(tokens) / 1000, np.zeros((tokens, tokens)))
    sampling = Sampling(temperature=1.0, max_new_tokens=40, top_k=0, seed=0, retries=1)
    retried = one(model, [0], sampling)
    hotter = one(model, [0], replace(sampling, temperature=1.3, retries=0))
    assert (retried.attempts, hotter.attempts) == (2, 1)
    assert retried.tokens.tolist() != hotter.tokens.tolist()
