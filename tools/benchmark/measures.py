"""What is measured: each function takes a Bench and prints the rows of one measure.

To add a measure, write a function here, call it in the comparisons at the end, and, if it needs
one, add a task to the engines.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmark.processes import Engine, Worker, run
from benchmark.table import T, Table, in_turns

SENTENCE = "the rain had stopped by noon, and the whole street smelled of wet stone and bread."
WORDS = "river morning window quiet paper silver garden letter summer engine bridge yellow".split()
PROSE = (
    "It was half past nine on March 3, 1998, and the rain had stopped.",
    "Dr. Miller paid $4.50 for coffee and walked on to the library on Elm St.",
    "Nobody there had read the letter, which was two pages long and nearly illegible.",
    "She put on her glasses, sat down by the window and began to copy it word by word.",
    "By noon the square had filled with people, carts, bicycles and a dog or two.",
)
LISTENING = 40.0  # seconds in which listeners come and go
SENTENCE_TOKENS, TEXT_TOKENS, PROCESS_TOKENS, STREAM_TOKENS = 256, 128, 55, 64


def sentences(count: int) -> list[str]:
    """Make sentences of 60 to 75 characters, of which the first 144 are all different."""

    def word(number: int) -> str:
        return WORDS[number % len(WORDS)]

    return [
        " ".join(word(i * k + k * k + i // len(WORDS) * (k % 5)) for k in range(1, 10))
        + f", {word(i)}."
        for i in range(count)
    ]


@dataclass
class Bench:
    """One or two engines, the number of turns of each, and the table of their figures.

    label: the beginning of its rows' names. versions: what each engine runs on, filled in when its
    worker starts.
    """

    engines: Sequence[Engine]
    table: Table
    runs: int
    scratch: Path
    label: str = ""
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def workers(self) -> dict[str, Worker]:
        """A worker for each engine, started when they are first needed."""
        workers = {}
        for engine in self.engines:
            workers[engine.name] = self.stack.enter_context(Worker(engine))
            self.versions[engine.name] = workers[engine.name].versions
        return workers

    def turns(self, measure: Callable[[Engine], T]) -> dict[str, list[T]]:
        """Measure the engines in turn."""
        calls = {engine.name: lambda engine=engine: measure(engine) for engine in self.engines}
        return in_turns(calls, self.runs)

    def tasks(self, task: str, **options: Any) -> dict[str, list[dict[str, Any]]]:
        """Run a task in the workers, in turn."""
        return self.turns(lambda engine: self.workers[engine.name](task, **options))

    def seconds(self, task: str, **options: Any) -> dict[str, list[float]]:
        """Run a task in the workers, in turn, and return the seconds that it took."""
        found = self.tasks(task, **options)
        return {name: [each["seconds"] for each in results] for name, results in found.items()}

    def __enter__(self) -> "Bench":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stack.close()


# Whole processes


def imports(bench: Bench) -> None:
    """Measure a process that imports the engine."""
    values = bench.turns(lambda engine: run(engine.import_command, engine.environment)[0])
    bench.table.row(f"{bench.label}import", values, "s")


def processes(bench: Bench) -> None:
    """Measure a process that speaks a sentence into a file: time from its start, peak memory."""
    out = bench.scratch / "out.wav"
    values = bench.turns(
        lambda engine: run(engine.speak_command(SENTENCE, PROCESS_TOKENS, out), engine.environment)
    )
    for column, (name, unit) in enumerate({"start to file": "s", "peak memory": "MB"}.items()):
        figures = {engine: [each[column] for each in found] for engine, found in values.items()}
        bench.table.row(bench.label + name, figures, unit)


# Speech, by an engine that is loaded


def first_sentence(bench: Bench) -> None:
    """Measure the first sentence of a process, which has no second turn."""
    options = {"text": [SENTENCE], "tokens": PROCESS_TOKENS}
    found = {name: [worker("speak", **options)] for name, worker in bench.workers.items()}
    bench.table.speech(f"{bench.label}first sentence", found)


def vocoder(bench: Bench) -> None:
    """Measure the vocoder alone."""
    bench.table.speech(f"{bench.label}vocoder, 512 states", bench.tasks("decode"))


def stream(bench: Bench) -> None:
    """Measure a stream, token by token, and how soon it begins."""
    found = bench.tasks("stream", text=[SENTENCE], tokens=STREAM_TOKENS, chunk_size=1)
    first = {name: [each["first"] for each in results] for name, results in found.items()}
    bench.table.row(f"{bench.label}first audio", first, "s")
    bench.table.speech(f"{bench.label}stream, chunk 1", found)


def texts(bench: Bench, sizes: Sequence[int]) -> None:
    """Measure one long sentence, and a text of each size in sentences."""
    found = bench.tasks("speak", text=[SENTENCE], tokens=SENTENCE_TOKENS)
    bench.table.speech(f"{bench.label}one sentence", found)
    for size in sizes:
        found = bench.tasks("speak", text=sentences(size), tokens=TEXT_TOKENS)
        bench.table.speech(f"{bench.label}{size} sentences", found)


# Measures that the reference has no counterpart for


def long_streams(bench: Bench) -> None:
    """Measure streams of many sentences, beside the same sentences spoken or streamed singly."""
    worker = next(iter(bench.workers.values()))
    options = {"text": sentences(16), "tokens": TEXT_TOKENS}
    found = in_turns(
        {
            "stream": lambda: worker("stream", **options, chunk_size=None)["seconds"],
            "speak": lambda: worker("speak", **options)["seconds"],
        },
        bench.runs,
    )
    bench.table.note("stream of 16", found["stream"], found["speak"], "the speed of infer")
    options = {"tokens": TEXT_TOKENS, "chunk_size": None}
    whole = worker("stream", text=sentences(30), **options)
    singly = sum(worker("stream", text=[text], **options)["seconds"] for text in sentences(30))
    note = f"the speed of one by one, {whole['gaps']} gaps"
    bench.table.note("stream of 30", [whole["seconds"]], [singly], note)


def late_states(bench: Bench) -> None:
    """Measure whether a long stream of the vocoder slows down."""
    worker = next(iter(bench.workers.values()))
    each = worker("decode_one_by_one")["each"]
    early, late = (statistics.median(each[start : start + 50]) for start in (10, 450))
    bench.table.note("state 450 to 500", [late], [early], "the speed of states 10 to 60")


def text_front_end(bench: Bench) -> None:
    """Measure normalising and splitting prose."""
    worker = next(iter(bench.workers.values()))
    prose = " ".join(PROSE * 400)
    seconds = worker("read", text=prose)["seconds"]
    speed = len(prose) / seconds / 1000
    bench.table.note("text front end", [seconds], [seconds], f"{speed:.0f} kB/s")


# The parts of a model, on one core and on all


def loading(bench: Bench) -> None:
    """Measure loading a model again."""
    bench.table.row(f"{bench.label}load", bench.seconds("load"), "s")


def parts(bench: Bench) -> None:
    """Measure a step of the language model for one sentence and for 16, and the vocoder."""
    threads = bench.engines[0].threads
    cores = f"{threads} core{'s' * (threads > 1)}"
    for count, tokens in {1: SENTENCE_TOKENS, 16: STREAM_TOKENS}.items():
        found = bench.seconds("generate", text=sentences(count), tokens=tokens)
        steps = {name: [1000 * each / tokens for each in values] for name, values in found.items()}
        bench.table.row(f"{bench.label}LM step of {count}, {cores}", steps, "ms")
    bench.table.row(f"{bench.label}vocoder, {cores}", bench.seconds("decode"), "s")


def weights(bench: Bench) -> None:
    """Measure the files of an int8 model beside the same weights as float32."""
    from soprano_np.checkpoint.loading import open_checkpoint

    directory = bench.engines[0].model
    with open_checkpoint(directory) as checkpoint:
        shapes = checkpoint.lm_tensors.shapes | checkpoint.vocoder_tensors.shapes
    sizes = {
        "int8": [(directory / "model.safetensors").stat().st_size / 1e6],
        "float32": [4 * sum(map(math.prod, shapes.values())) / 1e6],
    }
    bench.table.row("file", sizes, "MB")


# Many at once


def threads(bench: Bench) -> None:
    """Measure eight threads that speak a sentence each, beside one call for the eight."""
    worker = next(iter(bench.workers.values()))
    options = {"text": sentences(8), "tokens": TEXT_TOKENS}
    found = in_turns(
        {
            task: lambda task=task: worker(task, **options)["seconds"]
            for task in ("threads", "together")
        },
        bench.runs,
    )
    bench.table.note("8 threads", found["together"], found["threads"], "the time of one call")


def listeners(bench: Bench, count: int, tokens: int | None) -> None:
    """Measure listeners who come and go, each of whom plays in real time."""
    worker = next(iter(bench.workers.values()))
    found = worker("listen", count=count, seconds=LISTENING, tokens=tokens)
    bench.table.crowd(f"{bench.label}{count} listeners", found)


def file_beside(bench: Bench, count: int, tokens: int | None) -> None:
    """Measure a file of 64 sentences beside listeners."""
    worker = next(iter(bench.workers.values()))
    found = worker("file_beside", count=count, sentences=64, tokens=tokens)
    bench.table.crowd(f"{bench.label}file, {count} listeners", found)


# What is compared


def compare_crowds(bench: Bench) -> None:
    """Measure many listeners with each model in turn."""
    for engine, counts in zip(bench.engines, ((8,), (4,), (24, 32)), strict=True):
        tokens = None if engine.name == "builtin" else TEXT_TOKENS
        label = f"{engine.name}, "
        with replace(bench, engines=[engine], label=label, stack=ExitStack()) as inner:
            if engine.name == "float32":
                threads(inner)
            for count in counts:
                listeners(inner, count, tokens)
            file_beside(inner, 2, tokens)


def compare_with_reference(bench: Bench) -> None:
    """Measure this engine, beside the reference if there is a second one, and then alone."""
    imports(bench)
    processes(bench)
    first_sentence(bench)
    vocoder(bench)
    stream(bench)
    texts(bench, (16, 32, 64))
    long_streams(bench)
    late_states(bench)
    text_front_end(bench)


def compare_with_float32(bench: Bench) -> None:
    """Measure int8 weights beside float32 ones."""
    weights(bench)
    processes(bench)
    threads = bench.engines[0].threads
    for count in sorted({threads, 1}, reverse=True):
        engines = [replace(engine, threads=count) for engine in bench.engines]
        with replace(bench, engines=engines, stack=ExitStack()) as inner:
            if count == threads:
                loading(inner)
            parts(inner)


def compare_with_old(bench: Bench) -> None:
    """Measure this checkout beside another, in float32 and, unless the model is int8, in int8."""
    imports(bench)
    processes(bench)
    first_sentence(bench)
    stream(bench)
    texts(bench, (16, 64))
    if is_int8(bench.engines[0].model):
        return
    engines = []
    for engine in bench.engines:
        directory = bench.scratch / f"int8-{engine.name}"
        engine.quantize(directory)
        engines.append(replace(engine, model=directory))
    with replace(bench, engines=engines, label="int8, ", stack=ExitStack()) as inner:
        processes(inner)
        stream(inner)
        texts(inner, (16,))


def is_int8(model: Path) -> bool:
    """Check whether a checkpoint's weights are int8."""
    with (model / "model.safetensors").open("rb") as file:
        return b"soprano_np.int8" in file.read(1 << 10)
