"""Weights stored in each way that a machine may prefer."""

import pytest

from soprano_np.nn import machine
from soprano_np.nn.machine import Machine


@pytest.fixture(params=[None, 100], ids=["whole", "tiled"])
def tiled(request, monkeypatch):
    """Store weights each way, whatever this machine prefers, and with tiles of a few numbers."""
    pretended = Machine(small_product=request.param, tile_columns=4, tile_rows=6)
    monkeypatch.setattr(machine, "current", lambda: pretended)
    return request.param is not None
