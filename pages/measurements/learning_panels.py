"""Curves over rows, labels, seconds and depth: data appetite, few labels, growth of time, anytime, and depth."""

from __future__ import annotations

import math
from statistics import fmean

import pandas as pd
import streamlit as st

from core.schema import ZERO_LABELS, Contest, Run
from pages.backend import contest_verdicts
from pages.backend.uncertainty_estimates import INTERVAL
from pages.charts import chart_cache, curves, measurement_charts
from pages.measurements import generic_panel, measurement_summary
from pages.ui import alerts
from pages.ui.formatting import format_number, format_seconds, literal, md

SKILL = "Skill, points (0 = guessing)"
WORST = -30.0
THINNED = 80
LEVEL_AT = (1, 2, 5, 10, 50)
# Both networks of the study of unlabelled rows: key in the detail, title, family whose colour it takes.
ARMS = (("pretrained", "Unlabelled rows first", "deep"), ("scratch", "From scratch", ""))


def draw_learning_curves(contest: Contest, key_prefix: str) -> None:
    """Learning curves with their extrapolation, and the crossovers in words."""
    found = contest_verdicts.compare_learning_curves(contest)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if found["curves"]:
            chart_cache.cached_chart_of(
                contest,
                lambda ink: measurement_charts.learning_curve_chart(found, ink),
                "Skill as the number of rows grows",
                "appetite",
            )
            st.caption(f"Dots: measured, mean of five cuts. Lines, bands: fitted laws, {md(INTERVAL)}, extrapolated.")
    with right:
        for crossing in found["crossovers"]:
            st.text(literal(crossing["because"]))
        _saved(contest, "learning_curve")
        for curve in found["curves"]:
            if curve["caution"]:
                alerts.draw_alert("warning", curve["caution"], heading="Read with care")
        titles = {run.contestant: run.title for run in contest.runs}
        for key, reason in found["reasons"].items():
            st.text(literal(f"{titles.get(key, key)} has no curve: {reason}"))


def draw_few_shot(contest: Contest, key_prefix: str) -> None:
    """Skill against labels per class; the judged value is that at ten labels."""
    points: list[curves.CurvePoint] = []
    prompted = False
    for run in measurement_summary.runs_with_reading(contest, "few_shot"):
        reading = run.readings["few_shot"]
        steps = [(one["labels"], one["skills"]) for one in reading.detail.get("curve", ())]
        if reading.detail.get(ZERO_LABELS):
            # No logarithmic axis has a place for 0: what needs no label is a level line.
            prompted, steps = True, [(count, skills) for _, skills in steps for count in LEVEL_AT]
        points += measurement_summary.curve_points(run, steps, measurement_summary.fold_correlation(reading))
    left, right = st.columns([3, 2], gap="large")
    with left:
        if points:
            unit = "Labels per class" if contest.task.kind == "classification" else "Rows with an answer"
            axes = curves.Axes(unit, SKILL, log_x=True, floor=WORST)
            chart_cache.cached_chart_of_values(
                curves.line_chart, points, axes, alt="Skill against the number of labels"
            )
        if prompted:
            st.caption("The prompted language model is shown no label: its line is level.")
    with right:
        st.markdown("**At ten labels per class**" if contest.task.kind == "classification" else "**At ten rows**")
        generic_panel.draw_values(contest, "few_shot", reference=0.0)
        _saved(contest, "few_shot")
        for words in contest_verdicts.prompt_worth_in_labels(contest):
            st.text(literal(words))
        heard = {str(word) for run in measurement_summary.runs_with_reading(contest, "few_shot")
                 for word in run.readings["few_shot"].detail.get("troubles", ())}  # fmt: skip
        for word in sorted(heard)[:3]:
            st.text(literal(f"Refused (counted as 0): {word}"))


