"""Find the directory of a model: a path, the built-in voice, the Hub's cache or a download."""

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
VOICES = Path(__file__).parents[1] / "voices"  # a folder for each built-in voice
PATIENCE = 5.0  # seconds to wait for the Hub where the built-in voice could speak instead
REQUIRED = ("config.json", "model.safetensors", "tokenizer.json")
DECODERS = ("decoder.safetensors", "decoder.pth")  # the first one found is read
OPTIONAL = ("decoder_config.json", "generation_config.json")

logger = logging.getLogger("soprano_np")


def resolve(model: str | PathLike[str] | None = None) -> Path:
    """Return the directory of a model, which is a path, a Hub id such as owner/name, or "builtin".

    A model in the Hub's cache is used without the network; any other is downloaded, unless
    HF_HUB_OFFLINE is set. None stands for DEFAULT_MODEL or, with a warning, for the built-in voice
    where the Hub cannot be reached; a model that was named is never replaced.
    Raises CheckpointError if there is no such model or it lacks a file.
    """
    if model is None:
        return cached_snapshot(DEFAULT_MODEL) or _download_or_builtin()
    if model == BUILTIN:
        return builtin_voice()
    if model == "":
        raise CheckpointError("the model name is empty")
    # os.path returns False where pathlib raises: for a long name, without permission, for ~nobody.
    directory = Path(os.path.expanduser(model))
    if os.path.isdir(directory):
        require_files(directory)
        return directory
    if os.path.exists(directory):
        raise CheckpointError(f"{directory} is a file; expected a model directory")
    if not isinstance(model, str) or not _is_hub_id(model):
        raise CheckpointError(
            f"no such directory: {label(os.fspath(model))}; "
            f"expected a model directory, a Hugging Face id such as {DEFAULT_MODEL}, or {BUILTIN}"
        )
    return cached_snapshot(model) or _download(model)


def builtin_voice() -> Path:
    """Return the directory of the built-in voice. Raises CheckpointError if there is none."""
    for directory in _voices():
        require_files(directory)
        return directory
    raise CheckpointError(f"{VOICES}: this copy of soprano_np has no built-in voice; name a model")


def _voices() -> list[Path]:
    """List the directories of built-in voices; a distribution may leave them out."""
    return [config.parent for config in sorted(VOICES.glob("*/config.json"))]


def require_files(directory: Path) -> None:
    """Raise CheckpointError, listing them, if a model directory lacks any files."""
    if os.path.isdir(directory) and not os.access(directory, os.R_OK | os.X_OK):
        raise CheckpointError(f"{directory}: permission denied")
    missing = [name for name in REQUIRED if not os.path.isfile(directory / name)]
    if not any(os.path.isfile(directory / name) for name in DECODERS) and (
        missing or not _is_int8(directory / "model.safetensors")
    ):
        missing.append(f"{' or '.join(DECODERS)}, or int8 weights, which include the decoder")
    if missing:
        raise CheckpointError(f"{directory}: not a complete model; missing: {', '.join(missing)}")


def _is_int8(model: Path) -> bool:
    """Check whether a file begins like one of int8 weights, which includes the decoder."""
    with open(model, "rb") as file:
        return INT8_VERSION_KEY.encode() in file.read(1 << 10)


def cached_snapshot(model: str) -> Path | None:
    """Find a complete model in the Hub's cache; return None if there is none."""
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
    except CheckpointError:  # such as an interrupted download
        return None
    return snapshot


def cache_directory() -> Path:
    """Find the Hub's cache as huggingface_hub does, without the cost of importing it."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("HF_HOME", os.path.join(cache, "huggingface"))
    hub = os.environ.get("HUGGINGFACE_HUB_CACHE", os.path.join(home, "hub"))
    hub = os.environ.get("HF_HUB_CACHE", hub)
    return Path(os.path.expanduser(os.path.expandvars(hub)))


def _is_hub_id(model: str) -> bool:
    owner, _, _ = model.partition("/")
    return (
        re.fullmatch(r"[0-9A-Za-z][\w.-]*/[0-9A-Za-z][\w.-]*", model, re.ASCII) is not None
        and not os.path.exists(owner)  # else it is a path with a typo at its end
    )


def _download_or_builtin() -> Path:
    """Download the default model, or return the built-in voice if the Hub cannot be reached."""
    obstacle = _obstacle() if _voices() else None
    if obstacle is None:
        return _download(DEFAULT_MODEL)
    directory = builtin_voice()
    logger.warning(
        "%s is not in the cache and %s; using the small built-in voice (%s) instead, at %s Hz. To "
        "hear Soprano, connect once so that it can be downloaded, or pass a copy of its directory",
        DEFAULT_MODEL,
        obstacle,
        BUILTIN,
        read_object(directory / "decoder_config.json")["sample_rate"],
    )
    return directory


def _obstacle() -> str | None:
    """Return why the Hub cannot be reached, or None if it answers, even with an error.

    This asks in a thread, since name lookups have no timeout and a connection tries every address
    in turn, each for as long as allowed.
    """
    if _offline():
        return "HF_HUB_OFFLINE is set"
    try:
        from huggingface_hub import model_info
    except ImportError:
        return None  # an incomplete installation, which the download reports
    answers: SimpleQueue[str | None] = SimpleQueue()

    def ask() -> None:
        try:
            model_info(DEFAULT_MODEL, timeout=PATIENCE)
            answers.put(None)
        except Exception as error:  # from requests or httpx, whichever huggingface_hub uses
            answered = getattr(error, "response", None) is not None
            answers.put(None if answered else f"the Hub cannot be reached ({_reason(error)})")

    Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=PATIENCE)
    except Empty:
        return f"the Hub did not answer within {PATIENCE:g} seconds"


def _download(model: str) -> Path:
    """Download the files that are needed to the Hub's cache. Raises CheckpointError."""
    others = ["pass the path of a copied model directory", *[f"pass {BUILTIN}"] * bool(_voices())]
    if _offline():
        raise CheckpointError(
            f"{model}: not in the cache ({cache_directory()}), and HF_HUB_OFFLINE is set; "
            + _either("unset it to download the model", *others)
        )
    try:
        # Imported here because it takes 0.2 s, which a cached model does not need.
        from huggingface_hub import snapshot_download

        snapshot = Path(snapshot_download(model, allow_patterns=[*REQUIRED, *DECODERS, *OPTIONAL]))
    except ImportError as error:
        raise CheckpointError(
            f"{model}: not in the cache; {_either('pip install huggingface_hub', *others)}"
        ) from error
    except Exception as error:  # network, Hub and disk raise many kinds
        raise CheckpointError(
            f"{model}: could not be downloaded from the Hugging Face Hub "
            f"({_reason(error)}); {_either('check the id and the connection', *others)}"
        ) from error
    require_files(snapshot)
    return snapshot


def _offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def _either(*remedies: str) -> str:
    *others, last = remedies
    return f"{', '.join(others)} or {last}"


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines() or ["no reason given"]
    return f"{type(error).__name__}: {lines[0]}"
