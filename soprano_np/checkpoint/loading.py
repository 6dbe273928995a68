"""Open a model directory: read its configs and check every tensor's name and shape."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from soprano_np.checkpoint.hub import DECODERS, require_files
from soprano_np.checkpoint.tensors import (
    INT8_VERSION,
    INT8_VERSION_KEY,
    QUANTIZE_COMMAND,
    TensorFile,
    open_safetensors,
)
from soprano_np.errors import CheckpointError
from soprano_np.fields import TOKENIZER_BYTES, Fields, label, read_object, shown
from soprano_np.lm import config as lm
from soprano_np.vocoder import config as vocoder

MAX_PROBLEMS = 20

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class GenerationDefaults:
    """The sampling settings of generation_config.json, each None where the file does not set it."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    repetition_penalty: float | None = None
    max_new_tokens: int | None = None
    max_prompt_characters: int | None = None

    @classmethod
    def from_dict(
        cls, values: Mapping[str, Any], source: str = "generation_config.json"
    ) -> "GenerationDefaults":
        """Read the keys that are used; do_sample false means temperature 0.

        Raises CheckpointError naming a key of the wrong type or out of range.
        """
        fields = Fields(values, source)
        temperature = fields.optional_number("temperature", 0.0, 100.0)
        return cls(
            temperature=0.0 if fields.optional_boolean("do_sample") is False else temperature,
            top_k=fields.optional_integer("top_k", 0, 1 << 20),
            top_p=fields.optional_number("top_p", 1e-6, 1.0),
            repetition_penalty=fields.optional_number("repetition_penalty", 0.01, 100.0),
            max_new_tokens=fields.optional_integer("max_new_tokens", 1, 1 << 16),
            max_prompt_characters=fields.optional_integer("max_prompt_characters", 1, 1 << 20),
        )


@dataclass(frozen=True)
class Checkpoint:
    """A model's configs, and its tensors, which are read when they are looked up."""

    directory: Path
    lm_config: lm.Qwen3Config
    vocoder_config: vocoder.VocoderConfig
    generation: GenerationDefaults
    lm_tensors: TensorFile
    vocoder_tensors: TensorFile
    tokenizer_file: Path

    def close(self) -> None:
        """Close the files; arrays read from them stay valid."""
        self.lm_tensors.close()
        self.vocoder_tensors.close()

    def __enter__(self) -> "Checkpoint":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_checkpoint(directory: Path) -> Checkpoint:
    """Open a model directory in the Hub's layout and check its tensors, without reading them.

    Raises CheckpointError for a missing or damaged file, and one that lists every missing,
    unexpected and misshapen tensor of both files.
    """
    require_files(directory)
    lm_config = lm.Qwen3Config.from_file(directory / "config.json")
    generation_file = directory / "generation_config.json"
    values = _read_optional(generation_file)
    generation = GenerationDefaults.from_dict(values, str(generation_file))
    fields = Fields(values, str(generation_file))
    stop = lm.eos_token_id(fields, lm_config.vocab_size)
    if stop is not None and lm_config.eos_token_id not in (None, stop):
        raise fields.error("eos_token_id", f"{lm_config.eos_token_id}, as in config.json")
    tokenizer_file = directory / "tokenizer.json"
    if (size := tokenizer_file.stat().st_size) > TOKENIZER_BYTES:
        raise CheckpointError(
            f"{tokenizer_file}: expected at most {TOKENIZER_BYTES:,} bytes, found {size:,}"
        )
    lm_tensors, vocoder_tensors = _open_both(directory)
    decoder_file = vocoder_tensors.path

    problems = shape_problems(
        lm_tensors, lm.expected_shapes(lm_config), lm.ignored_tensors(lm_config)
    )
    overrides_file = directory / "decoder_config.json"
    overrides = _read_optional(overrides_file)
    try:
        vocoder_config = vocoder.VocoderConfig.from_shapes(
            vocoder_tensors.shapes, overrides, overrides_file.name, decoder_file.name
        )
    except CheckpointError as error:
        _refuse(directory, [*problems, str(error)])
        raise
    problems += shape_problems(
        vocoder_tensors,
        vocoder.expected_shapes(
            vocoder_config, folded=INT8_VERSION_KEY in vocoder_tensors.metadata
        ),
        vocoder.IGNORED_TENSORS,
    )
    if vocoder_config.input_channels != lm_config.hidden_size:
        problems.append(
            f"{decoder_file.name}: its states have {vocoder_config.input_channels} channels, "
            f"but config.json says hidden_size {lm_config.hidden_size}"
        )
    _refuse(directory, problems)
    return Checkpoint(
        directory=directory,
        lm_config=lm_config,
        vocoder_config=vocoder_config,
        generation=generation,
        lm_tensors=lm_tensors,
        vocoder_tensors=vocoder_tensors,
        tokenizer_file=tokenizer_file,
    )


def _open_both(directory: Path) -> tuple[TensorFile, TensorFile]:
    """Open the tensors of the language model and of the vocoder, which may share a file."""
    model = open_safetensors(directory / "model.safetensors")
    version = model.metadata.get(INT8_VERSION_KEY)
    if version not in (None, INT8_VERSION):
        raise CheckpointError(
            f"{model.path}: int8 weights in version {shown(version)} of their format, but this "
            f"soprano_np reads version {INT8_VERSION}; update soprano_np, or make the file again: "
            f"{QUANTIZE_COMMAND} MODEL DIR"
        )
    if version is None and "I8" in model.dtypes.values():
        raise CheckpointError(
            f"{model.path}: int8 weights in an unknown format; make the file from a float32 model: "
            f"{QUANTIZE_COMMAND} MODEL DIR"
        )
    for name in DECODERS:
        if (directory / name).exists():
            return model, open_tensors(directory / name)
    return model.split("decoder.", "head.")


def open_tensors(path: Path) -> TensorFile:
    """Open a .safetensors file or a torch archive, by its suffix. Raises CheckpointError."""
    if path.suffix == ".safetensors":
        return open_safetensors(path)
    from soprano_np.checkpoint.torch_archive import open_torch_archive  # int8 files need none

    return open_torch_archive(path)


def shape_problems(tensors: TensorFile, expected: Shapes, ignored: Collection[str]) -> list[str]:
    """Describe every tensor that is missing, unexpected or has another shape than expected."""
    found = tensors.shapes
    problems = []
    for name, shape in expected.items():
        if name not in found:
            problems.append(f"{name}: missing, expected {list(shape)}")
        elif found[name] != shape:
            problems.append(f"{name}: expected {list(shape)}, found {list(found[name])}")
    for name, shape in found.items():
        if name not in expected and name not in ignored:
            problems.append(f"{label(name)}: unexpected, found {list(shape)}")
    return [f"{tensors.path.name}: {problem}" for problem in problems]


def _refuse(directory: Path, problems: list[str]) -> None:
    """Raise CheckpointError listing the first problems, if there are any."""
    if not problems:
        return
    lines = [f"{directory}: its files do not match:", *problems[:MAX_PROBLEMS]]
    if len(problems) > MAX_PROBLEMS:
        lines.append(f"and {len(problems) - MAX_PROBLEMS} more")
    raise CheckpointError("\n  ".join(lines))


def _read_optional(path: Path) -> dict[str, Any]:
    return read_object(path) if path.exists() else {}
