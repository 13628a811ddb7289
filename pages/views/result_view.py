"""The page of a finished contest: the answer, the leaderboard, a try of the models, and everything else in tabs."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.contest import (
    accuracy_panel,
    forecast_panel,
    leaderboard_panel,
    price_editor,
    use_model_panel,
    verdict_panel,
)
from pages.live import live_panel
from pages.views import action_bar, result_tabs


def draw_page(contest: Contest) -> None:
    """Draws everything about one contest, the answer first."""
    contest = price_editor.with_session_prices(contest)
    verdict_panel.draw_panel(contest, use=action_bar.USE_MODEL)
    use_model_panel.draw_panel(contest)
    chosen = leaderboard_panel.draw_panel(contest)
    accuracy_panel.draw_failures(contest)
    if forecast_panel.applies_to(contest):
        forecast_panel.draw_panel(contest)
    live_panel.draw_panel(contest)
    st.space("small")
    result_tabs.draw_tabs(contest, leaderboard_panel.with_chosen(contest, chosen))
    action_bar.draw_bar(contest)
