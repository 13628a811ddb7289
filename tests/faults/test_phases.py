"""A real contest is cancelled in every phase it goes through: it ends within five seconds and the next one plays."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from core import ingest, limits
from core.evaluation import tasks
from core.runtime import jobs
from core.schema import Plan, Task
from core.storage import dataset_store, paths
from core.storage.run_store import ENDED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WHO = ("dummy", "table_linear", "table_xgboost", "table_deep")


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> tuple[Path, Task]:
    """A home with a small real table, and what is predicted; the engine leaves with it."""
    patch = pytest.MonkeyPatch()
    place = tmp_path_factory.mktemp("phases")
    patch.setenv("CROSSOVER_HOME", str(place))
    folder = ingest.sample_folder("telco_churn")
    yield folder, tasks.infer_task(dataset_store.load(folder), ingest.samples()["telco_churn"][1].target)
    patch.undo()
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.parametrize("phase", ["queued", "read", "plan", "fit", "fold", "measure", "explain"])
def test_cancel_in_every_phase(table: tuple[Path, Task], phase: str) -> None:
    folder, task = table
    plan = Plan(contestants=WHO, rows=300, budget_seconds=15.0)
    run = jobs.submit(folder, task, plan, "me")
    until = time.monotonic() + 240
    while phase != "queued" and not any(event["stage"] == phase for event in jobs.get_events(run, "me")):
        assert jobs.get_state(run, "me")["state"] not in ENDED, f"over before {phase}"
        assert time.monotonic() < until, f"{phase} was never reached"
        time.sleep(0.02)
    asked = time.monotonic()
    assert jobs.cancel(run, "me")
    seen = jobs.wait(run, "me", 20)
    assert seen["state"] == "cancelled" and "cancelled" in seen["reason"]
    assert time.monotonic() - asked < limits.KILL_SECONDS
    kept = jobs.load_result(run, "me")
    if phase in ("measure", "explain"):
        assert kept is not None and all(len(one.fits) == len(kept.runs[0].fits) for one in kept.runs)
    assert not list(paths.runs_folder().glob("*/.*.json.*")), "no half-written file is left"


def test_the_next_contest_plays(table: tuple[Path, Task]) -> None:
    folder, task = table
    run = jobs.submit(folder, task, Plan(contestants=WHO[:2], rows=300, budget_seconds=10.0), "me")
    assert jobs.wait(run, "me", 240)["state"] == "finished"
