"""Time this engine, and beside it the reference, on one checkpoint in one run.

python tools/benchmark.py [--reference-python PATH | --int8] [--model DIR] [--runs N] [--threads N]

Without --model a checkpoint of random weights with the sizes of Soprano-1.1-80M is made; its
speech never stops by itself, so every sentence has exactly as many tokens as asked for.
--reference-python names a Python in which soprano-tts 0.2.0 is installed. Both engines stay loaded
in processes of their own and take turns, so that a ratio holds when the machine's speed drifts;
the medians are printed. The reference's warm-up sentence is kept short (as long as the timed one)
in the figure of the whole process and left out elsewhere. --int8 compares this engine with itself
instead: on the checkpoint as it is, and as tools/quantize.py makes it. The last line is JSON.
"""

import argparse
import contextlib
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ONE_SENTENCE = (
    "the rain had stopped by noon, and the whole street smelled of wet stone and bread.",
)
WORDS = "river morning window quiet paper silver garden letter summer engine bridge yellow".split()
TEXT_SIZES = (16, 32, 64)
STREAM_TOKENS = 64
PAUSE = 0.5  # seconds in which the threads of the engine before come to rest
PROSE = (
    "It was half past nine on March 3, 1998, and the rain had stopped.",
    "Dr. Miller paid $4.50 for coffee and walked on to the library on Elm St.",
    "Nobody there had read the letter, which was two pages long and nearly illegible.",
    "She put on her glasses, sat down by the window and began to copy it word by word.",
    "By noon the square had filled with people, carts, bicycles and a dog or two.",
)
SENTENCE_TOKENS, TEXT_TOKENS, PROCESS_TOKENS, VOCODER_STATES = 256, 128, 55, 512
WEIGHTS = (".safetensors", ".pth")
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def sentences(count: int) -> tuple[str, ...]:
    """Make sentences of 60 to 75 characters, none like another."""
    return tuple(
        " ".join(WORDS[(i * k + k * k) % len(WORDS)] for k in range(1, 10)) + f", {WORDS[i % 12]}."
        for i in range(count)
    )


# What runs inside the worker processes


class SopranoNumpy:
    """This engine."""

    def __init__(self, model: str) -> None:
        import numpy as np

        from soprano_np import SopranoTTS, __version__
        from soprano_np.vocoder.stream import Vocoder

        self.model = model
        self.tts = SopranoTTS(model, "reference", batch_size=64)
        self.vocoder: Vocoder = self.tts.model.vocoder
        self.versions = {"soprano_np": __version__, "numpy": np.__version__}
        hidden = self.tts.model.lm.config.hidden_size
        self.states = np.random.default_rng(0).standard_normal((VOCODER_STATES, hidden), "f4")

    def speak(self, text: tuple[str, ...], tokens: int) -> tuple[int, float]:
        """Speak a text: -> tokens, seconds of audio."""
        sampling = self.tts.sampling(max_new_tokens=tokens)
        spoken = list(self.tts.generate(self.tts.sentences(" ".join(text)), sampling))
        samples = sum(len(sentence.audio) for sentence in spoken)
        return sum(len(sentence.tokens) for sentence in spoken), samples / self.tts.sample_rate

    def think(self, text: tuple[str, ...], tokens: int) -> None:
        """Run the language model alone."""
        from soprano_np.lm.generate import generate

        prompts = [self.tts._prompt(sentence) for sentence in text]
        sampling = self.tts.sampling(max_new_tokens=tokens)
        list(
            generate(
                self.tts.model.lm, prompts, sampling, self.tts.model.tokenizer.stop_id, len(text)
            )
        )

    def load(self) -> None:
        """Open the checkpoint once more."""
        type(self.tts)(self.model)

    def decode(self) -> None:
        """Run the vocoder alone."""
        self.vocoder(self.states)

    def stream(self, text: tuple[str, ...], tokens: int, chunk_size: int | None) -> Iterator[float]:
        """Stream a text: yield the seconds of audio of each chunk."""
        for chunk in self.tts.infer_stream(" ".join(text), chunk_size, max_new_tokens=tokens):
            yield len(chunk) / self.tts.sample_rate

    def trickle(self) -> list[float]:
        """Give the vocoder one state after the other: -> seconds that each took."""
        stream, seconds = self.vocoder.stream(), []
        for state in self.states:
            started = time.perf_counter()
            stream.push(state[None])
            seconds.append(time.perf_counter() - started)
        return seconds

    def read(self, text: str) -> None:
        """Run the text front end alone."""
        from soprano_np.text.normalize import choose_normalizer
        from soprano_np.text.sentences import split_paragraphs

        split_paragraphs(choose_normalizer("default")(text))


