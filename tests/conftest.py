"""Surroundings of every test: threads that sleep when they wait, and a state folder that is thrown away."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections import Counter
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

# Files that take longest, so that no worker begins one when the other has nothing left: quick, slow and browser tests
# are separate runs, and a file stands here once for all of them.
LONGEST = (
    "browser/test_walk.py", "browser/test_modalities.py", "browser/test_accessibility.py",
    "browser/test_hostile_media.py", "browser/test_use_cases.py", "browser/test_contest.py",
    "plugin_checks/test_plugin_checks.py", "golden/test_golden.py", "hostile/test_corpus.py",
    "scenarios/test_four_uses.py", "scenarios/test_writing_ranking_driving.py", "bundles/test_every_contestant.py",
    "test_cli.py", "verdicts/test_comparison_simulation.py", "bundles/test_bundled_models.py",
    "faults/test_many.py", "contestants/test_media.py", "verdicts/test_known_truth.py",
    "contestants/table/test_table_contestants.py", "explain/test_contestant_explanations.py", "test_api.py",
    "bundles/test_bundles_of_other_kinds.py", "examples/test_examples.py", "faults/test_phases.py",
    "bundles/test_coverage_on_samples.py", "models/onnx/test_portable_model.py", "test_plugins.py",
    "arena/test_turn_worker.py", "measurements/test_measurements_on_shipped_contestants.py", "faults/test_engine.py",
    "test_adding.py",
)  # fmt: skip
# What is imported to collect the tests stays until the end: looking through it again and again for what could be freed
# took a sixth of the collection.
gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first where files are tested side by side, then those with the most tests."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        here, tests = Path(__file__).parent, Counter(item.path for item in items)
        places = {here / name: place for place, name in enumerate(LONGEST)}
        items.sort(key=lambda item: (places.get(item.path, len(places)), -tests[item.path], str(item.path)))


def pytest_collection_finish() -> None:
    """Frees what the tests leave, and never again looks through what their imports made."""
    gc.freeze()
    gc.enable()


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
