"""While a contest runs: who has done what, the race, the time left, and the button that stops it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.parts import desk, palette, state
from pages.parts.charts import race
from pages.parts.text import own, plain, rows, seconds

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


@st.fragment(run_every=1)
def panel(run: str) -> None:
    """Draws the state of a run every second, and the whole page once it has ended."""
    now = desk.state(run, state.owner())
    if now is None or now["state"] not in desk.UNFINISHED:
        st.rerun()
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("The contest is running" if now["state"] == "running" else "In the queue", anchor=False)
        st.button("Cancel", on_click=desk.cancel, args=(run, state.owner()), key=f"cancel_{run}")
    if now["state"] == "queued":
        _queued(now)
        return
    _running(desk.events(run, state.owner()))


def _queued(now: Mapping[str, Any]) -> None:
    place = now.get("place") or 1
    st.info(
        "One contest trains at a time, so that the clock is honest. "
        f"Yours is number {int(place):d} in line; you can close this page and come back."
    )


def _running(events: Sequence[Mapping[str, Any]]) -> None:
    plan = planned(events)
    last = events[-1] if events else {"stage": "read"}
    total = max(1, plan.get("folds", 5) * plan.get("repeats", 2) * max(1, len(plan.get("contestants", ()))))
    done = sum(event["stage"] == "fold" for event in events)
    word = STAGES.get(str(last["stage"]), "Working")
    left = remaining(events, total, done)
    st.progress(min(1.0, done / total), text=f"{own(word)} … {own(left)}")
    lanes = desk.lanes()
    rows_drawn = race.course(events, lanes)
    wide, narrow = st.columns([2, 1], gap="medium")
    with wide:
        st.markdown("**Who is ahead so far** – provisional until the last fold is in")
        if rows_drawn:
            st.altair_chart(race.chart(rows_drawn, palette.current()), alt="Mean skill so far against CPU-seconds")
        else:
            st.info("The first fold is being trained. The race appears with its first result, usually within seconds.")
    with narrow:
        st.markdown("**Folds finished**")
        _lanes(events, plan, lanes)
    if plan.get("digest"):
        st.caption(
            f"Rules fixed before the first fit: {own(rows(plan.get('rows_used')))}, "
            f"{own(plan.get('repeats', '?'))} × {own(plan.get('folds', '?'))} folds, digest {own(plan['digest'][:16])}."
        )


def planned(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the contest fixed before its first fit; empty until it has."""
    for event in reversed(events):
        if event["stage"] == "plan" and event.get("message"):
            try:
                found = json.loads(event["message"])
            except ValueError:
                continue
            return found if isinstance(found, dict) else {}
    return {}


def remaining(events: Sequence[Mapping[str, Any]], total: int, done: int) -> str:
    """The time left in words, from the pace of the folds so far."""
    starts = [float(event["at"]) for event in events if event["stage"] in ("plan", "fit")]
    if done >= total:
        return "training is done, the last measurements follow"
    if not done or not starts:
        return "no estimate before the first fold"
    latest = max(float(event["at"]) for event in events)
    pace = (latest - starts[0]) / done
    return f"about {seconds(pace * (total - done))} of training left"


def _lanes(events: Sequence[Mapping[str, Any]], plan: Mapping[str, Any], lanes: Mapping[str, tuple[str, str]]) -> None:
    folds = max(1, int(plan.get("folds", 5)) * int(plan.get("repeats", 2)))
    latest = {event["contestant"]: event for event in events if event.get("contestant")}
    for key in plan.get("contestants", latest):
        title, _ = lanes.get(key, (key, "chance"))
        done = sum(event["stage"] == "fold" and event.get("contestant") == key for event in events)
        st.progress(min(1.0, done / folds), text=f"{own(title)} · {min(done, folds):d} of {folds:d}")
        now = latest.get(key)
        if now is not None and now["stage"] == "fit" and now.get("of"):
            note = f"step {now['step']} of {now['of']}"
            st.caption(own(note if now.get("loss") is None else f"{note}, loss {now['loss']:.3g}"))
    notes = [event["message"] for event in events if event.get("message") and event["stage"] not in ("plan",)]
    if notes:
        st.text(plain(notes[-1], 160))
