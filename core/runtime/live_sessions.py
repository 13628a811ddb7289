"""Live questions: the contestants of a finished run sit down once more and answer what a page asks them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core import limits
from core.runtime import jobs
from core.storage import message_queue, paths
from core.storage.run_store import ENDED, JobRejected, RunStore, valid_run_id

_ID = re.compile(r"[0-9a-f]{32}")


def open_session(run: str, owner: str) -> dict[str, Any]:
    """Asks the contestants of a finished run to sit down, unless they already do; their ``session_state`` then.

    Raises:
        JobRejected: there is no such result, or too many runs wait.
    """
    seen = session_state(run, owner)
    if seen["state"] in ("starting", "ready"):
        return seen
    contest = jobs.load_result(run, owner)
    if contest is None or (jobs.get_state(run, owner) or {}).get("state") not in ENDED:
        raise JobRejected("There is no finished contest to ask.")
    jobs.submit(None, None, contest.plan, owner, kind="live", run=run, name=run, title="Live questions")
    return session_state(run, owner)


def session_state(run: str, owner: str) -> dict[str, Any]:
    """Where the contestants of a run are.

    Returns:
        state: "gone" (not asked to sit, or they have left), "starting", "ready" or "failed"; reason in words;
        contestants [{"key", "title", "family", "trouble"}] and items (test items that can be asked about) once ready;
        seconds_left until they leave unasked; place in the queue (0 once it is their turn); news, the last words.
    """
    seen: dict[str, Any] = {
        "state": "gone", "reason": "", "contestants": [], "items": 0, "seconds_left": 0.0, "place": 0, "news": "",
    }  # fmt: skip
    row = _newest(run, owner)
    if row is None or row["state"] in ("finished", "cancelled"):
        return seen
    if row["state"] in ENDED:
        return {**seen, "state": "failed", "reason": row["reason"]}
    if row["cancel"] is not None:
        # Sent home, though the engine may need a moment to see it: who asks now must not find them here.
        return seen
    stand = jobs.get_state(row["id"], owner) or {}
    folder = paths.runs_folder() / row["id"]
    notice = message_queue.read_notice(folder)
    if notice is None:
        news = jobs.get_events(row["id"], owner)
        said = next((one["contestant"] for one in reversed(news) if one.get("contestant")), None)
        return {**seen, "state": "starting", "place": stand.get("place", 0), "news": said or ""}
    left = notice["idle"] - (time.time() - (message_queue.last_question_time(folder) or time.time()))
    told = {"contestants": notice["contestants"], "items": notice["items"], "seconds_left": max(0.0, left)}
    return {**seen, "state": "ready", **told}


def ask_question(run: str, owner: str, question: Mapping[str, Any]) -> str:
    """Puts a question to the contestants and returns its id at once.

    question: {"kind": ..., ...} as ``Modality.ask`` of the data's modality takes it; "explain": true for reasons, and
    "panel": a word, by which a newer question replaces one that still waits.

    Raises:
        JobRejected: nobody sits there, the question is too long, or too many wait.
    """
    folder = _desk(run, owner)
    if folder is None or message_queue.read_notice(folder) is None:
        raise JobRejected("The contestants have left; ask them to sit down again.")
    size = len(json.dumps(question))
    if size > limits.DESK_QUESTION_BYTES:
        most = limits.DESK_QUESTION_BYTES / 1000
        raise JobRejected(f"The question is {size / 1000:,.0f} kB long; the limit is {most:,.0f} kB.")
    if message_queue.count_pending(folder) >= limits.DESK_QUESTIONS_WAITING:
        raise JobRejected("Too many questions wait for an answer; try again in a moment.")
    try:
        return message_queue.put_question(folder, question)
    except OSError:
        raise JobRejected("The contestants have just left; ask them to sit down again.") from None


def get_answer(run: str, owner: str, id: str) -> dict[str, Any] | None:
    """What is known about a question so far, or None.

    Returns:
        question; answers {contestant: {"title", "family", "trouble", "labels" and "probabilities" (n, k) or "value"
        (n,), for anomalies "odder_than" (n,), "ms" for one item, "explanation" {"method", "parts", "values", "base"}}};
        shown: the "row" or the "items" as the contestants saw them, the "recorded" answer, the "explained" class;
        "trouble" in words when the question makes no sense; "skipped" when a newer one replaced it; "complete".
    """
    folder = _desk(run, owner)
    return None if folder is None or not _ID.fullmatch(id) else message_queue.read_answer(folder, id)


def close_session(run: str, owner: str) -> bool:
    """Sends the contestants home; False when none sat there."""
    row = _newest(run, owner)
    return row is not None and jobs.cancel(row["id"], owner)


def _newest(run: str, owner: str) -> dict[str, Any] | None:
    if valid_run_id(run) is None:
        return None
    with RunStore() as store:
        return next((row for row in store.runs_of(owner) if row["kind"] == "live" and row["name"] == run), None)


def _desk(run: str, owner: str) -> Path | None:
    row = _newest(run, owner)
    there = row is not None and row["state"] == "running" and row["cancel"] is None
    return paths.runs_folder() / row["id"] if row is not None and there else None
