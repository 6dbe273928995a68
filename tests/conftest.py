"""The tiny checkpoint, the reference's numbers for it, and voices that end when a test says."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import make_checkpoint
import numpy as np
import pytest
from fake_hub import FakeHub
from numpy.typing import NDArray
from speech import LONG, threads

from soprano_np import SopranoTTS
from soprano_np.checkpoint.hub import DEFAULT_MODEL
from soprano_np.checkpoint.loading import open_checkpoint
from soprano_np.engine import worker
from soprano_np.engine.model import Model
from soprano_np.engine.worker import Engine
from soprano_np.lm.config import Qwen3Config
from soprano_np.lm.qwen3 import Qwen3
from soprano_np.nn.ops import Floats
from soprano_np.vocoder.config import VocoderConfig, expected_shapes
from soprano_np.vocoder.stream import Vocoder

Golden = Callable[[str], dict[str, NDArray[Any]]]
Close = Callable[..., None]
Speakers = Callable[..., SopranoTTS]

NEVER = -1  # a stop id that no token has


@dataclass(frozen=True)
class Tiny:
    """The tiny checkpoint, in files and in memory."""

    directory: Path
    lm_config: Qwen3Config
    lm_tensors: dict[str, Floats]
    vocoder_config: VocoderConfig
    vocoder_tensors: dict[str, Floats]


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Return a function from a file's name to the arrays in it."""

    @cache
    def load(name: str) -> dict[str, NDArray[Any]]:
        with np.load(Path(__file__).parent / "golden" / f"{name}.npz") as arrays:
            loaded = dict(arrays)
        for array in loaded.values():
            array.flags.writeable = False  # all tests share them
        return loaded

    return load


@pytest.fixture(scope="session")
def close() -> Close:
    """Return a function that compares shape, dtype and values; a tolerance must be given."""

    def compare(actual: Any, expected: NDArray[Any], atol: float, rtol: float = 0) -> None:
        assert actual.shape == expected.shape
        assert actual.dtype == expected.dtype
        np.testing.assert_allclose(actual, expected, rtol, atol)

    return compare


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, golden: Golden) -> Tiny:
    """Write the tiny checkpoint that the golden numbers were made with, and open it."""
    directory = make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("golden") / "tiny")
    with open_checkpoint(directory) as opened:
        made = Tiny(
            directory,
            opened.lm_config,
            dict(opened.lm_tensors),
            opened.vocoder_config,
            dict(opened.vocoder_tensors),
        )
    check_sum(made.lm_tensors, golden("language_model")["checksum"])
    check_sum(made.vocoder_tensors, golden("vocoder")["checksum"])
    return made


@pytest.fixture(scope="session")
def directory(tiny: Tiny) -> Path:
    """The tiny checkpoint's directory."""
    return tiny.directory


@pytest.fixture(scope="session")
def tts(directory: Path) -> SopranoTTS:
    """The tiny checkpoint as users open it."""
    return SopranoTTS(directory)


@pytest.fixture(scope="session")
def qwen3(tiny: Tiny) -> Qwen3:
    """The tiny language model."""
    return Qwen3(tiny.lm_config, tiny.lm_tensors)


@pytest.fixture(scope="session")
def vocoder(tiny: Tiny) -> Vocoder:
    """The tiny vocoder, with "center" padding."""
    return Vocoder(tiny.vocoder_config, tiny.vocoder_tensors)


@pytest.fixture(scope="session")
def vocoders(tiny: Tiny, golden: Golden) -> dict[str, tuple[VocoderConfig, dict[str, Floats]]]:
    """The two vocoders that golden numbers were made with: the tiny one, and one of other sizes."""
    config = VocoderConfig(  # as in tools/golden/model.py, which needs torch; so is the seed
        input_channels=6,
        dim=10,
        intermediate_dim=14,
        num_layers=2,
        dw_kernel=5,
        n_fft=50,
        hop_length=20,
        upscale=3,
    )
    recorded = golden("vocoder")
    rng = np.random.default_rng(7)
    tensors = {
        name: make_checkpoint.vocoder_weight(rng, name, shape)
        for name, shape in expected_shapes(config).items()
    }
    check_sum(tensors, recorded["other.checksum"])
    return {"tiny": (tiny.vocoder_config, tiny.vocoder_tensors), "other": (config, tensors)}


