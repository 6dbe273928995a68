"""What the command line may say: its options, the text and the file they name, and their limits."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from soprano_np import __version__
from soprano_np.cli.console import read_all, read_file, read_stdin, tell

DEFAULT_OUTPUT = "output.wav"
OTHER_FORMATS = (".mp3", ".ogg", ".opus", ".flac", ".m4a", ".aac")
USAGE = 2  # the exit code of a command line that is wrong
SAMPLING = (
    *("temperature", "top_k", "top_p", "repetition_penalty"),
    *("max_new_tokens", "seed", "retries"),
)


@dataclass(frozen=True)
class Job:
    """What there is to do: the text, or the file that it is read from, and the file to write.

    - as a file is standard input or output; target is None where nothing is written.
    """

    text: str | None
    source: str | None
    target: str | None

    @property
    def live(self) -> bool:
        """Whether sound is handed over as it is made."""
        return self.target in (None, "-")


class UsageError(Exception):
    """The command line itself is wrong."""


class Parser(argparse.ArgumentParser):
    """argparse, with errors of one line."""

    def error(self, message: str) -> NoReturn:
        """End the process."""
        tell(f"{message} (see --help)")
        sys.exit(USAGE)


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
        f"{DEFAULT_OUTPUT} if not given, or - for a WAV stream on standard output",
    )
    parser.add_argument("-i", "--input", metavar="FILE", help="read the text from a UTF-8 file")
    parser.add_argument("-o", "--output", metavar="FILE", help="the same as OUT.wav")
    parser.add_argument(
        "-m",
        "--model",
        help="a checkpoint's directory or Hugging Face Hub id, or builtin, the small voice that "
        "needs no network",
    )
    live = parser.add_mutually_exclusive_group()
    live.add_argument(
        "--output-raw", action="store_true", help="bare samples to standard output, at once"
    )
    live.add_argument(
        "--play", action="store_true", help="to the loudspeaker, at once (the play extra)"
    )
    live.add_argument(
        "--show-text", action="store_true", help="print the sentences as they would be spoken"
    )
    parser.add_argument(
        "--normalizer",
        choices=("default", "reference", "none"),
        help="how text is made speakable; reference does as soprano-tts",
    )
    parser.add_argument(
        "--lexicon",
        metavar="FILE",
        help="how to say words: a word, a tab and the spoken form a line",
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
        "--paragraph-silence",
        type=float,
        metavar="SECONDS",
        help="silence between paragraphs (0.5, and no less than between sentences)",
    )
    sound.add_argument(
        "--chunk-size",
        type=int,
        metavar="N",
        help="how many tokens' sound a stream writes at once (grows with what is in hand)",
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


def parse(parser: Parser, arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; what follows -- is text and file, whatever it looks like."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_intermixed_args(arguments[:end])  # which would forget the --
    options.words += arguments[end + 1 :]
    return options


def find_job(options: argparse.Namespace) -> Job:
    """Tell text and files apart; nothing is read yet. Raises UsageError."""
    words: list[str] = list(options.words)
    text, source = None, options.input
    if source is None:
        if not words:
            raise UsageError("expected a text to speak")
        text = words.pop(0)
        if text == "-":
            text, source = None, "-"
    if options.output is not None:
        words.insert(0, options.output)
    if "" in (*words, options.model):
        raise UsageError("expected a name, found nothing")
    if len(words) > 1:
        raise UsageError(f"expected one file to write, found {' and '.join(words)}")
    elsewhere = options.output_raw or options.play or options.show_text
    if elsewhere and words:
        raise UsageError(f"{words[0]} would stay unwritten; leave it out")
    target = None if elsewhere else words[0] if words else DEFAULT_OUTPUT
    to_stdout = target == "-" or options.output_raw
    if sys.stdout is None and (to_stdout or options.show_text):
        raise ValueError("standard output is closed; expected a file or a pipe")
    if to_stdout and sys.stdout.isatty():
        raise UsageError("audio does not belong on a terminal; name a file or use a pipe")
    return Job(text, source, target)


def read_text(job: Job, options: argparse.Namespace) -> str | Iterator[str]:
    """Read the text; that of standard input comes in pieces if it is spoken live."""
    if job.text is not None:
        text = job.text
        if "\n" not in text and len(text) < 256 and Path(text).is_file() and not options.quiet:
            tell(f"speaking the name {text}; -i speaks what is in the file")
        return text
    if job.source == "-":
        pieces = read_stdin()
        return pieces if job.live and not options.show_text else read_all(pieces)
    return read_file(Path(str(job.source)))


def check(options: argparse.Namespace, job: Job) -> None:
    """Raise UsageError for a value out of range, or a file that cannot become the speech's."""
    from soprano_np import Sampling
    from soprano_np.audio.wav import check_target
    from soprano_np.tts import MAX_BATCH_SIZE, MAX_CHUNK_SIZE, MAX_SILENCE, PARAGRAPH_SILENCE

    try:
        Sampling(**given(options, *SAMPLING))
    except ValueError as error:
        raise UsageError(f"--{error}".replace("_", "-")) from error
    if options.paragraph_silence is None:
        options.paragraph_silence = max(PARAGRAPH_SILENCE, options.sentence_silence)
    _check_range(options, "batch_size", 1, MAX_BATCH_SIZE)
    _check_range(options, "chunk_size", 1, MAX_CHUNK_SIZE)
    for name in ("sentence_silence", "paragraph_silence"):
        _check_range(options, name, 0, MAX_SILENCE, " seconds")
    if options.lexicon is not None and options.normalizer not in (None, "default"):
        raise UsageError("--lexicon goes with the default normalizer only")
    if job.target is not None and job.target != "-":
        _check_output(job.source, Path(job.target))
        check_target(job.target)


def _check_output(source: str | None, path: Path) -> None:
    """Refuse what would be no WAV, or the end of the text."""
    if path.suffix.lower() in OTHER_FORMATS:
        raise UsageError(f"{path}: only WAV files are written")
    if source not in (None, "-") and path.exists() and path.samefile(source):
        raise UsageError(f"{path}: is the text; the speech would be written over it")


def _check_range(
    options: argparse.Namespace, name: str, low: float, high: float, unit: str = ""
) -> None:
    value = getattr(options, name)
    if value is not None and not low <= value <= high:
        option = name.replace("_", "-")
        raise UsageError(f"--{option} must be from {low} to {high}{unit}")


def given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return the options that were given, by name."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}
