"""Show a text as it would be spoken, reading no more of the model than its tokenizer and limits."""

import argparse
import math

import numpy as np

from soprano_np.checkpoint.hub import DEFAULT_MODEL, cached_snapshot, resolve
from soprano_np.checkpoint.loading import open_checkpoint
from soprano_np.cli.console import print_output
from soprano_np.nn.ops import Ints
from soprano_np.text.normalize import choose_normalizer
from soprano_np.text.script import Script
from soprano_np.text.tokenizer import Tokenizer

PARAGRAPH = math.inf  # the silence that marks a paragraph here


def show(options: argparse.Namespace, text: str) -> None:
    """Print the utterances of a text, one a line, with an empty line between paragraphs.

    Raises ValueError if nothing in the text can be spoken.
    """
    silence = options.sentence_silence or 0.0
    lines = [
        f"\n{utterance.spoken}" if utterance.pause == PARAGRAPH else utterance.spoken
        for utterance in load_script(options).utterances(text, silence, PARAGRAPH)
        if utterance.spoken
    ]
    if not lines:
        raise ValueError("nothing in the text can be spoken")
    print_output("\n".join([*lines, ""]))


def load_script(options: argparse.Namespace) -> Script:
    """Return what divides a text into utterances; the default model is not downloaded for it."""
    normalize = choose_normalizer(options.normalizer or "default", options.lexicon)
    directory = resolve(options.model) if options.model else cached_snapshot(DEFAULT_MODEL)
    if directory is None:
        return Script(normalize, CharacterTokenizer())
    with open_checkpoint(directory) as checkpoint:
        return Script(
            normalize,
            Tokenizer(checkpoint.tokenizer_file, checkpoint.lm_config.vocab_size),
            checkpoint.generation.max_prompt_characters,
            checkpoint.lm_config.max_position_embeddings,
        )


class CharacterTokenizer:
    """Stands in for the default model's tokenizer, which has not been downloaded.

    It makes at most one token of a character, so 300 characters always fit in its context of 512.
    """

    def encode(self, sentence: str) -> Ints:
        """Return as many ids [seq] as a prompt can have at most."""
        return np.zeros(len(sentence), np.int64)
