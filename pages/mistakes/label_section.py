"""Likely wrong labels: rows that all families surely answer otherwise than recorded, to look at or not to train on."""

from __future__ import annotations

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


@st.fragment
@error_boundary
def draw_section(contest: Contest) -> None:
    """The estimated share, some of the rows, a list to take away, and a contest that does not train on them."""
    found = held_out_errors.label_issues_of(contest)
    if found is None:
        return
    st.subheader("Likely wrong labels", anchor=False)
    noun, titles = catalogue.modality_of(contest).unit_noun, doubtful_labels.judges(contest)
    who = " and ".join(titles)
    _draw_share(found, noun)
    if not len(found):
        st.caption(
            md(f"None listed: there is no {noun} that {who} {_find(titles)} confidently of the same other class.")
        )
        return
    agree = "agree on another class, each" if len(titles) > 1 else "finds another class, and is"
    alone = "" if len(titles) > 1 else " No second model checks it."
    st.caption(
        md(
            f"{format_count(len(found), noun)} of {found.rows:,} ({format_percent(len(found) / found.rows)}) listed: "
            f"{who}, not trained on them, {agree} as sure as it usually is of that class.{alone} Look before you "
            "change them: some are hard cases with a right label."
        )
    )
    runs = [run for run in held_out_answers.answering_runs(contest) if run.title in titles]
    most = SHOWN_PICTURES if any("pixels" in item for item in contest.held_out.shown.items) else SHOWN
    rows = held_out_answers.shown_rows(contest, [int(row) for row in found.row_numbers])[:most]
    if rows:
        _draw_suggestions(contest, found, rows, noun)
        mistake_items.draw_rows(contest, runs, rows)
    _draw_actions(contest, found, noun)


def without_rows(contest: Contest, found: LabelIssues) -> NextStep | None:
    """The contest again, not trained on these rows; None where their numbers are not known or they are too many.

    Args:
        found: of ``held_out_errors.label_issues_of``.
    """
    plan = doubtful_labels.plan_without(contest, found)
    return None if plan is None else NextStep("", "", plan)


def _find(titles: list[str]) -> str:
    return "find" if len(titles) > 1 else "finds"


def _draw_share(found: LabelIssues, noun: str) -> None:
    """The estimated share of wrong labels, and which way it errs."""
    wrong = found.wrong
    if wrong is None:
        return
    st.markdown(
        md(
            f"An estimated {format_percent(wrong.share)} of the labels are wrong (90 % interval "
            f"{format_percent(wrong.low)} to {format_percent(wrong.high)})"
        )
    )
    st.caption(
        md(
            f"Estimated from the {format_count(wrong.counted, noun)} that are surely of one class. Where classes "
            "overlap, hard cases with a right label count too: it is then too high."
        )
    )


def _draw_suggestions(contest: Contest, found: LabelIssues, rows: list[int], noun: str) -> None:
    """For each shown row the recorded and the suggested class."""
    names = held_out_answers.class_names(contest)
    place = {int(row): at for at, row in enumerate(found.row_numbers)}
    numbers = held_out_answers.printed_numbers(contest, rows)
    said = [
        f"- {md(noun.capitalize())} {numbers[row]:d}: recorded {md(names[int(found.given[place[row]])], 60)}, "
        f"suggested {md(names[int(found.suggested[place[row]])], 60)}"
        for row in rows
    ]
    st.markdown("\n".join(said))


def _draw_actions(contest: Contest, found: LabelIssues, noun: str) -> None:
    step = None if session_state.shared_link() else without_rows(contest, found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Download the list (CSV)", lambda: doubtful_labels.labels_csv(contest, found), "doubtful_labels.csv",
            "text/csv", key=f"labels_{contest.id}", on_click="ignore",
        )  # fmt: skip
        if step is not None:
            st.button(
                f"Train without {'it' if len(found) == 1 else f'these {format_count(len(found), noun)}'}",
                key=f"without_{contest.id}", on_click=next_step_panel.start, args=(contest, step),
            )  # fmt: skip
    if step is not None:
        st.caption(
            "They stay in the test, against the recorded label, so that scores are of the same rows as here. These "
            "will be optimistic, because the list was made with the labels of all rows, and where classes overlap "
            "training without hard cases costs skill."
        )
    elif doubtful_labels.too_many(found):
        st.caption("So many that the classes overlap; leaving them out would only hide it.")
