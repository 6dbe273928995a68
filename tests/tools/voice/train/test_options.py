"""The command line of every step."""

import argparse

import pytest
from voice.train.options import count, positive, read_options

STEPS = "text speech tokens lm vocoder export card".split()


def test_positive() -> None:
    assert positive("2.5") == 2.5
    for text in ("0", "-1", "inf", "nan", "x"):
        with pytest.raises(argparse.ArgumentTypeError, match=f"above 0, not '{text}'"):
            positive(text)


def test_count() -> None:
    assert count("2") == 2
    for text in ("0", "-1", "2.5", "x"):
        with pytest.raises(argparse.ArgumentTypeError, match=f"above 0, not '{text}'"):
            count(text)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_needs_a_folder(step: str, capsys: pytest.CaptureFixture[str]) -> None:
    others = ["--voice", "v"] if step == "card" else []
    options = read_options([step, "--work", "x", *others])
    assert (options.step, options.work.name) == (step, "x")
    with pytest.raises(SystemExit):
        read_options([step, *others])
    assert "required: --work" in capsys.readouterr().err


def test_training() -> None:
    lm, vocoder = (read_options([step, "--work", "x"]) for step in ("lm", "vocoder"))
    assert (lm.minutes, lm.device, lm.threads, lm.seed) == (160, "cpu", 2, 0)
    assert (vocoder.minutes, vocoder.hours) == (56, 12)


def test_values_that_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options(["lm", "--work", "x", "--threads", "0"])
    assert "--threads: expected a whole number above 0, not '0'" in capsys.readouterr().err
