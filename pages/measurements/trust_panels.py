"""Whether an answer can be trusted: shuffled answers, disagreeing equals, damage, shift, and knowing one's limits."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend import contest_verdicts
from pages.charts import chart_cache, curves
from pages.measurements import generic_panel, measurement_summary
from pages.measurements.learning_panels import SKILL, WORST
from pages.ui import alerts
from pages.ui.formatting import format_number, format_percent, format_points, literal, md

MOST_ROWS = 20


def draw_shuffled_targets(contest: Contest, key_prefix: str) -> None:
    """Skill on shuffled answers: an interval above zero is an alarm."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        generic_panel.draw_values(contest, "canary", reference=0.0)
    with right:
        for run in measurement_summary.runs_with_values(contest, "canary"):
            detail = run.readings["canary"].detail
            if detail.get("alarm"):
                alerts.draw_alert(
                    "danger", str(detail.get("because", "")), "Look for a column or a group that carries the answer."
                )
            else:
                st.text(literal(f"✓ {detail.get('because', run.title)}"))


def draw_predictive_multiplicity(contest: Contest, key_prefix: str) -> None:
    """Equals that answer differently, and one contestant under other seeds: the share of rows and those rows."""
    st.markdown("**Between equally good contestants**")
    _between(contest)
    st.markdown("**Within one contestant, under five seeds**")
    if measurement_summary.runs_with_values(contest, "multiplicity"):
        _within(contest)
    elif not measurement_summary.runs_with_reading(contest, "multiplicity"):
        st.caption("Not measured yet: its button fits every contestant five times more.")


def _between(contest: Contest) -> None:
    found = contest_verdicts.measure_disagreement(contest)
    if found.get("share") is None:
        st.text(literal(f"Nothing to compare: {found.get('reason')}."))
        return
    titles = {run.contestant: run.title for run in contest.runs}
    names = [titles.get(key, key) for key in found["contestants"]]
    st.text(
        literal(
            f"{', '.join(names[:-1])} and {names[-1]} are within {format_points(contest.plan.margin)} points of "
            "the best, "
            f"yet they do not all agree on {format_percent(found['share'])} of the {found['n']:,} test rows "
            f"({format_percent(found['low'])} to {format_percent(found['high'])}). For those rows the choice of "
            "the model is the "
            "answer."
        )
    )
    pairs = [
        [" and ".join(titles.get(key, key) for key in pair.split("|")), format_percent(share)]
        for pair, share in sorted(found["pairs"].items(), key=lambda entry: -entry[1])
    ]
    st.dataframe(
        pd.DataFrame(pairs, columns=["Pair", "Rows answered differently"]), hide_index=True, height="content",
        alt="Disagreement of every pair",
    )  # fmt: skip
    _rows("Most contested rows, by their number in the prepared data", found["rows"])


def _within(contest: Contest) -> None:
    lines = []
    for run in measurement_summary.runs_with_values(contest, "multiplicity"):
        reading = run.readings["multiplicity"]
        skills = measurement_summary.finite_values(reading.detail.get("skills", ()))
        spread = f"{format_points(min(skills))} to {format_points(max(skills))}" if skills else ""
        lines.append(
            [
                run.title,
                format_percent(measurement_summary.finite_mean(reading.values)),
                format_percent(reading.detail.get("share_contested")),
                spread,
            ]
        )
    columns = ["", "Changes with the seed", "Rows not all five agree on", "Skill over the seeds"]
    st.dataframe(
        pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="Disagreement under seeds"
    )
    for run in measurement_summary.runs_with_values(contest, "multiplicity"):
        rows = run.readings["multiplicity"].detail.get("rows", ())
        _rows(f"{run.title}: rows decided by the seed, by their place among the test rows", rows)


def _rows(title: str, rows: object) -> None:
    listed = [str(row) for row in rows] if isinstance(rows, list | tuple) else []
    if listed:
        more = f" and {len(listed) - MOST_ROWS} more" if len(listed) > MOST_ROWS else ""
        st.text(literal(f"{title}: {', '.join(listed[:MOST_ROWS])}{more}."))


