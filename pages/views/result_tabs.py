"""The tabs of a result, each drawn only when it is opened, with the document's rows beside them on wide screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.schema import Contest
from pages.backend import contest_verdicts, document_text
from pages.components import document_badges
from pages.contest import (
    accuracy_panel,
    cascade_panel,
    cost_panel,
    downloads,
    forecast_panel,
    recommendation_panel,
    verdict_panel,
)
from pages.measurements import measurement_menu, use_case_study
from pages.mistakes import mistakes_panel
from pages.ui import visitor
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import md
from pages.views import explain_view

KEY = "result_tab"


@dataclass(frozen=True)
class ResultTab:
    """A tab: its title, what draws it, and the document's rows that stand beside it.

    draw: of the contest and of the same with only the models that were chosen in the leaderboard.
    """

    title: str
    draw: Callable[[Contest, Contest], None]
    rows: tuple[str, ...] = ()


def draw_tabs(contest: Contest, shown: Contest) -> None:
    """Draws the tabs of a contest and the content of the open one.

    Args:
        shown: the contest with only the models that were chosen in the leaderboard.
    """
    offered = [tab for tab in TABS if tab.draw is not _study or contest.study or contest.parts]
    containers = st.tabs([md(tab.title) for tab in offered], key=KEY, on_change="rerun")
    for tab, container in zip(offered, containers, strict=True):
        if container.open:
            with container:
                _draw_tab(tab, contest, shown)


@error_boundary
def _draw_tab(tab: ResultTab, contest: Contest, shown: Contest) -> None:
    """A tab's content; the document stands beside it where there is room, and in a tab of its own on a phone."""
    if not tab.rows or visitor.on_phone():
        tab.draw(contest, shown)
        return
    left, right = st.columns([3, 1], gap="large")
    with left:
        tab.draw(contest, shown)
    with right:
        document_badges.draw_expectation(contest.dataset.get("modality", "table"))
        document_badges.draw_rows(tab.rows, contest_verdicts.judge_claims([contest]))


def _study(contest: Contest, shown: Contest) -> None:
    use_case_study.draw_study(contest)


def _tradeoffs(contest: Contest, shown: Contest) -> None:
    cost_panel.draw_panel(shown)
    cascade_panel.draw_panel(shown)
    recommendation_panel.draw_panel(contest)
    measurement_menu.draw_studies(contest, "ship")


def _why(contest: Contest, shown: Contest) -> None:
    verdict_panel.draw_details(contest)
    explain_view.draw_summary(shown)
    measurement_menu.draw_studies(contest, "why")


def _mistakes(contest: Contest, shown: Contest) -> None:
    if forecast_panel.applies_to(contest):
        forecast_panel.draw_details(shown)
        return
    mistakes_panel.draw_panel(shown)


def _trust(contest: Contest, shown: Contest) -> None:
    downloads.draw_findings(contest)
    measurement_menu.draw_studies(contest, "trust", "other")


def _learning(contest: Contest, shown: Contest) -> None:
    accuracy_panel.draw_race(shown)
    accuracy_panel.draw_panel(shown)
    measurement_menu.draw_studies(contest, "data")


def _claims(contest: Contest, shown: Contest) -> None:
    document_badges.draw_expectation(contest.dataset.get("modality", "table"))
    document_badges.draw_rows(document_text.row_keys(), contest_verdicts.judge_claims([contest]))
    st.page_link("pages/document.py", label="All rows over all contests →")


def _reproduce(contest: Contest, shown: Contest) -> None:
    downloads.draw_protocol(contest)
    accuracy_panel.draw_notes(contest)
    measurement_menu.draw_unlisted(contest)
    downloads.draw_downloads(contest)


TABS = (
    ResultTab("Use case", _study),
    ResultTab("Trade-offs", _tradeoffs, ("training_time", "compute", "deploy_cost", "edge")),
    ResultTab("Why", _why, ("interpretability", "feature_engineering", "architecture")),
    ResultTab("Mistakes", _mistakes),
    ResultTab("Trust", _trust, ("regulatory",)),
    ResultTab("Learning", _learning, ("data_requirements", "modality_support")),
    ResultTab("Claims", _claims),
    ResultTab("Reproduce", _reproduce),
)
