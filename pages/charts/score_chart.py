"""Accuracy: every contestant's folds as dots, the mean as a tick, its interval as a line."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pages.backend.report_words import ContestantScores
from pages.backend.uncertainty_estimates import INTERVAL
from pages.charts import style
from pages.charts.model_marks import model_marks
from pages.ui.formatting import format_number
from pages.ui.theme import Palette

NAMES = {
    "skill": "Skill (points; 0 = guessing, 100 = perfect)",
    "accuracy": "Accuracy (share of right answers)",
    "balanced_accuracy": "Balanced accuracy",
    "auc": "AUC (0.5 = guessing, 1 = perfect ranking)",
    "f1": "F1 (of the second class; with more than two classes the mean of theirs)",
    "log_loss": "Log loss (lower is better)",
    "brier": "Brier score (lower is better)",
    "r2": "R² (share of variance explained)",
    "rmse": "RMSE (in the target's unit, lower is better)",
    "mae": "Mean absolute error (in the target's unit, lower is better)",
    "wql": "Weighted quantile loss (share of the values, lower is better)",
    "mase": "MASE (1 = errors of the seasonal naive in the past, lower is better)",
    "coverage_80": "Share of values within the 80 % band",
    "coverage_95": "Share of values within the 95 % band",
    "width_80": "Width of the 80 % band (share of the values)",
    "width_95": "Width of the 95 % band (share of the values)",
    "bias": "Bias of the median (share of the values; above 0: too high)",
}


def metric_title(metric: str) -> str:
    """A metric's name with its direction."""
    return NAMES.get(metric, metric.replace("_", " "))


def score_chart(standings: Sequence[ContestantScores], metric: str, palette: Palette) -> alt.LayerChart:
    """One band a contestant, named above its dots so that long names fit on a phone."""
    means, folds = [], []
    for place, standing in enumerate(standings):
        low = standing.mean if standing.low is None else standing.low
        high = standing.mean if standing.high is None else standing.high
        said = format_number(standing.mean, digits=3)
        if standing.low is not None:
            said = f"{said}  ({format_number(low)} to {format_number(high)})"
        means.append((place, standing.run.family, standing.run.title, standing.mean, low, high, said, place - 0.36))
        folds += [
            (place, standing.run.family, standing.run.title, value, fold + 1)
            for fold, value in enumerate(standing.values)
        ]
    mean = style.chart_frame(["place", "family", "title", "mean", "low", "high", "said", "label"], means)
    fold = style.chart_frame(["place", "family", "title", "value", "fold"], folds)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(standings) - 0.5, -0.6], nice=False))
    marks = model_marks([(one.run.title, one.run.family) for one in standings], palette)
    colour = marks.colour("c2")
    x = alt.X(
        "c3:Q",
        axis=style.styled_axis(metric_title(metric), palette, tickCount=8),
        scale=alt.Scale(zero=False, padding=14),
    )
    tip = [alt.Tooltip("c2:N", title="contestant"), alt.Tooltip("c6:N", title=f"mean ({INTERVAL})")]
    tips = [
        alt.Tooltip("c2:N", title="contestant"),
        alt.Tooltip("c4:Q", title="fold"),
        alt.Tooltip("c3:Q", title="value", format=".4~g"),
    ]
    line = alt.Chart(mean).mark_rule(strokeWidth=4, opacity=0.45, strokeCap="round")
    line = line.encode(x=alt.X("c4:Q"), x2=alt.X2("c5:Q"), y=y, color=colour, tooltip=tip)
    circles = alt.Chart(fold).mark_point(filled=True, size=46, opacity=0.6)
    circles = circles.encode(x=x, y=y, color=colour, shape=marks.shape("c2"), tooltip=tips)
    tick = alt.Chart(mean).mark_tick(thickness=4, size=26, orient="vertical")
    tick = tick.encode(x=x, y=y, color=colour, tooltip=tip)
    names = alt.Chart(mean).mark_text(align="left", fontSize=13, fontWeight=600, color=palette.ink)
    names = names.encode(x=alt.XValue(4), y=alt.Y("c7:Q", axis=None), text=alt.Text("c2:N"))
    return style.styled_chart(alt.layer(line, circles, tick, names), 64 * len(standings) + 46)
