"""How each side reaches its answers: one game for SHAP and Captum, and how far the two stories agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend import catalogue, report_words
from pages.charts import attributions, chart_cache
from pages.components import item_view
from pages.contest import effects_panel, explanation_checks, importance_panel, lime_panel
from pages.measurements import explained_items_panel
from pages.summaries import aligned_explanations, predictions
from pages.summaries.aligned_explanations import AlignedExplanation
from pages.ui import alerts, session_state, theme
from pages.ui.formatting import escape_markdown, format_kept, format_number, format_points, literal, md, truncated

PROSE = 40


def draw_page(contest: Contest) -> None:
    """Draws the two explanations of one contest, or says why there are none."""
    runs = aligned_explanations.explained_runs(contest)
    st.title("How each side reaches its answers", anchor=False)
    how = _describe_tools(contest)
    st.markdown(
        f"{escape_markdown(contest.dataset.get('name', 'data'))} · {md(how)}: "
        "same rows, same background, same scale, so that a difference is a difference between the *models*."
    )
    if not runs:
        reasons = [str(run.explanation.get("trouble")) for run in contest.runs if run.explanation]
        alerts.draw_alert(
            "info", "Explanations were not computed for this run. " + " ".join(reasons), heading="No explanation"
        )
        return
    chosen = _choose_runs(contest, runs)
    fair = aligned_explanations.align_contest(contest, chosen)
    explained_items_panel.draw_panel(contest)
    explanation_checks.draw_agreement(contest, chosen)
    if contest.rows.items:
        row = _row(contest, fair)
        item_view.draw_explained_item(contest, fair, row)
        with st.expander("Step by step, in numbers"):
            _waterfall(contest, fair, row)
        st.divider()
        importance_panel.draw_overall_importance(contest, chosen)
    else:
        left, right = st.columns(2, gap="large")
        with left:
            importance_panel.draw_overall_importance(contest, chosen)
        with right:
            row = _row(contest, fair)
            _draw_predictions(contest, chosen, row)
            _waterfall(contest, fair, row)
    st.divider()
    if contest.rows.columns:
        left, right = st.columns(2, gap="large")
        with left:
            _dependence(contest, fair)
        with right:
            _apart(contest, fair)
    else:
        _apart(contest, fair)
        effects_panel.draw_effects(contest, chosen)
    st.divider()
    lime_panel.draw_lime(contest, chosen)
    explanation_checks.draw_panel(contest, chosen)


def _describe_tools(contest: Contest) -> str:
    """What explains whom, and for forecasts which number is explained."""
    if contest.task.kind == "forecast":
        horizon = int((contest.forecast or {}).get("horizon") or 1)
        return (
            "SHAP explains trees, Captum networks, the game itself all others; what is explained is the median at "
            f"step {catalogue.explained_step(horizon) + 1} of {horizon} ahead"
        )
    if catalogue.modality_of(contest).structured:
        return "SHAP explains the classical side, Captum the deep side"
    return "Every side shares its answer out among the same parts, by Shapley's rule"


def _pair(contest: Contest, runs: Sequence[Any]) -> list[str]:
    """The two sides that the verdict is about, else the first of each family that explains itself."""
    duel, there = report_words.primary_comparison(contest), [run.contestant for run in runs]
    named = [duel.classical.contestant, duel.deep.contestant] if duel else []
    first = [next((run.contestant for run in runs if run.family == family), None) for family in ("classical", "deep")]
    chosen = named if named and all(key in there for key in named) else [key for key in first if key]
    return chosen or there[:1]


def _choose_runs(contest: Contest, runs: Sequence[Any]) -> list[Any]:
    """Which contestants stand side by side: the two of the verdict, unless the reader asks for others."""
    names = {run.contestant: md(f"{run.title} ({theme.FAMILY_TITLES[run.family]})") for run in runs}
    default = _pair(contest, runs)
    picked = st.pills(
        "Side by side", list(names), selection_mode="multi", default=default, format_func=names.get, key="explained"
    )
    return [run for run in runs if run.contestant in (picked or default)]


def draw_summary(contest: Contest) -> None:
    """The short form for the result page: agreement in a sentence, what matters overall, one row, and the rest."""
    runs = {run.contestant: run for run in aligned_explanations.explained_runs(contest)}
    if not runs:
        st.header("Feature importance", anchor=False)
        alerts.draw_alert("info", "Explanations were not computed for this run.", heading="No explanation")
        return
    chosen = [runs[key] for key in _pair(contest, list(runs.values()))]
    both = aligned_explanations.align_contest(contest, chosen)
    explanation_checks.draw_agreement(contest, chosen, numbers=False)
    st.header("Feature importance", anchor=False)
    importance_panel.draw_importance(contest, both, "short bars", 6)
    row = _row(contest, both)
    if contest.rows.items:
        item_view.draw_explained_item(contest, both, row)
    else:
        _draw_predictions(contest, chosen, row)
        _waterfall(contest, both, row)
    if not session_state.shared_link():
        st.page_link("pages/explain.py", label="Open explanations →")


def _row(contest: Contest, explanations: Sequence[AlignedExplanation]) -> int:
    media = bool(contest.rows.items)
    st.header("One item, as each side sees it" if media else "One row, both sides on one axis", anchor=False)
    count = len(explanations[0].values)
    far = (
        aligned_explanations.explanation_distance(explanations[0], explanations[1])
        if len(explanations) > 1
        else np.zeros(count)
    )
    order = [int(k) for k in np.argsort(-far, kind="stable")]
    names = {
        row: ("Item" if media else "Row") + f" {row + 1}"
        + (f" · truth: {truncated(truth, 24)}" if (truth := predictions.describe_recorded(contest, row)) else "")
        + (" · they disagree most" if place == 0 and len(explanations) > 1 else "")
        for place, row in enumerate(order)
    }  # fmt: skip
    return st.selectbox(
        "Row, the most disputed first",
        order,
        format_func=names.get,
        key=f"row_{contest.id}",
        label_visibility="collapsed",
    )


def _unit(contest: Contest) -> str:
    labels = contest.dataset.get("labels") or ()
    if contest.task.form == "binary" and len(labels) == 2:
        return f"log-odds of {truncated(labels[1], 24)}"
    if contest.task.form in ("binary", "multiclass"):
        return "log-odds of the recorded class"
    return "points of alarm" if contest.task.kind == "anomaly" else "in the target's unit"


def _draw_predictions(contest: Contest, chosen: Sequence[Any], row: int) -> None:
    """What each side answered on this row, beside what was recorded."""
    said = [(run, predictions.describe_prediction(contest, run, row)) for run in chosen]
    st.text("\n".join(f"{run.title} says {words}" for run, words in said if words))
    for name, value in _texts(contest, row).items():
        if len(value) > PROSE:
            st.caption(escape_markdown(name))
            st.text(literal(value, 600))


def _texts(contest: Contest, row: int) -> Mapping[str, str]:
    columns, values = contest.rows.columns, contest.rows.values
    told = (format_kept(str(value), 4_000) for value in values[row]) if row < len(values) else ()
    return dict(zip(map(str, columns), told, strict=False)) if row < len(values) else {}


def _waterfall(contest: Contest, explanations: Sequence[AlignedExplanation], row: int) -> None:
    chart_cache.cached_chart_of(
        contest,
        lambda ink: attributions.waterfall_chart(explanations, row, _texts(contest, row), _unit(contest), ink),
        "From the average answer to this row's answer, step by step, for both models",
        ("waterfall", row, aligned_explanations.contestant_keys(explanations)),
    )
    st.caption("Each bar starts where the one above ends; the model's mark is its final answer for this row.")


def _dependence(contest: Contest, explanations: Sequence[AlignedExplanation]) -> None:
    st.header("How one column moves the answer", anchor=False)
    columns = [str(name) for name in contest.rows.columns]
    kept = contest.rows.values
    wordy = {name for place, name in enumerate(columns) if any(len(str(row[place])) > PROSE for row in kept)}
    known = [
        part for part in attributions.rank_parts(explanations) if explanations[0].parts[part] in {*columns} - wordy
    ]
    if not known:
        alerts.draw_alert("info", "This run kept no values of the explained rows.")
        return
    part = st.selectbox(
        "Column",
        known,
        format_func=lambda k: truncated(explanations[0].parts[k]),
        key="dependence",
        label_visibility="collapsed",
    )
    place = columns.index(explanations[0].parts[part])
    texts = [str(values[place]) for values in contest.rows.values]
    chart_cache.cached_chart_of(
        contest,
        lambda ink: attributions.dependence_chart(explanations, part, texts, explanations[0].parts[part], ink),
        "Attribution of one column against its value, both models",
        ("dependence", part, aligned_explanations.contestant_keys(explanations)),
    )
    st.caption("A mark is one explained row. Where the colours part, the models use the column differently.")


def _apart(contest: Contest, explanations: Sequence[AlignedExplanation]) -> None:
    st.header("Where they disagree most", anchor=False)
    if len(explanations) < 2:
        alerts.draw_alert("info", "Choose two contestants above to compare them.")
        return
    first, second = explanations[:2]
    far = aligned_explanations.explanation_distance(first, second)
    lines = []
    for row in [int(k) for k in np.argsort(-far, kind="stable")[:8]]:
        part = int(np.argmax(np.abs(first.values[row] - second.values[row])))
        lines.append(
            [row + 1, truncated(first.parts[part], 40), format_points(float(first.values[row, part]), sign=True),
             format_points(float(second.values[row, part]), sign=True), format_number(float(first.margin[row])),
             format_number(float(second.margin[row]))]
        )  # fmt: skip
    names = [theme.FAMILY_TITLES[side.family] for side in (first, second)]
    if names[0] == names[1]:
        names = [first.title, second.title]
    columns = [
        "Item" if contest.rows.items else "Row",
        f"Most disputed of the {explanation_checks.name_of_parts(contest)}",
    ]
    columns += [f"{name} {what}" for what in ("moves it by", "answers") for name in names]
    st.dataframe(
        pd.DataFrame(lines, columns=columns), hide_index=True, alt="Rows on which the explanations differ most"
    )
    what = "an item" if contest.rows.items else "a row"
    st.caption(f"Answers and moves are {escape_markdown(_unit(contest))}. Pick {md(what)} above to see it whole.")
