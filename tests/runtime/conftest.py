"""A store of runs in a home of its own, without a scheduler that would take jobs from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runtime import jobs
from core.storage.run_store import RunStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(jobs, "ensure_scheduler", lambda: None)
    with RunStore() as one:
        yield one
