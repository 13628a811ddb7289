"""How many rows a contest uses, said before it starts: by the limit, by the budget, or all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import limits
from core.ingest.inspection import inspect_dataset
from core.report.inspection_text import render_inspection
from core.schema import Column, Dataset, Plan
from core.workers import contest_size
from core.workers.contest_size import DataSize


def table(rows: int, columns: int) -> Dataset:
    names = [f"c{place}" for place in range(columns)]
    told = tuple(Column(name, "numeric", distinct=9) for name in names)
    return Dataset("made", "table", pd.DataFrame(np.zeros((rows, columns)), columns=names), columns=told)


def test_rows_are_cut_before_folds_and_only_where_they_must_be() -> None:
    wide, plan = DataSize.of(table(60_000, 200)), Plan(budget_seconds=60)
    most = contest_size.affordable_rows(wide, plan)
    assert most is not None and contest_size.LEAST_ROWS < most < 60_000
    assert contest_size.affordable_rows(wide, replace(plan, budget_seconds=6_000)) is None
    assert contest_size.affordable_rows(wide, replace(plan, rows=most)) is None
    assert contest_size.affordable_rows(wide, replace(plan, budget_seconds=0.01)) == contest_size.LEAST_ROWS
    assert contest_size.affordable_rows(DataSize.of(table(3_000, 20)), plan) is None


@pytest.mark.parametrize(
    ("rows", "columns", "asked", "used", "reason"),
    [
        (3_000, 20, None, 3_000, ""),
        (60_000, 5, None, limits.MAX_ROWS_CONTEST, "limit"),
        (60_000, 5, 40_000, 40_000, ""),
        (60_000, 5, 55_000, limits.MAX_ROWS_CONTEST, "limit"),
        (20_000, 1_000, None, 5_517, "budget"),
    ],
)
def test_the_reason_of_a_sample(rows: int, columns: int, asked: int | None, used: int, reason: str) -> None:
    found = contest_size.contest_rows(DataSize("table", rows, 0, columns * 4.35e-7), Plan(rows=asked))
    assert (found.rows, found.of, found.reason) == (used, rows, reason)
    assert bool(found.sentence) == bool(reason)


def test_data_without_rows_are_never_a_sample() -> None:
    assert contest_size.contest_rows(DataSize("forecast", 90_000), Plan()).reason == ""
    assert contest_size.contest_rows(DataSize.of(Dataset("w", "control", "hills")), Plan()).reason == ""
    assert contest_size.most_rows(DataSize("forecast", 90_000)) == 90_000


def test_an_earlier_card_tells_its_rows_alone() -> None:
    size = DataSize.of_card({"modality": "table", "rows": 70_000})
    assert contest_size.contest_rows(size, Plan()).reason == "limit"


def test_inspect_says_how_large_the_sample_is() -> None:
    told = inspect_dataset(table(60_000, 3), None)
    assert told["sample"]["rows"] == limits.MAX_ROWS_CONTEST and told["sample"]["of"] == 60_000
    assert "A contest uses a sample: 50,000 of 60,000 rows" in render_inspection(told, "made.csv")
    few = inspect_dataset(table(600, 3), None)
    assert few["sample"] is None and "sample" not in render_inspection(few, "made.csv")
