"""A history exported by version 0.1.0 still opens: its contest is read, judged, reported and exported again."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import api
from core.runtime import jobs, run_history

EXPORT = Path(__file__).parent / "history_0_1_0.zip"


def test_an_export_of_version_0_1_still_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))
    owner = "b" * 32
    assert run_history.restore_runs(owner, EXPORT.read_bytes()) == 1
    (row,) = run_history.list_runs(owner)
    contest = jobs.load_result(row["id"], owner)
    assert contest is not None and contest.requested is None
    assert {run.contestant for run in contest.runs} == {"dummy", "table_linear", "table_xgboost"}
    assert contest.comparisons and len(api.report(contest, "html")) > 1_000
    assert "version 0.1" in api.report(contest, "notebook")
    assert len(run_history.export_runs(owner)) > 1_000
