"""Questions to fitted contestants: a typed text, a drawn picture, an edited row, a test item made harder."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from core.features import text_features
from core.perturbation import image_transforms, recorded_items
from core.schema import Dataset, Facts, LoadError

MOST_CELLS = 256
INK = 0.3
SPIKE_READINGS = 5
CHAT_LETTERS = 2_000


def item_question(test: Dataset, question: Facts) -> Dataset:
    """The test row that the question names by ``row_question`` (0 is the first), as a data set of one row.

    Raises:
        LoadError: there is no such row.
    """
    row = parse_number(question, "row", 0, whole=True)
    if not 0 <= row < len(test):
        raise LoadError(f"There is no item {int(row) + 1:,}; there are {len(test):,}.")
    return test.take(np.array([int(row)]))


def row_question(test: Dataset, question: Facts) -> Dataset:
    """A test row with the edits in ``values`` {column: number or word; empty is missing}.

    Raises:
        LoadError: no such row or column, or a word where a number belongs.
    """
    import pandas as pd

    asked = item_question(test, question)
    frame = asked.inputs.copy()
    for name, value in dict(question.get("values") or {}).items():
        if name not in frame.columns:
            raise LoadError(f"There is no column {name!r}.")
        kind, missing = frame[name].dtype, value is None or str(value).strip() == ""
        if isinstance(kind, pd.CategoricalDtype):
            words = list(kind.categories)
            word = None if missing else str(value)
            levels = words if missing or word in words else [*words, word]
            frame[name] = pd.Categorical([word], categories=levels)
        elif kind.kind == "M":
            day = pd.NaT if missing else pd.to_datetime(str(value), errors="coerce")
            if not missing and pd.isna(day):
                raise LoadError(f"{str(value)[:40]!r} in {name!r} is not a date.", "", "Write it as 2024-05-31.")
            frame[name] = pd.Series([day]).astype(kind)
        elif kind.kind in "fiub":
            frame[name] = np.array([math.nan if missing else _float(value, name)])
        else:
            frame[name] = pd.Series([None if missing else str(value)], dtype=object)
    return replace(asked, inputs=frame)


def text_question(test: Dataset, question: Facts) -> Dataset:
    """The typed ``text_question``, cleaned as every text is, or the test text ``row_question``.

    With ``chat`` true it is a message to which a language model replies, with ``tokens`` (at most 200), ``temperature``
    (0 to 2) and ``seed``.

    Raises:
        LoadError: nothing that can be read was typed.
    """
    if "text" not in question:
        return item_question(test, question)
    cleaned, _ = text_features.clean(str(question["text"])[:100_000])
    if not text_features.has_content(cleaned):
        raise LoadError("There is no word in this text.", "", "Type a sentence.")
    made = one_item(test, np.array([cleaned[:CHAT_LETTERS] if question.get("chat") else cleaned], dtype=object))
    if not question.get("chat"):
        return made
    options = {
        "tokens": int(max(1, parse_number(question, "tokens", 200, 80, whole=True))),
        "temperature": max(0.0, parse_number(question, "temperature", 2.0, 0.0)),
        "seed": abs(int(parse_number(question, "seed", 0, 0, whole=True))),
    }
    return replace(made, facts={**made.facts, "chat": options})


def prompt_question(test: Dataset, question: Facts) -> Dataset:
    """The beginning of a text to be continued (``text_question``), as a corpus of one piece whose facts say how:
    ``length`` characters (at most 1,000), ``temperature`` (.05 to 3) and ``seed``.

    Raises:
        LoadError: nothing was typed.
    """
    typed = str(question.get("text", ""))[:2_000]
    begun = "".join(letter for letter in typed if letter.isprintable() or letter == "\n")
    if not begun.strip():
        raise LoadError("There is no beginning to go on from.", "", "Type some words.")
    asked = {
        "length": int(max(1, parse_number(question, "length", 1_000, 200, whole=True))),
        "temperature": max(0.05, parse_number(question, "temperature", 3.0, 0.8)),
        "seed": abs(int(parse_number(question, "seed", 0, 0, whole=True))),
    }
    made = one_item(test, np.array([begun], dtype=object))
    return replace(made, facts={**made.facts, "write": asked})


def picture_question(test: Dataset, question: Facts) -> Dataset:
    """A drawn picture (``pixels``: rows of grey levels 0 to 255, light strokes on dark), one from a camera (``photo``:
    base64 of a picture file), or the test picture ``row_question`` turned by ``turn`` degrees, moved right by ``shift``
    (share of the side) and made noisy by ``noise`` (0 to 1).

    Raises:
        LoadError: the drawing is empty or not a grid of grey levels, or the photo is none.
    """
    if "photo" in question:
        return one_item(test, recorded_items.picture_from(question["photo"], test.inputs))
    if "pixels" in question:
        return one_item(test, preprocess_drawing(question["pixels"], test.inputs)[None])
    asked = item_question(test, question)
    pixels = image_transforms.rotate(asked.inputs, parse_number(question, "turn", 180.0))
    pixels = _shifted(pixels, parse_number(question, "shift", 1.0))
    noise = abs(parse_number(question, "noise", 1.0))
    return replace(
        asked,
        inputs=image_transforms.add_noise(
            pixels, 255.0 * noise, seed=int(parse_number(question, "row", 0, whole=True))
        ),
    )


def sound_question(test: Dataset, question: Facts) -> Dataset:
    """The test clip ``row_question``, or a ``recording`` (base64 of a sound file), with normal noise; ``noise`` is its
    loudness over the clip's own (0 to 2).

    Raises:
        LoadError: there is no such clip, or the recording is none or silent.
    """
    if "recording" in question:
        asked = one_item(test, recorded_items.sound_from(question["recording"], test.inputs))
    else:
        asked = item_question(test, question)
    clip = asked.inputs
    level = abs(parse_number(question, "noise", 2.0)) * float(np.sqrt(np.mean(np.square(clip, dtype=np.float64))))
    hiss = np.random.default_rng(int(parse_number(question, "row", 0, whole=True))).normal(size=clip.shape)
    return replace(asked, inputs=(clip + level * hiss).astype(clip.dtype))


def series_question(test: Dataset, question: Facts) -> Dataset:
    """The test window ``row_question`` with a bump of ``spike`` standard deviations of its channel (number or name
    ``channel``) around the moment ``at`` (0 start, 1 end), five readings long, and normal noise of ``noise`` standard
    deviations."""
    asked = item_question(test, question)
    windows = np.array(asked.inputs, copy=True)
    spread = np.nanstd(test.inputs.reshape(-1, test.inputs.shape[-1]).astype(np.float64), axis=0)
    noise = abs(parse_number(question, "noise", 10.0))
    if noise:
        hiss = np.random.default_rng(int(parse_number(question, "row", 0, whole=True))).normal(size=windows.shape)
        windows = windows + noise * hiss * spread
    size = parse_number(question, "spike", 100.0)
    if size:
        channel = _channel(test, question.get("channel", 0))
        middle = round(parse_number(question, "at", 1.0, 0.5) * (windows.shape[1] - 1))
        begin = max(0, min(middle - SPIKE_READINGS // 2, windows.shape[1] - SPIKE_READINGS))
        windows[:, begin : begin + SPIKE_READINGS, channel] += size * spread[channel]
    return replace(asked, inputs=windows.astype(test.inputs.dtype))


def preprocess_drawing(pixels: np.ndarray, like: np.ndarray) -> np.ndarray:
    """A drawing as a picture of the data's size: its ink is scaled and placed as ink is in the data's own pictures.

    Args:
        pixels: rows of grey levels, 0 to 255, at most 256 a side. like: uint8 (n, h, w, c), pictures of the data.

    Returns:
        uint8 (h, w, c).

    Raises:
        LoadError: not such a grid, or nothing drawn.
    """
    from PIL import Image

    try:
        grid = np.asarray(pixels, dtype=np.float64)
    except (TypeError, ValueError):
        grid = np.zeros(0)
    if grid.ndim != 2 or not 2 <= min(grid.shape, default=0) <= max(grid.shape) <= MOST_CELLS:
        raise LoadError("The drawing is not a grid of grey levels.")
    if not np.isfinite(grid).all() or grid.min() < 0 or grid.max() > 255:
        raise LoadError("The drawing holds something other than grey levels from 0 to 255.")
    if grid.max() < 255 * INK:
        raise LoadError("Nothing is drawn yet.", "", "Draw with the mouse or a finger.")
    high, wide, channels = like.shape[1:]
    tall, middle = _drawing_style(like)
    top, left, height, width = _box(grid)
    ink = grid[top : top + height, left : left + width]
    # The whole drawing stays in the picture, also where pictures are wider than high and ink is as wide as they are.
    scale = min(tall / max(height, width), high / height, wide / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(Image.fromarray(ink.astype(np.uint8)).resize(size, Image.Resampling.BOX), dtype=np.float64)
    small *= 255.0 / max(small.max(), 1.0)
    whole = _placed(small, (high, wide), middle)
    return np.repeat(np.clip(np.rint(whole), 0, 255).astype(np.uint8)[..., None], channels, axis=2)


def _placed(small: np.ndarray, shape: tuple[int, int], middle: tuple[float, float]) -> np.ndarray:
    """``small`` on an empty picture of ``shape``, its centre of mass at ``middle`` as far as it then fits whole."""
    begins = []
    for axis in (0, 1):
        profile = small.sum(1 - axis)
        begin = round(middle[axis] - float(profile @ np.arange(len(profile))) / float(profile.sum()))
        begins.append(max(0, min(begin, shape[axis] - small.shape[axis])))
    canvas = np.zeros(shape)
    part = small[: shape[0], : shape[1]]
    canvas[begins[0] : begins[0] + part.shape[0], begins[1] : begins[1] + part.shape[1]] = part
    return canvas


def _drawing_style(like: np.ndarray) -> tuple[float, tuple[float, float]]:
    """How large ink is in the data's pictures (median of the larger side) and where its centre of mass lies."""
    sizes, centres = [], []
    for one in like[:200].mean(axis=3):
        if one.max() < 255 * INK:
            continue
        _, _, height, width = _box(one)
        sizes.append(max(height, width))
        weight = one.sum()
        centres.append(((one.sum(1) @ np.arange(len(one))) / weight, (one.sum(0) @ np.arange(one.shape[1])) / weight))
    if not sizes:
        high, wide = like.shape[1:3]
        return 0.8 * min(high, wide), ((high - 1) / 2, (wide - 1) / 2)
    middle = np.median(np.array(centres), axis=0)
    return float(np.median(sizes)), (float(middle[0]), float(middle[1]))


