"""A use case's own study and its further contests: tables, lines, bars, texts, pictures and animations as declared."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.charts import chart_cache, curves, intervals, study_charts
from pages.components import blind_quiz, family_game
from pages.measurements import generic_panel, measurement_summary
from pages.ui import session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import literal, md, truncated

KINDS = ("line", "bar")
ACROSS = 6
SIDE = 112
TICK = 0.4
MOMENTS = 60


@error_boundary
def draw_study(contest: Contest) -> None:
    """Draws what a played use case found beyond its contest; nothing where there is nothing."""
    study = dict(contest.study or {})
    sections = list(study.get("sections") or ())
    parts = [*contest.parts, *(study.get("parts") or ())]
    if not sections and not parts:
        return
    st.header("Robustness tests for this use case", anchor=False)
    for number, together in enumerate(group_sections(sections)):
        with st.container(border=True):
            draw_section(_switched(together, number), f"use_{number}")
    for part in parts:
        with st.container(border=True):
            _part(part)


def group_sections(sections: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Sections in order; those that share a switch stand together in the place of the first of them."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for number, one in enumerate(sections):
        switch = one.get("switch") or ()
        found.setdefault(str(switch[0]) if len(switch) == 2 else f"\0{number}", []).append(one)
    return list(found.values())


def _switched(together: Sequence[Mapping[str, Any]], number: int) -> Mapping[str, Any]:
    """The section that the visitor's switch picks; the only one where there is nothing to switch."""
    if len(together) < 2:
        return together[0]
    choices = [str(one["switch"][1]) for one in together]
    picked = st.segmented_control(
        "Which", range(len(choices)), default=0, format_func=lambda k: md(choices[k]), required=True,
        key=f"switch_{number}", label_visibility="collapsed",
    )  # fmt: skip
    return together[int(picked)]


def draw_section(section: Mapping[str, Any], key_prefix: str) -> None:
    """One piece of a study; a kind that is not known here is shown as its plain numbers."""
    st.markdown(f"**{md(section.get('title', ''))}**")
    if section.get("about"):
        st.text(literal(section["about"]))
    draw = SECTION_RENDERERS.get(str(section.get("kind")))
    if draw is None or not section.get("rows"):
        generic_panel.draw_nested({key: value for key, value in section.items() if key not in ("title", "about")})
    else:
        draw(section, key_prefix)


def _table(section: Mapping[str, Any], key_prefix: str) -> None:
    rows = [[generic_panel.format_cell(value) for value in row] for row in section["rows"]]
    frame = pd.DataFrame(rows, columns=[str(name) for name in section.get("columns") or range(len(rows[0]))])
    st.dataframe(frame, hide_index=True, height="content" if len(frame) <= 12 else 420, alt="A table of this study")


def _line(section: Mapping[str, Any], key_prefix: str) -> None:
    if any(not _real(row.get("x")) for row in section["rows"]):
        _bar(section, key_prefix)
        return
    points: list[curves.CurvePoint] = [
        curves.CurvePoint(str(row.get("series", "")), str(row.get("family", "")), float(row["x"]), float(row["y"]),
         *(float(row[edge]) if _real(row.get(edge)) else None for edge in ("low", "high")))
        for row in section["rows"] if _real(row.get("y"))
    ]  # fmt: skip
    if not points:
        generic_panel.draw_nested(section["rows"])
        return
    values = [point[2] for point in points]
    above = [value for value in values if value > 0]
    log = min(values) >= 0 and bool(above) and max(above) > 20 * min(above)
    axes = curves.Axes(str(section.get("x_title", "")), str(section.get("y_title", "")), log_x=log)
    chart_cache.cached_chart_of_values(curves.line_chart, points, axes, height=340, alt="Lines of this study")


def _bar(section: Mapping[str, Any], key_prefix: str) -> None:
    titles = str(section.get("x_title", "")), str(section.get("y_title", ""))
    chart_cache.cached_chart_of_values(study_charts.bar_chart, section["rows"], titles, alt="Bars of this study")


