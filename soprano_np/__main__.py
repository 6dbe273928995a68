"""Run the command line: python -m soprano_np."""

import sys

from soprano_np.cli import main

sys.exit(main())
