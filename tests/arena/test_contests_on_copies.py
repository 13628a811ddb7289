"""Contests with the shipped contestants on pure noise whose rows are copied: nobody wins and no claim gets a vote."""

import numpy as np
import pandas as pd
import pytest

from core import arena, verdicts
from core.schema import Column, Dataset, Plan, Task
from tests.evaluation import test_near_copies as planted

TASK = Task("y", "classification", "binary")
PLAN = Plan(contestants=("table_linear", "table_xgboost"), budget_seconds=5, explain=False, folds=5, repeats=1,
            fixed_folds=True)  # fmt: skip


def with_answers(frame, answers):
    columns = tuple(Column(str(name), "numeric", distinct=len(frame)) for name in frame.columns)
    inputs = frame.rename(columns=str).assign(y=pd.Categorical(np.where(answers == 1, "yes", "no")))
    return Dataset("noise", "table", inputs, columns=(*columns, Column("y", "categorical", distinct=2)))


def jittered(rng):
    return with_answers(planted.jittered(6, rows=250), np.tile(rng.integers(0, 2, 250), 3))


def stamped(rng):
    return with_answers(planted.stamped(6, rows=250), np.tile(rng.integers(0, 2, 250), 3))


def interpolated(rng):
    data, _ = planted.synthetic(rng, 800, 6)
    return with_answers(data.inputs, data.target)


@pytest.mark.parametrize("kind", [jittered, stamped, interpolated])
def test_copies_of_noise_let_nobody_win(kind):
    contest = arena.tournament(
        kind(np.random.default_rng(0)), TASK, PLAN, lambda news: None, worker_mode="inline", measured=False
    )
    runs = {run.contestant: np.mean([fit.skill for fit in run.fits]) for run in contest.runs}
    assert all(skill < 5 for skill in runs.values()), runs
    skills = [one for one in contest.comparisons if one.measurement == "skill"]
    assert skills and not any(one.winner in ("table_linear", "table_xgboost") for one in skills
                              if "dummy" not in (one.left, one.right))  # fmt: skip
    keys = {finding.key for finding in contest.findings}
    assert keys & {"near_copies", "interpolated"}
    judged = {verdict.claim: verdict.outcome for verdict in verdicts.judge([contest])}
    assert not {"supported", "contradicted"} & set(judged.values()), judged