def _box(grid: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero((grid > 255 * INK).any(1)), np.flatnonzero((grid > 255 * INK).any(0))
    return int(rows[0]), int(columns[0]), int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def _shifted(pixels: np.ndarray, share: float) -> np.ndarray:
    step = round(share * pixels.shape[2])
    if not step:
        return pixels
    rolled = np.roll(pixels, step, axis=2)
    edge = pixels[:, :, :1] if step > 0 else pixels[:, :, -1:]
    empty = slice(0, step) if step > 0 else slice(step, None)
    rolled[:, :, empty] = edge
    return rolled


def _channel(test: Dataset, wanted: object) -> int:
    names, count = [str(name) for name in test.facts.get("channels") or ()], test.inputs.shape[-1]
    if isinstance(wanted, str) and wanted in names:
        return names.index(wanted)
    if isinstance(wanted, int) and 0 <= wanted < count:
        return wanted
    raise LoadError(f"There is no channel {str(wanted)[:40]!r}.")


def parse_number(question: Facts, key: str, most: float, default: float = 0.0, whole: bool = False) -> float:
    """The number ``key`` of a question, cut to +-``most`` unless that is 0.

    Raises:
        LoadError: it is no finite number.
    """
    value = question.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise LoadError(f"{key} is not a number.")
    if whole and value != int(value):
        raise LoadError(f"{key} is not a whole number.")
    return max(-most, min(most, value)) if most else value


def _float(value: Any, name: str) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.inf
    if not math.isfinite(found) and not (isinstance(value, float) and math.isnan(value)):
        raise LoadError(f"{str(value)[:40]!r} in {name!r} is not a number.")
    return found


def one_item(test: Dataset, inputs: np.ndarray) -> Dataset:
    """One new item of the same kind, without an answer."""
    return replace(test, inputs=inputs, target=None, groups=None, order=None)
