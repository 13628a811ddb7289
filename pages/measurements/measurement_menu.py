"""Further questions: every study by group, measured or one button away, and the same panels as evidence."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.schema import Claim, Contest, Measurement
from pages.backend import contest_runs
from pages.contest import cost_panel
from pages.measurements import measurement_catalogue, pending_jobs
from pages.measurements.measurement_panels import draw_measurement
from pages.ui import session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_seconds, md, round_seconds, truncated
from pages.ui.visitor import format_time

CHEAP = (*cost_panel.COST_MEASUREMENTS, "completeness", "explain_seconds")


@error_boundary
def draw_studies(contest: Contest, *groups: str) -> None:
    """The studies of some groups: what was measured as panels, the rest one button away with its minutes.

    No fragment: the progress inside ticks, and a fragment that ticks inside another one can empty the page.
    """
    if session_state.shared_link():
        _draw_measured(contest, groups)
        return
    st.header("Further questions", anchor=False)
    pending_jobs.draw_alerts()
    owner = session_state.owner()
    running = pending_jobs.pending_jobs(contest, owner)
    busy = {key for row in running for key in pending_jobs.measurement_keys(row)}
    left = [
        study
        for study in measurement_catalogue.offered_questions(contest)
        if not measurement_catalogue.is_measured(contest, study.key) and study.key not in busy
    ]
    if left or not busy:
        _all(contest, left)
    if running:
        known = {
            row["id"]: pending_jobs.finished_measurements(
                contest_runs.run_events(row["id"], owner), pending_jobs.measurement_keys(row)
            )[0]
            for row in running
        }
        pending_jobs.draw_jobs(known, len(measurement_catalogue.measured_contestants(contest)))
    there = [study for group in groups for study in measurement_catalogue.offered_questions(contest, group)]
    _draw_questions(contest, there, busy)


def _draw_measured(contest: Contest, groups: Sequence[str]) -> None:
    """What was measured, for readers of a shared result, who can start nothing."""
    there = [study for group in groups for study in measurement_catalogue.offered_questions(contest, group)]
    measured = [study for study in there if measurement_catalogue.is_measured(contest, study.key)]
    if measured:
        st.header("Further questions", anchor=False)
        _draw_questions(contest, measured, set())


@error_boundary
def draw_unlisted(contest: Contest) -> None:
    """What was measured and belongs to no question and no table of costs."""
    rest = measurement_catalogue.unlisted_measurements(contest, CHEAP)
    if rest:
        with st.expander("Everything else that was measured"):
            for key in rest:
                one = measurement_catalogue.find_measurement(key)
                st.markdown(f"**{md(one.title if one else key)}**")
                draw_measurement(key, contest)


def _all(contest: Contest, left: Sequence[Measurement]) -> None:
    if not left:
        st.caption("Everything that these data allow has been measured.")
        return
    total = sum(measurement_catalogue.estimate_seconds(contest, study) for study in left)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("Measured on request. Times are estimated from the fits of this contest.")
        st.button(
            f"Run all {len(left)} additional analyses (about {format_seconds(round_seconds(total))})",
            key=f"measure_all_{contest.id}",
            on_click=pending_jobs.start_measurements,
            args=(contest.id, tuple(study.key for study in left)),
        )


def _draw_questions(contest: Contest, here: Sequence[Measurement], busy: set[str]) -> None:
    told = [study for study in here if _shown(contest, study)]
    for study in told:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{md(measurement_catalogue.question(study.key))}**")
                if not measurement_catalogue.is_measured(contest, study.key):
                    _button(contest, study, busy)
            draw_measurement(study.key, contest, f"result_{study.key}")
    waits = [study for study in here if study not in told]
    for first in range(0, len(waits), 2):
        for column, study in zip(st.columns(2, gap="medium"), waits[first : first + 2], strict=False):
            with column.container(border=True, height="stretch", gap="small"):
                st.markdown(f"**{md(measurement_catalogue.question(study.key))}**")
                st.caption(md(study.answers or study.about))
                _button(contest, study, busy)
    if not here:
        st.caption("Nothing here can be measured on data of this kind.")


def _shown(contest: Contest, study: Measurement) -> bool:
    """Whether a study has a panel already; equals that disagree need no further measurement."""
    return measurement_catalogue.is_measured(contest, study.key) or study.key == "multiplicity"


def _button(contest: Contest, study: Measurement, busy: set[str]) -> None:
    waits = study.key in busy
    expected = round_seconds(measurement_catalogue.estimate_seconds(contest, study))
    st.button(
        "On its way" if waits else f"Measure (about {format_seconds(expected)})",
        key=f"ask_{study.key}_{contest.id}",
        disabled=waits,
        on_click=pending_jobs.start_measurements,
        args=(contest.id, (study.key,)),
    )


@error_boundary
def draw_evidence(claim: Claim, contests: Sequence[Contest]) -> None:
    """The panels behind a row of the document, on the newest contest that has them; another can be chosen.

    contests: newest first.
    """
    keys = list(dict.fromkeys((*claim.evidence, *filter(measurement_catalogue.is_study, claim.needs))))
    there = [one for one in contests if any(measurement_catalogue.is_measured(one, key) for key in keys)]
    if not there:
        return
    key_prefix = 0
    if len(there) > 1:
        names = [f"{truncated(one.dataset.get('name', ''))}, {format_time(one.finished)}" for one in there]
        key_prefix = (
            st.selectbox("Evidence from", range(len(there)), format_func=names.__getitem__, key=f"evidence_{claim.key}")
            or 0
        )
    for key in keys:
        if measurement_catalogue.is_measured(there[key_prefix], key):
            st.markdown(f"**{md(measurement_catalogue.question(key))}**")
            draw_measurement(key, there[key_prefix], f"row_{claim.key}_{key}")
