"""Live questions through the engine: models are loaded, answer, keep nobody waiting, and are unloaded."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.runtime import jobs, live_sessions, run_history
from core.schema import Column, Dataset, Plan, Task
from core.storage import dataset_store, paths
from core.storage.run_store import JobRejected

TASK = Task("y", "classification", "binary", positive="yes")
PLAN = Plan(contestants=("table_linear", "dummy"), folds=3, repeats=1, budget_seconds=5.0, explain=False)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished contest of the real engine."""
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    draw = np.random.default_rng(0)
    x = draw.normal(size=90)
    inputs = pd.DataFrame({"x": x, "y": pd.Categorical(np.where(x > 0, "yes", "no"))})
    columns = (Column("x", "numeric", 0, 90), Column("y", "categorical", 0, 2))
    parcel = dataset_store.save(Dataset("little", "table", inputs, columns=columns), tmp_path / "upload")
    id = jobs.submit(parcel, TASK, PLAN, "me")
    assert jobs.wait(id, "me", 240)["state"] == "finished"
    yield id
    live_sessions.close_session(id, "me")
    until(lambda: live_sessions.session_state(id, "me")["state"] == "gone")


def until(true, seconds=30.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def told(run, question, owner="me"):
    id = live_sessions.ask_question(run, owner, question)
    until(lambda: (live_sessions.get_answer(run, owner, id) or {}).get("complete"))
    return live_sessions.get_answer(run, owner, id)


@pytest.mark.slow
def test_contestants_answer_while_others_play_and_leave_no_trace(run):
    assert live_sessions.session_state(run, "me")["state"] == "gone"
    with pytest.raises(JobRejected):
        live_sessions.ask_question(run, "me", {"row": 0})
    assert live_sessions.open_session(run, "me")["state"] == "starting"
    until(lambda: live_sessions.session_state(run, "me")["state"] == "ready")
    seen = live_sessions.session_state(run, "me")
    assert {one["key"] for one in seen["contestants"]} == {"table_linear", "dummy"} and seen["seconds_left"] > 200
    high, low = (told(run, {"row": 0, "values": {"x": x}, "explain": True})["answers"] for x in (3, -3))
    assert high["table_linear"]["probabilities"][0][1] > 0.9 > 0.1 > low["table_linear"]["probabilities"][0][1]
    assert high["table_linear"]["explanation"]["values"][0] > 0 > low["table_linear"]["explanation"]["values"][0]
    # Somebody else sees nothing of it, and an open desk keeps no run waiting.
    assert (
        live_sessions.session_state(run, "you")["state"] == "gone"
        and live_sessions.get_answer(run, "you", "0" * 32) is None
    )
    with pytest.raises(JobRejected):
        live_sessions.open_session(run, "you")
    again = jobs.submit(paths.runs_folder() / run / "parcel", TASK, PLAN, "me")
    assert jobs.wait(again, "me", 240)["state"] == "finished"
    assert told(run, {"row": 1})["complete"] and [one["kind"] for one in run_history.list_runs("me")] == ["contest"] * 2
    for question in ({"pixels": [[0] * 700] * 700}, {"row": "x" * 500_000}):
        with pytest.raises(JobRejected, match="kB"):
            live_sessions.ask_question(run, "me", question)
    assert live_sessions.close_session(run, "me")
    until(lambda: live_sessions.session_state(run, "me")["state"] == "gone")
    until(lambda: len(list(paths.runs_folder().iterdir())) == 2)


@pytest.mark.slow
def test_kept_models_are_loaded_beside_a_contest_and_go_with_its_data(run):
    assert paths.models_kept(paths.runs_folder() / run) and live_sessions.opens_by_itself(run, "me")
    long = replace(PLAN, budget_seconds=60.0, contestants=("table_deep", "table_linear", "dummy"))
    other = jobs.submit(paths.runs_folder() / run / "parcel", TASK, long, "me")
    until(lambda: jobs.get_state(other, "me")["state"] == "running")
    live_sessions.open_session(run, "me")
    assert live_sessions.session_state(run, "me")["place"] == 0
    until(lambda: live_sessions.session_state(run, "me")["state"] == "ready")
    assert jobs.get_state(other, "me")["state"] == "running", "it had to wait for the contest"
    assert told(run, {"row": 0})["answers"]["table_linear"]["probabilities"]
    assert not live_sessions.opens_by_itself(run, "you")
    jobs.cancel(other, "me")
    live_sessions.close_session(run, "me")
    until(lambda: live_sessions.session_state(run, "me")["state"] == "gone")
    run_history.limits.RUN_DATA_KEPT_SECONDS, kept = -1, run_history.limits.RUN_DATA_KEPT_SECONDS
    try:
        run_history.remove_expired_data()
    finally:
        run_history.limits.RUN_DATA_KEPT_SECONDS = kept
    assert not live_sessions.session_state(run, "me")["kept"] and not live_sessions.opens_by_itself(run, "me")
    with pytest.raises(JobRejected, match="no longer kept"):
        live_sessions.open_session(run, "me")
    fresh = "b" * 32
    run_history.restore_runs(fresh, run_history.export_runs("me"))
    imported = next(one["id"] for one in run_history.list_runs(fresh) if one["state"] == "finished")
    assert "was imported" in (live_sessions.why_not(imported, fresh) or "")
