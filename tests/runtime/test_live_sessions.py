"""Live questions as a page sees them: asked to sit, here, and gone the moment they are sent home."""

from __future__ import annotations

import pytest

from core.runtime import jobs, live_sessions
from core.schema import Plan
from core.storage import message_queue, paths
from core.storage.run_store import JobRejected, RunStore

RUN = "a" * 32


def test_who_is_sent_home_is_gone_before_the_engine_has_seen_it(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(jobs, "ensure_scheduler", lambda: None)
    id = jobs.submit(None, None, Plan(), "me", kind="live", run=RUN, name=RUN)
    assert (
        live_sessions.session_state(RUN, "me")["state"] == "starting"
        and live_sessions.session_state(RUN, "you")["state"] == "gone"
    )
    with RunStore() as store:
        assert store.take_next()["id"] == id
    message_queue.open_queue(paths.runs_folder() / id, {"contestants": [], "items": 5, "idle": 60.0})
    assert live_sessions.session_state(RUN, "me")["state"] == "ready"
    asked = live_sessions.ask_question(RUN, "me", {"kind": "row", "row": 0})
    assert live_sessions.get_answer(RUN, "you", asked) is None and not live_sessions.close_session(RUN, "you")
    assert live_sessions.close_session(RUN, "me") and jobs.get_state(id, "me")["state"] == "running"
    assert live_sessions.session_state(RUN, "me")["state"] == "gone"
    with pytest.raises(JobRejected, match="unloaded"):
        live_sessions.ask_question(RUN, "me", {"kind": "row", "row": 0})
