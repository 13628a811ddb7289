"""The engine as shipped, with its preloaded libraries, playing the scripted plays of the fault tests."""

from __future__ import annotations

import sys

from core.runtime import scheduler

if __name__ == "__main__":
    sys.exit(scheduler.serve("tests.faults.plays:PLAYS", 60.0))
