"""Processes: the Python and the code that an engine runs with, and what a process costs."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

SPEAK_REFERENCE = """
import sys
from soprano import tts
import transformers
generate = transformers.GenerationMixin.generate
def limited(self, **options):
    return generate(self, **options | {"max_new_tokens": int(sys.argv[4])})
transformers.GenerationMixin.generate = limited
tts.SopranoTTS(device="cpu", model_path=sys.argv[1]).infer(sys.argv[2], out_path=sys.argv[3])
"""


@dataclass(frozen=True)
class Engine:
    """An engine and its model.

    kind: "soprano_np" or "reference", as in engines.py. checkout: the folder whose
    soprano_np runs.
    """

    name: str
    model: Path
    threads: int
    kind: str = "soprano_np"
    python: str = sys.executable
    checkout: Path = CHECKOUT

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of its processes."""
        threads = dict.fromkeys(THREAD_VARIABLES, str(self.threads))
        path = {"PYTHONPATH": str(self.checkout)} if self.kind == "soprano_np" else {}
        return {**os.environ, **threads, **path}

    @property
    def import_command(self) -> list[str]:
        """The command that imports it and does nothing else."""
        module = {"soprano_np": "soprano_np.tts", "reference": "soprano.tts"}[self.kind]
        return [self.python, "-c", f"import {module}"]

    def speak_command(self, text: str, tokens: int, out: Path) -> list[str]:
        """Return the command that speaks a text, at most `tokens` tokens of it, into a file."""
        if self.kind == "reference":
            names = (str(self.model), text, str(out), str(tokens))
            return [self.python, "-c", SPEAK_REFERENCE, *names]
        options = ("-m", str(self.model), "--max-new-tokens", str(tokens), "-q")
        return [self.python, "-m", "soprano_np", text, str(out), *options]

    def quantize(self, directory: Path) -> None:
        """Write the int8 copy of its model, in a process of its own."""
        script = self.checkout / "tools" / "quantize.py"
        run([self.python, str(script), str(self.model), str(directory)], self.environment)


class Worker:
    """A process in which an engine stays loaded, for one task after another."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed with the process)
        script = str(Path(__file__).with_name("engines.py"))
        self.process = subprocess.Popen(
            [engine.python, script, engine.kind, str(engine.model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=engine.environment,
        )
        self.versions: dict[str, str] = self._answer()

    def __call__(self, task: str, **options: Any) -> dict[str, Any]:
        """Run a task and return what it found, with the seconds that it took."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"task": task, **options}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()
        self.errors.close()

    def _answer(self) -> Any:
        assert self.process.stdout
        if line := self.process.stdout.readline():
            return json.loads(line)
        self.errors.seek(0)
        problem = last_line(self.errors.read())
        self.close()
        raise ValueError(f"{self.engine.name} failed in {self.engine.python}: {problem}")


def run(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command to its end; return its wall seconds and its peak resident megabytes.

    Raises ValueError, with the last line of its standard error, if it fails. A process counts the
    memory of the one that started it as its own, so this one must stay small.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ValueError(
            f"exit code {process.returncode} from {' '.join(command)}: {last_line(errors)}"
        )
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return time.perf_counter() - started, usage.ru_maxrss / unit


def last_line(text: str) -> str:
    """Return the last line of a program's errors, which says what went wrong."""
    return (text.strip().splitlines() or ["no error was printed"])[-1]
