"""Write a trained voice as a checkpoint directory that soprano_np and transformers load."""

import argparse
import dataclasses
import shutil
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, models, normalizers
from voice.train.files import digest, whole, write_json, write_text
from voice.train.lm import load_language_model
from voice.train.model import (
    AUDIO_TOKENS,
    CHARACTERS,
    LM_CONFIG,
    MARKS,
    STOP,
    VOCODER_CONFIG,
)
from voice.train.schedule import load
from voice.train.shards import SAMPLE_RATE, SAMPLES_PER_TOKEN, shard_paths

from soprano_np import __version__

MAX_PROMPT_CHARACTERS = 200  # it learns texts of up to 250, but stumbles more over those
MAX_NEW_TOKENS = 480
TEACHER = "hibari-tts"
HASHED = "text.jsonl", "speech", "codebook.npz", "lm-best.pt", "vocoder-checkpoint.pt"
# Neighbouring states then differ by about 3 in each dimension; below 0.6 soprano_np would take them
# for runaway speech. A power of two, so that no result changes by a bit.
STATE_SCALE = 4.0

NOTICE = """\
This voice was trained on speech that the text-to-speech program hibari made of example sentences
and glosses of WordNet and of word lists. hibari's acoustic model is itself distilled from
Kokoro-82M, voice af_heart. No recording of a person was used directly.

WordNet (https://wordnet.princeton.edu/), by Princeton University, whose licence reads:

  This software and database is being provided to you, the LICENSEE, by Princeton University under
  the following license. By obtaining, using and/or copying this software and database, you agree
  that you have read, understood, and will comply with these terms and conditions.:

  Permission to use, copy, modify and distribute this software and database and its documentation
  for any purpose and without fee or royalty is hereby granted, provided that you agree to comply
  with the following copyright notice and statements, including the disclaimer, and that the same
  appear on ALL copies of the software, database and documentation, including modifications that
  you make for internal use or for distribution.

  WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved.

  THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS
  OR WARRANTIES, EXPRESS OR IMPLIED. BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY
  MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANTABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR
  THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY
  PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS.

  The name of Princeton University or Princeton may not be used in advertising or publicity
  pertaining to distribution of the software and/or database. Title to copyright in this software,
  database and any associated documentation shall at all times remain with Princeton University and
  LICENSEE agrees to preserve same.

Kokoro-82M (https://huggingface.co/hexgrad/Kokoro-82M), by hexgrad, Apache-2.0.

The notice that comes with hibari, Apache-2.0, follows.

"""


def config_json() -> dict[str, Any]:
    """Return the content of config.json as transformers reads it."""
    return {
        **dataclasses.asdict(LM_CONFIG),
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "hidden_act": "silu",
        "attention_bias": False,
        "use_sliding_window": False,
        "bos_token_id": STOP,
        "pad_token_id": STOP,
        "dtype": "float32",
    }


def decoder_config_json() -> dict[str, Any]:
    """Return the sizes of the vocoder and of the signal, in hertz and samples."""
    config = VOCODER_CONFIG
    return {
        "sample_rate": config.sample_rate,
        "hop_length": config.hop_length,
        "n_fft": config.n_fft,
        "upscale": config.upscale,
        "num_input_channels": config.input_channels,
        "decoder_num_layers": config.num_layers,
        "decoder_dim": config.dim,
        "decoder_intermediate_dim": config.intermediate_dim,
        "dw_kernel": config.dw_kernel,
    }


def generation_config_json() -> dict[str, Any]:
    """Return the settings that the voice was scored with: greedy, without a penalty."""
    return {
        "do_sample": False,
        "repetition_penalty": 1.0,
        "max_new_tokens": MAX_NEW_TOKENS,
        "max_prompt_characters": MAX_PROMPT_CHARACTERS,
        "eos_token_id": STOP,
        "pad_token_id": STOP,
    }


def make_tokenizer() -> Tokenizer:
    """Make a tokenizer of marks, characters and audio tokens, in the order of their ids."""
    audio = [f"[{code}]" for code in range(AUDIO_TOKENS)]
    vocab = {piece: index for index, piece in enumerate([*MARKS, *CHARACTERS, *audio])}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[], unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.add_special_tokens(
        [AddedToken(piece, special=True, normalized=False) for piece in [*MARKS, *audio]]
    )
    return tokenizer


def notice_of_teacher() -> str:
    """Read the NOTICE of the installed teacher."""
    for file in distribution(TEACHER).files or ():
        if file.name.startswith("NOTICE"):
            return file.read_text()
    raise FileNotFoundError(f"the package {TEACHER} has no NOTICE, which must go with the voice")


def training_json(work: Path) -> dict[str, Any]:
    """Describe how the voice was made, for its model card."""
    lm, vocoder = (load(work / f"{name}-checkpoint.pt") for name in ("lm", "vocoder"))
    tokens = [np.load(path)["tokens"] for path in shard_paths(work)]
    hours = sum(int((each - 1).sum()) for each in tokens) * SAMPLES_PER_TOKEN / SAMPLE_RATE / 3600
    return {
        "speech": {"utterances": sum(map(len, tokens)), "hours": round(hours, 2)},
        "lm": {
            "steps": lm["steps"],
            "minutes": round(lm["seconds"] / 60, 1),
            "epochs begun": lm["epoch"] + 1,
            "validation cross-entropy": round(lm["best"], 3),
            **lm["settings"],
        },
        "vocoder": {
            "steps": vocoder["steps"],
            "minutes": round(vocoder["seconds"] / 60, 1),
            **vocoder["settings"],
        },
        "versions": {name: version(name) for name in (TEACHER, "torch", "numpy")}
        | {"soprano_np": __version__},
        "sha256": {name: digest(work / name) for name in HASHED},
    }


def export(work: Path, directory: Path) -> None:
    """Write the best language model and the vocoder of a work folder to a directory.

    An existing directory is replaced. Raises ValueError if the vocoder was trained on another
    language model's states.
    """
    checkpoint = load(work / "vocoder-checkpoint.pt")
    if checkpoint.get("lm") != digest(work / "lm-best.pt"):
        raise ValueError(
            f"{work}: its vocoder was trained on another language model's states; "
            "continue its training (vocoder, with more --minutes)"
        )
    training, notice = training_json(work), NOTICE + notice_of_teacher()
    lm, vocoder = load_language_model(work).state_dict(), checkpoint["vocoder"]
    lm["model.norm.weight"] *= STATE_SCALE
    for weight in (lm["lm_head.weight"], vocoder["decoder.embed.weight"]):
        weight /= STATE_SCALE
    with whole(directory) as folder:
        shutil.rmtree(folder, ignore_errors=True)  # from a run that was killed
        folder.mkdir()
        for name, tensors in (("model", lm), ("decoder", vocoder)):
            contiguous = {key: tensor.float().contiguous() for key, tensor in tensors.items()}
            save_file(contiguous, folder / f"{name}.safetensors", metadata={"format": "pt"})
            count = sum(tensor.numel() for tensor in contiguous.values())
            print(f"{name}.safetensors: {count / 1e6:.2f} M parameters")
        write_json(folder / "config.json", config_json())
        write_json(folder / "decoder_config.json", decoder_config_json())
        write_json(folder / "generation_config.json", generation_config_json())
        make_tokenizer().save(str(folder / "tokenizer.json"), pretty=False)
        write_json(folder / "training.json", training)
        write_text(folder / "NOTICE", notice)
        if directory.exists():
            shutil.rmtree(directory)


def main(options: argparse.Namespace) -> None:
    """Run the step: write the checkpoint directory work/voice."""
    export(options.work, options.work / "voice")
