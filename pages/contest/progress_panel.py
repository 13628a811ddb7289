"""While a contest runs: who has done what, the race, the time left, and the button that stops it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.backend import catalogue, contest_runs, report_words
from pages.charts import chart_cache, training_race, verdict_chart
from pages.contest import accuracy_panel, verdict_panel
from pages.ui import session_state, theme
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_rows, format_seconds, literal, md

STAGES = {
    "queued": "Waiting for its turn",
    "read": "Reading the data",
    "check": "Checking the data for leaks",
    "plan": "Fixing the rules",
    "fit": "Training",
    "predict": "Training",
    "fold": "Training",
    "measure": "Measuring speed, size and cost",
    "explain": "Explaining both sides",
    "judge": "Comparing",
    "done": "Finishing",
}
AFTER = frozenset({"measure", "explain", "judge", "done"})


@st.fragment(run_every=1)
@error_boundary
def draw_panel(run: str) -> None:
    """Draws the state of a run every second, and the whole page once it has ended."""
    now = contest_runs.run_state(run, session_state.owner())
    if now is None or now["state"] not in contest_runs.UNFINISHED:
        st.rerun()
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(_title(now), anchor=False)
        st.button("Cancel", on_click=contest_runs.cancel_run, args=(run, session_state.owner()), key=f"cancel_{run}")
    if now["state"] == "queued":
        _queued(now)
        return
    if now.get("kind") == "measure":
        _measuring(contest_runs.run_events(run, session_state.owner()))
    else:
        _running(run)


def _title(now: Mapping[str, Any]) -> str:
    if now["state"] == "queued":
        return "In the queue"
    return "Measuring further" if now.get("kind") == "measure" else "The contest is running"


def _queued(now: Mapping[str, Any]) -> None:
    place = now.get("place") or 1
    st.info(f"Runs are timed one at a time. Queue position: {int(place):d}. You can close this page and come back.")


def _measuring(events: Sequence[Mapping[str, Any]]) -> None:
    """A slow measurement on an earlier contest: what is being done, and how far it is."""
    told = [event for event in events if event.get("message")]
    last = told[-1] if told else {"message": "starting", "step": 0, "of": 0, "contestant": None}
    if last["of"]:
        st.progress(min(1.0, last["step"] / last["of"]), text=f"{last['step']:d} of {last['of']:d}")
    who_now = catalogue.contestants().get(last.get("contestant"))
    st.text(literal(f"{who_now.title}: {last['message']}" if who_now else last["message"], 200))
    st.caption("The earlier result stays as it is; the new readings join it.")


def _running(run: str) -> None:
    events = contest_runs.run_events(run, session_state.owner())
    plan = planned_contest(events)
    last = events[-1] if events else {"stage": "read"}
    total = count_folds(plan) * max(1, len(plan.get("contestants", ())))
    done = sum(event["stage"] == "fold" for event in events)
    word = STAGES.get(str(last["stage"]), "Working")
    left = describe_remaining_time(events, total, done, lambda seconds: session_state.steady_estimate(run, seconds))
    st.progress(min(1.0, done / total), text=f"{md(word)} … {md(left)}")
    known = contest_runs.load_contest(run, session_state.owner()) if last["stage"] in AFTER and done >= total else None
    if known is not None and known.comparisons:
        _draw_final_verdict(known, last)
        return
    lanes = planned_contestants(plan)
    drawn = training_race.live_race(events, lanes)
    wide, narrow = st.columns([2, 1], gap="large")
    with wide:
        st.markdown("**Live learning curves** (provisional). Line: validation score; dots: held-out fold scores.")
        if drawn.dots or drawn.curves:
            race = training_race.race_chart(drawn, theme.current_palette())
            st.altair_chart(race, alt="Mean skill so far against CPU-seconds", height=chart_cache.chart_height(race))
        else:
            st.info("The first fold is being trained. The race appears with its first result, usually within seconds.")
    with narrow:
        st.markdown("**Folds finished**")
        _lanes(events, count_folds(plan), lanes)
        _draw_partial_verdict(run)
    if plan.get("digest"):
        st.caption(
            f"Fixed before training: {md(format_rows(plan.get('rows_used')))}, up to "
            f"{md(plan.get('of', '?'))} folds, digest {md(plan['digest'][:16])}."
        )


def _draw_final_verdict(contest: Contest, last: Mapping[str, Any]) -> None:
    """The verdict, as soon as the last fold is in: what is still being measured and explained cannot change it."""
    verdict_panel.draw_panel(contest, finished=False)
    there = catalogue.contestants().get(last.get("contestant"))
    st.caption(
        "The verdict stands. Still to come: cost and explanations"
        + (f" (now: {md(there.title)}, {md(last.get('message') or 'measuring')})." if there else ".")
    )
    accuracy_panel.draw_scores(contest)


def _draw_partial_verdict(run: str) -> None:
    """The gap between deep and classical so far, in grey: looking early and stopping would double the errors."""
    partial = contest_runs.load_partial_contest(run, session_state.owner())
    duel = report_words.primary_comparison(partial) if partial else None
    if duel is None or not math.isfinite(duel.low + duel.high):
        return
    st.markdown("**Difference so far (preliminary)**")
    drawn = verdict_chart.gap_chart(duel, theme.current_palette(), provisional=True)
    st.altair_chart(drawn, alt="The provisional gap in points of skill", height=chart_cache.chart_height(drawn))


def progress_share(events: Sequence[Mapping[str, Any]]) -> tuple[float, str]:
    """How far a use case is (0 to 1, roughly: folds first, then what is studied), and what it is doing, in words."""
    plan, last = planned_contest(events), events[-1] if events else {"stage": "read"}
    total = count_folds(plan) * max(1, len(plan.get("contestants", ())))
    done = min(1.0, sum(event["stage"] == "fold" for event in events) / total)
    after = 0.1 * min(1.0, sum(event["stage"] in ("measure", "explain", "judge") for event in events) / 60)
    word = STAGES.get(str(last["stage"]), "Working")
    who_now = catalogue.contestants().get(last.get("contestant"))
    return 0.85 * done + after, f"{word}: {who_now.title}" if who_now else word


def count_folds(plan: Mapping[str, Any]) -> int:
    """How many folds there will be: fixed by the first fold's clock, the most there can be until then."""
    return max(1, int(plan.get("fits") or plan.get("of") or 10))


