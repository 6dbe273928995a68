"""A checkpoint in memory: the three parts that speak, and its own defaults."""

from dataclasses import dataclass
from os import PathLike
from typing import Any

from soprano_np.checkpoint.hub import resolve
from soprano_np.checkpoint.loading import GenerationDefaults, open_checkpoint
from soprano_np.lm.qwen3 import EMBED_TOKENS, Qwen3
from soprano_np.request import Request, options
from soprano_np.text.normalize import Normalizer
from soprano_np.text.script import Script
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

    def request(self, **given: Any) -> Request:
        """Make a request: what is not given, or None, is the checkpoint's default, else Request's.

        Raises TypeError and ValueError as Request does.
        """
        values = {each.name: getattr(self.defaults, each.name, None) for each in options()}
        if unknown := given.keys() - values:
            raise TypeError(f"unknown option: {', '.join(sorted(unknown))}")
        values |= {name: value for name, value in given.items() if value is not None}
        return Request(**{name: value for name, value in values.items() if value is not None})

    def script(self, normalize: Normalizer) -> Script:
        """Return what turns texts into utterances for this model."""
        return Script(
            normalize,
            self.tokenizer,
            self.defaults.max_prompt_characters,
            self.lm.config.max_position_embeddings,
        )
