"""The page of a finished contest: the answer, then accuracy, cost, advice and files, with the document beside them."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import contest_verdicts
from pages.components import document_badges
from pages.contest import accuracy_panel, cost_panel, downloads, price_editor, recommendation_panel, verdict_panel
from pages.live import live_panel
from pages.measurements import measurement_menu, use_case_study
from pages.views import explain_view

ACCURACY_ROWS = ("modality_support", "data_requirements", "feature_engineering")
COST_ROWS = ("training_time", "compute", "deploy_cost", "edge")
WHY_ROWS = ("interpretability", "regulatory")


def page(contest: Contest) -> None:
    """Draws everything about one contest, the answer first."""
    contest = price_editor.applied(contest)
    judged = contest_verdicts.judged([contest])
    verdict_panel.panel(contest)
    live_panel.panel(contest)
    use_case_study.use_case(contest)
    left, right = st.columns([2, 1], gap="large")
    with left:
        accuracy_panel.panel(contest)
    with right:
        document_badges.expectation(contest.dataset.get("modality", "table"))
        document_badges.rows(ACCURACY_ROWS, judged)
        downloads.findings(contest)
    st.divider()
    left, right = st.columns([2, 1], gap="large")
    with left:
        cost_panel.panel(contest)
    with right:
        document_badges.rows(COST_ROWS, judged)
    st.divider()
    left, right = st.columns([2, 1], gap="large")
    with left:
        explain_view.teaser(contest)
    with right:
        document_badges.rows(WHY_ROWS, judged)
    st.divider()
    recommendation_panel.panel(contest)
    st.divider()
    measurement_menu.section(contest)
    st.divider()
    downloads.downloads(contest)
