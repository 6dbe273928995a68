"""Show a text as it would be spoken, reading no more of the model than its tokenizer and limits."""

import argparse
import logging
import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from soprano_np.checkpoint.hub import DEFAULT_MODEL, cached_snapshot, resolve
from soprano_np.checkpoint.loading import open_checkpoint
from soprano_np.cli.console import DownloadReport, print_output
from soprano_np.nn.ops import Ints
from soprano_np.text.normalize import English, Normalizer, choose_normalizer
from soprano_np.text.script import Script, Utterance
from soprano_np.text.tokenizer import Tokenizer

PARAGRAPH = math.inf  # the silence that marks a paragraph here


def show(options: argparse.Namespace, text: str) -> None:
    """Print the utterances of a text, one a line, with an empty line between paragraphs.

    With --explain, what the rules made of an utterance follows it. Raises ValueError if nothing in
    the text can be spoken.
    """
    silence = options.sentence_silence or 0.0
    normalizer = choose_normalizer(options.normalizer or "default", options.lexicon)
    utterances = list(load_script(options, normalizer).utterances(text, silence, PARAGRAPH))
    if not any(utterance.spoken for utterance in utterances):
        raise ValueError("nothing in the text can be spoken")
    explanations: list[list[str]] = [[] for _ in utterances]
    if options.explain and isinstance(normalizer, English):
        explanations = explain(text, normalizer, utterances)
    lines = []
    for utterance, explained in zip(utterances, explanations, strict=True):
        if utterance.spoken:
            lines.append("\n" * (utterance.pause == PARAGRAPH) + utterance.spoken)
        lines += explained
    print_output("\n".join([*lines, ""]))


def explain(text: str, normalizer: English, utterances: Sequence[Utterance]) -> list[list[str]]:
    """Return a line for each passage that rules changed, in a list for each utterance."""
    from soprano_np.text.english import explanation

    logger = logging.getLogger("soprano_np")
    logger.disabled = True  # it has warned when the utterances were made
    rewritten = normalizer.rewrite(text)
    logger.disabled = False
    # Utterances hold all of the text but white space.
    ends = list(accumulate(len("".join(utterance.written.split())) for utterance in utterances))
    lines: list[list[str]] = [[] for _ in utterances]
    place = seen = 0
    for start, _, written, said, rules in explanation.explain(rewritten):
        seen += len("".join(text[place:start].split()))
        place = start
        number = min(bisect_right(ends, seen), len(ends) - 1)
        lines[number].append(f"  {written} -> {said or '(not said)'}   ({', '.join(rules)})")
    return lines


def load_script(options: argparse.Namespace, normalizer: Normalizer) -> Script:
    """Return what divides a text into utterances; the default model is not downloaded for it."""
    model, report = options.model, DownloadReport(options)
    directory = resolve(model, report) if model else cached_snapshot(DEFAULT_MODEL)
    if directory is None:
        return Script(normalizer, CharacterTokenizer())
    with open_checkpoint(directory) as checkpoint:
        return Script(
            normalizer,
            Tokenizer(
                checkpoint.tokenizer_file,
                checkpoint.lm_config.vocab_size,
                checkpoint.lm_config.eos_token_id,
            ),
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
