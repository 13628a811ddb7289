"""Blocks of quantised weights to float32: the number formats that small language models are stored in.

Every format but the plain ones packs 32 weights into one block that begins with its own scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

WEIGHTS_A_BLOCK = 32


@dataclass(frozen=True)
class NumberFormat:
    """How weights are stored: ``weights`` of them in ``size`` bytes.

    unpack: blocks uint8 (b, size) -> float32 (b, weights).
    """

    title: str
    weights: int
    size: int
    unpack: Callable[[np.ndarray], np.ndarray]


def _half(blocks: np.ndarray, begin: int) -> np.ndarray:
    """A 16-bit float of each block as float32 (b, 1)."""
    return np.ascontiguousarray(blocks[:, begin : begin + 2]).view("<f2").astype(np.float32)


def _nibbles(packed: np.ndarray) -> np.ndarray:
    """Two weights a byte, the low halves first: uint8 (b, 16) -> float32 (b, 32)."""
    return np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)


def _signed_bytes(blocks: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(blocks[:, 2:]).view(np.int8).astype(np.float32)


# By their numbers in a GGUF file.
NUMBER_FORMATS: dict[int, NumberFormat] = {
    0: NumberFormat("F32", 1, 4, lambda blocks: np.ascontiguousarray(blocks).view("<f4")),
    1: NumberFormat("F16", 1, 2, lambda blocks: np.ascontiguousarray(blocks).view("<f2").astype(np.float32)),
    2: NumberFormat("Q4_0", WEIGHTS_A_BLOCK, 18, lambda blocks: (_nibbles(blocks[:, 2:]) - 8) * _half(blocks, 0)),
    3: NumberFormat(
        "Q4_1", WEIGHTS_A_BLOCK, 20, lambda blocks: _nibbles(blocks[:, 4:]) * _half(blocks, 0) + _half(blocks, 2)
    ),
    8: NumberFormat("Q8_0", WEIGHTS_A_BLOCK, 34, lambda blocks: _signed_bytes(blocks) * _half(blocks, 0)),
}


def stored_bytes(number: int, weights: int) -> int:
    """Bytes that so many weights take.

    Args:
        number: of the format. weights: how many.

    Returns:
        A count.

    Raises:
        ValueError: the format is not known, or the weights do not fill whole blocks.
    """
    found = NUMBER_FORMATS.get(number)
    if found is None:
        known = ", ".join(one.title for one in NUMBER_FORMATS.values())
        raise ValueError(f"weights are stored in format {number}; {known} are read")
    if weights % found.weights:
        raise ValueError(f"{weights:,} weights do not fill whole blocks of {found.weights}")
    return weights // found.weights * found.size


def unpack_weights(number: int, content: np.ndarray) -> np.ndarray:
    """Weights as float32.

    Args:
        number: of the format. content: uint8, whole blocks.

    Returns:
        float32 (n,).

    Raises:
        ValueError: the format is not known.
    """
    stored_bytes(number, 0)
    found = NUMBER_FORMATS[number]
    return found.unpack(content.reshape(-1, found.size)).reshape(-1).astype(np.float32, copy=False)
