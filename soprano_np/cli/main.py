"""The command line: arguments in, exit codes out.

numpy is imported after --threads has been read, since BLAS reads the number of threads from the
environment when it loads.
"""

import argparse
import contextlib
import logging
import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from soprano_np.cli.console import DownloadReport, LogHandler, Report, describe, print_message
from soprano_np.cli.options import (
    UsageError,
    check_output,
    find_job,
    given,
    parse,
    read_text,
    request,
)

if TYPE_CHECKING:
    from soprano_np import SopranoTTS
    from soprano_np.audio.wav import Encoding

OK, FAILED, USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143  # exit codes
BLAS_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    if sys.stderr is None:  # closed by the caller; print would turn to standard output
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (used to the end)
    signal.signal(signal.SIGTERM, _terminate)
    debug = False
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        debug = options.debug
        return run(options)
    except UsageError as error:
        print_message(f"{error} (see --help)")
        return USAGE
    except KeyboardInterrupt as error:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to interrupt
        print_message(str(error) or "interrupted, nothing written")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of the audio has heard enough
        return OK
    except Exception as error:
        if debug:
            raise
        print_message(describe(error))
        return FAILED


def run(options: argparse.Namespace) -> int:
    """Do what the options ask for and return the exit code."""
    level = logging.ERROR if options.quiet else logging.WARNING
    logging.basicConfig(handlers=[LogHandler()], level=level)
    if not options.debug:  # Python's own warnings are for programmers
        warnings.simplefilter("ignore")
    if options.threads is not None:
        os.environ.update(dict.fromkeys(BLAS_THREADS, str(options.threads)))

    job = find_job(options)
    check_output(job)
    text = read_text(job, options)
    if options.show_text:
        from soprano_np.cli.show import show

        show(options, "".join(text))
        return OK

    from soprano_np import SopranoTTS

    started = time.perf_counter()
    settings = given(options, "model", "normalizer", "batch_size", "lexicon")
    tts = SopranoTTS(**settings, progress=DownloadReport(options))
    loading = time.perf_counter() - started
    if job.target in (None, "-"):
        return stream(options, tts, text, loading)
    return record(options, tts, "".join(text), Path(job.target), loading)


def record(
    options: argparse.Namespace, tts: "SopranoTTS", text: str, path: Path, loading: float
) -> int:
    """Speak a text into a file, which appears once all is spoken.

    Ctrl-C keeps the sentences that are finished; a second one keeps nothing.
    """
    from soprano_np.audio.wav import Recording

    started = time.perf_counter()
    report = Report(options, len(text))
    track = tts.track(text, tts.request(**request(options)))
    interrupted = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        track.stop()

    if (
        signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    ):  # ignored in a script's background jobs: stay so
        signal.signal(signal.SIGINT, interrupt)
    with Recording(tts.sample_rate, path) as recording:
        for sentence in track:
            if recording.samples:
                recording.append(tts.silence(sentence.pause))
            recording.append(sentence.audio)
            report.sentence(sentence, recording.samples / tts.sample_rate)
        if not recording.samples:
            if interrupted:
                raise KeyboardInterrupt
            raise ValueError(
                "nothing was spoken: every sentence ended before its first sound; "
                "try more --max-new-tokens or another --temperature"
            )
        encoding: Encoding = "float32" if options.float32 else "pcm16"
        recording.save(path, encoding, normalize=not options.keep_loudness)
        seconds = recording.samples / tts.sample_rate
    report.file(path, seconds, loading, time.perf_counter() - started)
    if interrupted:
        kept = "1 sentence was" if report.sentences == 1 else f"{report.sentences} sentences were"
        report.print(f"interrupted: {kept} kept")
    return INTERRUPTED if interrupted else OK


def stream(
    options: argparse.Namespace, tts: "SopranoTTS", text: str | Iterator[str], loading: float
) -> int:
    """Speak a text to standard output or the loudspeaker as it is generated."""
    from soprano_np.audio.speaker import Loudspeaker, Pipe

    with contextlib.ExitStack() as stack:
        track = tts.track(text, tts.request(**request(options)), live=True)
        stack.callback(track.cancel)
        output: Loudspeaker | Pipe
        if options.play:
            output = Loudspeaker(tts.sample_rate)
        else:  # by its number, since sys.stdout would try again at exit to write what was refused
            stdout = stack.enter_context(open(1, "wb", buffering=0, closefd=False))
            encoding: Encoding = "float32" if options.float32 else "pcm16"
            output = Pipe(stdout, tts.sample_rate, encoding, header=not options.output_raw)
        try:
            for chunk in track:
                output.write(chunk)
            output.close()
        except KeyboardInterrupt:
            heard = f"interrupted after {track.playback.seconds:.2f} s of speech"
            raise KeyboardInterrupt(heard) from None
    if not track.playback.seconds:
        raise ValueError(
            "nothing was spoken: there was no text, or every sentence ended before its first sound"
        )
    Report(options).stream(track.playback, loading)
    return OK


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(TERMINATED)
