"""Made-up runs for the tests of verdicts: folds with chosen skills, no model behind them."""

import numpy as np

from core.schema import Fit, Plan, Run, Task

TASK = Task(target="y", kind="classification", form="binary")
PLAN = Plan(contestants=("a", "b"), folds=5, repeats=2, margin=1.0)


def run(key, family, skills, **more):
    """A run whose folds have these skills (points); ``scores`` and ``seconds`` may be given per fold."""
    scores = more.pop("scores", [{} for _ in skills])
    seconds = more.pop("seconds", [1.0 for _ in skills])
    history = more.pop("history", ())
    trouble = more.pop("fold_trouble", {})
    fits = tuple(
        Fit(
            fold=place, split=f"s{place}", skill=None if place in trouble else float(skill), scores=scores[place],
            fit_seconds=seconds[place], fit_cpu_seconds=seconds[place], history=history, error=trouble.get(place),
        )
        for place, skill in enumerate(skills)
    )  # fmt: skip
    return Run(contestant=key, title=key.replace("_", " ").title(), family=family, fits=fits, **more)


def trio(deep, classical, spread=1.0, folds=10, seed=0, hybrid=None):
    """Deep, classical, the dummy and perhaps a hybrid around chosen mean skills, on shared fold noise."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, 2, folds)
    runs = [run("dummy", "chance", np.zeros(folds))]
    for key, family, centre in (
        ("table_xgboost", "classical", classical),
        ("table_deep", "deep", deep),
        ("table_hybrid", "hybrid", hybrid),
    ):
        if centre is not None:
            runs.append(run(key, family, centre + shared + rng.normal(0, spread, folds)))
    return runs
