"""The command line: arguments in, exit codes out; nothing else.

numpy is imported after --threads has been read, since BLAS takes it from the environment.
"""

import argparse
import contextlib
import errno
import logging
import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from soprano_np import __version__
from soprano_np.console import Handler, Report, read_all, read_file, read_stdin, tell
from soprano_np.errors import SopranoError

if TYPE_CHECKING:
    from soprano_np import SopranoTTS
    from soprano_np.audio.wav import Encoding

DEFAULT_OUTPUT = "output.wav"
BLAS_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
OK, FAILED, USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143
OTHER_FORMATS = (".mp3", ".ogg", ".opus", ".flac", ".m4a", ".aac")
MAX_PROBLEMS = 3  # of a damaged checkpoint, in one line


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
    if options.show_text:
        return show(options, text if isinstance(text, str) else "".join(text))

    from soprano_np import Sampling, SopranoTTS
    from soprano_np.audio.wav import check_target
    from soprano_np.tts import MAX_BATCH_SIZE, MAX_CHUNK_SIZE, MAX_SILENCE, PARAGRAPH_SILENCE

    names = (
        *("temperature", "top_k", "top_p", "repetition_penalty"),
        *("max_new_tokens", "seed", "retries"),
    )
    given = _given(options, *names)
    try:
        Sampling(**given)
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
    if target not in (None, "-"):
        _check_output(options, Path(target))
        check_target(Path(target))

    started = time.perf_counter()
    tts = SopranoTTS(**_given(options, "model", "normalizer", "batch_size", "lexicon"))
    loading = time.perf_counter() - started
    if target in (None, "-"):
        return stream(options, tts, text, given, loading)
    return record(options, tts, "".join(text), Path(target), given, loading)


def record(
    options: argparse.Namespace,
    tts: "SopranoTTS",
    text: str,
    path: Path,
    given: dict[str, Any],
    loading: float,
) -> int:
    """Speak a text into a file, which appears when all is spoken."""
    from soprano_np.audio.wav import Recording

    started = time.perf_counter()
    sentence_silence = tts.silence(options.sentence_silence)
    paragraph_silence = tts.silence(options.paragraph_silence)
    paragraphs = tts.paragraphs(text, merge=not options.sentence_silence)
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph]
    opening = [not index for paragraph in paragraphs for index in range(len(paragraph))]
    report = Report(options, len(sentences))
    with Recording(tts.sample_rate, path) as recording:
        interrupted = False
        try:
            for sentence, opens in zip(
                tts.generate(sentences, tts.sampling(**given)), opening, strict=True
            ):
                if recording.samples:
                    recording.append(paragraph_silence if opens else sentence_silence)
                recording.append(sentence.audio)
                report.spoken(sentence, recording.samples / tts.sample_rate)
        except KeyboardInterrupt:
            if not recording.samples:
                raise
            interrupted = True
        if not recording.samples:
            raise ValueError("the model ended every sentence before its first sound")
        encoding: Encoding = "float32" if options.float32 else "pcm16"
        recording.save(path, encoding, not options.no_normalize)
        seconds = recording.samples / tts.sample_rate
    report.done(str(path), seconds, loading, time.perf_counter() - started)
    if interrupted:
        report.say(f"interrupted: {report.count} of {len(sentences)} sentences were kept")
        return INTERRUPTED
    return OK


