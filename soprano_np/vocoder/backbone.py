"""The vocoder's ConvNeXt backbone: interpolated states in, features for the spectrum out.

Siuzdak 2023 (Vocos), after Liu et al. 2022. The scale and shift of each layer norm are folded
into the product that follows it, and gamma into the product before it: six passes over the
frames less in each block, and the same function.
"""

from collections.abc import Mapping

import numpy as np

from soprano_np.linear import Linear
from soprano_np.ops import Floats, gelu, standardize
from soprano_np.vocoder.config import VocoderConfig

LAYER_NORM_EPS = 1e-6  # fixed in Vocos, not in any configuration


class ConvNeXtBlock:
    """A depthwise convolution over time, then a two-layer perceptron in each frame, added back."""

    def __init__(self, tensors: Mapping[str, Floats], index: int) -> None:
        def tensor(name: str) -> Floats:
            return tensors[f"decoder.convnext.{index}.{name}"]

        self.dwconv_weight: Floats = np.ascontiguousarray(tensor("dwconv.weight")[:, 0].T)
        self.dwconv_bias = tensor("dwconv.bias")  # weight above: [kernel, dim]
        self.pwconv1 = _linear_after_norm(
            tensor("pwconv1.weight"),
            tensor("pwconv1.bias"),
            tensor("norm.weight"),
            tensor("norm.bias"),
        )
        gamma = tensor("gamma")
        self.pwconv2 = Linear(
            [tensor("pwconv2.weight") * gamma[:, None]], tensor("pwconv2.bias") * gamma
        )

    def __call__(self, x: Floats) -> Floats:
        """[frames + kernel - 1, dim] -> [frames, dim]: no padding here, so the ends are context."""
        reach = len(self.dwconv_weight) // 2
        frames = len(x) - 2 * reach
        y: Floats = x[:frames] * self.dwconv_weight[0]
        for offset, weight in enumerate(self.dwconv_weight[1:], 1):
            y += x[offset : offset + frames] * weight
        y += self.dwconv_bias
        y = self.pwconv2(gelu(self.pwconv1(standardize(y, LAYER_NORM_EPS))))
        y += x[reach : reach + frames]
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
        self.out = _linear_after_norm(
            tensors["head.out.weight"],
            tensors["head.out.bias"],
            tensors["decoder.final_layer_norm.weight"],
            tensors["decoder.final_layer_norm.bias"],
        )

    def norm(self, x: Floats) -> Floats:
        """[frames, dim] -> [frames, dim]."""
        y = standardize(x, LAYER_NORM_EPS)
        y *= self.norm_weight
        y += self.norm_bias
        return y

    def head(self, x: Floats) -> Floats:
        """[frames, dim] -> log-magnitudes and phases, [frames, 2 * bins]."""
        return self.out(standardize(x, LAYER_NORM_EPS))


def _linear_after_norm(
    weight: Floats, bias: Floats, norm_weight: Floats, norm_bias: Floats
) -> Linear:
    """Join a layer norm's scale and shift with the product after it: weight [out, in]."""
    return Linear([weight * norm_weight], bias + weight @ norm_bias)
