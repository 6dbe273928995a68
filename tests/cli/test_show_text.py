"""Showing a text as it would be spoken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
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


def test_explain(here: Path) -> None:
    (here / "lexicon").write_text("Siobhan\tshivawn")
    text = (
        "Dr. Who came for 5 dollars, as we know.\n\n"
        "Siobhan saw the na\u00efve man.[1] He is 75% gone, \u041c\u0438\u0440 and [all](a.org)."
    )
    result = shown(here, "--explain", text, "--lexicon", "lexicon", "-q")
    assert (
        result
        == """\
doctor who came for five dollars, as we know.
  Dr. -> doctor   (shortened)
  5 -> five   (number left)

shivawn saw the naive man. he is seventy five percent gone, and all.
  Siobhan -> shivawn   (lexicon)
  na\u00efve -> naive   (spelling)
  [1] -> (not said)   (footnote)
  75% -> seventy five percent   (percent, number left)
  \u041c\u0438\u0440 -> (not said)   (other script)
  ](a.org) -> (not said)   (link)
"""
    )


def test_explain_says_as_much_without_it(here: Path) -> None:
    text = f"It is **5** o'clock.\n\n{TEXT}"
    lines = shown(here, "--explain", text).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == shown(here, text).splitlines()


def test_explain_warns_once(here: Path) -> None:
    result = run(here, "--show-text", "--explain", "in \u041c\u0438\u0440 5")
    assert result.stdout.decode().startswith("in five.\n")
    assert result.stderr.count(b"skipped 3 characters") == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--explain"], "--explain goes with --show-text"),
        (
            ["--explain", "--show-text", "--normalizer", "reference"],
            "--explain works with the default normalizer only",
        ),
    ],
)
def test_explain_needs_the_text_and_its_rules(here: Path, arguments: list[str], line: str) -> None:
    assert refused(here, TEXT, *arguments, code=2) == f"{line} (see --help)"


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