def draw_unlabelled_rows(contest: Contest, key_prefix: str) -> None:
    """Skill against labels of a network that learnt from rows without labels first, and of itself from scratch."""
    runs = measurement_summary.runs_with_values(contest, "unlabelled_rows")
    if not runs:
        return
    reading = runs[0].readings["unlabelled_rows"]
    detail, rho = reading.detail, measurement_summary.fold_correlation(reading)
    points = [
        curves.CurvePoint(title, family, float(one["labels"]), *said)
        for arm, title, family in ARMS
        for one in dict(detail.get("curves", {})).get(arm, ())
        if (said := measurement_summary.mean_interval(one["skills"], rho)) is not None
    ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        axes = curves.Axes("Labels per class", SKILL, log_x=True, floor=WORST)
        chart_cache.cached_chart_of_values(
            curves.line_chart, points, axes, alt="Skill against labels, with and without unlabelled rows"
        )
    with right:
        st.text(literal(str(detail.get("because", ""))))
        generic_panel.draw_values(contest, "unlabelled_rows", reference=0.0)
        spent = measurement_summary.finite_mean(detail.get("pretext_cpu_seconds", ()))
        st.caption(
            md(
                f"First stage: {detail.get('pretext', '')}, on {detail.get('rows', 0):,} rows without labels, "
                f"{format_seconds(spent)} of CPU time a cut on top. Stand-ins that differ in that stage alone."
            )
        )


def _saved(contest: Contest, key: str) -> None:
    """Labels that a reused body saves against one from scratch, where both played."""
    for one in contest_verdicts.label_savings(contest, key):
        st.text(literal(one["because"]))


def draw_scaling(contest: Contest, key_prefix: str) -> None:
    """CPU-seconds against rows on two logarithmic axes, and the exponent in words."""
    points: list[curves.CurvePoint] = []
    for run in measurement_summary.runs_with_reading(contest, "scaling"):
        by: dict[float, list[float]] = {}
        for one in run.readings["scaling"].detail.get("points", ()):
            by.setdefault(float(one["rows"]), []).append(max(float(one["cpu_seconds"]), 1e-4))
        points += [
            curves.CurvePoint(run.title, run.family, at, fmean(took), min(took), max(took)) for at, took in by.items()
        ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        if points:
            axes = curves.Axes("Rows to learn from", "CPU-seconds per fit", log_x=True, log_y=True, x_format="~s")
            chart_cache.cached_chart_of_values(curves.line_chart, points, axes, alt="Training time against rows")
            st.caption("Dots: mean of three orders of the rows; bands: from the quickest to the slowest.")
    with right:
        for run in measurement_summary.runs_with_values(contest, "scaling"):
            st.text(literal(_growth(run)))


def _growth(run: Run) -> str:
    reading = run.readings["scaling"]
    slope = measurement_summary.finite_mean(reading.values) or 0.0
    low, high = [*measurement_summary.finite_values(reading.detail.get("interval", ())), math.nan, math.nan][:2]
    told = f"{run.title}: twice the rows take {format_number(2**slope, digits=2)} times as long "
    exponent, least, most = (format_number(value, digits=2) for value in (slope, low, high))
    told += f"(exponent {exponent}, {least} to {most})."
    capped = reading.detail.get("capped", 0)
    return told + (f" {capped} fits ran into their time limit, so the slope is too flat." if capped else "")


def draw_anytime(contest: Contest, key_prefix: str) -> None:
    """Inner scores against CPU-seconds for up to three folds, and the times to shares of the best."""
    points: list[curves.CurvePoint] = []
    table = []
    for run in measurement_summary.runs_with_reading(contest, "anytime"):
        detail = run.readings["anytime"].detail
        for line in list(detail.get("curves", ()))[:1]:
            thin = [step for step in line if step[0] > 0][:: max(1, len(line) // THINNED)]
            points += [curves.CurvePoint(run.title, run.family, float(at), float(score)) for at, score in thin]
        times = {share: measurement_summary.finite_mean(found) for share, found in dict(detail.get("to", {})).items()}
        table.append([run.title, *(format_seconds(times.get(share)) for share in ("95%", "99%", "100%"))])
    left, right = st.columns(2, gap="medium")
    with left:
        if points:
            axes = curves.Axes(
                "CPU-seconds of training (first fold)", "Best inner score so far", log_x=True, x_format="~g"
            )
            chart_cache.cached_chart_of_values(curves.line_chart, points, axes, alt="Inner score against CPU-seconds")
    with right:
        columns = ["CPU time to", "95 %", "99 %", "100 %"]
        st.dataframe(pd.DataFrame(table, columns=columns), hide_index=True, height="content", alt="Time to the best")
        st.caption(
            "Shares of the best score, mean over the folds. One-step models have no curve; total fit time is used."
        )


def draw_depth(contest: Contest, key_prefix: str) -> None:
    """Skill against depth, once a kind of model, and what depth earns with its interval."""
    by_kind = {
        str(run.readings["depth_ablation"].detail["kind"]): run
        for run in reversed(measurement_summary.runs_with_values(contest, "depth_ablation"))
        if "curve" in run.readings["depth_ablation"].detail
    }
    columns = st.columns(max(1, len(by_kind)), gap="large")
    for column, (kind, run) in zip(columns, sorted(by_kind.items()), strict=False):
        with column:
            _depth(run, kind)


def _depth(run: Run, kind: str) -> None:
    reading = run.readings["depth_ablation"]
    name = "Networks" if kind == "network" else "Boosted trees"
    correction = measurement_summary.fold_correlation(reading)
    points = [
        curves.CurvePoint(name, run.family, float(one["depth"]), *said)
        for one in reading.detail["curve"]
        if (said := measurement_summary.mean_interval(one["skills"], correction)) is not None
    ]
    unit = "Hidden layers of 64" if kind == "network" else "Depth of the trees"
    axes = curves.Axes(unit, SKILL, x_format="d", floor=WORST)
    chart_cache.cached_chart_of_values(curves.line_chart, points, axes, height=240, alt="Skill against depth")
    gain = measurement_summary.mean_interval(reading.values, correction)
    if gain is not None and gain[1] is not None:
        least = "no hidden layer" if kind == "network" else "stumps"
        sure = (
            "depth pays"
            if gain[1] > 0
            else "depth costs"
            if (gain[2] or 0) < 0
            else "whether depth pays cannot be told"
        )
        st.markdown(
            f"{md(name)}: the validated depth earns **{format_number(gain[0])}** points over {md(least)} "
            f"({format_number(gain[1])} to {format_number(gain[2])}): {md(sure)}."
        )
    st.caption("Stand-ins that differ in depth alone, not the contestants themselves.")
