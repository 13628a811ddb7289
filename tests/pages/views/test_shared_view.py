"""A shared result is read by others and nothing on it runs; without the switch another browser sees nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.runtime import run_history, shared_runs
from tests.pages.test_pages import ROOT, on_tab, opened, sound

READER = "f" * 32


def shared_page(link: str, owner: str = READER) -> AppTest:
    """The app at a shared address, as a browser of this identity sees it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["_owner"] = owner
    app.query_params["shared"] = link
    return app.run()


def test_the_switch_is_off_at_first_and_lets_others_read(place: Path, owner: str, finished: str) -> None:
    app = opened("compare", owner, finished)
    switch = app.toggle(key=f"share_{finished}")
    assert switch.value is False and shared_runs.link_of_run(finished, owner) is None
    switch.set_value(True).run()
    link = shared_runs.link_of_run(finished, owner)
    assert link is not None and any(f"?shared={link}" in block.value for block in app.code)
    said = sound(shared_page(link))
    assert "No clear winner" in said and "Recommended: **" in said
    app.toggle(key=f"share_{finished}").set_value(False).run()
    said = sound(shared_page(link))
    assert "shows no result" in said and "No clear winner" not in said


@pytest.mark.parametrize("asked", ["own id", "nonsense", "0" * 32])
def test_without_the_switch_another_browser_sees_nothing(place: Path, owner: str, finished: str, asked: str) -> None:
    said = sound(shared_page(finished if asked == "own id" else asked))
    assert "shows no result" in said and "No clear winner" not in said and "churn" not in said


def test_nothing_on_a_shared_result_runs_or_changes(place: Path, owner: str, finished: str) -> None:
    link = shared_runs.share_run(finished, owner)
    assert link is not None
    app = shared_page(link)
    for tab in ("Trade-offs", "Why", "Mistakes", "Trust", "Learning", "Claims", "Reproduce"):
        sound(on_tab(app, tab))
        keys = {button.key or "" for button in app.button}
        starts = ("ask_", "measure_all", "next_", "leak_", "other_", "use_", "bar_", "share_", "forget_")
        assert not [key for key in keys if key.startswith(starts)], tab
    assert not app.toggle and run_history.list_runs(READER) == []
    app.button(key="leave_shared").click().run()
    assert app.button(key="run_contest") and "shared" not in app.query_params
