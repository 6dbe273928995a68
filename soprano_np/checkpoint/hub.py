"""Find the directory of a model: a path, the built-in voice, the Hub's cache or a download."""

import logging
import os
import re
from collections.abc import Collection
from functools import partial
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from soprano_np.checkpoint.snapshot import Snapshot, current, folder_name
from soprano_np.checkpoint.tensors import INT8_VERSION_KEY
from soprano_np.errors import CheckpointError
from soprano_np.fields import label, read_object

if TYPE_CHECKING:
    from soprano_np.checkpoint.download import DownloadError, Progress

DEFAULT_MODEL = "ekwek/Soprano-1.1-80M"
BUILTIN = "builtin"
VOICES = Path(__file__).parents[1] / "voices"  # a folder for each built-in voice
PATIENCE = 5.0  # seconds to wait for the Hub where the built-in voice could speak instead
REQUIRED = ("config.json", "model.safetensors", "tokenizer.json")
DECODERS = ("decoder.safetensors", "decoder.pth")  # the first one found is read
OPTIONAL = ("decoder_config.json", "generation_config.json")
USED = (*OPTIONAL, *REQUIRED, *DECODERS)

logger = logging.getLogger("soprano_np")


def resolve(model: str | PathLike[str] | None = None, progress: "Progress | None" = None) -> Path:
    """Return the directory of a model, which is a path, a Hub id such as owner/name, or "builtin".

    A model in the Hub's cache is used without the network; any other, and one that lacks files or
    is damaged, is downloaded, unless HF_HUB_OFFLINE is set. None stands for DEFAULT_MODEL or, with
    a warning, for the built-in voice where the Hub cannot be reached; a model that was named is
    never replaced. progress is called with the bytes downloaded so far, and all of them.
    Raises CheckpointError if there is no such model or it lacks a file.
    """
    if model is None:
        return _from_hub(DEFAULT_MODEL, progress, or_builtin=bool(_voices()))
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
    return _from_hub(model, progress)


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
    directory, _ = _look_up(model)
    return directory


def _look_up(model: str) -> tuple[Path | None, str]:
    """Return the directory of a complete model in the Hub's cache, or None and what is wrong."""
    snapshot = current(cache_directory() / folder_name(model))
    if snapshot is None:
        return None, "not in the cache"
    try:
        require_files(snapshot.directory)
    except CheckpointError:  # such as an interrupted download
        return None, "not complete in the cache"
    missing, damaged = snapshot.problems(USED)
    if damaged:
        return None, f"damaged in the cache ({', '.join(map(str, damaged))})"
    if missing:
        return None, f"in the cache without {' and '.join(missing)}"
    return snapshot.directory, ""


def is_damaged(directory: Path) -> bool:
    """Compare all files of a model in the Hub's cache with their hashes, and record the damaged.

    The next resolve() downloads these again. Returns False for other directories.
    """
    repository = directory.parent.parent
    if directory.parent.name != "snapshots" or not repository.name.startswith("models--"):
        return False
    _, damaged = Snapshot(repository, directory.name).problems(USED, recheck=True)
    return bool(damaged)


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


def _from_hub(model: str, progress: "Progress | None", or_builtin: bool = False) -> Path:
    """Find a model in the cache, or download it, or return the built-in voice if that may be."""
    directory, lack = _look_up(model)
    if directory is not None:
        return directory
    # Imported here because it takes time that a cached model does not need.
    from soprano_np.checkpoint.download import DownloadError, download, silence

    if lack.startswith("damaged") and not _offline():
        logger.warning("%s is %s; downloading it again", model, lack)
    try:
        if _offline():
            raise DownloadError("offline", "HF_HUB_OFFLINE is set")
        if find_spec("huggingface_hub") is None:
            raise DownloadError("uninstalled", "huggingface_hub is not installed")
        patience = min(PATIENCE, silence()) if or_builtin else silence()
        choose = partial(_choose, model)
        logger.info("downloading %s to %s", model, cache_directory())
        directory = download(model, cache_directory(), choose, patience, progress).directory
        require_files(directory)
        return directory
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise CheckpointError(_explain(model, lack, DownloadError("local", reason))) from error
    except DownloadError as error:
        obstacle = _obstacle(error)
        if obstacle is None or not or_builtin:
            raise CheckpointError(_explain(model, lack, error)) from error
    directory = builtin_voice()
    logger.warning(
        "%s is %s and %s; using the small built-in voice (%s) instead, at %s Hz. To "
        "hear Soprano, connect once so that it can be downloaded, or pass a copy of its directory",
        model,
        lack,
        obstacle,
        BUILTIN,
        read_object(directory / "decoder_config.json")["sample_rate"],
    )
    return directory


def _choose(model: str, listed: Collection[str]) -> list[str]:
    """Return which of a repository's files to download; those that must be there come last.

    So a download that ends early never leaves what looks like a complete model.
    """
    if missing := [name for name in REQUIRED if name not in listed]:
        raise CheckpointError(f"{model}: not a complete model; missing: {', '.join(missing)}")
    decoders = [name for name in DECODERS if name in listed]
    return [*(name for name in OPTIONAL if name in listed), *REQUIRED, *decoders[:1]]


def _obstacle(error: "DownloadError") -> str | None:
    """Return why the Hub cannot be reached, or None if it answered, even with an error."""
    if error.kind == "unreachable":
        return f"the Hub cannot be reached ({error.reason})"
    return error.reason if error.kind in ("offline", "unanswered") else None


def _explain(model: str, lack: str, error: "DownloadError") -> str:
    """Say why a model could not be downloaded, and what to do."""
    others = ["pass the path of a copied model directory", *[f"pass {BUILTIN}"] * bool(_voices())]
    cache = cache_directory()
    if error.kind == "offline":
        remedy = _either("unset it to download the model", *others)
        place = "" if lack.startswith("damaged") else f" ({cache})"
        return f"{model}: {lack}{place}, and {error.reason}; {remedy}"
    if error.kind == "uninstalled":
        return f"{model}: {lack}; {_either('pip install huggingface_hub', *others)}"
    if error.kind == "local":
        remedy = _either("set HF_HOME to a folder with room that can be written", *others)
        return f"{model}: cannot be stored in the cache {cache} ({error.reason}); {remedy}"
    login = "log in with hf auth login or set HF_TOKEN"
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    remedies = {
        "gated": [f"accept its terms at {endpoint}/{model} and {login}"],
        "absent": ["check the id", login],
        "refused": ["try again later"],
    }.get(error.kind, ["check the connection and try again"])
    return (
        f"{model}: could not be downloaded from the Hugging Face Hub "
        f"({error.reason}); {_either(*remedies, *others)}"
    )


def _offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def _either(*remedies: str) -> str:
    *others, last = remedies
    return f"{', '.join(others)} or {last}" if others else last
