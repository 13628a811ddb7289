"""The race while it runs: mean skill so far against the CPU-seconds each contestant has spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from pages.parts.charts import style
from pages.parts.palette import Palette

Lane = tuple[str, str]


def course(events: Sequence[Mapping[str, Any]], lanes: Mapping[str, Lane]) -> list[tuple[Any, ...]]:
    """Running means out of the fold events: (title, family, CPU-seconds, mean skill so far, folds done, last?).

    lanes: contestant key -> (title, family). Folds without a score are skipped.
    """
    sums: dict[str, list[float]] = {}
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for event in events:
        key = event.get("contestant")
        if event.get("stage") != "fold" or key not in lanes or event.get("score") is None:
            continue
        title, family = lanes[key]
        done = sums.setdefault(key, [])
        done.append(float(event["score"]))
        spent = float(event.get("cpu_seconds") or 0.0)
        rows.setdefault(key, []).append((title, family, spent, sum(done) / len(done), len(done)))
    return [(*row, k == len(lane) - 1) for lane in rows.values() for k, row in enumerate(lane)]


def chart(rows: Sequence[tuple[Any, ...]], palette: Palette) -> alt.LayerChart:
    """Lines of running means on a logarithmic clock; the name rides on the last point."""
    shown = [(*row[:2], max(row[2], 0.01), *row[3:]) for row in rows]
    data = style.frame(["title", "family", "cpu", "mean", "folds", "last"], shown)
    highest = max(row[2] for row in shown)
    lowest = min(row[2] for row in shown)
    domain = [lowest / 1.6, highest * 8]
    ticks = style.axis("CPU-seconds spent on training so far", palette, format="~g", values=style.decades(*domain))
    x = alt.X("c2:Q", axis=ticks, scale=alt.Scale(type="log", domain=domain, nice=False))
    y = alt.Y("c3:Q", axis=style.axis("Skill so far, points", palette), scale=alt.Scale(zero=True, padding=12))
    colour = style.family_colour("c1", palette)
    tip = [
        alt.Tooltip("c0:N", title="contestant"),
        alt.Tooltip("c2:Q", title="CPU-seconds", format=".2f"),
        alt.Tooltip("c3:Q", title="mean skill so far", format=".1f"),
        alt.Tooltip("c4:Q", title="folds done"),
    ]
    base = alt.Chart(data)
    line = base.mark_line(strokeWidth=2.5, opacity=0.8).encode(x=x, y=y, color=colour, detail="c0:N")
    dots = base.mark_circle(size=60, opacity=0.9).encode(x=x, y=y, color=colour, tooltip=tip)
    last = base.transform_filter("datum.c5")
    names = last.mark_text(align="left", dx=9, fontSize=13, fontWeight=600)
    names = names.encode(x=x, y=y, text="c0:N", color=colour)
    return style.finish(alt.layer(line, dots, names), 300)
