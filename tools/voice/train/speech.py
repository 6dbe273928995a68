"""Speech: let the teacher speak the texts, lock the phases and write the result to shards.

The teacher is hibari-tts 0.2.1 (Apache-2.0; see its NOTICE), whose network outputs a spectrum for
every 12.5 ms and, with a small change, the duration of each phoneme.
"""

import argparse
import json
import logging
import multiprocessing
import signal
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hibari
import numpy as np
import onnxruntime
from hibari.g2p import G2P
from numpy.typing import NDArray
from voice.train import locking
from voice.train.files import write_text
from voice.train.shards import (
    FRAMES_PER_TOKEN,
    SAMPLE_RATE,
    SAMPLES_PER_TOKEN,
    WITH_WAVES,
    Utterance,
    read_texts,
    shard_path,
    write,
)

ASSETS = Path(hibari.__file__).parent / "assets"
DURATIONS = "/Cast_32_output_0"  # the graph's name for phoneme lengths, in steps of two frames
FRAMES_PER_STEP = 2
AHEAD = 4  # frames by which sound precedes its phoneme; found to fit mels to phonemes best
# Phoneme classes 1, 2, ...; class 0 is silence.
PHONES = "AIOTWYbdfhijklmnpstuvwxzæðŋɐɑɔəɛɜɡɪɹʃʊʌʒʤʧθᵊᵻ"  # noqa: RUF001
MARKS = ".,?!"
QUIET = 1e-5  # of the loudest frame's power, -50 dB: quieter ends of an utterance are silence
NOISE = 10  # weight of its power, which also fills the bins between the harmonics
LEAD, TAIL = 5, 8  # frames of silence kept before and after, 62 and 100 ms
LONGEST = 16  # seconds
SHARD_SIZE = 500


@dataclass(frozen=True)
class Speech:
    """The teacher's output for a text, one row per frame."""

    spectra: locking.Spectra
    phones: NDArray[np.uint8]  # [frames]
    words: NDArray[np.int16]  # [frames]


class Teacher:
    """The network with phoneme durations as an additional output, and the rules that read text."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        graph = with_output((ASSETS / "hibari.onnx").read_bytes(), DURATIONS)
        self.network = onnxruntime.InferenceSession(graph, options)
        self.ids = json.loads((ASSETS / "vocab.json").read_text(encoding="utf-8"))
        self.reader = G2P()

    def phonemes(self, spoken: str) -> list[tuple[str, int]]:
        """Return the phonemes, marks and spaces of a text of words, each with its word's index."""
        letters: list[tuple[str, int]] = []
        word = 0
        for token in self.reader.phonemize_tokens(self.reader.tokenize(spoken)):
            letters += [(c, word) for c in token.phonemes or "" if c in self.ids]
            if token.whitespace:
                word += 1
                letters.append((" ", word))
        if spoken[-1] in MARKS and letters[-1][0] not in MARKS:  # "Z." is taken for an initial
            letters.append((spoken[-1], word))
        return letters

    def speak(self, spoken: str) -> Speech:
        """Speak a text without digits, in whole tokens and with little silence at both ends."""
        letters = self.phonemes(spoken)
        if not set(range(len(spoken.split()))) <= {word for c, word in letters if c in PHONES}:
            letters = [(c, -1) for c, _ in letters]  # a word was skipped, so no index is certain
        ids = [0, *(self.ids[c] for c, _ in letters), 0]
        feed = {"ids": np.array([ids]), "speed": np.ones(1, np.float32)}
        *spectra, durations = self.network.run(None, feed)
        magnitude, angle, random, noise, noise_angle, f0 = (x[0].T for x in spectra)
        phones, words = frame_labels(letters, FRAMES_PER_STEP * durations)
        phones = _padded(phones[AHEAD:], AHEAD, 0)
        words = _padded(words[AHEAD:], AHEAD, -1)
        filters = locking.Spectra(
            np.exp(np.minimum(magnitude, 7)),
            np.float32(np.pi) * np.tanh(angle),
            np.sqrt(np.exp(2 * noise) + 2 * np.exp(2 * random)),
            noise_angle,
            f0,
        )
        return trim(Speech(filters, phones, words))


def with_output(model: bytes, name: str) -> bytes:
    """Return an ONNX model with an inner value as an additional output.

    A protobuf message that is appended to another is merged with it. Field 7 of a model is its
    graph, field 12 of a graph an output, field 1 of an output its name.
    """
    message = name.encode()
    for field in (1, 12, 7):
        message = bytes([field << 3 | 2, len(message)]) + message  # lengths below 128
    return model + message


