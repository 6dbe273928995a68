"""Finding a model: directories, the Hub's cache, downloads made or not, the built-in voice."""

import builtins
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from fake_hub import COMMIT, only, refuse

from soprano_np.checkpoint import hub as finding
from soprano_np.checkpoint.hub import DEFAULT_MODEL, cache_directory, resolve
from soprano_np.errors import CheckpointError

REVISION = "0123456789abcdef0123456789abcdef01234567"
NOWHERE = "http://127.0.0.1:9"  # where nothing answers
FILES = ("config.json", "model.safetensors", "tokenizer.json", "decoder.pth")
VARIABLES = (
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_HOME",
    "XDG_CACHE_HOME",
    "HF_HUB_OFFLINE",
)


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """Nothing of the machine's own cache, and a current directory of our own."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def imports_forbidden(monkeypatch):
    """Importing huggingface_hub fails the test."""
    real = builtins.__import__

    def checked(name, *arguments):
        assert not name.startswith("huggingface_hub")
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", checked)


@pytest.fixture
def builtin(monkeypatch, tmp_path):
    """A built-in voice."""
    monkeypatch.setattr(finding, "VOICES", tmp_path / "voices")
    voice = fill(tmp_path / "voices" / "name")
    (voice / "decoder_config.json").write_text('{"sample_rate": 24000}')
    return voice


def fill(directory, names=FILES):
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        (directory / name).write_bytes(b"{}")
    return directory


def cached(cache, model=DEFAULT_MODEL, names=FILES):
    """The Hub's own layout: refs/main names the snapshot, whose files are links to blobs."""
    repository = cache / f"models--{model.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(REVISION)
    fill(repository / "blobs", names)
    snapshot = repository / "snapshots" / REVISION
    snapshot.mkdir(parents=True)
    for name in names:
        (snapshot / name).symlink_to(Path("../../blobs") / name)
    return snapshot


def problem(model):
    with pytest.raises(CheckpointError) as caught:
        resolve(model)
    return str(caught.value)


def test_directory(tmp_path, imports_forbidden):
    directory = fill(tmp_path / "voice")
    assert resolve(directory) == directory
    assert resolve(str(directory)) == directory


def test_directory_with_missing_files(tmp_path):
    fill(tmp_path / "voice", ["config.json"])
    message = problem(tmp_path / "voice")
    assert message.startswith(str(tmp_path / "voice"))
    assert (
        "missing: model.safetensors, tokenizer.json, decoder.safetensors or decoder.pth" in message
    )


@pytest.mark.parametrize(
    "model",
    [
        "voice",
        "./voice",
        "../voice",
        "/no/voice",
        "~/voice",
        "~nobody-of-this-name/voice",
        "x" * 5000,
        "nul\0/voice",
        "a/b/c",
        "a\\b",
        "owner/",
        "/name",
        "owner/name with spaces",
        "owner/..",
        Path("owner/name"),
        "here/voice",
    ],
)
def test_what_looks_like_a_path_is_never_downloaded(model, imports_forbidden):
    Path("here").mkdir()
    assert "no such directory: " in problem(model)
    assert DEFAULT_MODEL in problem(model)
    assert len(problem(model)) < 300


def test_no_name(imports_forbidden):
    assert problem("") == "the model name is empty"


def test_a_file_is_no_directory(tmp_path):
    (tmp_path / "file").write_text("")
    assert "file is a file; expected a model directory" in problem(tmp_path / "file")


@pytest.mark.parametrize(
    ("variables", "cache"),
    [
        ({}, "home/.cache/huggingface/hub"),
        ({"XDG_CACHE_HOME": "{}/xdg"}, "xdg/huggingface/hub"),
        ({"HF_HOME": "{}/hf", "XDG_CACHE_HOME": "{}/xdg"}, "hf/hub"),
        ({"HUGGINGFACE_HUB_CACHE": "{}/old", "HF_HOME": "{}/hf"}, "old"),
        ({"HF_HUB_CACHE": "{}/new", "HUGGINGFACE_HUB_CACHE": "{}/old"}, "new"),
        ({"HF_HUB_CACHE": "~/tilde"}, "home/tilde"),
        ({"HF_HUB_CACHE": "$HOME/variable"}, "home/variable"),
    ],
)
def test_a_cached_model_is_used_as_it_lies(
    monkeypatch, tmp_path, imports_forbidden, variables, cache
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp_path))
    snapshot = cached(tmp_path / cache)
    assert cache_directory() == tmp_path / cache
    assert resolve() == snapshot
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert resolve() == snapshot


def test_our_cache_is_huggingface_hubs(tmp_path):
    pytest.importorskip("huggingface_hub")
    code = (
        "from huggingface_hub.constants import HF_HUB_CACHE as theirs\n"
        "from soprano_np.checkpoint.hub import cache_directory\n"
        "assert str(cache_directory()) == theirs, theirs"
    )
    root = Path(__file__).parents[2]
    for name in ("HOME", *VARIABLES[:4]):
        environment = {"HOME": "/h", name: str(tmp_path), "PYTHONPATH": str(root)}
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_an_interrupted_download_is_taken_up_again(fake_hub):
    cached(cache_directory(), names=FILES[:2])
    assert resolve().name == COMMIT


