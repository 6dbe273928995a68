"""How much two models differ: nothing from themselves, a little from their int8 copies."""

import make_checkpoint
import numpy as np
import pytest

from soprano_np.checkpoint import tensors
from soprano_np.checkpoint.quantize import write_int8
from soprano_np.engine import comparison
from soprano_np.engine.comparison import Difference, compare
from soprano_np.engine.model import Model

TEXT = "Hello world, how are you today? It is fine weather, do you not think so?"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A model large enough for int8 to be a small error, and its int8 copy."""
    directory = tmp_path_factory.mktemp("comparison")
    with pytest.MonkeyPatch.context() as patch:
        lm, vocoder, tokens = make_checkpoint.SIZES["tiny"]
        lm = type(lm)(**{**vars(lm), "hidden_size": 72, "intermediate_size": 200})
        vocoder = type(vocoder)(**{**vars(vocoder), "input_channels": 72, "dim": 80})
        patch.setitem(make_checkpoint.SIZES, "tiny", (lm, vocoder, tokens))
        patch.setattr(tensors, "WIDENED_FILE", 0)  # weights stay integers
        make_checkpoint.write_checkpoint(directory / "float32", dtype="f32")
        write_int8(str(directory / "float32"), directory / "int8")
        return Model.load(directory / "float32"), Model.load(directory / "int8")


def test_a_model_does_not_differ_from_itself(models):
    for row in compare(models[0], models[0], TEXT):
        assert row.tokens == row.same_tokens > 0
        assert row == Difference(row.sentence, row.tokens, row.tokens, cosine=row.cosine)
        assert row.cosine == pytest.approx(1)


def test_an_int8_copy_differs_a_little(models):
    first, second = compare(*models, TEXT)
    assert (first.sentence, second.sentence) == (
        "hello world, how are you today?",
        "it is fine weather, do you not think so?",
    )
    for row in (first, second):
        assert row.tokens > 0
        assert 0.995 < row.cosine < 1
        assert row.agreement > 0.9
        assert 0 < row.state_error < 0.05
        assert 0 < row.decibels < 1


def test_an_int8_copy_says_almost_the_same(models):
    ids = np.concatenate([models[0].tokenizer.encode("hello world."), np.arange(4, 24)])
    states, logits = zip(*(comparison.forced(model, ids, 20) for model in models), strict=True)
    assert 0.995 < comparison.least_cosine(*logits) < 1
    one, other = (model.vocoder(states[0]) for model in models)
    assert 0 < np.linalg.norm(one - other) < 0.05 * np.linalg.norm(one)


def test_forced_states_are_those_that_were_generated(models, close):
    model, _ = models
    ids = model.tokenizer.encode("hello world.")
    spoken = comparison.greedy(model, ids)
    states, logits = comparison.forced(
        model, np.concatenate([ids, spoken.tokens]), len(spoken.tokens)
    )
    close(states, spoken.states, atol=1e-4)
    assert logits.shape == (len(spoken.tokens), model.lm.config.vocab_size)


def test_a_sentence_that_ends_at_once(models, monkeypatch):
    model, _ = models
    nothing = comparison.greedy(model, model.tokenizer.encode("a"))
    nothing = type(nothing)(**{**vars(nothing), "tokens": nothing.tokens[:0]})
    monkeypatch.setattr(comparison, "greedy", lambda *_: nothing)
    (row,) = compare(model, model, "hello.")
    assert (row.tokens, row.same_tokens) == (0, 0)


@pytest.mark.parametrize(
    ("tokens", "others", "count"),
    [([], [1], 0), ([1, 2], [1, 2, 3], 2), ([1, 2, 3], [1, 4, 3], 1), ([2], [1], 0)],
)
def test_same_prefix(tokens, others, count):
    assert comparison.same_prefix(np.array(tokens), np.array(others)) == count
