"""Who plays the game an explanation divides up: columns, patches, words or segments, and what an absent one becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core.features.text_features import split_words
from core.schema import Attribution, Facts, Inputs

if TYPE_CHECKING:
    import pandas as pd

OTHER = "(other words)"
BATCH = 1_024
BATCH_BYTES = 16_000_000


@dataclass(frozen=True)
class Masker:
    """The players of one game over some rows.

    names: one per player. rows: how many rows are explained. depth: how many stand-ins (background rows) an absent
    player is averaged over. build(rows (m,), present (m, players) bool, copies (m,)) -> m inputs for the model, in
    which absent players are taken from stand-in ``copies``. active(row) -> numbers of the players that row has.
    batch: most inputs asked about at once.
    """

    names: tuple[str, ...]
    rows: int
    n_background: int
    mask: Callable[[np.ndarray, np.ndarray, np.ndarray], Any]
    active_features: Callable[[int], np.ndarray]
    batch: int = BATCH


def column_masker(inputs: Inputs | Facts, background: Inputs | Facts, names: Sequence[str] | None = None) -> Masker:
    """Original columns as players; an absent one takes its value from a background row (interventional).

    Args:
        inputs: (n, d) DataFrame, mapping name -> (n,) array, or 2-d array.
        background: (b, d) of the same kind.
        names: players' names for a 2-d array.
    """
    if hasattr(inputs, "iloc"):
        return _frame_masker(inputs, background)
    if isinstance(inputs, Mapping):
        return _mapping_masker(inputs, background)
    own, other = np.asarray(inputs), np.asarray(background)
    if own.shape[1:] != other.shape[1:]:
        raise ValueError(f"inputs have {own.shape[1:]} columns, the background {other.shape[1:]}")
    pool = np.concatenate([own, other])
    titles = tuple(names or (f"x{i + 1}" for i in range(own.shape[1])))
    place = np.arange(own.shape[1])

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        return pool[np.where(mask, rows[:, None], len(own) + background_index[:, None]), place]

    return Masker(titles, len(own), len(other), build, _all_features(len(titles)))


def patch_masker(images: np.ndarray, background: np.ndarray | None = None, grid: int = 5, fill: str = "mean") -> Masker:
    """A grid of image patches as players; an absent patch shows what the background shows there.

    The picture itself is changed, never features computed from it, so that a forest on HOG and a network play alike.

    Args:
        images: (n, h, w, c) uint8 or float.
        background: (b, h, w, c), or None for a blurred copy of the picture itself.
        grid: patches per side; 4 to 7.
        fill: "mean" (the mean background picture), "rows" (each background picture in turn) or "blur".
    """
    if not 1 <= grid <= 7:
        raise ValueError("a grid has 1 to 7 patches a side")
    own = np.asarray(images)
    high, wide = own.shape[1:3]
    owner = np.add.outer(np.arange(high) * grid // high * grid, np.arange(wide) * grid // wide)  # (h, w) patch numbers
    per_row = background is None or fill == "blur"
    if per_row:
        stand_in = _blurred(own)
    elif fill == "mean":
        stand_in = np.asarray(background, dtype=float).mean(axis=0, keepdims=True).astype(own.dtype)
    else:
        stand_in = np.asarray(background)

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        keep = mask[:, owner][..., None]  # (m, h, w, 1)
        return np.where(keep, own[rows], stand_in[rows if per_row else background_index])

    names = tuple(f"row {i + 1}, column {j + 1}" for i in range(grid) for j in range(grid))
    return Masker(names, len(own), 1 if per_row else len(stand_in), build, _all_features(grid * grid), _batch_size(own))


def word_masker(texts: Sequence[str], limit: int = 60) -> Masker:
    """Words as players; an absent word is deleted wherever it stands, for both sides alike. Scripts without blanks are
    cut into pairs of letters.

    Beyond ``limit`` different words in a text, the rarer-in-sight tail (latest to appear) plays as one.

    Args:
        texts: n strings.
        limit: most players one text may have.
    """
    split, codes, names = split_texts(texts, limit)

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        made = np.empty(len(rows), dtype=object)
        for i, row in enumerate(rows):
            keep = mask[i, codes[row]]
            made[i] = " ".join(word for word, stays in zip(split[row], keep, strict=True) if stays)
        return made

    return Masker(names, len(split), 1, build, lambda row: np.unique(codes[row]), 2_048)


def split_texts(texts: Sequence[str], limit: int) -> tuple[list[list[str]], list[np.ndarray], tuple[str, ...]]:
    """The words of each text, the feature each word belongs to, and the features' names, as in ``word_masker``."""
    split = [split_words(str(text)) for text in texts]
    plain = [[_plain(word) for word in row] for row in split]
    cut = [set(list(dict.fromkeys(row))[: limit - 1]) if len(set(row)) > limit else set(row) for row in plain]
    plain = [[word if word in cut[i] else OTHER for word in row] for i, row in enumerate(plain)]
    names = tuple(dict.fromkeys(word for row in plain for word in row)) or (OTHER,)
    number = {name: i for i, name in enumerate(names)}
    return split, [np.array([number[word] for word in row], dtype=int) for row in plain], names