@pytest.fixture(scope="session")
def same(close: Close) -> Callable[..., None]:
    """Return a function that compares audio; its tolerance is relative to the peak.

    By default it allows what products with other numbers of rows change by rounding; neighbours in
    a batch change a sentence's states, which random weights amplify: that needs speech.AMPLIFIED.
    """

    def compare(actual: Floats, expected: Floats, relative: float = 1e-5) -> None:
        close(actual, expected, relative * float(np.abs(expected).max(initial=0)))

    return compare


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], object]], None]:
    """Return a function that waits until something is true, and fails if it never is."""

    def wait(true: Callable[[], object]) -> None:
        end = time.monotonic() + LONG
        while not true():
            assert time.monotonic() < end, "it hangs"
            time.sleep(0.001)

    return wait


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint as somebody published it."""
    return make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("published") / "voice")


@pytest.fixture
def fake_hub(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub on this machine that has me/voice and the default model, and an empty cache.

    Two seconds without a byte end a download.
    """
    for name in ("HF_HUB_OFFLINE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with FakeHub({"me/voice": published, DEFAULT_MODEL: published}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


class Ending:
    """A tokenizer in all but the token that ends a sentence."""

    def __init__(self, tokenizer: Any, stop_id: int) -> None:
        self.encode, self.stop_id = tokenizer.encode, stop_id


@pytest.fixture(scope="session")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The tiny model with room for 512 tokens and a prompt, whose speech never ends by itself."""
    directory = make_checkpoint.write_checkpoint(tmp_path_factory.mktemp("endless") / "tiny")
    config = json.loads((directory / "config.json").read_text())
    (directory / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 1024}))
    model = Model.load(directory)
    return replace(model, tokenizer=Ending(model.tokenizer, NEVER))


@pytest.fixture(scope="session")
def speakers(tiny: Tiny, endless: Model) -> Speakers:
    """Return a function that makes a SopranoTTS whose sentences end at a token, or never."""

    def speaker(batch_size: int = 16, stop_id: int = NEVER, **parts: Any) -> SopranoTTS:
        tts = SopranoTTS(tiny.directory, batch_size=batch_size)
        tokenizer = Ending(endless.tokenizer, stop_id)
        tts.model = replace(endless, **{"tokenizer": tokenizer, **parts})
        tts.engine = Engine(tts.model, batch_size)
        return tts

    return speaker


@pytest.fixture(scope="session")
def by_size(speakers: Speakers) -> dict[int, SopranoTTS]:
    """Speakers by batch_size."""
    return {size: speakers(size) for size in (1, 2, 16)}


@pytest.fixture
def no_thread_is_left(monkeypatch: pytest.MonkeyPatch, until: Any) -> Iterator[None]:
    """Let idle threads end soon, and fail unless all do."""
    monkeypatch.setattr(worker, "LINGER", 0.05)
    yield
    until(lambda: not threads())


class Calls:
    """What the models were asked to do, in order: ("prefill", "step" or "push", rows)."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, int]] = []

    def of(self, what: str) -> list[int]:
        """Return how many rows each call of a kind had."""
        return [count for kind, count in self.entries if kind == what]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Take down what the models are asked to do."""
    calls = Calls()

    def note(of: type, name: str) -> None:
        method = getattr(of, name)

        def noted(self: Any, rows: Any, *rest: Any) -> Any:
            calls.entries.append((name, len(rows)))
            return method(self, rows, *rest)

        monkeypatch.setattr(of, name, noted)

    note(Qwen3, "prefill")
    note(Qwen3, "step")
    render = Vocoder.render

    def noted_render(self: Any, streams: Any, states: Any, last: Any) -> Any:
        calls.entries.append(("push", sum(map(len, states))))
        return render(self, streams, states, last)

    monkeypatch.setattr(Vocoder, "render", noted_render)
    return calls


def check_sum(tensors: Mapping[str, Floats], expected: NDArray[np.float64]) -> None:
    """Fail unless weights are those of the golden numbers, a last bit here and there aside."""
    names = sorted(name for name in tensors if name != "head.istft.window")
    sums = [tensors[name].sum(dtype=np.float64) for name in names]
    if len(sums) != len(expected) or not np.allclose(sums, expected, rtol=0, atol=1e-4):
        pytest.fail(
            "tools/make_checkpoint.py makes other weights than those of tests/golden: "
            "run python tools/golden model again"
        )
