"""Make an int8 checkpoint, a quarter of the size, for small boards.

python tools/quantize.py MODEL OUT_DIR [--keep-float PATTERN]... [--verify TEXT]

MODEL is anything that the engine reads in float32: a directory or a Hugging Face Hub id. OUT_DIR
holds all that is needed, the vocoder inside model.safetensors. Weights of matrices become integers
from -127 to 127 with one scale for each output; vectors, convolutions and whatever matches a
PATTERN (such as 'lm_head.*') stay float32. --verify speaks TEXT with both and tells how they part.
The same input gives the same bytes.
"""

import argparse
import fnmatch
import hashlib
import json
import math
import shutil
import struct
import sys
import tempfile
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import soprano_np
from soprano_np import SopranoTTS
from soprano_np.checkpoint.hub import OPTIONAL, REQUIRED, resolve
from soprano_np.checkpoint.loading import Checkpoint, open_checkpoint
from soprano_np.checkpoint.tensors import INT8_VERSION, INT8_VERSION_KEY
from soprano_np.errors import SopranoError
from soprano_np.lm import config as lm
from soprano_np.lm.generate import Sampling, generate
from soprano_np.lm.kv_cache import KVCache
from soprano_np.nn.linear import SCALE, quantize
from soprano_np.nn.ops import Floats, Ints
from soprano_np.vocoder import config as vocoder
from soprano_np.vocoder.backbone import fold

MODEL = "model.safetensors"
ALIGNMENT = 64  # bytes: where the data begin, so that no tile straddles a cache line
VERIFY_TOKENS = 128

Array = NDArray[Any]


def write_int8(model: str, directory: Path, keep_float: Iterable[str] = ()) -> None:
    """Write the int8 checkpoint of a model into a new directory, and print a row for each tensor.

    Raises SopranoError; then nothing is left behind.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise SopranoError(f"{directory}: exists already; name a new directory")
    source = resolve(model)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with (
        open_checkpoint(source) as checkpoint,
        tempfile.TemporaryDirectory(dir=directory.parent, prefix=f".{directory.name}-") as scratch,
    ):
        if INT8_VERSION_KEY in checkpoint.lm_tensors.metadata:
            raise SopranoError(f"{source}: its weights are int8 already")
        if unused := [p for p in keep_float if not fnmatch.filter(shapes(checkpoint), p)]:
            raise SopranoError(f"--keep-float: no tensor matches {', '.join(unused)}")
        folder = Path(scratch, "model")
        folder.mkdir()
        copy_rest(checkpoint, source, folder)
        tensors = dict(report(folded(checkpoint), list(keep_float)))
        metadata = {
            INT8_VERSION_KEY: INT8_VERSION,
            "made_by": f"soprano_np {soprano_np.__version__} tools/quantize.py",
            "source": source.name if Path(model).expanduser().is_dir() else model,
            **{
                f"source_sha256.{path.name}": sha256(path)
                for path in (checkpoint.lm_tensors.path, checkpoint.vocoder_tensors.path)
            },
            "keep_float": " ".join(keep_float),
        }
        write_safetensors(folder / MODEL, tensors, metadata)
        before = sum(4 * math.prod(shape) for shape in shapes(checkpoint).values())
        after = (folder / MODEL).stat().st_size
        print(
            f"{before / 1e6:.1f} MB as float32, {after / 1e6:.1f} MB as int8: {after / before:.3f}"
        )
        if directory.exists():
            directory.rmdir()  # an empty one, which not every system replaces
        folder.rename(directory)


def copy_rest(checkpoint: Checkpoint, source: Path, folder: Path) -> None:
    """Copy everything but the weights; write what the vocoder's tensors do not tell."""
    licences = [path.name for path in source.iterdir() if path.stem.upper() in LICENCES]
    for name in (*REQUIRED, *OPTIONAL, *licences):
        if name != MODEL and (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    settings_file = folder / "decoder_config.json"
    if not settings_file.exists():
        names = ("sample_rate", "n_fft", "hop_length", "upscale", "padding")
        settings = {name: getattr(checkpoint.vocoder_config, name) for name in names}
        settings_file.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")


LICENCES = {"LICENSE", "LICENCE", "NOTICE", "README"}


def shapes(checkpoint: Checkpoint) -> dict[str, tuple[int, ...]]:
    """Give the shape of every tensor that is read, in the order in which it is used."""
    return lm.expected_shapes(checkpoint.lm_config) | vocoder.expected_shapes(
        checkpoint.vocoder_config
    )


def folded(checkpoint: Checkpoint) -> Iterable[tuple[str, Array]]:
    """Give every tensor in float32, the vocoder's norms and factors folded into its products."""
    file = checkpoint.vocoder_tensors
    products = {
        product.linear: product
        for product in chain(
            [vocoder.HEAD],
            *map(vocoder.block_products, range(checkpoint.vocoder_config.num_layers)),
        )
    }
    superfluous = {name for product in products.values() for name in product.folded}
    for name in shapes(checkpoint):
        linear = name.rpartition(".")[0]
        if name in superfluous:
            continue
        if name in file and linear in products:
            weight, bias = fold(file, products[linear])
            yield name, weight if name.endswith("weight") else bias
        else:
            yield name, (file if name in file else checkpoint.lm_tensors)[name]


def report(
    tensors: Iterable[tuple[str, Array]], keep_float: list[str]
) -> Iterable[tuple[str, Array]]:
    """Quantise matrices, printing how far each is off: -> tiles, scales and what stays."""
    print(f"{'tensor':<46}{'shape':>14}{'largest':>11}{'rms error':>11}{'of rms':>9}")
    for name, weight in tensors:
        patterns = [pattern for pattern in keep_float if fnmatch.fnmatchcase(name, pattern)]
        row = f"{name:<46}{' x '.join(map(str, weight.shape)):>14}"
        if weight.ndim != 2 or patterns:
            print(f"{row}{'float32':>11}")
            yield name, np.ascontiguousarray(weight, np.float32)
            continue
        matrix = quantize(weight)
        error = matrix.rows(np.arange(len(weight))) - weight
        relative = f"{100 * rms(error) / rms(weight):.2f} %" if weight.any() else "zeros"
        print(f"{row}{np.abs(error).max():>11.2e}{rms(error):>11.2e}{relative:>9}")
        yield name, matrix.tiles
        yield name + SCALE, matrix.scale


def write_safetensors(path: Path, tensors: Mapping[str, Array], metadata: dict[str, str]) -> None:
    """Write a file with the tiles first, so that they are aligned.

    safetensors itself puts metadata in another order every time.
    """
    ordered = sorted(tensors.items(), key=lambda item: item[1].dtype != np.int8)
    header: dict[str, Any] = {"__metadata__": metadata}
    offset = 0
    for name, array in ordered:
        kind = "I8" if array.dtype == np.int8 else "F32"
        offsets = [offset, offset + array.nbytes]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": offsets}
        offset = offsets[1]
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % ALIGNMENT)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, array in ordered:
            file.write(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).data)


