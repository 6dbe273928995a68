"""The command that records what the reference computes; the reference itself is not here."""

import subprocess
import sys
from pathlib import Path

import pytest
from golden import __main__ as program

GOLDEN = Path(program.__file__).parent


def test_defaults_are_the_files_of_the_tests() -> None:
    model, text = (program.read_options([step]) for step in ("model", "text"))
    assert sorted(path.name for path in model.out.glob("*.npz")) == [
        "end_to_end.npz",
        "language_model.npz",
        "operations.npz",
        "sampling.npz",
        "vocoder.npz",
    ]
    assert text.out.is_file()


def test_layers() -> None:
    options = program.read_options(["layers", "DIR", "--tokens", "8"])
    assert (options.model, options.tokens, options.tolerance) == (Path("DIR"), 8, 1e-4)
    assert len(options.text.split()) == 9


@pytest.mark.parametrize("step", ["model", "text", "layers"])
def test_a_missing_reference_is_one_line(
    step: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        assert name == f"golden.{step}"
        raise ModuleNotFoundError(name="soprano")

    monkeypatch.setattr(program.importlib, "import_module", missing)
    assert program.main([step, "DIR"] if step == "layers" else [step]) == 1
    assert capsys.readouterr().err == f"golden {step}: soprano is not installed\n"


def test_as_a_user_runs_it() -> None:
    command = [sys.executable, GOLDEN, "layers", "--help"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("usage: golden layers ")
