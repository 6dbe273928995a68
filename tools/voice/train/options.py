"""The command line of every step, read before a step's module and torch are imported."""

import argparse
from collections.abc import Sequence
from pathlib import Path


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line: `step` and that step's options. Exits if it is wrong."""
    parser = argparse.ArgumentParser(
        "train", description="Train a small voice, step by step, in the order of this list."
    )
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)

    def add_step(name: str, description: str) -> argparse.ArgumentParser:
        sentence = f"{description[0].upper()}{description[1:]}."
        step = steps.add_parser(name, help=description, description=sentence)
        step.add_argument(
            "--work", type=Path, required=True, metavar="DIR", help="the folder of all steps"
        )
        return step

    text = add_step("text", "write the texts for the teacher to read")
    text.add_argument(
        "--wordnet", type=Path, default=Path("/usr/share/wordnet"), metavar="DIR",
        help="WordNet's data files (/usr/share/wordnet)",
    )  # fmt: skip
    text.add_argument("--seed", type=int, default=0)

    speech = add_step("speech", "let the teacher speak the texts")
    speech.add_argument("--processes", type=count, default=2, help="each uses one core (2)")

    tokens = add_step("tokens", "make a codebook and turn speech into tokens")
    tokens.add_argument("--hours", type=positive, default=10, help="of speech in the codebook (10)")
    tokens.add_argument("--seed", type=int, default=0)

    lm = add_step("lm", "train the language model")
    vocoder = add_step("vocoder", "train the vocoder")
    for training, minutes in ((lm, 160), (vocoder, 56)):
        training.add_argument(
            "--minutes", type=positive, default=minutes, help=f"total time on steps ({minutes})"
        )
        training.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
        training.add_argument("--threads", type=count, default=2, help="of torch (2)")
        training.add_argument("--seed", type=int, default=0)
    vocoder.add_argument("--hours", type=positive, default=12, help="of speech to learn (12)")

    add_step("export", "write the checkpoint directory voice/ in the work folder")

    card = add_step("card", "write the model card of an int8 voice")
    card.add_argument("--voice", type=Path, required=True, metavar="DIR", help="int8 checkpoint")
    return parser.parse_args(arguments)


def positive(text: str) -> float:
    """Read a number above 0. Raises ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, not {text!r}")
    return number


def count(text: str) -> int:
    """Read a whole number above 0. Raises ArgumentTypeError."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, not {text!r}")
    return int(text)
