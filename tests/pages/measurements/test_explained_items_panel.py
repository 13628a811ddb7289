"""How many items were explained, and the one button that explains the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.schema import Contest, StageWork
from core.storage import json_codec
from pages.summaries import explained_items

PLANNED = StageWork(60.0, 6.0, 20.0, 60.0, 8, 24, 0.3)


def _page(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.measurements import explained_items_panel, pending_jobs

    pending_jobs.pending_jobs = lambda contest, owner: []
    explained_items_panel.draw_panel(json_codec.loads(Path(path).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "work,words", [(PLANNED, ["8 of 24 rows are explained"]), (replace(PLANNED, items=24), []), (None, [])]
)
def test_the_rest_is_offered_with_its_minutes_where_something_was_left_out(
    contest: Contest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: StageWork | None, words: list[str]
) -> None:
    from pages.measurements import pending_jobs

    monkeypatch.setattr(pending_jobs, "pending_jobs", pending_jobs.pending_jobs)
    path = tmp_path / "contest.json"
    asked = replace(contest, stage_work=work, seconds={"explain": 50.0}, scenario=None)
    path.write_text(json_codec.dumps(asked), encoding="utf-8")
    app = AppTest.from_function(_page, kwargs={"path": str(path)}, default_timeout=60).run()
    assert not app.exception
    assert [one.value.startswith(said) for one, said in zip(app.caption, words, strict=True)] == [True] * len(words)
    labels = [button.label for button in app.button]
    assert labels == (["Explain all 24 (about 2½ minutes)"] if words else []) or "about" in labels[0]


def test_the_time_follows_from_what_the_planned_work_took_here(contest: Contest) -> None:
    asked = replace(contest, stage_work=PLANNED, seconds={"explain": 50.0})
    assert explained_items.seconds_for_all(asked) == pytest.approx(150.0)
    assert explained_items.remaining_items(asked) == (8, 24)
    assert explained_items.seconds_for_all(replace(asked, stage_work=None)) == 0.0
