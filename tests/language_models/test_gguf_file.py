"""Reading GGUF files: every weight comes out as it was packed, and a damaged file is refused in words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.language_models import quantised_blocks
from core.language_models.gguf_file import GgufError, read_gguf
from core.language_models.language_model import LanguageModel
from tests.language_models import tiny_gguf


def test_facts_and_weights_come_out_as_they_were_packed(tmp_path):
    file = read_gguf(tiny_gguf.write(tmp_path / "made.gguf"))
    assert file.facts["tokenizer.ggml.tokens"] == tiny_gguf.vocabulary()
    assert file.whole("llama.block_count") == tiny_gguf.LAYERS
    assert file.number("llama.rope.freq_base", 0.0) == 10_000.0
    expected = tiny_gguf.weights()
    found = dict(file.tensors())
    assert list(found) == list(expected)
    for name, (_, _, values) in expected.items():
        assert found[name].dtype == np.float32 and np.allclose(found[name], values, rtol=1e-6, atol=1e-7), name


def test_blocks_of_four_bits_have_their_low_halves_first():
    half = lambda number: np.array([number], np.float16).view(np.uint8)  # noqa: E731
    packed = np.arange(16, dtype=np.uint8) | ((15 - np.arange(16, dtype=np.uint8)) << 4)
    codes = np.concatenate([np.arange(16), 15 - np.arange(16)])
    with_least = np.concatenate([half(0.5), half(-2.0), packed])
    assert np.array_equal(quantised_blocks.unpack_weights(3, with_least), 0.5 * codes - 2)
    centred = np.concatenate([half(0.25), packed])
    assert np.array_equal(quantised_blocks.unpack_weights(2, centred), 0.25 * (codes - 8))
    assert np.array_equal(quantised_blocks.unpack_weights(1, half(1.5)), [1.5])


@pytest.mark.parametrize("keep", [0, 3, 10, 60, 2_000, -40])
def test_a_file_that_was_cut_is_refused(tmp_path, keep):
    whole = tiny_gguf.write(tmp_path / "whole.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[:keep])
    with pytest.raises(GgufError, match=r"cut\.gguf"):
        read_gguf(tmp_path / "cut.gguf")


def test_another_file_format_layout_or_shape_is_refused(tmp_path):
    path = tmp_path / "other.gguf"
    path.write_bytes(b"GGUF" + bytes([9]) + bytes(40))
    with pytest.raises(GgufError, match="of version 9"):
        read_gguf(path)
    unknown = tiny_gguf.weights()
    unknown["output_norm.weight"] = (99, *unknown["output_norm.weight"][1:])
    with pytest.raises(GgufError, match="format 99; F32, F16"):
        read_gguf(tiny_gguf.write(path, tensors=unknown))
    with pytest.raises(GgufError, match="layout 'bert'"):
        LanguageModel.load(tiny_gguf.write(path, {**tiny_gguf.facts(), "general.architecture": "bert"}))
    with pytest.raises(GgufError, match="do not fit together"):
        LanguageModel.load(tiny_gguf.write(path, {**tiny_gguf.facts(), "llama.attention.head_count": 5}))
    lacking = tiny_gguf.weights()
    del lacking["blk.1.ffn_up.weight"]
    with pytest.raises(GgufError, match=r"lacks the tensor blk\.1\.ffn_up"):
        LanguageModel.load(tiny_gguf.write(path, tensors=lacking))
    fewer = {**tiny_gguf.facts(), "tokenizer.ggml.tokens": tiny_gguf.vocabulary()[:-1]}
    with pytest.raises(GgufError, match="names 268 tokens and weighs 269"):
        LanguageModel.load(tiny_gguf.write(path, fewer))


def test_a_declared_length_beyond_the_file_takes_no_memory(tmp_path):
    path = tmp_path / "huge.gguf"
    path.write_bytes(b"GGUF" + b"\x03\0\0\0" + (2).to_bytes(8, "little") + (2**62).to_bytes(8, "little") + bytes(64))
    with pytest.raises(GgufError, match="declares"):
        read_gguf(path)
    assert math.prod(tiny_gguf.weights()["output_norm.weight"][2].shape) == tiny_gguf.WIDTH
