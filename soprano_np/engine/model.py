"""A checkpoint in memory: the three parts that speak, and its own defaults."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soprano_np.checkpoint.hub import is_damaged, resolve
from soprano_np.checkpoint.loading import GenerationDefaults, open_checkpoint
from soprano_np.errors import CheckpointError
from soprano_np.lm.qwen3 import EMBED_TOKENS, Qwen3
from soprano_np.request import Request, options
from soprano_np.text.normalize import Normalizer
from soprano_np.text.script import Script
from soprano_np.text.tokenizer import Tokenizer
from soprano_np.vocoder.stream import Vocoder

if TYPE_CHECKING:
    from soprano_np.checkpoint.download import Progress


@dataclass(frozen=True)
class Model:
    """The language model, the vocoder and the tokenizer of one checkpoint."""

    lm: Qwen3
    vocoder: Vocoder
    tokenizer: Tokenizer
    defaults: GenerationDefaults

    @classmethod
    def load(
        cls, model: str | PathLike[str] | None = None, progress: "Progress | None" = None
    ) -> "Model":
        """Load a directory, a Hub id, "builtin", or the default model.

        progress is called with the bytes downloaded so far, and all of them, if there are any.
        Raises CheckpointError for a checkpoint that is missing, damaged or not supported.
        """
        directory = resolve(model, progress)
        try:
            return cls._open(directory)
        except CheckpointError:
            if not is_damaged(directory):
                raise
        return cls._open(resolve(model, progress))  # which downloads what is damaged

    @classmethod
    def _open(cls, directory: Path) -> "Model":
        with open_checkpoint(directory) as checkpoint:
            embed_tokens = checkpoint.lm_tensors.rows(EMBED_TOKENS)
            return cls(
                lm=Qwen3(checkpoint.lm_config, checkpoint.lm_tensors, embed_tokens),
                vocoder=Vocoder(checkpoint.vocoder_config, checkpoint.vocoder_tensors),
                tokenizer=Tokenizer(
                    checkpoint.tokenizer_file,
                    checkpoint.lm_config.vocab_size,
                    checkpoint.lm_config.eos_token_id,
                ),
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
