"""The vocoder's sizes, read off its tensors, and the few settings that tensors do not show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from soprano_np.errors import CheckpointError
from soprano_np.fields import Fields

PUBLISHED_N_FFT = 2048  # of the checkpoints that need no decoder_config.json
IGNORED_TENSORS = frozenset({"head.istft.window"})  # a buffer; the Hann window is computed here

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class VocoderConfig:
    """The sizes of a Vocos decoder; n_fft and hop_length in samples, sample_rate in hertz."""

    input_channels: int
    dim: int
    intermediate_dim: int
    num_layers: int
    dw_kernel: int
    n_fft: int
    hop_length: int
    upscale: int = 4
    sample_rate: int = 32000
    padding: str = "center"

    @property
    def samples_per_token(self) -> int:
        """Audio samples that each token, and so each state, adds."""
        return self.upscale * self.hop_length

    @property
    def bins(self) -> int:
        """Frequencies of a spectrum frame, both ends included."""
        return self.n_fft // 2 + 1

    @property
    def pad(self) -> int:
        """Samples of the first frame, and of the last, that are padding."""
        return (self.n_fft if self.padding == "center" else self.n_fft - self.hop_length) // 2

    @property
    def first_states(self) -> int:
        """States that are needed before the first samples are final."""
        reach = self.num_layers * (self.dw_kernel // 2)  # frames after it that a frame depends on
        frames = self.pad // self.hop_length + 1 + reach
        return -(-(frames - 1) // self.upscale) + 1

    @classmethod
    def from_shapes(
        cls,
        shapes: Shapes,
        overrides: Mapping[str, Any] | None = None,
        source: str = "decoder_config.json",
        tensors: str = "decoder.pth",
    ) -> "VocoderConfig":
        """Read the sizes off the tensors' shapes, the other settings from `overrides`.

        These are the values of decoder_config.json. Raises CheckpointError if a tensor that shows a
        size is missing or has an unusable shape, or if a value contradicts the tensors; `source`
        and `tensors` name the two files in the message.
        """
        sizes = _sizes(shapes, tensors)
        fields = Fields(overrides or {}, source)
        for key, size, tensor, high in sizes.values():
            if not 1 <= size <= high:
                raise CheckpointError(
                    f"{tensors}: {tensor}: makes {key} {size}; expected 1 to {high}"
                )
            stated = fields.optional_integer(key, 1, high)
            if stated is not None and stated != size:
                raise CheckpointError(
                    f"{source}: {key} is {stated}, but {tensor} makes it {size}: "
                    f"its shape is {list(shapes[tensor])}"
                )
        if fields.optional_integer("input_kernel", 1, 1 << 10) not in (None, 1):
            raise fields.error("input_kernel", "1")
        n_fft = sizes["n_fft"][1]
        padding = fields.get("padding")
        if padding not in (None, "center", "same"):
            raise fields.error("padding", "'center' or 'same'")
        if n_fft != PUBLISHED_N_FFT and fields.get("sample_rate") is None:
            raise CheckpointError(
                f"{source}: sample_rate is missing; expected it for a vocoder other than the "
                f"published ones (n_fft {n_fft}, not {PUBLISHED_N_FFT}): copy the file with the "
                "weights"
            )
        config = cls(
            **{name: size for name, (_, size, _, _) in sizes.items()},
            # Windows that overlap by less than half would leave samples undetermined.
            hop_length=fields.optional_integer("hop_length", 1, n_fft // 2) or n_fft // 4,
            upscale=fields.optional_integer("upscale", 1, 64) or cls.upscale,
            sample_rate=fields.optional_integer("sample_rate", 1000, 384000) or cls.sample_rate,
            padding=padding or cls.padding,
        )
        if config.padding == "same" and (n_fft - config.hop_length) % 2:
            raise fields.error("hop_length", f"even, like n_fft ({n_fft}), with padding 'same'")
        return config


class FoldedLinear(NamedTuple):
    """Names of a linear layer, of the layer norm before it and of the factor after it."""

    linear: str
    norm: str | None = None
    gamma: str | None = None

    @property
    def folded(self) -> list[str]:
        """Name the tensors that are no longer needed once they are folded into the layer."""
        norm = [f"{self.norm}.weight", f"{self.norm}.bias"] if self.norm else []
        return [*norm, *([self.gamma] if self.gamma else [])]


HEAD = FoldedLinear("head.out", norm="decoder.final_layer_norm")


def block_linears(index: int) -> tuple[FoldedLinear, FoldedLinear]:
    """Name the two linear layers of a block and what can be folded into each."""
    block = f"decoder.convnext.{index}."
    return (
        FoldedLinear(block + "pwconv1", norm=block + "norm"),
        FoldedLinear(block + "pwconv2", gamma=block + "gamma"),
    )


def expected_shapes(config: VocoderConfig, folded: bool = False) -> dict[str, tuple[int, ...]]:
    """Name the tensors of a decoder with their shapes (matrices [out, in]).

    folded: leave out the norms and factors that are folded into the linear layers.
    """
    dim, intermediate_dim, rows = config.dim, config.intermediate_dim, config.n_fft + 2
    block: dict[str, tuple[int, ...]] = {
        "dwconv.weight": (dim, 1, config.dw_kernel),
        "dwconv.bias": (dim,),
        "norm.weight": (dim,),
        "norm.bias": (dim,),
        "pwconv1.weight": (intermediate_dim, dim),
        "pwconv1.bias": (intermediate_dim,),
        "pwconv2.weight": (dim, intermediate_dim),
        "pwconv2.bias": (dim,),
        "gamma": (dim,),
    }
    shapes: dict[str, tuple[int, ...]] = {
        "decoder.embed.weight": (dim, config.input_channels, 1),
        "decoder.embed.bias": (dim,),
        "decoder.norm.weight": (dim,),
        "decoder.norm.bias": (dim,),
    }
    for index in range(config.num_layers):
        shapes |= {f"decoder.convnext.{index}.{name}": shape for name, shape in block.items()}
    shapes |= {
        "decoder.final_layer_norm.weight": (dim,),
        "decoder.final_layer_norm.bias": (dim,),
        "head.out.weight": (rows, dim),
        "head.out.bias": (rows,),
    }
    if folded:
        for linear in (HEAD, *chain(*map(block_linears, range(config.num_layers)))):
            for name in linear.folded:
                del shapes[name]
    return shapes


def _sizes(shapes: Shapes, tensors: str) -> dict[str, tuple[str, int, str, int]]:
    """Map each size to (key in decoder_config.json, size, tensor that shows it, upper bound)."""
    embed, head = "decoder.embed.weight", "head.out.weight"
    dwconv, pwconv1 = "decoder.convnext.0.dwconv.weight", "decoder.convnext.0.pwconv1.weight"
    problems = []
    for name, dims in {embed: 3, dwconv: 3, pwconv1: 2, head: 2}.items():
        if name not in shapes:
            problems.append(f"{name}: missing")
        elif len(shapes[name]) != dims:
            problems.append(f"{name}: expected {dims} dimensions, found {list(shapes[name])}")
    if problems:
        raise CheckpointError(f"{tensors}: {'; '.join(problems)}")
    dim, input_channels, input_kernel = shapes[embed]
    dw_kernel, rows = shapes[dwconv][2], shapes[head][0]
    if input_kernel != 1:
        raise CheckpointError(f"{tensors}: {embed}: expected a kernel of 1, found {input_kernel}")
    if dw_kernel % 2 == 0:
        raise CheckpointError(f"{tensors}: {dwconv}: expected an odd kernel, found {dw_kernel}")
    if rows < 6 or rows % 2:
        raise CheckpointError(
            f"{tensors}: {head}: expected an even number of rows (n_fft + 2), found {rows}"
        )
    blocks = {match[1]: name for name in shapes if (match := _BLOCK.match(name))}
    last = max(blocks, key=int)
    return {
        "input_channels": ("num_input_channels", input_channels, embed, 1 << 15),
        "dim": ("decoder_dim", dim, embed, 1 << 15),
        "intermediate_dim": ("decoder_intermediate_dim", shapes[pwconv1][0], pwconv1, 1 << 17),
        "num_layers": ("decoder_num_layers", int(last) + 1, blocks[last], 1 << 8),
        "dw_kernel": ("dw_kernel", dw_kernel, dwconv, 1 << 8),
        "n_fft": ("n_fft", rows - 2, head, 1 << 16),
    }


_BLOCK = re.compile(r"decoder\.convnext\.(0|[1-9][0-9]{0,5})\.")
