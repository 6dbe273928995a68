"""Write the model card of a packaged voice: how it was made, from what data, and its scores.

The scores are the output of tools/voice/evaluate.py, kept as work/scores/NAME.txt, where NAME is
that of the file of sentences: the teacher, the voice in float32, and the voice in int8.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from voice.train.files import write_text

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

Use it where there is no network, no room for a larger model, or no time for a download. It says
everyday sentences clearly, always in the same even tone; it is weaker at rare words and names. It
has a thirteenth of the parameters of Soprano-1.1-80M: expect less of it.

## Scores

Words and characters misheard by Whisper (tiny.en), in percent; share of sentences that end by
themselves; DNSMOS, overall; largest ratio of a sentence's length to the teacher's; largest step
between two samples, as a share of the peak; longest silence before and after, in seconds. Decoded
greedily, and scored by `tools/voice/evaluate.py` on the files of `tools/voice/sentences/`.

{scores}

{about}

## How it was made

With `tools/voice/train`, from no recording of a person and no other model's weights.

{training}

{sizes}

| data | SHA-256 |
|---|---|
{hashes}

The hash of `speech` is that of its files' hashes, sorted.

## Licence

Apache-2.0, with the notices in NOTICE: it learnt from speech that hibari-tts, which is distilled
from Kokoro-82M, made of texts from WordNet.
"""


def table(rows: Sequence[Sequence[str]]) -> str:
    """Format rows as a Markdown table; the first row has the headings."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])


def joined(setting: Any) -> str:
    """Format a setting, or a list of those that a step had one after another."""
    return " then ".join(map(str, setting)) if isinstance(setting, list) else str(setting)


def score_rows(sentences: str, voices: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Format the scores on one file of sentences, with a dash for what was not measured."""
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
    """Read the last line that tools/voice/evaluate.py printed. Raises ValueError."""
    try:
        voices: list[dict[str, Any]] = json.loads(path.read_text("utf-8").splitlines()[-1])[
            "voices"
        ]
    except (ValueError, KeyError, IndexError) as error:
        raise ValueError(f"{path}: expected the output of tools/voice/evaluate.py") from error
    if len(voices) != len(VOICES):
        raise ValueError(f"{path}: expected scores of {', '.join(VOICES)}, found {len(voices)}")
    return voices


def card(name: str, voice: Path, training: dict[str, Any], scores: Path) -> str:
    """Return the text of the card for the int8 checkpoint in a directory."""
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


def main(options: argparse.Namespace) -> None:
    """Run the step: write README.md in the voice's directory."""
    training = json.loads((options.work / "voice" / "training.json").read_text("utf-8"))
    text = card(options.voice.name, options.voice, training, options.work / "scores")
    write_text(options.voice / "README.md", text)
