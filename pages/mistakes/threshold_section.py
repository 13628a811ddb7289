"""From which probability on to act, when a false alarm and a miss cost differently."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.backend import catalogue, held_out_answers, held_out_errors
from pages.backend.held_out_errors import ErrorCosts, ThresholdChoice
from pages.charts import chart_cache
from pages.charts.errors import score_curve_charts
from pages.charts.errors.score_curve_charts import BandedCurve, CurveAxes, CurvePlace
from pages.mistakes import model_choice, model_legend
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import MISSING, escape_markdown, format_count, format_number, md

Choice = tuple[Run, ThresholdChoice]


@st.fragment
@error_boundary
def draw_section(contest: Contest, chosen: Sequence[Run]) -> None:
    """The costs to be entered, the cost at every threshold, and the threshold that costs least."""
    st.subheader("Decision threshold", anchor=False)
    label = model_choice.draw_class_choice(contest, "decided", "Class that calls for action")
    name = held_out_answers.class_names(contest)[label]
    costs = _draw_costs(contest, name)
    found = [
        (run, one)
        for run in chosen
        if (one := held_out_errors.threshold_choice(contest, run.contestant, label, costs)) is not None
    ]
    if not found:
        return
    best = min(found, key=lambda pair: pair[1].best.cost)
    st.markdown(_sentence(contest, best[0], best[1], name))
    _draw_chart(contest, found, label, costs)
    _draw_table(contest, found)


def _draw_costs(contest: Contest, name: str) -> ErrorCosts:
    left, right, _ = st.columns([1, 1, 1], gap="medium")
    with left:
        false = st.number_input(
            f"Cost of a false alarm (called {escape_markdown(name)}, is not)", min_value=0.0, max_value=1e9, value=1.0,
            step=1.0, format="%g", key=f"false_cost_{contest.id}",
        )  # fmt: skip
    with right:
        missed = st.number_input(
            f"Cost of a miss (is {escape_markdown(name)}, not called)", min_value=0.0, max_value=1e9, value=5.0,
            step=1.0, format="%g", key=f"miss_cost_{contest.id}",
        )  # fmt: skip
    return ErrorCosts(float(false), float(missed))


def _sentence(contest: Contest, run: Run, found: ThresholdChoice, name: str) -> str:
    """The cheapest model with its threshold, and what the threshold saves."""
    usual, thousand = held_out_errors.usual_threshold(contest), md(format_count(1_000, _noun(contest)))
    start = (
        f"With these costs {md(run.title)} is cheapest: call {escape_markdown(name)} from "
        f"**{md(_threshold(contest, found.best.threshold))}** on, which costs {md(_signed(found.best.cost))} per "
        f"{thousand}."
    )
    if found.saving is None or found.saving.low is None or found.saving.high is None:
        return f"{start} One fold is too few to check the choice on {_noun(contest)}s that did not choose it."
    if found.best.threshold == usual:
        return f"{start} That is the usual threshold: on these {_noun(contest)}s no other one is cheaper."
    saved, low, high = (md(_signed(value)) for value in (found.saving.mean, found.saving.low, found.saving.high))
    against = md(_threshold(contest, usual))
    basis = f"90 % interval {low} to {high}; {found.folds:d} folds, each judged with a threshold chosen on the others"
    if found.saving.low > 0:
        return f"{start} Against {against} it saves **{saved} per {thousand}** ({basis})."
    return f"{start} Whether that saves anything against {against} is not clear: {saved} per {thousand} ({basis})."


def _noun(contest: Contest) -> str:
    return md(catalogue.modality_of(contest).unit_noun)


def _signed(value: float | None) -> str:
    """A number of three significant digits with a true minus sign."""
    return format_number(None if value is None else float(f"{value:.3g}")).replace("-", "\N{MINUS SIGN}")


def _threshold(contest: Contest, value: float) -> str:
    """A threshold in words: a probability, or an anomaly percentile."""
    if contest.task.kind == "anomaly":
        return f"percentile {100 * min(value, 1.0):.3g}"
    return f"{format_number(100 * min(value, 1.0), digits=2)} %"


def _draw_chart(contest: Contest, found: Sequence[Choice], label: int, costs: ErrorCosts) -> None:
    curves, places = [], []
    for run, one in found:
        curve = held_out_errors.cost_curve(contest, run.contestant, label, costs)
        if curve is None:
            continue
        ends = (curve.low.tolist(), curve.high.tolist()) if curve.low is not None and curve.high is not None else ()
        curves.append(BandedCurve(run.title, curve.thresholds.tolist(), curve.mean.tolist(), *ends))
        places.append(
            CurvePlace(run.title, min(one.best.threshold, 1.0), one.best.cost, _threshold(contest, one.best.threshold))
        )
    usual = held_out_errors.usual_threshold(contest)
    scale = (
        "Anomaly percentile from which an alarm rings"
        if contest.task.kind == "anomaly"
        else "Probability from which it is called"
    )
    cost = f"Cost per {format_count(1_000, _noun(contest))}"
    axes = CurveAxes(scale, cost, share=False, upright=usual)
    model_legend.draw_legend(contest, [(run, "") for run, _ in found])
    chart_cache.cached_chart_of(
        contest,
        lambda ink: score_curve_charts.banded_chart(curves, axes, model_choice.marks_of(contest, ink), ink, places),
        f"{cost} at every threshold",
        ("costs", label, costs, tuple(run.contestant for run, _ in found)),
    )


def _draw_table(contest: Contest, found: Sequence[Choice]) -> None:
    lines = []
    for run, one in found:
        saving = MISSING
        if one.saving is not None and one.saving.low is not None:
            saving = f"{_signed(one.saving.mean)} ({_signed(one.saving.low)} to {_signed(one.saving.high)})"
        lines.append(
            [run.title, _threshold(contest, one.best.threshold), f"{one.best.false_alarms:,}", f"{one.best.misses:,}",
             _signed(one.best.cost), _signed(one.usual.cost), saving]
        )  # fmt: skip
    usual = _threshold(contest, held_out_errors.usual_threshold(contest))
    columns = [
        "Model",
        "Threshold",
        "False alarms",
        "Misses",
        "Cost per 1,000",
        f"Cost at {usual}",
        "Saving (90 % interval)",
    ]
    st.dataframe(
        pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="Thresholds and what they cost"
    )
    rows, folds = found[0][1].best.rows, found[0][1].folds
    fresh = f"{_noun(contest)}s that did not choose the threshold"
    st.caption(
        md(
            f"Counted on {format_count(rows, _noun(contest))}; ringed: the cheapest threshold; dashed: {usual}. "
            + (f"Savings are measured over {folds} folds, on {fresh}." if folds else "")
        )
    )
