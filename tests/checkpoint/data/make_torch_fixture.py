"""Wrote torch.pth and torch.npz beside it, with torch 2.13.0."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch

torch.manual_seed(0)
base = torch.randn(4, 6)
tensors = OrderedDict(
    plain=torch.randn(3, 5),
    half=torch.randn(7).half(),
    brain=torch.randn(2, 3).bfloat16(),
    brain_scalar=torch.tensor(-1.5).bfloat16(),
    shared=base,
    transposed=base.t(),
    column=base[:, 2],
    row=base[1],
    step=base[::2, 1::3],
    scalar=torch.tensor(2.5),
    one=torch.randn(5, 1).t(),
    parameter=torch.nn.Parameter(torch.randn(3)),
)
here = Path(__file__).parent
torch.save(tensors, here / "torch.pth")
np.savez(here / "torch.npz", **{k: v.detach().float().numpy() for k, v in tensors.items()})
