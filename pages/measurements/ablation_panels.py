"""Why it won: the gap after each operation, what hand-made features, tuning and texts add, and how readable it is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend import contest_verdicts, uncertainty_estimates
from pages.charts import chart_cache, measurement_charts
from pages.measurements import generic_panel, measurement_summary
from pages.ui import alerts
from pages.ui.formatting import MISSING, format_number, format_percent, format_points, literal, md

PAIR = ("deep", "classical")


def draw_surgeries(contest: Contest, key_prefix: str) -> None:
    """The gap of a pair of families after each operation, with its interval and its own change."""
    found = contest_verdicts.compare_surgeries(contest)
    if not found:
        alerts.draw_alert("info", "The operations gave no pair to compare.")
        return
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in found:
        pairs.setdefault((one["left"], one["right"]), []).append(one)
    families = {run.contestant: run.family for run in contest.runs}
    titles = {run.contestant: run.title for run in contest.runs}
    order = sorted(pairs, key=lambda pair: (families.get(pair[0]), families.get(pair[1])) != PAIR)
    chosen = order[0]
    if len(order) > 1:
        chosen = st.selectbox(
            "Pair", order, format_func=lambda pair: f"{titles.get(pair[0])} against {titles.get(pair[1])}",
            key=f"{key_prefix}_surgeries", label_visibility="collapsed",
        )  # fmt: skip
    told = pairs[chosen]
    left, right = st.columns([3, 2], gap="large")
    with left:
        if any(one["gap"] is not None for one in told):
            chart_cache.cached_chart_of_values(
                measurement_charts.surgery_chart,
                told,
                contest.plan.margin,
                alt="The gap after each operation, with intervals",
            )
            st.caption(f"Right of zero leads {md(titles.get(chosen[0]))}. The shaded zone is the margin.")
    with right:
        for one in told:
            st.text(literal(one["because"]))
            if one["key"] != "unchanged":
                st.caption(f"Tests {md(one['tests'])}.")


def draw_feature_engineering(contest: Contest, key_prefix: str) -> None:
    """The lift of hand-made features for every contestant, and whether it differs between the sides."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        generic_panel.draw_values(contest, "engineered", reference=0.0)
    with right:
        both = contest_verdicts.paired_measurements(contest, "engineered")
        if both is not None and len(both[0].values) == len(both[1].values) > 1:
            gaps = [deep - classical for deep, classical in zip(both[0].values, both[1].values, strict=True)]
            said = uncertainty_estimates.corrected_interval(
                gaps, measurement_summary.fold_correlation(both[0]), contest.plan.margin
            )
            whom = "classical" if said.gap < 0 else "deep"
            sure = "" if said.low > 0 or said.high < 0 else ", which may be chance"
            st.markdown(
                f"The interaction: hand-made features lift the {md(whom)} side by **{format_number(abs(said.gap))}** "
                f"points more{md(sure)} "
                f"(deep minus classical {format_points(said.gap, sign=True)}, {format_points(said.low)} to "
                f"{format_points(said.high)})."
            )
        for run in measurement_summary.runs_with_values(contest, "engineered"):
            detail = run.readings["engineered"].detail
            raw, made = (
                measurement_summary.finite_mean(detail.get("raw", ())),
                measurement_summary.finite_mean(detail.get("engineered", ())),
            )
            inputs = f"{detail.get('added', MISSING)} more columns"
            before = ""
            if "made_inputs" in detail:
                inputs, before = str(detail["made_inputs"]), f" ({detail.get('raw_inputs')})"
            st.text(
                literal(f"{run.title}'s side: {format_points(raw)} raw{before}, {format_points(made)} with {inputs}.")
            )


def draw_tuning(contest: Contest, key_prefix: str) -> None:
    """What eight settings add over the defaults, and what they cost."""
    left, right = st.columns(2, gap="large")
    with left:
        generic_panel.draw_values(contest, "tuned", reference=0.0)
    with right:
        lines = []
        for run in measurement_summary.runs_with_values(contest, "tuned"):
            detail = run.readings["tuned"].detail
            spent = [
                measurement_summary.finite_mean(one[side] for one in detail.get("cpu_seconds", ())) for side in (0, 1)
            ]
            lines.append(
                [
                    run.title,
                    *(
                        format_points(measurement_summary.finite_mean(detail.get(side, ())))
                        for side in ("defaults", "tuned")
                    ),
                    *(format_number(one, "s", 2) for one in spent),
                ]
            )
        columns = ["Skill, points", "Defaults", "Tuned", "CPU before", "CPU after"]
        st.dataframe(
            pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="Before and after tuning"
        )
        best = {side: max(lines, key=lambda line: float(line[k]), default=None) for side, k in (("d", 1), ("t", 2))}
        if best["d"] and best["t"]:
            same = best["d"][0] == best["t"][0]
            st.text(
                literal(
                    f"{best['t'][0]} leads after tuning" + (", as before." if same else f"; {best['d'][0]} led before.")
                )
            )


def draw_text_columns(contest: Contest, key_prefix: str) -> None:
    """What texts add to columns, and the skill of each alone."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        generic_panel.draw_values(contest, "mixed_inputs", reference=0.0)
    with right:
        lines = []
        for run in measurement_summary.runs_with_values(contest, "mixed_inputs"):
            skills = dict(run.readings["mixed_inputs"].detail.get("skills", {}))
            names = ("together", "columns only", "texts only")
            lines.append(
                [run.title, *(format_points(measurement_summary.finite_mean(skills.get(name, ()))) for name in names)]
            )
        columns = ["Skill, points", "Together", "Columns only", "Texts only"]
        st.dataframe(pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="Texts and columns")


def draw_planted_effect(contest: Contest, key_prefix: str) -> None:
    """How often the planted cause is ranked first, its rank and its decoy's, and whether the model learned it."""
    lines = []
    for run in measurement_summary.runs_with_reading(contest, "planted_truth"):
        reading = run.readings["planted_truth"]
        detail, share = reading.detail, measurement_summary.finite_mean(reading.values)
        moves = detail.get("model_moves")
        lines.append(
            [run.title, format_percent(share), _rank(detail.get("rank")), _rank(detail.get("decoy_rank")),
             MISSING if moves is None else f"{format_number(moves, digits=2)} sd", str(detail.get("method", MISSING))]
        )  # fmt: skip
    columns = [
        "",
        "Cause ranked first",
        "Rank of the cause",
        "Rank of the decoy",
        "The cause moves answers by",
        "Explained by",
    ]
    st.dataframe(
        pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="Who found the planted cause"
    )
    st.caption("A model that hardly moves has not learned the effect: its explanation is not to blame for missing it.")


def _rank(found: Any) -> str:
    return f"{found:d}." if isinstance(found, int) else "unseen"


def draw_surrogate(contest: Contest, key_prefix: str) -> None:
    """How well a readable tree of depth 4 imitates each model."""
    lines = []
    for run in measurement_summary.runs_with_values(contest, "surrogate"):
        reading = run.readings["surrogate"]
        alike = reading.detail.get("same_decision")
        lines.append(
            [
                run.title,
                format_number(measurement_summary.finite_mean(reading.values), digits=2),
                MISSING if alike is None else format_percent(alike),
                str(reading.detail.get("leaves", MISSING)),
            ]
        )
    columns = ["", "R² of the tree on the model", "Same decision", "Leaves"]
    st.dataframe(
        pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="Fidelity of a small tree"
    )
    st.caption("1 means that the tree is a readable copy, 0 that it knows only the model's mean answer.")
