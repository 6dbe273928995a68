"""Texts for the tiny model, and what several tests do with its speech."""

import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np

from soprano_np import SopranoTTS
from soprano_np.nn.ops import Floats

LONG = 20  # seconds after which something hangs
PER_TOKEN = 64  # samples of the tiny vocoder
# Neighbours in a batch change the rounding of float32 products, which the random weights amplify:
# by this much, relative to the peak.
AMPLIFIED = 2e-3

FIRST = "the first sentence is about a lamp and a moth."
TEXT = """The first sentence is about a lamp. The second sentence is about a long table.

A second paragraph begins with this sentence! Is this one the last of the second paragraph?

And a third paragraph is shorter."""
TEXTS = [
    "The first sentence is about a lamp. The second sentence is about a long table.",
    "hello",
    "A third text has one sentence of its own.",
]


def joined(chunks: Iterable[Floats]) -> Floats:
    return np.concatenate([np.empty(0, np.float32), *chunks])


def spoken(tts: SopranoTTS, text: str, **options: Any) -> list[str]:
    """Return a text's utterances as they are spoken."""
    return [each.spoken for each in tts.utterances(text, tts.request(**options))]


def configured(directory: Path, name: str, **values: object) -> SopranoTTS:
    """Write a checkpoint, some settings of which differ, and open it."""
    path = make_checkpoint.write_checkpoint(directory / "tiny") / name
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    return SopranoTTS(directory / "tiny", normalizer="none")


def threads(kind: str = "") -> list[threading.Thread]:
    """List the threads of the package: all, or those of a kind, "engine" or "text"."""
    return [each for each in threading.enumerate() if each.name.startswith(f"soprano_np {kind}")]
