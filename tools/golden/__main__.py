"""Record what the reference computes for the tests, or show where this engine differs from it.

python tools/golden model [--out DIR]
python tools/golden text [--out FILE]
python tools/golden layers MODEL_DIR [--text TEXT] [--tokens N] [--tolerance X]

The Python that runs it needs this package's dependencies and soprano-tts 0.2.0 with its own (torch,
transformers, inflect, unidecode).
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "tests"
SENTENCE = "The quick brown fox jumps over the lazy dog."


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "golden", description=__doc__.split("\n")[0], epilog=__doc__.split("\n\n")[-1]
    )
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)

    model = steps.add_parser("model", help="record the arithmetic, single operations to speech")
    model.add_argument("--out", type=Path, default=TESTS / "golden", metavar="DIR")

    text = steps.add_parser("text", help="record how texts are normalised and split")
    text.add_argument(
        "--out", type=Path, default=TESTS / "text" / "golden_text.jsonl.gz", metavar="FILE"
    )

    layers = steps.add_parser("layers", help="compare one checkpoint in both engines, by layer")
    layers.add_argument(
        "model", type=Path, metavar="MODEL_DIR", help="a checkpoint's directory with decoder.pth"
    )
    layers.add_argument("--text", default=SENTENCE)
    layers.add_argument("--tokens", type=int, default=64, metavar="N", help="to generate (64)")
    layers.add_argument(
        "--tolerance",
        type=float,
        default=1e-4,
        metavar="X",
        help="relative to the largest value (1e-4)",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the step named by the first argument and return the exit code."""
    options = read_options(arguments)
    from command import run  # only now, so that --help is quick

    return run(
        f"golden {options.step}",
        lambda: importlib.import_module(f"golden.{options.step}").main(options),
    )


if __name__ == "__main__":
    # Run as a folder, its modules are found as golden.* and the project as soprano_np.
    tools = Path(__file__).resolve().parents[1]
    sys.path[:1] = [str(tools), str(tools.parent)]
    sys.exit(main())
