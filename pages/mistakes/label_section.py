"""Likely wrong labels: rows that all families surely answer otherwise than recorded, to look at or to leave out."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.schema import Contest
from pages.backend import catalogue, doubtful_labels, held_out_answers, held_out_errors
from pages.backend.held_out_errors import LabelIssues
from pages.contest import next_step_panel
from pages.mistakes import mistake_items
from pages.summaries.next_steps import NextStep
from pages.ui import session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_count, format_percent, md

SHOWN, SHOWN_PICTURES = 5, 6
# Beyond this share of the rows the classes overlap, rather than that labels are wrong.
MOST_SHARE = 0.2


@st.fragment
@error_boundary
def draw_section(contest: Contest) -> None:
    """The count, some of the rows, a list to take away, and a contest without them."""
    found = held_out_errors.label_issues_of(contest)
    if found is None:
        return
    st.subheader("Likely wrong labels", anchor=False)
    noun = catalogue.modality_of(contest).unit_noun
    titles = {run.contestant: run.title for run in held_out_answers.answering_runs(contest)}
    keys = held_out_answers.representatives(contest)
    who = " and ".join(titles[key] for key in keys if key in titles)
    if not len(found):
        st.caption(md(f"None: there is no {noun} that {who} find confidently of the same other class."))
        return
    share = len(found) / found.rows
    st.caption(
        md(
            f"{format_count(len(found), noun)} of {found.rows:,} ({format_percent(share)}): {who}, not trained on "
            "them, agree on another class, each as sure as it usually is of that class. Look before you change them: "
            "some are hard cases with a right label."
        )
    )
    runs = [run for run in held_out_answers.answering_runs(contest) if run.contestant in keys]
    most = SHOWN_PICTURES if any("pixels" in item for item in contest.held_out.shown.items) else SHOWN
    rows = held_out_answers.shown_rows(contest, [int(row) for row in found.row_numbers])[:most]
    if rows:
        mistake_items.draw_rows(contest, runs, rows)
    _draw_actions(contest, found, noun)


def without_rows(contest: Contest, found: LabelIssues) -> NextStep | None:
    """The contest again without these rows; None where their numbers are not known or they are too many.

    Args:
        found: of ``held_out_errors.label_issues_of``.
    """
    read = held_out_errors.rows_in_file(contest, found)
    if read is None or contest.scenario is not None or len(found) > MOST_SHARE * found.rows:
        return None
    plan = contest.requested or contest.plan
    return NextStep("", "", replace(plan, leave_out=tuple(sorted({*plan.leave_out, *read})), fits=None))


def _draw_actions(contest: Contest, found: LabelIssues, noun: str) -> None:
    step = None if session_state.shared_link() else without_rows(contest, found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Download the list (CSV)", lambda: doubtful_labels.labels_csv(contest, found), "doubtful_labels.csv",
            "text/csv", key=f"labels_{contest.id}", on_click="ignore",
        )  # fmt: skip
        if step is not None:
            st.button(
                f"Run without {'it' if len(found) == 1 else f'these {format_count(len(found), noun)}'}",
                key=f"without_{contest.id}", on_click=next_step_panel.start, args=(contest, step),
            )  # fmt: skip
    if step is not None:
        st.caption("Every score rises when hard rows leave: compare the models of the new run, not old and new scores.")
    elif len(found) > MOST_SHARE * found.rows:
        st.caption("So many that the classes overlap; leaving them out would only hide it.")
