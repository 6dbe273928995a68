"""Run the command line: python -m soprano_np, and soprano-np once installed."""

import signal
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        from soprano_np.cli.main import main

        return main()
    except KeyboardInterrupt:  # while modules are still being imported
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: nothing is left to interrupt


if __name__ == "__main__":
    sys.exit(main())
