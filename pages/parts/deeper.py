"""Questions that cost more time: data appetite, surgeries, disputed rows, and every slow measurement on request."""

from __future__ import annotations

import streamlit as st

from core import registry, verdicts
from core.vocabulary import Contest, LoadError, Measurement
from pages.parts import costs, desk, figures, notices, palette, state
from pages.parts.charts import studies
from pages.parts.text import own, percent, prose


def panel(contest: Contest) -> None:
    """The slow questions of one contest: answered where measured, one button away where not."""
    st.subheader("Dig deeper", anchor=False)
    if (message := state.complaint("deeper")) is not None:
        notices.box("danger", message, heading="Not started")
    left, right = st.columns(2, gap="large")
    with left:
        _appetite(contest)
    with right:
        _surgeries(contest)
    _stories(contest)
    _others(contest)


def measured(contest: Contest, key: str) -> bool:
    """Whether any contestant has a reading, or a reason for none, of this measurement."""
    return any(key in run.readings for run in contest.runs)


def _ask(contest: Contest, key: str, label: str) -> None:
    st.button(label, key=f"ask_{key}", on_click=_measure, args=(contest.id, (key,)))


def _appetite(contest: Contest) -> None:
    st.markdown("**Would more data change the answer?**")
    if not measured(contest, "learning_curve"):
        st.caption("Everybody learns from fewer rows, then the curves are drawn further, with their uncertainty.")
        _ask(contest, "learning_curve", "Measure the data appetite")
        return
    found = verdicts.appetite(contest)
    if found["curves"]:
        st.altair_chart(studies.appetite(found, palette.current()), alt="Skill as the number of rows grows")
    for crossing in found["crossovers"]:
        st.text(prose(crossing["because"]))
    for curve in found["curves"]:
        if curve["caution"]:
            st.caption(own(curve["caution"]))
    if not found["curves"]:
        notices.box("info", "; ".join(sorted(set(found["reasons"].values()))) or "No curve could be drawn.")


def _surgeries(contest: Contest) -> None:
    st.markdown("**What does the gap live on?**")
    if not measured(contest, "surgeries"):
        st.caption(
            "The table is changed in three ways (noise columns, rotated numbers, smoothed answers) and replayed."
        )
        _ask(contest, "surgeries", "Try three surgeries")
        return
    families = {run.contestant: run.family for run in contest.runs}
    found = [
        one
        for one in verdicts.surgeries(contest)
        if (families.get(one["left"]), families.get(one["right"])) == ("deep", "classical")
    ]
    if any(one["gap"] is not None for one in found):
        drawn = studies.surgeries(found, contest.plan.margin, palette.current())
        st.altair_chart(drawn, alt="The gap after each operation, with intervals")
    for one in found:
        if one["key"] != "unchanged":
            st.text(prose(one["because"]))
    if not found:
        notices.box("info", "The operations gave no pair to compare.")


def _stories(contest: Contest) -> None:
    found = verdicts.disagreement(contest)
    if found.get("share") is None or len(found["contestants"]) < 2:
        return
    titles = {run.contestant: run.title for run in contest.runs}
    st.markdown("**Equally good, different answers**")
    st.text(
        prose(
            f"{' and '.join(titles.get(key, key) for key in found['contestants'])} are within the margin of the "
            f"best, yet disagree on {percent(found['share'])} of the {found['n']:,} test rows "
            f"({percent(found['low'])} to {percent(found['high'])}): for those rows the choice of model is the answer."
        )
    )


def _others(contest: Contest) -> None:
    there = {
        key: one
        for key, one in registry.discover("measurements").items()
        if one.slow
        and key not in ("learning_curve", "surgeries")
        and (not one.modalities or contest.dataset.get("modality") in one.modalities)
    }
    for key, one in there.items():
        if measured(contest, key):
            _reading(contest, one)
    left = [key for key in there if not measured(contest, key)]
    if left:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.multiselect(
                "More that can be measured on these data", left, format_func=lambda key: there[key].title, key="more"
            )
            st.button(
                "Measure", key="measure_more", disabled=not chosen, on_click=_measure, args=(contest.id, tuple(chosen))
            )


def _reading(contest: Contest, one: Measurement) -> None:
    st.markdown(f"**{own(one.title)}**", help=own(one.about))
    for run in contest.runs:
        found = run.readings.get(one.key)
        if found is not None and run.family != "chance":
            value = figures.reading(run, one.key)
            said = (
                costs.written(one.unit, value) if value is not None else str(found.detail.get("reason", "not measured"))
            )
            st.text(prose(f"{run.title}: {said}"))


def _measure(run: str, keys: tuple[str, ...]) -> None:
    owner = state.owner()
    earlier = desk.contest(run, owner)
    if earlier is None:
        state.complain("deeper", "The earlier run is no longer here.")
        return
    try:
        more = desk.submit(None, earlier.task, earlier.plan, owner, kind="measure", run=run, keys=list(keys))
        state.show(more)
    except LoadError as refused:
        state.complain("deeper", str(refused))