class Reference:
    """soprano-tts on torch."""

    def __init__(self, model: str) -> None:
        import soprano.tts
        import torch
        import transformers

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        infer = soprano.tts.SopranoTTS.infer
        soprano.tts.SopranoTTS.infer = lambda *_: None  # the warm-up
        self.tts = soprano.tts.SopranoTTS(device="cpu", model_path=model)
        soprano.tts.SopranoTTS.infer = infer
        self.torch = torch
        self.versions = {
            "soprano-tts": "0.2.0",
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        }
        self.states = torch.randn(1, self.tts.pipeline.model.config.hidden_size, VOCODER_STATES)
        self.tokens = 0
        generate = self.tts.pipeline.model.generate
        self.limit = 0

        def limited(**options: Any) -> Any:
            result = generate(**options | {"max_new_tokens": self.limit})
            self.tokens = len(result.hidden_states) * len(result.sequences)
            return result

        self.tts.pipeline.model.generate = limited

    def speak(self, text: tuple[str, ...], tokens: int) -> tuple[int, float]:
        """Speak a text: -> tokens, seconds of audio."""
        self.limit = tokens
        audio = self.tts.infer(" ".join(text))
        return self.tokens, len(audio) / 32000

    def decode(self) -> None:
        """Run the vocoder alone."""
        with self.torch.no_grad():
            self.tts.decoder(self.states)

    def stream(self, text: tuple[str, ...], tokens: int, chunk_size: int) -> Iterator[float]:
        """Stream a text: yield the seconds of audio of each chunk, up to `tokens` tokens."""
        with contextlib.closing(self.tts.infer_stream(" ".join(text), chunk_size)) as chunks:
            for count, chunk in enumerate(chunks, 1):
                yield len(chunk) / 32000
                if count * chunk_size >= tokens:
                    return


def work(engine: str, model: str) -> None:
    """Answer each line of JSON on standard input with one: what was done and how long it took."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the reference prints
    worker = {"soprano_np": SopranoNumpy, "reference": Reference}[engine](model)
    print(json.dumps(worker.versions), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(run_task(worker, **json.loads(line))), file=answers, flush=True)


def run_task(worker: Any, task: str, **options: Any) -> dict[str, Any]:
    """Have a worker do a task: -> seconds taken and what else there is to tell."""
    result: dict[str, Any] = {"tokens": 0, "audio": 0.0}
    started = time.perf_counter()
    if task == "speak":
        result["tokens"], result["audio"] = worker.speak(**options)
    elif task == "stream":
        result |= listen(worker.stream(**options))
    elif task == "trickle":
        result["each"] = worker.trickle()
    else:
        getattr(worker, task)(**options)
    return result | {"seconds": time.perf_counter() - started}


def listen(chunks: Iterator[float]) -> dict[str, float]:
    """Hear chunks as they come: -> seconds until the first, and of audio, and how many gaps."""
    started = time.perf_counter()
    first = audio = 0.0
    runs_dry, gaps = float("inf"), 0
    for seconds in chunks:
        now = time.perf_counter() - started
        first = first or now
        gaps += now > runs_dry
        runs_dry = (now if now > runs_dry or not audio else runs_dry) + seconds
        audio += seconds
    return {"first": first, "audio": audio, "gaps": gaps}


# What runs outside


class Worker:
    """An engine in a process of its own."""

    def __init__(self, name: str, python: str, model: Path, threads: int | None = None) -> None:
        self.name, self.python = name, python
        limits = dict.fromkeys(THREAD_VARIABLES, str(threads)) if threads else {}
        self.process = subprocess.Popen(
            [python, str(HERE), "--work", name, "--model", str(model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **limits},
        )
        self.versions = self._answer()

    def __call__(self, task: str, **options: Any) -> dict[str, Any]:
        """Have a task done."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"task": task, **options}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            sys.exit(
                f"benchmark: {self.name} ended in {self.python}; run it there by hand to see why"
            )
        return json.loads(line)


