"""All about wrong answers on held-out rows; the result page calls ``draw_panel``."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import catalogue, held_out_answers
from pages.mistakes import (
    calibration_section,
    confusion_section,
    disagreement_section,
    examples_section,
    label_section,
    model_choice,
    ranking_section,
    residual_section,
    threshold_section,
)
from pages.ui import alerts
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_count, md


@error_boundary
def draw_panel(contest: Contest) -> None:
    """Draws every panel of mistakes that applies to the contest's task, or says why there is none."""
    st.header("Mistakes", anchor=False)
    if not held_out_answers.applies_to(contest):
        kind = {"ranking": "a ranked list", "generation": "a written text", "control": "an episode"}
        what = kind.get(contest.task.kind, "such an answer")
        alerts.draw_alert("info", f"Mistakes are listed for classes, numbers and alarms; {what} has a score instead.")
        return
    if not held_out_answers.answering_runs(contest):
        alerts.draw_alert("info", "Not recorded in this run. Run it again to see confusion, curves and real mistakes.")
        return
    _draw_basis(contest)
    chosen = model_choice.draw_choice(contest)
    if contest.task.kind == "regression":
        residual_section.draw_section(contest, chosen)
    else:
        confusion_section.draw_section(contest, chosen)
    examples_section.draw_section(contest, chosen)
    disagreement_section.draw_section(contest)
    if contest.task.kind != "regression":
        threshold_section.draw_section(contest, chosen)
        ranking_section.draw_section(contest, chosen)
    if contest.task.kind == "classification":
        calibration_section.draw_section(contest, chosen)
        label_section.draw_section(contest)


def _draw_basis(contest: Contest) -> None:
    """On how many rows and folds everything below rests."""
    noun, counted = catalogue.modality_of(contest).unit_noun, held_out_answers.counted_rows(contest)
    folds, tested = len(held_out_answers.recorded_folds(contest)), held_out_answers.tested_rows(contest)
    drawn = f" (drawn from {format_count(tested, noun)})" if counted < tested else ""
    over = "one fold" if folds == 1 else f"{folds} folds"
    st.caption(
        md(
            f"{format_count(counted, noun)}{drawn}, each answered by models not trained on it ({over}). "
            f"Counts use each {noun} once; bands are 90 % intervals over the folds."
        )
    )
