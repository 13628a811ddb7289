"""What a covariate does to a forecast over the horizon, one line a model."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.schema import Contest, JsonObject, Run
from pages.charts import chart_cache, curves
from pages.charts.curves import Axes, CurvePoint
from pages.ui.formatting import escape_markdown, format_number, md, truncated


def draw_effects(contest: Contest, chosen: Sequence[Run]) -> None:
    """A covariate to choose, and the change of each model's median at every step when it goes from low to high."""
    if contest.task.kind != "forecast":
        return
    told = {run.contestant: _effects(run) for run in chosen}
    names = list(dict.fromkeys(str(one["name"]) for effects in told.values() for one in effects))
    st.header("Effect of a covariate over the horizon", anchor=False)
    if not names:
        st.caption("These series have no covariate that varies, or this run kept no effects.")
        return
    place = st.selectbox(
        "Covariate", range(len(names)), format_func=lambda at: truncated(names[at], 40), key=f"effect_{contest.id}"
    )
    name = names[int(place)]
    kept = [(run, one) for run in chosen for one in told[run.contestant] if one["name"] == name]
    points = [
        CurvePoint(run.title, run.family, step + 1, float(change))
        for run, one in kept
        for step, change in enumerate(one["change"])
    ]
    axes = Axes("steps ahead", "change of the median, in the target's unit")
    chart_cache.cached_chart_of(
        contest, lambda ink: curves.line_chart(points, axes, ink, 220),
        "Change of the median at each step ahead when the covariate goes from low to high",
        ("effect", name, tuple(run.contestant for run, _ in kept)),
    )  # fmt: skip
    first = kept[0][1]
    when = "at every step ahead" if first["known"] else "over the latest steps of the past"
    st.caption(
        f"{escape_markdown(truncated(name, 40))} from {md(format_number(float(first['low'])))} to "
        f"{md(format_number(float(first['high'])))} {when}; all else stays. Mean over the explained windows."
    )


def _effects(run: Run) -> list[JsonObject]:
    return list((run.explanation or {}).get("effects") or ())
