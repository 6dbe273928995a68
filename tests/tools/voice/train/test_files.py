"""Files that are written completely or not at all."""

from pathlib import Path

import numpy as np
import pytest
from voice.train import files


@pytest.mark.parametrize("folder", [False, True])
def test_what_is_interrupted_leaves_the_old(tmp_path: Path, folder: bool) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(KeyboardInterrupt), files.whole(tmp_path / "file") as temporary:
        if folder:
            temporary.mkdir()
        (temporary / "inside" if folder else temporary).write_text("new")
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"
    files.write_json(tmp_path / "file", {"a": 1})
    assert (tmp_path / "file").read_text() == '{\n  "a": 1\n}\n'


def test_digest_of_a_folder(tmp_path: Path) -> None:
    files.write_arrays(tmp_path / "a.npz", {"x": np.zeros(3)})
    before = files.digest(tmp_path)
    (tmp_path / "b.npz.part").write_text("of an interrupted run")
    assert files.digest(tmp_path) == before != files.digest(tmp_path / "a.npz")