def frame_labels(
    letters: Iterable[tuple[str, int]], durations: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
    """Repeat phoneme classes and word indices for each one's duration in frames.

    durations includes the silence at both ends. A stress mark, or a space inside a phrase, belongs
    to the next phoneme.
    """
    labels = [(0, -1)]  # for the silence at the end, then from the last letter to the first
    for letter, word in reversed(list(letters)):
        if letter in PHONES:
            labels.append((PHONES.index(letter) + 1, word))
        elif letter in MARKS:
            labels.append((0, -1))
        else:
            labels.append(labels[-1])
    phones, words = np.array([(0, -1), *reversed(labels)]).T  # the silence at the beginning
    return (
        np.repeat(phones, durations).astype(np.uint8),
        np.repeat(words, durations).astype(np.int16),
    )


def trim(speech: Speech) -> Speech:
    """Shorten the silence at both ends, label it as silence, and end on a whole token."""
    spectra = speech.spectra
    voiced = spectra.f0 > locking.VOICED_ABOVE
    power = voiced * (spectra.magnitude**2).sum(1) + NOISE * (spectra.noise**2).sum(1)
    audible = power > QUIET * power.max()
    f0 = np.where(audible, spectra.f0, 0)  # it is random in silence
    loud = np.flatnonzero(audible)
    start = max(loud[0] - LEAD, 0)
    tokens = -(-(loud[-1] + TAIL - start) // FRAMES_PER_TOKEN)
    kept = slice(start, start + FRAMES_PER_TOKEN * tokens + 1)
    missing = max(kept.stop - len(power), 0)
    heard = slice(loud[0], loud[-1] + 1)  # the teacher's last phoneme lasts into the silence
    phones, words = np.zeros_like(speech.phones), np.full_like(speech.words, -1)
    phones[heard], words[heard] = speech.phones[heard], speech.words[heard]
    return Speech(
        locking.Spectra(
            _padded(spectra.magnitude[kept], missing, 0),
            _padded(spectra.angle[kept], missing, 0),
            _padded(spectra.noise[kept], missing, 0),
            _padded(spectra.noise_angle[kept], missing, 0),
            _padded(f0[kept], missing, 0),
        ),
        _padded(phones[kept], missing, 0),
        _padded(words[kept], missing, -1),
    )


def _padded(rows: NDArray[Any], missing: int, value: int) -> NDArray[Any]:
    end = np.full((missing, *rows.shape[1:]), value, rows.dtype)
    return np.concatenate([rows, end]) if missing else rows


def make_utterance(teacher: Teacher, line: dict[str, Any], with_wave: bool) -> Utterance:
    """Speak one line of text.jsonl. Raises ValueError if the speech is too long."""
    speech = teacher.speak(line["spoken"])
    seconds = len(speech.phones) * locking.HOP_LENGTH / SAMPLE_RATE
    if seconds > LONGEST:
        raise ValueError(f"{seconds:.1f} s long")
    wave, half_cycles, parity = locking.lock(speech.spectra)
    pcm = np.rint(np.clip(wave, -1, 1) * 32767).astype(np.int16) if with_wave else None
    mel = locking.log_mel(wave)
    text = line["text"]
    return Utterance(line["id"], text, mel, speech.phones, speech.words, half_cycles, parity, pcm)


def write_shard(work: Path, number: int, lines: list[dict[str, Any]]) -> tuple[int, float, int]:
    """Speak the lines of a shard; return its number, seconds of speech and the count of failures.

    Raises ValueError if every line fails.
    """
    teacher, utterances = _teacher(), []
    for line in lines:
        try:
            utterances.append(make_utterance(teacher, line, number < WITH_WAVES))
        except Exception as error:  # of any kind: one odd text must not stop the run
            logging.warning("%s: %s: %s", line["id"], line["text"], error)
    if not utterances:
        raise ValueError(f"shard {number}: none of its {len(lines)} lines could be spoken")
    write(shard_path(work, number), utterances)
    tokens = sum(len(u.half_cycles) - 1 for u in utterances)
    return number, tokens * SAMPLES_PER_TOKEN / SAMPLE_RATE, len(lines) - len(utterances)


def is_spoken(work: Path, number: int, lines: Sequence[dict[str, Any]]) -> bool:
    """Check whether a shard already exists. Raises ValueError if it holds other texts."""
    path = shard_path(work, number)
    if not path.exists():
        return False
    texts = {line["id"]: line["text"] for line in lines}
    if not read_texts(path).items() <= texts.items():  # a few may have failed
        raise ValueError(
            f"{path}: its texts are not those of text.jsonl; delete {path.parent} to start again"
        )
    return True


def die_when_interrupted() -> None:
    """Let Ctrl-C end a process at once, which is safe since shards are written whole."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


_TEACHER: list[Teacher] = []


def _teacher() -> Teacher:
    """Load the teacher once per process."""
    if not _TEACHER:
        _TEACHER.append(Teacher())
    return _TEACHER[0]


def main(options: argparse.Namespace) -> None:
    """Run the step: speak text.jsonl shard by shard, except those that exist."""
    logging.basicConfig(format="%(message)s")
    phones = ["", *PHONES]
    write_text(options.work / "phones.json", json.dumps(phones, ensure_ascii=False) + "\n")
    with (options.work / "text.jsonl").open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    shards = [lines[i : i + SHARD_SIZE] for i in range(0, len(lines), SHARD_SIZE)]
    missing = [n for n, shard in enumerate(shards) if not is_spoken(options.work, n, shard)]
    started, seconds, failed, done = time.monotonic(), 0.0, 0, 0
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(options.processes, fork, die_when_interrupted) as pool:
        running = {pool.submit(write_shard, options.work, n, shards[n]) for n in missing}
        try:
            for future in as_completed(running):
                number, length, failures = future.result()
                seconds, failed, done = seconds + length, failed + failures, done + 1
                elapsed = time.monotonic() - started
                print(
                    f"shard {number} ({done} of {len(missing)}): {seconds / 3600:.2f} h of speech,"
                    f" {seconds / elapsed:.0f} times as fast as speaking, {failed} failed",
                    flush=True,
                )
        except BaseException:  # otherwise the pool would first speak all that is left
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise
