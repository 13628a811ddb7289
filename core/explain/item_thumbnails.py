"""Small copies of explained items that a page can show: pictures, texts, sounds and curves as plain JSON."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from core import registry
from core.schema import Dataset, Facts, JsonObject

SIDE = 64
LETTERS = 500
POINTS = 160
CHANNELS = 6
CLIP_SAMPLES = 9_000
BANDS, STEPS = 40, 64
LOWEST_HERTZ = 40.0
STRIP_FRAMES = 4


@dataclass(frozen=True)
class WaveEnvelope:
    """The outline of a sound, a value each of its k short stretches.

    starts: int (k,), the first sample of each. low, high: float (k,), the least and the greatest sample of each, over
    the largest absolute one of the sound.
    """

    starts: np.ndarray
    low: np.ndarray
    high: np.ndarray


def wave_envelope(samples: np.ndarray, most: int) -> WaveEnvelope:
    """The outline of a sound in at most ``most`` stretches of equal length.

    Args:
        samples: float (n,) in any unit around zero, n > 0. most: how many stretches at most.
    """
    edges = np.linspace(0, len(samples), min(most, len(samples)) + 1).astype(int)[:-1]
    peak = float(np.abs(samples).max()) or 1.0
    return WaveEnvelope(edges, np.minimum.reduceat(samples, edges) / peak, np.maximum.reduceat(samples, edges) / peak)


def thumbnails(dataset: Dataset, rows: np.ndarray) -> list[JsonObject]:
    """Small copies of rows, as the modality's ``thumbnail`` makes them.

    Args:
        dataset: of n items. rows: row numbers.

    Returns:
        One JSON-able mapping a row; empty where the modality has no thumbnails, as for tables.
    """
    draw = registry.modality(dataset.modality).thumbnail
    if draw is None or hasattr(dataset.inputs, "columns"):
        return []
    return [draw(dataset.inputs[int(row)], dataset.facts) for row in rows]


def unpack_array(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """Bytes that ``thumbnails`` packed, as uint8 of that shape.

    Raises:
        ValueError: they do not fit the shape.
    """
    return np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8).reshape(shape)


def _pack_array(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=np.uint8).tobytes()).decode("ascii")


def image_thumbnail(pixels: np.ndarray, facts: Facts) -> JsonObject:
    """A copy of an image, at most 64 pixels a side.

    Args:
        pixels: uint8 (h, w, c). facts: of the data set.

    Returns:
        {"pixels": base64 of uint8, "shape": (h, w, c)}.
    """
    picture = np.asarray(pixels)
    picture = picture[..., None] if picture.ndim == 2 else picture
    step = max(1, -(-max(picture.shape[:2]) // SIDE))
    small = picture[::step, ::step]
    if step > 1:
        high, wide = (side // step * step for side in picture.shape[:2])
        blocks = picture[:high, :wide].reshape(high // step, step, wide // step, step, -1)
        small = blocks.mean(axis=(1, 3))
    return {"pixels": _pack_array(np.clip(small, 0, 255)), "shape": [int(side) for side in small.shape]}


def text_thumbnail(text: object, facts: Facts) -> JsonObject:
    """The first 500 letters of a text.

    Args:
        text: any text. facts: of the data set.

    Returns:
        {"text", "letters": how many the whole text has}.
    """
    said = str(text)
    return {"text": said[:LETTERS], "letters": len(said)}


def series_thumbnail(window: np.ndarray, facts: Facts) -> JsonObject:
    """A window with at most 160 points a channel.

    Args:
        window: float (t, c). facts: of the data set.

    Returns:
        {"curves": channels x points, "step", "length", "channels"}.
    """
    values = np.asarray(window, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    step = max(1, -(-len(values) // POINTS))
    thin = values[::step, :CHANNELS].T
    named = [str(name)[:80] for name in facts.get("channels") or ()][:CHANNELS]
    curves = [[float(f"{value:.4g}") if np.isfinite(value) else None for value in channel] for channel in thin]
    return {"curves": curves, "step": step, "length": len(values), "channels": named}


def sound_thumbnail(wave: np.ndarray, facts: Facts) -> JsonObject:
    """A sound to hear and to see.

    Returns:
        {"clip": base64 of 8-bit samples, "rate", "seconds", "loud": base64 of uint8 (bands, steps), "shape", "hertz":
        each band's centre}.
    """
    rate, samples = int(facts.get("rate") or 16_000), np.nan_to_num(np.asarray(wave, dtype=np.float64))
    step = max(1, -(-len(samples) // CLIP_SAMPLES))
    peak = float(np.abs(samples).max()) or 1.0
    whole = samples[: len(samples) // step * step].reshape(-1, step).mean(axis=1) if step > 1 else samples
    loud, hertz = _loudness(samples, rate)
    return {
        "clip": _pack_array(128 + 127 * np.clip(whole / peak, -1, 1)),
        "rate": max(1, rate // step),
        "seconds": len(samples) / rate,
        "loud": _pack_array(loud),
        "shape": [int(side) for side in loud.shape],
        "hertz": [round(float(value), 1) for value in hertz],
    }


def _loudness(samples: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """A spectrogram over logarithmic bands: uint8 (bands, steps), quiet 0 to loud 255 over 60 dB, and band centres."""
    width = int(min(1_024, max(32, 2 ** int(np.log2(max(len(samples) // 8, 32))))))
    padded = np.pad(samples, (width // 2, width))
    starts = np.linspace(0, max(len(samples) - 1, 0), STEPS).astype(int)
    frames = np.stack([padded[start : start + width] for start in starts]) * np.hanning(width)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2  # (steps, bins)
    hertz = np.geomspace(LOWEST_HERTZ, rate / 2, BANDS)
    bins = np.clip(np.rint(hertz * width / rate).astype(int), 0, power.shape[1] - 1)
    decibel = 10 * np.log10(np.maximum(power[:, bins].T, 1e-12))
    return np.clip((decibel - decibel.max() + 60) / 60, 0, 1) * 255, hertz


def clip_thumbnail(clip: np.ndarray, facts: Facts) -> JsonObject:
    """A strip of four frames of a clip, one beside the other, each from the middle of a quarter of the time.

    Args:
        clip: uint8 (t, h, w, c). facts: of the data set.

    Returns:
        As ``image_thumbnail``, and "frames": how many lie side by side.
    """
    frames = np.asarray(clip)
    places = (2 * np.arange(STRIP_FRAMES) + 1) * len(frames) // (2 * STRIP_FRAMES)
    shown = [image_thumbnail(frames[place], facts) for place in places]
    sides = tuple(int(side) for side in shown[0]["shape"])
    strip = np.concatenate([unpack_array(str(one["pixels"]), sides) for one in shown], axis=1)
    return {"pixels": _pack_array(strip), "shape": list(strip.shape), "frames": STRIP_FRAMES}