def stream(
    options: argparse.Namespace,
    tts: "SopranoTTS",
    text: str | Iterator[str],
    given: dict[str, Any],
    loading: float,
) -> int:
    """Speak a text to standard output or the loudspeaker while it is generated."""
    from soprano_np.audio.live import Listener, Loudspeaker, Pipe

    listener = Listener()
    chunks = tts.infer_stream(
        text,
        options.chunk_size,
        sentence_silence=options.sentence_silence,
        paragraph_silence=options.paragraph_silence,
        **given,
    )
    encoding: Encoding = "float32" if options.float32 else "pcm16"
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(chunks))
        output: Loudspeaker | Pipe
        if options.play:
            output = Loudspeaker(tts.sample_rate)
        else:  # by its number: sys.stdout would try again at exit to write what was refused
            stdout = stack.enter_context(open(1, "wb", buffering=0, closefd=False))
            output = Pipe(stdout, tts.sample_rate, encoding, header=not options.output_raw)
        try:
            for chunk in chunks:
                listener.hear(len(chunk) / tts.sample_rate)
                output.write(chunk)
            output.close()
        except KeyboardInterrupt:
            tell(f"interrupted after {listener.seconds:.2f} s of speech")
            return INTERRUPTED
    if not listener.seconds:
        raise ValueError("nothing was spoken: no text, or every sentence ended before its sound")
    if options.verbose:
        Report(options, 0).say(
            f"loaded in {loading:.2f} s, first audio after {listener.first:.3f} s, "
            f"{listener.seconds:.2f} s of speech in {listener.elapsed:.2f} s, "
            f"{listener.seconds / listener.elapsed:.2f} x real time, {listener.gaps} gaps"
        )
    return OK


def show(options: argparse.Namespace, text: str) -> int:
    """Print the sentences that would be spoken, an empty line between paragraphs."""
    from soprano_np.checkpoint.hub import resolve
    from soprano_np.checkpoint.loading import open_checkpoint
    from soprano_np.text.normalize import choose_normalizer
    from soprano_np.text.sentences import MAX_CHARACTERS, MIN_CHARACTERS, split_paragraphs

    limit = None
    if options.model is not None:
        with open_checkpoint(resolve(options.model)) as checkpoint:
            limit = checkpoint.generation.max_prompt_characters
    normalize = choose_normalizer(options.normalizer or "default", options.lexicon)
    shortest = 0 if options.sentence_silence else MIN_CHARACTERS
    paragraphs = split_paragraphs(normalize(text), limit or MAX_CHARACTERS, shortest)
    if not paragraphs:
        raise ValueError("nothing in the text can be spoken")
    with open(1, "w", encoding="utf-8", closefd=False) as stdout:  # as in stream
        print("\n\n".join("\n".join(sentences) for sentences in paragraphs), file=stdout)
    return OK


def _text_and_target(options: argparse.Namespace) -> tuple[str | Iterator[str], str | None]:
    """Read the text; -> it and the file to write, - for a stream, or None for none of them."""
    words: list[str] = list(options.words)
    if options.input is None and not words:
        raise UsageError("expected a text to speak")
    text: str | Iterator[str]
    if options.input is None and words[0] != "-":
        text = words.pop(0)
        if "\n" not in text and len(text) < 256 and Path(text).is_file() and not options.quiet:
            tell(f"speaking the name {text}; -i speaks what is in the file")
    elif (options.input or words.pop(0)) == "-":
        text = read_stdin()
    else:
        text = read_file(Path(options.input))
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
    if isinstance(text, str) or to_stdout or options.play:
        return text, target
    return read_all(text), target


def _check_output(options: argparse.Namespace, path: Path) -> None:
    """Refuse what would be no WAV, or the end of the text."""
    if path.suffix.lower() in OTHER_FORMATS:
        raise UsageError(f"{path}: only WAV files are written")
    if options.input is not None and path.exists() and path.samefile(options.input):
        raise UsageError(f"{path}: is the text; the speech would be written over it")


def _check_range(
    options: argparse.Namespace, name: str, low: float, high: float, unit: str = ""
) -> None:
    value = getattr(options, name)
    if value is not None and not low <= value <= high:
        option = name.replace("_", "-")
        raise UsageError(f"--{option} must be from {low} to {high}{unit}")


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return the options that were given, by name."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def _describe(error: Exception) -> str:
    """Put an error into words for a user."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return (
            "not enough memory; an int8 copy of the model, which tools/quantize.py makes, needs "
            "less than half of it, and a smaller --batch-size less too"
        )
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
