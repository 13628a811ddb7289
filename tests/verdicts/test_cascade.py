"""A cascade pays where the dear model knows what the cheap one is unsure of, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.schema import Contest, Fit, HeldOut, HeldOutFold, MeasurementResult, Plan, Run, Task
from core.verdicts.cascade import measure_cascade

FOLDS, ROWS = 10, 900


def probabilities(right: np.ndarray, truth: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Two classes: the recorded one where right, with the confidence given."""
    said = np.where(right, truth, 1 - truth)
    made = np.empty((len(truth), 2))
    made[np.arange(len(truth)), said] = sure
    made[np.arange(len(truth)), 1 - said] = 1 - sure
    return made


def contest(dear_on_easy: float, dear_on_hard: float, ratio: float = 20.0) -> Contest:
    """The cheap model is right on 97 % of easy rows (seven in ten), surely, and on 55 % of hard ones, unsurely."""
    rng = np.random.default_rng(3)
    kept, fits = [], {"dummy": [], "cheap": [], "dear": []}
    for fold in range(FOLDS):
        truth, easy = rng.integers(0, 2, ROWS), rng.random(ROWS) < 0.7
        cheap = rng.random(ROWS) < np.where(easy, 0.97, 0.55)
        dear = rng.random(ROWS) < np.where(easy, dear_on_easy, dear_on_hard)
        told = {
            "dummy": np.full((ROWS, 2), 0.5),
            "cheap": probabilities(cheap, truth, np.where(easy, 0.95, 0.55) + rng.uniform(0, 0.02, ROWS)),
            "dear": probabilities(dear, truth, np.full(ROWS, 0.9)),
        }
        kept.append(HeldOutFold(fold, np.arange(ROWS), truth, ROWS))
        for key, given in told.items():
            fits[key].append(Fit(fold, "d", {}, 1.0, predictions=given))
    families = {"dummy": "chance", "cheap": "classical", "dear": "deep"}
    cost = {"dummy": 0.01, "cheap": 1.0, "dear": ratio}
    runs = tuple(
        Run(key, key.title(), families[key], fits=tuple(fits[key]),  # type: ignore[arg-type]
            readings={"latency_p50": MeasurementResult((cost[key], cost[key] * 1.1))})
        for key in fits
    )  # fmt: skip
    data = {"name": "x", "modality": "table", "labels": ("a", "b")}
    task = Task("y", "classification", "binary")
    return Contest("a" * 32, "d", data, task, Plan(folds=FOLDS), runs, held_out=HeldOut(tuple(kept)))  # type: ignore[arg-type]


def test_it_pays_where_only_the_hard_rows_need_the_dear_model() -> None:
    found = measure_cascade(contest(0.94, 0.95), ("dear", "cheap"))
    assert found is not None and (found.cheap, found.dear) == ("cheap", "dear")
    assert found.outcome == "supported"
    assert 0.2 < found.chosen.share < 0.45 and found.chosen.cost < 0.55 * found.dear_cost
    assert found.against_cheap.low > 1 and found.against_dear.low > -1
    assert found.curve[0].share == 0.0 and found.curve[0].cost == pytest.approx(found.cheap_cost)
    assert found.curve[-1].share == 1.0 and found.curve[-1].cost == pytest.approx(found.cheap_cost + found.dear_cost)
    assert all(one.low <= one.skill <= one.high for one in found.curve)


def test_it_does_not_pay_where_the_dear_model_knows_no_more() -> None:
    found = measure_cascade(contest(0.9, 0.5), ("cheap", "dear"))
    assert found is not None and found.outcome == "contradicted" and found.chosen.share < 0.1


def test_what_was_not_recorded_or_saves_nothing_is_not_measured() -> None:
    played = contest(0.97, 0.95)
    assert measure_cascade(contest(0.97, 0.95, ratio=1.2), ("cheap", "dear")) is None
    assert measure_cascade(replace(played, held_out=HeldOut()), ("cheap", "dear")) is None
    assert measure_cascade(replace(played, task=Task("y", "regression", "regression")), ("cheap", "dear")) is None
    unmeasured = tuple(replace(run, readings={}) for run in played.runs)
    assert measure_cascade(replace(played, runs=unmeasured), ("cheap", "dear")) is None
    few = replace(played, held_out=HeldOut(played.held_out.folds[:2]))
    assert measure_cascade(few, ("cheap", "dear")) is None


def test_the_share_is_chosen_without_the_fold_it_is_judged_on() -> None:
    """A fold whose dear answers are all wrong is judged under the others' choice, so its own answers move nothing."""
    played = contest(0.97, 0.95)
    usual = measure_cascade(played, ("cheap", "dear"))

    def spoilt(run: Run) -> Run:
        if run.contestant != "dear":
            return run
        first, *rest = run.fits
        return replace(run, fits=(replace(first, predictions=1 - np.asarray(first.predictions)), *rest))

    found = measure_cascade(replace(played, runs=tuple(map(spoilt, played.runs))), ("cheap", "dear"))
    assert found.chosen.share == pytest.approx(usual.chosen.share, abs=0.12) and found.chosen.skill < usual.chosen.skill
