"""Live questions about a decision: the smallest change of a row that turns an answer, with columns that must stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core import arena
from core.arena.prediction_service import PredictionService
from core.evaluation import tasks
from core.schema import Column, Dataset, Plan


def shop(rows: int = 160) -> Dataset:
    """Who buys depends on income alone; age goes along with nothing."""
    draw = np.random.default_rng(5)
    income, age = draw.normal(size=rows), draw.normal(size=rows)
    bought = pd.Categorical(np.where(income + 0.2 * draw.normal(size=rows) > 0, "yes", "no"))
    columns = (
        Column("income", "numeric", 0, rows),
        Column("age", "numeric", 0, rows),
        Column("y", "categorical", 0, 2),
    )
    return Dataset("shop", "table", pd.DataFrame({"income": income, "age": age, "y": bought}), columns=columns)


def test_income_turns_it_unless_income_must_stay() -> None:
    data = shop()
    plan = Plan(contestants=("table_linear",), folds=5, repeats=1, fixed_folds=True, budget_seconds=5.0, explain=False)
    played = arena.tournament(
        data, tasks.infer_task(data, "y"), plan, lambda news: None, worker_mode="inline", measured=False
    )
    answers: list[dict[str, Any]] = []

    def use(service: PredictionService) -> None:
        for more in ({"fixed": []}, {"fixed": ["income"]}):
            *_, last = service.predict({"kind": "row", "row": 0, "turn": True, **more})
            answers.append(last["answers"]["table_linear"])
            assert last["complete"] and "turn" not in last["answers"]["dummy"]

    arena.open_service(played, data, lambda news: None, use, worker_mode="inline")
    free, bound = answers
    assert free["turn"]["flips"] and [name for name, *_ in free["turn"]["changes"]] == ["income"]
    before, after = free["probabilities"][0][1], free["turn"]["chance"]
    assert (before >= 0.5) != (after >= 0.5), "the answer after the change is the other one"
    assert not bound["turn"]["flips"] and bound["turn"]["changes"] == []
