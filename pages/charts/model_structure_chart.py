"""What was trained, drawn: the layers of a network as bars joined by bands, and a tree with its questions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from pages.charts import style
from pages.ui.theme import Palette

TALLEST = 300
MOST_LAYERS = 14
NAME = 16


def network_chart(layers: Sequence[Mapping[str, Any]], family: str, palette: Palette) -> alt.LayerChart:
    """One column a weight matrix: as tall as it has outputs (logarithmic), joined in the order of computation.

    layers: [{"name", "inputs", "outputs", "weights"}], the first ``MOST_LAYERS`` are drawn.
    """
    shown = list(layers)[:MOST_LAYERS]
    rows: list[tuple[Any, ...]] = []
    for place, one in enumerate(shown):
        half = _half_width(one["outputs"])
        said = f"{one['name']}: {one['inputs']:,} to {one['outputs']:,}"
        rows.append((place, -half, half, said, f"{one['weights']:,} weights", f"{one['outputs']:,}"))
    data = style.chart_frame(["place", "low", "high", "layer", "weights", "outputs"], rows)
    quiet = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    x = alt.X("c0:Q", axis=quiet, scale=alt.Scale(domain=[-0.5, max(1, len(shown)) - 0.5]))
    tip = [alt.Tooltip("c3:N", title="layer"), alt.Tooltip("c4:N", title="holds")]
    colour = palette.families[family]
    base = alt.Chart(data)
    y, y2 = alt.Y("c1:Q", axis=quiet), alt.Y2("c2:Q")
    band = base.mark_area(opacity=0.25, color=colour, interpolate="monotone").encode(x=x, y=y, y2=y2)
    bars = base.mark_bar(size=14, color=colour, cornerRadius=3).encode(x=x, y=y, y2=y2, tooltip=tip)
    words = base.mark_text(dy=-8, fontSize=11, color=palette.ink).encode(
        x=x, y=alt.Y("c2:Q", axis=quiet), text=alt.Text("c5:N")
    )
    return style.styled_chart(alt.layer(band, bars, words), 220)


def _half_width(outputs: int) -> float:
    return 0.15 + math.log10(max(1, outputs))


def tree_chart(nodes: Sequence[Mapping[str, Any]], family: str, palette: Palette) -> alt.LayerChart:
    """A tree from its root down: a question at each split, what is added to the answer at each leaf.

    nodes: [{"node", "parent", "side", "column", "below", "leaf"}], the root first.
    """
    places = _places(nodes)
    deepest = max(down for _, down in places.values())
    dots: list[tuple[Any, ...]] = []
    edges: list[tuple[Any, ...]] = []
    for one in nodes:
        across, down = places[one["node"]]
        leaf = one["leaf"] is not None
        said = f"adds {one['leaf']:+.3g}" if leaf else f"{one['column']} below {one['below']:.3g}?"
        short = f"{one['leaf']:+.2g}" if leaf else str(one["column"])[:NAME]
        # Lower rows are too crowded for words; the tooltip has them.
        dots.append((across, -down, said, short if down < 3 or deepest < 4 else "", "leaf" if leaf else "split"))
        if one["parent"] is not None:
            before = places[one["parent"]]
            edges.append((before[0], -before[1], across, -down))
    quiet = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    x = alt.X("c0:Q", axis=quiet, scale=alt.Scale(padding=24))
    y = alt.Y("c1:Q", axis=quiet, scale=alt.Scale(padding=14))
    drawn = alt.Chart(style.chart_frame(["x", "y", "question", "short", "kind"], dots))
    shape = alt.Shape("c4:N", scale=alt.Scale(domain=["split", "leaf"], range=["circle", "square"]), legend=None)
    marks = drawn.mark_point(filled=True, size=110, opacity=1, color=palette.families[family]).encode(
        x=x, y=y, shape=shape, tooltip=[alt.Tooltip("c2:N", title="asks or adds")]
    )
    words = drawn.mark_text(dy=-12, fontSize=10, color=palette.ink).encode(x=x, y=y, text=alt.Text("c3:N"))
    lines = alt.Chart(style.chart_frame(["x", "y", "x2", "y2"], edges)).mark_rule(color=palette.muted, opacity=0.7)
    joined = lines.encode(
        x=alt.X("c0:Q", axis=quiet), y=alt.Y("c1:Q", axis=quiet), x2=alt.X2("c2:Q"), y2=alt.Y2("c3:Q")
    )
    return style.styled_chart(alt.layer(joined, marks, words), TALLEST)


def _places(nodes: Sequence[Mapping[str, Any]]) -> dict[int, tuple[float, int]]:
    """node -> (across, depth): leaves side by side, a parent above the middle of its children."""
    below: dict[int, list[int]] = {}
    depth: dict[int, int] = {}
    for one in nodes:
        depth[one["node"]] = 0 if one["parent"] is None else depth[one["parent"]] + 1
        if one["parent"] is not None:
            below.setdefault(one["parent"], []).append(one["node"])
    across: dict[int, float] = {}
    counted = 0

    def settle(node: int) -> float:
        nonlocal counted
        children = below.get(node, [])
        if children:
            across[node] = sum(settle(child) for child in children) / len(children)
        else:
            across[node] = float(counted)
            counted += 1
        return across[node]

    settle(nodes[0]["node"])
    return {node: (across[node], depth[node]) for node in depth}
