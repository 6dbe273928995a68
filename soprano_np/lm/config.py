"""The language model's sizes and constants: the keys of config.json that decide its arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soprano_np.errors import CheckpointError
from soprano_np.fields import Fields, read_object, shown


@dataclass(frozen=True)
class Qwen3Config:
    """The sizes and constants of a Qwen3 language model, by their Hugging Face names."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    max_position_embeddings: int = 32768
    tie_word_embeddings: bool = False
    eos_token_id: int | None = None

    @classmethod
    def from_file(cls, path: Path) -> "Qwen3Config":
        """Read config.json. Raises CheckpointError as from_dict does."""
        return cls.from_dict(read_object(path), str(path))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], source: str = "config.json") -> "Qwen3Config":
        """Check the keys that decide the arithmetic, and ignore all others.

        Raises CheckpointError naming the first wrong or unsupported one.
        """
        fields = Fields(values, source)
        _refuse_unsupported(fields)
        hidden_size = fields.integer("hidden_size", 1, 1 << 15)
        heads = fields.integer("num_attention_heads", 1, 1 << 10)
        kv_heads = fields.optional_integer("num_key_value_heads", 1, 1 << 10) or heads
        if heads % kv_heads:
            raise fields.error("num_key_value_heads", f"a divisor of num_attention_heads ({heads})")
        head_dim = fields.optional_integer("head_dim", 2, 1 << 12) or hidden_size // heads
        if head_dim < 2 or head_dim % 2:
            raise CheckpointError(
                f"{source}: head_dim must be even, as rotary positions pair its halves; "
                f"found {head_dim}"
            )
        vocab_size = fields.integer("vocab_size", 1, 1 << 20)
        return cls(
            hidden_size=hidden_size,
            num_hidden_layers=fields.integer("num_hidden_layers", 1, 1 << 10),
            num_attention_heads=heads,
            num_key_value_heads=kv_heads,
            head_dim=head_dim,
            intermediate_size=fields.integer("intermediate_size", 1, 1 << 18),
            vocab_size=vocab_size,
            rms_norm_eps=fields.optional_number("rms_norm_eps", 1e-12, 1.0) or cls.rms_norm_eps,
            rope_theta=_rope_theta(fields) or cls.rope_theta,
            max_position_embeddings=fields.optional_integer("max_position_embeddings", 1, 1 << 24)
            or cls.max_position_embeddings,
            tie_word_embeddings=bool(fields.optional_boolean("tie_word_embeddings")),
            eos_token_id=eos_token_id(fields, vocab_size),
        )


def expected_shapes(config: Qwen3Config) -> dict[str, tuple[int, ...]]:
    """Name the tensors that model.safetensors must hold, with their shapes (matrices [out, in])."""
    hidden, intermediate = config.hidden_size, config.intermediate_size
    queries = config.num_attention_heads * config.head_dim
    keys = config.num_key_value_heads * config.head_dim
    layer: dict[str, tuple[int, ...]] = {
        "input_layernorm.weight": (hidden,),
        "self_attn.q_proj.weight": (queries, hidden),
        "self_attn.k_proj.weight": (keys, hidden),
        "self_attn.v_proj.weight": (keys, hidden),
        "self_attn.q_norm.weight": (config.head_dim,),
        "self_attn.k_norm.weight": (config.head_dim,),
        "self_attn.o_proj.weight": (hidden, queries),
        "post_attention_layernorm.weight": (hidden,),
        "mlp.gate_proj.weight": (intermediate, hidden),
        "mlp.up_proj.weight": (intermediate, hidden),
        "mlp.down_proj.weight": (hidden, intermediate),
    }
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (config.vocab_size, hidden)}
    for index in range(config.num_hidden_layers):
        shapes |= {f"model.layers.{index}.{name}": shape for name, shape in layer.items()}
    shapes["model.norm.weight"] = (hidden,)
    if not config.tie_word_embeddings:
        shapes["lm_head.weight"] = (config.vocab_size, hidden)
    return shapes


def ignored_tensors(config: Qwen3Config) -> frozenset[str]:
    """Name the tensors that a checkpoint may hold although the model does not use them."""
    return frozenset({"lm_head.weight"} if config.tie_word_embeddings else ())


def eos_token_id(fields: Fields, vocab_size: int) -> int | None:
    """Read the one token id that ends speech, None if absent; Hugging Face also allows a list.

    Raises CheckpointError unless it is below vocab_size.
    """
    value = fields.get("eos_token_id")
    if isinstance(value, list):
        if len(value) != 1:
            raise fields.error("eos_token_id", "one token id")
        fields = Fields({"eos_token_id": value[0]}, fields.source)
    return fields.optional_integer("eos_token_id", 0, vocab_size - 1)


def _refuse_unsupported(fields: Fields) -> None:
    """Raise CheckpointError naming the first unsupported setting."""
    if fields.get("model_type") != "qwen3":
        raise fields.error("model_type", "'qwen3'")
    if fields.get("hidden_act") not in (None, "silu"):
        raise fields.error("hidden_act", "'silu'")
    for name in ("attention_bias", "use_sliding_window"):
        if fields.optional_boolean(name):
            raise fields.error(name, "false")
    for name in ("rope_scaling", "quantization_config"):
        if fields.get(name) is not None:
            raise fields.error(name, "null")
    layer_types = fields.get("layer_types")
    if layer_types is not None and (
        not isinstance(layer_types, list) or any(kind != "full_attention" for kind in layer_types)
    ):
        raise fields.error("layer_types", "a list of 'full_attention' only")


def _rope_theta(fields: Fields) -> float | None:
    """Read rope_theta, which newer files keep inside rope_parameters."""
    parameters = fields.get("rope_parameters")
    if parameters is None:
        return fields.optional_number("rope_theta", 1.0, 1e12)
    if not isinstance(parameters, dict):
        raise fields.error("rope_parameters", "an object")
    inner = Fields(parameters, f"{fields.source}: rope_parameters")
    for name, value in parameters.items():
        if name == "rope_theta" or value is None:
            continue
        if name not in ("rope_type", "type"):
            raise CheckpointError(f"{inner.source}: {shown(name)} is not supported")
        if value != "default":
            raise inner.error(name, "'default'")
    theta = inner.optional_number("rope_theta", 1.0, 1e12)
    return theta or fields.optional_number("rope_theta", 1.0, 1e12)
