"""Many listeners at once: each plays what it hears in real time, from a thread of its own."""

import random
import statistics
import threading
import time
from dataclasses import dataclass
from typing import Any

BUFFER = 0.2  # seconds of audio that a player still has when it pulls more
SENTENCES = 3  # in each text that a listener hears
PAUSE = 2.0  # seconds at most between two of its texts
WORDS = "lamp moth table supper letter window garden winter river morning".split()


@dataclass
class Heard:
    """What one listener heard of one text."""

    first: float  # seconds until the first sound
    gaps: int
    longest_gap: float
    seconds: float


def prose(number: int, sentences: int) -> str:
    """Make a text of sentences of about 75 characters."""

    def word(step: int) -> str:
        return WORDS[(number + step) % len(WORDS)]

    return " ".join(
        f"Here is the {word(i)} that nobody in the {word(3 * i + 1)} has seen since {word(7 * i)}."
        for i in range(sentences)
    )


def play(tts: Any, text: str, options: dict[str, Any]) -> Heard:
    """Play a text in real time."""
    track = tts.track(text, tts.request(**options), live=True)
    for _ in track:
        time.sleep(max(track.playback.lead - BUFFER, 0))
    heard = track.playback
    return Heard(heard.first, heard.gaps, heard.longest_gap, heard.seconds)


def first_audio(tts: Any, options: dict[str, Any]) -> float:
    """Return the median seconds until a lone listener hears something."""
    found = []
    for number in range(5):
        started = time.perf_counter()
        stream = tts.infer_stream(prose(number, SENTENCES), **options)
        next(stream)
        found.append(time.perf_counter() - started)
        stream.close()
    return statistics.median(found)


class Crowd:
    """Listeners who come and go, inside a with statement."""

    def __init__(self, tts: Any, count: int, spread: float, options: dict[str, Any]) -> None:
        self.heard: list[Heard] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._listen, args=(tts, number, spread, options))
            for number in range(count)
        ]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _listen(self, tts: Any, number: int, spread: float, options: dict[str, Any]) -> None:
        chance = random.Random(number)
        self._stop.wait(chance.random() * spread)
        while not self._stop.is_set():
            self.heard.append(play(tts, prose(chance.randrange(100), SENTENCES), options))
            self._stop.wait(chance.random() * PAUSE)


def summary(heard: list[Heard], lone: float) -> dict[str, float]:
    """Summarise what a crowd heard.

    first is the 95th percentile of first audio in seconds; ratio is that divided by a lone
    listener's.
    """
    first = sorted(each.first for each in heard)
    percentile = first[min(int(len(first) * 0.95), len(first) - 1)]
    return {
        "texts": len(heard),
        "gaps": sum(each.gaps for each in heard),
        "longest_gap": max(each.longest_gap for each in heard),
        "lone": lone,
        "first": percentile,
        "ratio": percentile / lone,
    }


def listen(tts: Any, count: int, seconds: float, options: dict[str, Any]) -> dict[str, float]:
    """Let a number of listeners come and go for some seconds, and summarise what they heard."""
    lone = first_audio(tts, options)
    with Crowd(tts, count, min(seconds / 3, 10), options) as crowd:
        time.sleep(seconds)
    return summary(crowd.heard, lone)


def file_beside(tts: Any, count: int, sentences: int, options: dict[str, Any]) -> dict[str, float]:
    """Speak a long text while others listen, and again while nobody does."""
    lone, text = first_audio(tts, options), prose(5, sentences)

    def speak() -> float:
        started = time.perf_counter()
        tts.infer(text, **options)
        return time.perf_counter() - started

    with Crowd(tts, count, 1, options) as crowd:
        beside = speak()
    alone = speak()
    return summary(crowd.heard, lone) | {"beside": beside, "alone": alone}


def threads(tts: Any, text: list[str], options: dict[str, Any]) -> None:
    """Speak each sentence from a thread of its own."""
    calls = [
        threading.Thread(target=tts.infer, args=(sentence,), kwargs=options) for sentence in text
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
