"""The engines, and the worker process that drives one of them.

python engines.py KIND MODEL answers each line of JSON on standard input, which names a task and
its options, with a line of JSON: the seconds that the task took and what it found. A worker
imports only what its own engine needs, since each may have a Python of its own.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from functools import cached_property
from typing import Any

VOCODER_STATES = 512


class SopranoNumpy:
    """soprano_np, from this checkout or an older one.

    speak and stream use only what every version of SopranoTTS has; the other tasks work in this
    checkout only.
    """

    def __init__(self, model: str) -> None:
        import numpy as np

        import soprano_np
        from soprano_np import SopranoTTS
        from soprano_np.checkpoint.hub import resolve
        from soprano_np.checkpoint.loading import open_checkpoint

        self.name, self.load_model = model, SopranoTTS
        self.tts = SopranoTTS(model, "reference", batch_size=64)
        self.versions = {
            "soprano_np": soprano_np.__version__,
            "numpy": np.__version__,
            "from": os.path.dirname(soprano_np.__file__),
        }
        with open_checkpoint(resolve(model)) as checkpoint:
            self.samples_per_token = checkpoint.vocoder_config.samples_per_token
            hidden_size = checkpoint.lm_config.hidden_size
        self.states = np.random.default_rng(0).standard_normal((VOCODER_STATES, hidden_size), "f4")

    @cached_property
    def default(self) -> Any:
        """The same model with every setting as users have it."""
        return self.load_model(self.name)

    def speak(self, text: list[str], tokens: int) -> dict[str, float]:
        """Speak a text's sentences; return the number of tokens and the seconds of audio."""
        samples = len(self.tts.infer(" ".join(text), max_new_tokens=tokens))
        # A sentence's first token makes no samples of its own.
        count = samples // self.samples_per_token + len(text)
        return {"tokens": count, "audio": samples / self.tts.sample_rate}

    def stream(self, text: list[str], tokens: int, chunk_size: int | None) -> dict[str, float]:
        """Stream a text and report what a listener hears."""
        chunks = self.tts.infer_stream(" ".join(text), chunk_size, max_new_tokens=tokens)
        return listen(len(chunk) / self.tts.sample_rate for chunk in chunks)

    def together(self, text: list[str], tokens: int) -> None:
        """Speak sentences in one call."""
        self.default.infer_batch(text, max_new_tokens=tokens)

    def threads(self, text: list[str], tokens: int) -> None:
        """Speak each sentence from a thread of its own."""
        from listeners import threads  # beside this script

        threads(self.default, text, {"max_new_tokens": tokens})

    def listen(self, count: int, seconds: float, tokens: int | None) -> dict[str, float]:
        """Let listeners come and go."""
        from listeners import listen

        return listen(self.default, count, seconds, limited(tokens))

    def file_beside(self, count: int, sentences: int, tokens: int | None) -> dict[str, float]:
        """Speak a file while others listen."""
        from listeners import file_beside

        return file_beside(self.default, count, sentences, limited(tokens))

    def load(self) -> None:
        """Load the checkpoint once more."""
        self.load_model(self.name)

    def generate(self, text: list[str], tokens: int) -> None:
        """Run the language model alone, on all sentences side by side."""
        from soprano_np.lm.batch import Row, generate
        from soprano_np.request import Request

        model, request = self.tts.model, Request(max_new_tokens=tokens)
        rows = [Row(model.tokenizer.encode(sentence), request) for sentence in text]
        generate(model.lm, model.tokenizer.stop_id, rows)

    def decode(self) -> None:
        """Run the vocoder alone, on all states at once."""
        self.tts.model.vocoder(self.states)

    def decode_one_by_one(self) -> dict[str, list[float]]:
        """Push states into a stream of the vocoder one by one; return the seconds of each."""
        stream, each = self.tts.model.vocoder.stream(), []
        for state in self.states:
            started = time.perf_counter()
            stream.push(state[None])
            each.append(time.perf_counter() - started)
        return {"each": each}

    def read(self, text: str) -> None:
        """Turn a text into utterances."""
        from soprano_np.text.normalize import choose_normalizer

        for _ in self.tts.model.script(choose_normalizer("default")).utterances(text):
            pass


class Reference:
    """soprano-tts 0.2.0 on torch."""

    SAMPLE_RATE = 32000  # hertz

    def __init__(self, model: str) -> None:
        import soprano.tts
        import torch
        import transformers

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        infer = soprano.tts.SopranoTTS.infer
        soprano.tts.SopranoTTS.infer = lambda *_: None  # the warm-up
        self.tts = soprano.tts.SopranoTTS(device="cpu", model_path=model)
        soprano.tts.SopranoTTS.infer = infer
        self.torch = torch
        self.versions = {
            "soprano-tts": "0.2.0",
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        }
        self.states = torch.randn(1, self.tts.pipeline.model.config.hidden_size, VOCODER_STATES)
        self.max_new_tokens = self.tokens = 0
        generate = self.tts.pipeline.model.generate

        def limited(**options: Any) -> Any:
            result = generate(**options | {"max_new_tokens": self.max_new_tokens})
            self.tokens = len(result.hidden_states) * len(result.sequences)
            return result

        self.tts.pipeline.model.generate = limited

    def speak(self, text: list[str], tokens: int) -> dict[str, float]:
        """Speak a text's sentences; return the number of tokens and the seconds of audio."""
        self.max_new_tokens = tokens
        audio = self.tts.infer(" ".join(text))
        return {"tokens": self.tokens, "audio": len(audio) / self.SAMPLE_RATE}

    def stream(self, text: list[str], tokens: int, chunk_size: int) -> dict[str, float]:
        """Stream a text for a number of tokens and report what a listener hears."""

        def seconds() -> Iterator[float]:
            with contextlib.closing(self.tts.infer_stream(" ".join(text), chunk_size)) as chunks:
                for count, chunk in enumerate(chunks, 1):
                    yield len(chunk) / self.SAMPLE_RATE
                    if count * chunk_size >= tokens:
                        return

        return listen(seconds())

    def decode(self) -> None:
        """Run the vocoder alone, on all states at once."""
        with self.torch.no_grad():
            self.tts.decoder(self.states)


def limited(tokens: int | None) -> dict[str, int]:
    """Return the option that limits a sentence's tokens; None lets it end by itself."""
    return {} if tokens is None else {"max_new_tokens": tokens}


def listen(chunks: Iterator[float]) -> dict[str, float]:
    """Play chunks as they arrive, each given by its seconds of audio.

    Returns the seconds until the first chunk, the seconds of audio, and the number of gaps: how
    often playback ran dry before the next chunk.
    """
    started = time.perf_counter()
    first = audio = 0.0
    runs_dry, gaps = float("inf"), 0
    for seconds in chunks:
        now = time.perf_counter() - started
        first = first or now
        gaps += now > runs_dry
        runs_dry = (now if now > runs_dry or not audio else runs_dry) + seconds
        audio += seconds
    return {"first": first, "audio": audio, "gaps": gaps}


def work(kind: str, model: str) -> None:
    """Answer tasks until standard input ends; the first line lists versions."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the reference prints
    engine = {"soprano_np": SopranoNumpy, "reference": Reference}[kind](model)
    print(json.dumps(engine.versions), file=answers, flush=True)
    for line in sys.stdin:
        options = json.loads(line)
        task = getattr(engine, options.pop("task"))
        started = time.perf_counter()
        found = task(**options) or {}
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, **found}), file=answers, flush=True)


if __name__ == "__main__":
    work(*sys.argv[1:])
