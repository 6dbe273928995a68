"""The command: steps by name, errors in one line."""

import subprocess
import sys
from pathlib import Path

import pytest
from voice.train import __main__ as program

TRAIN = Path(program.__file__).parent
STEPS = "text speech tokens lm vocoder export card".split()


def test_an_unknown_step(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        program.main(["sing"])
    assert stop.value.code == 2
    assert "invalid choice: 'sing'" in capsys.readouterr().err


def test_steps_fail_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert program.main(["card", "--work", str(tmp_path), "--voice", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train card: ")
    assert "training.json" in line

    def missing(name: str) -> None:
        raise ModuleNotFoundError(name="torch")

    monkeypatch.setattr(program.importlib, "import_module", missing)
    assert program.main(["lm", "--work", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "train lm: torch is not installed: pip install '.[train]'\n"


def test_the_steps_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        program.main(["--help"])
    assert stop.value.code == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [words[0] for words in lines if words and words[0] in STEPS] == STEPS


def test_as_a_user_runs_it() -> None:
    """Its help needs none of what the step needs."""
    command = [sys.executable, TRAIN, "lm", "--help"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("usage: train lm ")
