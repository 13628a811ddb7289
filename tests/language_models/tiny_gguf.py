"""A made GGUF file with random weights, small enough for every test: two layers, a few joined byte pairs."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.language_models.byte_pairs import byte_letters

LAYERS, WIDTH, HEADS, SHARED, INNER = 2, 32, 4, 2, 64
MERGES = ("t h", "th e", "Ġ the", "Ġ a", "i n", "e r", "Ġ g", "o o", "Ġg oo", "Ġgoo d")
MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
KINDS = {bool: 7, int: 4, float: 6, str: 8}


def vocabulary() -> list[str]:
    return [*MARKS, *byte_letters().values(), *(pair.replace(" ", "") for pair in MERGES)]


def facts() -> dict[str, object]:
    return {
        "general.architecture": "llama", "llama.block_count": LAYERS, "llama.embedding_length": WIDTH,
        "llama.attention.head_count": HEADS, "llama.attention.head_count_kv": SHARED,
        "llama.feed_forward_length": INNER, "llama.context_length": 512, "llama.rope.freq_base": 10_000.0,
        "llama.attention.layer_norm_rms_epsilon": 1e-5, "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": vocabulary(), "tokenizer.ggml.merges": list(MERGES),
    }  # fmt: skip


def q4_1(values: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Values packed into 4-bit blocks, and what the packed form stands for."""
    blocks = values.reshape(-1, 32)
    low = blocks.min(axis=1, keepdims=True).astype(np.float16)
    step = ((blocks.max(axis=1, keepdims=True) - low) / 15).astype(np.float16)
    codes = np.clip(np.round((blocks - low) / np.maximum(step, 1e-6)), 0, 15).astype(np.uint8)
    packed = codes[:, :16] | (codes[:, 16:] << 4)
    whole = np.concatenate([step.view(np.uint8), low.view(np.uint8), packed], axis=1)
    return whole.tobytes(), (codes * step.astype(np.float32) + low.astype(np.float32)).reshape(values.shape)


def q8_0(values: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Values packed into 8-bit blocks, and what the packed form stands for."""
    blocks = values.reshape(-1, 32)
    step = (np.abs(blocks).max(axis=1, keepdims=True) / 127).astype(np.float16)
    codes = np.round(blocks / step.astype(np.float32)).clip(-127, 127).astype(np.int8)
    whole = np.concatenate([step.view(np.uint8), codes.view(np.uint8)], axis=1)
    return whole.tobytes(), (codes * step.astype(np.float32)).reshape(values.shape)


def plain(values: np.ndarray) -> tuple[bytes, np.ndarray]:
    return values.astype("<f4").tobytes(), values.astype(np.float32)


def weights(seed: int = 0) -> dict[str, tuple[int, bytes, np.ndarray]]:
    """Tensors by name: number of their format, bytes, and the values that these stand for."""
    draw = np.random.default_rng(seed)
    narrow = SHARED * WIDTH // HEADS
    of_layer = {
        "attn_q": (WIDTH, WIDTH), "attn_k": (narrow, WIDTH), "attn_v": (narrow, WIDTH), "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (INNER, WIDTH), "ffn_up": (INNER, WIDTH), "ffn_down": (WIDTH, INNER),
    }  # fmt: skip
    made = {"token_embd.weight": (8, *q8_0(draw.normal(size=(len(vocabulary()), WIDTH)).astype(np.float32)))}
    made["output_norm.weight"] = (0, *plain(draw.uniform(0.5, 1.5, WIDTH)))
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            made[f"blk.{layer}.{name}.weight"] = (0, *plain(draw.uniform(0.5, 1.5, WIDTH)))
        for name, shape in of_layer.items():
            made[f"blk.{layer}.{name}.weight"] = (3, *q4_1(draw.normal(size=shape).astype(np.float32) / 4))
    return made


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def value(found: object) -> bytes:
    if isinstance(found, list):
        return struct.pack("<IIQ", 9, 8, len(found)) + b"".join(string(str(one)) for one in found)
    kind = KINDS[type(found)]
    body = string(str(found)) if kind == 8 else struct.pack({7: "<?", 4: "<I", 6: "<f"}[kind], found)
    return struct.pack("<I", kind) + body


def write(
    path: Path,
    told: Mapping[str, object] | None = None,
    tensors: Mapping[str, tuple[int, bytes, np.ndarray]] | None = None,
) -> Path:
    """Writes a file; its facts and tensors may be replaced."""
    told, tensors = facts() if told is None else told, weights() if tensors is None else tensors
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(told))
    head += b"".join(string(key) + value(found) for key, found in told.items())
    body = b""
    for name, (number, packed, stands_for) in tensors.items():
        shape = stands_for.shape[::-1]
        head += string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, number, len(body))
        body += packed + bytes(-len(packed) % 32)
    path.write_bytes(head + bytes(-len(head) % 32) + body)
    return path
