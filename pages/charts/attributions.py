"""Why: global bars, one row's waterfall and a dependence plot, both sides on one scale, names drawn as inert text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from pages.charts import style
from pages.charts.model_marks import ModelMarks, model_marks
from pages.summaries.aligned_explanations import AlignedExplanation
from pages.ui.formatting import format_number, truncated
from pages.ui.theme import Palette

SHOWN = 10
LABEL = 34


def marks_of_sides(sides: Sequence[AlignedExplanation], palette: Palette) -> ModelMarks:
    """The marks of the explained models, those that they have on every chart."""
    return model_marks([(side.title, side.family) for side in sides], palette)


def rank_parts(sides: Sequence[AlignedExplanation]) -> list[int]:
    """Numbers of the parts, by the larger of the sides' shares, largest first."""
    return [int(k) for k in np.argsort(-np.max([side.share for side in sides], axis=0), kind="stable")]


def importance_chart(sides: Sequence[AlignedExplanation], palette: Palette, count: int = SHOWN) -> alt.LayerChart:
    """Share of the explanation that each part carries, one bar a side, the part's name above its bars."""
    parts, order = sides[0].parts, rank_parts(sides)[:count]
    step = 0.72 / len(sides)
    rows, names = [], []
    for place, part in enumerate(order):
        names.append((place - 0.37, truncated(parts[part], LABEL)))
        for k, side in enumerate(sides):
            share, top = float(side.share[part]), place - 0.16 + k * step
            said = f"{100 * share:.1f} %"
            rows.append((top, top + step * 0.86, share, side.family, side.title, truncated(parts[part]), said, 0.0))
    data = style.chart_frame(["top", "bottom", "share", "family", "title", "part", "said", "zero"], rows)
    label = style.chart_frame(["top", "name"], names)
    scale = alt.Scale(domain=[len(order) - 0.3, -0.6], nice=False)
    y = alt.Y("c0:Q", axis=None, scale=scale)
    widest = max((row[2] for row in rows), default=1.0) or 1.0
    x = alt.X(
        "c7:Q",
        axis=style.styled_axis("Share of the explanation", palette, format="%", tickCount=5),
        scale=alt.Scale(domain=[0, widest * 1.12], nice=False),
    )
    tip = [alt.Tooltip("c5:N", title="column"), alt.Tooltip("c4:N", title="model"), alt.Tooltip("c6:N", title="share")]
    blocks = (
        alt.Chart(data)
        .mark_rect(cornerRadius=2)
        .encode(
            x=x,
            x2=alt.X2("c2:Q"),
            y=y,
            y2=alt.Y2("c1:Q"),
            color=marks_of_sides(sides, palette).colour("c4"),
            tooltip=tip,
        )
    )
    words = alt.Chart(label).mark_text(align="left", fontSize=13, color=palette.ink)
    words = words.encode(x=alt.XValue(2), y=y, text=alt.Text("c1:N"))
    return style.styled_chart(alt.layer(blocks, words), 58 * len(order) + 70)


def waterfall_steps(side: AlignedExplanation, row: int, order: Sequence[int]) -> list[tuple[float, float, float]]:
    """(from, to, value) of each part in ``order`` and of the rest, from the base to base + sum."""
    values = side.values[row]
    rest = float(values.sum() - values[list(order)].sum())
    at, found = float(side.base[row]), []
    for value in [*(float(values[part]) for part in order), rest]:
        found.append((at, at + value, value))
        at += value
    return found


def rank_parts_of_row(sides: Sequence[AlignedExplanation], row: int, count: int = 8) -> list[int]:
    """The parts of one row by the larger |value| of the sides."""
    sizes = np.max([np.abs(side.values[row]) for side in sides], axis=0)
    return [int(k) for k in np.argsort(-sizes, kind="stable")[:count]]


def waterfall_chart(
    sides: Sequence[AlignedExplanation], row: int, texts: Mapping[str, str], unit: str, palette: Palette
) -> alt.LayerChart:
    """From what each model says on average to what it says for this row, both on one axis.

    texts: this row's value of a part, as text. unit: of the explained output (log-odds or the target's unit).
    """
    parts, order = sides[0].parts, rank_parts_of_row(sides, row)
    labels = [_named(parts[part], texts) for part in order]
    if len(parts) > len(order):
        labels.append(f"all {len(parts) - len(order)} others")
    step = 0.72 / len(sides)
    blocks, ends = [], []
    for k, side in enumerate(sides):
        walk = waterfall_steps(side, row, order)
        for place, what in enumerate(labels):
            start, stop, value = walk[place]
            top = place - 0.16 + k * step
            blocks.append((top, top + step * 0.86, start, stop, side.family, side.title, what, format_number(value)))
        ends.append((len(labels) - 0.30 + k * 0.4, walk[-1][1], side.family, side.title, format_number(walk[-1][1])))
    data = style.chart_frame(["top", "bottom", "from", "to", "family", "title", "part", "value"], blocks)
    return _drawn_waterfall(data, ends, labels, unit, marks_of_sides(sides, palette), palette)