SPEAK_REFERENCE = f"""
import sys
from soprano import tts
import transformers
generate = transformers.GenerationMixin.generate
def limited(self, **options):
    return generate(self, **options | {{"max_new_tokens": {PROCESS_TOKENS}}})
transformers.GenerationMixin.generate = limited
tts.SopranoTTS(device="cpu", model_path=sys.argv[1]).infer(sys.argv[2], out_path=sys.argv[3])
"""


def process_commands(model: Path, out: Path, reference: str | None) -> dict[str, list[str]]:
    """Name each engine's command that speaks one sentence from process start to file."""
    text = ONE_SENTENCE[0]
    commands = {
        "soprano_np": [
            *(sys.executable, "-m", "soprano_np", text, str(out), "-m", str(model)),
            *("--max-new-tokens", str(PROCESS_TOKENS), "-q"),
        ]
    }
    if reference:
        commands["reference"] = [reference, "-c", SPEAK_REFERENCE, str(model), text, str(out)]
    return commands


def run_process(command: list[str]) -> tuple[float, float]:
    """Run a command to its end: -> wall seconds, peak resident megabytes."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"benchmark: failed with exit code {process.returncode}: {command}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return time.perf_counter() - started, usage.ru_maxrss / unit


def in_turns(measures: dict[str, Callable[[], Any]], runs: int) -> dict[str, list[Any]]:
    """Take each measure `runs` times in turn, after one turn that does not count."""
    results: dict[str, list[Any]] = {name: [] for name in measures}
    for turn in range(runs + 1):
        for name, measure in measures.items():
            time.sleep(PAUSE)
            value = measure()
            if turn:
                results[name].append(value)
    return results


class Table:
    """Rows of figures for each engine, printed as they come."""

    def __init__(self, engines: list[str]) -> None:
        self.engines = engines
        self.figures: dict[str, Any] = {}
        print("".join(f"{head:>23}" for head in ["", *engines, "ratio"][: 2 + len(engines)]))

    def row(self, name: str, values: dict[str, list[float]], unit: str, faster: bool) -> None:
        """Print medians, and the median of the ratios turn by turn.

        The ratio is the second engine's by the first's where `faster` (how many times faster), else
        the first's by the second's.
        """
        medians = {engine: statistics.median(values[engine]) for engine in self.engines}
        entry: dict[str, Any] = {"unit": unit, **medians}
        cells = [f"{name:>23}", *(f"{medians[engine]:>19.3f} {unit:<3}" for engine in self.engines)]
        if len(self.engines) == 2:
            pairs = zip(*(values[engine] for engine in self.engines), strict=True)
            entry["ratio"] = statistics.median(b / a if faster else a / b for a, b in pairs)
            cells.append(f"{entry['ratio']:>14.2f} x {'faster' if faster else ''}")
        print("".join(cells), flush=True)
        self.figures[name] = entry

    def note(self, name: str, ours: list[float], other: list[float], text: str) -> None:
        """Print a row of our own, and how many times faster than another it is."""
        ratio = statistics.median(b / a for a, b in zip(ours, other, strict=True))
        median = statistics.median(ours)
        print(f"{name:>23}{median:>18.3f} s  {ratio:>8.2f} x {text}", flush=True)
        self.figures[name] = {"unit": "s", "soprano_np": median, "ratio": ratio, "note": text}

    def speech(self, name: str, results: dict[str, list[Any]]) -> None:
        """Print a row of seconds and note tokens a second and x real time."""
        seconds = {engine: [r["seconds"] for r in rows] for engine, rows in results.items()}
        self.row(name, seconds, "s", faster=True)
        for engine, rows in results.items():
            last, median = rows[-1], statistics.median(seconds[engine])
            self.figures[name][f"{engine} tokens/s"] = last["tokens"] / median
            self.figures[name][f"{engine} x real time"] = last["audio"] / median


def main() -> None:
    """Take every measure and print them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    beside = parser.add_mutually_exclusive_group()
    beside.add_argument("--reference-python", metavar="PATH", help="a Python with soprano-tts")
    beside.add_argument("--int8", action="store_true", help="compare int8 weights with float32")
    parser.add_argument("--model", type=Path, help="a checkpoint's directory (else random weights)")
    parser.add_argument("--runs", type=int, default=3, help="turns that count (3)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of both engines (all)")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.runs < 1:
        parser.error(f"--runs must be 1 or more, not {options.runs}")
    if options.model is not None and not options.model.is_dir():
        parser.error(f"--model {options.model}: expected a checkpoint's directory")
    if options.work:
        return work(options.work, str(options.model))
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(options.threads)))
    with tempfile.TemporaryDirectory() as scratch:
        if options.model is None:
            from make_checkpoint import write_checkpoint

            options.model = write_checkpoint(Path(scratch, "model"), "real")
        if options.int8:
            measure_int8(options, Path(scratch))
        else:
            measure(options, Path(scratch, "out.wav"))
    return None


