"""Soprano text-to-speech in numpy: text in, speech out, on a CPU.

Names are loaded when they are first used, so `import soprano_np` costs nothing by itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soprano_np.engine.track import Sentence
    from soprano_np.errors import CheckpointError, SopranoError
    from soprano_np.request import Request
    from soprano_np.tts import SopranoTTS

__all__ = ["CheckpointError", "Request", "Sentence", "SopranoError", "SopranoTTS"]
__version__ = "0.1.0"

_HOMES = {
    "CheckpointError": "soprano_np.errors",
    "Request": "soprano_np.request",
    "Sentence": "soprano_np.engine.track",
    "SopranoError": "soprano_np.errors",
    "SopranoTTS": "soprano_np.tts",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
