"""The benchmark: turns and ratios, what a listener hears, and small runs of it."""

import json
import os
import sys
from pathlib import Path

import make_checkpoint
import pytest
from benchmark import __main__ as program
from benchmark import engines, measures, table
from benchmark.measures import Bench
from benchmark.processes import CHECKOUT, Engine, Worker, last_line, run
from benchmark.table import Table, in_turns

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses, and little to speak."""
    monkeypatch.setattr(table, "PAUSE", 0)
    for name in ("SENTENCE_TOKENS", "TEXT_TOKENS", "PROCESS_TOKENS", "STREAM_TOKENS"):
        monkeypatch.setattr(measures, name, 8)
    monkeypatch.setattr(measures, "PROSE", ("It was half past nine on March 3, 1998.",))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint."""
    return make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("benchmark") / "tiny")


def test_turns() -> None:
    calls = []

    def measure(name: str) -> int:
        calls.append(name)
        return len(calls)

    measured = in_turns({name: lambda name=name: measure(name) for name in "ab"}, runs=2)
    assert "".join(calls) == "ababab"
    assert measured == {"a": [3, 5], "b": [4, 6]}  # the first turn does not count


def test_ratios_are_taken_turn_by_turn(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"one": [1.0, 2.0, 4.0], "two": [2.0, 8.0, 8.0]}
    rows = Table(["one", "two"])
    rows.row("memory", values, "MB")
    rows.row("text", values, "s", speed=True)
    heading, memory, text = capsys.readouterr().out.splitlines()
    assert heading.split() == ["one", "two", "ratio"]
    assert memory.split() == ["memory", "2.000", "MB", "8.000", "MB", "0.50", "x"]
    assert text.split() == ["text", "2.000", "s", "8.000", "s", "2.00", "x", "faster"]
    assert rows.figures["memory"] == {"unit": "MB", "one": 2.0, "two": 8.0, "ratio": 0.5}


def test_gains_are_the_second_by_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    rows = Table(["new", "old"], gains=True)
    rows.row("memory", {"new": [1.0], "old": [4.0]}, "MB")
    rows.row("text", {"new": [1.0], "old": [2.0]}, "s", speed=True)
    heading, memory, text = capsys.readouterr().out.splitlines()
    assert heading.endswith("old / new")
    assert memory.endswith("4.00 x") and text.endswith("2.00 x")


def test_one_engine_has_no_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    rows = Table(["soprano_np"])
    rows.speech("text", {"soprano_np": [{"seconds": 2.0, "tokens": 8, "audio": 6.0}]})
    heading, row = capsys.readouterr().out.splitlines()
    assert (heading.split(), row.split()) == (["soprano_np"], ["text", "2.000", "s"])
    assert rows.figures["text"] == {
        "unit": "s",
        "soprano_np": 2.0,
        "soprano_np tokens/s": 4.0,
        "soprano_np x real time": 3.0,
    }


def test_sentences_are_all_different() -> None:
    sentences = measures.sentences(144)
    assert len(set(sentences)) == 144
    assert all(60 <= len(sentence) <= 75 for sentence in sentences)


@pytest.mark.parametrize(
    ("arrivals", "gaps"),
    [([1.0, 1.5, 2.0], 0), ([1.0, 2.5, 3.0], 1), ([1.0, 3.0, 5.0], 2)],
)
def test_a_listener_waits_where_audio_runs_dry(
    monkeypatch: pytest.MonkeyPatch, arrivals: list[float], gaps: int
) -> None:
    clock = iter([0.0, *arrivals])
    monkeypatch.setattr(engines.time, "perf_counter", lambda: next(clock))
    assert engines.listen(iter([1.0] * 3)) == {"first": 1.0, "audio": 3.0, "gaps": gaps}


