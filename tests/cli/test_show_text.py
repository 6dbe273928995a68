"""Showing a text as it would be spoken."""

import os
import subprocess
import sys
from pathlib import Path

from command_line import ENVIRONMENT, SENTENCES, TEXT, change_json, refused, run, shown


def test_show_text(here: Path) -> None:
    text = f"Dr. Who, 5 ft. tall.\n\n{TEXT}"
    sentences = "\n".join(SENTENCES)
    assert shown(here, text) == f"doctor who, five feet tall.\n\n{sentences}\n"
    assert shown(here, "-", input=text.encode()) == shown(here, text)
    (here / "text").write_text(text)
    assert shown(here, "-i", "text") == shown(here, text)
    assert shown(here, "Caf\u00e9 5", "--normalizer", "none") == "Caf\u00e9 5\n"
    assert sorted(os.listdir(here)) == ["text", "tiny"]


def test_show_text_checks_the_command_line(here: Path) -> None:
    line = "--temperature: must be from 0 to 100, not -5 (see --help)"
    assert refused(here, "--show-text", TEXT, "--temperature", "-5", code=2) == line


def test_show_text_cuts_as_the_checkpoint_asks(here: Path) -> None:
    change_json(here, "generation_config.json", max_prompt_characters=20)
    result = run(here, "--show-text", TEXT)
    assert result.returncode == 0
    assert max(map(len, result.stdout.decode().splitlines())) <= 20


def test_show_text_uses_the_default_model_if_it_is_in_the_cache(here: Path) -> None:
    change_json(here, "generation_config.json", max_prompt_characters=20)
    repository = here / "cache" / "hub" / "models--ekwek--Soprano-1.1-80M"
    for name in ("refs", "snapshots"):
        (repository / name).mkdir(parents=True)
    (repository / "refs" / "main").write_text("revision")
    (here / "tiny").rename(repository / "snapshots" / "revision")
    assert max(map(len, shown(here, TEXT).splitlines())) <= 20


def test_show_text_to_a_reader_that_stops(here: Path) -> None:
    line = f'"{sys.executable}" -m soprano_np --show-text -i text; echo $? >code'
    (here / "text").write_text(" ".join([TEXT] * 5000))
    result = subprocess.run(
        ["sh", "-c", f"{{ {line}; }} | head -n 1"],
        cwd=here,
        env=ENVIRONMENT,
        capture_output=True,
        timeout=60,
    )
    assert (result.stdout.decode(), result.stderr) == (f"{SENTENCES[0]}\n", b"")
    assert (here / "code").read_text() == "0\n"


def test_show_text_on_a_full_device(here: Path) -> None:
    with open("/dev/full", "wb") as full:
        result = run(
            here,
            *("--show-text", TEXT),
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert result.returncode == 1
    assert result.stderr == b"soprano-np: No space left on device\n"
