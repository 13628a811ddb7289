"""The same digest gives the same scores to the last digit, on a quiet machine and among busy neighbours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from core import arena, ingest
from core.evaluation import tasks
from core.schema import Contest, Plan

NEIGHBOURS = 8


@contextmanager
def busy_neighbours(count: int) -> Iterator[None]:
    """So many other processes that do nothing but compute."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: sum(range(100000))"]) for _ in range(count)]
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()


def played(sample: str, rows: int, contestants: tuple[str, ...]) -> Contest:
    _, declared = ingest.samples()[sample]
    dataset = declared.load()
    task = replace(tasks.infer_task(dataset, declared.target), groups=declared.groups, order=declared.order)
    plan = Plan(
        contestants=contestants, rows=rows, budget_seconds=3.0, folds=2, repeats=1, fixed_folds=True, fits=2,
        device="cpu", explain=sample == "telco_churn",
    )  # fmt: skip
    return arena.tournament(dataset, task, plan, lambda news: None, measured=False)


def told(contest: Contest) -> dict[str, Any]:
    """Everything of a contest that is no measurement of time, memory or energy."""
    fits = {
        run.contestant: [
            [dict(fit.scores), fit.skill, fit.stopped, fit.work_seconds, fit.full_work_seconds, fit.error,
             [step[1:] for step in fit.history]]
            for fit in run.fits
        ]
        for run in contest.runs
    }  # fmt: skip
    values = {run.contestant: (run.explanation or {}).get("values") for run in contest.runs}
    errors = {run.contestant: (run.explanation or {}).get("method_error") for run in contest.runs}
    return {"digest": contest.digest, "plan": contest.plan, "fits": fits, "values": values, "errors": errors}


@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("sample", "rows", "contestants"),
    [
        ("telco_churn", 240, ("table_deep", "table_xgboost", "table_linear")),
        ("digits", 200, ("image_deep",)),
    ],
)
def test_load_changes_no_digit(sample: str, rows: int, contestants: tuple[str, ...]) -> None:
    alone = told(played(sample, rows, contestants))
    with busy_neighbours(NEIGHBOURS):
        crowded = told(played(sample, rows, contestants))
    ends = {fit[2] for fits in alone["fits"].values() for fit in fits}
    assert "budget" in ends or "converged" in ends
    assert alone == crowded
