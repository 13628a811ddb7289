"""Why each side answers as it does: one game for SHAP and Captum, and how far the two stories agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.vocabulary import Contest
from pages.parts import exhibits, figures, notices, palette, sides
from pages.parts.charts import attributions
from pages.parts.text import MISSING, inert, number, own, percent, plain, points, seconds

TOOLS = {"classical": "SHAP", "deep": "Captum", "hybrid": "SHAP on the hybrid"}
LIGHTS = {
    "green": ("green", "● adds up"),
    "amber": ("orange", "● nearly adds up"),
    "red": ("red", "● does not add up"),
}


def page(contest: Contest) -> None:
    """Draws the two explanations of one contest, or says why there are none."""
    runs = sides.explained(contest)
    st.title("Why each side answers as it does", anchor=False)
    how = (
        "SHAP explains the classical side, Captum the deep side"
        if contest.dataset.get("modality") == "table"
        else "Every side shares its answer out among the same parts, by Shapley's rule"
    )
    st.markdown(
        f"{inert(contest.dataset.get('name', 'data'))} · {own(how)}: "
        "same rows, same background, same scale, so that a difference is a difference between the *models*."
    )
    if not runs:
        reasons = [str(run.explanation.get("trouble")) for run in contest.runs if run.explanation]
        notices.box("info", "No contestant of this run explains itself. " + " ".join(reasons), heading="No explanation")
        return
    chosen = _who(contest, runs)
    fair = sides.aligned(chosen)
    _agreement(contest, chosen)
    row = None
    if contest.rows.get("items"):
        row = _row(contest, fair)
        exhibits.draw(contest, fair, row)
        st.divider()
    left, right = st.columns(2, gap="large")
    with left:
        _global(chosen)
    with right:
        _waterfall(contest, fair, _row(contest, fair) if row is None else row)
    st.divider()
    if contest.rows.get("columns"):
        left, right = st.columns(2, gap="large")
        with left:
            _dependence(contest, fair)
        with right:
            _apart(contest, fair)
    else:
        _apart(contest, fair)
    st.divider()
    _trust(contest, chosen)


def _pair(contest: Contest, runs: Sequence[Any]) -> list[str]:
    """The two sides that the verdict is about, else the first of each family that explains itself."""
    duel, there = figures.duel(contest), [run.contestant for run in runs]
    named = [duel.classical.contestant, duel.deep.contestant] if duel else []
    first = [next((run.contestant for run in runs if run.family == family), None) for family in ("classical", "deep")]
    chosen = named if named and all(key in there for key in named) else [key for key in first if key]
    return chosen or there[:1]


def _who(contest: Contest, runs: Sequence[Any]) -> list[Any]:
    """Which contestants stand side by side: the two of the verdict, unless the reader asks for others."""
    names = {run.contestant: f"{run.title} ({palette.FAMILY_TITLES[run.family]})" for run in runs}
    default = _pair(contest, runs)
    picked = st.pills(
        "Side by side", list(names), selection_mode="multi", default=default, format_func=names.get, key="explained"
    )
    return [run for run in runs if run.contestant in (picked or default)]


def _agreement(contest: Contest, chosen: Sequence[Any]) -> None:
    pairs = contest.agreement.get("pairs", {})
    keys = [run.contestant for run in chosen]
    found = next((pairs[f"{a}|{b}"] for a in keys for b in keys if f"{a}|{b}" in pairs), None)
    if found is None:
        return
    shown = (
        ("Same order of importance", number(found.get("spearman"), digits=2), "Spearman correlation of the "
            "global importances; 1 is the same order."),
        ("Same top three", percent(found.get("top3")), "Share of the three most important columns that both name."),
        ("Same direction", percent(found.get("sign")), "Share of each row's strongest columns that both sides "
            "say push the same way."),
        ("Same story per row", number(found.get("row_spearman"), digits=2), "Median over rows of the Spearman "
            "correlation within a row."),
    )  # fmt: skip
    with st.container(horizontal=True):
        for label, value, help_text in shown:
            st.metric(label, value, border=True, help=help_text)
    gap, floor = found.get("model_gap"), found.get("reseed_floor")
    if gap is not None:
        st.caption(f"The two explanations differ by {number(gap, digits=2)} (0 is the same story, 2 the opposite).")
    if floor is not None:
        st.caption(
            f"The same contestant under another seed already differs by {number(floor, digits=2)}: only what exceeds "
            "that is about the models."
        )


def _global(chosen: Sequence[Any]) -> None:
    st.subheader("What matters overall", anchor=False)
    unfair = st.toggle(
        "Show what the usual unfair pair would have claimed", key="unfair",
        help="Path-dependent TreeSHAP against integrated gradients from a single baseline: different games, so part of "
        "any difference is the method's, not the models'.",
    )  # fmt: skip
    drawn = sides.aligned(chosen, unfair)
    if not drawn:
        notices.box("info", "The usual pair was not computed in this run.")
        return
    _legend(drawn)
    st.altair_chart(attributions.bars(drawn, palette.current()), alt="Share of the explanation, one bar a model")
    if unfair:
        for side in drawn:
            error = side.told.get("completeness_error")
            st.caption(
                f":red[Usual method] {own(side.told['method'])}: misses the answer by {_share(error)} of its spread."
            )


def teaser(contest: Contest) -> None:
    """The short form for the result page: what matters to either side, and the way to the rest."""
    st.subheader("Why they answer so", anchor=False)
    runs = {run.contestant: run for run in sides.explained(contest)}
    drawn = sides.aligned([runs[key] for key in _pair(contest, list(runs.values()))])
    if not drawn:
        notices.box("info", "No contestant of this run explains itself.", heading="No explanation")
        return
    _legend(drawn)
    st.altair_chart(attributions.bars(drawn, palette.current(), 6), alt="Share of the explanation, one bar a model")
    st.page_link("pages/explain.py", label="Row by row, and whether to believe it →")


def _legend(drawn: Sequence[sides.Side]) -> None:
    colour = {"classical": "blue", "deep": "orange", "hybrid": "green"}
    with st.container(horizontal=True, gap="small"):
        for side in drawn:
            st.badge(f"{own(side.title)} · {own(side.told['method'])}", color=colour[side.family])


def _row(contest: Contest, fair: Sequence[sides.Side]) -> int:
    media = bool(contest.rows.get("items"))
    st.subheader("One item, as each side sees it" if media else "One row, both sides on one axis", anchor=False)
    count = len(fair[0].values)
    far = sides.disagreement(fair[0], fair[1]) if len(fair) > 1 else np.zeros(count)
    order = [int(k) for k in np.argsort(-far, kind="stable")]
    labels = list(contest.rows.get("labels", ()))
    names = {
        row: ("Item" if media else "Row") + f" {row + 1}"
        + (f" · truth: {plain(labels[row], 24)}" if row < len(labels) else "")
        + (" · they disagree most" if place == 0 and len(fair) > 1 else "")
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
        return f"log-odds of {plain(labels[1], 24)}"
    if contest.task.form in ("binary", "multiclass"):
        return "log-odds of the predicted class"
    return "in the target's unit"


def _texts(contest: Contest, row: int) -> Mapping[str, str]:
    columns, values = contest.rows.get("columns", ()), contest.rows.get("values", ())
    return dict(zip(map(str, columns), map(str, values[row]), strict=False)) if row < len(values) else {}


def _waterfall(contest: Contest, fair: Sequence[sides.Side], row: int) -> None:
    drawn = attributions.waterfall(fair, row, _texts(contest, row), _unit(contest), palette.current())
    st.altair_chart(drawn, alt="From the average answer to this row's answer, step by step, for both models")
    st.caption("Each bar starts where the one above ends; ◆ is the model's final answer for this row.")


def _dependence(contest: Contest, fair: Sequence[sides.Side]) -> None:
    st.subheader("How one column moves the answer", anchor=False)
    columns = [str(name) for name in contest.rows.get("columns", ())]
    known = [part for part in attributions.ranking(fair) if fair[0].parts[part] in columns]
    if not known:
        notices.box("info", "This run kept no values of the explained rows.")
        return
    part = st.selectbox(
        "Column", known, format_func=lambda k: plain(fair[0].parts[k]), key="dependence", label_visibility="collapsed"
    )
    place = columns.index(fair[0].parts[part])
    texts = [str(values[place]) for values in contest.rows["values"]]
    drawn = attributions.dependence(fair, part, texts, fair[0].parts[part], palette.current())
    st.altair_chart(drawn, alt="Attribution of one column against its value, both models")
    st.caption("A dot is one explained row. Where the colours part, the models use the column differently.")


def _apart(contest: Contest, fair: Sequence[sides.Side]) -> None:
    st.subheader("Where they disagree most", anchor=False)
    if len(fair) < 2:
        notices.box("info", "Choose two contestants above to compare them.")
        return
    first, second = fair[:2]
    far = sides.disagreement(first, second)
    lines = []
    for row in [int(k) for k in np.argsort(-far, kind="stable")[:8]]:
        part = int(np.argmax(np.abs(first.values[row] - second.values[row])))
        lines.append(
            [row + 1, plain(first.parts[part], 40), points(float(first.values[row, part]), sign=True),
             points(float(second.values[row, part]), sign=True), number(float(first.margin[row])),
             number(float(second.margin[row]))]
        )  # fmt: skip
    names = [palette.FAMILY_TITLES[side.family] for side in (first, second)]
    if names[0] == names[1]:
        names = [first.title, second.title]
    columns = ["Row", "Most disputed column"]
    columns += [f"{name} {what}" for what in ("moves it by", "answers") for name in names]
    st.dataframe(
        pd.DataFrame(lines, columns=columns), hide_index=True, alt="Rows on which the explanations differ most"
    )
    st.caption(f"Answers and moves are {inert(_unit(contest))}. Pick a row above to see it whole.")


def _share(value: float | None) -> str:
    if value is None:
        return MISSING
    return "< 0.01 %" if value < 1e-4 else f"{100 * value:.2g} %"


def _trust(contest: Contest, chosen: Sequence[Any]) -> None:
    st.subheader("Can these explanations be believed?", anchor=False)
    skill = {one.run.contestant: one.mean for one in figures.standings(contest)}
    for column, run in zip(st.columns(max(2, len(chosen))), chosen, strict=False):
        told = run.explanation
        light, word = LIGHTS.get(told.get("light", "red"), LIGHTS["red"])
        with column.container(border=True):
            st.markdown(f"**{own(TOOLS.get(run.family, ''))} on {own(run.title)}**")
            with st.container(horizontal=True, gap="small"):
                st.badge(word, color=light)
                st.caption(f"bars plus base miss the answer by {_share(told.get('completeness_error'))} of its spread")
            stable, again = told.get("stability") or {}, told.get("reseed") or {}
            st.text(
                f"Error against exact Shapley values: {_share(told.get('method_error'))}\n"
                f"Same order with half the background: {number(stable.get('spearman'), digits=2)}\n"
                f"Same order after retraining: {number(again.get('spearman'), digits=2)}\n"
                f"Removing the named columns moves the answer: {number(told.get('deletion'), digits=2)} (random "
                f"0, exact 1)\n"
                f"Time for one row: {seconds(told.get('seconds_per_row'))}\n"
                f"Skill of the model explained: {points(skill.get(run.contestant))} points"
            )
    st.caption(
        f"Method: {own(contest.rows.get('background', '–'))} background rows; the explained unit is "
        f"{own(_unit(contest))}. "
        "Green: under 1 %. Amber: under 10 %. A weak model's explanation explains a weak model."
    )
