"""What a contest kept of pictures, sounds, texts and windows, drawn for a page without scripts."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np

from core.explain import item_thumbnails
from core.schema import Facts
from core.wording import printable

WIDTH, HEIGHT = 180, 46
WAVE_STEPS, CHANNELS, LETTERS = 120, 3, 400


@dataclass(frozen=True)
class DrawnItem:
    """A kept item: the address of its picture, the corners of its curves as SVG points, or its text; "" and () for
    what it does not have. names: of the curves."""

    picture: str = ""
    curves: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    text: str = ""


def draw_item(item: Facts) -> DrawnItem:
    """A kept item of any kind, as ``core.explain.item_thumbnails`` packs it; empty where it cannot be read."""
    try:
        if "pixels" in item:
            return DrawnItem(_png(item_thumbnails.unpack_array(str(item["pixels"]), tuple(item["shape"]))))
        if "clip" in item:
            samples = item_thumbnails.unpack_array(str(item["clip"]), (-1,)).astype(float) - 128.0
            return DrawnItem(curves=(_wave_points(samples),))
        if "curves" in item:
            curves = list(item["curves"])[:CHANNELS]
            names = tuple(printable(name, 40) for name in list(item.get("channels") or ())[: len(curves)])
            return DrawnItem(curves=tuple(_curve_points(curve) for curve in curves), names=names)
        return DrawnItem(text=printable(item.get("text", ""), LETTERS))
    except (ValueError, TypeError, KeyError):
        return DrawnItem()


def _png(pixels: np.ndarray) -> str:
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(held, "PNG")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode("ascii")


def _wave_points(samples: np.ndarray) -> str:
    """The loudest and, on the way back, the quietest sample of every short stretch."""
    drawn = item_thumbnails.wave_envelope(samples, WAVE_STEPS)
    across = np.linspace(0, WIDTH, len(drawn.starts))
    levels = np.concatenate([drawn.high, drawn.low[::-1]])
    return _points(np.concatenate([across, across[::-1]]), HEIGHT / 2 * (1 - 0.94 * levels))


def _curve_points(curve: list[float | None]) -> str:
    """A channel on its own scale; readings that are missing are passed over."""
    values = np.array([np.nan if value is None else float(value) for value in curve])
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return ""
    low, high = float(values[known].min()), float(values[known].max())
    across = known * (WIDTH / max(1, len(values) - 1))
    return _points(across, HEIGHT * (0.96 - 0.92 * (values[known] - low) / ((high - low) or 1.0)))


def _points(across: np.ndarray, down: np.ndarray) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
