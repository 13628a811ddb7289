"""The preview of a data set: its first rows as text, its pictures and clips as small PNG, its sounds as WAV files."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np

from core import registry
from core.schema import Dataset
from core.wording import printable

PREVIEW_ROWS = 50
PREVIEW_SIDE, PREVIEW_MIN_SIDE = 160, 72
STRIP_FRAMES, STRIPS = 4, 18


def write_preview(dataset: Dataset, folder: Path) -> list[Any]:
    """Writes the first items as small PNG or WAV files into a folder.

    Args:
        dataset: the data set.
        folder: where pictures and sounds are written.

    Returns:
        The rows of a table or the texts as lists of strings, or the names of the files written; empty where nothing can
        be previewed.
    """
    inputs = dataset.inputs
    if hasattr(inputs, "columns"):
        head = inputs.head(PREVIEW_ROWS)
        return [[_cell(value) for value in row] for row in head.astype(object).itertuples(index=False, name=None)]
    if isinstance(inputs, str):
        return []
    if inputs.dtype == object:
        return [[printable(text, 300)] for text in inputs[_spread_rows(dataset)]]
    kind = registry.modality(dataset.modality).preview
    with contextlib.suppress(OSError, ValueError):
        if kind == "image":
            return [_write_picture(inputs[row], folder / f"preview{row}.png") for row in _spread_rows(dataset)]
        if kind == "clip" and inputs.ndim == 5:
            rows = _spread_rows(dataset)[:STRIPS]
            return [_write_picture(_strip(inputs[row]), folder / f"preview{row}.png", STRIP_FRAMES) for row in rows]
        if kind == "audio" and inputs.ndim == 2:
            rate = int(dataset.facts.get("rate", 16_000))
            return [_write_sound(inputs[row], rate, folder / f"preview{row}.wav") for row in _spread_rows(dataset)[:12]]
    return []


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value)
    return text.removesuffix(" 00:00:00") if type(value).__name__ == "Timestamp" else printable(text, 200)


def _spread_rows(dataset: Dataset) -> np.ndarray:
    """Rows for a preview that shows every class in turn."""
    count = min(PREVIEW_ROWS, len(dataset.inputs))
    if dataset.target is None or not dataset.labels:
        return np.arange(count)
    turn = np.empty(len(dataset.target), dtype=np.int64)
    for code in np.unique(dataset.target):
        rows = np.flatnonzero(dataset.target == code)
        turn[rows] = np.arange(len(rows))
    return np.lexsort((dataset.target, turn))[:count]


def _strip(clip: np.ndarray) -> np.ndarray:
    """Four frames of a clip (t, h, w, c) side by side, each from the middle of a quarter of the time."""
    places = (2 * np.arange(STRIP_FRAMES) + 1) * len(clip) // (2 * STRIP_FRAMES)
    return np.concatenate([clip[place] for place in places], axis=1)


def _write_picture(pixels: np.ndarray, file: Path, beside: int = 1) -> str:
    """Writes a picture, or several of one size side by side, as a small PNG."""
    from PIL import Image

    picture = Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels)
    if (small := beside * PREVIEW_MIN_SIDE // max(picture.size)) > 1:
        # A browser blurs what it enlarges.
        picture = picture.resize((small * picture.width, small * picture.height), Image.Resampling.NEAREST)
    picture.thumbnail((beside * PREVIEW_SIDE, PREVIEW_SIDE))
    picture.save(file, format="PNG")
    return file.name


def _write_sound(samples: np.ndarray, rate: int, file: Path) -> str:
    import wave

    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return file.name
