"""Run the command line: python -m soprano_np."""

import sys

try:
    from soprano_np.cli import main

    sys.exit(main())
except KeyboardInterrupt:  # while modules are still being loaded
    sys.exit(130)
