"""Play all: the uses one after another, with a scoreboard that fills and can be left and found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.schema import OUTCOMES, LoadError, Outcome, Scenario
from pages.backend import contest_runs, use_case_batches
from pages.contest import progress_panel
from pages.ui import alerts, session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_seconds, md

OUTCOME_WORDS: dict[Outcome, str] = {
    "supported": "the document's winner holds", "contradicted": "contradicted", "tied": "tied",
    "undecided": "undecided", "not measured": "not played here",
}  # fmt: skip


def draw_panel(outcomes: Mapping[str, Outcome], scenarios: Mapping[str, Scenario]) -> None:
    """The score so far, the button that plays all, and the round under way.

    outcomes: use case -> the outcome of its latest contest.
    """
    now = use_case_batches.latest_batch(session_state.owner())
    going = now is not None and now.current is not None
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(describe_score(list(outcomes.values())))
            if not going:
                _buttons(now, scenarios)
        if (message := session_state.pop_alert("round")) is not None:
            alerts.draw_alert("danger", message, heading="Not started")
        if going:
            _draw_progress(scenarios)
        else:
            spent = sum(one.plan.budget_seconds for one in scenarios.values())
            st.caption(
                f"Play all trains for about {md(format_seconds(spent))} in all, plus its measurements. It goes "
                "on when you "
                "leave; every use case is a run of its own under History."
            )


def describe_score(outcomes: Sequence[Outcome]) -> str:
    """How many of the uses came out how, as one line of Markdown."""
    said = [f"**{outcomes.count(one):d}** {OUTCOME_WORDS[one]}" for one in OUTCOMES if outcomes.count(one)]
    return f"Of {len(outcomes):d} uses: " + ", ".join(said)


def _buttons(now: use_case_batches.Batch | None, scenarios: Mapping[str, Scenario]) -> None:
    with st.container(horizontal=True, width="content"):
        left = tuple(key for key in now.missing if key in scenarios) if now is not None else ()
        if left:
            st.button(f"Play the {len(left):d} left", key="play_rest", on_click=_start, args=(left,))
        st.button("Play all", key="play_all", type="primary", on_click=_start, args=(tuple(scenarios),))


def _start(keys: Sequence[str]) -> None:
    try:
        use_case_batches.start_batch(keys, session_state.owner())
    except LoadError as refused:
        session_state.queue_alert("round", str(refused))


@st.fragment(run_every=1)
@error_boundary
def _draw_progress(scenarios: Mapping[str, Scenario]) -> None:
    """The round under way, drawn every second; the whole page once a use case has ended, so that its card is new."""
    now = use_case_batches.latest_batch(session_state.owner())
    seen = session_state.get("_round_done")
    session_state.put("_round_done", None if now is None else now.done)
    if (
        now is None
        or now.current is None
        or session_state.has_pending_navigation()
        or (seen is not None and seen != now.done)
    ):
        session_state.put("_round_done", None)
        st.rerun()
        return
    key = str(now.current["spec"]["extra"]["key"])
    title = scenarios[key].title if key in scenarios else key
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**Playing {now.done + 1:d} of {len(now.keys):d}: {md(title)}**")
        st.button(
            "Cancel all",
            key="cancel_round",
            on_click=use_case_batches.cancel_batch,
            args=(session_state.owner(), now.id),
        )
    if now.current["state"] == "queued":
        st.progress(now.done / len(now.keys), text="In the queue: runs are timed one at a time")
        return
    share, word = progress_panel.progress_share(contest_runs.run_events(str(now.current["id"]), session_state.owner()))
    st.progress(min(1.0, (now.done + share) / len(now.keys)), text=md(word))
    st.button("Watch this one", key="watch_round", type="tertiary", on_click=_watch, args=(str(now.current["id"]),))


def _watch(run: str) -> None:
    session_state.request_navigation("pages/compare.py", run)
