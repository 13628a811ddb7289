"""Explanations over the thing itself: heat on a picture or a spectrogram, tinted words, tinted stretches of a curve."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from pages.backend import thumbnails
from pages.charts import style
from pages.ui.formatting import truncated
from pages.ui.theme import Palette

FOR, AGAINST = (178, 24, 43), (33, 102, 172)
WIDTH = 320
STRIP_HEIGHT = 110
LINE_LETTERS, LINE_HEIGHT, LINE_WIDTH = 46, 24, 350
PATCH = re.compile(r"row (\d+), column (\d+)")
CLIP = re.compile(r"frames (\d+-\d+), (row \d+, column \d+)")
SOUND = re.compile(r"([\d.]+)-([\d.]+) s, ([\d.]+)-([\d.]+) Hz")
SEGMENT = re.compile(r"(\d+)-(\d+)(?:, (.*))?", re.DOTALL)


def relative_strength(values: np.ndarray) -> np.ndarray:
    """(parts,) attributions of one row over the largest in size: -1 against to 1 for."""
    return np.nan_to_num(values) / (float(np.abs(np.nan_to_num(values)).max(initial=0.0)) or 1.0)


def patch_heatmap(parts: Sequence[str], values: np.ndarray, high: int, wide: int) -> np.ndarray | None:
    """(high, wide) heat of image patches, cut as the game cut them; None when the parts are no patches.

    Patches of clips are laid over a strip with one frame of each stretch of time, side by side.
    """
    moments = [CLIP.fullmatch(part) for part in parts]
    if moments and all(moments):
        return _strip_heatmap([(one[1], one[2]) for one in moments if one], values, high, wide)
    places = [PATCH.fullmatch(part) for part in parts]
    if not places or not all(places):
        return None
    cells = [(int(place[1]) - 1, int(place[2]) - 1) for place in places if place]
    grid = 1 + max(max(cell) for cell in cells)
    heat = np.zeros((grid, grid))
    for cell, value in zip(cells, values, strict=True):
        heat[cell] = value
    return heat[np.arange(high) * grid // high][:, np.arange(wide) * grid // wide]


def _strip_heatmap(parts: Sequence[tuple[str, str]], values: np.ndarray, high: int, wide: int) -> np.ndarray | None:
    """(high, wide) heat of patches of place and time, parts (stretch, patch), over a strip of one frame a stretch."""
    spans = list(dict.fromkeys(span for span, _ in parts))
    each = wide // len(spans)
    blocks = []
    for span in spans:
        own = [(patch, value) for (when, patch), value in zip(parts, values, strict=True) if when == span]
        block = patch_heatmap([patch for patch, _ in own], np.array([value for _, value in own]), high, each)
        if block is None:
            return None
        blocks.append(block)
    return np.pad(np.concatenate(blocks, axis=1), ((0, 0), (0, wide - each * len(spans))), mode="edge")


def band_heatmap(parts: Sequence[str], values: np.ndarray, hertz: Sequence[float], seconds: float, steps: int) -> Any:
    """(bands, steps) heat of time-frequency patches; None when the parts are none."""
    places = [SOUND.fullmatch(part) for part in parts]
    if not places or not all(places):
        return None
    when, pitch = (np.arange(steps) + 0.5) / steps * seconds, np.asarray(hertz)
    heat = np.zeros((len(pitch), steps))
    for place, value in zip(places, values, strict=True):
        start, end, low, high = (float(part) for part in place.groups())  # type: ignore[union-attr]
        inside = np.outer((pitch >= low) & (pitch < high), (when >= start) & (when < end + 0.005))
        heat[inside] = value
    return heat


def overlay_heatmap(ground: np.ndarray, heat: np.ndarray, palette: Palette) -> np.ndarray:
    """A grey copy of ``ground`` (h, w) or (h, w, c) tinted by ``heat`` (h, w) in -1..1, as uint8 RGB of page size."""
    grey = ground.mean(axis=2) if ground.ndim == 3 else ground.astype(float)
    base = np.repeat(grey[..., None], 3, axis=2)
    tint = np.where(heat[..., None] > 0, np.array(FOR, dtype=float), np.array(AGAINST, dtype=float))
    strength = 0.72 * np.abs(heat)[..., None] ** 0.8
    return enlarge_image((base * (1 - strength) + tint * strength).astype(np.uint8))


def enlarge_image(picture: np.ndarray) -> np.ndarray:
    """A small picture with every pixel repeated until it is about as wide as the page shows it."""
    times = max(1, round(WIDTH / picture.shape[1]))
    whole = np.repeat(np.repeat(picture, times, axis=0), times, axis=1)
    return whole[..., 0] if whole.ndim == 3 and whole.shape[2] == 1 else whole


def spectrogram(item: Mapping[str, Any]) -> np.ndarray:
    """(bands, steps) loudness as the exhibit holds it, low pitches first."""
    return thumbnails.decode_thumbnail(str(item["loud"]), tuple(item["shape"]))


def word_heatmap(text: str, parts: Sequence[str], values: np.ndarray, palette: Palette) -> Any:
    """A text in lines, each word on a ground tinted by what it did to the answer.

    Words stand in data, never in an expression, so nothing a text holds is read as anything but letters.
    """
    weight = {part: float(value) for part, value in zip(parts, relative_strength(values), strict=True)}
    rows: list[tuple[Any, ...]] = []
    line = at = 0
    for word in thumbnails.split_words(text):
        value = weight.get(word.strip(".,;:!?\"'()[]").lower() or word, 0.0)
        for piece in _pieces(word):
            room = _wide(piece)
            if at and at + room > LINE_LETTERS:
                line, at = line + 1, 0
            rows.append((truncated(piece, LINE_LETTERS), at, at + room, -line, -line - 0.86, value))
            at += room + 1
    data = style.chart_frame(["word", "from", "to", "top", "bottom", "value"], rows)
    x = {"scale": alt.Scale(domain=[0, LINE_LETTERS + 1], nice=False), "axis": None}
    y = {"scale": alt.Scale(domain=[-line - 1, 0.1], nice=False), "axis": None}
    tip = [alt.Tooltip("c0:N", title="word"), alt.Tooltip("c5:Q", title="share of the strongest", format="+.2f")]
    ground = alt.Chart(data).mark_rect(cornerRadius=2)
    ground = ground.encode(
        x=alt.X("c1:Q", **x),
        x2=alt.X2("c2:Q"),
        y=alt.Y("c3:Q", **y),
        y2=alt.Y2("c4:Q"),
        color=_tint(),
        opacity=_strength(),
        tooltip=tip,
    )
    said = alt.Chart(data).mark_text(align="left", baseline="top", dy=4, font="monospace", fontSize=12, limit=0)
    said = said.encode(
        x=alt.X("c1:Q", **x),
        y=alt.Y("c3:Q", **y),
        text=alt.Text("c0:N"),
        color=alt.ColorValue(palette.ink),
        tooltip=tip,
    )
    return style.styled_chart(alt.layer(ground, said).properties(width=LINE_WIDTH), LINE_HEIGHT * (line + 1))


def _wide(text: str) -> int:
    """Columns that a text takes in a fixed-width face: Chinese, Japanese and Korean letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pieces(word: str) -> list[str]:
    """A word cut into pieces that fit a line."""
    pieces, held = [""], 0
    for letter in word:
        if held + _wide(letter) > LINE_LETTERS:
            pieces.append("")
            held = 0
        pieces[-1] += letter
        held += _wide(letter)
    return pieces


