"""Terminal messages and input."""

import argparse
import codecs
import errno
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from soprano_np.errors import SopranoError

if TYPE_CHECKING:
    from soprano_np import Sentence
    from soprano_np.engine.playback import Playback

MAX_TEXT_BYTES = 1 << 24
BAR_WIDTH = 30
DOWNLOAD_WIDTH = 20
MAX_REPEATS = 5  # of a warning
MAX_PROBLEMS = 3  # of a damaged checkpoint, in one line


def print_message(message: str) -> None:
    """Print one line on standard error, in place of a progress bar."""
    line = " ".join(message.split())
    line = "".join(char if char.isprintable() else "?" for char in line)
    clear = f"\r{'':{2 * BAR_WIDTH}}\r" if sys.stderr.isatty() else ""
    _print_error(f"{clear}soprano-np: {line}\n")


def print_output(text: str) -> None:
    """Print to standard output; raises OSError if that fails, ValueError if it is closed."""
    if sys.stdout is None:
        raise ValueError("standard output is closed; expected a file or a pipe")
    # By its number, since sys.stdout would try again at exit to write what was refused.
    with open(1, "w", encoding="utf-8", closefd=False) as stdout:
        stdout.write(text)


def _print_error(text: str) -> None:
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError:  # nobody reads it any more, but the speech goes on
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


class LogHandler(logging.Handler):
    """Prints what the library logs, each kind of warning a few times only."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Print one record."""
        self._shown[record.msg] += 1
        if self._shown[record.msg] <= MAX_REPEATS:
            print_message(record.getMessage())
        elif self._shown[record.msg] == MAX_REPEATS + 1:
            print_message("and more warnings like this")


class Report:
    """Reports how a run goes: a progress bar on a terminal, or a line a sentence with --verbose.

    total: characters of the text, 1 where that does not matter.
    """

    def __init__(self, options: argparse.Namespace, total: int = 1) -> None:
        self.quiet, self.verbose, self.total = options.quiet, options.verbose, total
        self.sentences = self.tokens = self.characters = 0
        self.bar = sys.stderr.isatty() and not self.quiet and not self.verbose

    def print(self, line: str) -> None:
        """Print a line, unless --quiet was given."""
        if not self.quiet:
            print_message(line)

    def sentence(self, sentence: "Sentence", seconds: float) -> None:
        """Report a finished sentence, which ends `seconds` into the audio."""
        self.sentences += 1
        self.tokens += len(sentence.tokens)
        self.characters += len(sentence.written) + 1  # and the white space after it
        if self.verbose:
            attempt = f", attempt {sentence.attempts}" if sentence.attempts > 1 else ""
            self.print(
                f"{self.sentences} {sentence.finish_reason}, {len(sentence.tokens)} tokens, "
                f"{sentence.seconds:.2f} s{attempt}: {sentence.text}"
            )
        share = self.characters / self.total
        if self.bar and share < 1:
            bar = "#" * int(BAR_WIDTH * share)
            _print_error(f"\r[{bar:.<{BAR_WIDTH}}] {share:.0%}, {seconds:.1f} s")

    def file(self, path: Path, seconds: float, loading: float, speaking: float) -> None:
        """Sum up a file: its length, and the seconds that loading and speaking took."""
        self.print(f"{path}: {seconds:.2f} s of speech in {speaking:.2f} s")
        if self.verbose:
            self.print(
                f"loaded in {loading:.2f} s, {self.tokens} tokens, "
                f"{seconds / speaking:.2f} x real time"
            )

    def stream(self, playback: "Playback", loading: float) -> None:
        """Sum up a stream, if --verbose was given."""
        if self.verbose:
            seconds, elapsed = playback.seconds, playback.elapsed
            self.print(
                f"loaded in {loading:.2f} s, first audio after {playback.first:.3f} s, "
                f"{seconds:.2f} s of speech in {elapsed:.2f} s, "
                f"{seconds / elapsed:.2f} x real time, gaps in playback: {playback.gaps}"
            )


class DownloadReport:
    """Reports a download: a line at its start, and a progress bar on a terminal."""

    def __init__(self, options: argparse.Namespace) -> None:
        from soprano_np.checkpoint.hub import DEFAULT_MODEL  # imports numpy, see main

        self.quiet = options.quiet
        self.bar = sys.stderr.isatty() and not self.quiet
        self.model = options.model or DEFAULT_MODEL
        self.started: float | None = None
        self.first = 0  # bytes that an earlier download left
        self.shown = ""

    def __call__(self, done: int, total: int) -> None:
        """Report the bytes so far, of all."""
        if self.quiet or (self.started is None and done >= total):
            return
        now = time.monotonic()
        if self.started is None:
            self.started, self.first = now, done
            print_message(f"downloading {self.model}, {total / 1e6:.0f} MB")
        if not self.bar:
            return
        left = ""
        if done > self.first and now - self.started > 1:
            rate = (done - self.first) / (now - self.started)
            minutes, seconds = divmod(round((total - done) / rate), 60)
            left = f", {minutes}:{seconds:02} left"
        bar = "#" * int(DOWNLOAD_WIDTH * done / total)
        counts = f"{done / 1e6:.0f} of {total / 1e6:.0f} MB"
        line = f"[{bar:.<{DOWNLOAD_WIDTH}}] {done / total:.0%}, {counts}{left}"
        if done >= total:
            line = ""
        if line != self.shown:
            self.shown = line
            _print_error(f"\r{line:{2 * BAR_WIDTH}}" + ("" if line else "\r"))


def describe(error: Exception) -> str:
    """Say in one line what went wrong and, where it helps, what to do."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return (
            "not enough memory; try a smaller --batch-size or an int8 copy of the model, which "
            "python -m soprano_np.checkpoint.quantize makes"
        )
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, (SopranoError, ValueError, OSError)):
        first, *problems = str(error).split("\n")
        if len(problems) > MAX_PROBLEMS:
            problems[MAX_PROBLEMS:] = ["and more (--debug lists them)"]
        return f"{first} {'; '.join(problems)}"
    return f"unexpected {type(error).__name__}: {error} (--debug shows where)"


def read_file(path: Path) -> str:
    """Read a text file; raises ValueError unless it is UTF-8 of at most MAX_TEXT_BYTES."""
    with open(path, "rb") as file:
        data = file.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise _too_long(str(path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(str(path), error, 0) from error


def read_stdin() -> Iterator[str]:
    """Yield standard input as it arrives; raises ValueError if it is closed or not UTF-8."""
    if sys.stdin is None:
        raise ValueError("standard input is closed; expected a text to speak")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    count = 0
    while True:
        data = os.read(0, 1 << 16)  # what is there, without waiting for more
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            before = count + len(data) - len(error.object)
            raise _not_utf8("standard input", error, before) from error
        count += len(data)
        yield text
        if not data:
            return


def read_all(pieces: Iterable[str]) -> str:
    """Join the pieces of standard input; raises ValueError beyond MAX_TEXT_BYTES."""
    whole, size = [], 0
    for piece in pieces:
        whole.append(piece)
        size += len(piece.encode())
        if size > MAX_TEXT_BYTES:
            raise _too_long("standard input")
    return "".join(whole)


def _too_long(name: str) -> ValueError:
    return ValueError(f"{name}: expected at most {MAX_TEXT_BYTES >> 20} MiB of text; split it")


def _not_utf8(name: str, error: UnicodeDecodeError, before: int) -> ValueError:
    return ValueError(
        f"{name}: expected UTF-8 text, found byte 0x{error.object[error.start]:02x} "
        f"at offset {before + error.start}"
    )
