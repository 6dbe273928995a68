"""Time this engine alone, or beside another engine on the same checkpoint.

python tools/benchmark [--reference-python PATH | --int8 | --old-checkout DIR | --listeners]
    [--model DIR] [--runs N] [--threads N]

Without --model it makes a checkpoint of random weights with the sizes of Soprano-1.1-80M, whose
speech never stops by itself: every sentence has exactly the number of tokens asked for.
--reference-python names a Python in which soprano-tts 0.2.0 is installed, --old-checkout another
checkout of this project; --int8 compares an int8 copy of the checkpoint with the checkpoint;
--listeners lets many threads listen to one engine. Compared engines stay loaded in processes of
their own and take turns, so that a ratio holds when the machine's speed drifts; the medians are
printed. The reference's warm-up sentence is as short as the timed one in the figures of a whole
process, and left out elsewhere. The last line is JSON.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("benchmark", description=__doc__.split("\n")[0])
    beside = parser.add_mutually_exclusive_group()
    beside.add_argument("--reference-python", metavar="PATH", help="a Python with soprano-tts")
    beside.add_argument("--int8", action="store_true", help="compare int8 weights with float32")
    beside.add_argument(
        "--old-checkout", type=Path, metavar="DIR", help="another checkout of soprano_np"
    )
    beside.add_argument(
        "--listeners", action="store_true", help="let many listen at once, to each kind of model"
    )
    parser.add_argument("--model", type=Path, help="a checkpoint's directory (else random weights)")
    parser.add_argument("--runs", type=int, default=3, help="counted turns of each measure (3)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each engine (all)")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error(f"--runs must be 1 or more, not {options.runs}")
    if options.threads < 1:
        parser.error(f"--threads must be 1 or more, not {options.threads}")
    if options.model is not None and not options.model.is_dir():
        parser.error(f"--model {options.model}: expected a checkpoint's directory")
    if options.old_checkout and not (options.old_checkout / "soprano_np").is_dir():
        parser.error(f"--old-checkout {options.old_checkout}: it has no folder soprano_np")
    return options


def benchmark(options: argparse.Namespace, scratch: Path) -> None:
    """Run the comparison that the options name and print its table."""
    from benchmark import measures
    from benchmark.processes import CHECKOUT, Engine, run
    from benchmark.table import Table

    model, threads = options.model and options.model.resolve(), options.threads
    if model is None:
        model = scratch / "model"
        script = str(CHECKOUT / "tools" / "make_checkpoint.py")
        run([sys.executable, script, str(model)], {**os.environ, "PYTHONPATH": str(CHECKOUT)})
    ours = Engine("soprano_np", model, threads)
    engines, compare = [ours], measures.compare_with_reference
    if options.reference_python:
        python = options.reference_python
        engines.append(Engine("reference", model, threads, "reference", python))
    elif options.int8:
        ours.quantize(scratch / "int8")
        engines = [Engine("int8", scratch / "int8", threads), Engine("float32", model, threads)]
        compare = measures.compare_with_float32
    elif options.listeners:
        ours.quantize(scratch / "int8")
        engines = [
            Engine("float32", model, threads),
            Engine("int8", scratch / "int8", threads),
            Engine("builtin", Path("builtin"), threads),
        ]
        compare = measures.compare_crowds
    elif options.old_checkout:
        engines = [
            Engine("new", model, threads),
            Engine("old", model, threads, checkout=options.old_checkout.resolve()),
        ]
        compare = measures.compare_with_old
    table = Table([engine.name for engine in engines], gains=bool(options.old_checkout))
    with measures.Bench(engines, table, options.runs, scratch) as bench:
        compare(bench)
    about = {
        "threads": threads,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "versions": bench.versions,
    }
    print(json.dumps({**about, "figures": table.figures}))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    from command import run

    options = read_options(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        return run("benchmark", lambda: benchmark(options, Path(scratch)))


if __name__ == "__main__":
    # Run as a folder, its modules are found as benchmark.* and the project as soprano_np.
    tools = Path(__file__).resolve().parents[1]
    sys.path[:1] = [str(tools), str(tools.parent)]
    sys.exit(main())
