"""The user's side: what is said on standard error, and text that is read."""

import argparse
import codecs
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soprano_np import Sentence

MAX_TEXT_BYTES = 1 << 24
BAR_WIDTH = 30
MAX_REPEATS = 5


def tell(message: str) -> None:
    """Write one line to standard error, over a progress bar."""
    line = " ".join(message.split())
    line = "".join(char if char.isprintable() else "?" for char in line)
    clear = f"\r{'':{2 * BAR_WIDTH}}\r" if sys.stderr.isatty() else ""
    _to_stderr(f"{clear}soprano-np: {line}\n")


class Handler(logging.Handler):
    """Tells the user what the library logs, the same complaint a few times only."""

    def __init__(self) -> None:
        super().__init__()
        self._told: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of one record."""
        self._told[record.msg] += 1
        if self._told[record.msg] <= MAX_REPEATS:
            tell(record.getMessage())
        elif self._told[record.msg] == MAX_REPEATS + 1:
            tell("and more of the same")


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
    """Yield standard input as it comes; raises ValueError as read_file does."""
    if sys.stdin is None:
        raise ValueError("standard input is closed; expected text to speak")
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
    """Join pieces of standard input; raises ValueError beyond MAX_TEXT_BYTES."""
    whole, size = [], 0
    for piece in pieces:
        whole.append(piece)
        size += len(piece.encode())
        if size > MAX_TEXT_BYTES:
            raise _too_long("standard input")
    return "".join(whole)


def _too_long(name: str) -> ValueError:
    return ValueError(f"{name}: expected at most {MAX_TEXT_BYTES >> 20} MiB of text; cut it up")


def _not_utf8(name: str, error: UnicodeDecodeError, before: int) -> ValueError:
    return ValueError(
        f"{name}: expected UTF-8 text, found byte 0x{error.object[error.start]:02x} "
        f"at offset {before + error.start}"
    )


def _to_stderr(text: str) -> None:
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError:  # nobody reads it any more, which is no reason to lose the speech
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