def planned_contestants(plan: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Contestant key -> (title, family), in playing order, from the plan's (key, title, family) entries."""
    return {str(key): (str(title), str(family)) for key, title, family in plan.get("contestants", ())}


def planned_contest(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the contest fixed before its first fit; empty until it has."""
    for event in reversed(events):
        if event["stage"] == "plan" and event.get("message"):
            try:
                found = json.loads(event["message"])
            except ValueError:
                continue
            return found if isinstance(found, dict) else {}
    return {}


def describe_remaining_time(
    events: Sequence[Mapping[str, Any]],
    total: int,
    done: int,
    steady: Callable[[float], tuple[float, bool]] | None = None,
) -> str:
    """The time left in words, from the pace of the folds so far.

    Args:
        steady: keeps an estimate near those shown before: seconds -> (seconds to show, whether it will take longer).
    """
    starts = [float(event["at"]) for event in events if event["stage"] in ("plan", "fit")]
    if done >= total:
        return "training is done, the last measurements follow"
    if not done or not starts:
        return "no estimate before the first fold"
    latest = max(float(event["at"]) for event in events)
    seconds, longer = (latest - starts[0]) / done * (total - done), False
    if steady is not None:
        seconds, longer = steady(seconds)
    return f"{'at least' if longer else 'about'} {format_seconds(seconds)} of training left"


def _lanes(events: Sequence[Mapping[str, Any]], folds: int, lanes: Mapping[str, tuple[str, str]]) -> None:
    latest = {event["contestant"]: event for event in events if event.get("contestant")}
    for key, (title, family) in lanes.items():
        if family == "chance":
            continue
        done = sum(event["stage"] == "fold" and event.get("contestant") == key for event in events)
        now, note = latest.get(key), ""
        if now is not None and now["stage"] == "fit" and now.get("of") and done < folds:
            note = f", step {now['step']:,} of {now['of']:,}"
        shown = f"{md(title)}  \n{min(done, folds):d} of {folds:d} folds{md(note)}"
        st.progress(min(1.0, done / folds), text=shown)
