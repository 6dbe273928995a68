"""What the reference makes of many texts, as tools/golden/text.py recorded it."""

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).with_name("golden_text.jsonl.gz")


@pytest.fixture(scope="session")
def golden() -> dict[str, list[list[Any]]]:
    """Return the recorded rows by kind: "normalize", "split" and "ascii"."""
    rows = defaultdict(list)
    with gzip.open(GOLDEN, "rt", encoding="ascii") as lines:
        for kind, *row in map(json.loads, lines):
            rows[kind].append(row)
    return dict(rows)
