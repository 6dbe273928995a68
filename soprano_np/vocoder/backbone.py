"""The vocoder's ConvNeXt backbone: interpolated states in, features for the spectrum out.

Siuzdak 2023 (Vocos), after Liu et al. 2022. The scale and shift of each layer norm are folded
into the product that follows it, and gamma into the product before it: six passes over the
frames less in each block, and the same function.
"""

from collections.abc import Mapping

import numpy as np

from soprano_np.nn.int8 import Int8
from soprano_np.nn.linear import Linear, Matrix, matrix
from soprano_np.nn.ops import Floats, Ints, gelu, layer_norm
from soprano_np.nn.parallel import share
from soprano_np.nn.scratch import Buffer
from soprano_np.vocoder.config import HEAD, FoldedLinear, VocoderConfig, block_linears

LEAST_FRAMES, MOST_FRAMES = 32, 256  # for a core of its own, and in one go
CONVOLVED_FRAMES = 64  # in one go: 768 float32 in each stay in the second-level cache
LAYER_NORM_EPS = 1e-6  # fixed in Vocos, not in any configuration


class ConvNeXtBlock:
    """A depthwise convolution over time, then a two-layer perceptron in each frame, added back."""

    _convolved, _gapped, _tap, _wide, _narrow = (Buffer() for _ in range(5))

    def __init__(self, tensors: Mapping[str, Floats], index: int) -> None:
        prefix = f"decoder.convnext.{index}.dwconv"
        weight = tensors[f"{prefix}.weight"]
        self.dwconv_weight: Floats = np.ascontiguousarray(weight[:, 0].T)  # [kernel, dim]
        self.dwconv_bias = tensors[f"{prefix}.bias"]
        first, second = block_linears(index)
        weight1, self.pwconv1_bias = fold(tensors, first)
        self.pwconv1 = Linear([weight1])
        weight2, bias2 = fold(tensors, second)
        self.pwconv2 = Linear([weight2], bias2)

    def __call__(self, x: Floats, starts: Ints) -> Floats:
        """Run the frames whose convolutions start at some of those given, in rising order.

        x [frames, dim], starts [starts] -> [starts, dim]. There is no padding here: a frame depends
        on `kernel` frames of x and comes out in the place of the middle one.
        """
        y: Floats = np.empty((len(starts), x.shape[1]), np.float32)
        middles = x[len(self.dwconv_weight) // 2 :]

        def run(part: slice) -> None:
            normed = self._convolve_and_norm(x, starts[part])
            features = gelu(self.pwconv1(normed, self._wide), self.pwconv1_bias)
            np.add(self.pwconv2(features, self._narrow), _rows(middles, starts[part]), out=y[part])

        share(run, len(y), LEAST_FRAMES, MOST_FRAMES)
        return y

    def _convolve_and_norm(self, x: Floats, starts: Ints) -> Floats:
        """[frames, dim] -> [starts, dim], in a buffer."""
        y = self._convolved(len(starts), x.shape[1])
        for begin in range(0, len(y), CONVOLVED_FRAMES):
            some, part = (
                starts[begin : begin + CONVOLVED_FRAMES],
                y[begin : begin + CONVOLVED_FRAMES],
            )
            first, stop = int(some[0]), int(some[-1]) + 1
            gaps = stop - first > len(some)
            sums = self._gapped(stop - first, x.shape[1]) if gaps else part
            tap = self._tap(*sums.shape)
            np.multiply(x[first:stop], self.dwconv_weight[0], out=sums)
            for offset, weight in enumerate(self.dwconv_weight[1:], 1):
                sums += np.multiply(x[first + offset : stop + offset], weight, out=tap)
            if gaps:
                sums.take(some - first, axis=0, out=part, mode="clip")  # "raise" would copy
            part += self.dwconv_bias
            layer_norm(part, LAYER_NORM_EPS)
        return y


def _rows(x: Floats, numbers: Ints) -> Floats:
    """Return rows of x in rising order: a view where they follow each other."""
    rows = x[numbers[0] : numbers[-1] + 1]
    return rows if len(rows) == len(numbers) else x[numbers]


class Backbone:
    """The layers of the decoder, in the order the signal meets them."""

    _features = Buffer()

    def __init__(self, config: VocoderConfig, tensors: Mapping[str, Floats]) -> None:
        self.embed = Linear(
            [tensors["decoder.embed.weight"][:, :, 0]], tensors["decoder.embed.bias"]
        )
        self.norm_weight, self.norm_bias = (
            tensors["decoder.norm.weight"],
            tensors["decoder.norm.bias"],
        )
        self.convnext = [ConvNeXtBlock(tensors, index) for index in range(config.num_layers)]
        weight, self.out_bias = fold(tensors, HEAD)
        self.out = Linear([weight])

    def norm(self, x: Floats) -> Floats:
        """Embed's layer norm, in place: [frames, dim] -> [frames, dim]."""
        y = layer_norm(x, LAYER_NORM_EPS)
        y *= self.norm_weight
        y += self.norm_bias
        return y

    def head(self, x: Floats) -> Floats:
        """Return log-magnitudes and phases: [frames, dim], overwritten, -> [frames, 2 * bins]."""
        features = self.out(layer_norm(x, LAYER_NORM_EPS), self._features)
        features += self.out_bias
        return features


def fold(tensors: Mapping[str, Floats], names: FoldedLinear) -> tuple[Matrix, Floats]:
    """Fold the scale and shift before a linear layer and the factor after it into the layer.

    Returns weight [out, in] and bias [out]; as they are where the checkpoint holds them folded.
    """
    linear, norm, gamma = names
    weight, bias = matrix(tensors, f"{linear}.weight"), tensors[f"{linear}.bias"]
    if isinstance(weight, Int8):
        return weight, bias
    if norm and f"{norm}.weight" in tensors:
        bias = bias + weight @ tensors[f"{norm}.bias"]
        weight = weight * tensors[f"{norm}.weight"]
    if gamma and gamma in tensors:
        weight, bias = weight * tensors[gamma][:, None], bias * tensors[gamma]
    return weight, bias
