"""Choosing tokens, against transformers' logits processors and by exact distributions."""

import numpy as np
import pytest

from soprano_np.lm.sampling import Sampling, choose, draw, penalize

GRID = (np.arange(8192) + 0.5) / 8192


def drawn(scores: np.ndarray, sampling: Sampling) -> np.ndarray:
    """Count what each token is drawn, [vocab], over uniforms spread evenly."""
    tokens = draw(np.tile(scores, (len(GRID), 1)), sampling, GRID)
    return np.bincount(tokens, minlength=len(scores))


def probabilities(processed: np.ndarray) -> np.ndarray:
    """Give the softmax of scores of which some are -inf."""
    weights = np.exp(processed.astype(np.float64) - processed.max())
    return weights / weights.sum()


def seen_ids(recorded) -> np.ndarray:
    seen = np.zeros(recorded["scores"].shape, np.bool_)
    np.put_along_axis(seen, recorded["seen"], True, axis=1)
    return seen


def test_penalize(golden, close):
    recorded = golden("sampling")
    logits = recorded["scores"].copy()
    result = penalize(logits, seen_ids(recorded), 1.2)
    assert np.shares_memory(result, logits)
    close(result, recorded["penalized"], atol=0, rtol=2e-7)  # one rounding each


def test_penalize_lowers_every_sign():
    logits = np.array([[3.0, -3.0, 0.0, 3.0, -3.0]], np.float32)
    seen = np.array([[True, True, True, False, False]])
    assert penalize(logits, seen, 1.5).tolist() == [[2.0, -4.5, 0.0, 3.0, -3.0]]


def test_a_penalty_of_one_changes_nothing(golden):
    recorded = golden("sampling")
    result = penalize(recorded["scores"].copy(), seen_ids(recorded), 1.0)
    np.testing.assert_array_equal(result, recorded["scores"])


@pytest.mark.parametrize("index", range(11))
def test_draw_has_transformers_distribution(golden, index):
    """On n evenly spread uniforms, a token of probability p comes n * p times, give or take one."""
    recorded = golden("sampling")
    temperature, top_k, top_p = recorded["settings"][index].tolist()
    sampling = Sampling(top_k=int(top_k), top_p=top_p)
    scores = recorded["scores"] / np.float32(temperature)
    for row, processed in zip(scores, recorded[f"processed.{index}"], strict=True):
        counts, expected = drawn(row, sampling), len(GRID) * probabilities(processed)
        assert np.abs(counts - expected).max() < 1.01
        assert not counts[np.isneginf(processed)].any()
        assert counts[expected > 1.01].all()


@pytest.mark.parametrize("index", range(11))
def test_the_ends_of_the_uniforms_stay_among_the_kept(golden, index):
    recorded = golden("sampling")
    temperature, top_k, top_p = recorded["settings"][index].tolist()
    sampling = Sampling(top_k=int(top_k), top_p=top_p)
    for uniform in (0.0, np.nextafter(1, 0)):
        scores = recorded["scores"] / np.float32(temperature)
        tokens = draw(scores, sampling, np.full(5, uniform))
        assert np.isfinite(recorded[f"processed.{index}"][np.arange(5), tokens]).all()


def test_top_p_keeps_the_token_that_reaches_it():
    scores = np.log(np.array([0.1, 0.4, 0.2, 0.3], np.float32))
    for top_p, kept in (
        (0.39, {1}),
        (0.41, {1, 3}),
        (0.69, {1, 3}),
        (0.71, {1, 2, 3}),
        (1, {*range(4)}),
    ):
        assert set(np.flatnonzero(drawn(scores, Sampling(top_k=0, top_p=top_p)))) == kept