def sha256(path: Path) -> str:
    """Give a file's digest."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def verify(model: str, directory: Path, text: str) -> None:
    """Speak a text with the float32 model and the int8 one, and print how far they part."""
    ours, theirs = SopranoTTS(model), SopranoTTS(directory)
    sampling = Sampling(temperature=0.0, max_new_tokens=VERIFY_TOKENS)
    print(
        f"{'tokens':>8}{'forced':>9}{'free':>6}{'logits':>10}{'states':>9}{'spectra':>10}  sentence"
    )
    for sentence in chain(*ours._paragraphs(text, merge=True)):
        prompt = ours._prompt(sentence)
        spoken, other = (
            next(iter(generate(tts.model.lm, [prompt], sampling, tts.model.tokenizer.stop_id, 1)))
            for tts in (ours, theirs)
        )
        if not len(spoken.tokens):
            print(f"{0:>8}  {sentence}")
            continue
        ids = np.concatenate([prompt.ids, spoken.tokens])[None]
        both = [forced(tts, ids, len(spoken.tokens)) for tts in (ours, theirs)]
        states, logits = zip(*both, strict=True)
        agreed = np.mean(logits[0].argmax(axis=1) == logits[1].argmax(axis=1))
        shorter = min(len(spoken.tokens), len(other.tokens))
        same = spoken.tokens[:shorter] == other.tokens[:shorter]
        free = shorter if same.all() else int(same.argmin())
        audio = [tts.model.vocoder(spoken.states) for tts in (ours, theirs)]
        print(
            f"{len(spoken.tokens):>8}{100 * agreed:>7.1f} %{free:>6}{cosine(*logits):>10.6f}"
            f"{100 * rms(states[0] - states[1]) / rms(states[0]):>7.2f} %"
            f"{rms(decibels(audio[0]) - decibels(audio[1])):>7.2f} dB  {sentence}"
        )


def forced(tts: SopranoTTS, ids: Ints, count: int) -> tuple[Floats, Floats]:
    """Run given tokens, ids [1, seq]: -> the last `count` positions' states and logits before them.

    Both [count, ...]: row t belongs to the position that predicts token t.
    """
    cache = KVCache(tts.model.lm.config, 1)
    cache.reserve(ids.shape[1])
    states = tts.model.lm(ids, cache, 0, np.arange(ids.shape[1])[None])[0, -count - 1 : -1]
    return states, tts.model.lm.logits(states).copy()


def cosine(a: Floats, b: Floats) -> float:
    """Give the smallest cosine between rows that belong together."""
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return float((np.einsum("ij,ij->i", a, b) / norms).min())


def decibels(audio: Floats) -> Floats:
    """Give log-magnitudes of windowed frames, no lower than 80 dB below the loudest."""
    windows = np.lib.stride_tricks.sliding_window_view(audio, 1024)[::256] * np.hanning(1024)
    spectra = np.abs(np.fft.rfft(windows))
    levels: Floats = 20 * np.log10(np.maximum(spectra, spectra.max() * 1e-4 + 1e-12))
    return levels


def rms(x: Floats) -> float:
    """Give the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(x, dtype=np.float64))))


def main() -> None:
    """Read the command line and write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", help="a float32 checkpoint's directory or Hugging Face Hub id")
    parser.add_argument("directory", metavar="OUT_DIR", type=Path)
    parser.add_argument(
        "--keep-float", metavar="PATTERN", action="append", default=[], help="names to leave alone"
    )
    parser.add_argument("--verify", metavar="TEXT", help="speak it with both and compare")
    options = parser.parse_args()
    try:
        write_int8(options.model, options.directory, options.keep_float)
        if options.verify:
            verify(options.model, options.directory, options.verify)
    except (SopranoError, OSError) as error:
        sys.exit(f"quantize: {error}")


if __name__ == "__main__":
    main()
