"""Pages: how long a redraw takes, quiet and while a contest trains, and how much memory the page process holds."""

from __future__ import annotations

import os
import secrets
import statistics
import tempfile
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core import ingest
from core.evaluation import tasks
from core.runtime import jobs, run_history
from core.schema import Plan
from core.storage import dataset_store
from core.workers import hardware
from tests.pages.conftest import fabricate, packed

ROOT = Path(__file__).resolve().parents[2]
REDRAWS = 20


def opened(owner: str, run: str | None) -> AppTest:
    """The compare page as a browser of this identity sees it, drawn once."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.session_state["_owner"] = owner
    if run is not None:
        app.query_params["run"] = run
    return app.run()


def redraws(app: AppTest) -> str:
    """Milliseconds of whole redraws of the page: median and 95th percentile on the clock, median of CPU."""
    taken, worked = [], []
    for _ in range(REDRAWS):
        before, cpu = time.perf_counter(), time.process_time()
        app.run()
        taken.append(1e3 * (time.perf_counter() - before))
        worked.append(1e3 * (time.process_time() - cpu))
    middle, late = statistics.median(taken), sorted(taken)[int(0.95 * REDRAWS) - 1]
    return f"median {middle:.0f} ms, p95 {late:.0f} ms, CPU {statistics.median(worked):.0f} ms"


def first(owner: str, run: str) -> str:
    """CPU-milliseconds of the first drawing of a finished contest, when no chart has been made yet."""
    app = opened(owner, None)
    app.query_params["run"] = run
    before = time.process_time()
    app.run()
    return f"CPU {1e3 * (time.process_time() - before):.0f} ms"


def main() -> None:
    """Prints redraw times of a new, a finished and a running contest's page, and the process's memory."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["CROSSOVER_HOME"] = home
        owner = secrets.token_hex(16)
        run_history.restore_runs(owner, packed(fabricate()))
        finished = run_history.list_runs(owner)[0]["id"]
        folder = ingest.sample_folder("telco_churn")
        print(f"a new contest's page: {redraws(opened(owner, None))}")
        print(f"a finished contest's page, drawn the first time: {first(owner, finished)}")
        print(f"a finished contest's page, quiet: {redraws(opened(owner, finished))} (goal < 300 ms)")
        for page in ("explain", "document", "use_cases", "history", "method"):
            app = opened(owner, finished)
            print(f"{page}: {redraws(app.switch_page(f'pages/{page}.py').run())}")
        task = tasks.infer_task(dataset_store.load(folder), ingest.samples()["telco_churn"][1].target)
        run = jobs.submit(folder, task, Plan(rows=1_500, budget_seconds=60.0), owner)
        while jobs.get_state(run, owner)["state"] == "queued":  # type: ignore[index]
            time.sleep(0.2)
        print(f"the live page while training: {redraws(opened(owner, run))} (goal p95 < 300 ms)")
        print(f"a finished contest's page while training: {redraws(opened(owner, finished))}")
        jobs.cancel(run, owner)
        print(f"memory of the page process: {hardware.process_memory(os.getpid()) / 1e6:.0f} MB")
        time.sleep(2)


if __name__ == "__main__":
    main()
