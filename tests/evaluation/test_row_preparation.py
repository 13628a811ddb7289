"""Rows that are left out by choice: gone from the contest, told, and every other row keeps its number as read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.arena import prepared_contest
from core.evaluation import row_preparation
from core.schema import Column, Dataset, Plan, Task

TASK = Task("y", "classification", "binary")


def table(rows: int = 60) -> Dataset:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"a": draw.normal(size=rows), "y": draw.choice(["no", "yes"], rows)})
    frame.loc[4, "y"] = None
    return Dataset("made", "table", frame, columns=(Column("a", "numeric"), Column("y", "categorical")))


def test_rows_keep_the_numbers_they_were_read_with() -> None:
    made = row_preparation.prepare_rows(table(), TASK, Plan(leave_out=(0, 7, 900)))
    assert made.rows_read.tolist() == [row for row in range(60) if row not in (0, 4, 7)]
    assert made.inputs["a"].tolist() == table().inputs["a"].drop([0, 4, 7]).tolist()
    assert any("2 of 60 rows are left out by choice" in one for one in made.warnings)
    plain = row_preparation.prepare_rows(table(), TASK, Plan())
    assert not any("by choice" in one for one in plain.warnings) and plain.rows_read.tolist()[4] == 5


def test_cut_rows_keep_their_numbers_too() -> None:
    made = row_preparation.prepare_rows(table(), TASK, Plan(rows=20))
    assert len(made) == 20 and made.inputs["a"].tolist() == table().inputs["a"].iloc[made.rows_read].tolist()


def test_the_digest_tells_left_out_rows_and_is_unchanged_without_them() -> None:
    def digest(plan: Plan) -> str:
        return prepared_contest.digest_contest("d", TASK, plan, (), {})

    assert digest(Plan()) == digest(Plan(leave_out=())) != digest(Plan(leave_out=(3,)))


def test_numbers_are_pooled_with_their_rows_and_made_rows_have_none() -> None:
    from dataclasses import replace

    from core.evaluation import refitting

    made = row_preparation.prepare_rows(table(), TASK, Plan())
    pooled = refitting.concatenate((made.take(np.arange(5)), made.take(np.arange(20, 30))))
    assert pooled.take(np.array([12])).rows_read.tolist() == [28]
    longer = replace(made.take(np.arange(2)), inputs=made.inputs, target=None)
    assert longer.take(np.array([40])).rows_read is None
