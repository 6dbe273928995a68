"""What tools do with errors: one line and an exit code."""

import pytest
from command import run

from soprano_np import SopranoError


def fail(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SopranoError("no such model"), "no such model"),
        (ValueError("too loud"), "too loud"),
        (OSError(2, "No such file or directory", "x.wav"), "x.wav: No such file or directory"),
        (OSError("the disk is on fire"), "the disk is on fire"),
        (ModuleNotFoundError(name="soxr"), "soxr is not installed: pip install '.[evaluate]'"),
        (ModuleNotFoundError(name="hibari"), "hibari is not installed: pip install '.[train]'"),
        (ModuleNotFoundError(name="unknown"), "unknown is not installed"),
    ],
    ids=str,
)
def test_an_error_is_one_line(
    error: Exception, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("tool", lambda: fail(error)) == 1
    assert capsys.readouterr() == ("", f"tool: {line}\n")


def test_exit_codes() -> None:
    assert run("tool", lambda: None) == 0
    assert run("tool", lambda: 3) == 3


def test_ctrl_c(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tool", lambda: fail(KeyboardInterrupt()), interrupted="run it again") == 130
    assert capsys.readouterr().err == "tool: run it again\n"


def test_other_errors_are_bugs_unless_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError):
        run("tool", lambda: fail(RuntimeError("a bug")))
    assert run("tool", lambda: fail(RuntimeError("no GPU")), errors=(RuntimeError,)) == 1
    assert capsys.readouterr().err == "tool: no GPU\n"
