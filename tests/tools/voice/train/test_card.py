"""The model card of a voice, and the sentences by which voices are scored."""

import json
from argparse import Namespace
from pathlib import Path

import pytest
from voice.evaluate import read_lines
from voice.train import card

SENTENCES = Path(__file__).parents[4] / "tools" / "voice" / "sentences"
ROW = {
    "sentences": 7,
    "wer": 0.0456,
    "wer_low": 0.031,
    "wer_high": 0.062,
    "cer": 0.0123,
    "stopped": None,
    "dnsmos": 3.254,
    "longest": None,
    "jump": 0.5,
    "silence_before": 0.1,
    "silence_after": 0.25,
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A work folder with scores of every file of sentences, and an int8 voice beside it."""
    voices = {"voices": [ROW, ROW | {"stopped": 1, "longest": 1.25}, ROW | {"wer": 0.051}]}
    (tmp_path / "scores").mkdir()
    for name in card.ABOUT:
        (tmp_path / "scores" / f"{name}.txt").write_text("table\n" + json.dumps(voices) + "\n")
    training = {
        "speech": {"hours": 62.5},
        "lm": {"steps": 5000, "planned minutes": [100.0, 160.0]},
        "vocoder": {"steps": 6000},
        "versions": {"torch": "2.13.0"},
        "sha256": {"text.jsonl": "abc"},
    }
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "training.json").write_text(json.dumps(training))
    voice = tmp_path / "wren"
    voice.mkdir()
    (voice / "model.safetensors").write_bytes(bytes(8_640_000))
    keys = "hidden_size intermediate_size num_hidden_layers num_attention_heads".split()
    (voice / "config.json").write_text(
        json.dumps(dict.fromkeys([*keys, "num_key_value_heads", "vocab_size"], 12))
    )
    keys = (
        "decoder_num_layers decoder_dim decoder_intermediate_dim n_fft hop_length upscale".split()
    )
    (voice / "decoder_config.json").write_text(
        json.dumps(dict.fromkeys([*keys, "sample_rate"], 24000))
    )
    return tmp_path


def test_card(work: Path) -> None:
    card.main(Namespace(work=work, voice=work / "wren"))
    text = (work / "wren" / "README.md").read_text()
    assert text.startswith("# wren\n\nOne English (American) voice at 24000 Hz")
    assert "8.6 MB" in text
    assert "| score (7) | teacher | 4.6 | 3.1-6.2 | 1.2 | - | 3.25 | - | 0.50 |" in text
    assert "| score (7) | float32 | 4.6 | 3.1-6.2 | 1.2 | 100.0 | 3.25 | 1.25 |" in text
    assert "| score (7) | int8 | 5.1 |" in text
    assert "| lm | steps 5000, planned minutes 100.0 then 160.0 |\n| vocoder | steps 6000 |" in text
    assert "| versions | torch 2.13.0 |" in text
    assert "| text.jsonl | abc |" in text


def test_scores_that_are_not(work: Path) -> None:
    path = work / "scores" / "long.txt"
    for content in ("", "voice WER\n", json.dumps({"voices": [ROW]})):
        path.write_text(content)
        with pytest.raises(ValueError, match=r"long\.txt: expected"):
            card.main(Namespace(work=work, voice=work / "wren"))


def test_sentences() -> None:
    assert {path.stem for path in SENTENCES.iterdir()} == set(card.ABOUT)
    lines = {path.stem: read_lines(path) for path in SENTENCES.iterdir()}
    counts = {name: len(each) for name, each in lines.items()}
    assert counts["score"] == 200
    assert counts["letters"] == 26
    assert all(3 <= len(line.text.split()) <= 25 for line in lines["score"])
    assert all(100 <= len(line.text) <= 250 for line in lines["long"])
    assert all(40 <= len(line.text.split()) <= 41 for line in lines["forty_words"])
    assert all(line.text == line.text.lower() != line.spoken for line in lines["score"])