def _named(part: str, texts: Mapping[str, str]) -> str:
    return f"{truncated(part, 28)} = {truncated(texts[part], 18)}" if part in texts else truncated(part, LABEL)


def _drawn_waterfall(
    data: Any, ends: list[Any], labels: list[str], unit: str, own: ModelMarks, palette: Palette
) -> alt.LayerChart:
    count = len(labels)
    low, high = float(data[["c2", "c3"]].to_numpy().min()), float(data[["c2", "c3"]].to_numpy().max())
    pad = (high - low or 1.0) * 0.08
    domain = alt.Scale(domain=[low - pad, high + pad * 3], nice=False, zero=False)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[count + 0.6, -0.6], nice=False))
    x = alt.X(
        "c2:Q", axis=style.styled_axis(f"What the model says for this row, {unit}", palette, tickCount=6), scale=domain
    )
    colour = own.colour("c5")
    tip = [
        alt.Tooltip("c5:N", title="model"),
        alt.Tooltip("c6:N", title="column"),
        alt.Tooltip("c7:N", title="moves the answer by"),
    ]
    blocks = (
        alt.Chart(data)
        .mark_rect(cornerRadius=1)
        .encode(x=x, x2=alt.X2("c3:Q"), y=y, y2=alt.Y2("c1:Q"), color=colour, tooltip=tip)
    )
    # A rectangle of no width is drawn as nothing: the thin rule keeps every step visible.
    edges = (
        alt.Chart(data)
        .mark_rule(strokeWidth=1.5)
        .encode(x=alt.X("c3:Q", scale=domain), y=y, y2=alt.Y2("c1:Q"), color=colour)
    )
    names = style.chart_frame(["top", "name"], [(place - 0.37, name) for place, name in enumerate(labels)])
    words = alt.Chart(names).mark_text(align="left", fontSize=12.5, color=palette.ink)
    words = words.encode(x=alt.XValue(2), y=y, text=alt.Text("c1:N"))
    final = style.chart_frame(["place", "end", "family", "title", "said"], ends)
    marks = (
        alt.Chart(final)
        .mark_point(filled=True, size=130, opacity=1)
        .encode(x=alt.X("c1:Q", scale=domain), y=y, color=own.colour("c3"), shape=own.shape("c3"))
    )
    said = (
        alt.Chart(final)
        .mark_text(align="left", dx=10, fontSize=12.5, fontWeight=600)
        .encode(x=alt.X("c1:Q", scale=domain), y=y, text=alt.Text("c4:N"), color=own.colour("c3"))
    )
    return style.styled_chart(alt.layer(blocks, edges, words, marks, said), 60 * (count + 1) + 20)


def dependence_chart(
    sides: Sequence[AlignedExplanation], part: int, texts: Sequence[str], name: str, palette: Palette
) -> alt.LayerChart:
    """How one column's value moves both models' answers; words stand in code order with their text below.

    texts: (rows,) this column's values as text. name: the column's name, used as the axis title only.
    """
    numbers = [_float(text) for text in texts]
    words = sorted({text for text, value in zip(texts, numbers, strict=True) if value is None})
    wordy = len(words) > len(texts) / 2 or all(value is None for value in numbers)
    codes = {word: k for k, word in enumerate(sorted(set(texts)))}
    rows = []
    for side in sides:
        for k, text in enumerate(texts):
            at = codes[text] if wordy else numbers[k]
            if at is not None:
                rows.append((float(at), float(side.values[k, part]), side.family, side.title, truncated(text)))
    data = style.chart_frame(["value", "attribution", "family", "title", "text"], rows)
    low, high = min(row[1] for row in rows), max(row[1] for row in rows)
    reach = (high - low) or 1.0
    floor = low - reach * (0.22 if wordy else 0.06)
    ground = style.styled_axis(truncated(name), palette, tickCount=6, labels=not wordy)
    x = alt.X("c0:Q", axis=ground, scale=alt.Scale(zero=False, padding=30))
    scale = alt.Scale(domain=[floor, high + reach * 0.06], nice=False)
    y = alt.Y("c1:Q", axis=style.styled_axis("Moves the answer by", palette), scale=scale)
    tip = [
        alt.Tooltip("c3:N", title="model"),
        alt.Tooltip("c4:N", title="value"),
        alt.Tooltip("c1:Q", title="moves the answer by", format=".3f"),
    ]
    own = marks_of_sides(sides, palette)
    dots = alt.Chart(data).mark_point(filled=True, size=70, opacity=0.65)
    dots = dots.encode(x=x, y=y, color=own.colour("c3"), shape=own.shape("c3"), tooltip=tip)
    if not wordy:
        return style.styled_chart(alt.layer(dots), 300)
    marks = style.chart_frame(
        ["at", "floor", "word"], [(code, floor, truncated(word, 14)) for word, code in codes.items()]
    )
    text = alt.Chart(marks).mark_text(baseline="bottom", dy=-4, fontSize=12, color=palette.muted)
    return style.styled_chart(alt.layer(dots, text.encode(x=x, y=y, text=alt.Text("c2:N"))), 300)


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