def test_a_broken_link_is_not_a_file(monkeypatch):
    snapshot = cached(cache_directory())
    (snapshot / "../../blobs/decoder.pth").unlink()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert problem(DEFAULT_MODEL).startswith(f"{DEFAULT_MODEL}: not complete in the cache (")


@pytest.mark.parametrize("content", [b"", b"../../../etc", b"\xff\xfe", b"x" * 1000])
def test_a_strange_ref_is_not_followed(monkeypatch, content):
    cached(cache_directory())
    next(cache_directory().glob("*/refs/main")).write_bytes(content)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert problem(DEFAULT_MODEL).startswith(f"{DEFAULT_MODEL}: not in the cache (")


@pytest.mark.parametrize("value", ["1", "on", "YES", "True"])
def test_offline_tries_nothing(monkeypatch, imports_forbidden, builtin, value):
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert problem(DEFAULT_MODEL) == (
        f"{DEFAULT_MODEL}: not in the cache ({cache_directory()}), and HF_HUB_OFFLINE is set; "
        "unset it to download the model, pass the path of a copied model directory or pass builtin"
    )


def test_network_failure_is_one_clear_line(monkeypatch, builtin):
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    line = problem("me/voice")
    assert line.startswith("me/voice: could not be downloaded from the Hugging Face Hub (Connect")
    assert line.endswith(
        "; check the connection and try again, pass the path of a copied model directory or "
        "pass builtin"
    )
    assert "\n" not in line


def test_without_huggingface_hub(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert problem("me/voice").startswith("me/voice: not in the cache; pip install huggingface_hub")


def test_a_program_that_is_not_python_cannot_download(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "this program cannot start Python to download it" in problem("me/voice")


# The built-in voice


def test_builtin(builtin, imports_forbidden):
    assert resolve("builtin") == builtin
    directory = fill(Path("builtin"))  # in the current directory: to be named as a path
    assert resolve("builtin") == builtin
    assert resolve("./builtin") == directory
    assert resolve(Path("builtin")) == directory


def test_builtin_is_any_directory_that_holds_a_model(builtin, tmp_path):
    (tmp_path / "voices" / "__pycache__").mkdir()
    (tmp_path / "voices" / "a file").touch()
    assert resolve("builtin") == builtin
    (builtin / "tokenizer.json").unlink()
    assert problem("builtin") == f"{builtin}: not a complete model; missing: tokenizer.json"
    (builtin / "config.json").unlink()
    assert problem("builtin").endswith("has no built-in voice; name a model")


def test_a_cached_model_is_preferred_to_the_builtin(builtin, imports_forbidden, caplog):
    snapshot = cached(cache_directory())
    assert resolve() == snapshot
    assert not caplog.messages


def test_the_default_is_downloaded_where_the_hub_answers(builtin, fake_hub, caplog):
    assert resolve().name == COMMIT
    assert not caplog.messages


def test_offline_the_builtin_speaks(monkeypatch, builtin, imports_forbidden, caplog):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert resolve() == builtin
    assert caplog.record_tuples == [
        (
            "soprano_np",
            logging.WARNING,
            f"{DEFAULT_MODEL} is not in the cache and HF_HUB_OFFLINE is set; using the small "
            "built-in voice (builtin) instead, at 24000 Hz. To hear Soprano, connect once so that "
            "it can be downloaded, or pass a copy of its directory",
        )
    ]


@pytest.mark.parametrize("endpoint", [NOWHERE, "http://nobody.invalid"])
def test_where_nothing_answers_the_builtin_speaks(monkeypatch, builtin, caplog, endpoint):
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    assert resolve() == builtin
    (message,) = caplog.messages
    assert "is not in the cache and the Hub cannot be reached (Connect" in message
    assert "); using the small built-in voice" in message


def test_an_unanswered_call_is_not_waited_for(monkeypatch, builtin, fake_hub, caplog):
    monkeypatch.setattr(finding, "PATIENCE", 0.05)
    fake_hub.faults.append(only("list", "", lambda ask: fake_hub.wait()))
    assert resolve() == builtin
    (message,) = caplog.messages
    assert "and the Hub did not answer within 0.05 seconds; using the small" in message


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_refusal_is_not_hidden_by_the_builtin(builtin, fake_hub, caplog, status):
    fake_hub.faults.append(only("list", "", lambda ask: refuse(ask, status, "", "")))
    assert f"HTTP {status} " in problem(None)
    assert not caplog.messages


@pytest.mark.parametrize("status", [403, 404, 511])
def test_a_failed_download_is_not_hidden_by_the_builtin(builtin, fake_hub, caplog, status):
    fake_hub.faults.append(only("get", "config.json", lambda ask: refuse(ask, status, "", "")))
    assert "could not be downloaded from the Hugging Face Hub (config.json: " in problem(None)
    assert not caplog.messages


def test_an_incomplete_installation_is_not_hidden_by_the_builtin(monkeypatch, builtin):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert "pip install huggingface_hub" in problem(None)


@pytest.mark.parametrize("model", [DEFAULT_MODEL, "me/voice", "no-such-directory"])
def test_what_is_named_is_never_replaced(monkeypatch, builtin, model):
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    assert problem(model)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert problem(model)


def test_offline_without_a_builtin(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(finding, "VOICES", tmp_path / "nothing")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert problem(None).endswith("pass the path of a copied model directory")
    assert not caplog.messages
