"""Damaged inputs for every modality: noise, gaps, typos, blur, dropped channels, by a level from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core import registry
from core.schema import Dataset

if TYPE_CHECKING:
    import pandas as pd

Damage = Callable[[Dataset, float, np.random.Generator], Any]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def corruption_kinds(dataset: Dataset) -> Mapping[str, Damage]:
    """The damages that the data's modality declares, by their name in words.

    Raises:
        ValueError: it declares none.
    """
    declared = registry.modality(dataset.modality).corrupt
    if not declared:
        raise ValueError(f"there are no damages for {dataset.modality} data here")
    return declared


def corrupt(dataset: Dataset, kind: str, level: float, seed: int) -> Dataset:
    """A copy of the data set whose inputs are damaged; answers stay.

    Args:
        level: 0 leaves everything, 1 is the worst.

    Raises:
        KeyError: a kind of damage the modality does not know.
    """
    if level <= 0:
        return dataset
    inputs = corruption_kinds(dataset)[kind](dataset, level, np.random.default_rng(seed))
    return replace(dataset, inputs=inputs)


def _numeric(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if getattr(frame[name].dtype, "kind", "O") == "f"]


def _table_noise(dataset: Dataset, level: float, generator: np.random.Generator) -> pd.DataFrame:
    frame = dataset.inputs.copy()
    for name in _numeric(frame):
        values = frame[name].to_numpy(dtype=float)
        spread = float(np.nanstd(values)) if np.isfinite(values).any() else 0.0
        frame[name] = values + level * spread * generator.normal(size=len(values))
    return frame


def _table_gaps(dataset: Dataset, level: float, generator: np.random.Generator) -> pd.DataFrame:
    frame = dataset.inputs.copy()
    for name in frame.columns:
        gone = generator.random(len(frame)) < level / 2
        frame[name] = frame[name].mask(gone)
    return frame


def _table_swaps(dataset: Dataset, level: float, generator: np.random.Generator) -> pd.DataFrame:
    frame = dataset.inputs.copy()
    for name in frame.columns:
        if hasattr(frame[name], "cat"):
            swapped = frame[name].take(generator.permutation(len(frame))).set_axis(frame.index)
            frame[name] = frame[name].where(generator.random(len(frame)) >= level / 2, swapped)
    return frame


def _typos(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    def spoil(text: str) -> str:
        hit = np.flatnonzero(generator.random(len(text)) < level / 5)
        letters = list(text)
        for place in hit:
            letters[place] = LETTERS[int(generator.integers(len(LETTERS)))]
        return "".join(letters)

    return np.array([spoil(str(text)) for text in dataset.inputs], dtype=object)


def _lost_words(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    def thin(text: str) -> str:
        words = text.split()
        kept = [word for word in words if generator.random() >= level / 2]
        return " ".join(kept or words[:1])

    return np.array([thin(str(text)) for text in dataset.inputs], dtype=object)


def _noise(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    values = dataset.inputs.astype(np.float32)
    noisy = values + level * float(values.std()) * generator.normal(size=values.shape).astype(np.float32)
    return np.clip(noisy, 0, 255).astype(np.uint8) if dataset.inputs.dtype == np.uint8 else noisy


def _darkness(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    return (dataset.inputs * (1 - 0.8 * level)).astype(dataset.inputs.dtype)


def _covered(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    covered = dataset.inputs.copy()
    high, wide = covered.shape[1:3]
    tall, broad = max(1, round(high * level / 2)), max(1, round(wide * level / 2))
    for row in range(len(covered)):
        top, left = generator.integers(high - tall + 1), generator.integers(wide - broad + 1)
        covered[row, top : top + tall, left : left + broad] = 0
    return covered


def _covered_throughout(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    covered = dataset.inputs.copy()
    high, wide = covered.shape[2:4]
    tall, broad = max(1, round(high * level / 2)), max(1, round(wide * level / 2))
    for row in range(len(covered)):
        top, left = generator.integers(high - tall + 1), generator.integers(wide - broad + 1)
        covered[row, :, top : top + tall, left : left + broad] = 0
    return covered


def _frozen_frames(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    """Frames that are lost show the one before them, as a player does."""
    frozen = dataset.inputs.copy()
    for row in range(len(frozen)):
        for frame in range(1, frozen.shape[1]):
            if generator.random() < level / 2:
                frozen[row, frame] = frozen[row, frame - 1]
    return frozen


def _lost_stretch(dataset: Dataset, level: float, generator: np.random.Generator) -> np.ndarray:
    lost = dataset.inputs.copy()
    length = lost.shape[1]
    gone = max(1, round(length * level / 2))
    for row in range(len(lost)):
        start = generator.integers(length - gone + 1)
        lost[row, start : start + gone] = 0
    return lost


TABLE: Mapping[str, Damage] = {
    "noise on numbers": _table_noise,
    "missing values": _table_gaps,
    "swapped categories": _table_swaps,
}
TEXT: Mapping[str, Damage] = {"typos": _typos, "lost words": _lost_words}
IMAGE: Mapping[str, Damage] = {"noise": _noise, "darkness": _darkness, "covered patch": _covered}
CLIP: Mapping[str, Damage] = {
    "noise": _noise,
    "darkness": _darkness,
    "covered patch": _covered_throughout,
    "lost frames": _frozen_frames,
}
WAVE: Mapping[str, Damage] = {"noise": _noise, "lost stretch": _lost_stretch}
