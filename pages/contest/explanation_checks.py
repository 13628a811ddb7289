"""Can an explanation be believed: what was checked, each check in plain words with its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.schema import Contest, Run
from pages.backend import catalogue, report_words
from pages.ui import theme
from pages.ui.formatting import MISSING, format_number, format_percent, format_points, format_seconds, md, truncated

TOOLS = {"classical": "SHAP", "deep": "Captum", "hybrid": "SHAP on the hybrid"}
LIGHTS = {
    "green": ("green", "● additivity check passed"),
    "amber": ("orange", "● additivity nearly met"),
    "red": ("red", "● additivity not met"),
}
FINE, COARSE = 0.05, 0.2
WEAK_SKILL = 5.0
ALIKE = 0.4


def name_of_parts(contest: Contest) -> str:
    """What an answer is shared out among, in the plural: columns, words, patches."""
    return catalogue.modality_of(contest).parts


def format_share(value: float | None) -> str:
    """A share of one as a percentage that never says zero."""
    if value is None:
        return MISSING
    return "< 0.01 %" if value < 1e-4 else f"{100 * value:.2g} %"


def describe_method_error(explanation: Mapping[str, Any]) -> str:
    """How far an explanation may be believed, in one sentence, from its method error."""
    error = explanation.get("method_error")
    if error is None:
        reason = (explanation.get("referee") or {}).get("reason")
        return "Not checked against exact shares" + (f": {truncated(reason, 200)}." if reason else ".")
    if error < FINE:
        return "Reliable, the small shares too."
    if error < COARSE:
        return "Large shares reliable; the order of the small ones may be noise."
    return "Only the strongest shares are reliable; the rest is mostly noise."


def draw_panel(contest: Contest, chosen: Sequence[Run]) -> None:
    """One card a contestant: does it add up, how exact is it, does it survive another background and another seed."""
    st.header("Reliability of these explanations", anchor=False)
    skill = {one.run.contestant: one.mean for one in report_words.rank_contestants(contest)}
    named = name_of_parts(contest)
    background = MISSING if contest.rows.background is None else contest.rows.background
    table = catalogue.modality_of(contest).structured
    for column, run in zip(st.columns(max(2, len(chosen))), chosen, strict=False):
        with column.container(border=True):
            tool = TOOLS.get(run.family, "") if table else theme.FAMILY_TITLES[run.family]
            st.markdown(f"**{md(tool)} on {md(run.title)}**" if table else f"**{md(tool)}: {md(run.title)}**")
            _card(run.explanation or {}, named, skill.get(run.contestant))
    st.caption(
        f"Absent {md(named)} take their value from {md(background)} training items. "
        "Adding up: green under 1 % of the answers' spread, amber under 10 %."
    )


def _card(explanation: Mapping[str, Any], named: str, skill: float | None) -> None:
    light, word = LIGHTS.get(explanation.get("light", "red"), LIGHTS["red"])
    st.badge(md(word), color=light)  # type: ignore[arg-type]
    st.markdown(md(describe_method_error(explanation)))
    if skill is not None and skill < WEAK_SKILL:
        st.markdown(":orange[This model hardly beats guessing: its explanation explains little.]")
    noise = (explanation.get("referee") or {}).get("noise")
    stable, again = explanation.get("stability") or {}, explanation.get("reseed") or {}
    lines = [
        f"Shares and average miss the answer by {format_share(explanation.get('completeness_error'))} of its spread",
        f"Shares differ from the exact ones by {format_share(explanation.get('method_error'))}"
        + (f", of which the check's own noise is about {format_share(noise)}" if noise else ""),
        f"Deletion test on the {named} it names: {format_number(explanation.get('deletion'), digits=2)} "
        "(0 like a random order, 1 like the exact one)",
    ]
    if stable:
        lines.append(f"Same order with another background: {format_number(stable.get('spearman'), digits=2)} of 1")
    if again:
        lines.append(f"Same order after training again: {format_number(again.get('spearman'), digits=2)} of 1")
    lines.append(f"Time to explain one: {format_seconds(explanation.get('seconds_per_row'))}")
    lines.append(f"Skill of the model explained: {format_points(skill)} points")
    st.text("\n".join(lines))


def draw_agreement(contest: Contest, chosen: Sequence[Run], numbers: bool = True) -> None:
    """Whether two sides give the same reasons: one sentence, then the ``numbers`` it rests on."""
    pairs = contest.agreement.get("pairs", {})
    keys = [run.contestant for run in chosen]
    found = next((pairs[f"{a}|{b}"] for a in keys for b in keys if f"{a}|{b}" in pairs), None)
    if found is None:
        return
    named = name_of_parts(contest)
    st.markdown(f"**{md(describe_agreement(found))}**")
    if not numbers:
        return
    shown = (
        (
            "Rank correlation",
            format_number(found.get("spearman"), digits=2),
            "Rank correlation of the overall importances; 1 is the same order, 0 none.",
        ),
        (
            "Top-3 overlap",
            format_percent(found.get("top3")),
            f"Share of the three most important {named} that both name.",
        ),
        (
            "Sign agreement",
            format_percent(found.get("sign")),
            f"Share of each answer's strongest {named} that both sides say push the same way.",
        ),
        (
            "Per-row correlation",
            format_number(found.get("row_spearman"), digits=2),
            "Median over the explained items of the rank correlation within an item.",
        ),
    )
    with st.container(horizontal=True):
        for label, value, help_text in shown:
            st.metric(md(label), md(value), border=True, help=md(help_text))
    if found.get("model_gap") is not None:
        floor = found.get("reseed_floor")
        st.caption(
            f"The two explanations differ by {format_number(found['model_gap'], digits=2)} (0: identical, "
            "2: opposite)"
            + (f"; two random seeds of one model differ by {format_number(floor, digits=2)}." if floor else ".")
        )


def describe_agreement(agreement: Mapping[str, Any]) -> str:
    """How different two explanations are, held against what a new seed alone does."""
    apart, floor = agreement.get("model_gap"), agreement.get("reseed_floor")
    if apart is None:
        return "The two explanations could not be compared."
    if floor is None or floor <= 0:
        return "Both sides give similar explanations." if apart < 0.4 else "The sides give different explanations."
    if apart <= 1.15 * floor:
        return "Explanations disagree no more than between two random seeds of the same model."
    return f"Explanations disagree {apart / floor:.1f}× more than between two random seeds of the same model."
