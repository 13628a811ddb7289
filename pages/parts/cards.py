"""The eight uses for which the document names a winner, and the button that plays each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core import document, registry
from core.vocabulary import Contest, LoadError, Scenario, Verdict
from pages.parts import beside, desk, notices, state
from pages.parts.text import own, prose, seconds


def listed() -> None:
    """The eight uses as the document states them."""
    for use in document.load().use_cases:
        with st.container(border=True, gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{own(use.letter)} · {own(use.title)}**")
                st.markdown(beside.favours(use.favours))
            st.markdown(own(use.says))
    st.page_link("pages/use_cases.py", label="Play them →")


def of(use: document.UseCase, there: Mapping[str, Scenario]) -> list[Scenario]:
    """The scenarios that play one use."""
    return [scenario for scenario in there.values() if scenario.use_case in (use.key, use.letter, use.title)]


def grid(played: Sequence[Contest]) -> None:
    """Eight cards, two in a row, each with its claim, its scenarios and their latest outcome."""
    there = desk.scenarios()
    if (message := state.complaint("scenario")) is not None:
        notices.box("danger", message, heading="Not started")
    uses = document.load().use_cases
    for first in range(0, len(uses), 2):
        for column, use in zip(st.columns(2, gap="medium"), uses[first : first + 2], strict=False):
            with column.container(border=True, height="stretch"):
                _card(use, of(use, there), played)


def _card(use: document.UseCase, scenarios: Sequence[Scenario], played: Sequence[Contest]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{own(use.letter)} · {own(use.title)}**")
        st.markdown(beside.favours(use.favours))
    st.markdown(own(use.says))
    for scenario in scenarios:
        _scenario(scenario, next((contest for contest in played if contest.scenario == scenario.key), None))
    if not scenarios:
        st.caption("No prepared data for this use in this installation. Bring your own under Compare.")


def _scenario(scenario: Scenario, last: Contest | None) -> None:
    st.divider()
    verdict = judged(scenario, last)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{own(scenario.title)}**")
        notices.chip(verdict.outcome)
    if scenario.about:
        st.caption(own(scenario.about))
    if last is not None:
        st.text(prose(verdict.because, 600))
    kind = registry.discover("modalities").get(scenario.modality)
    st.caption(
        f"{own(kind.title if kind else scenario.modality)} · {own(seconds(scenario.plan.budget_seconds))} of training"
    )
    with st.container(horizontal=True):
        st.button(
            "Play again" if last else "Play", key=f"play_{scenario.key}", type="secondary" if last else "primary",
            on_click=_play, args=(scenario,),
        )  # fmt: skip
        if last is not None:
            st.button("Open", key=f"open_{scenario.key}", on_click=_open, args=(last.id,))
    if scenario.own_data:
        st.caption(f"With your own data: {own(scenario.own_data)}")


def judged(scenario: Scenario, last: Contest | None) -> Verdict:
    """The scenario's verdict on its latest contest; a rule that fails says so instead of failing the page."""
    if last is None:
        return Verdict(scenario.key, "not measured", "Not played yet.")
    try:
        return scenario.judge(scenario, last)
    except Exception as error:
        return Verdict(scenario.key, "not measured", f"Its rule could not be applied ({type(error).__name__}).")


def _play(scenario: Scenario) -> None:
    try:
        run = desk.submit(
            None, None, scenario.plan, state.owner(), kind="scenario", key=scenario.key, title=scenario.title
        )
        _open(run)
    except LoadError as refused:
        state.complain("scenario", str(refused))


def _open(run: str) -> None:
    state.open_elsewhere("pages/compare.py", run)
