"""Surroundings of every test: threads that sleep when they wait, and a state folder that is thrown away."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator

import pytest

# Set before anything numerical is imported: spinning threads make short torch tests 30 times slower beside a neighbour.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("CROSSOVER_HOME", tempfile.mkdtemp(prefix="crossover-tests-"))


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Gives ``__main__`` back after each test: Streamlit's AppTest puts its script there, and every process started
    later would run that script first."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
