"""The race: skill against the CPU-seconds each contestant has spent, while it runs and when it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from core.vocabulary import Contest
from pages.parts.charts import style
from pages.parts.palette import Palette

Lane = tuple[str, str]
CURVE_POINTS = 40
START = 0.003


@dataclass(frozen=True)
class Course:
    """Rows to draw. means: (title, family, CPU-seconds, mean skill so far, folds done, last?), one a fold;
    curves: (title, family, CPU-seconds, skill on the inner validation rows, curve), one an epoch or round."""

    means: list[tuple[Any, ...]]
    curves: list[tuple[Any, ...]]


def course(events: Sequence[Mapping[str, Any]], lanes: Mapping[str, Lane]) -> Course:
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
    return _laid(done, curves, runners)


def replay(contest: Contest) -> Course:
    """The race of a finished contest, from the folds and their histories."""
    runners = {run.contestant: (run.title, run.family) for run in contest.runs if run.family != "chance"}
    done: dict[str, list[tuple[float, float]]] = {key: [] for key in runners}
    curves: dict[tuple[str, Any], list[tuple[float, float]]] = {}
    for run in contest.runs:
        spent = 0.0
        for fit in run.fits if run.contestant in runners else ():
            steps = [(at, score) for at, _, score in fit.history if score is not None]
            curves[run.contestant, fit.fold] = [(spent + at, score) for at, score in steps]
            spent += fit.fit_cpu_seconds
            if fit.skill is not None:
                done[run.contestant].append((spent, fit.skill))
    return _laid(done, curves, runners)


def _laid(
    done: Mapping[str, Sequence[tuple[float, float]]],
    curves: Mapping[tuple[str, Any], Sequence[tuple[float, float]]],
    runners: Mapping[str, Lane],
) -> Course:
    means, drawn = [], []
    for key, folds in done.items():
        for count, (spent, _) in enumerate(folds, start=1):
            mean = sum(score for _, score in folds[:count]) / count
            means.append((*runners[key], max(spent, START), mean, count, count == len(folds)))
    for place, ((key, _), steps) in enumerate(curves.items()):
        thin = steps[:: max(1, len(steps) // CURVE_POINTS)]
        drawn += [(*runners[key], max(spent, START), score, place) for spent, score in thin]
    return Course(means, drawn)


def chart(race: Course, palette: Palette) -> alt.LayerChart:
    """Running means as dots, training curves thin behind them, a logarithmic clock; the name rides on the last dot."""
    shown = [*race.means, *race.curves]
    low, high = min(row[2] for row in shown), max(row[2] for row in shown)
    domain = [low / 1.6, high * 10]
    top = max(10.0, max(row[3] for row in shown) * 1.08)
    bottom = max(-20.0, min(0.0, *(row[3] for row in shown)))
    ticks = style.axis("CPU-seconds spent on training", palette, format="~g", values=style.decades(*domain))
    x = alt.X("c2:Q", axis=ticks, scale=alt.Scale(type="log", domain=domain, nice=False))
    scale = alt.Scale(domain=[bottom, top], nice=False, clamp=True)
    y = alt.Y("c3:Q", axis=style.axis("Skill, points (0 = guessing)", palette, tickCount=6), scale=scale)
    colour = style.family_colour("c1", palette)
    curves = style.frame(["title", "family", "cpu", "skill", "curve"], race.curves)
    thin = alt.Chart(curves).mark_line(strokeWidth=1, opacity=0.28).encode(x=x, y=y, color=colour, detail="c4:N")
    data = style.frame(["title", "family", "cpu", "mean", "folds", "last"], race.means)
    tip = [
        alt.Tooltip("c0:N", title="contestant"),
        alt.Tooltip("c2:Q", title="CPU-seconds", format=".2f"),
        alt.Tooltip("c3:Q", title="mean skill so far", format=".1f"),
        alt.Tooltip("c4:Q", title="folds done"),
    ]
    base = alt.Chart(data)
    line = base.mark_line(strokeWidth=2.5, opacity=0.85).encode(x=x, y=y, color=colour, detail="c0:N")
    dots = base.mark_circle(size=64, opacity=0.95).encode(x=x, y=y, color=colour, tooltip=tip)
    names = base.transform_filter("datum.c5").mark_text(align="left", dx=9, fontSize=13, fontWeight=600)
    names = names.encode(x=x, y=y, text="c0:N", color=colour)
    return style.finish(alt.layer(thin, line, dots, names), 330)
