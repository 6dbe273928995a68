"""Choosing tokens, against transformers' logits processors and by exact distributions."""

import numpy as np
import pytest

from soprano_np.lm.sampling import Sampler, apply_repetition_penalty, draw, sample

GRID = (np.arange(8192) + 0.5) / 8192


def drawn(scores: np.ndarray, top_k: int = 50, top_p: float = 0.95) -> np.ndarray:
    """Count how often each token is drawn, [vocab], over uniforms spread evenly."""
    tokens = draw(np.tile(scores, (len(GRID), 1)), top_k, top_p, GRID)
    return np.bincount(tokens, minlength=len(scores))


def probabilities(processed: np.ndarray) -> np.ndarray:
    """Return the softmax of scores of which some are -inf."""
    weights = np.exp(processed.astype(np.float64) - processed.max())
    return weights / weights.sum()


def seen_ids(recorded) -> np.ndarray:
    seen = np.zeros(recorded["scores"].shape, np.bool_)
    np.put_along_axis(seen, recorded["seen"], True, axis=1)
    return seen


def test_repetition_penalty(golden, close):
    recorded = golden("sampling")
    logits = recorded["scores"].copy()
    penalties = np.full(len(logits), 1.2, np.float32)
    result = apply_repetition_penalty(logits, seen_ids(recorded), penalties)
    assert np.shares_memory(result, logits)
    close(result, recorded["penalized"], atol=0, rtol=2e-7)  # one rounding each


def test_a_penalty_lowers_every_sign():
    logits = np.array([[3.0, -3.0, 0.0, 3.0, -3.0]], np.float32)
    seen = np.array([[True, True, True, False, False]])
    penalized = apply_repetition_penalty(logits, seen, np.array([1.5], np.float32))
    assert penalized.tolist() == [[2.0, -4.5, 0.0, 3.0, -3.0]]


def test_a_penalty_of_one_changes_nothing(golden):
    recorded = golden("sampling")
    ones = np.ones(len(recorded["scores"]), np.float32)
    result = apply_repetition_penalty(recorded["scores"].copy(), seen_ids(recorded), ones)
    np.testing.assert_array_equal(result, recorded["scores"])


def test_each_row_has_its_own_penalty(golden):
    recorded = golden("sampling")
    penalties = np.array([1.0, 1.2, 0.5, 3.0, 1.0], np.float32)
    seen = seen_ids(recorded)
    together = apply_repetition_penalty(recorded["scores"].copy(), seen, penalties)
    for row in range(5):
        rows = slice(row, row + 1)
        alone = apply_repetition_penalty(
            recorded["scores"][rows].copy(), seen[rows], penalties[rows]
        )
        np.testing.assert_array_equal(together[rows], alone)


@pytest.mark.parametrize("index", range(11))
def test_draw_has_transformers_distribution(golden, index):
    """On n evenly spread uniforms, a token of probability p comes n * p times, give or take one."""
    recorded = golden("sampling")
    temperature, top_k, top_p = recorded["settings"][index].tolist()
    scores = recorded["scores"] / np.float32(temperature)
    for row, processed in zip(scores, recorded[f"processed.{index}"], strict=True):
        counts, expected = drawn(row, int(top_k), top_p), len(GRID) * probabilities(processed)
        assert np.abs(counts - expected).max() < 1.01
        assert not counts[np.isneginf(processed)].any()
        assert counts[expected > 1.01].all()


@pytest.mark.parametrize("index", range(11))
def test_the_ends_of_the_uniforms_stay_among_the_kept(golden, index):
    recorded = golden("sampling")
    temperature, top_k, top_p = recorded["settings"][index].tolist()
    for uniform in (0.0, np.nextafter(1, 0)):
        scores = recorded["scores"] / np.float32(temperature)
        tokens = draw(scores, int(top_k), top_p, np.full(5, uniform))
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
        assert set(np.flatnonzero(drawn(scores, top_k=0, top_p=top_p))) == kept


def test_top_p_counts_only_what_top_k_leaves():
    scores = np.log(np.array([0.25, 0.4, 0.05, 0.3], np.float32))
    assert drawn(scores, top_k=2, top_p=0.55).tolist()[0:4:2] == [0, 0]
    assert drawn(scores, top_k=2, top_p=0.55)[3] == 0  # 0.4 of 0.7 reaches 0.55
    assert drawn(scores, top_k=0, top_p=0.55)[3] > 0  # 0.4 of 1 does not


def test_equal_scores_are_all_drawn_alike():
    counts = drawn(np.zeros(8, np.float32), top_k=0, top_p=1.0)
    assert counts.tolist() == [1024] * 8


def test_sample_is_greedy_at_temperature_zero(golden):
    scores = golden("sampling")["scores"]
    tokens = sample(scores, [Sampler() for _ in scores])
    assert tokens.dtype == np.int64
    assert tokens.tolist() == scores.argmax(axis=1).tolist()


def test_sample_divides_by_each_rows_temperature(golden):
    scores, temperatures = golden("sampling")["scores"], [0.5, 0.0, 1.0, 2.0, 8.0]
    for seed in range(50):
        samplers = [Sampler(each, 0, 1.0, [seed, row]) for row, each in enumerate(temperatures)]
        uniforms = [np.random.default_rng([seed, row]).random() for row in range(5)]
        tokens = sample(scores.copy(), samplers)
        assert tokens[1] == scores[1].argmax()
        for row in (0, 2, 3, 4):
            scaled = scores[row : row + 1] / np.float32(temperatures[row])
            assert tokens[row] == draw(scaled, 0, 1.0, np.array(uniforms[row : row + 1]))[0]


@pytest.mark.parametrize(
    "settings",
    [
        [(1.0, 50, 0.95)] * 5,
        [(1.0, 50, 0.95), (1.0, 3, 1.0), (0.0, 50, 0.95), (2.0, 50, 0.95), (1.0, 3, 0.5)],
    ],
)
def test_no_row_depends_on_its_neighbours(golden, settings):
    scores = golden("sampling")["scores"]
    for seed in range(20):
        together = sample(
            scores.copy(), [Sampler(*each, [seed, row]) for row, each in enumerate(settings)]
        )
        for row, each in enumerate(settings):
            assert sample(scores[[row]], [Sampler(*each, [seed, row])])[0] == together[row]


def test_a_sampler_draws_on_and_on(golden):
    scores = np.zeros((1, 1000), np.float32)
    sampler, again = Sampler(1.0, 0, 1.0, [7]), Sampler(1.0, 0, 1.0, [7])
    first = [sample(scores, [sampler])[0] for _ in range(20)]
    assert first == [sample(scores, [again])[0] for _ in range(20)]
    assert len(set(first)) > 15


def test_a_sampler_without_entropy_differs_each_time():
    scores = np.zeros((2, 100_000), np.float32)
    assert len(set(sample(scores, [Sampler(1.0, 0, 1.0), Sampler(1.0, 0, 1.0)]).tolist())) == 2
