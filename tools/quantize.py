"""Make an int8 checkpoint, as `python -m soprano_np.checkpoint.quantize` does.

python tools/quantize.py MODEL OUT_DIR [--keep-float PATTERN]... [--verify TEXT]
"""

import sys

from soprano_np.checkpoint.quantize import main

if __name__ == "__main__":
    sys.exit(main())
