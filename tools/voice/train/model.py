"""The language model and the vocoder in torch; parameters have the checkpoint's tensor names.

The arithmetic is that of soprano_np without anything joined or folded.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from soprano_np.lm.config import Qwen3Config
from soprano_np.vocoder.config import VocoderConfig

CHARACTERS = " abcdefghijklmnopqrstuvwxyz'.,?!"
MARKS = "[STOP]", "[TEXT]", "[START]", "[UNK]"
STOP, TEXT, START = range(3)
FIRST_CHARACTER = len(MARKS)
FIRST_AUDIO = FIRST_CHARACTER + len(CHARACTERS)
AUDIO_TOKENS = 2048

LM_CONFIG = Qwen3Config(
    hidden_size=256,
    num_hidden_layers=6,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=64,
    intermediate_size=704,
    vocab_size=FIRST_AUDIO + AUDIO_TOKENS,
    max_position_embeddings=1024,
    eos_token_id=STOP,
)
VOCODER_CONFIG = VocoderConfig(
    input_channels=LM_CONFIG.hidden_size,
    dim=256,
    intermediate_dim=768,
    num_layers=6,
    dw_kernel=3,
    n_fft=1200,
    hop_length=300,
    sample_rate=24000,
)

GUIDED_LAYERS = 1, 3
GUIDED_HEADS = 2


class Guide(NamedTuple):
    """Where attention should look: from each position to the characters first..last - 1."""

    first: Tensor  # [batch, seq]
    last: Tensor  # [batch, seq]
    weight: Tensor  # [batch, seq]: 1 where a word is being spoken, else 0


class Attention(nn.Module):
    """Causal grouped-query attention with RMS-normed queries and keys."""

    def __init__(self, config: Qwen3Config) -> None:
        super().__init__()
        self.heads, self.kv_heads = config.num_attention_heads, config.num_key_value_heads
        self.head_dim = config.head_dim
        hidden = config.hidden_size
        self.q_proj = nn.Linear(hidden, self.heads * self.head_dim, bias=False)
        self.k_proj = nn.Linear(hidden, self.kv_heads * self.head_dim, bias=False)
        self.v_proj = nn.Linear(hidden, self.kv_heads * self.head_dim, bias=False)
        self.o_proj = nn.Linear(self.heads * self.head_dim, hidden, bias=False)
        self.q_norm = nn.RMSNorm(self.head_dim, eps=config.rms_norm_eps)
        self.k_norm = nn.RMSNorm(self.head_dim, eps=config.rms_norm_eps)

    def forward(
        self, x: Tensor, rope: tuple[Tensor, Tensor], bias: Tensor, guide: Guide | None
    ) -> tuple[Tensor, Tensor | None]:
        """[batch, seq, hidden] -> the same, and the cost of looking away from the guide."""
        batch, seq, _ = x.shape

        def heads(projected: Tensor) -> Tensor:
            return projected.view(batch, seq, -1, self.head_dim).transpose(1, 2)

        q = rotate(self.q_norm(heads(self.q_proj(x))), rope).to(x.dtype)
        k = rotate(self.k_norm(heads(self.k_proj(x))), rope).to(x.dtype)
        repeats = self.heads // self.kv_heads
        k = k.repeat_interleave(repeats, 1)
        v = heads(self.v_proj(x)).to(x.dtype).repeat_interleave(repeats, 1)
        cost = None
        if guide is None:
            y = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        else:
            scores = (q @ k.transpose(-1, -2)).float() * self.head_dim**-0.5 + bias
            attention = scores.softmax(-1)
            cost = guidance_cost(attention[:, :GUIDED_HEADS], guide)
            y = attention.to(v.dtype) @ v
        return self.o_proj(y.transpose(1, 2).reshape(batch, seq, -1)), cost


class MLP(nn.Module):
    """The gated feed-forward network."""

    def __init__(self, config: Qwen3Config) -> None:
        super().__init__()
        hidden, intermediate = config.hidden_size, config.intermediate_size
        self.gate_proj = nn.Linear(hidden, intermediate, bias=False)
        self.up_proj = nn.Linear(hidden, intermediate, bias=False)
        self.down_proj = nn.Linear(intermediate, hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, seq, hidden] -> the same."""
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    """Attention and MLP, each on normed input and added to its input."""

    def __init__(self, config: Qwen3Config) -> None:
        super().__init__()
        self.self_attn, self.mlp = Attention(config), MLP(config)
        self.input_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.post_attention_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)

    def forward(
        self, x: Tensor, rope: tuple[Tensor, Tensor], bias: Tensor, guide: Guide | None
    ) -> tuple[Tensor, Tensor | None]:
        """[batch, seq, hidden] -> the same, and the guidance cost."""
        y, cost = self.self_attn(self.input_layernorm(x), rope, bias, guide)
        x = x + y
        return x + self.mlp(self.post_attention_layernorm(x)), cost


