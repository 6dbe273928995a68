"""A folder to run the command line in."""

import shutil
from pathlib import Path

import make_checkpoint
import numpy as np
import pytest
from command_line import change_weights


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint whose speech never ends by itself, so that every length is known."""
    directory = tmp_path_factory.mktemp("cli")
    make_checkpoint.write_checkpoint(directory / "tiny")

    def change(weights: dict[str, np.ndarray]) -> None:
        weights["lm_head.weight"][3] = 0  # [STOP]: among 96 tokens, some are above zero

    change_weights(directory, change)
    return directory / "tiny"


@pytest.fixture
def here(tmp_path: Path, tiny: Path) -> Path:
    """A working directory with a checkpoint of its own in tiny/, and nothing else."""
    shutil.copytree(tiny, tmp_path / "tiny")
    return tmp_path
