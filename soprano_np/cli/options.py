"""The command line's options, and the text and output file that its arguments name."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from soprano_np import __version__
from soprano_np.cli.console import print_message, print_output, read_all, read_file, read_stdin
from soprano_np.request import BATCH_SIZES, SAMPLING, SOUND, Range, kind
from soprano_np.request import options as request_options

DEFAULT_OUTPUT = "output.wav"
OTHER_FORMATS = (".mp3", ".ogg", ".opus", ".flac", ".m4a", ".aac")
THREADS = Range(1, 1024)


class UsageError(Exception):
    """The command line itself is wrong."""


class Parser(argparse.ArgumentParser):
    """argparse, except that main() reports errors, including a failure to print."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(message.removeprefix("argument "))

    def _print_message(self, message: str, file: Any = None) -> None:
        print_output(message)


@dataclass(frozen=True)
class Job:
    """What to speak and where to.

    text: the text, unless it is read from source, a file or "-" for standard input.
    target: the file to write, "-" for standard output, None where no file is written.
    """

    text: str
    source: str | None
    target: str | None


def build_parser() -> Parser:
    """Declare the options; those of speech come from Request."""
    parser = Parser(
        prog="soprano-np",
        usage="%(prog)s [options] TEXT [OUT.wav]\n       %(prog)s [options] -i FILE [OUT.wav]",
        description="Read a text aloud with the Soprano text-to-speech model, on a CPU.",
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="TEXT [OUT.wav]",
        help="the text to speak, or - to read it from standard input; and the file to write "
        f"({DEFAULT_OUTPUT}), or - to stream a WAV file to standard output",
    )
    parser.add_argument("-i", "--input", metavar="FILE", help="read the text from a UTF-8 file")
    parser.add_argument("-o", "--output", metavar="FILE", help="the same as OUT.wav")
    parser.add_argument(
        "-m",
        "--model",
        help="a directory, a Hugging Face Hub id, or builtin for the small voice that needs no "
        "download (ekwek/Soprano-1.1-80M by default)",
    )
    destination = parser.add_mutually_exclusive_group()
    destination.add_argument(
        "--output-raw",
        action="store_true",
        help="stream samples to standard output, without a WAV header",
    )
    destination.add_argument(
        "--play",
        action="store_true",
        help="play the speech as it is made (needs sounddevice)",
    )
    destination.add_argument(
        "--show-text", action="store_true", help="print the text as it would be spoken, and exit"
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="with --show-text, print also what each rule made of which words",
    )
    parser.add_argument(
        "--normalizer",
        choices=("default", "reference", "none"),
        help="read numbers, abbreviations and so on as an American does (default), as soprano-tts "
        "does (reference), or leave them to the model (none)",
    )
    parser.add_argument(
        "--lexicon",
        metavar="FILE",
        help="how to pronounce words: each line has a word, a tab and its spoken form",
    )
    parser.add_argument(
        "--batch-size",
        type=number(int, BATCH_SIZES),
        metavar="N",
        help="sentences to generate side by side (16)",
    )
    parser.add_argument(
        "--threads", type=number(int, THREADS), metavar="N", help="processor cores to use (all)"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="report each sentence, or a stream's timing"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="report errors only")
    parser.add_argument("--debug", action="store_true", help="show where an error occurred")
    parser.add_argument("--version", action="version", version=f"soprano-np {__version__}")

    groups = {
        SOUND: parser.add_argument_group("sound"),
        SAMPLING: parser.add_argument_group("sampling (a model may have defaults of its own)"),
    }
    for each in request_options():
        flag, group = "--" + each.name.replace("_", "-"), groups[each.group]
        if kind(each.type) is bool:
            group.add_argument(flag, action="store_true", default=None, help=each.meaning)
        else:
            default = "" if each.default is None else f" ({each.default:g})"
            group.add_argument(
                flag,
                type=number(kind(each.type), each.range),
                metavar=each.symbol,
                help=each.meaning + default,
            )
    groups[SOUND].add_argument(
        "--float32", action="store_true", help="write float32 samples instead of 16-bit ones"
    )
    return parser


def number(expected: type, allowed: Range | None) -> Callable[[str], Any]:
    """Return what argparse needs to read an int or a float within a range."""

    def read(text: str) -> Any:
        try:
            value = expected(text)
        except ValueError:
            name = "a whole number" if expected is int else "a number"
            raise argparse.ArgumentTypeError(f"must be {name}, not {text!r}") from None
        if allowed is not None and value not in allowed:
            raise argparse.ArgumentTypeError(f"must be {allowed}, not {text}")
        return value

    return read


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line; everything after -- is a text or a file. Raises UsageError."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = build_parser().parse_intermixed_args(arguments[:end])  # which would drop the --
    options.words += arguments[end + 1 :]
    if options.lexicon is not None and options.normalizer not in (None, "default"):
        raise UsageError("--lexicon works with the default normalizer only")
    if options.explain and not options.show_text:
        raise UsageError("--explain goes with --show-text")
    if options.explain and options.normalizer not in (None, "default"):
        raise UsageError("--explain works with the default normalizer only")
    return options


def find_job(options: argparse.Namespace) -> Job:
    """Decide which words are text and which are files, without reading any.

    Raises UsageError, and ValueError if standard output is closed.
    """
    words: list[str] = list(options.words)
    text, source = "", options.input
    if source is None:
        if not words:
            raise UsageError("expected a text to speak")
        text = words.pop(0)
        if text == "-":
            source = "-"
    if options.output is not None:
        words.insert(0, options.output)
    if "" in (*words, source, options.model):
        raise UsageError("the file or model name is empty")
    if len(words) > 1:
        raise UsageError(f"expected one output file, found {' and '.join(words)}")
    if options.output_raw or options.play or options.show_text:
        if words:
            raise UsageError(f"no file is written here; remove {words[0]}")
        target = "-" if options.output_raw else None
    else:
        target = words[0] if words else DEFAULT_OUTPUT
    if target == "-":
        if sys.stdout is None:
            raise ValueError("standard output is closed; expected a file or a pipe")
        if sys.stdout.isatty():
            raise UsageError("a terminal cannot play audio; name a file or use a pipe")
    return Job(text, source, target)


def check_output(job: Job) -> None:
    """Raise UsageError or OSError for a file that speech cannot be written to."""
    from soprano_np.audio.wav import check_target

    if job.target in (None, "-"):
        return
    path = Path(job.target)
    if path.suffix.lower() in OTHER_FORMATS:
        raise UsageError(f"{path}: only WAV files are written")
    if job.source not in (None, "-") and path.exists() and path.samefile(job.source):
        raise UsageError(f"{path} is the input file; choose another output")
    check_target(job.target)


def read_text(job: Job, options: argparse.Namespace) -> str | Iterator[str]:
    """Return the text, or pieces of it if it comes from standard input and is spoken live.

    Raises OSError, and ValueError unless it is UTF-8 of at most 16 MiB.
    """
    if job.source is None:
        if os.path.isfile(job.text) and not options.quiet:
            print_message(f"{job.text} is a file; use -i to speak its contents")
        return job.text
    if job.source != "-":
        return read_file(Path(job.source))
    pieces = read_stdin()
    live = job.target in (None, "-") and not options.show_text
    return pieces if live else read_all(pieces)


def request(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options of speech that were given, by name."""
    return given(options, *(each.name for each in request_options()))


def given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return those of the named options that were given."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}
