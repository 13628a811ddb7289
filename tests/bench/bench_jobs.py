"""What the road from a button to a worker costs: submit to first news, to a ready seat, cancel, events, polling."""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from core.runtime import jobs
from core.schema import Plan, Progress, Task
from core.storage import file_lock, json_codec, paths
from core.storage.run_store import ENDED, RunStore
from core.workers import hardware

TASK = Task("y", "classification", "binary")


def submit(folder: Path, kind: str, **extra: object) -> str:
    """A run of one scripted play."""
    return jobs.submit(folder, TASK, Plan(), "bench", kind, **extra)


def heard(id: str, stage: str) -> float:
    """When the first news of a stage was written, by the store's clock."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for event in jobs.get_events(id, "bench"):
            if event["stage"] == stage:
                return float(event["at"])
        time.sleep(0.005)
    raise TimeoutError(f"no {stage}: {jobs.get_state(id, 'bench')}")


def ended(id: str) -> float:
    """When the run ended, by the store's clock."""
    seen = jobs.wait(id, "bench", 60)
    assert seen is not None and seen["state"] in ENDED, seen
    return float(seen["ended"])


def each(times: int, work) -> float:
    """Mean microseconds of one call."""
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times * 1e6


def measured(folder: Path) -> list[tuple[str, str]]:
    """Every figure with its unit, in the order in which a run meets them."""
    rows = []
    start = time.time()
    cold = heard(submit(folder, "short"), "start") - start
    rows.append(("submit to first news, no engine yet", f"{cold:.2f} s"))
    first, seated, cancelled, call = [], [], [], []
    for _ in range(7):
        start = time.time()
        id = submit(folder, "seated", command="sleep", payload=60)
        call.append(time.time() - start)
        first.append(heard(id, "start") - start)
        seated.append(heard(id, "seat") - start)
        time.sleep(0.3)
        asked = time.time()
        jobs.cancel(id, "bench")
        cancelled.append(ended(id) - asked)
    rows.append(("submit returns after", f"{statistics.median(call) * 1e3:.0f} ms"))
    rows.append(("submit to first news, warm", f"{statistics.median(first):.2f} s (slowest {max(first):.2f})"))
    rows.append(("submit to a seat in the run, warm", f"{statistics.median(seated):.2f} s (slowest {max(seated):.2f})"))
    rows.append(
        ("cancel, seat busy in native code", f"{statistics.median(cancelled):.2f} s (slowest {max(cancelled):.2f})")
    )
    id = submit(folder, "deaf")
    heard(id, "kept")
    asked = time.time()
    jobs.cancel(id, "bench")
    rows.append(("cancel, worker that never listens", f"{ended(id) - asked:.2f} s"))
    with RunStore() as store:
        body = json_codec.dumps(Progress("fit", 1, 10, "table_deep", 3, 0.25, 0.75, 1.5))
        rows.append(("one event written", f"{each(5_000, lambda: store.add_event('f' * 32, body)):.0f} us"))
    rows.append(("one look at a run's state", f"{each(500, lambda: jobs.get_state(id, 'bench')):.0f} us"))
    rows.append(("engine alive? (asked by every page)", f"{each(2_000, jobs.ensure_scheduler):.0f} us"))
    return rows + idle()


def idle() -> list[tuple[str, str]]:
    """What the engine and its fork server cost while nothing runs."""
    here = str(paths.home_folder().resolve())
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("CROSSOVER_HOME") == here and process.pid != os.getpid():
                found.append(process)

    def spent() -> float:
        return sum(sum(process.cpu_times()[:2]) for process in found)

    before = spent()
    time.sleep(3)
    share = (spent() - before) / 3 * 100
    sizes = ", ".join(f"{hardware.process_memory(process.pid) / 1e6:.0f}" for process in found)
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGKILL)
    return [("idle engine, processor", f"{share:.1f} %"), ("engine processes, resident MB", sizes)]


def main() -> None:
    """Prints the figures of one pass in a private store."""
    before = os.environ.get("CROSSOVER_HOME"), jobs.SCHEDULER_COMMAND
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CROSSOVER_HOME"] = folder
        jobs.SCHEDULER_COMMAND = ("-m", "tests.bench.jobs_engine")
        parcel = Path(folder) / "upload"
        parcel.mkdir()
        (parcel / "dataset.json").write_text('{"name": "bench"}', encoding="utf-8")
        print("\nRuns: from the button to the worker and back")
        for title, value in measured(parcel):
            print(f"  {title:<42} {value}")
        while file_lock.is_locked(paths.home_folder() / "engine.start"):
            time.sleep(0.05)
    os.environ.pop("CROSSOVER_HOME")
    if before[0] is not None:
        os.environ["CROSSOVER_HOME"] = before[0]
    jobs.SCHEDULER_COMMAND = before[1]


if __name__ == "__main__":
    main()