def measure(options: argparse.Namespace, out: Path) -> None:
    """Measure both engines, or ours alone."""
    model, runs, reference = options.model, options.runs, options.reference_python
    pythons = {"soprano_np": sys.executable} | ({"reference": reference} if reference else {})
    table = Table(list(pythons))

    modules = {"soprano_np": "soprano_np.tts", "reference": "soprano.tts"}
    imports = {
        name: lambda name=name: run_process([pythons[name], "-c", f"import {modules[name]}"])[0]
        for name in pythons
    }
    table.row("import", in_turns(imports, runs), "s", faster=False)
    commands = process_commands(model, out, reference)
    processes = in_turns({k: lambda c=c: run_process(c) for k, c in commands.items()}, runs)
    walls = {name: [wall for wall, _ in values] for name, values in processes.items()}
    peaks = {name: [peak for _, peak in values] for name, values in processes.items()}
    table.row("start to file", walls, "s", faster=False)
    table.row("peak memory", peaks, "MB", faster=False)

    workers = {name: Worker(name, python, model) for name, python in pythons.items()}

    def turns(task: str, **options: Any) -> dict[str, list[Any]]:
        return in_turns({k: lambda w=w: w(task, **options) for k, w in workers.items()}, runs)

    first = {
        name: [worker("speak", text=ONE_SENTENCE, tokens=PROCESS_TOKENS)]
        for name, worker in workers.items()
    }
    table.speech("first sentence", first)
    table.speech("vocoder, 512 states", turns("decode"))
    streamed = turns("stream", text=ONE_SENTENCE, tokens=STREAM_TOKENS, chunk_size=1)
    latencies = {name: [row["first"] for row in rows] for name, rows in streamed.items()}
    table.row("first audio", latencies, "s", faster=False)
    table.speech("stream, chunk 1", streamed)
    table.speech("one sentence", turns("speak", text=ONE_SENTENCE, tokens=SENTENCE_TOKENS))
    for size in TEXT_SIZES:
        table.speech(f"{size} sentences", turns("speak", text=sentences(size), tokens=TEXT_TOKENS))
    alone(workers["soprano_np"], table, runs)
    about = {
        "threads": options.threads,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "versions": {k: v for worker in workers.values() for k, v in worker.versions.items()},
    }
    print(json.dumps({**about, "figures": table.figures}))