def test_a_worker_does_every_task(tiny: Path) -> None:
    text = measures.sentences(2)
    with Worker(Engine("ours", tiny, threads=1)) as worker:
        assert worker.versions["from"] == str(ROOT / "soprano_np")
        spoken = worker("speak", text=text, tokens=8)
        assert spoken["tokens"] == 16
        assert spoken["audio"] == 2 * 7 * 64 / 8000
        streamed = worker("stream", text=text, tokens=8, chunk_size=1)
        assert streamed["audio"] == pytest.approx(spoken["audio"])
        assert 0 < streamed["first"] < streamed["seconds"]
        assert len(worker("decode_one_by_one")["each"]) == engines.VOCODER_STATES
        for task, options in (
            ("load", {}),
            ("decode", {}),
            ("generate", {"text": text, "tokens": 8}),
            ("read", {"text": "It is 9:30."}),
        ):
            assert worker(task, **options)["seconds"] > 0


def test_a_worker_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^ours failed in .*CheckpointError: .*not a complete"):
        Worker(Engine("ours", tmp_path, threads=1))


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(ValueError, match=r"^exit code 3 from .*: no luck$"):
        run(
            [sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"],
            dict(os.environ),
        )
    assert last_line("") == "no error was printed"


def test_processes(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = Table(["ours"])
    with Bench([Engine("ours", tiny, threads=1)], rows, 1, tmp_path) as bench:
        measures.imports(bench)
        measures.processes(bench)
    assert list(rows.figures) == ["import", "start to file", "peak memory"]
    assert 0 < rows.figures["import"]["ours"] < rows.figures["start to file"]["ours"]
    assert 10 < rows.figures["peak memory"]["ours"] < 1000
    assert (tmp_path / "out.wav").stat().st_size > 44


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, float]]:
    """Run the program on one core with few turns; return the figures of its last line."""
    assert program.main([*arguments, "--runs", "1", "--threads", "1"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result["threads"] == 1
    found: dict[str, dict[str, float]] = result["figures"]
    return found


@pytest.fixture
def without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes long and has been tested alone."""
    monkeypatch.setattr(measures, "imports", lambda bench: None)
    monkeypatch.setattr(measures, "processes", lambda bench: None)


@pytest.mark.usefixtures("without_processes")
def test_alone(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "--model", str(tiny))
    assert list(found) == [
        "first sentence",
        "vocoder, 512 states",
        "first audio",
        "stream, chunk 1",
        "one sentence",
        "16 sentences",
        "32 sentences",
        "64 sentences",
        "stream of 16",
        "stream of 30",
        "state 450 to 500",
        "text front end",
    ]


@pytest.mark.usefixtures("without_processes")
def test_int8_beside_float32(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "--model", str(tiny), "--int8")
    assert list(found) == [
        "file",
        "load",
        "LM step of 1, 1 core",
        "LM step of 16, 1 core",
        "vocoder, 1 core",
    ]
    assert found["file"]["ratio"] < 1
    assert all({"int8", "float32", "ratio"} < figure.keys() for figure in found.values())


@pytest.mark.usefixtures("without_processes")
def test_beside_another_checkout(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "--model", str(tiny), "--old-checkout", str(ROOT))
    speech = ["first audio", "stream, chunk 1", "one sentence", "16 sentences"]
    assert list(found) == [
        "first sentence",
        *speech,
        "64 sentences",
        *(f"int8, {name}" for name in speech),
    ]
    assert all({"new", "old", "ratio"} < figure.keys() for figure in found.values())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--runs", "0"], "--runs must be 1 or more, not 0"),
        (["--threads", "0"], "--threads must be 1 or more, not 0"),
        (["--model", "nowhere"], "--model nowhere: expected a checkpoint's directory"),
        (["--old-checkout", "tests"], "--old-checkout tests: it has no folder soprano_np"),
        (["--int8", "--old-checkout", "x"], "not allowed with argument --int8"),
    ],
)
def test_options_that_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        program.main(arguments)
    assert message in capsys.readouterr().err


def test_an_error_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--model", str(tmp_path), "--int8"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("benchmark: exit code 1 from ")
    assert "quantize: " in line and "not a complete model" in line


def test_as_a_user_runs_it(tmp_path: Path) -> None:
    command = [sys.executable, str(CHECKOUT / "tools" / "benchmark"), "--help"]
    seconds, megabytes = run(command, {"PATH": os.environ["PATH"]})
    assert seconds > 0 and megabytes > 0
