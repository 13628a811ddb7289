"""Items of any kind as rows of numbers on which near means alike: columns of a table, thumbnails, spectra, windows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from core.schema import Dataset

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = 60
FEW_VALUES = 30
APART = 1e4
SIDE = 8
BANDS, FRAMES = 24, 8
POINTS = 32
CHANNELS = 16
WORDS = 512


def numeric_columns(frame: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """The columns of a table that vary, in units of their spread.

    Args:
        frame: n rows of numbers, dates, categories and texts.

    Returns:
        Names, and float32 (n, d): numbers over their spread (from the quartiles, so that a few large values do not
        decide it); categories, texts and numbers with few values as codes far apart; missing values far from all
        others. At most 60 columns, those with the most different values.
    """
    import pandas as pd

    found: list[tuple[int, str, np.ndarray]] = []
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        kinds = int(column.nunique(dropna=False))
        if kinds < 2:
            continue
        if column.dtype.kind in "fiubM" and kinds > FEW_VALUES:
            found.append((kinds, str(name), _scaled(column_floats(column))))
        else:
            codes = pd.factorize(column, use_na_sentinel=False)[0]
            found.append((kinds, str(name), (codes * APART).astype(np.float32)))
    kept = sorted(sorted(range(len(found)), key=lambda k: -found[k][0])[:COLUMNS])
    values = np.stack([found[k][2] for k in kept], axis=1) if kept else np.zeros((len(frame), 0), dtype=np.float32)
    return [found[k][1] for k in kept], values


def column_floats(column: pd.Series) -> np.ndarray:
    """float (n,): a column of numbers or yes-or-no as it is, of dates in days; NaN where missing.

    Args:
        column: of kind "f", "i", "u", "b" or "M".
    """
    if column.dtype.kind == "M":
        days = column.to_numpy("datetime64[s]").astype("int64") / 86_400.0
        return np.where(column.isna().to_numpy(), np.nan, days)
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan), dtype=float)


def _scaled(values: np.ndarray) -> np.ndarray:
    known = values[np.isfinite(values)]
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    spread = (high - low) / 1.35 or float(known.std())
    scaled = (values - middle) / (spread or 1.0)
    # Beyond the bulk, distances are measured on a logarithmic scale: a thousandth of a large value is little.
    scaled = np.sign(scaled) * np.where(
        np.abs(scaled) > 3, 3 * (1 + np.log(np.maximum(np.abs(scaled), 3) / 3)), np.abs(scaled)
    )
    return np.where(np.isfinite(scaled), scaled, APART).astype(np.float32)


def item_vectors(dataset: Dataset) -> np.ndarray | None:
    """Vectors in which the distance of two items says how alike they are, None for kinds of data without one.

    Args:
        dataset: n rows of a table, pictures, texts, sounds or windows.

    Returns:
        float32 (n, d): standardised columns of a table (categories as one column a level), thumbnails of 8 x 8 with
        their mean colours, counts of hashed words, loudness in 24 bands and 8 frames, or windows of 32 points.
    """
    inputs = dataset.inputs
    if hasattr(inputs, "columns"):
        return _table_vectors(inputs) if dataset.modality == "table" else None
    if not isinstance(inputs, np.ndarray) or not len(inputs):
        return None
    if inputs.dtype == object:
        return word_counts([str(text) for text in inputs])
    if inputs.ndim == 4:
        return thumbnails(inputs)
    if dataset.modality == "sound" and inputs.ndim == 2:
        return loudness(inputs)
    return series_points(inputs) if inputs.ndim in (2, 3) and inputs.dtype.kind == "f" else None


def _table_vectors(frame: pd.DataFrame) -> np.ndarray:
    names, values = numeric_columns(frame)
    parts = []
    for place in range(len(names)):
        column = values[:, place]
        levels = np.unique(column)
        if len(levels) <= FEW_VALUES:
            parts.append((column[:, None] == levels[None, :]).astype(np.float32) * 0.7)
        elif float(np.abs(np.diff(levels)).min()) < APART / 2:
            parts.append(np.clip(np.where(column == APART, 0.0, column), -5, 5)[:, None])
    return np.concatenate(parts, axis=1).astype(np.float32) if parts else np.zeros((len(frame), 1), np.float32)


def thumbnails(pictures: np.ndarray) -> np.ndarray:
    """float32 (n, 64 + channels): grey block means of 8 x 8, without their mean and on one scale, and mean colours.

    Args:
        pictures: uint8 (n, h, w, c).
    """
    count, high, wide, channels = pictures.shape
    rows = np.linspace(0, high, min(SIDE, high) + 1).astype(int)
    columns = np.linspace(0, wide, min(SIDE, wide) + 1).astype(int)
    found = np.zeros((count, len(rows) - 1, len(columns) - 1), dtype=np.float32)
    colours = np.zeros((count, channels), dtype=np.float32)
    for start in range(0, count, 500):
        part = pictures[start : start + 500].astype(np.float32) / 255
        colours[start : start + 500] = part.mean(axis=(1, 2))
        summed = np.add.reduceat(np.add.reduceat(part.mean(axis=3), rows[:-1], axis=1), columns[:-1], axis=2)
        found[start : start + 500] = summed / np.outer(np.diff(rows), np.diff(columns))
    flat = found.reshape(count, -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-3)
    return np.concatenate([flat, colours - colours.mean(axis=1, keepdims=True)], axis=1).astype(np.float32)


def loudness(sounds: np.ndarray) -> np.ndarray:
    """float32 (n, 192): logarithm of the energy in 24 bands and 8 frames, without its mean.

    Args:
        sounds: float32 (n, t).
    """
    count, length = sounds.shape
    frames = np.linspace(0, length, FRAMES + 1).astype(int)
    found = np.zeros((count, FRAMES, BANDS), dtype=np.float32)
    for place, (begin, end) in enumerate(pairwise(frames)):
        if end - begin < 4:
            continue
        energy = np.abs(np.fft.rfft(sounds[:, begin:end], axis=1)) ** 2
        edges = np.unique(np.geomspace(1, energy.shape[1], BANDS + 1).astype(int))
        bands = np.add.reduceat(energy, edges[:-1], axis=1)[:, :BANDS]
        found[:, place, : bands.shape[1]] = np.log(bands + 1e-6)
    flat = found.reshape(count, -1)
    return np.asarray(flat - flat.mean(axis=1, keepdims=True), dtype=np.float32)


def series_points(windows: np.ndarray) -> np.ndarray:
    """float32 (n, 32 * channels): windows at 32 times, each channel in units of its spread.

    Args:
        windows: (n, t) or (n, t, c).
    """
    values = windows[..., None] if windows.ndim == 2 else windows[..., :CHANNELS]
    places = np.unique(np.linspace(0, values.shape[1] - 1, POINTS).astype(int))
    picked = np.asarray(values[:, places], dtype=np.float32)
    spread = picked.std(axis=(0, 1))
    centred = (picked - picked.mean(axis=(0, 1))) / np.where(spread > 0, spread, 1.0)
    return np.asarray(centred.reshape(len(windows), -1), dtype=np.float32)


def word_counts(texts: list[str]) -> np.ndarray:
    """float32 (n, 512): square roots of counts of hashed words, of length one.

    Args:
        texts: n texts.
    """
    import zlib

    found = np.zeros((len(texts), WORDS), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split()[:400]:
            found[row, zlib.crc32(word.encode("utf-8", "surrogatepass")) % WORDS] += 1
    found = np.sqrt(found)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9))
