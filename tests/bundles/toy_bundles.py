"""A mixed table whose answer is known, and bundles of contestants fitted on it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.bundles import bundle_file, bundle_maker
from core.bundles.retrain import Retrained, retrain
from core.evaluation import tasks
from core.schema import Column, Dataset, Plan

KINDS = {"size": "numeric", "weight (kg)": "numeric", "colour": "categorical", "day": "date", "note": "text"}
NOTES = ["good fine work", "bad poor thing", "some other words here", "nothing to say"]


def mixed_table(rows: int = 200, form: str = "binary", seed: int = 0, answers: bool = True) -> Dataset:
    """Numbers with gaps, categories, dates and texts; the answer follows from size and colour."""
    draw = np.random.default_rng(seed)
    size, weight = draw.normal(size=rows), draw.normal(70, 10, rows)
    colour = draw.choice(["red", "green", "blue"], rows)
    days = np.datetime64("2020-01-01") + draw.integers(0, 700, rows).astype("timedelta64[D]")
    signal = size + 1.5 * (colour == "red") + 0.3 * draw.normal(size=rows)
    weight[::9] = np.nan
    frame = pd.DataFrame(
        {
            "size": size,
            "weight (kg)": weight,
            "colour": pd.Categorical(colour),
            "day": days.astype("datetime64[ns]"),
            "note": draw.choice(NOTES, rows).astype(object),
        }
    )
    kinds = dict(KINDS)
    if answers and form == "regression":
        frame["answer"], kinds["answer"] = 10 * signal + 50, "numeric"
    elif answers:
        words = np.where(signal > 0.5, "yes", "no") if form == "binary" else np.digitize(signal, [0, 1]).astype(str)
        frame["answer"], kinds["answer"] = pd.Categorical(words), "categorical"
    distinct = {name: 150 if kind == "numeric" else 3 for name, kind in kinds.items()}
    distinct["answer"] = {"binary": 2, "multiclass": 3, "regression": 150}[form]
    columns = tuple(Column(name, kind, 0, distinct[name]) for name, kind in kinds.items())
    return Dataset("toy table", "table", frame, columns=columns)


def retrained(dataset: Dataset, key: str, target: str | None = "answer", seconds: float = 3.0) -> Retrained:
    """A contestant fitted on all rows of a data set, with its folds."""
    task = tasks.infer_task(dataset, target)
    plan = Plan(contestants=(key,), budget_seconds=seconds, folds=3, fixed_folds=True, explain=False)
    return retrain(dataset, task, plan, key, lambda progress: None)


def members(key: str = "table_linear", form: str = "binary") -> dict[str, bytes]:
    """The members of a bundle of a contestant on the mixed table, without the manifest."""
    return _members(key, form)


@lru_cache(maxsize=8)
def _members(key: str, form: str) -> dict[str, bytes]:
    return bundle_maker.bundle_members(retrained(mixed_table(form=form), key))[0]


def written(folder: Path, key: str = "table_linear", form: str = "binary") -> Path:
    """A bundle as a file."""
    path = folder / f"{key}-{form}.zip"
    bundle_file.write_bundle(members(key, form), path)
    return path
