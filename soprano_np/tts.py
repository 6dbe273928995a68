"""SopranoTTS: the whole way from text to sound on one page."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from operator import index
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from soprano_np.audio import loudness
from soprano_np.audio.wav import Recording, check_target
from soprano_np.engine.model import Model
from soprano_np.engine.source import Arriving, Present, Utterances
from soprano_np.engine.track import Sentence, Track
from soprano_np.engine.worker import Engine
from soprano_np.nn.ops import Floats
from soprano_np.request import BATCH_SIZES, Request
from soprano_np.text.normalize import Lexicon, Normalizer, choose_normalizer
from soprano_np.text.script import Utterance

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from soprano_np.checkpoint.download import Progress
    from soprano_np.request import Options, WholeOptions


class SopranoTTS:
    """Text to speech with a Soprano checkpoint.

    model: a directory; a Hugging Face Hub id, which is fetched once and then taken from the cache;
    or "builtin", the small voice that comes with the package. None is ekwek/Soprano-1.1-80M or,
    with a warning, the built-in voice if that is not cached and the Hub cannot be reached.
    normalizer: "default" (numbers, dates, names and the like as an American says them),
    "reference" (as soprano-tts 0.2.0), "none", or a function from text to text, in whose result a
    new line ends a sentence and an empty one a paragraph. lexicon: words and how to say them, a
    mapping or a file, for the default normalizer (see text/lexicon.py).
    batch_size: how many sentences are generated side by side; those that a listener urgently needs
    may exceed it.
    progress: called with the bytes so far, and all of them, while a model is downloaded.
    Any number of threads may speak with one object at once; they share its matrix products.
    Raises CheckpointError for a checkpoint that is missing, damaged or not supported.
    """

    def __init__(
        self,
        model: str | PathLike[str] | None = None,
        normalizer: str | Normalizer = "default",
        batch_size: int = 16,
        *,
        lexicon: Lexicon | None = None,
        progress: "Progress | None" = None,
    ) -> None:
        if index(batch_size) not in BATCH_SIZES:
            raise ValueError(f"batch_size must be {BATCH_SIZES}, not {batch_size}")
        normalize = choose_normalizer(normalizer, lexicon)
        self._has_own_normalizer = not isinstance(normalizer, str)
        self.batch_size = batch_size
        self.model = Model.load(model, progress)
        self.script = self.model.script(normalize)
        self.engine = Engine(self.model, batch_size)

    @property
    def sample_rate(self) -> int:
        """Samples a second of all audio returned, in hertz."""
        return self.model.sample_rate

    def infer(
        self,
        text: str,
        out_path: str | PathLike[str] | None = None,
        top_p: float | None = None,
        temperature: float | None = None,
        repetition_penalty: float | None = None,
        retries: int | None = None,
        **options: "Unpack[WholeOptions]",
    ) -> Floats:
        """Speak a text: returns [samples], and writes a 16-bit WAV file if out_path is given.

        Options are those of Request; what is not given comes from the checkpoint's
        generation_config.json if it is set there, else from Request's defaults. Raises ValueError
        for a text with nothing to speak, and TypeError or ValueError for a wrong option.
        """
        sampling = _sampling(top_p, temperature, repetition_penalty, retries)
        if out_path is not None:
            check_target(out_path)
        request = self.request(**sampling, **options)
        (audio,) = self._speak(self._all_utterances([text], request), request)
        if out_path is not None:
            self._save(audio, Path(out_path))
        return audio

    def infer_batch(
        self,
        texts: Sequence[str],
        out_dir: str | PathLike[str] | None = None,
        top_p: float | None = None,
        temperature: float | None = None,
        repetition_penalty: float | None = None,
        retries: int | None = None,
        **options: "Unpack[WholeOptions]",
    ) -> list[Floats]:
        """Speak texts together: returns [samples] each; writes 0.wav, ... into out_dir if given.

        Accepts and raises what infer does.
        """
        sampling = _sampling(top_p, temperature, repetition_penalty, retries)
        request = self.request(**sampling, **options)
        if isinstance(texts, str):
            raise TypeError("texts must be a list of texts; infer takes one")
        paths = [Path(out_dir or "", f"{number}.wav") for number in range(len(texts))]
        if out_dir is not None and Path(out_dir).exists():
            for path in paths:
                check_target(path)
        utterances = self._all_utterances(texts, request)
        audios = []
        with closing(self._speak(utterances, request)) as spoken:
            if out_dir is not None:
                Path(out_dir).mkdir(parents=True, exist_ok=True)
            for audio, path in zip(spoken, paths, strict=True):
                audios.append(audio)
                if out_dir is not None:
                    self._save(audio, path)
        return audios

    def infer_stream(
        self,
        text: str | Iterable[str],
        chunk_size: int | None = None,
        top_p: float | None = None,
        temperature: float | None = None,
        repetition_penalty: float | None = None,
        retries: int | None = None,
        **options: "Unpack[Options]",
    ) -> Generator[Floats, None, None]:
        """Speak a text while it is generated: yields [samples] after [samples], as infer returns.

        text may also be pieces of one that is still being written: each sentence is spoken once
        its end is known. chunk_size: how many tokens' sound comes at once; None begins with the
        least and takes more as playback gets ahead. With retries, a stuck sentence is restarted,
        or ended where some of it has been heard. Closing the generator stops within a token's time.
        Accepts infer's other options, and raises what infer does: immediately for a whole text,
        while iterating for pieces, which yield nothing if nothing in them can be spoken.
        """
        sampling = _sampling(top_p, temperature, repetition_penalty, retries)
        request = self.request(chunk_size=chunk_size, **sampling, **options)
        if not request.keep_loudness:
            raise ValueError("keep_loudness must be True for a stream, whose peak is not known yet")
        utterances = self._utterances(text, request)

        def stream() -> Generator[Floats, None, None]:
            track = self._submit(text, utterances, request, live=True)
            try:
                yield from track
            finally:
                track.cancel()

        return stream()

    def request(self, **given: Any) -> Request:
        """Make a request: what is not given, or None, is the checkpoint's default, else Request's.

        Raises TypeError and ValueError as Request does.
        """
        return self.model.request(**given)

    def utterances(
        self, text: str | Iterable[str], request: Request | None = None
    ) -> Iterator[Utterance]:
        """Return the utterances of a text, in order, as they will be spoken.

        The last one may hold what is written at the end and not spoken: its `spoken` is empty.
        Raises ValueError where nothing in a whole text can be spoken.
        """
        return self._utterances(text, request or self.request())

    @overload
    def track(
        self, text: str | Iterable[str], request: Request | None = None, *, live: Literal[True]
    ) -> Track[Floats]: ...
    @overload
    def track(
        self,
        text: str | Iterable[str],
        request: Request | None = None,
        *,
        live: Literal[False] = False,
    ) -> Track[Sentence]: ...
    def track(
        self, text: str | Iterable[str], request: Request | None = None, *, live: bool = False
    ) -> Track[Any]:
        """Begin to speak a text: returns an iterator over its sentences, or over samples if live.

        They keep the model's own loudness. Raises what infer does.
        """
        request = request or self.request()
        return self._submit(text, self._utterances(text, request), request, live)

    def silence(self, seconds: float) -> Floats:
        """Return silence, [samples]."""
        return np.zeros(round(seconds * self.sample_rate), np.float32)

    def _utterances(self, text: str | Iterable[str], request: Request) -> Utterances:
        """Read a text; a whole one is checked for something to speak."""
        whole = isinstance(text, str)  # else short sentences cannot wait for the next ones
        utterances = self.script.utterances(
            text, request.sentence_silence, request.pause, join=whole
        )
        if not isinstance(text, str):
            return utterances
        first = next(utterances, None)
        if first is None:
            shown = text if len(text) <= 40 else f"{text[:40]}..."
            raise ValueError(f"nothing in the text can be spoken: {shown!r}")
        # A function of the user's runs in the user's thread, where it delays nobody else.
        rest = list(utterances) if self._has_own_normalizer else utterances
        return (each for each in chain([first], rest))

    def _submit(
        self, text: str | Iterable[str], utterances: Utterances, request: Request, live: bool
    ) -> Track[Any]:
        if isinstance(text, str):
            return self.engine.submit(Present(utterances), request, live)
        source = Arriving(utterances, self.batch_size, self.engine.wake)
        return self.engine.submit(source, request, live)

    def _all_utterances(self, texts: Sequence[str], request: Request) -> list[Utterances]:
        """Read whole texts; pieces would keep the engine waiting."""
        for text in texts:
            if not isinstance(text, str):
                raise TypeError(f"a text must be a str, not {type(text).__name__}")
        return [self._utterances(text, request) for text in texts]

    def _speak(
        self, texts: Sequence[Utterances], request: Request
    ) -> Generator[Floats, None, None]:
        """Speak texts together; yields [samples] of each."""
        tracks = self.engine.submit_all(list(map(Present, texts)), request, live=False)
        try:
            for track in tracks:
                yield self._join(track, request)
        finally:  # an error may hold the tracks for long
            for track in tracks:
                track.cancel()

    def _join(self, track: Track[Sentence], request: Request) -> Floats:
        pieces: list[Floats] = []
        for sentence in track:
            pieces += [self.silence(sentence.pause), sentence.audio]
        audio = np.concatenate(pieces)
        return audio if request.keep_loudness else loudness.normalize(audio)

    def _save(self, audio: Floats, path: Path) -> None:
        with Recording(self.sample_rate, path) as recording:
            recording.append(audio)
            recording.save(path, "pcm16", normalize=False)


def _sampling(
    top_p: float | None,
    temperature: float | None,
    repetition_penalty: float | None,
    retries: int | None,
) -> dict[str, float | None]:
    """Name the options that the reference takes by position."""
    return {
        "top_p": top_p,
        "temperature": temperature,
        "repetition_penalty": repetition_penalty,
        "retries": retries,
    }
