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


def draw_page(contest: Contest) -> None:
    """Draws everything about one contest, the answer first."""
    contest = price_editor.with_session_prices(contest)
    judged = contest_verdicts.judge_claims([contest])
    downloads.draw_score_alarm(contest)
    verdict_panel.draw_panel(contest)
    live_panel.draw_panel(contest)
    use_case_study.draw_study(contest)
    left, right = st.columns([2, 1], gap="large")
    with left:
        accuracy_panel.draw_panel(contest)
    with right:
        document_badges.draw_expectation(contest.dataset.get("modality", "table"))
        document_badges.draw_rows(ACCURACY_ROWS, judged)
        downloads.draw_findings(contest)
    st.divider()
    left, right = st.columns([2, 1], gap="large")
    with left:
        cost_panel.draw_panel(contest)
    with right:
        document_badges.draw_rows(COST_ROWS, judged)
    st.divider()
    left, right = st.columns([2, 1], gap="large")
    with left:
        explain_view.draw_teaser(contest)
    with right:
        document_badges.draw_rows(WHY_ROWS, judged)
    st.divider()
    recommendation_panel.draw_panel(contest)
    st.divider()
    measurement_menu.draw_menu(contest)
    st.divider()
    downloads.draw_downloads(contest)
