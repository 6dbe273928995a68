"""The Qwen3 language model: token ids in, final hidden states out.

The arithmetic is that of transformers' Qwen3ForCausalLM in float32. Matrices that read the same
input are joined: q, k and v are one product, gate and up another.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from soprano_np.lm.config import Qwen3Config
from soprano_np.lm.kv_cache import KVCache
from soprano_np.nn.linear import Linear, matrix, product
from soprano_np.nn.ops import Floats, Ints, rms_norm, silu, softmax
from soprano_np.nn.parallel import TILED, share
from soprano_np.nn.scratch import scratch

EMBED_TOKENS = "model.embed_tokens.weight"

# Prompts run together up to this many positions: enough for products at full speed, and few
# enough for what flows between them to stay in the cache.
PREFILL_ROWS = 128 if TILED else 512

# A core with fewer sentences would only read all the weights once more.
LEAST_ROWS = 3
LEAST_POSITIONS = 8


class Rope:
    """Rotary positions: the angle of each pair of elements at each position. Su et al. 2021."""

    def __init__(self, head_dim: int, theta: float) -> None:
        exponents = np.arange(0, head_dim, 2, dtype=np.float32) / np.float32(head_dim)
        self.frequencies: Floats = np.float32(1) / np.float32(theta) ** exponents

    def __call__(self, positions: Ints) -> tuple[Floats, Floats]:
        """[batch, seq] -> cosines and sines, [batch, seq, 1, head_dim] each.

        Both halves have the same, but that the first half's sines are negative: see rotate.
        """
        angles = positions[..., None, None].astype(np.float32) * self.frequencies
        cos, sin = np.cos(angles), np.sin(angles)
        return np.concatenate([cos, cos], axis=-1), np.concatenate([-sin, sin], axis=-1)


def rotate(x: Floats, cos: Floats, sin: Floats) -> Floats:
    """Turn each head's vector by its position's angles: element i pairs with i + head_dim / 2.

    x [batch, seq, heads, head_dim]; cos, sin [batch, seq, 1, head_dim] as Rope gives them -> like
    x: (first * cos - second * sin, second * cos + first * sin) for the halves of each head.
    """
    halves = x.reshape(*x.shape[:-1], 2, -1)
    exchanged = halves[..., ::-1, :].reshape(x.shape)
    exchanged *= sin
    exchanged += x * cos
    return exchanged


class Span(NamedTuple):
    """Where the rows of one pass stand: `seq` positions of `batch` neighbouring cache slots."""

    cache: KVCache
    first: int  # the first slot
    positions: Ints  # [batch, seq]
    cos: Floats  # [batch, seq, 1, head_dim], as Rope gives them
    sin: Floats
    length: int  # of the longest sentence
    mask: Floats | None  # [batch, 1, 1, seq, length]: 0 where a position is visible, else -inf


class Attention:
    """Causal grouped-query attention with RMS-normed queries and keys."""

    def __init__(self, config: Qwen3Config, tensors: Mapping[str, Floats], layer: int) -> None:
        prefix = f"model.layers.{layer}.self_attn"
        self.layer, self.eps = layer, config.rms_norm_eps
        self.heads, self.kv_heads = config.num_attention_heads, config.num_key_value_heads
        self.head_dim = config.head_dim
        self.qkv_proj = Linear([matrix(tensors, f"{prefix}.{name}_proj.weight") for name in "qkv"])
        self.o_proj = Linear([matrix(tensors, f"{prefix}.o_proj.weight")])
        self.qk_norm: Floats = np.repeat(  # [heads + kv_heads, head_dim]
            [tensors[f"{prefix}.q_norm.weight"], tensors[f"{prefix}.k_norm.weight"]],
            [self.heads, self.kv_heads],
            axis=0,
        )

    def __call__(self, x: Floats, span: Span) -> Floats:
        """[batch * seq, hidden] -> [batch * seq, hidden]."""
        (batch, seq), length = span.positions.shape, span.length
        heads, kv_heads, head_dim = self.heads, self.kv_heads, self.head_dim
        group = heads // kv_heads  # query heads that share one key and value head

        qkv = self.qkv_proj(x, "qkv").reshape(batch, seq, heads + 2 * kv_heads, head_dim)
        qk = rms_norm(qkv[:, :, : heads + kv_heads], self.qk_norm, self.eps)
        qk = rotate(qk, span.cos, span.sin)
        keys, values = span.cache.update(
            self.layer,
            span.first,
            span.positions,
            qk[:, :, heads:],
            qkv[:, :, heads + kv_heads :],
            length,
        )
        queries: Floats = qk[:, :, :heads] * np.float32(head_dim**-0.5)
        queries = queries.reshape(batch, seq, kv_heads, group, head_dim).transpose(0, 2, 3, 1, 4)
        queries = queries.reshape(batch, kv_heads, group * seq, head_dim)
        scores = scratch("scores", batch, kv_heads, group * seq, length)
        product(queries, keys, out=scores)
        if span.mask is not None:
            by_position = scores.reshape(batch, kv_heads, group, seq, length)
            by_position += span.mask
        mixed = scratch("mixed", *queries.shape)
        product(softmax(scores), values, out=mixed)
        mixed = mixed.reshape(batch, kv_heads, group, seq, head_dim)
        mixed = mixed.transpose(0, 3, 1, 2, 4).reshape(batch * seq, heads * head_dim)
        return self.o_proj(mixed, "attended")


class MLP:
    """SwiGLU: down(silu(gate(x)) * up(x)). Shazeer 2020."""

    def __init__(self, tensors: Mapping[str, Floats], layer: int) -> None:
        prefix = f"model.layers.{layer}.mlp"
        self.gate_up_proj = Linear(
            [matrix(tensors, f"{prefix}.{name}_proj.weight") for name in ("gate", "up")]
        )
        self.down_proj = Linear([matrix(tensors, f"{prefix}.down_proj.weight")])

    def __call__(self, x: Floats) -> Floats:
        """[rows, hidden] -> [rows, hidden], a scratch array."""
        y = scratch("mlp", *x.shape)

        def run(part: slice) -> None:
            gate_up = self.gate_up_proj(x[part], "gate_up")
            intermediate = gate_up.shape[1] // 2
            gated = scratch("gated", len(gate_up), intermediate)
            silu(gate_up[:, :intermediate], out=gated)
            gated *= gate_up[:, intermediate:]
            y[part] = self.down_proj(gated, "down")

        share(run, len(x), LEAST_POSITIONS)  # of a single prompt; rows of many are shared already
        return y


class DecoderLayer:
    """Attention and MLP, each on a normed copy and added back."""

    def __init__(self, config: Qwen3Config, tensors: Mapping[str, Floats], layer: int) -> None:
        prefix = f"model.layers.{layer}"
        self.eps = config.rms_norm_eps
        self.input_layernorm = tensors[f"{prefix}.input_layernorm.weight"]
        self.self_attn = Attention(config, tensors, layer)
        self.post_attention_layernorm = tensors[f"{prefix}.post_attention_layernorm.weight"]
        self.mlp = MLP(tensors, layer)

    def __call__(self, x: Floats, span: Span) -> Floats:
        """[rows, hidden] -> [rows, hidden], in place."""
        x += self.self_attn(rms_norm(x, self.input_layernorm, self.eps), span)
        x += self.mlp(rms_norm(x, self.post_attention_layernorm, self.eps))
        return x


class Qwen3:
    """A Qwen3 causal language model over a checkpoint's tensors.

    embed_tokens: how to look up embeddings, [rows] -> [rows, hidden], if not in the tensor itself;
    a step needs so few that they can be read from the file.
    """

    def __init__(
        self,
        config: Qwen3Config,
        tensors: Mapping[str, Floats],
        embed_tokens: Callable[[Ints], Floats] | None = None,
    ) -> None:
        self.config = config
        self.embed_tokens = embed_tokens or tensors[EMBED_TOKENS].__getitem__
        self.layers = [
            DecoderLayer(config, tensors, layer) for layer in range(config.num_hidden_layers)
        ]
        self.norm = tensors["model.norm.weight"]
        head = EMBED_TOKENS if config.tie_word_embeddings else "lm_head.weight"
        self.lm_head = Linear([matrix(tensors, head)])
        self.rope = Rope(config.head_dim, config.rope_theta)

    def __call__(self, ids: Ints, cache: KVCache, first: int, positions: Ints) -> Floats:
        """Run tokens through the model, after what the cache holds of their sentences.

        ids, positions [batch, seq]: row b belongs to cache slot first + b, and each token sees
        its own slot's positions up to its own. -> final hidden states [batch, seq, hidden].
        """
        batch, seq = ids.shape
        length = int(positions.max()) + 1
        mask = None
        if positions.size > 1:  # a single one sees all that there is
            hidden = np.arange(length) > positions[:, None, None, :, None]
            mask = np.where(hidden, np.float32(-np.inf), np.float32(0))
        span = Span(cache, first, positions, *self.rope(positions), length, mask)
        x: Floats = self.embed_tokens(ids.reshape(-1))
        for layer in self.layers:
            x = layer(x, span)
        x = rms_norm(x, self.norm, self.config.rms_norm_eps)
        return x.reshape(batch, seq, -1)

    def prefill(self, prompts: Sequence[Ints], cache: KVCache, first: int) -> Floats:
        """Run whole prompts, [seq] each, into cache slots first, first + 1, ...

        -> the state at each prompt's last position [batch, hidden], which predicts the first
        audio token. Shorter prompts are padded on the right; what the padding leaves in the cache
        is never seen, since each later position is written before it is attended to.
        """
        lengths = np.array([len(prompt) for prompt in prompts])
        ids = np.zeros((len(prompts), lengths.max()), np.int64)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt)] = prompt
        positions = np.broadcast_to(np.arange(ids.shape[1]), ids.shape)
        states: Floats = np.empty((len(prompts), self.config.hidden_size), np.float32)

        def run(part: slice) -> None:
            every = self(ids[part], cache, first + part.start, positions[part])
            states[part] = every[np.arange(len(every)), lengths[part] - 1]

        share(run, len(prompts), least=1, most=max(PREFILL_ROWS // ids.shape[1], 1))
        return states

    def step(self, tokens: Ints, cache: KVCache, positions: Ints) -> Floats:
        """Run one token of each sentence in slots 0, 1, ...; tokens, positions [batch].

        -> the states that predict their next tokens [batch, hidden].
        """
        states: Floats = np.empty((len(tokens), self.config.hidden_size), np.float32)

        def run(part: slice) -> None:
            states[part] = self(tokens[part, None], cache, part.start, positions[part, None])[:, 0]

        share(run, len(tokens), LEAST_ROWS)
        return states

    def logits(self, states: Floats) -> Floats:
        """[batch, hidden] -> [batch, vocab], a scratch array."""
        logits = scratch("logits", len(states), self.config.vocab_size)

        def run(part: slice) -> None:
            logits[part] = self.lm_head(states[part], "some logits")

        share(run, len(states), LEAST_ROWS)
        return logits
