"""Measurements on their way: what is being measured, how far it is, the time left, and the button that stops it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.schema import Contest, LoadError
from pages.backend import contest_runs
from pages.measurements import measurement_catalogue
from pages.ui import alerts, session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_seconds, literal, md, round_seconds

WHERE = "studies"


def pending_jobs(contest: Contest, owner: str) -> list[dict[str, Any]]:
    """The owner's unfinished measurements of this contest, the oldest first."""
    found = [
        row
        for row in contest_runs.list_runs(owner)
        if row["kind"] == "measure"
        and row["state"] in contest_runs.UNFINISHED
        and row["spec"].get("extra", {}).get("run") == contest.id
    ]
    return found[::-1]


def has_pending_samples(contest: Contest, owner: str) -> bool:
    """Whether short contests on embedded data are on their way for this contest."""
    return any(row["spec"].get("extra", {}).get("samples") for row in pending_jobs(contest, owner))


def measurement_keys(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a run measures."""
    return tuple(row["spec"].get("extra", {}).get("keys", ()))


def start_measurements(contest: str, keys: tuple[str, ...], samples: bool = False, explain: bool = False) -> None:
    """Queues measurements of a contest of this browser as one run, which keeps each as it is done (a callback).

    samples: whether short contests on embedded data of other kinds are played behind them. explain: whether all items
    are explained that a contest explains.
    """
    owner = session_state.owner()
    earlier = contest_runs.load_contest(contest, owner)
    if earlier is None:
        session_state.queue_alert(WHERE, "The contest is no longer here.")
        return
    try:
        extra = {"run": contest, "keys": list(keys), "samples": samples, "explain": explain}
        contest_runs.submit_run(None, earlier.task, earlier.plan, owner, kind="measure", **extra)
    except LoadError as refused:
        session_state.queue_alert(WHERE, str(refused))


@st.fragment(run_every=1)
@error_boundary
def draw_jobs(runs: Mapping[str, int], players: int) -> None:
    """Progress of the runs, every second; the page is drawn again once one has ended or another reading is in.

    runs: id -> how many of its measurements were done when the page was drawn.
    """
    owner = session_state.owner()
    now = {run: contest_runs.run_state(run, owner) for run in runs}
    if any(one is None or one["state"] not in contest_runs.UNFINISHED for one in now.values()):
        st.rerun()
        return
    if any(
        one and finished_measurements(contest_runs.run_events(run, owner), _keys(one))[0] != runs[run]
        for run, one in now.items()
    ):
        st.rerun()
        return
    for run, one in now.items():
        if one is not None:
            _row(run, one, players, owner)


def _row(run: str, now: Mapping[str, Any], players: int, owner: str) -> None:
    keys = _keys(now)
    at = finished_measurements(contest_runs.run_events(run, owner), keys)[0]
    alone = "Explaining" if now.get("extra", {}).get("explain") else "Measuring"
    title = _title(keys[min(at, len(keys) - 1)]) if keys else alone
    title += f" ({at + 1} of {len(keys)})" if len(keys) > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        with st.container():
            if now["state"] == "queued":
                st.text(literal(f"{title}: waiting, queue position {int(now.get('place') or 1)}"))
            else:
                share, left, said = job_progress(contest_runs.run_events(run, owner), keys, players, now.get("started"))
                rest = ""
                if left is not None:
                    seconds, longer = session_state.steady_estimate(run, round_seconds(left))
                    rest = f", {'at least' if longer else 'about'} {format_seconds(seconds)} left"
                st.progress(share, text=md(f"{title} …{rest}"))
                st.caption(md(said))
        st.button("Cancel", key=f"stop_{run}", on_click=contest_runs.cancel_run, args=(run, owner))


def job_progress(
    events: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    players: int,
    started: float | None,
    now: float | None = None,
) -> tuple[float, float | None, str]:
    """(share done, seconds left or None while unknown, what is being done) of a run of measurements.

    Contestants are measured one after the other; within one the news counts its own steps.
    """
    step, of, rest = finished_measurements(events, keys)
    inner = [event for event in rest if event.get("stage") == "measure" and event.get("contestant")]
    who = list(dict.fromkeys(event["contestant"] for event in inner))
    share = 0.0
    if inner:
        last = inner[-1]
        within = last["step"] / last["of"] if last.get("of") else 0.0
        share = min(0.99, (max(0, len(who) - 1) + min(1.0, within)) / max(1, players))
    share = (step + share) / of
    spent = max(0.0, (now if now is not None else time.time()) - started) if started else 0.0
    left = spent * (1 - share) / share if share > 0.08 else None
    said = next((str(event["message"]) for event in reversed(events) if event.get("message")), "starting")
    return share, left, said


def finished_measurements(
    events: Sequence[Mapping[str, Any]], keys: Sequence[str]
) -> tuple[int, int, Sequence[Mapping[str, Any]]]:
    """(measurements done, measurements asked, the news of the present one) of a run of measurements."""
    for key_prefix in range(len(events) - 1, -1, -1):
        event = events[key_prefix]
        step = event.get("step") or 0
        # A fit inside a measurement tells of its own steps too: only the measurement's title marks its start.
        if not event.get("contestant") and event.get("of") == len(keys) and 0 <= step < len(keys):
            one = measurement_catalogue.find_measurement(keys[step])
            if one is not None and event.get("message") == one.title:
                return step, len(keys), events[key_prefix + 1 :]
    return 0, max(1, len(keys)), events


def _keys(now: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(now.get("extra", {}).get("keys", ()))


def _title(key: str) -> str:
    return measurement_catalogue.question(key)


def draw_alerts() -> None:
    """Why the last measurement was not started, once."""
    if (message := session_state.pop_alert(WHERE)) is not None:
        alerts.draw_alert("danger", message, heading="Not started")
