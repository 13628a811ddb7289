"""The engine as shipped, with its preloaded libraries, playing the scripted plays of the fault tests."""

from __future__ import annotations

import sys

from core.runtime import scheduler as engine

if __name__ == "__main__":
    sys.exit(engine.serve("tests.faults.plays:PLAYS", 60.0))
