"""The engine with the plays of the tests; started as ``python -m tests.faults.engine [idle seconds]``."""

from __future__ import annotations

import sys

from core import limits
from core.runtime import scheduler
from core.workers import hardware, processes

if __name__ == "__main__":
    scheduler.SILENT_SECONDS = 20.0
    processes.PRELOAD = ("numpy", "psutil")
    limits.RUN_MEMORY_SHARE = 700_000_000 / hardware.memory_limit()
    sys.exit(scheduler.serve("tests.faults.plays:PLAYS", float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))
