"""The trained things side by side: their sizes in one table, a drawn network beside a drawn tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.charts import chart_cache, model_structure_chart
from pages.measurements import measurement_summary
from pages.ui.formatting import MISSING, md

FACTS = (
    ("parameters", "Parameters"),
    ("layers", "Weight layers"),
    ("multiply_adds", "Multiply-adds per answer"),
    ("trees", "Trees"),
    ("leaves", "Leaves"),
    ("depth", "Deepest tree"),
    ("comparisons", "Comparisons per answer"),
    ("coefficients", "Coefficients"),
    ("support_vectors", "Support vectors"),
)


def draw_panel(contest: Contest, key_prefix: str) -> None:
    """Sizes of everything that was trained, then one network and one tree as they are."""
    runs = [run for run in measurement_summary.runs_with_reading(contest, "parameters") if run.family != "chance"]
    lines = [[title, *(_written(_detail(run), key) for run in runs)] for key, title in FACTS]
    lines = [line for line in lines if any(cell != MISSING for cell in line[1:])]
    frame = pd.DataFrame(lines, columns=["", *(run.title for run in runs)])
    st.dataframe(frame, hide_index=True, height="content", alt="Structure of every model")
    left, right = st.columns(2, gap="large")
    with left:
        _network(next((run for run in runs if _detail(run).get("drawn_layers")), None))
    with right:
        planted = [run for run in runs if _detail(run).get("tree")]
        _tree(next((run for run in planted if run.family == "classical"), planted[0] if planted else None))


def _detail(run: Run) -> Mapping[str, Any]:
    return run.readings["parameters"].detail


def _written(detail: Mapping[str, Any], key: str) -> str:
    found = detail.get(key)
    if isinstance(found, Sequence) and not isinstance(found, str):
        found = len(found)
    elif key == "layers" and found is None:
        found = len(detail.get("drawn_layers") or ()) or None
    return f"{round(found):,}" if isinstance(found, int | float) else MISSING


def _network(run: Run | None) -> None:
    if run is None:
        st.caption("No network with weight matrices was trained here.")
        return
    layers = list(_detail(run)["drawn_layers"])
    st.markdown(f"**{md(run.title)}**")
    chart_cache.cached_chart_of_values(
        model_structure_chart.network_chart,
        layers,
        run.family,
        alt="The layers of the network, as tall as they are wide",
    )
    more = len(layers) - model_structure_chart.MOST_LAYERS
    rest = f" {more} more are not drawn." if more > 0 else ""
    st.caption(md(f"Each bar is a weight matrix, as tall as its outputs (logarithmic).{rest}"))


def _tree(run: Run | None) -> None:
    if run is None:
        st.caption("No boosted trees were trained here.")
        return
    count = _detail(run).get("trees")
    st.markdown(f"**{md(run.title)}, the first of {count:,} trees**" if count else md(run.title))
    chart_cache.cached_chart_of_values(
        model_structure_chart.tree_chart,
        list(_detail(run)["tree"]),
        run.family,
        alt="The first tree, from its root down",
    )
    st.caption("Circles ask (yes goes left), squares add to the answer; drawn down to depth 4.")
