"""The command line: arguments in, exit codes out; nothing else.

numpy is imported after --threads has been read, since BLAS takes it from the environment.
"""

import argparse
import logging
import os
import signal
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from soprano_np import __version__
from soprano_np.errors import SopranoError

if TYPE_CHECKING:
    from soprano_np import Sentence

DEFAULT_OUTPUT = "output.wav"
MAX_TEXT_BYTES = 1 << 24
BLAS_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
OK, FAILED, USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143
MAX_PROBLEMS = 3  # of a damaged checkpoint, in one line
BAR_WIDTH = 30


class UsageError(Exception):
    """The command line itself is wrong."""


class Parser(argparse.ArgumentParser):
    """argparse, with errors of one line."""

    def error(self, message: str) -> NoReturn:
        """End the process."""
        tell(f"{message} (see --help)")
        sys.exit(USAGE)


class Handler(logging.Handler):
    """Tells the user what the library logs."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of one record."""
        tell(record.getMessage())


def build_parser() -> Parser:
    """List the options."""
    parser = Parser(
        prog="soprano-np",
        usage="%(prog)s [options] TEXT [OUT.wav]\n       %(prog)s [options] -i FILE [OUT.wav]",
        description="Speak a text with the Soprano model, on a CPU.",
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="TEXT [OUT.wav]",
        help=f"what to say, or - to read it from standard input; and the file to write, "
        f"{DEFAULT_OUTPUT} if not given, or - for standard output",
    )
    parser.add_argument("-i", "--input", metavar="FILE", help="read the text from a UTF-8 file")
    parser.add_argument("-o", "--output", metavar="FILE", help="the same as OUT.wav")
    parser.add_argument("-m", "--model", help="a checkpoint's directory or Hugging Face Hub id")
    parser.add_argument(
        "--normalizer", choices=("reference", "none"), help="how text is made speakable"
    )
    parser.add_argument("--batch-size", type=int, metavar="N", help="sentences side by side (16)")
    parser.add_argument("--threads", type=int, metavar="N", help="processor cores to use (all)")

    sound = parser.add_argument_group("sound")
    sound.add_argument(
        "--sentence-silence",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="silence between sentences (0)",
    )
    sound.add_argument(
        "--no-normalize", action="store_true", help="keep the model's loudness; else peak -6 dBFS"
    )
    sound.add_argument("--float32", action="store_true", help="float samples instead of 16-bit")

    sampling = parser.add_argument_group("sampling (defaults are the checkpoint's)")
    sampling.add_argument("--temperature", type=float, metavar="T", help="0 is greedy")
    sampling.add_argument("--top-k", type=int, metavar="K", help="likeliest tokens kept; 0 all")
    sampling.add_argument("--top-p", type=float, metavar="P", help="likeliest share kept; 1 all")
    sampling.add_argument("--repetition-penalty", type=float, metavar="R", help="1 is none")
    sampling.add_argument("--max-new-tokens", type=int, metavar="N", help="most for a sentence")
    sampling.add_argument("--seed", type=int, metavar="N", help="make draws repeatable")
    sampling.add_argument(
        "--retries", type=int, metavar="N", help="new attempts at a sentence that runs away (0)"
    )

    parser.add_argument("-v", "--verbose", action="store_true", help="tell of each sentence")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument("--debug", action="store_true", help="show where an error arose")
    parser.add_argument("--version", action="version", version=f"soprano-np {__version__}")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; -> its exit code."""
    if sys.stderr is None:  # closed by the caller; print would turn to standard output
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (used to the end)
    parser = build_parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    # What follows -- is text and file, whatever it looks like; argparse would forget that.
    end = given.index("--") if "--" in given else len(given)
    options = parser.parse_intermixed_args(given[:end])
    options.words += given[end + 1 :]
    logging.basicConfig(
        handlers=[Handler()], level=logging.ERROR if options.quiet else logging.WARNING
    )
    if not options.debug:  # numpy's are for whoever looks for the reason
        warnings.simplefilter("ignore")
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return speak(options)
    except UsageError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        tell("interrupted, nothing written")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the audio has heard enough
        return OK
    except Exception as error:
        if options.debug:
            raise
        tell(_describe(error))
        return FAILED


def speak(options: argparse.Namespace) -> int:
    """Do what the options ask for."""
    text, target = _text_and_target(options)
    if options.threads is not None:
        if not 1 <= options.threads <= 1024:
            raise UsageError(f"--threads must be from 1 to 1024, not {options.threads}")
        os.environ.update(dict.fromkeys(BLAS_THREADS, str(options.threads)))
    if options.quiet:
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

    from soprano_np import Sampling, SopranoTTS
    from soprano_np.audio.wav import Encoding, Recording, check_target
    from soprano_np.tts import MAX_BATCH_SIZE, MAX_SILENCE

    names = (
        *("temperature", "top_k", "top_p", "repetition_penalty"),
        *("max_new_tokens", "seed", "retries"),
    )
    given = _given(options, *names)
    try:
        Sampling(**given)
    except ValueError as error:
        raise UsageError(f"--{error}".replace("_", "-")) from error
    if options.batch_size is not None and not 1 <= options.batch_size <= MAX_BATCH_SIZE:
        raise UsageError(f"--batch-size must be from 1 to {MAX_BATCH_SIZE}")
    if not 0 <= options.sentence_silence <= MAX_SILENCE:
        raise UsageError(f"--sentence-silence must be from 0 to {MAX_SILENCE} seconds")
    path = None if target == "-" else Path(target)
    if path:
        check_target(path)

    started = time.perf_counter()
    tts = SopranoTTS(**_given(options, "model", "normalizer", "batch_size"))
    loaded = time.perf_counter()
    silence = tts.silence(options.sentence_silence)
    sentences = tts.sentences(text)
    report = Report(options, len(sentences))
    with Recording(tts.sample_rate, path) as recording:
        interrupted = False
        try:
            for sentence in tts.generate(sentences, tts.sampling(**given)):
                if recording.samples:
                    recording.append(silence)
                recording.append(sentence.audio)
                report.spoken(sentence, recording.samples / tts.sample_rate)
        except KeyboardInterrupt:
            if not recording.samples:
                raise
            interrupted = True
        if not recording.samples:
            raise ValueError("the model ended every sentence before its first sound")
        encoding: Encoding = "float32" if options.float32 else "pcm16"
        if path:
            recording.save(path, encoding, not options.no_normalize)
        else:  # by its number: sys.stdout would try again at exit to write what was refused
            with open(1, "wb", closefd=False) as stdout:
                recording.write(stdout, encoding, not options.no_normalize)
        seconds = recording.samples / tts.sample_rate
    report.done(target, seconds, loaded - started, time.perf_counter() - loaded)
    if interrupted:
        report.say(f"interrupted: {report.count} of {len(sentences)} sentences were kept")
        return INTERRUPTED
    return OK


class Report:
    """What is told on standard error while speaking."""

    def __init__(self, options: argparse.Namespace, total: int) -> None:
        self.quiet, self.verbose, self.total = options.quiet, options.verbose, total
        self.count = self.tokens = 0
        self.bar = total > 1 and sys.stderr.isatty() and not self.quiet and not self.verbose

    def say(self, line: str) -> None:
        """Write a line, unless asked to be quiet."""
        if not self.quiet:
            tell(line)

    def spoken(self, sentence: "Sentence", seconds: float) -> None:
        """Tell of a sentence that is ready, `seconds` of audio into the whole."""
        self.count += 1
        self.tokens += len(sentence.tokens)
        if self.verbose:
            again = f", attempt {sentence.attempts}" if sentence.attempts > 1 else ""
            self.say(
                f"{self.count}/{self.total} {sentence.finish_reason}, "
                f"{len(sentence.tokens)} tokens, {sentence.seconds:.2f} s{again}: {sentence.text}"
            )
        if self.bar:
            bar = "#" * (BAR_WIDTH * self.count // self.total)
            _to_stderr(f"\r[{bar:.<{BAR_WIDTH}}] {self.count}/{self.total}, {seconds:.1f} s")

    def done(self, target: str, seconds: float, loading: float, speaking: float) -> None:
        """Sum up."""
        name = "standard output" if target == "-" else target
        self.say(f"{name}: {seconds:.2f} s of speech in {speaking:.2f} s")
        if self.verbose:
            self.say(
                f"loaded in {loading:.2f} s, {self.tokens} tokens, "
                f"{seconds / speaking:.2f} x real time"
            )


def tell(message: str) -> None:
    """Write one line to standard error, over a progress bar."""
    line = " ".join(message.split())
    line = "".join(char if char.isprintable() else "?" for char in line)
    clear = f"\r{'':{2 * BAR_WIDTH}}\r" if sys.stderr.isatty() else ""
    _to_stderr(f"{clear}soprano-np: {line}\n")


def read_file(path: Path) -> str:
    """Read a text file; raises ValueError unless it is UTF-8 of at most MAX_TEXT_BYTES."""
    with open(path, "rb") as file:
        return _decode(file.read(MAX_TEXT_BYTES + 1), str(path))


def read_stdin() -> str:
    """Read standard input to its end, as read_file does."""
    if sys.stdin is None:
        raise ValueError("standard input is closed; expected text to speak")
    return _decode(sys.stdin.buffer.read(MAX_TEXT_BYTES + 1), "standard input")


def _text_and_target(options: argparse.Namespace) -> tuple[str, str]:
    """Read the text; -> it and the file to write, or -."""
    words: list[str] = list(options.words)
    if options.input is None and not words:
        raise UsageError("expected a text to speak")
    if options.input is None and words[0] != "-":
        text = words.pop(0)
    elif (options.input or words.pop(0)) == "-":
        text = read_stdin()
    else:
        text = read_file(Path(options.input))
    if options.output is not None:
        words.insert(0, options.output)
    if len(words) > 1:
        raise UsageError(f"expected one file to write, found {' and '.join(words)}")
    target = words[0] if words else DEFAULT_OUTPUT
    if target == "-" and sys.stdout is None:
        raise ValueError("standard output is closed; expected a file or a pipe for the audio")
    if target == "-" and sys.stdout.isatty():
        raise UsageError("audio does not belong on a terminal; name a file or use a pipe")
    return text, target


def _decode(data: bytes, name: str) -> str:
    if len(data) > MAX_TEXT_BYTES:
        raise ValueError(f"{name}: expected at most {MAX_TEXT_BYTES >> 20} MiB of text; cut it up")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name}: expected UTF-8 text, found byte 0x{data[error.start]:02x} "
            f"at offset {error.start}"
        ) from error


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return the options that were given, by name."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def _describe(error: Exception) -> str:
    """Put an error into words for a user."""
    if isinstance(error, MemoryError):
        return "not enough memory"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, (SopranoError, ValueError, OSError)):
        first, *problems = str(error).split("\n")
        if len(problems) > MAX_PROBLEMS:
            problems[MAX_PROBLEMS:] = ["and more (--debug lists them)"]
        return f"{first} {'; '.join(problems)}"
    return f"unexpected {type(error).__name__}: {error} (--debug shows where)"


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(TERMINATED)


def _to_stderr(text: str) -> None:
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError:  # nobody reads it any more, which is no reason to lose the speech
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
