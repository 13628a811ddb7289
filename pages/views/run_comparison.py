"""Two finished runs side by side: plan and data, verdicts, scores, explanations and the document's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend import contest_runs, contest_verdicts, document_text, report_words
from pages.charts import chart_cache, verdict_chart
from pages.summaries import run_pairs
from pages.summaries.run_pairs import ModelPair
from pages.ui import alerts, session_state, theme
from pages.ui.formatting import MISSING, format_number, format_points, literal, md, truncated
from pages.ui.visitor import format_time

SIDES = ("First run", "Second run")
# Tables of explanations side by side; more of them would hide their last column.
ACROSS = 3
UNCHANGED = "Both runs agree on this."


def draw_panel(runs: Sequence[Mapping[str, Any]], ticked: Sequence[str]) -> None:
    """Two runs to choose, and what is alike and different about them, or why they do not compare.

    Args:
        runs: of the history. ticked: ids of the runs that are chosen in its table; two of them are taken as they are.
    """
    st.header("Compare two runs", anchor=False)
    there = {run["id"]: run for run in runs if run["has_result"]}
    if len(there) < 2:
        st.caption("Two finished runs can be compared here; this browser has fewer.")
        return
    marked = [key for key in ticked if key in there]
    # Other ticks start the two fields afresh.
    keys, chosen = list(there), "_".join(key[:8] for key in marked[:2])
    starts = marked[:2] if len(marked) >= 2 else first_pair(list(there.values()))
    places = st.columns(2, gap="large")
    picked = [
        place.selectbox(
            md(side), keys, keys.index(start), format_func=lambda key: run_name(there[key]), key=f"pick_{side}_{chosen}"
        )
        for place, side, start in zip(places, SIDES, starts, strict=True)
    ]
    found = [contest_runs.load_contest(key, session_state.owner()) for key in picked]
    if found[0] is None or found[1] is None:
        alerts.draw_alert("info", "The result of one of these runs cannot be read any more.", heading="Not compared")
        return
    draw_pair(found[0], found[1])


def first_pair(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The two latest finished runs on the same data, else the two latest.

    Args:
        runs: at least two that have a result, the latest first.

    Returns:
        Their two ids, the latest first.
    """
    names = [str(run["title"] or run["name"]) for run in runs if run["state"] == "finished"]
    twice = next((name for name in names if names.count(name) > 1), None)
    alike = [run for run in runs if run["state"] == "finished" and str(run["title"] or run["name"]) == twice]
    return [str(run["id"]) for run in (alike if twice is not None else runs)[:2]]


def run_name(run: Mapping[str, Any]) -> str:
    """A run in a list: what it was called and when it was started."""
    return f"{truncated(run['title'] or run['name'] or 'a run')} · {format_time(run['created'] or '')}"


def draw_pair(first: Contest, second: Contest) -> None:
    """The comparison of two contests, or why there is none."""
    if (why := run_pairs.refusal(first, second)) != "":
        alerts.draw_alert("warning", why, heading="These runs do not compare")
        return
    st.text(run_pairs.caution(first, second))
    _draw_verdicts(first, second)
    _draw_scores(first, second)
    _draw_settings(first, second)
    _draw_explanations(first, second)
    _draw_claims(first, second)


def _draw_verdicts(first: Contest, second: Contest) -> None:
    st.subheader("Verdicts", anchor=False)
    for place, side, contest in zip(st.columns(2, gap="large"), SIDES, (first, second), strict=True):
        summary = report_words.summarize_verdict(contest)
        with place:
            st.caption(f"{md(side)} · {md(summary.scope)}")
            st.markdown(f"**{md(summary.heading)}**")
            st.markdown(md(summary.lead or summary.reason))
            if summary.comparison is not None and summary.has_interval:
                duel = summary.comparison
                chart_cache.cached_chart_of(
                    contest,
                    lambda ink, duel=duel: verdict_chart.gap_chart(duel, ink),
                    f"{side}: the gap in points of skill with its interval",
                    "interval",
                )


