"""The language model against transformers, and against itself run in other ways."""

from dataclasses import replace

import numpy as np
import pytest

from soprano_np.lm.kv_cache import KVCache
from soprano_np.lm.qwen3 import Qwen3, Rope, rotate

# States are up to 3.4. Two ways of computing them were 2.2e-6 apart at most: the rounding, to about
# 1e-7 of a value, of sums in another order, through three layers and up to 67 cached positions.
ATOL = 1e-5


def all_states(model: Qwen3, ids) -> np.ndarray:
    """Return the state at every position of a prompt: the last ones of all its beginnings."""
    cache = KVCache(model.config)
    cache.reserve(len(ids), len(ids))
    return model.prefill([ids[: end + 1] for end in range(len(ids))], cache, 0)


FIRST_NEGATIVE = np.repeat(np.float32([-1, 1]), 64)  # the sines' signs


def test_rope(golden, close):
    recorded = golden("operations")
    cos, sin = Rope(128, 10000.0)(recorded["positions"])
    assert cos.shape == sin.shape == (1, 8, 1, 128)
    # The powers that give the frequencies may be off by their last bit, at most 6e-8; an angle is
    # that times its position. Transformers' rotation itself negates the first half's sines.
    atol = 6e-8 * recorded["positions"][0].max() + 2e-7
    for actual, expected in ((cos, recorded["cos"]), (sin * FIRST_NEGATIVE, recorded["sin"])):
        close(actual[:, :, 0], expected, atol)
        near = recorded["positions"][0] <= 64
        close(actual[:, near, 0], expected[:, near], atol=4e-6)


def test_rotate(golden, close):
    recorded = golden("operations")
    cos, sin = (recorded[name][:, :, None] for name in ("cos", "sin"))
    close(rotate(recorded["heads"], cos, sin * FIRST_NEGATIVE), recorded["rotate"], atol=1e-6)


@pytest.mark.parametrize(("part", "without"), [("attention", "down_proj"), ("mlp", "o_proj")])
def test_one_layer(tiny, golden, close, part, without):
    """One half of a layer at a time: the matrix through which the other would add is zero."""
    recorded = golden("language_model")
    tensors = {n: t * np.float32(without not in n) for n, t in tiny.lm_tensors.items()}
    model = Qwen3(replace(tiny.lm_config, num_hidden_layers=1), tensors)
    close(all_states(model, recorded["ids"]), recorded[f"{part}.states"], atol=3e-6)


def test_model(qwen3, golden, close):
    recorded = golden("language_model")
    states = all_states(qwen3, recorded["ids"])
    close(states, recorded["model.states"], ATOL)
    close(qwen3.logits(states), recorded["model.logits"], ATOL)


def test_steps_equal_one_prefill(qwen3, golden, close):
    ids = golden("language_model")["ids"]
    whole = all_states(qwen3, ids)
    cache = KVCache(qwen3.config)
    cache.reserve(1, len(ids))
    states = [qwen3.prefill([ids[:5]], cache, 0)]
    for position in range(5, len(ids)):
        states.append(qwen3.step(ids[[position]], cache, np.array([position])))
    close(np.concatenate(states), whole[4:], ATOL)


def test_a_batch_of_mixed_lengths_equals_each_alone(qwen3, close):
    rng = np.random.default_rng(0)
    prompts = [rng.integers(0, 96, size) for size in (7, 1, 30, 12, 3)]
    tokens = rng.integers(0, 96, (4, 5))
    together = KVCache(qwen3.config)
    together.reserve(5, 34)
    first = qwen3.prefill(prompts[:2], together, 0)
    batched = [np.concatenate([first, qwen3.prefill(prompts[2:], together, 2)])]
    positions = np.array([len(prompt) for prompt in prompts])
    for step, row in enumerate(tokens):
        batched.append(qwen3.step(row, together, positions + step))
    for slot, prompt in enumerate(prompts):
        alone = all_states(qwen3, np.concatenate([prompt, tokens[:, slot]]))
        close(np.stack(batched)[:, slot], alone[-5:], ATOL)
