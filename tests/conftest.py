"""Surroundings of every test: threads that sleep when they wait, and a state folder that is thrown away."""

from __future__ import annotations

import os
import tempfile

# Set before anything numerical is imported: spinning threads make short torch tests 30 times slower beside a neighbour.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("CROSSOVER_HOME", tempfile.mkdtemp(prefix="crossover-tests-"))
