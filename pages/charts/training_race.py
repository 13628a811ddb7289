"""The race: skill against the CPU-seconds each contestant has spent, while it runs and when it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import altair as alt

from core.schema import Contest
from pages.charts import style
from pages.charts.model_marks import model_marks
from pages.ui.theme import Palette

Lane = tuple[str, str]
CURVE_POINTS = 40
START = 0.003


@dataclass(frozen=True)
class TrainingRace:
    """Rows to draw. dots: (title, family, CPU-seconds, skill, fold), one a fold; curves: (title, family, CPU-seconds,
    best skill so far on the inner validation rows, curve), one an epoch or round; ends: (title, family, skill) of the
    names.

    joined: the dots of a contestant are running means along one clock, else single folds, each from its own start.
    """

    dots: list[tuple[Any, ...]]
    curves: list[tuple[Any, ...]]
    ends: list[tuple[str, str, float]]
    joined: bool = True


def live_race(events: Sequence[Mapping[str, Any]], lanes: Mapping[str, Lane]) -> TrainingRace:
    """A race out of the news of a running contest; who guesses does not race.

    lanes: contestant key -> (title, family).
    """
    runners = {key: lane for key, lane in lanes.items() if lane[1] != "chance"}
    done: dict[str, list[tuple[float, float]]] = {key: [] for key in runners}
    curves: dict[tuple[str, Any], list[tuple[float, float]]] = {}
    for event in events:
        key, score, spent = event.get("contestant"), event.get("score"), event.get("cpu_seconds")
        if key not in runners or score is None or spent is None:
            continue
        if event.get("stage") == "fold":
            done[key].append((float(spent), float(score)))
        elif event.get("stage") == "fit":
            curves.setdefault((key, event.get("fold")), []).append((float(spent), float(score)))
    dots, ends = [], []
    for key, folds in done.items():
        mean = 0.0
        for count, (spent, score) in enumerate(folds, start=1):
            mean += (score - mean) / count
            dots.append((*runners[key], max(spent, START), mean, count))
        if folds:
            ends.append((*runners[key], mean))
    return TrainingRace(dots, _thinned(curves, runners), ends)


def finished_race(contest: Contest) -> TrainingRace:
    """The race of a finished contest: every fold from its own start, its curve and its score on the test rows."""
    runners = {run.contestant: (run.title, run.family) for run in contest.runs if run.family != "chance"}
    dots, ends = [], []
    curves: dict[tuple[str, Any], list[tuple[float, float]]] = {}
    for run in contest.runs:
        scored = [fit for fit in run.fits if fit.skill is not None and run.contestant in runners]
        for fit in scored:
            curves[run.contestant, fit.fold] = [(at, score) for at, _, score in fit.history if score is not None]
            dots.append((*runners[run.contestant], max(fit.fit_cpu_seconds, START), fit.skill, fit.fold + 1))
        if scored:
            mean = sum(fit.skill or 0.0 for fit in scored) / len(scored)
            ends.append((*runners[run.contestant], mean))
    return TrainingRace(dots, _thinned(curves, runners), ends, joined=False)


def _thinned(
    curves: Mapping[tuple[str, Any], Sequence[tuple[float, float]]], runners: Mapping[str, Lane]
) -> list[tuple[Any, ...]]:
    """At most about 40 points a curve, each the best so far: an anytime curve, since the best weights are kept, and a
    contestant that trains several models one after another does not fall back to where the next one starts."""
    drawn = []
    for place, ((key, _), steps) in enumerate(curves.items()):
        best = accumulate((score for _, score in steps), max)
        risen = [(spent, score) for (spent, _), score in zip(steps, best, strict=True)]
        thin = risen[:: max(1, len(risen) // CURVE_POINTS)]
        drawn += [(*runners[key], max(spent, START), score, place) for spent, score in thin]
    return drawn


def race_chart(race: TrainingRace, palette: Palette) -> alt.LayerChart:
    """Scores as the models' marks, training curves thin behind them, a logarithmic clock, the names above the plot, the
    best first."""
    shown = [*race.dots, *race.curves]
    low, high = min(row[2] for row in shown), max(row[2] for row in shown)
    domain = [low / 1.6, high * 1.6]
    top = max(10.0, max(row[3] for row in shown) * 1.08)
    bottom = max(-10.0, min(0.0, *(row[3] for row in shown)))
    ticks = style.styled_axis("CPU-seconds of training", palette, format="~g", values=style.decade_ticks(*domain))
    x = alt.X("c2:Q", axis=ticks, scale=alt.Scale(type="log", domain=domain, nice=False))
    scale = alt.Scale(domain=[bottom, top], nice=False, clamp=True)
    y = alt.Y("c3:Q", axis=style.styled_axis("Skill, points (0 = guessing)", palette, tickCount=6), scale=scale)
    best = sorted(race.ends, key=lambda end: -end[2])
    marks = model_marks([*((title, family) for title, family, _ in best), *(row[:2] for row in shown)], palette)
    legend = style.model_legend(palette)
    colour = marks.colour("c0", legend=legend)
    curves = style.chart_frame(["title", "family", "cpu", "skill", "curve"], race.curves)
    thin = (
        alt.Chart(curves)
        .mark_line(strokeWidth=1, opacity=0.3)
        .encode(x=x, y=y, color=colour, detail=alt.Detail("c4:N"))
    )
    data = style.chart_frame(["title", "family", "cpu", "skill", "fold"], race.dots)
    tip = [
        alt.Tooltip("c0:N", title="contestant"),
        alt.Tooltip("c2:Q", title="CPU-seconds", format=".2f"),
        alt.Tooltip("c3:Q", title="mean skill so far" if race.joined else "skill", format=".1f"),
        alt.Tooltip("c4:Q", title="folds done" if race.joined else "fold"),
    ]
    base = alt.Chart(data)
    line = base.mark_line(strokeWidth=2.5, opacity=0.85 if race.joined else 0)
    line = line.encode(x=x, y=y, color=colour, detail=alt.Detail("c0:N"))
    dots = base.mark_point(filled=True, size=70, opacity=0.95)
    dots = dots.encode(x=x, y=y, color=colour, shape=marks.shape("c0", legend), tooltip=tip)
    return style.styled_chart(alt.layer(thin, line, dots), 340)
