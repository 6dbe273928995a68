"""Make an int8 checkpoint, a quarter of the size, for small boards.

python -m soprano_np.checkpoint.quantize MODEL OUT_DIR [--keep-float PATTERN]... [--verify TEXT]

MODEL is a float32 checkpoint: a directory or a Hugging Face Hub id. OUT_DIR then holds everything
needed to speak, the vocoder inside model.safetensors. The weights of matrices become integers from
-127 to 127 with one scale for each output; vectors, convolutions and tensors that match a PATTERN
(such as 'lm_head.*') stay float32. --verify speaks TEXT with both models and shows how much they
differ. The same input gives the same bytes.
"""

import argparse
import fnmatch
import hashlib
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

import soprano_np
from soprano_np.checkpoint.hub import OPTIONAL, REQUIRED, resolve
from soprano_np.checkpoint.loading import Checkpoint, open_checkpoint
from soprano_np.checkpoint.tensors import (
    INT8_VERSION,
    INT8_VERSION_KEY,
    QUANTIZE_COMMAND,
    write_safetensors,
)
from soprano_np.errors import SopranoError
from soprano_np.lm import config as lm
from soprano_np.nn.int8 import SCALE, quantize
from soprano_np.nn.ops import Floats
from soprano_np.vocoder import config as vocoder
from soprano_np.vocoder.backbone import fold

MODEL = "model.safetensors"
NOTICES = {"LICENSE", "LICENCE", "NOTICE", "README"}  # files of these stems go with the weights

Array = NDArray[Any]


def write_int8(
    model: str,
    directory: Path,
    keep_float: Sequence[str] = (),
    report: Callable[[str], object] = lambda line: None,
) -> None:
    """Write the int8 checkpoint of a model to a new directory.

    report is called with a line for each tensor, after a heading. Raises SopranoError, or OSError
    from the disk, and then leaves nothing behind.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise SopranoError(f"{directory}: already exists; choose a new directory")
    source = resolve(model)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with (
        open_checkpoint(source) as checkpoint,
        tempfile.TemporaryDirectory(dir=directory.parent, prefix=f".{directory.name}-") as scratch,
    ):
        if INT8_VERSION_KEY in checkpoint.lm_tensors.metadata:
            raise SopranoError(f"{source}: its weights are already int8")
        shapes = all_shapes(checkpoint)
        if unused := [pattern for pattern in keep_float if not fnmatch.filter(shapes, pattern)]:
            raise SopranoError(f"--keep-float: no tensor matches {', '.join(unused)}")
        folder = Path(scratch, "model")
        folder.mkdir()
        copy_rest(checkpoint, folder)
        tensors = dict(quantized(folded(checkpoint), keep_float, report))
        metadata = {
            INT8_VERSION_KEY: INT8_VERSION,
            "made_by": f"soprano_np {soprano_np.__version__} {QUANTIZE_COMMAND}",
            "source": source.name if Path(model).expanduser().is_dir() else model,
            **{
                f"source_sha256.{path.name}": sha256(path)
                for path in (checkpoint.lm_tensors.path, checkpoint.vocoder_tensors.path)
            },
            "keep_float": " ".join(keep_float),
        }
        # Integers come first: their tiles are multiples of 64 bytes, so all of them are aligned.
        names = sorted(tensors, key=lambda name: tensors[name].dtype != np.int8)
        kinds = {name: "I8" if tensors[name].dtype == np.int8 else "F32" for name in names}
        entries = {name: (kinds[name], tensors[name].shape) for name in names}
        write_safetensors(folder / MODEL, entries, tensors.__getitem__, metadata)
        before = sum(4 * math.prod(shape) for shape in shapes.values())
        after = (folder / MODEL).stat().st_size
        report(
            f"{before / 1e6:.1f} MB as float32, {after / 1e6:.1f} MB as int8: {after / before:.3f}"
        )
        if directory.exists():
            directory.rmdir()  # an empty one: not every system renames over it
        folder.rename(directory)


def copy_rest(checkpoint: Checkpoint, folder: Path) -> None:
    """Copy everything but the weights; add a decoder_config.json if there is none."""
    source = checkpoint.directory
    notices = [path.name for path in source.iterdir() if path.stem.upper() in NOTICES]
    for name in (*REQUIRED, *OPTIONAL, *notices):
        if name != MODEL and (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    settings_file = folder / "decoder_config.json"
    if not settings_file.exists():
        settings = decoder_settings(checkpoint.vocoder_config)
        settings_file.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")


def decoder_settings(config: vocoder.VocoderConfig) -> dict[str, Any]:
    """Return the settings that cannot be read from the shapes of a vocoder's tensors."""
    names = ("sample_rate", "n_fft", "hop_length", "upscale", "padding")
    return {name: getattr(config, name) for name in names}


