"""What is known of a model in the Hub's cache: its files, and whether they are as published."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from fake_hub import COMMIT, FakeHub, only

from soprano_np import SopranoTTS
from soprano_np.checkpoint import snapshot as cache
from soprano_np.checkpoint.hub import DEFAULT_MODEL, cache_directory, resolve
from soprano_np.checkpoint.snapshot import matches
from soprano_np.errors import CheckpointError

WEIGHTS = "model.safetensors"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that this process hashes."""
    names: list[str] = []

    def noted(path: Path, digest: str) -> bool:
        names.append(path.name)
        return matches(path, digest)

    monkeypatch.setattr(cache, "matches", noted)
    return names


def damage(path: Path, moment: int | None = None) -> None:
    """Change a byte of a file in place, as a failing disk does if it is to look untouched."""
    before = path.stat().st_mtime
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read()[0]
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last ^ 1]))
    moment = int(before) if moment is None else moment
    os.utime(path, (moment, moment))


def record() -> Path:
    (path,) = cache_directory().glob("*/soprano_np/*.json")
    return path


def test_digests(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"what is up, doc?")
    assert matches(path, hashlib.sha256(b"what is up, doc?").hexdigest())
    assert matches(path, "bd9dbf5aae1a3862dd1526723246b20206e5fc37")  # as git's own book says
    assert not matches(path, "0" * 40)
    assert not matches(path, "0" * 64)


def test_what_was_compared_is_not_hashed_again(fake_hub: FakeHub, hashed: list[str]) -> None:
    directory = resolve("me/voice")
    assert resolve("me/voice") == directory
    assert not hashed
    moment = (1 << 30, 1 << 30)
    os.utime(directory / WEIGHTS, moment)  # as a copy has another time
    for _ in range(2):
        assert resolve("me/voice") == directory
        assert hashed == [WEIGHTS]


def test_what_others_downloaded_is_hashed_once(fake_hub: FakeHub, hashed: list[str]) -> None:
    directory = resolve("me/voice")
    record().unlink()
    for _ in range(2):
        assert resolve("me/voice") == directory
        assert set(hashed) == {path.name for path in directory.iterdir()}
        assert len(hashed) == 6


def test_a_file_without_a_digest_is_trusted(fake_hub: FakeHub, hashed: list[str]) -> None:
    directory = resolve("me/voice")
    record().unlink()
    for path in directory.iterdir():  # as where there are no links
        os.replace(path.resolve(), path)
    requests = list(fake_hub.asked)
    assert resolve("me/voice") == directory
    assert not hashed
    assert fake_hub.asked == requests


@pytest.mark.parametrize("name", [WEIGHTS, "decoder.pth", "generation_config.json"])
@pytest.mark.parametrize("known", [True, False])
def test_a_damaged_file_is_downloaded_again(
    fake_hub: FakeHub,
    published: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    known: bool,
) -> None:
    path = resolve("me/voice") / name
    if not known:
        record().unlink()
    damage(path, 1 << 30)
    fake_hub.asked.clear()
    assert resolve("me/voice") == path.parent
    assert path.read_bytes() == (published / name).read_bytes()
    assert [each for kind, each in fake_hub.asked if kind == "get"] == [name]
    assert caplog.messages == [f"me/voice is damaged in the cache ({path}); downloading it again"]


def test_a_damaged_file_is_named_offline(
    fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = resolve("me/voice") / WEIGHTS
    damage(path, 1 << 30)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for _ in range(2):
        with pytest.raises(CheckpointError) as caught:
            resolve("me/voice")
        assert str(caught.value).startswith(
            f"me/voice: damaged in the cache ({path}), and HF_HUB_OFFLINE is set; unset it to"
        )


def test_damage_that_shows_when_it_is_loaded(
    fake_hub: FakeHub, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    SopranoTTS("me/voice")
    (path,) = cache_directory().glob("*/snapshots/*/tokenizer.json")
    damage(path)
    SopranoTTS("me/voice")
    assert path.read_bytes() == (published / "tokenizer.json").read_bytes()
    assert len(caplog.messages) == 1


def test_an_error_of_the_published_model_is_not_damage(
    fake_hub: FakeHub, tmp_path: Path, published: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in published.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "tokenizer.json").write_text("{}")
    fake_hub.repositories["me/broken"] = broken
    for _ in range(2):
        with pytest.raises(CheckpointError, match=r"tokenizer\.json"):
            SopranoTTS("me/broken")
    assert [each for kind, each in fake_hub.asked if kind == "list"] == [""]


def test_a_file_that_is_gone_is_downloaded_again(fake_hub: FakeHub) -> None:
    path = resolve("me/voice") / "generation_config.json"
    path.unlink()
    assert resolve("me/voice") == path.parent
    assert path.is_file()


def test_a_file_that_is_gone_is_named_offline(
    fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    (resolve("me/voice") / "generation_config.json").unlink()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(CheckpointError, match=r"in the cache without generation_config\.json \("):
        resolve("me/voice")


def test_a_cache_that_cannot_be_written_is_used_as_it_lies(
    fake_hub: FakeHub, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = resolve("me/voice")
    record().unlink()
    requests = list(fake_hub.asked)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and access(path, mode))
    assert resolve("me/voice") == directory
    assert not hashed
    assert fake_hub.asked == requests


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"config.json": 5}',
        '{"config.json": {"digest": "../../x"}}',
        '{"config.json": {"digest": 5, "seen": []}}',
        "[" * 100_000,
        '{"../../x": {"digest": null}}',
    ],
)
def test_a_strange_record_is_no_record(fake_hub: FakeHub, content: str) -> None:
    directory = resolve("me/voice")
    record().write_text(content)
    assert resolve("me/voice") == directory
    assert json.loads(record().read_text())[WEIGHTS]["digest"]


def test_a_download_that_fails_leaves_no_model(
    fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_hub.faults.append(only("get", "decoder.pth", lambda ask: ask.answer(403)))
    with pytest.raises(CheckpointError, match=r"decoder\.pth: HTTP 403 Forbidden"):
        resolve("me/voice")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(CheckpointError, match="me/voice: not in the cache"):
        resolve("me/voice")


def test_the_default_model_has_a_record_of_its_own(fake_hub: FakeHub) -> None:
    assert resolve().name == resolve("me/voice").name == COMMIT
    assert resolve(DEFAULT_MODEL) == resolve()
