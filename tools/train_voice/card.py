"""Write the model card of a packaged voice: how it was made, from what data, and its scores.

The scores are what tools/evaluate_voice.py printed, kept as work/scores/NAME.txt; NAME is that of
the file of sentences. Each lists the teacher, the voice in float32, and the voice in int8.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from train_voice.files import write_text

VOICES = "teacher", "float32", "int8"
COLUMNS = "sentences", "voice", "WER", "95 %", "CER", "stop", "DNSMOS", "length", "jump", "silence"
ABOUT = {
    "score": "3 to 25 words, of WordNet's examples, held out",
    "long": "100 to 250 characters, held out",
    "list": "lists and repeats, held out",
    "named": "the fox, ten Harvard sentences and the like, held out",
    "words": "single words",
    "letters": "single letters",
    "questions": "questions",
    "forty_words": "40 words each",
    "written": "numbers, dates and abbreviations",
}

CARD = """\
# {name}

One English (American) voice at {sample_rate} Hz in Soprano's checkpoint format, int8,
{megabytes:.1f} MB. It comes with soprano_np as `--model builtin`.

It is there to speak where nothing else is at hand: with no network, no room, or no patience for a
download. It is clear in everyday sentences. Rare words and names are its weak side, it reads in one
even manner, and it has a thirteenth of the parameters of Soprano-1.1-80M: expect less of it.

## Scores

Words and characters that a Whisper (tiny.en) mishears, in percent; share of sentences that stop by
themselves; DNSMOS, overall; the longest sentence in lengths of the teacher's; the largest step
between two samples, in peaks; the longest silence before and after, in seconds. Greedy and
free-running, by `tools/evaluate_voice.py` on the files of `tools/sentences/`.

{scores}

{about}

## How it was made

With `tools/train_voice`: no recording of a person, no other model's weights.

{training}

{sizes}

| data | SHA-256 |
|---|---|
{hashes}

`speech` is the hash of the sorted files' hashes.

## Licence

Apache-2.0, with the notices in NOTICE: the speech that it learnt was made by hibari-tts, which is
distilled from Kokoro-82M, from texts of WordNet.
"""


def table(rows: Sequence[Sequence[str]]) -> str:
    """Format rows, the first of which are headings, in Markdown."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])


def joined(setting: Any) -> str:
    """Format a setting, or those that a step had one after another."""
    return " then ".join(map(str, setting)) if isinstance(setting, list) else str(setting)


def score_rows(sentences: str, voices: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Format what one file of sentences gave; a dash is what was not measured."""
    rows = []
    for label, row in zip(VOICES, voices, strict=True):
        shown = {
            "WER": f"{100 * row['wer']:.1f}",
            "95 %": f"{100 * row['wer_low']:.1f}-{100 * row['wer_high']:.1f}",
            "CER": f"{100 * row['cer']:.1f}",
            "stop": "-" if row["stopped"] is None else f"{100 * row['stopped']:.1f}",
            "DNSMOS": f"{row['dnsmos']:.2f}",
            "length": "-" if row["longest"] is None else f"{row['longest']:.2f}",
            "jump": f"{row['jump']:.2f}",
            "silence": f"{row['silence_before']:.2f}, {row['silence_after']:.2f}",
        }
        rows.append([f"{sentences} ({row['sentences']})", label, *shown.values()])
    return rows


def read_scores(path: Path) -> list[dict[str, Any]]:
    """Read the last line that tools/evaluate_voice.py printed; raises ValueError."""
    try:
        voices: list[dict[str, Any]] = json.loads(path.read_text("utf-8").splitlines()[-1])[
            "voices"
        ]
    except (ValueError, KeyError, IndexError) as error:
        raise ValueError(f"{path}: expected what tools/evaluate_voice.py printed") from error
    if len(voices) != len(VOICES):
        raise ValueError(f"{path}: expected scores of {', '.join(VOICES)}, found {len(voices)}")
    return voices


def card(name: str, voice: Path, training: dict[str, Any], scores: Path) -> str:
    """Give the text of the card of the int8 checkpoint in a directory."""
    rows, about = [list(COLUMNS)], []
    for sentences, description in ABOUT.items():
        rows += score_rows(sentences, read_scores(scores / f"{sentences}.txt"))
        about.append(f"{sentences}: {description}")
    lm = json.loads((voice / "config.json").read_text("utf-8"))
    vocoder = json.loads((voice / "decoder_config.json").read_text("utf-8"))
    hashes = training["sha256"]
    steps = [["step", "what"]]
    for step in ("speech", "lm", "vocoder", "versions"):
        steps.append([step, ", ".join(f"{k} {joined(v)}" for k, v in training[step].items())])
    sizes = [["part", "sizes"]]
    for part, config, keys in (
        ("language model", lm, ("num_hidden_layers", "hidden_size", "intermediate_size")),
        ("language model", lm, ("num_attention_heads", "num_key_value_heads", "vocab_size")),
        ("vocoder", vocoder, ("decoder_num_layers", "decoder_dim", "decoder_intermediate_dim")),
        ("vocoder", vocoder, ("n_fft", "hop_length", "upscale")),
    ):
        sizes.append([part, ", ".join(f"{key} {config[key]}" for key in keys)])
    return CARD.format(
        name=name,
        sample_rate=vocoder["sample_rate"],
        megabytes=(voice / "model.safetensors").stat().st_size / 1e6,
        scores=table(rows),
        about="; ".join(about) + ".",
        training=table(steps),
        sizes=table(sizes),
        hashes="\n".join(f"| {file} | {digest} |" for file, digest in hashes.items()),
    )


def main(argv: Sequence[str]) -> None:
    """Read the command line and write the card."""
    parser = argparse.ArgumentParser(description="Write the model card of an int8 voice.")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--voice", type=Path, required=True, metavar="DIR", help="int8 checkpoint")
    options = parser.parse_args(argv)
    training = json.loads((options.work / "voice" / "training.json").read_text("utf-8"))
    text = card(options.voice.name, options.voice, training, options.work / "scores")
    write_text(options.voice / "README.md", text)
