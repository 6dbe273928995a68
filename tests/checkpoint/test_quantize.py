"""int8 checkpoints: made, loaded, spoken with, and every way to be refused."""

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import make_checkpoint
import numpy as np
import pytest

from soprano_np import SopranoTTS
from soprano_np.checkpoint import quantize, tensors
from soprano_np.checkpoint.loading import open_checkpoint
from soprano_np.checkpoint.tensors import open_safetensors
from soprano_np.cli.main import main
from soprano_np.errors import CheckpointError
from soprano_np.nn.int8 import Int8, Int8Tiles

ROOT = Path(__file__).parents[2]
TEXT = "Hello world. How are you?"


@pytest.fixture(autouse=True)
def never_widened(monkeypatch):
    """Treat every file as a large one, whose weights stay integers."""
    monkeypatch.setattr(tensors, "WIDENED_FILE", 0)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A small checkpoint, its int8 one, and what was printed.

    Larger than the tiny one, of whose weights an integer is a large part.
    """
    directory = tmp_path_factory.mktemp("int8")
    with pytest.MonkeyPatch.context() as patch:
        lm, vocoder, tokens = make_checkpoint.SIZES["tiny"]
        lm = type(lm)(**{**vars(lm), "hidden_size": 72, "intermediate_size": 200})
        vocoder = type(vocoder)(**{**vars(vocoder), "input_channels": 72, "dim": 80})
        patch.setitem(make_checkpoint.SIZES, "tiny", (lm, vocoder, tokens))
        make_checkpoint.write_checkpoint(directory / "float32", dtype="f32")
    (directory / "float32" / "NOTICE").write_text("whose voice it is")
    quantize.write_int8(str(directory / "float32"), directory / "int8")
    return directory


@pytest.fixture
def damaged(small, tmp_path):
    """A copy of the int8 checkpoint to damage."""
    return Path(shutil.copytree(small / "int8", tmp_path / "damaged"))


def header(path):
    data = path.read_bytes()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8:end]), data[end:]


def rewrite(path, change):
    """Change the header of a safetensors file."""
    values, data = header(path)
    change(values)
    text = json.dumps(values).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def test_all_that_is_needed_is_there(small):
    names = {path.name for path in (small / "int8").iterdir()}
    assert names == {
        "NOTICE",
        "config.json",
        "decoder_config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
    }
    metadata = header(small / "int8" / "model.safetensors")[0]["__metadata__"]
    assert metadata["soprano_np.int8"] == "1"
    assert metadata["source"] == "float32"
    assert len(metadata["source_sha256.decoder.pth"]) == 64


def test_matrices_are_int8_and_the_rest_is_float32(small):
    with open_checkpoint(small / "int8") as checkpoint:
        kinds = checkpoint.lm_tensors.dtypes | checkpoint.vocoder_tensors.dtypes
        shapes = checkpoint.lm_tensors.shapes | checkpoint.vocoder_tensors.shapes
    assert kinds["model.embed_tokens.weight"] == kinds["lm_head.weight"] == "I8"
    assert kinds["decoder.convnext.0.pwconv1.weight"] == kinds["head.out.weight"] == "I8"
    assert shapes["model.layers.1.mlp.down_proj.weight"] == (72, 200)
    assert kinds["decoder.convnext.0.dwconv.weight"] == kinds["model.norm.weight"] == "F32"
    for name, kind in kinds.items():
        assert (kind == "I8") == (len(shapes.get(name, ())) == 2), name
    assert "decoder.convnext.0.gamma" not in kinds


def test_tiles_lie_aligned_in_the_file(small):
    path = small / "int8" / "model.safetensors"
    values, data = header(path)
    start = path.stat().st_size - len(data)
    for entry in values.values():
        if entry.get("dtype") == "I8":
            assert (start + entry["data_offsets"][0]) % 64 == 0


def test_the_same_bytes_every_time(small, tmp_path):
    quantize.write_int8(str(small / "float32"), tmp_path / "again")
    for path in (small / "int8").iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_weights_are_those_of_the_file(small):
    tts = SopranoTTS(small / "int8")
    ((_, joined),) = tts.model.lm.layers[0].mlp.down_proj.tiles
    _, (tiles, *_) = joined.groups[0]
    base = tiles
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    assert not isinstance(base, np.ndarray)  # the mapped file
    assert not tiles.flags.writeable


def test_a_small_file_is_widened(small, monkeypatch):
    path = small / "int8" / "model.safetensors"
    kept = SopranoTTS(small / "int8").infer(TEXT, max_new_tokens=8)
    with open_safetensors(path) as file:
        weight = Int8(file["lm_head.weight"], file["lm_head.weight.scale"])
    monkeypatch.setattr(tensors, "WIDENED_FILE", path.stat().st_size)
    with open_safetensors(path) as file:
        np.testing.assert_array_equal(file["lm_head.weight"], weight.dequantize())
        np.testing.assert_array_equal(
            file.rows("lm_head.weight")(np.arange(4)), weight.rows(np.arange(4))
        )
    tts = SopranoTTS(small / "int8")
    assert not any(isinstance(tiles, Int8Tiles) for _, tiles in tts.model.lm.lm_head.tiles)
    np.testing.assert_allclose(tts.infer(TEXT, max_new_tokens=8), kept, atol=2e-4)


def test_a_kept_tensor_stays_as_it_is(small, tmp_path):
    quantize.write_int8(
        str(small / "float32"), tmp_path / "kept", ["lm_head.*", "*.self_attn.k_proj.weight"]
    )
    with open_checkpoint(tmp_path / "kept") as kept, open_checkpoint(small / "float32") as source:
        for name in ("lm_head.weight", "model.layers.0.self_attn.k_proj.weight"):
            assert kept.lm_tensors.dtypes[name] == "F32"
            np.testing.assert_array_equal(kept.lm_tensors[name], source.lm_tensors[name])
    audio = SopranoTTS(tmp_path / "kept").infer(TEXT, max_new_tokens=8)
    assert np.isfinite(audio).all() and len(audio)


def test_all_kept_gives_the_float32_voice(small, tmp_path, close):
    quantize.write_int8(str(small / "float32"), tmp_path / "kept", ["*"])
    voices = [SopranoTTS(path) for path in (small / "float32", tmp_path / "kept")]
    one, other = (tts.infer(TEXT, max_new_tokens=8) for tts in voices)
    close(other, one, atol=1e-5 * np.abs(one).max())


def test_a_tied_embedding_serves_as_head(small, tmp_path):
    source = Path(shutil.copytree(small / "float32", tmp_path / "tied"))
    config = json.loads((source / "config.json").read_text())
    (source / "config.json").write_text(json.dumps(config | {"tie_word_embeddings": True}))
    quantize.write_int8(str(source), tmp_path / "int8")
    with open_checkpoint(tmp_path / "int8") as checkpoint:
        assert "lm_head.weight" not in checkpoint.lm_tensors
    assert len(SopranoTTS(tmp_path / "int8").infer(TEXT, max_new_tokens=8))


def test_it_speaks_from_the_command_line(small, tmp_path, capsys):
    out = tmp_path / "out.wav"
    assert main([TEXT, str(out), "-m", str(small / "int8"), "--max-new-tokens", "8", "-q"]) == 0
    assert out.stat().st_size > 44


def test_batched_as_alone(small):
    tts = SopranoTTS(small / "int8")
    texts = [f"sentence number {word}." for word in ("one", "two", "three", "four", "five")]
    together = tts.infer_batch(texts, max_new_tokens=12)
    for text, audio in zip(texts, together, strict=True):
        alone = tts.infer(text, max_new_tokens=12)
        assert len(alone) == len(audio)
        assert np.abs(alone - audio).max() < 1e-4 * max(np.abs(alone).max(), 1e-3)


def test_a_row_for_each_tensor_is_reported(small, tmp_path):
    lines = []
    source = str(small / "float32")
    quantize.write_int8(source, tmp_path / "again", ["lm_head.weight"], lines.append)
    rows = {line.split()[0]: line.split() for line in lines}
    assert rows["model.layers.0.mlp.up_proj.weight"][1:4] == ["200", "x", "72"]
    assert rows["model.layers.0.mlp.up_proj.weight"][-1] == "%"
    assert rows["lm_head.weight"][-1] == "float32"
    assert "as float32" in lines[-1] and float(lines[-1].split()[-1]) < 0.5


def test_verify_prints_every_sentence(small, tmp_path, capsys):
    text = "Hello world, how are you today? It is fine weather, do you not think so?"
    assert quantize.main([str(small / "float32"), str(tmp_path / "out"), "--verify", text]) == 0
    *_, head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["tokens", "forced", "free", "logits", "states", "spectra", "sentence"]
    for row, sentence in ((first, "hello world, how"), (second, "it is fine weather")):
        assert f" dB  {sentence}" in row and float(row.split()[4]) > 0.9


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused_by_name(small, tmp_path, value):
    source = Path(shutil.copytree(small / "float32", tmp_path / "broken"))
    values, data = header(source / "model.safetensors")
    start, _ = values["model.layers.1.mlp.up_proj.weight"]["data_offsets"]
    data = data[:start] + np.float32(value).tobytes() + data[start + 4 :]
    text = json.dumps(values).encode()
    (source / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    with pytest.raises(CheckpointError, match=r"model\.layers\.1\.mlp\.up_proj\.weight.*1 of"):
        quantize.write_int8(str(source), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]  # nothing half-written


def test_a_tensor_of_zeros_is_fine(small, tmp_path):
    source = Path(shutil.copytree(small / "float32", tmp_path / "zeros"))
    values, data = header(source / "model.safetensors")
    start, end = values["model.layers.1.mlp.up_proj.weight"]["data_offsets"]
    data = data[:start] + bytes(end - start) + data[end:]
    text = json.dumps(values).encode()
    (source / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    lines = []
    quantize.write_int8(str(source), tmp_path / "out", report=lines.append)
    assert [line.split()[0] for line in lines if line.endswith("zeros")] == [
        "model.layers.1.mlp.up_proj.weight"
    ]
    assert np.isfinite(SopranoTTS(tmp_path / "out").infer(TEXT, max_new_tokens=4)).all()


def refused(capsys, *arguments):
    """Run the command, expect a failure and one line about it; return the line."""
    assert quantize.main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("quantize: ")
    return line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{small}/int8", "{tmp}/out"], "its weights are already int8"),
        (["{small}/float32", "{small}/int8"], "already exists; choose a new directory"),
        (["{small}/nowhere", "{tmp}/out"], "no such directory"),
        (["{small}/float32", "{tmp}/out", "--keep-float", "lm_heat.*"], "no tensor matches"),
        (["nobody/nothing", "{tmp}/out"], "HF_HUB_OFFLINE"),
    ],
)
def test_one_line_says_what_is_wrong(small, tmp_path, capsys, monkeypatch, arguments, message):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    arguments = [text.format(small=small, tmp=tmp_path) for text in arguments]
    assert message in refused(capsys, *arguments)
    assert not list(tmp_path.iterdir())


def test_what_the_disk_refuses_is_one_line(small, tmp_path, capsys):
    (tmp_path / "file").touch()
    line = refused(capsys, str(small / "float32"), str(tmp_path / "file" / "out"))
    assert str(tmp_path / "file") in line


def test_an_interrupted_run_leaves_nothing(small, tmp_path, monkeypatch):
    def interrupt(weight):
        raise KeyboardInterrupt

    monkeypatch.setattr(quantize, "quantize", interrupt)
    assert quantize.main([str(small / "float32"), str(tmp_path / "out")]) == 130
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    [["-m", "soprano_np.checkpoint.quantize"], [ROOT / "tools" / "quantize.py"]],
    ids=["module", "script"],
)
def test_as_a_user_runs_it(small, tmp_path, command):
    result = subprocess.run(
        [sys.executable, *command, small / "float32", tmp_path / "out", "--verify", TEXT],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "MB as int8" in result.stdout and " dB  " in result.stdout
    for path in (small / "int8").iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


def test_an_unknown_version_is_refused(damaged):
    path = damaged / "model.safetensors"
    rewrite(path, lambda values: values["__metadata__"].update({"soprano_np.int8": "2"}))
    with pytest.raises(
        CheckpointError,
        match=r"version '2' .*reads version 1; update soprano_np.*checkpoint\.quantize",
    ):
        SopranoTTS(damaged)


def test_int8_of_others_is_refused(damaged, small):
    path = damaged / "model.safetensors"
    rewrite(path, lambda values: values.update({"__metadata__": {"format": "pt"}}))
    shutil.copyfile(small / "float32" / "decoder.pth", damaged / "decoder.pth")
    with pytest.raises(
        CheckpointError, match=r"in an unknown format.* -m soprano_np\.checkpoint\.quantize"
    ):
        SopranoTTS(damaged)


def test_a_file_cut_short_is_named(damaged):
    path = damaged / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"model.safetensors.*download it again"):
        SopranoTTS(damaged)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v["lm_head.weight.scale"].update(shape=[95]), "takes 380 bytes"),
        (lambda v: v["lm_head.weight"].update(shape=[2, 64, 72]), "expected int8 tiles"),
        (lambda v: v["lm_head.weight"].update(shape=[1, 144, 64]), "expected int8 tiles"),
        (
            lambda v: v.update({"x.scale": v.pop("lm_head.weight.scale")}),
            r"to have a \.scale tensor",
        ),
        (
            lambda v: v["lm_head.weight.scale"].update(dtype="I8", shape=[384]),
            r"to have a \.scale tensor",
        ),
    ],
)
def test_tiles_and_scales_must_fit(damaged, change, message):
    rewrite(damaged / "model.safetensors", change)
    with pytest.raises(CheckpointError, match=message):
        SopranoTTS(damaged)


def test_a_scale_must_be_finite(damaged):
    path = damaged / "model.safetensors"
    values, data = header(path)
    start, _ = values["lm_head.weight.scale"]["data_offsets"]
    text = json.dumps(values).encode()
    data = data[:start] + np.float32(np.nan).tobytes() + data[start + 4 :]
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    with pytest.raises(CheckpointError, match=r"lm_head.weight.scale.*NaN or infinity"):
        SopranoTTS(damaged)


def test_a_folded_norm_may_not_be_there_again(damaged):
    def change(values):
        values["decoder.convnext.0.gamma"] = values.pop("decoder.convnext.0.pwconv2.bias")

    rewrite(damaged / "model.safetensors", change)
    with pytest.raises(CheckpointError, match="gamma: unexpected"):
        SopranoTTS(damaged)


def test_views_are_read_only(small):
    with open_safetensors(small / "int8" / "model.safetensors") as file:
        tiles = file["lm_head.weight"]
        assert tiles.dtype == np.int8 and not tiles.flags.writeable
        numbers = np.array([3, 95, 3, 64])
        rows = file.rows("lm_head.weight")(numbers)
        expected = (
            tiles[numbers // 64, :, numbers % 64] * file["lm_head.weight.scale"][numbers, None]
        )
    np.testing.assert_array_equal(rows, expected)
    assert rows.dtype == np.float32
