"""The bar at the lower edge of a result: use the model, export, share, run again with a change, or start new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core.schema import Contest
from pages.backend import contest_verdicts, report_files, shared_results
from pages.contest import next_step_panel, use_model_panel
from pages.summaries.next_steps import NextStep
from pages.ui import session_state, visitor
from pages.ui.formatting import format_count, format_seconds, md

# Hands out a model of a contest by its key; None where models cannot be handed out.
USE_MODEL: Callable[[Contest, str], None] | None = use_model_panel.open_panel
BUDGETS = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)


def draw_bar(contest: Contest) -> None:
    """Draws the bar; it stays in sight wherever the page is scrolled to, and on a phone it takes one line."""
    choice = contest_verdicts.recommend(contest, contest_verdicts.default_rates(), {}).choice
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="small", key="action_bar"):
        if USE_MODEL is not None and choice is not None:
            used = st.button("Use this model", key="bar_use", icon=":material/play_arrow:")
            if used:
                USE_MODEL(contest, choice)
        if visitor.on_phone():
            with st.popover("More", icon=":material/more_horiz:"):
                st.markdown("**Export**")
                _draw_files(contest)
                st.markdown("**Share link**")
                _draw_link(contest)
                st.markdown("**Run again with …**")
                _draw_again(contest)
        else:
            with st.popover("Export", icon=":material/download:"):
                _draw_files(contest)
            with st.popover("Share link", icon=":material/link:"):
                _draw_link(contest)
            with st.popover("Run again with …", icon=":material/replay:"):
                _draw_again(contest)
        st.button("New", on_click=session_state.select_run, args=(None,), key="again", icon=":material/add:")


def _draw_files(contest: Contest) -> None:
    for title, (name, mime, make) in report_files.list_downloads(contest).items():
        st.download_button(md(title), make, name, mime, key=f"bar_{name}", on_click="ignore", width="stretch")


@st.fragment
def _draw_link(contest: Contest) -> None:
    """The switch that lets others read this result, and the address while it is on."""
    owner, root = session_state.owner(), (st.context.url or "").split("?")[0]
    link = shared_results.link_of(contest.id, owner)
    shared = st.toggle("Others may read this result", link is not None, key=f"share_{contest.id}")
    if shared != (link is not None):
        link = shared_results.share(contest.id, owner) if shared else shared_results.unshare(contest.id, owner)
    if link is None:
        st.caption("Off: the run opens in this browser only. Its address here:")
        st.code(f"{root}?run={contest.id}", language=None, wrap_lines=True)
        return
    st.caption(
        "On: whoever has this address reads the result, with its example rows, and can change nothing. "
        "Switching it off ends the address for good."
    )
    st.code(f"{root}?shared={link}", language=None, wrap_lines=True)


def _draw_again(contest: Contest) -> None:
    """The steps that are left, and the same contest with another budget or seed."""
    next_step_panel.draw_others(contest)
    plan = contest.requested or contest.plan
    budgets = sorted({*BUDGETS, plan.budget_seconds})
    budget = st.select_slider("Training budget", budgets, plan.budget_seconds, format_func=format_seconds)
    seed = st.number_input("Seed of folds and models", 0, 2**31 - 1, plan.seed, step=1)
    rows = int(contest.dataset.get("rows") or 0)
    every = plan.rows is not None and plan.rows < rows and st.toggle(f"All {format_count(rows, 'row')}")
    step = NextStep("", "", replace(plan, budget_seconds=float(budget), seed=int(seed), fits=None,
                                    rows=None if every else plan.rows))  # fmt: skip
    st.button("Run", key="bar_run", type="primary", on_click=next_step_panel.start, args=(contest, step))
