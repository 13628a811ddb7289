"""What a contest holds in memory: proportional bytes of every process of a run, at rest and at the peak."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import psutil

from core import ingest, registry
from core.evaluation import tasks
from core.runtime import jobs
from core.schema import Plan
from core.storage import dataset_store, file_lock, paths
from core.workers import memory_need

EVERY_SECONDS = 0.25
ROLES = (
    ("core.runtime.scheduler", "engine"), ("forkserver", "fork server"), ("resource_tracker", "tracker"),
    ("streamlit", "web"), ("multiprocessing", "worker"),
)  # fmt: skip


def proportional(pid: int) -> int:
    """Proportional resident bytes of a process (PSS); 0 when it is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


class Meter:
    """Watches every process whose CROSSOVER_HOME is this one, but for the meter itself."""

    def __init__(self, home: Path) -> None:
        self.home, self.stopped = str(home), threading.Event()
        self.peak, self.at_peak = 0, {}
        self.highest: dict[str, int] = defaultdict(int)
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Meter:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()

    def sizes(self) -> dict[str, int]:
        """Bytes by role and process number."""
        found = {}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid != os.getpid() and process.environ().get("CROSSOVER_HOME") == self.home:
                    line = " ".join(process.cmdline())
                    role = next((title for word, title in ROLES if word in line), "worker")
                    if role == "fork server" and "forkserver" in " ".join(process.parent().cmdline()):  # type: ignore[union-attr]
                        role = "worker"
                    found[f"{role} {process.pid}"] = proportional(process.pid)
        return found

    def _watch(self) -> None:
        while not self.stopped.wait(EVERY_SECONDS):
            now = self.sizes()
            if sum(now.values()) > self.peak:
                self.peak, self.at_peak = sum(now.values()), now
            for key, size in now.items():
                self.highest[key] = max(self.highest[key], size)


def played(sample: str, budget: float | None = None) -> tuple[Meter, dict[str, int], float]:
    """One contest of an embedded sample through the engine: the meter, what rests afterwards, wall seconds."""
    modality, told = ingest.samples()[sample]
    dataset = dataset_store.load(ingest.sample_folder(sample))
    task = tasks.infer_task(dataset, told.target)
    plan = Plan(rows=told.rows) if budget is None else Plan(rows=told.rows, budget_seconds=budget)
    del modality
    with Meter(paths.home_folder()) as meter:
        start = time.monotonic()
        run = jobs.submit(ingest.sample_folder(sample), task, plan, "bench", "contest")
        state = jobs.wait(run, "bench", 1_200)
        assert state is not None and state["state"] == "finished", state
        seconds = time.monotonic() - start
        time.sleep(1)
        return meter, meter.sizes(), seconds


def check_table(sample: str, wanted: tuple[str, ...] = ()) -> None:
    """Prints what contestants take of the memory beside their entry in the memory table."""
    from tests.bench import contestant_memory

    print(f"\nMemory of each contestant on {sample}: fixed MB and bytes a number, measured (declared)")
    for small, large in contestant_memory.measure_sample(sample, wanted):
        slope = (large.most - small.most) / max(1, large.numbers - small.numbers)
        fixed = small.most - slope * small.numbers
        told = memory_need.worker_memory(small.contestant, ingest.samples()[sample][0].key)
        print(
            f"  {small.contestant}: {fixed / 1e6:.0f} ({told.fixed / 1e6:.0f}) MB, {slope:.0f} ({told.a_number:.0f})",
            flush=True,
        )


def close() -> None:
    """Ends the engine of this home."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("CROSSOVER_HOME") == str(paths.home_folder()) and process.pid != os.getpid():
                process.send_signal(signal.SIGKILL)
    while file_lock.is_locked(paths.home_folder() / "engine.start"):
        time.sleep(0.05)


def main(samples: tuple[str, ...] = ("telco_churn",)) -> None:
    """Prints the peak of each sample's contest, what its processes held then, and what rests after it."""
    before = os.environ.get("CROSSOVER_HOME")
    print("\nMemory of a contest, proportional MB of all processes but the web server")
    for sample in samples or tuple(ingest.samples()):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["CROSSOVER_HOME"] = folder
            meter, rest, seconds = played(sample)
            parts = ", ".join(f"{key} {size / 1e6:.0f}" for key, size in sorted(meter.at_peak.items()))
            idle = ", ".join(f"{key.split()[0]} {size / 1e6:.0f}" for key, size in sorted(rest.items()))
            print(f"  {sample}: peak {meter.peak / 1e6:.0f} in {seconds:.0f} s ({parts}); at rest {idle}", flush=True)
            close()
    os.environ.pop("CROSSOVER_HOME")
    if before is not None:
        os.environ["CROSSOVER_HOME"] = before
    for sample in samples:
        check_table(sample)


if __name__ == "__main__":
    registry.discover("modalities")
    main(tuple(sys.argv[1:]) or ("telco_churn",))
