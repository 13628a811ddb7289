"""The uses for which the document names a winner, and the button that plays each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.schema import Contest, LoadError, Scenario, Verdict
from pages.backend import catalogue, contest_runs, contest_verdicts, document_text
from pages.backend.evidence import shipped_evidence
from pages.components import document_badges, population_verdict
from pages.ui import alerts, session_state
from pages.ui.formatting import format_seconds, literal, md
from pages.ui.visitor import format_time
from pages.views import use_case_batch


def draw_list() -> None:
    """The uses as the document states them."""
    for use in document_text.load_document().use_cases:
        with st.container(border=True, gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{md(use.letter)} · {md(use.title)}**")
                st.markdown(document_badges.favours_badge(use.favours))
            st.markdown(md(use.says))
    st.page_link("pages/use_cases.py", label="Play them →")


def scenarios_of(use: document_text.UseCase, scenarios: Mapping[str, Scenario]) -> list[Scenario]:
    """The scenarios that play one use."""
    return [scenario for scenario in scenarios.values() if scenario.use_case in (use.key, use.letter, use.title)]


def draw_grid(contests: Mapping[str, Contest]) -> None:
    """The score, and the cards, two in a row, each with its claim, its scenarios and their latest outcome.

    contests: scenario -> its newest contest.
    """
    there = catalogue.scenarios()
    if (message := session_state.pop_alert("scenario")) is not None:
        alerts.draw_alert("danger", message, heading="Not started")
    uses_ = document_text.load_document().use_cases
    verdicts = {key: judge_scenario(scenario, contests.get(key)) for key, scenario in there.items()}
    ordered = {one.key: one for use in uses_ for one in scenarios_of(use, there)}
    use_case_batch.draw_panel({key: verdicts[key].outcome for key in ordered}, ordered)
    for first in range(0, len(uses_), 2):
        for column, use in zip(st.columns(2, gap="medium"), uses_[first : first + 2], strict=False):
            with column.container(border=True, height="stretch"):
                _card(use, scenarios_of(use, there), contests, verdicts)


def _card(
    use: document_text.UseCase,
    scenarios: Sequence[Scenario],
    contests: Mapping[str, Contest],
    verdicts: Mapping[str, Verdict],
) -> None:
    st.markdown(f"**{md(use.letter)} · {md(use.title)}**")
    st.markdown(md(use.says))
    for scenario in scenarios:
        _scenario(scenario, contests.get(scenario.key), verdicts[scenario.key], use)
    if not scenarios:
        st.caption("No prepared data for this use in this installation. Bring your own under Compare.")


def _scenario(scenario: Scenario, last: Contest | None, verdict: Verdict, use: document_text.UseCase) -> None:
    shipped = None if last else shipped_evidence.load_plays().get(scenario.key)
    left, right = st.columns(2)
    with left:
        st.caption("THE DOCUMENT NAMES")
        st.markdown(document_badges.family_badge(use.favours))
    with right:
        st.caption("WE MEASURED" if shipped is None else "MEASURED BEFORE, SHIPPED WITH THE APP")
        if last is not None:
            for title, name in winners_of(scenario, last):
                st.markdown(f"{document_badges.family_badge(name)} {md(title)}")
        elif shipped is not None:
            for part in shipped.parts:
                title = part.title if len(shipped.parts) > 1 else ""
                st.markdown(f"{document_badges.family_badge(part.winner)} {md(title)}")
        else:
            st.markdown(":gray-badge[not played yet]")
    if shipped is not None:
        _shipped(shipped)
    if last is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            alerts.draw_outcome(verdict.outcome)
            st.caption(md(format_time(last.finished)))
        st.text(literal(verdict.because, 600))
    with st.container(horizontal=True):
        st.button(
            "Play again" if last else "Play", key=f"play_{scenario.key}", type="secondary" if last else "primary",
            on_click=_play, args=(scenario,),
        )  # fmt: skip
        if last is not None:
            st.button("Open", key=f"open_{scenario.key}", on_click=_open, args=(last.id,))
    kind = catalogue.modalities().get(scenario.modality)
    with st.expander(f"{md(scenario.title)}: data and rule"):
        if scenario.about:
            st.caption(md(scenario.about))
        if scenario.rule:
            st.caption(f"The rule: {md(scenario.rule)}")
        what = kind.title if kind else scenario.modality
        st.caption(f"{md(what)} · {md(format_seconds(scenario.plan.budget_seconds))} of training")
        if scenario.own_data:
            st.caption(f"With your own data: {md(scenario.own_data)}")


def _shipped(play: shipped_evidence.UseCasePlay) -> None:
    """What a shipped play gave: its mark, the outcome, the date and the machine, and its numbers."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(population_verdict.MARK, width="content")
        alerts.draw_outcome(play.outcome)
        machine = f"{play.machine.cpu or 'unknown processor'}, {play.machine.cores or 1:g} cores"
        st.caption(md(f"{format_time(play.finished)} · {machine}"))
    st.text(literal(play.because, 600))


def winners_of(scenario: Scenario, last: Contest) -> list[tuple[str, str | None]]:
    """Who won each part of a played use case: (its title, "" where there is only one; a family, "tie" or None)."""
    return contest_verdicts.use_case_winners(last, scenario.favours)


def judge_scenario(scenario: Scenario, last: Contest | None) -> Verdict:
    """The scenario's verdict on its latest contest; a rule that fails says so instead of failing the page."""
    if last is None:
        return Verdict(scenario.key, "not measured", "Not played yet.")
    try:
        return scenario.judge(scenario, last)
    except Exception as error:
        return Verdict(scenario.key, "not measured", f"Its rule could not be applied ({type(error).__name__}).")


def _play(scenario: Scenario) -> None:
    try:
        run = contest_runs.submit_run(
            None, None, scenario.plan, session_state.owner(), kind="scenario", key=scenario.key, title=scenario.title
        )
        _open(run)
    except LoadError as refused:
        session_state.queue_alert("scenario", str(refused))


def _open(run: str) -> None:
    session_state.request_navigation("pages/compare.py", run)