def all_shapes(checkpoint: Checkpoint) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor that the models read, in the order they use them."""
    return lm.expected_shapes(checkpoint.lm_config) | vocoder.expected_shapes(
        checkpoint.vocoder_config
    )


def folded(checkpoint: Checkpoint) -> Iterator[tuple[str, Array]]:
    """Yield the name and float32 values of every tensor, vocoder norms and factors folded in."""
    layers = {
        layer.linear: layer
        for layer in chain(
            [vocoder.HEAD],
            *map(vocoder.block_linears, range(checkpoint.vocoder_config.num_layers)),
        )
    }
    superfluous = {name for layer in layers.values() for name in layer.folded}
    for name in all_shapes(checkpoint):
        linear = name.rpartition(".")[0]
        if name in superfluous:
            continue
        if name not in checkpoint.vocoder_tensors:
            yield name, checkpoint.lm_tensors[name]
        elif linear not in layers:
            yield name, checkpoint.vocoder_tensors[name]
        else:
            weight, bias = fold(checkpoint.vocoder_tensors, layers[linear])
            floats = cast(Floats, weight)  # the source is not int8
            yield name, floats if name.endswith("weight") else bias


def quantized(
    tensors: Iterable[tuple[str, Array]],
    keep_float: Sequence[str],
    report: Callable[[str], object],
) -> Iterator[tuple[str, Array]]:
    """Quantise matrices: yield their tiles and scales, and every other tensor unchanged.

    report is called with each tensor's largest error, and its rms error beside the weights' rms.
    """
    report(f"{'tensor':<46}{'shape':>14}{'largest':>11}{'rms error':>11}{'of rms':>9}")
    for name, weight in tensors:
        row = f"{name:<46}{' x '.join(map(str, weight.shape)):>14}"
        if weight.ndim != 2 or any(fnmatch.fnmatchcase(name, pattern) for pattern in keep_float):
            report(f"{row}{'float32':>11}")
            yield name, weight
            continue
        matrix = quantize(weight)
        error = (matrix.rows(np.arange(len(weight))) - weight).astype(np.float64)
        rms_error = np.sqrt(np.mean(error**2))
        rms = np.sqrt(np.mean(np.square(weight, dtype=np.float64)))
        relative = f"{100 * rms_error / rms:.2f} %" if rms else "zeros"
        report(f"{row}{np.abs(error).max():>11.2e}{rms_error:>11.2e}{relative:>9}")
        yield name, matrix.tiles
        yield name + SCALE, matrix.scale


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def print_comparison(model: str, directory: Path, text: str) -> None:
    """Print how much the int8 model in a directory differs from its source, by sentence."""
    # The only import from further up: nothing but this option of the command needs an engine.
    from soprano_np.engine.comparison import compare
    from soprano_np.engine.model import Model

    print(
        f"{'tokens':>8}{'forced':>9}{'free':>6}{'logits':>10}{'states':>9}{'spectra':>10}  sentence"
    )
    for row in compare(Model.load(model), Model.load(directory), text):
        print(
            f"{row.tokens:>8}{100 * row.agreement:>7.1f} %{row.same_tokens:>6}{row.cosine:>10.6f}"
            f"{100 * row.state_error:>7.2f} %{row.decibels:>7.2f} dB  {row.sentence}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(QUANTIZE_COMMAND, description="Make an int8 checkpoint.")
    parser.add_argument("model", metavar="MODEL", help="a directory or a Hugging Face Hub id")
    parser.add_argument("directory", metavar="OUT_DIR", type=Path, help="a new directory")
    parser.add_argument(
        "--keep-float",
        metavar="PATTERN",
        action="append",
        default=[],
        help="tensors to keep as float32 (repeatable)",
    )
    parser.add_argument("--verify", metavar="TEXT", help="speak it with both models and compare")
    options = parser.parse_args(arguments)
    try:
        write_int8(options.model, options.directory, options.keep_float, print)
        if options.verify:
            print_comparison(options.model, options.directory, options.verify)
    except (SopranoError, OSError) as error:
        print(f"quantize: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
