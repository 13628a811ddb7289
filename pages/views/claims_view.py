"""The document's rows, sections and bottom line, each beside what was measured here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.schema import OUTCOMES, Claim, Contest, Outcome, Verdict
from pages.backend import catalogue, document_text
from pages.components import document_badges, population_verdict, votes_table
from pages.measurements import measurement_catalogue, measurement_menu, pending_jobs
from pages.ui import alerts, session_state
from pages.ui.formatting import format_seconds, join_names, literal, md, round_seconds, truncated

MOST_NAMES = 4
SAMPLED = "modality_support"


@dataclass(frozen=True)
class _RowContext:
    """What all rows share: the contest that measurements run on, all contests, and what is being measured now."""

    contest: Contest | None
    contests: Sequence[Contest]
    busy: set[str]


def draw_scoreboard(verdicts: Mapping[str, Verdict], contests: Sequence[Contest]) -> None:
    """How many of the rows stand, fall, tie, or wait, and over which data sets; by the shipped evidence as long as the
    visitor has no runs, and never by both together."""
    rows = [row.key for row in document_text.load_document().rows]
    counts = Counter(_outcome(verdicts, key) for key in rows)
    if not contests:
        counts = Counter(population_verdict.shipped_outcomes(rows))
    with st.container(horizontal=True, gap="small"):
        for outcome in OUTCOMES:
            st.metric(md(outcome.capitalize()), f"{counts[outcome]:d}", border=True, width=150)
    names = list(dict.fromkeys(truncated(one.dataset.get("name", "")) for one in contests))
    if names:
        data = "1 data set" if len(names) == 1 else f"{len(names)} data sets"
        st.caption(f"of {len(rows)} rows, over {md(data)} played here: {join_names(names, MOST_NAMES)}.")
    else:
        st.caption(
            f"of {len(rows)} rows, by the shipped evidence; your own runs take its place here. A claim is supported or "
            "contradicted at a probability of 95 %."
        )


def choose_outcomes(verdicts: Mapping[str, Verdict]) -> list[Outcome]:
    """The filter over outcomes; nothing picked means everything."""
    counts = Counter(_outcome(verdicts, row.key) for row in document_text.load_document().rows)
    return st.pills(
        "Show only rows that are", OUTCOMES, selection_mode="multi", key="outcomes",
        format_func=lambda outcome: md(f"{outcome} ({counts[outcome]})"),
    ) or list(OUTCOMES)  # fmt: skip


def draw_table(
    verdicts: Mapping[str, Verdict], wanted: Sequence[Outcome], latest: Contest | None, contests: Sequence[Contest] = ()
) -> None:
    """The rows, one line of words each; a row opens into both sides restated, its rule, evidence and charts."""
    declared = catalogue.claims()
    shown = [row for row in document_text.load_document().rows if _outcome(verdicts, row.key) in wanted]
    if not shown:
        every = document_text.number_word(len(document_text.row_keys()))
        st.info(f"No row has that outcome. Choose another, or none to see all {md(every)}.")
    context = _RowContext(latest, contests, _busy(latest))
    for row in shown:
        _row(row, verdicts.get(row.key), declared.get(row.key), context)


def _busy(latest: Contest | None) -> set[str]:
    """What is being measured on the chosen contest now."""
    running = pending_jobs.pending_jobs(latest, session_state.owner()) if latest is not None else []
    return {key for row in running for key in pending_jobs.measurement_keys(row)}


def _outcome(verdicts: Mapping[str, Verdict], key: str) -> Outcome:
    return verdicts[key].outcome if key in verdicts else "not measured"


def _row(
    row: document_text.Row,
    verdict: Verdict | None,
    claim: Claim | None,
    context: _RowContext,
) -> None:
    outcome = verdict.outcome if verdict else "not measured"
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{md(row.number)} · {md(row.title)}**", width="content")
            alerts.draw_outcome(outcome)
            st.markdown(document_badges.favours_badge(row.favours), width="content")
        if claim is not None:
            st.caption(f"Claim: {md(claim.says)}")
        if verdict is not None and (outcome != "not measured" or verdict.evidence.get("abstained")):
            st.text(literal(verdict.because))
        else:
            _measure_button(row.key, verdict, context.contest, context.busy)
        population_verdict.draw_verdict(row.key)
        # Charts are drawn once the fold is opened: a dozen rows of them would make the page slow.
        fold = st.expander("What it says, evidence and rule", key=f"fold_{row.key}", on_change="rerun")
        with fold:
            _sides(row, verdict)
            _evidence(row, verdict, claim)
            if fold.open:
                population_verdict.draw_datasets(row.key)
            if fold.open and claim is not None:
                measurement_menu.draw_evidence(claim, context.contests)


def _sides(row: document_text.Row, verdict: Verdict | None) -> None:
    """Both sides restated, and what every family measured here."""
    deep, classical, here = st.columns([3, 3, 4], gap="medium")
    deep.caption("DEEP LEARNING, IT SAYS")
    deep.markdown(md(row.deep))
    classical.caption("CLASSICAL, IT SAYS")
    classical.markdown(md(row.classical))
    with here:
        st.caption("MEASURED HERE")
        said = verdict.measured if verdict else ""
        for line in said.replace("; ", " | ").split(" | ") if said else ["Nothing yet."]:
            st.text(literal(line))


def _evidence(row: document_text.Row, verdict: Verdict | None, claim: Claim | None) -> None:
    st.markdown(f"**What the row would have to show:** {md(row.reading)}")
    if claim:
        st.markdown(f"**How it is judged:** {md(claim.rule)}")
    for figure in row.figures:
        st.markdown(f"Figure in the document: **{md(figure.value)}** {md(figure.about)}")
    if verdict and verdict.outcome == "not measured":
        st.text(literal(verdict.because))
    if verdict and verdict.regime:
        st.text(literal(f"Under: {verdict.regime}"))
    if verdict and verdict.evidence:
        votes_table.draw_votes(verdict.evidence)


def _measure_button(key: str, verdict: Verdict | None, latest: Contest | None, busy: set[str]) -> None:
    """The button that fills an empty row; it stays on this page, where the outcome will appear."""
    there = catalogue.measurements()
    wanted = [name for name in (verdict.button if verdict else "").split(",") if name in there]
    if latest is None:
        st.page_link("pages/compare.py", label="Not measured: run a contest →")
    elif wanted and busy & set(wanted):
        st.caption("On its way: its outcome appears here. Progress stands above the table.")
    elif wanted:
        titles = ", ".join(there[name].title.lower() for name in wanted)
        st.button(
            f"Measure it: {md(titles)} (about {format_seconds(_expected(latest, wanted))})",
            key=f"measure_{key}_{latest.id}",
            on_click=pending_jobs.start_measurements,
            args=(latest.id, tuple(wanted), False),
            help="Runs on the data of the contest chosen above; the outcome appears in this row.",
        )
    elif key == SAMPLED and catalogue.modality_of(latest).structured:
        if pending_jobs.has_pending_samples(latest, session_state.owner()):
            st.caption("On its way: its outcome appears here. Progress stands above the table.")
        else:
            st.button(
                "Measure it: short contests on embedded pictures, texts, sounds and series (about 1 min)",
                key=f"measure_{key}_{latest.id}", on_click=pending_jobs.start_measurements, args=(latest.id, (), True),
            )  # fmt: skip
    else:
        st.page_link("pages/use_cases.py", label="Not measured: play a use case on other data →")


def _expected(contest: Contest, keys: Sequence[str]) -> float:
    """About how many seconds some measurements of a contest take together."""
    there = catalogue.measurements()
    return round_seconds(sum(measurement_catalogue.estimate_seconds(contest, there[key]) for key in keys))


def draw_sections(verdicts: Mapping[str, Verdict]) -> None:
    """The prose, sentence by sentence: what tests it, or why nothing here can."""
    whole = document_text.load_document()
    for section in (whole.opening, *whole.sections, whole.bottom_line):
        with st.expander(f"**{md(section.title)}** – {md(section.says)}"):
            for sentence in section.sentences:
                _sentence(sentence, verdicts)


def _sentence(sentence: document_text.Sentence, verdicts: Mapping[str, Verdict]) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if sentence.claim:
                alerts.draw_outcome(_outcome(verdicts, sentence.claim))
                st.markdown(f":gray[{md(_tested_by(sentence.claim))}]", width="content")
            elif sentence.use_case:
                use = next(
                    (one.title for one in document_text.load_document().use_cases if one.key == sentence.use_case), ""
                )
                st.badge("tested as a use case", color="violet")
                st.page_link("pages/use_cases.py", label=f"{md(use)} →")
            else:
                st.badge("not testable here", color="gray")
        st.markdown(md(sentence.says))
        st.caption(f"Proved wrong by: {md(sentence.falsified_by)}")


def _tested_by(key: str) -> str:
    """The row, the bottom line or the rule of its own that judges a sentence."""
    row = next((row for row in document_text.load_document().rows if row.key == key), None)
    if row is not None:
        return f"outcome of row {row.number}, {row.title}, which tests it"
    claim = catalogue.claims().get(key)
    if claim is None:
        return ""
    where = "its own rule" if claim.section == "sentence" else "the bottom line"
    return f"outcome of {where}, {claim.title}, which tests it"


def draw_bottom_line() -> None:
    """What the document recommends in the end."""
    line = document_text.load_document().bottom_line
    with st.container(border=True):
        st.markdown(f"**{md(line.title)}**")
        st.markdown(md(line.says))
    for claim in catalogue.claims().values():
        if claim.section == "bottom line":
            with st.container(border=True, gap="small"):
                st.markdown(f"**{md(claim.title)}:** {md(claim.says)}")
                population_verdict.draw_verdict(claim.key)
