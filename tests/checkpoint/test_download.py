"""Downloads from a Hub on this machine that answers, refuses, lies, is silent or is not there."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_hub import COMMIT, Ask, FakeHub, answer_json, model_json, only, refuse

from soprano_np.checkpoint import hub as finding
from soprano_np.checkpoint.hub import DEFAULT_MODEL, cache_directory, resolve
from soprano_np.errors import CheckpointError

FILES = {
    "config.json",
    "decoder.pth",
    "decoder_config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
}
WEIGHTS = "model.safetensors"
Answer = Callable[[Ask], object]


def problem(model: str | None = "me/voice") -> str:
    with pytest.raises(CheckpointError) as caught:
        resolve(model)
    return str(caught.value)


def got(hub: FakeHub, kind: str = "get") -> list[str]:
    return [name for each, name in hub.asked if each == kind]


def incomplete() -> list[Path]:
    return list(cache_directory().glob("*/blobs/*.*"))


def page(status: int) -> Answer:
    return lambda ask: ask.answer(status, b"<html>Welcome to our network</html>")


def test_a_model_is_downloaded_once(fake_hub: FakeHub, published: Path) -> None:
    seen: list[tuple[int, int]] = []
    directory = resolve("me/voice", lambda done, total: seen.append((done, total)))
    assert {path.name for path in directory.iterdir()} == FILES
    assert all((directory / name).read_bytes() == (published / name).read_bytes() for name in FILES)
    total = sum((published / name).stat().st_size for name in FILES)
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)
    requests = list(fake_hub.asked)
    assert resolve("me/voice") == directory
    assert fake_hub.asked == requests


def test_a_model_of_another_kind_is_not_downloaded(fake_hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "config.json").write_text("{}")
    fake_hub.repositories["me/other"] = tmp_path / "other"
    assert problem("me/other") == (
        "me/other: not a complete model; missing: model.safetensors, tokenizer.json"
    )
    assert not got(fake_hub)


def cut(ask: Ask) -> None:
    """Send half of what was announced, and close the connection."""
    assert ask.file is not None
    ask.handler.send_response(200)
    ask.start(ask.file.size)
    ask.send(0, ask.file.size // 2)
    ask.handler.close_connection = True


def test_a_download_that_is_cut_goes_on(fake_hub: FakeHub) -> None:
    fake_hub.faults.append(only("get", WEIGHTS, cut, times=1))
    assert resolve("me/voice").name == COMMIT
    assert got(fake_hub).count(WEIGHTS) == 2
    assert not incomplete()


def test_an_optional_file_refused_once_is_downloaded_the_next_time(fake_hub: FakeHub) -> None:
    name = "generation_config.json"
    fake_hub.faults.append(only("get", name, lambda ask: refuse(ask, 403, "", "not now"), times=1))
    line = problem()
    assert line.startswith("me/voice: could not be downloaded from the Hugging Face Hub (")
    assert f"({name}: HTTP 403 Forbidden, not now); try again later, pass" in line
    assert (resolve("me/voice") / name).is_file()


@pytest.mark.parametrize(
    ("status", "code", "message", "line"),
    [
        (401, "", "", "{}it has no such model, or a private one: HTTP 401 Unauthorized)"),
        (
            404,
            "RepoNotFound",
            "",
            "{}it has no such model, or a private one: HTTP 404 Not Found); check the id, log",
        ),
        (
            401,
            "",
            "Invalid credentials in Authorization header",
            "{}HTTP 401 Unauthorized, Invalid credentials in Authorization header)",
        ),
        (
            429,
            "",
            "",
            "{}HTTP 429 Too Many Requests); try again later",
        ),
        (
            500,
            "",
            "",
            "{}HTTP 500 Internal Server Error); try again later",
        ),
        (
            403,
            "GatedRepo",
            "",
            "{}the model is gated: HTTP 403 Forbidden); accept its terms at http://127",
        ),
    ],
)
def test_what_the_hub_refuses(
    fake_hub: FakeHub, status: int, code: str, message: str, line: str
) -> None:
    fake_hub.faults.append(only("list", "", lambda ask: refuse(ask, status, code, message)))
    start = "me/voice: could not be downloaded from the Hugging Face Hub ("
    assert problem().startswith(line.format(start))
    assert "\n" not in problem()


@pytest.mark.parametrize("kind", ["head", "get"])
def test_a_gated_model_lists_its_files(fake_hub: FakeHub, kind: str) -> None:
    fake_hub.faults.append(
        lambda ask: ask.kind == kind and (refuse(ask, 401, "GatedRepo", "Restricted.") or True)
    )
    assert problem() == (
        "me/voice: could not be downloaded from the Hugging Face Hub (decoder_config.json: the "
        "model is gated: HTTP 401 Unauthorized, Restricted.); accept its terms at "
        f"{fake_hub.endpoint}/me/voice and log in with hf auth login or set HF_TOKEN, pass the "
        "path of a copied model directory or pass builtin"
    )


def test_a_connection_that_is_refused_is_said_in_few_words(
    fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert re.search(r"Hub \(Connect\w*Error: Connection refused\); check", problem())


def test_requests_that_are_always_cut(fake_hub: FakeHub) -> None:
    def leave(ask: Ask) -> None:
        ask.handler.close_connection = True

    fake_hub.faults.append(only("get", WEIGHTS, leave))
    line = problem()
    assert "without" in line  # a response: in the words of each version
    assert "http://" not in line


def silent(hub: FakeHub, after: int | None = None) -> Answer:
    def answer(ask: Ask) -> None:
        if after is not None:
            assert ask.file is not None
            ask.handler.send_response(200)
            ask.start(ask.file.size)
            ask.send(0, after)
        hub.wait()

    return answer


@pytest.mark.parametrize(
    ("kind", "name", "after"),
    [("list", "", None), ("head", WEIGHTS, None), ("get", WEIGHTS, None), ("get", WEIGHTS, 30000)],
)
def test_silence_ends_a_download(
    fake_hub: FakeHub, kind: str, name: str, after: int | None
) -> None:
    fake_hub.faults.append(only(kind, name, silent(fake_hub, after)))
    line = problem()
    assert line.startswith("me/voice: could not be downloaded from the Hugging Face Hub (")
    if kind == "list":
        assert "within 2 seconds" in line or "ReadTimeout: timed out" in line
    else:
        assert "nothing arrived for 2 seconds" in line or "timed out" in line
    assert "\n" not in line
    fake_hub.faults.clear()
    assert resolve("me/voice").name == COMMIT
    assert not incomplete()


def test_a_slow_hub_is_not_a_silent_one(fake_hub: FakeHub) -> None:
    fake_hub.rate = 25_000  # 91 kB take longer than the silence that is allowed
    started, seen = time.monotonic(), []
    resolve("me/voice", lambda done, total: seen.append(done))
    assert time.monotonic() - started > 3
    assert len(set(seen)) > 7


@pytest.mark.parametrize("difference", [-100, 100])
def test_a_file_of_another_size(fake_hub: FakeHub, difference: int) -> None:
    def answer(ask: Ask) -> None:
        assert ask.file is not None
        ask.handler.send_response(200)
        ask.start(ask.file.size + difference)
        ask.send(0, ask.file.size + min(difference, 0))
        ask.handler.wfile.write(bytes(max(difference, 0)))

    fake_hub.faults.append(only("get", WEIGHTS, answer))
    assert f"({WEIGHTS}: OSError: Consistency check failed: file should be of size" in problem()
    fake_hub.faults[:] = [only("get", WEIGHTS, answer, times=1)]
    assert resolve("me/voice").name == COMMIT


def wrong(ask: Ask) -> None:
    assert ask.file is not None
    ask.handler.send_response(200)
    ask.start(ask.file.size)
    ask.handler.wfile.write(bytes(ask.file.size))


@pytest.mark.parametrize("name", [WEIGHTS, "decoder.pth", "config.json"])
def test_a_file_of_other_content(fake_hub: FakeHub, name: str) -> None:
    fake_hub.faults.append(only("get", name, wrong))
    assert f"({name}: ValueError: its content does not match its hash on the Hub)" in problem()
    fake_hub.faults[:] = [only("get", name, wrong, times=1)]
    assert resolve("me/voice").name == COMMIT


def redirect(hub: FakeHub, path: str) -> Answer:
    return lambda ask: ask.answer(302, Location=f"{hub.storage}{path}")


@pytest.mark.parametrize(
    "fault", ["200", "511", "404", "to a page", "to 404", "loop", "other JSON"]
)
def test_what_is_not_the_hub(
    fake_hub: FakeHub, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    answers: dict[str, Answer] = {
        "to a page": redirect(fake_hub, "/me/voice/resolve/main/LICENSE"),
        "to 404": redirect(fake_hub, "/portal"),
        "loop": lambda ask: ask.answer(302, Location=ask.handler.path),
        "other JSON": lambda ask: answer_json(ask, {"login": True}),
    }
    answer = answers[fault] if fault in answers else page(int(fault))
    fake_hub.faults.append(only("list", "", answer))
    if fault == "to a page":
        fake_hub.faults.append(only("get", "LICENSE", page(200)))
    line = problem()
    assert line.startswith("me/voice: could not be downloaded from the Hugging Face Hub (")
    assert "check the connection and try again" in line
    assert resolve().parent == finding.VOICES
    (message,) = caplog.messages
    assert f"{DEFAULT_MODEL} is not in the cache and the Hub cannot be reached (" in message
    if fault not in ("loop", "other JSON"):
        assert "something else answers in its place, such as a network's login page" in message


@pytest.mark.parametrize(("kind", "status"), [("get", 511), ("head", 511), ("head", 200)])
def test_a_portal_in_the_middle(
    fake_hub: FakeHub, caplog: pytest.LogCaptureFixture, kind: str, status: int
) -> None:
    fake_hub.faults.append(only(kind, WEIGHTS, page(status)))
    assert "something else answers in its place" in problem(None)  # begun, so nothing replaces it
    assert not caplog.messages


def test_names_that_lead_elsewhere(fake_hub: FakeHub, tmp_path: Path) -> None:
    def answer(ask: Ask) -> None:
        names = ["../../../config.json", "/config.json", *sorted(FILES)]
        answer_json(ask, model_json("me/voice", [{"rfilename": name} for name in names]))

    fake_hub.faults.append(only("list", "", answer))
    directory = resolve("me/voice")
    assert {path.name for path in directory.iterdir()} == FILES
    assert set(got(fake_hub)) == FILES


def test_a_mirror_that_tells_no_sizes_or_hashes(fake_hub: FakeHub) -> None:
    def answer(ask: Ask) -> None:
        siblings = [{"rfilename": name, "blobId": "?"} for name in sorted(FILES)]
        answer_json(ask, model_json("me/voice", siblings))

    fake_hub.faults.append(only("list", "", answer))
    seen: list[tuple[int, int]] = []
    directory = resolve("me/voice", lambda done, total: seen.append((done, total)))
    assert {path.name for path in directory.iterdir()} == FILES
    assert set(seen) == {(0, 0)}
    assert resolve("me/voice") == directory


@pytest.mark.parametrize("commit", ["../../elsewhere", "main", None, 5])
def test_a_commit_that_is_none(fake_hub: FakeHub, commit: object) -> None:
    fake_hub.faults.append(
        only("list", "", lambda ask: answer_json(ask, model_json("me/voice", []) | {"sha": commit}))
    )
    assert "me/voice: could not be downloaded" in problem()
