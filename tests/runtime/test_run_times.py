"""The time of the next contest follows from the latest ones on this machine, or is not told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.runtime import run_times
from core.schema import Contest
from core.storage import paths
from tests.pages.conftest import fabricate


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    return paths.home_folder()


def played(fit: float, total: float, budget: float = 60.0) -> Contest:
    found = fabricate()
    plan = replace(found.plan, budget_seconds=budget, fits=None)
    return replace(found, scenario=None, error=None, plan=plan, requested=None, seconds={"fit": fit, "total": total})


def test_nothing_is_expected_before_the_first_contest() -> None:
    assert run_times.expected_seconds("table", 60) is None


def test_fits_grow_with_the_budget_and_the_rest_does_not() -> None:
    run_times.remember(played(30, 40))
    assert run_times.expected_seconds("table", 60) == pytest.approx(40)
    assert run_times.expected_seconds("table", 120) == pytest.approx(70)
    assert run_times.expected_seconds("image", 60) is None


def test_the_latest_few_count_by_their_median() -> None:
    for fit in (500, 500, 500, 30, 30, 30, 30):
        run_times.remember(played(fit, fit + 10))
    assert run_times.expected_seconds("table", 60) == pytest.approx(40)


@pytest.mark.parametrize("change", [
    {"scenario": "vision"}, {"error": "cancelled"}, {"seconds": {}}, {"seconds": {"fit": 9.0, "total": 3.0}},
])  # fmt: skip
def test_what_says_nothing_about_others_is_not_remembered(change: dict) -> None:
    run_times.remember(replace(played(30, 40), **change))
    assert run_times.expected_seconds("table", 60) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"table": 3}', '{"table": [[1]]}', '{"table": [[0, 1, 2]]}',
                                  '{"table": [["x", 1, 2]]}', '{"table": [[60, NaN, 2]]}'])  # fmt: skip
def test_a_damaged_file_is_as_none(home: Path, text: str) -> None:
    (home / "run_times.json").write_text(text)
    assert run_times.expected_seconds("table", 60) is None
    run_times.remember(played(30, 40))
    assert run_times.expected_seconds("table", 60) == pytest.approx(40)