def _draw_scores(first: Contest, second: Contest) -> None:
    st.subheader("Scores", anchor=False)
    pairs = run_pairs.model_pairs(first, second)
    table = pd.DataFrame(
        [[one.title, theme.FAMILY_TITLES[one.family], one.first, one.second, one.change, _interval(one)]
         for one in pairs],
        columns=["Model", "Family", "Skill, first", "Skill, second", "Change", "90 % interval of the change"],
    )  # fmt: skip
    numbers = ["Skill, first", "Skill, second", "Change"]
    shown = table.astype(dict.fromkeys(numbers, float)).style.format(
        {"Skill, first": format_points, "Skill, second": format_points, "Change": _signed}, na_rep=MISSING
    )
    st.dataframe(
        shown, hide_index=True, placeholder=MISSING, height="content", alt="Every model with its skill in both runs"
    )
    st.caption("Points of skill: 0 is guessing, 100 is perfect. Change: second run minus first.")


def _signed(value: float) -> str:
    return format_points(value, sign=True)


def _interval(pair: ModelPair) -> str:
    if pair.low is None or pair.high is None:
        return MISSING
    return f"{_signed(pair.low)} to {_signed(pair.high)}"


def _draw_settings(first: Contest, second: Contest) -> None:
    st.subheader("Plan and data", anchor=False)
    told = run_pairs.settings(first, second)
    other, same = [one for one in told if not one.same], [one for one in told if one.same]
    if other:
        rows = [[one.name, literal(one.first, 300), literal(one.second, 300)] for one in other]
        st.dataframe(
            pd.DataFrame(rows, columns=["Differs", *SIDES]),
            hide_index=True, height="content", alt="Settings in which the two runs differ",
        )  # fmt: skip
    else:
        st.markdown("Data and plan are the same in both runs.")
    if same:
        with st.expander("The same in both"):
            st.text("\n".join(literal(f"{one.name}: {one.first}", 300) for one in same))


def _draw_explanations(first: Contest, second: Contest) -> None:
    st.subheader("Explanations", anchor=False)
    pairs = run_pairs.explanation_pairs(first, second)
    if not pairs:
        st.markdown("No model is explained in both runs.")
        return
    places = [place for _ in range(0, len(pairs), ACROSS) for place in st.columns(ACROSS, gap="medium")]
    for place, pair in zip(places, pairs, strict=False):
        with place:
            st.markdown(f"**{md(pair.title)}**")
            if pair.correlation is not None:
                st.caption(f"Rank correlation of the importances: {format_number(pair.correlation, digits=2)}")
            rows = [[truncated(one.part, 40), 100 * one.first, 100 * one.second] for one in pair.shares]
            shown = pd.DataFrame(rows, columns=["Part", "First", "Second"])
            st.dataframe(
                shown.style.format({"First": "{:.0f} %", "Second": "{:.0f} %"}),
                hide_index=True, height="content", alt=f"What {pair.title} rests on in both runs",
            )  # fmt: skip
    st.caption("Share of the explanation that each part carries, overall.")


def _draw_claims(first: Contest, second: Contest) -> None:
    st.subheader("The document's rows", anchor=False)
    before, after = (contest_verdicts.judge_claims([one]) for one in (first, second))
    changed = [key for key in before if key in after and before[key].outcome != after[key].outcome]
    if not changed:
        st.markdown(UNCHANGED)
        return
    document = document_text.load_document()
    known = [key for key in document_text.row_keys() if key in changed]
    rows = [[document.row(key).title, before[key].outcome, after[key].outcome] for key in known]
    st.dataframe(
        pd.DataFrame(rows, columns=["Row", *SIDES]),
        hide_index=True, height="content", alt="Rows of the document that the two runs judge differently",
    )  # fmt: skip
