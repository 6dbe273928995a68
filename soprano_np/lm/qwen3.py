"""The Qwen3 language model: token ids in, final hidden states out.

The arithmetic is that of transformers' Qwen3ForCausalLM in float32. Matrices that read the same
input are joined: q, k and v are one product, gate and up another.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from soprano_np.lm.config import Qwen3Config
from soprano_np.lm.kv_cache import KVCache
from soprano_np.nn import machine
from soprano_np.nn.attention import attention
from soprano_np.nn.linear import Linear, matrix
from soprano_np.nn.ops import Floats, Ints, rms_norm, silu
from soprano_np.nn.parallel import share
from soprano_np.nn.scratch import Buffer

EMBED_TOKENS = "model.embed_tokens.weight"

# A core with fewer sentences would only read all the weights once more.
LEAST_ROWS = 3
LEAST_POSITIONS = 8


class Rope:
    """Rotary positions: the angle of each pair of elements at each position. Su et al. 2021."""

    def __init__(self, head_dim: int, theta: float) -> None:
        exponents = np.arange(0, head_dim, 2, dtype=np.float32) / np.float32(head_dim)
        self.frequencies: Floats = np.float32(1) / np.float32(theta) ** exponents

    def __call__(self, positions: Ints) -> tuple[Floats, Floats]:
        """Return cosines and sines: [batch, seq] -> [batch, seq, 1, head_dim] each.

        Both halves of a head have the same, except that the first half's sines are negative (see
        rotate).
        """
        angles = positions[..., None, None].astype(np.float32) * self.frequencies
        cos, sin = np.cos(angles), np.sin(angles)
        return np.concatenate([cos, cos], axis=-1), np.concatenate([-sin, sin], axis=-1)


def rotate(x: Floats, cos: Floats, sin: Floats) -> Floats:
    """Rotate each head's vector by its position's angles: element i pairs with i + head_dim / 2.

    x [batch, seq, heads, head_dim]; cos, sin [batch, seq, 1, head_dim] as Rope returns them.
    Returns (first * cos - second * sin, second * cos + first * sin) for the halves of each head, in
    the shape of x.
    """
    halves = x.reshape(*x.shape[:-1], 2, -1)
    exchanged = halves[..., ::-1, :].reshape(x.shape)
    exchanged *= sin
    exchanged += x * cos
    return exchanged


class Span(NamedTuple):
    """Where the tokens of one pass stand: `seq` positions in each of `batch` rows of a cache."""

    cache: KVCache
    first: int  # of the cache's rows
    positions: Ints  # [batch, seq]
    cos: Floats  # [batch, seq, 1, head_dim], as Rope returns them
    sin: Floats
    mask: Floats | None  # [batch, seq, positions]: 0 where a position is visible, else -inf


class Attention:
    """Causal grouped-query attention with RMS-normed queries and keys."""

    _qkv, _output = Buffer(), Buffer()

    def __init__(self, config: Qwen3Config, tensors: Mapping[str, Floats], layer: int) -> None:
        prefix = f"model.layers.{layer}.self_attn"
        self.layer, self.eps = layer, config.rms_norm_eps
        self.head_dim = config.head_dim
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        self.heads, self.qk_heads = heads, heads + kv_heads
        self.qkv_proj = Linear([matrix(tensors, f"{prefix}.{name}_proj.weight") for name in "qkv"])
        self.o_proj = Linear([matrix(tensors, f"{prefix}.o_proj.weight")])
        self.qk_norm: Floats = np.repeat(  # [heads + kv_heads, head_dim]
            [tensors[f"{prefix}.q_norm.weight"], tensors[f"{prefix}.k_norm.weight"]],
            [heads, kv_heads],
            axis=0,
        )

    def __call__(self, x: Floats, span: Span) -> Floats:
        """[batch * seq, hidden] -> [batch * seq, hidden], in a buffer."""
        batch, seq = span.positions.shape
        qkv = self.qkv_proj(x, self._qkv).reshape(batch, seq, -1, self.head_dim)
        qk, v = qkv[:, :, : self.qk_heads], qkv[:, :, self.qk_heads :]
        qk = rotate(rms_norm(qk, self.qk_norm, self.eps), span.cos, span.sin)
        q, k = qk[:, :, : self.heads], qk[:, :, self.heads :]
        keys, values = span.cache.update_and_fetch(self.layer, span.first, span.positions, k, v)
        mixed = attention(q, keys, values, span.mask)  # [batch, seq, heads, head_dim]
        return self.o_proj(mixed.reshape(batch * seq, -1), self._output)


class MLP:
    """SwiGLU: down_proj(silu(gate_proj(x)) * up_proj(x)). Shazeer 2020."""

    _gate_up, _gated, _down, _output = Buffer(), Buffer(), Buffer(), Buffer()

    def __init__(self, tensors: Mapping[str, Floats], layer: int) -> None:
        prefix = f"model.layers.{layer}.mlp"
        self.gate_up_proj = Linear(
            [matrix(tensors, f"{prefix}.{name}_proj.weight") for name in ("gate", "up")]
        )
        self.intermediate = self.gate_up_proj.outputs // 2
        self.down_proj = Linear([matrix(tensors, f"{prefix}.down_proj.weight")])

    def __call__(self, x: Floats) -> Floats:
        """[batch * seq, hidden] -> [batch * seq, hidden], in a buffer."""
        y = self._output(*x.shape)

        def run(part: slice) -> None:
            gate_up = self.gate_up_proj(x[part], self._gate_up)
            gate, up = gate_up[:, : self.intermediate], gate_up[:, self.intermediate :]
            gated = silu(gate, out=self._gated(*gate.shape))
            gated *= up
            y[part] = self.down_proj(gated, self._down)

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
        """[batch * seq, hidden] -> [batch * seq, hidden], in place."""
        x += self.self_attn(rms_norm(x, self.input_layernorm, self.eps), span)
        x += self.mlp(rms_norm(x, self.post_attention_layernorm, self.eps))
        return x


class Qwen3:
    """A Qwen3 causal language model over a checkpoint's tensors.

    embed_tokens: looks up embeddings, [rows] -> [rows, hidden], unless the tensor itself is to do
    so; a step needs so few that they can be read from the file.
    """

    _logits, _some_logits = Buffer(), Buffer()

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

        ids, positions [batch, seq] -> [batch, seq, hidden], the final hidden states. Row b
        continues row first + b of the cache, where each token sees the positions up to its own.
        """
        batch, seq = ids.shape
        mask = None
        if positions.size > 1:  # a single one sees all that there is
            future = np.arange(int(positions.max()) + 1) > positions[:, :, None]
            mask = np.where(future, np.float32(-np.inf), np.float32(0))
        span = Span(cache, first, positions, *self.rope(positions), mask)
        x: Floats = self.embed_tokens(ids.reshape(-1))
        for layer in self.layers:
            x = layer(x, span)
        x = rms_norm(x, self.norm, self.config.rms_norm_eps)
        return x.reshape(batch, seq, -1)

    def prefill(self, prompts: Sequence[Ints], cache: KVCache, first: int) -> Floats:
        """Run whole prompts, [seq] each, into the cache's rows first, first + 1, ...

        Returns the state at each prompt's last position [batch, hidden], which predicts the first
        audio token. The cache must have room for them (see KVCache.reserve). Shorter prompts are
        padded on the right; what the padding leaves in the cache is never seen, since each later
        position is written before it is attended to.
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

        together = max(machine.current().prefill_positions // ids.shape[1], 1)
        share(run, len(prompts), least=1, most=together)
        return states

    def step(self, tokens: Ints, cache: KVCache, positions: Ints) -> Floats:
        """Run the next token of the sentence in each of the cache's first rows.

        tokens, positions [batch] -> [batch, hidden], the states that predict the tokens after
        them. The cache must have room for them (see KVCache.reserve).
        """
        states: Floats = np.empty((len(tokens), self.config.hidden_size), np.float32)

        def run(part: slice) -> None:
            states[part] = self(tokens[part, None], cache, part.start, positions[part, None])[:, 0]

        share(run, len(tokens), LEAST_ROWS)
        return states

    def logits(self, states: Floats) -> Floats:
        """Score each token as the next: [batch, hidden] -> [batch, vocab], in a buffer."""
        logits = self._logits(len(states), self.config.vocab_size)

        def run(part: slice) -> None:
            logits[part] = self.lm_head(states[part], self._some_logits)

        share(run, len(states), LEAST_ROWS)
        return logits
