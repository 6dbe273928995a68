"""The vocoder's ConvNeXt backbone: interpolated states in, features for the spectrum out.

Siuzdak 2023 (Vocos), after Liu et al. 2022. The scale and shift of each layer norm are folded
into the product that follows it, and gamma into the product before it: six passes over the
frames less in each block, and the same function.
"""

from collections.abc import Mapping

import numpy as np

from soprano_np.linear import Linear
from soprano_np.ops import Floats, gelu, standardize
from soprano_np.parallel import share
from soprano_np.scratch import scratch
from soprano_np.vocoder.config import VocoderConfig

FRAMES = 32, 60  # fewest for a core of its own, and most in one go
CONVOLVED_FRAMES = 64  # in one go: 768 float32 in each stay in the second-level cache
LAYER_NORM_EPS = 1e-6  # fixed in Vocos, not in any configuration


class ConvNeXtBlock:
    """A depthwise convolution over time, then a two-layer perceptron in each frame, added back."""

    def __init__(self, tensors: Mapping[str, Floats], index: int) -> None:
        def tensor(name: str) -> Floats:
            return tensors[f"decoder.convnext.{index}.{name}"]

        self.dwconv_weight: Floats = np.ascontiguousarray(tensor("dwconv.weight")[:, 0].T)
        self.dwconv_bias = tensor("dwconv.bias")  # weight above: [kernel, dim]
        self.pwconv1, self.pwconv1_bias = _linear_after_norm(
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
        self.out, self.out_bias = _linear_after_norm(
            tensors["head.out.weight"],
            tensors["head.out.bias"],
            tensors["decoder.final_layer_norm.weight"],
            tensors["decoder.final_layer_norm.bias"],
        )

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


def _linear_after_norm(
    weight: Floats, bias: Floats, norm_weight: Floats, norm_bias: Floats
) -> tuple[Linear, Floats]:
    """Join a layer norm's scale and shift with the product after it: weight [out, in].

    -> the product and its bias [out], apart, as one caller adds it in a better place.
    """
    return Linear([weight * norm_weight]), bias + weight @ norm_bias
