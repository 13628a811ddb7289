"""Planted formulas are found with their columns; honest tables stay quiet; 10,000 rows of 50 columns take a second."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from core.evaluation import data_checks, derived_targets
from core.schema import Dataset, Task

ROWS = 800


def noise(draw, count=6):
    return {f"n{k}": draw.normal(size=ROWS) * 10**k for k in range(count)}


def planted(kind):
    """(columns, target, classes, the columns that carry it)."""
    draw = np.random.default_rng(3)
    casual, registered = draw.poisson(30, ROWS).astype(float), draw.poisson(150, ROWS).astype(float)
    price, units = draw.lognormal(2, 1, ROWS), draw.integers(1, 40, ROWS).astype(float)
    home, away = draw.poisson(1.6, ROWS).astype(float), draw.poisson(1.3, ROWS).astype(float)
    height, weight = draw.normal(1.7, 0.1, ROWS), draw.normal(70, 12, ROWS)
    flags = {name: (draw.random(ROWS) < 0.03).astype(float) for name in ("twf", "hdf", "pwf", "osf")}
    start = pd.Timestamp("2021-01-01") + pd.to_timedelta(draw.integers(0, 300, ROWS), "D")
    stay = draw.integers(1, 30, ROWS).astype(float)
    shares = draw.dirichlet([3, 2, 4], ROWS) * 100
    value = draw.lognormal(11, 0.5, ROWS)
    cases = {
        "sum": ({"casual": casual, "registered": registered}, casual + registered, 0),
        "difference": ({"gross": price + 5, "tax": price * 0.2 + units}, price + 5 - price * 0.2 - units, 0),
        "weighted": ({"exam": casual, "lab": registered}, 0.7 * casual + 0.3 * registered + 2, 0),
        "rounded sum": ({"casual": casual * 1.7, "registered": registered}, np.round(casual * 1.7 + registered), 0),
        "product": ({"price": price, "units": units}, price * units, 0),
        "ratio": ({"price": price, "units": units}, price / units, 0),
        "square": ({"weight": weight, "height": height}, weight / height**2, 0),
        "copy": ({"celsius": height}, 32 + 1.8 * height, 0),
        "complement": ({"oil": shares[:, 0], "gas": shares[:, 1]}, shares[:, 2], 0),
        "days": ({"from": start, "to": start + pd.to_timedelta(stay, "D")}, stay, 0),
        "bands": ({"band": np.digitize(value, np.quantile(value, [0.2, 0.4, 0.6, 0.8])).astype(float)}, value, 0),
        "winner": ({"home": home, "away": away}, (home > away).astype(int), 2),
        "three ways": ({"home": home, "away": away}, (np.sign(home - away) + 1).astype(int), 3),
        "threshold of a ratio": ({"price": price, "units": units}, (price / units > 0.6).astype(int), 2),
        "any": (flags, np.max(list(flags.values()), axis=0).astype(int), 2),
    }
    columns, target, classes = cases[kind]
    return pd.DataFrame({**noise(draw), **columns}), target, classes, set(columns)


KINDS = (
    "sum", "difference", "weighted", "rounded sum", "product", "ratio", "square", "copy", "complement", "days", "bands",
    "winner", "three ways", "threshold of a ratio", "any",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_that_follows_from_columns(kind):
    frame, target, classes, carriers = planted(kind)
    found = derived_targets.find_derivations(frame, target, classes, "count")
    assert found and set(found[0].columns) == carriers, found
    assert found[0].score >= 0.998


def test_the_formula_is_in_words():
    frame, target, classes, _ = planted("sum")
    assert derived_targets.find_derivations(frame, target, classes, "count")[0].formula in (
        "count = casual + registered", "count = registered + casual",
    )  # fmt: skip
    frame, target, classes, _ = planted("square")
    assert "weight / height^2" in derived_targets.find_derivations(frame, target, classes, "bmi")[0].formula


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spoilt", ["noise", "shuffled"])
def test_without_the_formula_nothing_is_said(kind, spoilt):
    frame, target, classes, _ = planted(kind)
    draw = np.random.default_rng(9)
    if spoilt == "shuffled":
        target = draw.permutation(target)
    elif classes:
        flipped = draw.random(ROWS) < 0.08
        target = np.where(flipped, draw.permutation(target), target)
    else:
        target = target + 0.25 * np.std(target) * draw.normal(size=ROWS)
    assert derived_targets.find_derivations(frame, target, classes, "count") == ()


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_honest_tables_are_quiet(name):
    from sklearn import datasets

    loaded = getattr(datasets, f"load_{name}")(as_frame=True)
    classes = 0 if name == "diabetes" else len(loaded.target_names)
    target = loaded.target.to_numpy()
    assert derived_targets.find_derivations(loaded.data, target, classes, "y") == ()


def test_gaps_and_few_rows():
    frame, target, classes, carriers = planted("sum")
    gaps = frame.mask(np.random.default_rng(1).random(frame.shape) < 0.0005)
    found = derived_targets.find_derivations(gaps, target, classes, "count")
    assert found == () or set(found[0].columns) == carriers
    assert derived_targets.find_derivations(frame.head(20), target[:20], 0, "count") == ()
    words = pd.DataFrame({"a": ["x", "y"] * 200})
    assert derived_targets.find_derivations(words, np.arange(400.0), 0, "count") == ()


def test_checks_name_the_columns_and_what_to_do():
    frame, target, _, carriers = planted("sum")
    dataset = Dataset("bikes", "table", frame, target)
    found = {one.key: one for one in data_checks.check_data(dataset, Task("count", "regression", "regression"))}
    assert found["derived"].level == "danger" and set(found["derived"].columns) == carriers
    assert "count = " in found["derived"].what and "Leave out" in found["derived"].how
    assert "leak" not in found or set(found["leak"].columns) == {"registered"}


def test_a_late_name_that_predicts_is_a_warning():
    draw = np.random.default_rng(0)
    y = draw.integers(0, 2, 600)
    frame = pd.DataFrame({"refund": y + draw.normal(0, 0.9, 600), "x": draw.normal(size=600)})
    task = Task("y", "classification", "binary")
    found = {one.key: one for one in data_checks.check_data(Dataset("t", "table", frame, y), task)}
    assert found["afterwards"].level == "warning"


def test_an_easy_task_of_many_columns_warns_and_one_exact_column_alarms():
    draw = np.random.default_rng(0)
    y = draw.integers(0, 2, 600)
    task = Task("y", "classification", "binary")
    easy = pd.DataFrame({f"x{k}": 3.2 * y + draw.normal(size=600) for k in range(4)})
    found = {one.key: one for one in data_checks.check_data(Dataset("t", "table", easy, y), task)}
    assert found["leak"].level == "warning" and "Several" in found["leak"].what
    found = {one.key: one for one in data_checks.check_data(Dataset("t", "table", easy.assign(s=y * 1.0), y), task)}
    assert found["leak"].level == "danger" and "s" in found["leak"].columns


def test_ten_thousand_rows_of_fifty_columns_take_little():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{k}": draw.lognormal(size=10_000) for k in range(50)})
    for task, target in (
        (Task("y", "regression", "regression"), draw.normal(size=10_000)),
        (Task("y", "classification", "multiclass"), draw.integers(0, 5, 10_000)),
    ):
        start = time.process_time()
        data_checks.check_data(Dataset("t", "table", frame, target), task)
        assert time.process_time() - start < 3
