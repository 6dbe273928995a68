"""Random checkpoints: the published sizes, the promised bytes."""

import json
import math
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import make_checkpoint
import numpy as np
import pytest

from soprano_np.checkpoint.loading import open_checkpoint
from soprano_np.lm.config import expected_shapes as lm_shapes
from soprano_np.vocoder.config import expected_shapes as vocoder_shapes

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tiny(tmp_path):
    return make_checkpoint.write_checkpoint(tmp_path / "tiny")


def count(shapes):
    return sum(map(math.prod, shapes.values()))


def test_the_real_sizes_are_those_published():
    lm, vocoder, audio_tokens = make_checkpoint.SIZES["real"]
    assert count(lm_shapes(lm)) == 79_714_048
    assert count(vocoder_shapes(vocoder)) == 30_352_642
    assert 4 + audio_tokens < lm.vocab_size


def test_the_real_config_is_the_published_one():
    published = ROOT.parent / "shared" / "reference" / "config.json"
    if not published.exists():
        pytest.skip("no published config.json here")
    assert type(make_checkpoint.REAL_LM).from_file(published) == make_checkpoint.REAL_LM


@pytest.mark.parametrize("size", ["real", "tiny"])
def test_the_tokenizer_fills_the_vocabulary(size):
    tokenizers = pytest.importorskip("tokenizers")
    lm, _, audio_tokens = make_checkpoint.SIZES[size]
    text = json.dumps(make_checkpoint.tokenizer_json(audio_tokens, lm.vocab_size))
    tokenizer = tokenizers.Tokenizer.from_str(text)
    assert sorted(tokenizer.get_vocab().values()) == list(range(lm.vocab_size))
    assert tokenizer.encode("[STOP][TEXT][START][0]").ids == [3, 1, 2, 4]
    pieces = tokenizer.encode("Hello,  World 10!").tokens
    assert "".join(pieces) == "hello, world 10!"
    assert "[UNK]" not in tokenizer.encode(make_checkpoint.CHARACTERS).tokens


def test_every_size_of_the_tiny_model_differs():
    lm, _, _ = make_checkpoint.SIZES["tiny"]
    queries, keys = lm.num_attention_heads * lm.head_dim, lm.num_key_value_heads * lm.head_dim
    sizes = [lm.hidden_size, queries, keys, lm.head_dim, lm.intermediate_size, lm.vocab_size]
    assert len({*sizes, lm.num_attention_heads, lm.num_key_value_heads}) == 8


@pytest.mark.parametrize("decoder", ["pth", "safetensors"])
@pytest.mark.parametrize("dtype", ["bf16", "f16", "f32"])
def test_what_is_written_is_read(tmp_path, dtype, decoder):
    directory = make_checkpoint.write_checkpoint(tmp_path, dtype=dtype, decoder=decoder)
    rng = np.random.default_rng(0)
    with open_checkpoint(directory) as checkpoint:
        assert checkpoint.lm_config == make_checkpoint.TINY_LM
        assert checkpoint.vocoder_config == make_checkpoint.TINY_VOCODER
        for name, shape in lm_shapes(make_checkpoint.TINY_LM).items():
            drawn = make_checkpoint.lm_weight(rng, name, shape)
            error = np.abs(checkpoint.lm_tensors[name] - drawn)
            bound = {"bf16": 2**-8, "f16": 2**-11, "f32": 0}[dtype]  # half a unit of the last place
            assert np.all(error <= np.abs(drawn) * bound + 2**-25 * (dtype == "f16"))
        for name, shape in vocoder_shapes(make_checkpoint.TINY_VOCODER).items():
            drawn = make_checkpoint.vocoder_weight(rng, name, shape)
            np.testing.assert_array_equal(checkpoint.vocoder_tensors[name], drawn)


def test_bf16_rounds_to_nearest_and_ties_to_even():
    exact = [1.0, 1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, -1.0]
    rounded = [1.0, 1.0, 1 + 4 * 2**-8, 1 + 2**-7, -1.0]
    bits = make_checkpoint.stored(np.float32(exact), "bf16").astype(np.uint32) << 16
    np.testing.assert_array_equal(bits.view(np.float32), np.float32(rounded))


def test_same_seed_same_bytes(tmp_path):
    one, two, other = (
        make_checkpoint.write_checkpoint(tmp_path / name, seed=seed)
        for name, seed in (("one", 5), ("two", 5), ("other", 6))
    )
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
    for name in ("model.safetensors", "decoder.pth"):
        assert (one / name).read_bytes() != (other / name).read_bytes()


def test_storages_are_stored_and_aligned(tiny):
    with zipfile.ZipFile(tiny / "decoder.pth") as archive, open(tiny / "decoder.pth", "rb") as file:
        for member in archive.infolist():
            assert member.compress_type == zipfile.ZIP_STORED
            file.seek(member.header_offset + 26)
            start = member.header_offset + 30 + sum(struct.unpack("<HH", file.read(4)))
            assert start % 64 == 0
        assert archive.testzip() is None


def test_the_header_leaves_the_data_aligned(tiny):
    size = int.from_bytes((tiny / "model.safetensors").read_bytes()[:8], "little")
    assert (8 + size) % 64 == 0


def test_command_line(tmp_path):
    own = tmp_path / "own.json"
    own.write_text('{"own": 1}')
    tool = ROOT / "tools" / "make_checkpoint.py"
    options = ["--size", "tiny", "--seed", "3", "--decoder", "safetensors", "--tokenizer", own]
    subprocess.run(
        [sys.executable, tool, tmp_path / "out", *options],
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert open_checkpoint(tmp_path / "out").tokenizer_file.read_text() == '{"own": 1}'
    assert not (tmp_path / "out" / "decoder.pth").exists()
