"""The command line: arguments in, exit codes out; its options are in options.py.

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
from typing import TYPE_CHECKING, NoReturn

from soprano_np.cli.console import Handler, Report, tell
from soprano_np.cli.options import (
    SAMPLING,
    UsageError,
    build_parser,
    check,
    find_job,
    given,
    parse,
    read_text,
)
from soprano_np.errors import SopranoError

if TYPE_CHECKING:
    from soprano_np import SopranoTTS
    from soprano_np.audio.wav import Encoding

BLAS_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
OK, FAILED, INTERRUPTED, TERMINATED = 0, 1, 130, 143  # and options.USAGE
MAX_PROBLEMS = 3  # of a damaged checkpoint, in one line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; -> its exit code."""
    if sys.stderr is None:  # closed by the caller; print would turn to standard output
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (used to the end)
    parser = build_parser()
    options = parse(parser, list(sys.argv[1:] if arguments is None else arguments))
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
    job = find_job(options)
    if options.threads is not None:
        if not 1 <= options.threads <= 1024:
            raise UsageError(f"--threads must be from 1 to 1024, not {options.threads}")
        os.environ.update(dict.fromkeys(BLAS_THREADS, str(options.threads)))
    if options.quiet:
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    check(options, job)
    text = read_text(job, options)
    if options.show_text:
        return show(options, "".join(text))

    from soprano_np import SopranoTTS

    started = time.perf_counter()
    tts = SopranoTTS(**given(options, "model", "normalizer", "batch_size", "lexicon"))
    loading = time.perf_counter() - started
    if job.target is None or job.live:
        return stream(options, tts, text, loading)
    return record(options, tts, "".join(text), Path(job.target), loading)


def record(
    options: argparse.Namespace, tts: "SopranoTTS", text: str, path: Path, loading: float
) -> int:
    """Speak a text into a file, which appears when all is spoken."""
    from soprano_np.audio.wav import Recording

    started = time.perf_counter()
    sentence_silence = tts.silence(options.sentence_silence)
    paragraph_silence = tts.silence(options.paragraph_silence)
    paragraphs = tts.paragraphs(text, merge=not options.sentence_silence)
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph]
    opening = [not index for paragraph in paragraphs for index in range(len(paragraph))]
    spoken = tts.generate(sentences, tts.sampling(**given(options, *SAMPLING)))
    report = Report(options, len(sentences))
    with Recording(tts.sample_rate, path) as recording:
        interrupted = False
        try:
            for sentence, opens in zip(spoken, opening, strict=True):
                if recording.samples:
                    recording.append(paragraph_silence if opens else sentence_silence)
                recording.append(sentence.audio)
                report.spoken(sentence, recording.samples / tts.sample_rate)
        except KeyboardInterrupt:
            if not recording.samples:
                raise
            interrupted = True
        if not recording.samples:
            raise ValueError(
                "nothing was spoken: every sentence ended before its first sound; "
                "more --max-new-tokens or a --temperature may help"
            )
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
        **given(options, *SAMPLING),
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
    from soprano_np.text.sentences import find_prompts

    limit = None
    if options.model is not None:
        with open_checkpoint(resolve(options.model)) as checkpoint:
            limit = checkpoint.generation.max_prompt_characters
    normalize = choose_normalizer(options.normalizer or "default", options.lexicon)
    paragraphs = find_prompts(text, normalize, limit, merge=not options.sentence_silence)
    if not paragraphs:
        raise ValueError("nothing in the text can be spoken")
    with open(1, "w", encoding="utf-8", closefd=False) as stdout:  # as in stream
        print("\n\n".join("\n".join(sentences) for sentences in paragraphs), file=stdout)
    return OK


def _describe(error: Exception) -> str:
    """Put an error into words for a user."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return (
            "not enough memory; a smaller --batch-size needs less, and an int8 copy of a float32 "
            "model, which tools/quantize.py makes, less than half"
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
