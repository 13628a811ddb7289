"""Simulated contests with known truth: quick numpy learners on the shipped splits, scores and comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core import verdicts
from core.evaluation import refitting, splits
from core.schema import Comparison, Dataset, Fit, Plan, Run, Task

FORMS = ("binary", "multiclass", "regression")
CLASSES = {"binary": 2, "multiclass": 3}
PLAN = Plan(folds=5, repeats=2, margin=1.0)
Learner = Callable[[np.ndarray, np.ndarray, int, np.random.Generator], Callable[[np.ndarray], np.ndarray]]


def linear(x, y, classes, draw):
    """Ridge for numbers, Gaussian discriminant for classes."""
    if not classes:
        centre, mean = x.mean(axis=0), y.mean()
        z = x - centre
        weights = np.linalg.solve(z.T @ z + np.eye(z.shape[1]), z.T @ (y - mean))
        return lambda test: (test - centre) @ weights + mean
    means = np.stack([x[y == code].mean(axis=0) for code in range(classes)])
    residual = x - means[y]
    precision = np.linalg.inv(residual.T @ residual / len(x) + 0.01 * np.eye(x.shape[1]))
    prior = np.log([np.mean(y == code) + 1e-9 for code in range(classes)])

    def predict(test):
        logits = test @ precision @ means.T - 0.5 * np.einsum("ki,ij,kj->k", means, precision, means) + prior
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)

    return predict


def bootstrapped(x, y, classes, draw):
    """The linear learner on a bootstrap of its rows: the same approach under another seed gives another model."""
    rows = draw.integers(0, len(x), len(x))
    return linear(x[rows], y[rows], classes, draw)


def neighbours(x, y, classes, draw):
    """Mean answer of the 15 nearest rows."""
    answers = np.eye(classes)[y] if classes else y[:, None]

    def predict(test):
        far = (x**2).sum(axis=1)[None] - 2 * test @ x.T
        found = answers[np.argpartition(far, 15, axis=1)[:, :15]].mean(axis=1)
        return found if classes else found[:, 0]

    return predict


def seeing(columns: slice, learner: Learner = linear) -> Learner:
    """A learner that sees some of the eight features, each of which tells equally much."""

    def learn(x, y, classes, draw):
        predict = learner(x[:, columns], y, classes, draw)
        return lambda test: predict(test[:, columns])

    return learn


@dataclass(frozen=True)
class Design:
    """Two approaches and what is known about them."""

    about: str
    left: Learner
    right: Learner
    null: bool = False


DESIGNS = {
    "halves": Design(
        "either sees its own, equally telling half of the features", seeing(slice(0, 4)), seeing(slice(4, 8)), True
    ),
    "seeds": Design("the same bootstrapped learner under two seeds", bootstrapped, bootstrapped, True),
    "more": Design("left sees all eight features, right five of them", linear, seeing(slice(0, 5))),
    "kinds": Design("linear against nearest neighbours", linear, neighbours),
}


def sample(form: str, rows: int, seed: int) -> Dataset:
    """Eight independent features, all equally telling."""
    rng = np.random.default_rng(seed)
    if form == "regression":
        inputs = rng.normal(size=(rows, 8))
        return Dataset("simulated", "series", inputs, inputs @ np.full(8, 0.45) + rng.normal(0, 1.5, rows))
    target = rng.permutation(np.arange(rows) % CLASSES[form])
    ways = np.tile(np.random.default_rng(9).normal(size=(CLASSES[form], 4)), 2)
    inputs = rng.normal(size=(rows, 8)) + 0.54 * ways[target]
    return Dataset("simulated", "series", inputs, target, labels=tuple("abc"[: CLASSES[form]]))


def task_of(form: str) -> Task:
    return Task(target="y", kind="regression" if form == "regression" else "classification", form=form)


def primary(form: str, design: str, rows: int, seed: int, plan: Plan = PLAN) -> Comparison:
    """The shipped primary comparison on one simulated data set."""
    dataset, task, sides = sample(form, rows, seed), task_of(form), DESIGNS[design]
    fits: dict[str, list[Fit]] = {"left": [], "right": [], "dummy": []}
    for fold, split in enumerate(splits.make_splits(dataset, task, replace(plan, seed=seed))):
        known = np.concatenate([split.train, split.valid])
        x, y, test = dataset.inputs[known], dataset.target[known], dataset.take(split.test)
        for place, (key, learner) in enumerate((("left", sides.left), ("right", sides.right))):
            draw = np.random.default_rng((seed, fold, place))
            answers = learner(x, y, len(dataset.labels), draw)(test.inputs)
            # The skill alone: the other metrics of ``tasks.score`` take most of its time, and nobody reads them here.
            fits[key].append(Fit(fold, split.digest, skill=refitting.skill(task, y, test.target, answers)))
        fits["dummy"].append(Fit(fold, split.digest, skill=0.0))
    families = {"left": "deep", "right": "classical", "dummy": "chance"}
    runs = [Run(key, key, families[key], fits=tuple(found)) for key, found in fits.items()]
    return verdicts.compare(runs, task, plan, rows=rows, method="stratified", rarest=rows // 3)[0]


def rates(form: str, design: str, rows: int = 200, sets: int = 200, first_seed: int = 0) -> dict[str, float]:
    """Over simulated data sets: how many got a winner, how many intervals leave out 0, how many were tied."""
    found = [primary(form, design, rows, first_seed + place) for place in range(sets)]
    return {
        "sets": sets,
        "winners": sum(one.winner in ("left", "right") for one in found),
        "left": sum(one.winner == "left" for one in found),
        "excluding_zero": sum(not one.low <= 0 <= one.high for one in found),
        "ties": sum(one.winner == "tie" for one in found),
    }


def coverage(form: str, design: str, rows: int = 200, sets: int = 400, truth_sets: int = 1000) -> dict[str, float]:
    """How often the interval holds the true gap of the two approaches, which is the mean gap over fresh data sets."""
    once = Plan(folds=5, repeats=1, margin=1.0)
    truth = float(np.mean([primary(form, design, rows, 10**6 + place, once).gap for place in range(truth_sets)]))
    found = [primary(form, design, rows, 5_000 + place) for place in range(sets)]
    inside = sum(one.low <= truth <= one.high for one in found)
    return {"truth": truth, "inside": inside, "sets": sets, "share": inside / sets}
