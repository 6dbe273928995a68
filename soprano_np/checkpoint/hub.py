"""From a model's name to a directory: given, built in, cached, or downloaded from the Hub."""

import logging
import os
import re
from os import PathLike
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from soprano_np.checkpoint.tensors import INT8_VERSION_KEY
from soprano_np.errors import CheckpointError
from soprano_np.fields import label, read_object

DEFAULT_MODEL = "ekwek/Soprano-1.1-80M"
BUILTIN = "builtin"
VOICES = Path(__file__).parents[1] / "voices"  # one folder: the voice that comes with the package
PATIENCE = 5.0  # seconds in which the Hub must answer where the built-in voice could speak instead
REQUIRED = ("config.json", "model.safetensors", "tokenizer.json")
DECODERS = ("decoder.safetensors", "decoder.pth")  # the first that is there is read
OPTIONAL = ("decoder_config.json", "generation_config.json")

logger = logging.getLogger("soprano_np")


def resolve(model: str | PathLike[str] | None = None) -> Path:
    """Give the directory of a model: a directory's path, a Hub id such as owner/name, or builtin.

    A model in the Hub's cache is used as it lies there, without the network; any other is
    downloaded, unless HF_HUB_OFFLINE forbids it. None is DEFAULT_MODEL or, with a warning, the
    built-in voice where the Hub cannot be reached; what is named is never replaced.
    Raises CheckpointError.
    """
    if model is None:
        return cached_snapshot(DEFAULT_MODEL) or _download_or_builtin()
    if model == BUILTIN:
        return builtin_voice()
    if model == "":
        raise CheckpointError("expected a model's name, found nothing")
    # os.path answers False where pathlib would raise: a name too long, no permission, ~nobody.
    directory = Path(os.path.expanduser(model))
    if os.path.isdir(directory):
        require_files(directory)
        return directory
    if os.path.exists(directory):
        raise CheckpointError(f"{directory}: expected a model's directory, found a file")
    if not isinstance(model, str) or not _is_hub_id(model):
        raise CheckpointError(
            f"no such directory: {label(os.fspath(model))}; "
            f"expected a model's directory, a Hugging Face id such as {DEFAULT_MODEL}, or {BUILTIN}"
        )
    return cached_snapshot(model) or _download(model)


def builtin_voice() -> Path:
    """Give the directory of the voice that comes with the package; raises CheckpointError."""
    for voice in _voices():
        require_files(voice)
        return voice
    raise CheckpointError(f"{VOICES}: this copy of soprano_np comes without a voice; name a model")


def _voices() -> list[Path]:
    """List the built-in voices; a distribution may leave them out."""
    return [config.parent for config in sorted(VOICES.glob("*/config.json"))]


def require_files(directory: Path) -> None:
    """Raise CheckpointError listing the files that a model's directory lacks."""
    if os.path.isdir(directory) and not os.access(directory, os.R_OK | os.X_OK):
        raise CheckpointError(f"{directory}: may not be read")
    missing = [name for name in REQUIRED if not os.path.isfile(directory / name)]
    if not any(os.path.isfile(directory / name) for name in DECODERS) and (
        missing or not _is_int8(directory / "model.safetensors")
    ):
        missing.append(f"{' or '.join(DECODERS)}, or int8 weights that hold the decoder's")
    if missing:
        raise CheckpointError(f"{directory}: not a complete model; missing: {', '.join(missing)}")


def _is_int8(model: Path) -> bool:
    """Tell whether a file holds int8 weights, the decoder's among them: its header begins so."""
    with open(model, "rb") as file:
        return INT8_VERSION_KEY.encode() in file.read(1 << 10)


def cached_snapshot(model: str) -> Path | None:
    """Find a complete model in the Hub's cache; None if it is not there."""
    repository = cache_directory() / f"models--{model.replace('/', '--')}"
    try:
        revision = (repository / "refs" / "main").read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", revision):
        return None
    snapshot = repository / "snapshots" / revision
    try:
        require_files(snapshot)
    except CheckpointError:  # an interrupted download, say
        return None
    return snapshot


def cache_directory() -> Path:
    """Find the Hub's cache as huggingface_hub does, whose import would cost more than the look."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("HF_HOME", os.path.join(cache, "huggingface"))
    hub = os.environ.get("HUGGINGFACE_HUB_CACHE", os.path.join(home, "hub"))
    hub = os.environ.get("HF_HUB_CACHE", hub)
    return Path(os.path.expanduser(os.path.expandvars(hub)))


def _is_hub_id(model: str) -> bool:
    owner, _, _ = model.partition("/")
    return (
        re.fullmatch(r"[0-9A-Za-z][\w.-]*/[0-9A-Za-z][\w.-]*", model, re.ASCII) is not None
        and not os.path.exists(owner)  # a path whose last part is misspelt
    )


def _download_or_builtin() -> Path:
    """Fetch the default model, or fall back on the built-in voice if nothing answers."""
    obstacle = _obstacle() if _voices() else None
    if obstacle is None:
        return _download(DEFAULT_MODEL)
    voice = builtin_voice()
    logger.warning(
        "%s is not in the cache and %s: the small built-in voice speaks instead, at %s Hz (name "
        "%s to choose it); to hear Soprano, let it reach the Hub once or name a copy of its "
        "directory",
        DEFAULT_MODEL,
        obstacle,
        read_object(voice / "decoder_config.json")["sample_rate"],
        BUILTIN,
    )
    return voice


def _obstacle() -> str | None:
    """Tell why the Hub cannot be reached; None if it answers, be it with a refusal.

    It is asked in a thread of its own, since a lookup of names knows no timeout, and a connection
    tries one address after another, each for as long as allowed.
    """
    if _offline():
        return "HF_HUB_OFFLINE forbids to download it"
    try:
        from huggingface_hub import model_info
    except ImportError:
        return None  # an incomplete installation, of which the download tells
    answers: SimpleQueue[str | None] = SimpleQueue()

    def ask() -> None:
        try:
            model_info(DEFAULT_MODEL, timeout=PATIENCE)
            answers.put(None)
        except Exception as error:  # of requests or httpx, whichever this huggingface_hub uses
            answered = getattr(error, "response", None) is not None
            answers.put(None if answered else f"the Hub cannot be reached ({_reason(error)})")

    Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=PATIENCE)
    except Empty:
        return f"the Hub does not answer within {PATIENCE:g} seconds"


def _download(model: str) -> Path:
    """Fetch the files that are needed into the Hub's cache; raises CheckpointError."""
    remedy = "copy the model's directory here and pass its path"
    if _voices():
        remedy += f", or pass {BUILTIN}"
    if _offline():
        raise CheckpointError(
            f"{model}: not in the cache ({cache_directory()}), and HF_HUB_OFFLINE forbids to "
            f"download it; unset HF_HUB_OFFLINE, {remedy}"
        )
    try:
        # Imported here: it takes 0.2 s, and a cached model needs none of it.
        from huggingface_hub import snapshot_download

        snapshot = Path(snapshot_download(model, allow_patterns=[*REQUIRED, *DECODERS, *OPTIONAL]))
    except ImportError as error:
        raise CheckpointError(
            f"{model}: not in the cache; pip install huggingface_hub, {remedy}"
        ) from error
    except Exception as error:  # of the network, of the Hub, of the disk: many kinds
        raise CheckpointError(
            f"{model}: could not be downloaded from the Hugging Face Hub "
            f"({_reason(error)}); check the id and the connection, {remedy}"
        ) from error
    require_files(snapshot)
    return snapshot


def _offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines() or ["no reason given"]
    return f"{type(error).__name__}: {lines[0]}"
