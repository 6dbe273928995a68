"""A checkpoint in memory: the three parts that speak, and its own defaults."""

from dataclasses import dataclass
from os import PathLike

from soprano_np.checkpoint.hub import resolve
from soprano_np.checkpoint.loading import GenerationDefaults, open_checkpoint
from soprano_np.lm.qwen3 import EMBED_TOKENS, Qwen3
from soprano_np.text.tokenizer import Tokenizer
from soprano_np.vocoder.stream import Vocoder


@dataclass(frozen=True)
class Model:
    """The language model, the vocoder and the tokenizer of one checkpoint."""

    lm: Qwen3
    vocoder: Vocoder
    tokenizer: Tokenizer
    defaults: GenerationDefaults

    @classmethod
    def load(cls, model: str | PathLike[str] | None = None) -> "Model":
        """Load a directory, a Hub id, "builtin", or the default model.

        Raises CheckpointError for a checkpoint that is missing, damaged or not supported.
        """
        with open_checkpoint(resolve(model)) as checkpoint:
            embed_tokens = checkpoint.lm_tensors.rows(EMBED_TOKENS)
            return cls(
                lm=Qwen3(checkpoint.lm_config, checkpoint.lm_tensors, embed_tokens),
                vocoder=Vocoder(checkpoint.vocoder_config, checkpoint.vocoder_tensors),
                tokenizer=Tokenizer(checkpoint.tokenizer_file, checkpoint.lm_config.vocab_size),
                defaults=checkpoint.generation,
            )

    @property
    def sample_rate(self) -> int:
        """Samples a second, in hertz."""
        return self.vocoder.config.sample_rate