class LanguageModel(nn.Module):
    """Qwen3: token ids in, states out; lm_head turns them into logits."""

    def __init__(self, config: Qwen3Config) -> None:
        super().__init__()
        self.config = config
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.model.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.model.norm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                added_back = name.endswith(("o_proj.weight", "down_proj.weight"))
                depth = 2 * config.num_hidden_layers if added_back else 1
                nn.init.normal_(parameter, std=0.02 / math.sqrt(depth))
        exponents = torch.arange(0, config.head_dim, 2) / config.head_dim
        angles = torch.arange(config.max_position_embeddings)[:, None] / (
            config.rope_theta**exponents
        )
        self.register_buffer("cos", angles.cos().repeat(1, 2), persistent=False)
        self.register_buffer("sin", angles.sin().repeat(1, 2), persistent=False)

    def forward(
        self, ids: Tensor, segments: Tensor, guide: Guide | None = None
    ) -> tuple[Tensor, Tensor]:
        """Run packed rows, in which a position sees only those before it in its own segment.

        ids, segments [batch, seq] -> states [batch, seq, hidden], the guidance cost [].
        """
        dtype = torch.bfloat16 if torch.is_autocast_enabled(ids.device.type) else torch.float32
        x = self.model.embed_tokens(ids).to(dtype)
        seq = ids.shape[1]
        rope = self.cos[:seq].to(dtype), self.sin[:seq].to(dtype)
        bias = attention_bias(segments)
        costs = []
        for index, layer in enumerate(self.model.layers):
            x, cost = layer(x, rope, bias, guide if index in GUIDED_LAYERS else None)
            costs += [] if cost is None else [cost]
        return self.model.norm(x), torch.stack(costs).mean() if costs else x.new_zeros(())


def attention_bias(segments: Tensor) -> Tensor:
    """Return 0 where a position may look, -1e9 elsewhere: [batch, seq] -> [batch, 1, seq, seq]."""
    seq = segments.shape[1]
    same = segments[:, :, None] == segments[:, None, :]
    causal = torch.ones(seq, seq, dtype=torch.bool, device=segments.device).tril()
    return torch.where(same & causal, 0.0, -1e9)[:, None]


def guidance_cost(attention: Tensor, guide: Guide) -> Tensor:
    """Average -log(attention to the current word's characters): [batch, heads, seq, seq] -> []."""
    column = torch.arange(attention.shape[-1], device=attention.device)
    word = (column >= guide.first[..., None]) & (column < guide.last[..., None])
    mass = (attention * word[:, None]).sum(-1)
    cost = -(mass + 1e-3).log().mean(1)  # [batch, seq]
    return (cost * guide.weight).sum() / guide.weight.sum().clamp(min=1)


def rotate(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate each head by its position's angles: element i pairs with i + head_dim / 2."""
    first, second = x.chunk(2, -1)
    return x * rope[0] + torch.cat([-second, first], -1) * rope[1]


class ConvNeXtBlock(nn.Module):
    """A depthwise convolution over time and a perceptron in each frame, added to the input."""

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        dim, kernel = config.dim, config.dw_kernel
        self.dwconv = nn.Conv1d(dim, dim, kernel, padding=kernel // 2, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.pwconv1 = nn.Linear(dim, config.intermediate_dim)
        self.pwconv2 = nn.Linear(config.intermediate_dim, dim)
        self.gamma = nn.Parameter(torch.full((dim,), config.num_layers**-0.5))

    def forward(self, x: Tensor, inside: Tensor) -> Tensor:
        """[batch, frames, dim] -> the same; frames that are not inside [batch, frames, 1] are 0.

        The convolution is a sum of shifted products, which is faster than Conv1d on a CPU.
        """
        weight, reach = self.dwconv.weight[:, 0], self.dwconv.kernel_size[0] // 2
        padded = functional.pad(x * inside, (0, 0, reach, reach))
        frames = x.shape[1]
        y = self.dwconv.bias + sum(
            padded[:, offset : offset + frames] * weight[:, offset]
            for offset in range(weight.shape[1])
        )
        y = self.pwconv2(functional.gelu(self.pwconv1(self.norm(y))))
        return x + self.gamma * y


class Vocoder(nn.Module):
    """States in, log-magnitudes and phases of the spectrum out."""

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.decoder = nn.Module()
        self.decoder.embed = nn.Conv1d(config.input_channels, config.dim, 1)
        self.decoder.norm = nn.LayerNorm(config.dim, eps=1e-6)
        self.decoder.convnext = nn.ModuleList(
            ConvNeXtBlock(config) for _ in range(config.num_layers)
        )
        self.decoder.final_layer_norm = nn.LayerNorm(config.dim, eps=1e-6)
        self.head = nn.Module()
        self.head.out = nn.Linear(config.dim, config.n_fft + 2)
        for module in self.modules():
            if isinstance(module, (nn.Conv1d, nn.Linear)):
                depthwise = isinstance(module, nn.Conv1d) and module.groups > 1
                nn.init.trunc_normal_(module.weight, std=0.2 if depthwise else 0.02)
                nn.init.zeros_(module.bias)

    def forward(self, states: Tensor, inside: Tensor) -> Tensor:
        """[batch, states, hidden] -> [batch, frames, n_fft + 2], frames = upscale*(states-1) + 1.

        inside [batch, frames] is 0 for frames after a sentence's last: the engine pads with zeros.
        """
        upscale = self.config.upscale
        weights = torch.arange(upscale, device=states.device)[:, None] / upscale
        embedded = functional.linear(
            states, self.decoder.embed.weight[..., 0], self.decoder.embed.bias
        ).float()
        between = embedded[:, :-1, None] * (1 - weights) + embedded[:, 1:, None] * weights
        x = self.decoder.norm(torch.cat([between.flatten(1, 2), embedded[:, -1:]], 1))
        for block in self.decoder.convnext:
            x = block(x, inside[..., None])
        return self.head.out(self.decoder.final_layer_norm(x))
