"""Surroundings of every test: threads that sleep when they wait, and a state folder that is thrown away."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Set before anything numerical is imported: spinning threads make short torch tests 30 times slower beside a neighbour.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")
# The state folder of this run. A worker of pytest-xdist inherits the path from the process that started it and
# uses a folder of its own inside it, so that two files that are tested side by side share no store and no scheduler.
MADE = None
if "CROSSOVER_HOME" not in os.environ:
    MADE = os.environ["CROSSOVER_HOME"] = tempfile.mkdtemp(prefix="crossover-tests-")
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    home = Path(os.environ["CROSSOVER_HOME"]) / worker
    home.mkdir(exist_ok=True)
    os.environ["CROSSOVER_HOME"] = str(home)


def pytest_unconfigure() -> None:
    """Removes the state folder; a scheduler that still watches it ends when it is gone."""
    if MADE is not None:
        shutil.rmtree(MADE, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Gives ``__main__`` back after each test: Streamlit's AppTest puts its script there, and every process started
    later would run that script first."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
