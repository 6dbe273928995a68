"""SopranoTTS: the signature users know, and its promises."""

import inspect
import os
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
import scipy.io.wavfile
from speech import TEXTS, configured

from soprano_np import CheckpointError, Request, SopranoTTS
from soprano_np.audio.loudness import normalize
from soprano_np.engine.worker import Engine
from soprano_np.request import WholeOptions
from soprano_np.vocoder.stream import Vocoder

# What soprano-tts 0.2.0 takes by position, in its order.
POSITIONAL = ["top_p", "temperature", "repetition_penalty", "retries"]
# Neighbours in a batch change the rounding of float32 products, which the random weights amplify.
CLOSE = {"rtol": 0, "atol": 2e-3}


def test_signatures_are_those_of_soprano_tts() -> None:
    for method, first in (
        (SopranoTTS.infer, ["text", "out_path"]),
        (SopranoTTS.infer_batch, ["texts", "out_dir"]),
    ):
        parameters = list(inspect.signature(method).parameters.values())[1:]
        positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
        assert [p.name for p in positional] == first + POSITIONAL
        assert all(p.default is not p.empty for p in positional[1:])
        assert [p.kind for p in parameters[len(positional) :]] == [inspect.Parameter.VAR_KEYWORD]


def test_an_option_that_does_not_exist(tts: SopranoTTS) -> None:
    for speak in (tts.infer, tts.infer_stream, tts.request):
        with pytest.raises(TypeError, match="volume"):
            speak("hello", volume=1) if speak != tts.request else speak(volume=1)


def test_options_of_a_call_are_those_of_a_request(tts: SopranoTTS) -> None:
    """All may be named; the reference's by position, too."""
    names = set(Request.__dataclass_fields__)
    named = set(get_type_hints(WholeOptions)) | set(POSITIONAL) | {"chunk_size"}
    assert named == names


def test_defaults(tts: SopranoTTS) -> None:
    assert tts.request() == Request()
    assert tts.request(temperature=None, seed=None, chunk_size=None) == Request()


def test_defaults_of_the_checkpoint(tmp_path: Path) -> None:
    said = {
        "temperature": 0.5,
        "top_k": 7,
        "top_p": 0.9,
        "repetition_penalty": 1.1,
        "max_new_tokens": 30,
    }
    tts = configured(tmp_path, "generation_config.json", **said)
    assert tts.request() == Request(**said)
    asked = {  # what is asked for wins, zeros too
        "temperature": 0.0,
        "top_k": 0,
        "top_p": 1.0,
        "repetition_penalty": 1.0,
        "max_new_tokens": 9,
        "seed": 5,
        "retries": 3,
        "sentence_silence": 0.5,
    }
    assert tts.request(**asked) == Request(**asked)


def test_greedy_where_the_checkpoint_does_not_sample(tmp_path: Path) -> None:
    tts = configured(tmp_path, "generation_config.json", do_sample=False, temperature=0.5)
    assert tts.request().temperature == 0


def test_infer_is_its_sentences_joined(tts: SopranoTTS) -> None:
    sentences = list(tts.track(TEXTS[0], tts.request(max_new_tokens=20)))
    assert [sentence.text for sentence in sentences] == [
        "the first sentence is about a lamp.",
        "the second sentence is about a long table.",
    ]
    for sentence in sentences:
        assert sentence.states.shape == (len(sentence.tokens), 24)
        assert len(sentence.audio) == (len(sentence.tokens) - 1) * 64
        assert (sentence.finish_reason, sentence.attempts, sentence.pause) == ("length", 1, 0)
        assert 0 < sentence.seconds < 60
    audio = tts.infer(TEXTS[0], max_new_tokens=20)
    assert (audio == np.concatenate([sentence.audio for sentence in sentences])).all()


def test_a_live_track_is_what_infer_stream_yields(tts: SopranoTTS) -> None:
    request = tts.request(max_new_tokens=20, chunk_size=5)
    track = tts.track(TEXTS[0], request, live=True)
    streamed = tts.infer_stream(TEXTS[0], 5, max_new_tokens=20)
    heard = np.concatenate(list(track))
    np.testing.assert_allclose(heard, np.concatenate(list(streamed)), **CLOSE)
    assert track.playback.seconds == pytest.approx(len(heard) / tts.sample_rate)
    assert track.playback.first > 0


def test_what_is_returned(tts: SopranoTTS) -> None:
    assert tts.sample_rate == 8000
    for audio in (
        tts.infer("hello", max_new_tokens=9),
        tts.infer(TEXTS[0], max_new_tokens=9, keep_loudness=False),
        *tts.infer_batch(TEXTS, max_new_tokens=9),
    ):
        assert isinstance(audio, np.ndarray)
        assert (audio.dtype, audio.ndim) == (np.float32, 1)
        assert audio.flags.writeable
        assert audio.base is None or audio.base.flags.owndata


def test_loudness(tts: SopranoTTS) -> None:
    raw = tts.infer(TEXTS[0], max_new_tokens=9)
    assert np.abs(raw).max() != pytest.approx(0.5)
    assert (tts.infer(TEXTS[0], max_new_tokens=9, keep_loudness=False) == normalize(raw)).all()


def test_sentence_silence(tts: SopranoTTS) -> None:
    request = tts.request(max_new_tokens=20)
    first, second = (sentence.audio for sentence in tts.track(TEXTS[0], request))
    audio = tts.infer(TEXTS[0], sentence_silence=0.1, max_new_tokens=20)
    assert (audio == np.concatenate([first, np.zeros(800), second])).all()