def draw_corruption(contest: Contest, key_prefix: str) -> None:
    """One small chart a kind of damage, and the skill lost on average."""
    kinds: dict[str, list[curves.CurvePoint]] = {}
    for run in measurement_summary.runs_with_reading(contest, "corruption"):
        reading = run.readings["corruption"]
        for kind, steps in dict(reading.detail.get("curves", {})).items():
            found = measurement_summary.curve_points(
                run, [(one["level"], one["skills"]) for one in steps], measurement_summary.fold_correlation(reading)
            )
            kinds.setdefault(str(kind), []).extend(found)
    there = [(kind, found) for kind, found in kinds.items() if found]
    for first in range(0, len(there), 2):
        for column, (kind, found) in zip(st.columns(2, gap="large"), there[first : first + 2], strict=False):
            with column:
                st.markdown(f"**{md(kind.capitalize())}**")
                axes = curves.Axes("Level of damage (0 = none, 1 = strong)", SKILL, floor=WORST)
                chart_cache.cached_chart_of_values(
                    curves.line_chart, found, axes, height=240, alt="Skill against the level of damage"
                )
    left, _ = st.columns([3, 2], gap="large")
    with left:
        generic_panel.draw_values(contest, "corruption", reference=0.0)


def draw_distribution_shift(contest: Contest, key_prefix: str) -> None:
    """Skill here and there, and what is lost with its interval."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        generic_panel.draw_values(contest, "shift", reference=0.0)
    with right:
        lines, by = [], ""
        for run in measurement_summary.runs_with_values(contest, "shift"):
            detail = run.readings["shift"].detail
            by = str(detail.get("by", by))
            lines.append(
                [
                    run.title,
                    *(
                        format_points(measurement_summary.finite_mean(detail.get(side, ())))
                        for side in ("here", "there")
                    ),
                ]
            )
        st.text(literal(f"The rows were set apart by {by or 'an unknown rule'}."))
        columns = ["Skill, points", "Rows like the training rows", "Shifted rows"]
        st.dataframe(
            pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="Skill here and there"
        )


def draw_selective_prediction(contest: Contest, key_prefix: str) -> None:
    """How well doubt finds errors, what deferring buys, and whether strangers meet doubt."""
    points_: list[curves.CurvePoint] = []
    for run in measurement_summary.runs_with_reading(contest, "unknowns"):
        reading = run.readings["unknowns"]
        steps = [
            (100 * one["answered"], [100 * share for share in measurement_summary.finite_values(one["accuracy"])])
            for one in reading.detail.get("deferral", ())
        ]
        points_ += measurement_summary.curve_points(run, steps, measurement_summary.fold_correlation(reading))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Leaving the least sure answers to a person**")
        if points_:
            axes = curves.Axes("Answers given, % of the rows (the surest first)", "Right among them, %")
            chart_cache.cached_chart_of_values(
                curves.line_chart, points_, axes, alt="Accuracy against the share answered"
            )
    with right:
        st.markdown("**Does doubt point at the errors?** 50 is blind, 100 finds every one first")
        generic_panel.draw_values(contest, "unknowns", reference=50.0)
        for run in measurement_summary.runs_with_reading(contest, "unknowns"):
            strangers = measurement_summary.finite_mean(run.readings["unknowns"].detail.get("strangers", ()))
            if strangers is not None:
                st.text(literal(f"{run.title}: badly damaged rows meet more doubt with AUC x 100 of {strangers:.0f}."))


def draw_prompt_calibration(contest: Contest, key_prefix: str) -> None:
    """What calibration adds to a prompt, and what would be answered without it."""
    left, right = st.columns(2, gap="large")
    with left:
        generic_panel.draw_values(contest, "prompt_calibration", reference=0.0)
    with right:
        for run in measurement_summary.runs_with_reading(contest, "prompt_calibration"):
            detail = run.readings["prompt_calibration"].detail
            lines = [[str(way), format_number(share)] for way, share in dict(detail.get("right, %") or {}).items()]
            if lines:
                frame = pd.DataFrame(lines, columns=["way", "right, %"])
                st.dataframe(frame, hide_index=True, height="content", alt="Right answers by way of calibration")
            if favourite := detail.get("answered most without calibration"):
                st.text(literal(f"{run.title}, answered most without calibration: {favourite} of the rows."))
                st.text(literal(detail.get("peeks", "")))