def measure_int8(options: argparse.Namespace, scratch: Path) -> None:
    """Measure int8 weights beside float32 ones."""
    # In a process of its own: a process counts as its own the peak memory of whoever started it.
    make = [sys.executable, str(HERE.with_name("quantize.py")), str(options.model)]
    subprocess.run([*make, str(scratch / "int8")], check=True, stdout=subprocess.DEVNULL)
    models = {"int8": scratch / "int8", "float32": options.model}
    table = Table(list(models))
    runs = options.runs
    sizes = {"int8": [file_size(models["int8"])], "float32": [float32_size(models["int8"])]}
    table.row("file", sizes, "MB", faster=False)
    commands = {
        name: process_commands(model, scratch / "out.wav", None)["soprano_np"]
        for name, model in models.items()
    }
    processes = in_turns({k: lambda c=c: run_process(c) for k, c in commands.items()}, runs)
    for column, (name, unit) in enumerate({"start to file": "s", "peak memory": "MB"}.items()):
        values = {engine: [row[column] for row in rows] for engine, rows in processes.items()}
        table.row(name, values, unit, faster=False)
    for threads in sorted({options.threads, 1}, reverse=True):
        workers = {
            name: Worker("soprano_np", sys.executable, model, threads)
            for name, model in models.items()
        }

        def seconds(task: str, workers: dict[str, Worker] = workers, **work: Any) -> Any:
            turns = in_turns({k: lambda w=w: w(task, **work) for k, w in workers.items()}, runs)
            return {name: [row["seconds"] for row in rows] for name, rows in turns.items()}

        if threads == options.threads:
            table.row("load", seconds("load"), "s", faster=False)
        for count, tokens in {1: SENTENCE_TOKENS, 16: STREAM_TOKENS}.items():
            times = seconds("think", text=sentences(count), tokens=tokens)
            steps = {name: [1000 * t / tokens for t in values] for name, values in times.items()}
            name = f"LM step of {count}, {threads} core" + "s" * (threads > 1)
            table.row(name, steps, "ms", faster=False)
        table.row(f"vocoder, {threads} core" + "s" * (threads > 1), seconds("decode"), "s", False)
    print(json.dumps({"machine": platform.machine(), "figures": table.figures}))


def file_size(directory: Path) -> float:
    """Give the megabytes of all weights in a checkpoint."""
    return sum(p.stat().st_size for p in directory.iterdir() if p.suffix in WEIGHTS) / 1e6


def float32_size(directory: Path) -> float:
    """Give the megabytes that an int8 checkpoint's numbers would take as float32."""
    from soprano_np.checkpoint.loading import open_checkpoint

    with open_checkpoint(directory) as checkpoint:
        shapes = (checkpoint.lm_tensors.shapes | checkpoint.vocoder_tensors.shapes).values()
    return sum(4 * math.prod(shape) for shape in shapes) / 1e6


def alone(worker: Worker, table: Table, runs: int) -> None:
    """Measure what the reference has no counterpart for."""
    many = {"text": sentences(16), "tokens": TEXT_TOKENS}
    both = in_turns(
        {
            "stream": lambda: worker("stream", **many, chunk_size=None),
            "infer": lambda: worker("speak", **many),
        },
        runs,
    )
    seconds = {name: [row["seconds"] for row in rows] for name, rows in both.items()}
    table.note("stream of 16", seconds["stream"], seconds["infer"], "the speed of infer")
    thirty = sentences(30)
    stream = worker("stream", text=thirty, tokens=TEXT_TOKENS, chunk_size=None)
    one_by_one = sum(
        worker("stream", text=[text], tokens=TEXT_TOKENS, chunk_size=None)["seconds"]
        for text in thirty
    )
    table.note(
        "stream of 30", [stream["seconds"]], [one_by_one], f"one by one, {stream['gaps']} gaps"
    )
    each = worker("trickle")["each"]
    early, late = (statistics.median(each[start : start + 50]) for start in (10, 450))
    table.note("state 450 to 500", [late], [early], "the speed of states 10 to 60")
    prose = " ".join(PROSE * 400)
    reading = worker("read", text=prose)["seconds"]
    speed = len(prose) / reading / 1000
    table.note("text front end", [reading], [reading], f"{speed:.0f} kB/s")


if __name__ == "__main__":
    main()