def segment_heatmap(item: Mapping[str, Any], parts: Sequence[str], values: np.ndarray, palette: Palette) -> Any:
    """The curves of one window, a chart a channel, every segment on a ground tinted by what it did to the answer."""
    found = [SEGMENT.fullmatch(part) for part in parts]
    if not found or not all(found):
        return None
    owners = list(dict.fromkeys(place[3] for place in found if place))
    strips = []
    for channel, curve in enumerate(item["curves"]):
        owner = owners[channel] if len(owners) > channel else owners[0]
        segments = [
            (int(place[1]), int(place[2]) + 1, float(value))
            for place, value in zip(found, relative_strength(values), strict=True)
            if place and (place[3] == owner or len(owners) == 1)
        ]
        strips.append(_strip(curve, segments, int(item.get("step", 1)), palette))
    return strips


def _strip(curve: Sequence[float | None], segments: Sequence[tuple[Any, ...]], step: int, palette: Palette) -> Any:
    last = max([end for _, end, _ in segments] + [1])
    x = {"scale": alt.Scale(domain=[0, last], nice=False), "axis": style.styled_axis(None, palette, tickCount=4)}
    ground = alt.Chart(style.chart_frame(["from", "to", "value"], list(segments))).mark_rect()
    ground = ground.encode(
        x=alt.X("c0:Q", **x), x2=alt.X2("c1:Q"), color=_tint("c2"), opacity=_strength("c2"),
        tooltip=[alt.Tooltip("c0:Q", title="from"), alt.Tooltip("c2:Q", title="share of the strongest", format="+.2f")],
    )  # fmt: skip
    points = [(k * step + 0.5, value) for k, value in enumerate(curve) if value is not None]
    line = alt.Chart(style.chart_frame(["step", "value"], points)).mark_line(strokeWidth=1.8, color=palette.ink)
    axis = style.styled_axis(None, palette, tickCount=2)
    line = line.encode(x=alt.X("c0:Q", **x), y=alt.Y("c1:Q", axis=axis, scale=alt.Scale(zero=False)))
    return style.styled_chart(alt.layer(ground, line), STRIP_HEIGHT)


def _tint(field: str = "c5") -> alt.Color:
    ends = ["#" + "".join(f"{level:02x}" for level in colour) for colour in (AGAINST, FOR)]
    return alt.Color(f"{field}:Q", scale=alt.Scale(type="threshold", domain=[0], range=ends), legend=None)


def _strength(field: str = "c5") -> alt.Opacity:
    scale = alt.Scale(domain=[-1, 0, 1], range=[0.6, 0.0, 0.6])
    return alt.Opacity(f"{field}:Q", scale=scale, legend=None)
