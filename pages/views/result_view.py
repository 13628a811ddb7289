"""The page of a finished contest: the answer, then accuracy, cost, advice and files, with the document beside them."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages import live as ask
from pages import measurements as studies
from pages.backend import requests as desk
from pages.components import document_badges as beside
from pages.contest import accuracy_panel as accuracy
from pages.contest import cost_panel as costs
from pages.contest import downloads as takeaway
from pages.contest import price_editor as pricing
from pages.contest import recommendation_panel as advice
from pages.contest import verdict_panel as answer
from pages.views import explain_view as reasons

ACCURACY_ROWS = ("modality_support", "data_requirements", "feature_engineering")
COST_ROWS = ("training_time", "compute", "deploy_cost", "edge")
WHY_ROWS = ("interpretability", "regulatory")


def page(contest: Contest) -> None:
    """Draws everything about one contest, the answer first."""
    contest = pricing.applied(contest)
    judged = desk.judged([contest])
    answer.panel(contest)
    ask.panel(contest)
    studies.use_case(contest)
    left, right = st.columns([2, 1], gap="large")
    with left:
        accuracy.panel(contest)
    with right:
        beside.expectation(contest.dataset.get("modality", "table"))
        beside.rows(ACCURACY_ROWS, judged)
        takeaway.findings(contest)
    st.divider()
    left, right = st.columns([2, 1], gap="large")
    with left:
        costs.panel(contest)
    with right:
        beside.rows(COST_ROWS, judged)
    st.divider()
    left, right = st.columns([2, 1], gap="large")
    with left:
        reasons.teaser(contest)
    with right:
        beside.rows(WHY_ROWS, judged)
    st.divider()
    advice.panel(contest)
    st.divider()
    studies.section(contest)
    st.divider()
    takeaway.downloads(contest)