def test_top_p_counts_only_what_top_k_leaves():
    scores = np.log(np.array([0.25, 0.4, 0.05, 0.3], np.float32))
    assert drawn(scores, Sampling(top_k=2, top_p=0.55)).tolist()[0:4:2] == [0, 0]
    assert drawn(scores, Sampling(top_k=2, top_p=0.55))[3] == 0  # 0.4 of 0.7 reaches 0.55
    assert drawn(scores, Sampling(top_k=0, top_p=0.55))[3] > 0  # 0.4 of 1 does not


def test_equal_scores_are_all_drawn_alike():
    counts = drawn(np.zeros(8, np.float32), Sampling(top_k=0, top_p=1.0))
    assert counts.tolist() == [1024] * 8


def test_choose_is_greedy_at_temperature_zero(golden):
    scores = golden("sampling")["scores"]
    generators = [np.random.default_rng(0) for _ in scores]
    tokens = choose(scores, Sampling(), [0.0] * 5, generators.__getitem__)
    assert tokens.dtype == np.int64
    assert tokens.tolist() == scores.argmax(axis=1).tolist()


def test_choose_divides_by_each_rows_temperature(golden):
    scores = golden("sampling")["scores"]
    sampling, temperatures = Sampling(top_k=0, top_p=1.0), [0.5, 0.0, 1.0, 2.0, 8.0]
    for seed in range(50):
        generators = [np.random.default_rng([seed, row]) for row in range(5)]
        uniforms = [np.random.default_rng([seed, row]).random() for row in range(5)]
        tokens = choose(scores.copy(), sampling, temperatures, generators.__getitem__)
        assert tokens[1] == scores[1].argmax()
        for row in (0, 2, 3, 4):
            scaled = scores[row : row + 1] / np.float32(temperatures[row])
            assert tokens[row] == draw(scaled, sampling, np.array(uniforms[row : row + 1]))[0]


def test_choose_pays_neighbours_no_heed(golden):
    scores = golden("sampling")["scores"]
    sampling = Sampling()
    for seed in range(20):
        generators = [np.random.default_rng([seed, row]) for row in range(5)]
        together = choose(scores.copy(), sampling, [1.0] * 5, generators.__getitem__)
        for row in range(5):
            generator = np.random.default_rng([seed, row])
            alone = choose(scores[[row]], sampling, [1.0], [generator].__getitem__)
            assert alone[0] == together[row]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": -0.1}, "temperature must be from 0 to 100, not -0.1"),
        ({"temperature": float("nan")}, "temperature must be from 0 to 100, not nan"),
        ({"temperature": 100.5}, "temperature must be from 0 to 100, not 100.5"),
        ({"top_k": -1}, "top_k must be 0 or more, not -1"),
        ({"top_p": 0.0}, "top_p must be above 0 and at most 1, not 0.0"),
        ({"top_p": 1.1}, "top_p must be above 0 and at most 1, not 1.1"),
        ({"top_p": float("nan")}, "top_p must be above 0 and at most 1, not nan"),
        ({"repetition_penalty": 0.0}, "repetition_penalty must be from 0.01 to 100, not 0.0"),
        ({"repetition_penalty": -1.2}, "repetition_penalty must be from 0.01 to 100, not -1.2"),
        ({"max_new_tokens": 0}, "max_new_tokens must be from 1 to 65536, not 0"),
        ({"max_new_tokens": 65537}, "max_new_tokens must be from 1 to 65536, not 65537"),
        ({"retries": -1}, "retries must be from 0 to 100, not -1"),
        ({"retries": 101}, "retries must be from 0 to 100, not 101"),
        ({"seed": -1}, "seed must be 0 or more, not -1"),
    ],
)
def test_a_value_out_of_range_is_named(values, message):
    with pytest.raises(ValueError) as caught:
        Sampling(**values)
    assert str(caught.value) == message


def test_values_at_the_ends_are_taken():
    Sampling(0.0, 0, 1e-6, 0.01, 1, 0, 0)
    Sampling(100.0, 1 << 20, 1.0, 100.0, 65536, 100, 1 << 70)