def _text(section: Mapping[str, Any], key_prefix: str) -> None:
    blind = bool(section.get("blind")) and not st.toggle("Show who wrote which", key=f"{key_prefix}_names")
    rows = list(section["rows"])
    if section.get("blind"):
        # In the order told the author would always come first, and blind it would not be.
        rows.sort(key=lambda row: hashlib.sha256(str(row.get("text", "")).encode("utf-8", "replace")).digest())
    for number, row in enumerate(rows):
        with st.container(border=True, gap="small"):
            st.caption(md(f"Text {number + 1}" if blind else row.get("title", "")))
            st.text(literal(row.get("text", ""), 4_000))


def _pictures(section: Mapping[str, Any], key_prefix: str) -> None:
    rows = section["rows"]
    groups = dict.fromkeys(str(row.get("title", "")) for row in rows)
    for title in groups:
        st.caption(md(title))
        pictures = [blind_quiz.enlarge_pixels(row["picture"]) for row in rows if str(row.get("title", "")) == title]
        with st.container(horizontal=True, gap="small"):
            for picture in pictures[: 2 * ACROSS]:
                st.image(picture, width=SIDE, alt="A picture of this study")


@error_boundary
def _frames(section: Mapping[str, Any], key_prefix: str) -> None:
    rows = [row for row in section["rows"] if row.get("frames") and len(row["frames"][0]) >= 2]
    if not rows:
        generic_panel.draw_nested(section["rows"])
        return
    playing = st.toggle("Play", key=f"{key_prefix}_play")
    st.fragment(_moment, run_every=TICK if playing else None)(section, rows, key_prefix, playing)


@error_boundary
def _moment(section: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], key_prefix: str, playing: bool) -> None:
    """One moment of an animation; while it plays, each drawing is a few steps on from the last."""
    last = max(1, max(len(row["frames"]) for row in rows) - 1)
    key = f"{key_prefix}_step"
    if playing:
        session_state.put(key, (int(str(session_state.get(key, 0))) + max(1, last // MOMENTS)) % (last + 1))
    at = st.slider("Step", 0, last, key=key)
    draw = study_charts.cart_chart if "cart" in str(section.get("scene", "")) else study_charts.step_chart
    chart_cache.cached_chart_of_values(draw, rows, at, alt="Where each stands at this step")
    if isinstance(section.get("tick"), int | float):
        st.caption(f"{at * section['tick']:.1f} seconds in; a pole that no longer moves has fallen.")


def _part(part: Mapping[str, Any]) -> None:
    st.markdown(f"**{md('The same use on other data')}**")
    st.text(literal(part.get("title", "")))
    found = []
    for run in part.get("runs", ()):
        said = measurement_summary.mean_interval(run.get("skill", ()), 0.25)
        if said is not None and run.get("family") != "chance":
            values = tuple(measurement_summary.finite_values(run["skill"]))
            found.append(
                intervals.IntervalRow(truncated(run.get("title", "")), str(run.get("family", "")), values, *said)
            )
        if run.get("trouble"):
            st.text(literal(f"{run.get('title', '')} did not finish: {run['trouble']}"))
    if found:
        alt = "Skill of every contestant on this part"
        chart_cache.cached_chart_of_values(
            intervals.interval_chart, found, "Skill, points (0 = guessing)", reference=0.0, alt=alt
        )
    for one in part.get("comparisons", ()):
        if one.get("because"):
            st.text(literal(one["because"]))


def _real(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


SECTION_RENDERERS: dict[str, Callable[[Mapping[str, Any], str], None]] = {
    "table": _table,
    "line": _line,
    "bar": _bar,
    "text": _text,
    "guess": blind_quiz.draw_quiz,
    "families": family_game.draw_game,
    "pictures": _pictures,
    "frames": _frames,
}
