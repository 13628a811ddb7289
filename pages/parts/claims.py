"""The document's rows, sections and bottom line, each beside what was measured here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core import document, registry
from core.vocabulary import OUTCOMES, Claim, Contest, LoadError, Outcome, Verdict
from pages.parts import beside, desk, notices, state, studies
from pages.parts.text import own, prose


def scoreboard(judged: Mapping[str, Verdict], played: int) -> None:
    """How many of the twelve rows stand, fall, tie, or wait."""
    counts = {outcome: sum(verdict.outcome == outcome for verdict in judged.values()) for outcome in OUTCOMES}
    with st.container(horizontal=True):
        for outcome, count in counts.items():
            st.metric(outcome, f"{count:d} of {len(judged)}", border=True)
    if played:
        st.caption(f"Judged on {own(played)} finished contests of this browser. A claim needs a probability of 95 %.")
    else:
        st.info("Nothing has been measured yet: every row below waits for its first contest.")
        st.page_link("pages/compare.py", label="Run the first contest →")


def chosen_outcomes() -> list[Outcome]:
    """The filter over outcomes; nothing picked means everything."""
    return st.pills(
        "Show only", OUTCOMES, selection_mode="multi", key="outcomes", label_visibility="collapsed",
    ) or list(OUTCOMES)  # fmt: skip


def table(
    judged: Mapping[str, Verdict], wanted: Sequence[Outcome], latest: Contest | None, played: Sequence[Contest] = ()
) -> None:
    """The twelve rows with both sides restated, the outcome, the numbers and the evidence of the contests played."""
    declared = registry.discover("claims")
    shown = [row for row in document.load().rows if _outcome(judged, row.key) in wanted]
    if not shown:
        st.info("No row has that outcome. Choose another, or none to see all twelve.")
    if (message := state.complaint("measure")) is not None:
        notices.box("danger", message, heading="Not started")
    for row in shown:
        _row(row, judged.get(row.key), declared.get(row.key), latest, played)


def _outcome(judged: Mapping[str, Verdict], key: str) -> Outcome:
    return judged[key].outcome if key in judged else "not measured"


def _row(
    row: document.Row,
    verdict: Verdict | None,
    claim: Claim | None,
    latest: Contest | None,
    played: Sequence[Contest],
) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{own(row.number)} · {own(row.title)}**")
            notices.chip(verdict.outcome if verdict else "not measured")
            st.markdown(beside.favours(row.favours))
        deep, classical, here = st.columns([3, 3, 4], gap="medium")
        deep.caption("DEEP LEARNING, IT SAYS")
        deep.markdown(own(row.deep))
        classical.caption("CLASSICAL, IT SAYS")
        classical.markdown(own(row.classical))
        with here:
            st.caption("MEASURED HERE")
            if verdict is None or verdict.outcome == "not measured":
                st.text("Nothing yet." if latest else "Nothing yet: run a contest first.")
            else:
                st.text(prose(verdict.because))
            if verdict and verdict.measured:
                st.text(prose(verdict.measured))
            _measure_button(row.key, verdict, latest)
        # Charts are drawn once the fold is opened: twelve rows of them would make the page slow.
        fold = st.expander("Evidence and rule", key=f"fold_{row.key}", on_change="rerun")
        with fold:
            _evidence(row, verdict, claim)
            if fold.open:
                studies.evidence(row.key, claim.needs if claim else (), played)


def _evidence(row: document.Row, verdict: Verdict | None, claim: Claim | None) -> None:
    st.markdown(f"**What the row would have to show:** {own(row.reading)}")
    if claim:
        st.markdown(f"**How it is judged:** {own(claim.rule)}")
    for figure in row.figures:
        st.markdown(f"Figure in the document: **{own(figure.value)}** {own(figure.about)}")
    if verdict and verdict.outcome == "not measured":
        st.text(prose(verdict.because))
    if verdict and verdict.regime:
        st.text(prose(f"Under: {verdict.regime}"))
    if verdict and verdict.evidence:
        st.json(dict(verdict.evidence), expanded=1)


def _measure_button(key: str, verdict: Verdict | None, latest: Contest | None) -> None:
    if verdict is None or verdict.outcome != "not measured":
        return
    there = registry.discover("measurements")
    wanted = [name for name in verdict.button.split(",") if name in there]
    if wanted and latest is not None:
        titles = ", ".join(there[name].title.lower() for name in wanted)
        st.button(
            f"Measure it: {own(titles)}", key=f"measure_{key}", on_click=_measure, args=(latest, tuple(wanted)),
            help="Runs on the data of your latest contest.",
        )  # fmt: skip
    elif latest is None:
        st.page_link("pages/compare.py", label="Run a contest →")
    else:
        st.page_link("pages/use_cases.py", label="Play a use case on other data →")


def _measure(contest: Contest, keys: tuple[str, ...]) -> None:
    try:
        run = desk.submit(
            None, contest.task, contest.plan, state.owner(), kind="measure", run=contest.id, keys=list(keys)
        )
        state.open_elsewhere("pages/compare.py", run)
    except LoadError as refused:
        state.complain("measure", str(refused))


def sections(judged: Mapping[str, Verdict]) -> None:
    """The prose, sentence by sentence: what tests it, or why nothing here can."""
    whole = document.load()
    for section in (whole.opening, *whole.sections, whole.bottom_line):
        with st.expander(f"**{own(section.title)}** – {own(section.says)}"):
            for sentence in section.sentences:
                _sentence(sentence, judged)


def _sentence(sentence: document.Sentence, judged: Mapping[str, Verdict]) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if sentence.claim:
                notices.chip(_outcome(judged, sentence.claim))
            elif sentence.use_case:
                st.badge("tested as a use case", color="violet")
            else:
                st.badge("not testable here", color="gray")
        st.markdown(own(sentence.says))
        st.caption(f"Proved wrong by: {own(sentence.falsified_by)}")


def bottom_line() -> None:
    """What the document recommends in the end."""
    line = document.load().bottom_line
    with st.container(border=True):
        st.markdown(f"**{own(line.title)}**")
        st.markdown(own(line.says))
