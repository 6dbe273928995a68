"""A tiny checkpoint to read, and to damage."""

from pathlib import Path
from types import ModuleType

import make_checkpoint
import pytest


@pytest.fixture(scope="session")
def make() -> ModuleType:
    """tools/make_checkpoint.py as a module."""
    return make_checkpoint


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tiny checkpoint that the test may damage."""
    return make_checkpoint.write_checkpoint(tmp_path / "tiny")
