"""Try a forecast: drag the latest values, switch what is known ahead, and see the bands of both families move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.charts import chart_cache, forecast_charts
from pages.live import answers_view, polling
from pages.summaries import forecast_bands
from pages.ui import theme
from pages.ui.formatting import escape_markdown, format_number, md, truncated

DRAGGED, COVARIATES, ROOM = 6, 6, 0.5


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """Which series, its latest values as sliders, covariates known ahead, and the bands of the best of each family."""
    names, key = [str(name) for name in (contest.forecast or {}).get("names") or ()], contest.id
    count = max(1, int(session["items"]))
    left, right = st.columns([2, 5], gap="large")
    with left:
        row = st.selectbox(
            "Series", range(count), key=f"ask_item_{key}",
            format_func=lambda place: truncated(names[place] if place < len(names) else f"series {place + 1}", 48),
        )  # fmt: skip
        before = polling.first_answer(key, "forecast_before", {"kind": "item", "row": int(row)})
        if before is None:
            return
        window = before["shown"]["forecast"]
        question: dict[str, Any] = {"kind": "item", "row": int(row), **_dragged(window, f"{key}_{row}")}
        switched = _switched(window, f"{key}_{row}")
        if switched:
            question["covariates"] = switched
        if st.toggle("Explain a step", False, key=f"ask_why_{key}"):
            step = st.slider("Step ahead", 1, max(2, int(window["horizon"])), 1, key=f"ask_step_{key}")
            question |= {"explain": True, "step": min(int(step), int(window["horizon"])) - 1}
    with right:
        polling.draw_when_answered(key, "forecast", question, lambda answer: _answered(contest, answer, before))


def _dragged(window: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The latest values as the sliders stand; nothing where none was moved."""
    past = [None if one is None else float(one) for one in window["past"]]
    known = np.array([one for one in past if one is not None])
    if not len(known):
        return {}
    low, high = float(min(0.0, known.min())), float(known.max())
    room = ROOM * ((high - low) or 1.0)
    low, high = (low - room if low < 0 else 0.0), high + room
    fine = (high - low) / 200
    latest, times = past[-DRAGGED:], window["times"][: len(past)][-DRAGGED:]
    st.caption("Latest values: drag them")
    values = [
        st.slider(md(time), low, high, float(known[-1]) if one is None else one, fine, format="%.4g",
                  key=f"ask_last_{place}_{key}")
        for place, (time, one) in enumerate(zip(times, latest, strict=True))
    ]  # fmt: skip
    start = [float(known[-1]) if one is None else one for one in latest]
    if all(abs(value - one) <= 0.51 * fine for value, one in zip(values, start, strict=True)):
        return {}
    return {
        "last": [
            old if abs(value - one) <= 0.51 * fine else value
            for value, one, old in zip(values, start, latest, strict=True)
        ]
    }


def _switched(window: Mapping[str, Any], key: str) -> dict[str, list[float | None]]:
    """Covariates known ahead whose future was changed; one of two values is switched step by step."""
    changed: dict[str, list[float | None]] = {}
    steps = int(window["horizon"])
    for place, (name, told) in enumerate(list(window["covariates"].items())[:COVARIATES]):
        ahead = list(told["ahead"])
        seen = sorted({one for one in (*told["past"], *ahead) if one is not None})
        if len(seen) < 2:
            continue
        label = escape_markdown(truncated(name, 40))
        if len(seen) == 2:
            given = [step for step in range(steps) if ahead[step] == seen[1]]
            times = window["times"][-steps:]
            on = st.pills(
                f"{label} is {md(format_number(seen[1]))} at", range(steps), selection_mode="multi", default=given,
                format_func=lambda step, times=times: md(times[step]), key=f"ask_switch_{place}_{key}",
            )  # fmt: skip
            wanted = [seen[1] if step in on else seen[0] for step in range(steps)]
            # Steps whose value is unknown stay so until something is switched.
            if sorted(on) != given:
                changed[name] = wanted
        else:
            there = [one for one in ahead if one is not None] or seen
            usual = float(np.mean(there))
            value = st.slider(
                f"{label}, all steps ahead", float(seen[0]), float(seen[-1]), usual, format="%.4g",
                key=f"ask_level_{place}_{key}", help="Until it is moved, each step has the value of the data.",
            )  # fmt: skip
            if abs(value - usual) > 0.011 * (seen[-1] - seen[0]):
                changed[name] = [float(value)] * steps
    return changed


def _answered(contest: Contest, answer: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    there, then = answers_view.answers_by_contestant(answer), answers_view.answers_by_contestant(before)
    drawn = [run for run in forecast_bands.drawn_runs(contest) if "bands" in there.get(run.contestant, {})]
    window = answer["shown"]["forecast"]
    bands = {(run.family, run.title): there[run.contestant]["bands"][0] for run in drawn}
    picture = forecast_bands.live_picture(window, bands)
    chart = forecast_charts.series_chart(picture, theme.current_palette())
    st.altair_chart(
        chart, alt="The latest values with the bands of each family", height=chart_cache.chart_height(chart)
    )
    named = ", ".join(f"{run.title} ({theme.FAMILY_TITLES[run.family].lower()})" for run in drawn)
    st.caption(md(f"Ink: the past as set. Lines and 80 % bands: {named}, the best of each family."))
    table = pd.DataFrame([_row(one, then.get(key)) for key, one in there.items()])
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in table.columns[1:]}
    alt = "Forecasts of every model, before and after the change"
    st.dataframe(table, hide_index=True, height="content", column_config=numbers, alt=alt)
    if any("explanation" in one for one in there.values()) or answer.get("question", {}).get("explain"):
        answers_view.draw_answers(contest, answer, before)


def _row(one: Mapping[str, Any], then: Mapping[str, Any] | None) -> dict[str, object]:
    """Sum of the medians and mean width of the 80 % band, now and as recorded."""
    now, old = _figures(one), _figures(then or {})
    return {
        "Model": one["title"], "Sum of the medians": _rounded(now[0]),
        "change": None if now[0] is None or old[0] is None else _rounded(now[0] - old[0]),
        "80 % band, mean width": _rounded(now[1]),
        "change of width": None if now[1] is None or old[1] is None else _rounded(now[1] - old[1]),
    }  # fmt: skip


def _figures(one: Mapping[str, Any]) -> Sequence[float | None]:
    if not one.get("bands"):
        return (None, None)
    bands = np.asarray(one["bands"][0], dtype=float)
    return float(bands[:, 2].sum()), float((bands[:, 3] - bands[:, 1]).mean())


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
