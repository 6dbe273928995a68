"""Train a small voice, step by step: python tools/train_voice STEP --work DIR [...].

Steps, in their order: text, speech, tokens, lm, vocoder, export, card. Each takes --help.
"""

import importlib
import sys
from pathlib import Path
from zipfile import BadZipFile

MODULES = {
    "text": "text",
    "speech": "teacher",
    "tokens": "tokens",
    "lm": "train_lm",
    "vocoder": "train_vocoder",
    "export": "export",
    "card": "card",
}


def main(argv: list[str]) -> int:
    """Run the step that the first argument names; return the exit status."""
    if not argv or argv[0] not in MODULES:
        wanted = bool(argv) and argv[0] in ("-h", "--help")
        print(__doc__, file=sys.stdout if wanted else sys.stderr)
        return 0 if wanted else 2
    step, *rest = argv
    sys.argv[0] = f"train_voice {step}"  # what --help and errors call the step
    try:
        importlib.import_module(f"train_voice.{MODULES[step]}").main(rest)
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed: pip install '.[train]'", file=sys.stderr)
        return 1
    except (OSError, ValueError, RuntimeError, BadZipFile) as error:
        print(f"{sys.argv[0]}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{sys.argv[0]}: interrupted; the same command goes on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    # Run as a folder, its modules are found as train_voice.* and the project as soprano_np.
    tools = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(tools), str(tools.parent)]
    sys.exit(main(sys.argv[1:]))