def segment_masker(series: np.ndarray, background: np.ndarray, parts: int = 8, channels: Sequence[str] = ()) -> Masker:
    """Time segments x channels as players; an absent one shows a background row's values there.

    Args:
        series: (n, t, c) or (n, t).
        background: (b, t, c) or (b, t).
        parts: segments along time, cut down so that there are at most 60 players.
        channels: names of the c channels.
    """
    own, other = np.asarray(series), np.asarray(background)
    flat = own.ndim == 2
    wide = 1 if flat else own.shape[2]
    parts = max(1, min(parts, own.shape[1], 60 // wide or 1))
    when = np.arange(own.shape[1]) * parts // own.shape[1]
    owner = when if flat else when[:, None] * wide + np.arange(wide)
    edges = [int(np.flatnonzero(when == i)[[0, -1]][k]) for i in range(parts) for k in (0, 1)]
    titles = list(channels) or [f"channel {i + 1}" for i in range(wide)]
    names = tuple(
        f"{edges[2 * i]}-{edges[2 * i + 1]}" + (f", {titles[j]}" if wide > 1 else "")
        for i in range(parts)
        for j in range(wide)
    )

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        return np.where(mask[:, owner], own[rows], other[background_index])

    return Masker(names, len(own), len(other), build, _all_features(parts * wide), _batch_size(own))


def sound_patch_masker(sounds: np.ndarray, background: np.ndarray, rate: int, times: int = 6, bands: int = 5) -> Masker:
    """Time-frequency patches as players; an absent patch keeps its phase but falls to the background's mean loudness.

    Args:
        sounds: (n, t) float samples.
        background: (b, t) float samples.
        rate: samples a second.
        times, bands: patches along time and (octave-like) frequency.
    """
    from scipy import signal

    own, other = np.asarray(sounds, dtype=np.float32), np.asarray(background, dtype=np.float32)
    window = int(min(512, max(16, 2 ** int(np.log2(max(own.shape[1] // 4, 16))))))
    pitch, _, waves = signal.stft(own, fs=rate, nperseg=window)  # (n, f, s)
    loud = np.abs(signal.stft(other, fs=rate, nperseg=window)[2]).mean(axis=0)  # (f, s)
    quiet = waves * np.minimum(1.0, loud / np.maximum(np.abs(waves), 1e-12))
    edges = np.unique(np.geomspace(1, len(pitch), bands + 1).astype(int))
    low = np.clip(np.searchsorted(edges, np.arange(len(pitch)), side="right") - 1, 0, len(edges) - 2)
    bands = len(edges) - 1
    when = np.arange(waves.shape[2]) * times // waves.shape[2]
    owner = when[None, :] * bands + low[:, None]  # (f, s) patch numbers

    @lru_cache(maxsize=2)
    def quietened(row: int) -> np.ndarray:
        """What each patch's falling silent adds to the wave (patches, t): turning back is linear, so once will do."""
        change = np.where(owner == np.arange(times * bands)[:, None, None], quiet[row] - waves[row], 0)
        return signal.istft(change, fs=rate, nperseg=window)[1][:, : own.shape[1]].astype(np.float32)

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        # The change is added, so that a sound with everyone present is itself to the bit.
        made = own[rows]
        for row in np.unique(rows):
            where = rows == row
            made[where] += (~mask[where]).astype(np.float32) @ quietened(int(row))
        return made

    span = own.shape[1] / rate
    top = [float(pitch[min(edge, len(pitch) - 1)]) for edge in edges]
    names = tuple(
        f"{span * i / times:.2f}-{span * (i + 1) / times:.2f} s, {0 if j == 0 else top[j]:.0f}-{top[j + 1]:.0f} Hz"
        for i in range(times)
        for j in range(bands)
    )
    return Masker(names, len(own), 1, build, _all_features(times * bands), _batch_size(own))


def sum_by_column(values: np.ndarray, blocks: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Attributions of encoded columns summed to their original columns, one block being one player.

    Args:
        values: (n, e) attributions of encoded columns.
        blocks: (e,) name of the original column each encoded one comes from.

    Returns:
        The original columns in order of appearance and their (n, parts) values.
    """
    if values.shape[1] != len(blocks):
        raise ValueError(f"{values.shape[1]} encoded columns, but {len(blocks)} in the block map")
    parts = tuple(dict.fromkeys(map(str, blocks)))
    number = {part: i for i, part in enumerate(parts)}
    out = np.zeros((len(values), len(parts)))
    np.add.at(out.T, [number[str(block)] for block in blocks], values.T)
    return parts, out


def select_output(margin: np.ndarray, outputs: np.ndarray | None) -> np.ndarray:
    """The explained output of each row: margin (n,) itself, or column ``outputs[i]`` of row i of (n, k)."""
    margin = np.asarray(margin, dtype=float)
    if margin.ndim == 2 and margin.shape[1] == 1:
        return margin[:, 0]
    if margin.ndim == 1:
        return margin
    if outputs is None:
        raise ValueError("several outputs: say which one each row explains")
    return margin[np.arange(len(margin)), np.asarray(outputs, dtype=int)]


def incompleteness(attribution: Attribution) -> float:
    """Mean |margin - base - sum of values| / sd(margin): 0 when the parts add up to the answer."""
    if attribution.margin is None:
        raise ValueError("completeness needs the margin")
    missing = attribution.margin - attribution.base_value - attribution.values.sum(axis=1)
    spread = float(np.std(attribution.margin))
    worst = float(np.mean(np.abs(missing)))
    return worst / spread if spread > 0 else (0.0 if worst < 1e-9 else float("inf"))


def _all_features(count: int) -> Callable[[int], np.ndarray]:
    return lambda row: np.arange(count)


def _batch_size(items: np.ndarray) -> int:
    return int(np.clip(BATCH_BYTES // max(int(np.prod(items.shape[1:])) * 4, 1), 16, BATCH))


def _plain(word: str) -> str:
    return word.strip(".,;:!?\"'()[]").lower() or word


def _blurred(images: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    spread = max(images.shape[1:3]) / 5
    soft = ndimage.gaussian_filter(images.astype(np.float32), sigma=(0, spread, spread, 0))
    return soft.astype(images.dtype)


def _frame_masker(inputs: pd.DataFrame, background: pd.DataFrame) -> Masker:
    import pandas as pd

    names = list(inputs.columns)
    missing = [name for name in names if name not in background.columns]
    if missing:
        raise ValueError(f"the background lacks the column {missing[0]!r}")
    pools = {}
    for name in names:
        own, other = inputs[name], background[name]
        if isinstance(own.dtype, pd.CategoricalDtype):
            pools[name] = pd.api.types.union_categoricals([own, other.astype("category")], ignore_order=True)
        else:
            pools[name] = pd.concat([own, other], ignore_index=True).array
    count = len(inputs)

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> pd.DataFrame:
        chosen = (np.where(mask[:, j], rows, count + background_index) for j in range(len(names)))
        return pd.DataFrame({name: pools[name].take(at) for name, at in zip(names, chosen, strict=True)}, copy=False)

    return Masker(tuple(map(str, names)), count, len(background), build, _all_features(len(names)))


def _mapping_masker(inputs: Facts, background: Any) -> Masker:
    pools = {name: np.concatenate([np.asarray(own), np.asarray(background[name])]) for name, own in inputs.items()}
    count, depth = (len(next(iter(side.values()))) for side in (inputs, background))

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> dict[str, np.ndarray]:
        return {
            name: pool[np.where(mask[:, j], rows, count + background_index)]
            for j, (name, pool) in enumerate(pools.items())
        }

    return Masker(tuple(pools), count, depth, build, _all_features(len(pools)))
