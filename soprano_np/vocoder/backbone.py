"""The vocoder's ConvNeXt backbone: interpolated states in, features for the spectrum out.

Siuzdak 2023 (Vocos), after Liu et al. 2022. The scale and shift of each layer norm are folded
into the product that follows it, and gamma into the product before it: six passes over the
frames less in each block, and the same function.
"""

from collections.abc import Mapping

import numpy as np

from soprano_np.nn.linear import Int8, Linear, Matrix, matrix
from soprano_np.nn.ops import Floats, gelu, standardize
from soprano_np.nn.parallel import share
from soprano_np.nn.scratch import scratch
from soprano_np.vocoder.config import HEAD, Product, VocoderConfig, block_products

FRAMES = 32, 256  # fewest for a core of its own, and most in one go
CONVOLVED_FRAMES = 64  # in one go: 768 float32 in each stay in the second-level cache
LAYER_NORM_EPS = 1e-6  # fixed in Vocos, not in any configuration


class ConvNeXtBlock:
    """A depthwise convolution over time, then a two-layer perceptron in each frame, added back."""

    def __init__(self, tensors: Mapping[str, Floats], index: int) -> None:
        prefix = f"decoder.convnext.{index}.dwconv"
        weight = tensors[f"{prefix}.weight"]
        self.dwconv_weight: Floats = np.ascontiguousarray(weight[:, 0].T)  # [kernel, dim]
        self.dwconv_bias = tensors[f"{prefix}.bias"]
        first, second = block_products(index)
        weight1, self.pwconv1_bias = fold(tensors, first)
        self.pwconv1 = Linear([weight1])
        weight2, bias2 = fold(tensors, second)
        self.pwconv2 = Linear([weight2], bias2)

    def __call__(self, x: Floats) -> Floats:
        """[frames + kernel - 1, dim] -> [frames, dim].

        There is no padding here: the frames at the ends are context.
        """
        context = len(self.dwconv_weight) - 1
        y: Floats = np.empty((len(x) - context, x.shape[1]), np.float32)

        def run(part: slice) -> None:
            reached = x[part.start : part.stop + context]
            convolved = self._convolve_and_norm(reached)
            features = gelu(self.pwconv1(convolved, "pwconv1"), self.pwconv1_bias)
            frames = x[part.start + context // 2 : part.stop + context // 2]
            np.add(self.pwconv2(features, "pwconv2"), frames, out=y[part])

        share(run, len(y), *FRAMES)
        return y

    def _convolve_and_norm(self, x: Floats) -> Floats:
        """[frames + kernel - 1, dim] -> [frames, dim], a scratch array."""
        y = scratch("dwconv", len(x) - len(self.dwconv_weight) + 1, x.shape[1])
        product = scratch("dwconv product", CONVOLVED_FRAMES, x.shape[1])
        for start in range(0, len(y), CONVOLVED_FRAMES):
            part = y[start : start + CONVOLVED_FRAMES]
            np.multiply(x[start : start + len(part)], self.dwconv_weight[0], out=part)
            for offset, weight in enumerate(self.dwconv_weight[1:], start + 1):
                part += np.multiply(
                    x[offset : offset + len(part)], weight, out=product[: len(part)]
                )
            part += self.dwconv_bias
            standardize(part, LAYER_NORM_EPS)
        return y


class Backbone:
    """The layers of the decoder, in the order the signal meets them."""

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
        """[frames, dim] -> the same array."""
        y = standardize(x, LAYER_NORM_EPS)
        y *= self.norm_weight
        y += self.norm_bias
        return y

    def head(self, x: Floats) -> Floats:
        """[frames, dim], overwritten, -> log-magnitudes and phases, [frames, 2 * bins]."""
        features = self.out(standardize(x, LAYER_NORM_EPS), "features")
        features += self.out_bias
        return features


def fold(tensors: Mapping[str, Floats], product: Product) -> tuple[Matrix, Floats]:
    """Join a linear layer with the scale and shift before it and the factor after it.

    -> weight [out, in] and bias [out]; as they are where the checkpoint holds them folded.
    """
    linear, norm, gamma = product
    weight, bias = matrix(tensors, f"{linear}.weight"), tensors[f"{linear}.bias"]
    if isinstance(weight, Int8):
        return weight, bias
    if norm and f"{norm}.weight" in tensors:
        bias = bias + weight @ tensors[f"{norm}.bias"]
        weight = weight * tensors[f"{norm}.weight"]
    if gamma and gamma in tensors:
        weight, bias = weight * tensors[gamma][:, None], bias * tensors[gamma]
    return weight, bias
