"""Train a small voice, step by step: python tools/voice/train STEP --work DIR [...].

Steps, in their order: text, speech, tokens, lm, vocoder, export, card. Each has a --help.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the step named by the first argument and return the exit code."""
    from voice.train.options import read_options

    options = read_options(arguments)
    from command import run  # only now, so that --help is quick

    return run(
        f"train {options.step}",
        lambda: importlib.import_module(f"voice.train.{options.step}").main(options),
        errors=(RuntimeError, BadZipFile),
        interrupted="interrupted; run the same command to continue",
    )


if __name__ == "__main__":
    # Run as a folder, its modules are found as voice.train.* and the project as soprano_np.
    tools = Path(__file__).resolve().parents[2]
    sys.path[:1] = [str(tools), str(tools.parent)]
    sys.exit(main())