@pytest.mark.parametrize("sampled", [{}, {"temperature": 1.0, "seed": 3}])
@pytest.mark.parametrize("batch_size", [1, 2, 16])
def test_batch_is_each_alone(
    directory: Path, tts: SopranoTTS, sampled: dict[str, float], batch_size: int
) -> None:
    options = {"max_new_tokens": 12, **sampled}
    together = SopranoTTS(directory, batch_size=batch_size).infer_batch(TEXTS, **options)
    for text, audio in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(audio, tts.infer(text, **options), **CLOSE)


def test_no_texts(tts: SopranoTTS, tmp_path: Path) -> None:
    assert tts.infer_batch([], tmp_path / "out") == []


def test_seed(tts: SopranoTTS) -> None:
    def drawn(seed: int | None) -> bytes:
        audio = tts.infer("hello", temperature=2.0, max_new_tokens=20, seed=seed)
        return audio.tobytes()

    assert drawn(1) == drawn(1)
    assert len({drawn(1), drawn(2), drawn(10**30), drawn(None), drawn(None)}) == 5


def test_files(tts: SopranoTTS, tmp_path: Path) -> None:
    audio = tts.infer("hello", tmp_path / "a.wav", max_new_tokens=9)
    rate, values = scipy.io.wavfile.read(tmp_path / "a.wav")
    assert (rate, values.dtype) == (8000, np.int16)
    np.testing.assert_allclose(values / 32767, np.clip(audio, -1, 1), atol=0.51 / 32767)
    audios = tts.infer_batch(TEXTS, str(tmp_path / "new" / "deep"), max_new_tokens=9)
    assert sorted(os.listdir(tmp_path / "new" / "deep")) == ["0.wav", "1.wav", "2.wav"]
    for index, audio in enumerate(audios):
        _, values = scipy.io.wavfile.read(tmp_path / "new" / "deep" / f"{index}.wav")
        assert len(values) == len(audio)


def test_directory_that_cannot_be_made(
    tts: SopranoTTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(Vocoder, "render", None)
    with pytest.raises(OSError, match="file"):
        tts.infer_batch(["hello"], tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        tts.infer_batch(["hello"], tmp_path / "file" / "out")


def test_bad_target_is_known_before_speaking(
    tts: SopranoTTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "submit", None)
    with pytest.raises(IsADirectoryError):
        tts.infer("hello", tmp_path)
    with pytest.raises(FileNotFoundError):
        tts.infer("hello", tmp_path / "gone" / "a.wav")


def test_batch_into_files_that_cannot_be(
    tts: SopranoTTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "submit", None)  # nothing may be generated first
    (tmp_path / "1.wav").mkdir()
    with pytest.raises(IsADirectoryError, match=r"1\.wav: expected a file to write"):
        tts.infer_batch(["hello", "hello"], tmp_path)


@pytest.mark.parametrize("counted", ["top_k", "max_new_tokens", "retries", "seed"])
def test_counts_are_whole(tts: SopranoTTS, counted: str) -> None:
    with pytest.raises(TypeError, match=f"{counted} must be a whole number, not 1.5"):
        tts.infer("hello", **{counted: 1.5})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -1.0}, "temperature must be from 0 to 100, not -1.0"),
        ({"top_p": float("nan")}, "top_p must be above 0 and at most 1, not nan"),
        ({"top_p": 0.0}, "top_p must be"),
        ({"top_k": -1}, "top_k must be"),
        ({"repetition_penalty": 0.0}, "repetition_penalty must be"),
        ({"max_new_tokens": 0}, "max_new_tokens must be"),
        ({"retries": -1}, "retries must be"),
        ({"seed": -1}, "seed must be"),
        ({"sentence_silence": float("inf")}, "sentence_silence must be from 0 to 60, not inf"),
        ({"sentence_silence": -0.1}, "sentence_silence must be"),
    ],
)
def test_values_out_of_range(
    tts: SopranoTTS, tmp_path: Path, options: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        tts.infer("hello", **options)
    with pytest.raises(ValueError, match=message):
        tts.infer_batch(["hello"], tmp_path / "out", **options)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("batch_size", [0, -1, 10**30])
def test_batch_size_out_of_range(directory: Path, batch_size: int) -> None:
    with pytest.raises(ValueError, match="batch_size must be from 1 to 1024, not"):
        SopranoTTS(directory, batch_size=batch_size)


def test_constructing_and_speaking_print_nothing(
    directory: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    SopranoTTS(directory).infer("hello", max_new_tokens=3)
    assert caplog.messages == ["a sentence did not end by itself: 'hello.'"]
    assert capfd.readouterr() == ("", "")


def test_speech_without_a_sound(tts: SopranoTTS, caplog: pytest.LogCaptureFixture) -> None:
    audio = tts.infer(TEXTS[0], max_new_tokens=1)
    assert (audio.dtype, audio.shape) == (np.float32, (0,))
    assert len(caplog.messages) == 2


def test_numbers_that_overflow_are_refused(
    tts: SopranoTTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = np.array([0, np.nan], np.float32)
    monkeypatch.setattr(Vocoder, "render", lambda *_: [sound])
    with pytest.raises(CheckpointError, match="the model produced NaN or infinity"):
        tts.infer("hello", max_new_tokens=3)


@pytest.mark.parametrize("text", [None, 5, b"hi", ["hi"]])
def test_what_is_no_text_is_refused(tts: SopranoTTS, text: Any) -> None:
    with pytest.raises(TypeError, match="a text must be a str, not"):
        tts.infer(text)
    with pytest.raises(TypeError, match="texts must be a list"):
        tts.infer_batch("hi")
