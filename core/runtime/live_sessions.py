"""Live sessions: the models of a finished run's first fold, kept or fitted once more, answer what a page asks them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psutil

from core import limits
from core.perturbation.recorded_items import RECORDED
from core.runtime import jobs
from core.schema import Facts, JsonObject
from core.storage import message_queue, paths
from core.storage.run_store import ENDED, JobRejected, RunStore, valid_run_id


def open_session(run: str, owner: str) -> JsonObject:
    """Starts a live session for a finished run unless it has one; returns its ``session_state``.

    Raises:
        JobRejected: there is no such result, or too many runs wait.
    """
    state = session_state(run, owner)
    if state["state"] in ("starting", "ready"):
        return state
    contest = jobs.load_result(run, owner)
    if contest is None or (jobs.get_state(run, owner) or {}).get("state") not in ENDED:
        raise JobRejected("There is no finished contest to ask.")
    if (reason := why_not(run, owner)) is not None:
        raise JobRejected(reason)
    kept = paths.models_kept(paths.runs_folder() / run)
    jobs.submit(None, None, contest.plan, owner, kind="live", run=run, name=run, title="Live questions", kept=kept)
    return session_state(run, owner)


def opens_by_itself(run: str, owner: str) -> bool:
    """Whether the models of a run are to be loaded without being asked for: it has just ended, they were kept, and
    there is room for them.

    Args:
        run: its id. owner: whose it is.

    Returns:
        False for old runs, for those whose models would have to be fitted again, and where seats or memory are short.
    """
    row = jobs.get_state(run, owner)
    if row is None or row["state"] != "finished" or not paths.models_kept(paths.runs_folder() / run):
        return False
    with RunStore() as store:
        taken = sum(one["kind"] == "live" for one in store.running())
    fresh = time.time() - float(row["ended"] or 0.0) < limits.LIVE_SECONDS
    return fresh and taken < limits.LIVE_SESSIONS and psutil.virtual_memory().available > limits.LIVE_FREE_BYTES


def why_not(run: str, owner: str) -> str | None:
    """Why the models of a run can no longer be asked, in words; None where they can.

    Args:
        run: its id. owner: whose it is.

    Returns:
        A sentence for a run that was imported without its data, or whose data have expired.
    """
    row = jobs.get_state(run, owner)
    if row is None or row["kind"] == "scenario" or (paths.runs_folder() / run / "parcel").is_dir():
        return None
    if row["imported"]:
        return "This run was imported: its data and models are not here. Run it again on the data to ask its models."
    hours = limits.RUN_DATA_KEPT_SECONDS / 3600
    return f"The data and models of this run are no longer kept (they go after {hours:.0f} hours). Run it again."


def session_state(run: str, owner: str) -> JsonObject:
    """The state of a run's live session.

    Returns:
        state: "gone" (never started, or ended), "starting", "ready" or "failed"; reason in words;
        contestants [{"key", "title", "family", "trouble"}] and items (test items that can be asked about) once ready;
        seconds_left until it ends without a question; place in the queue (0 once it has started, or where it needs no
        turn); news: the contestant being fitted; kept: whether the models are loaded instead of fitted again.
    """
    state: JsonObject = {
        "state": "gone", "reason": "", "contestants": [], "items": 0, "seconds_left": 0.0, "place": 0, "news": "",
        "kept": valid_run_id(run) is not None and paths.models_kept(paths.runs_folder() / run),
    }  # fmt: skip
    row = _newest_session(run, owner)
    if row is None or row["state"] in ("finished", "cancelled"):
        return state
    if row["state"] in ENDED:
        return {**state, "state": "failed", "reason": row["reason"]}
    if row["cancel"] is not None:
        # Closed, though the scheduler may need a moment to see it: who asks now must not find it open.
        return state
    queued = jobs.get_state(row["id"], owner) or {}
    folder = paths.runs_folder() / row["id"]
    notice = message_queue.read_notice(folder)
    if notice is None:
        events = jobs.get_events(row["id"], owner)
        fitting = next((one["contestant"] for one in reversed(events) if one.get("contestant")), None)
        place = 0 if (queued.get("extra") or {}).get("kept") else queued.get("place", 0)
        return {**state, "state": "starting", "place": place, "news": fitting or ""}
    left = notice["idle"] - (time.time() - (message_queue.last_question_time(folder) or time.time()))
    ready = {"contestants": notice["contestants"], "items": notice["items"], "seconds_left": max(0.0, left)}
    return {**state, "state": "ready", **ready}


def ask_question(run: str, owner: str, question: Facts) -> str:
    """Puts a question to the contestants and returns its id at once.

    question: {"kind": ..., ...} as ``Modality.ask`` of the data's modality takes it; "explain": true for reasons, and
    "panel": a word, by which a newer question replaces one that still waits.

    Raises:
        JobRejected: there is no session, the question is too long, or too many wait.
    """
    folder = _queue_folder(run, owner)
    if folder is None or message_queue.read_notice(folder) is None:
        raise JobRejected("The models were unloaded; load them again.")
    recorded = max((3 * len(str(question.get(name, ""))) // 4 for name in RECORDED), default=0)
    if recorded > limits.LIVE_RECORDING_BYTES:
        most = limits.LIVE_RECORDING_BYTES / 1000
        raise JobRejected(f"The recording has {recorded / 1000:,.0f} kB; the limit is {most:,.0f} kB.")
    size = len(json.dumps({name: one for name, one in question.items() if name not in RECORDED}))
    if size > limits.LIVE_QUESTION_BYTES:
        most = limits.LIVE_QUESTION_BYTES / 1000
        raise JobRejected(f"The question is {size / 1000:,.0f} kB long; the limit is {most:,.0f} kB.")
    if message_queue.count_pending(folder) >= limits.LIVE_QUESTIONS_WAITING:
        raise JobRejected("Too many questions wait for an answer; try again in a moment.")
    try:
        return message_queue.put_question(folder, question)
    except OSError:
        raise JobRejected("The models have just been unloaded; load them again.") from None


def get_answer(run: str, owner: str, id: str) -> JsonObject | None:
    """What is known about a question so far, or None.

    Returns:
        question; answers {contestant: {"title", "family", "trouble", "labels" and "probabilities" (n, k) or "value"
        (n,), for anomalies "odder_than" (n,), "ms" for one item, "explanation" {"method", "parts", "values", "base"}}};
        shown: the "row" or the "items" as the contestants saw them, the "recorded" answer, the "explained" class;
        "trouble" in words when the question makes no sense; "skipped" when a newer one replaced it; "complete".
    """
    folder = _queue_folder(run, owner)
    return None if folder is None or not valid_run_id(id) else message_queue.read_answer(folder, id)


def close_session(run: str, owner: str) -> bool:
    """Ends the live session; False when there was none."""
    row = _newest_session(run, owner)
    return row is not None and jobs.cancel(row["id"], owner)


def _newest_session(run: str, owner: str) -> JsonObject | None:
    if valid_run_id(run) is None:
        return None
    with RunStore() as store:
        return next((row for row in store.runs_of(owner) if row["kind"] == "live" and row["name"] == run), None)


def _queue_folder(run: str, owner: str) -> Path | None:
    row = _newest_session(run, owner)
    there = row is not None and row["state"] == "running" and row["cancel"] is None
    return paths.runs_folder() / row["id"] if row is not None and there else None
