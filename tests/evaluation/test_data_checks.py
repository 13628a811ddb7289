"""Leak checks: each planted fault is found, a clean table stays quiet, and 5,000 rows cost far less than 2 s."""

import time

import numpy as np
import pandas as pd
import pytest

from core.evaluation import data_checks, leakage_probes
from core.schema import Column, Dataset, Split, Task

CLASSES = Task(target="y", kind="classification", form="binary")
NUMBERS = Task(target="y", kind="regression", form="regression")


def table(rows=600, seed=0, **more):
    """A clean table of three numbers and a category; the target depends on the first, weakly."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f"x{k}": rng.normal(size=rows) for k in range(3)})
    frame["colour"] = pd.Categorical(rng.choice(["red", "green", "blue"], rows))
    target = (frame["x0"] + rng.normal(size=rows) > 0).to_numpy().astype(np.int64)
    columns = tuple(Column(str(name), "numeric", distinct=rows) for name in frame.columns)
    return Dataset(**({"name": "t", "modality": "table", "inputs": frame, "target": target, "columns": columns} | more))


def keys(dataset, task=CLASSES, **more):
    return {finding.key: finding for finding in data_checks.check_data(dataset, task, **more)}


def test_clean_table_is_quiet():
    assert keys(table()) == {}


@pytest.mark.parametrize("kind", ["copy", "noisy copy", "category", "missing", "date"])
def test_a_column_that_gives_the_answer_away(kind):
    clean = table()
    y = clean.target
    values = {
        "copy": y.astype(float),
        "noisy copy": y + np.random.default_rng(1).normal(0, 0.15, len(y)),
        "category": pd.Categorical(np.where(y, "yes", "no")),
        "missing": np.where(y, np.nan, 1.0),
        "date": pd.to_datetime(np.where(y, "2020-01-01", "2021-01-01")),
    }[kind]
    found = keys(table(inputs=clean.inputs.assign(spy=values)))
    assert found["leak"].level == "danger" and found["leak"].columns == ("spy",)
    assert "AUC" in found["leak"].what


def test_leaks_for_several_classes_and_for_numbers():
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 5, 600)
    frame = table().inputs
    many = table(target=codes, inputs=frame.assign(spy=codes * 2.0))
    assert keys(many, Task(target="y", kind="classification", form="multiclass"))["leak"].columns == ("spy",)
    number = rng.normal(size=600)
    spy = np.round(number, 1)
    assert keys(table(target=number, inputs=frame.assign(spy=spy)), NUMBERS)["leak"].columns == ("spy",)
    assert "leak" not in keys(table(target=number), NUMBERS)


def test_strong_but_honest_column_is_no_leak():
    clean = table()
    honest = clean.target + np.random.default_rng(3).normal(0, 0.8, 600)
    assert "leak" not in keys(table(inputs=clean.inputs.assign(good=honest)))


def test_row_numbers_and_names():
    frame = table().inputs
    found = keys(table(inputs=frame.assign(n=np.arange(600.0), who=pd.Categorical([f"u{k}" for k in range(600)]))))
    assert found["id"].columns == ("n", "who")


def test_duplicates_are_counted_with_their_clashes():
    clean = table(rows=300)
    frame = pd.concat([clean.inputs, clean.inputs.iloc[:30]], ignore_index=True)
    target = np.concatenate([clean.target, 1 - clean.target[:10], clean.target[10:30]])
    found = keys(table(inputs=frame, target=target))["duplicates"]
    assert found.what == "60 of 330 rows (18 %) repeat another row's inputs; 10 sets of them disagree on the answer."
    assert found.level == "warning"


def test_one_set_of_equal_rows_that_disagree_is_one():
    clean = table(rows=300)
    frame = pd.concat([clean.inputs, clean.inputs.iloc[:1]], ignore_index=True)
    found = keys(table(inputs=frame, target=np.concatenate([clean.target, 1 - clean.target[:1]])))["duplicates"]
    assert found.what.endswith("; 1 set of them disagrees on the answer.")


def test_identical_rows_only():
    frame = pd.DataFrame({"x": np.ones(12_000)})
    found = keys(table(inputs=frame, target=np.arange(12_000) % 2, columns=()))
    assert "12,000 of 12,000 rows (100 %)" in found["duplicates"].what


def test_duplicates_among_pictures_and_texts():
    pictures = np.random.default_rng(0).integers(0, 255, (100, 4, 4, 3), dtype=np.uint8)
    pictures[50] = pictures[3]
    target = np.arange(100) % 2
    assert keys(Dataset("p", "image", pictures, target))["duplicates"].what.startswith("2 of 100")
    texts = np.array([f"text {k % 90}" for k in range(100)], dtype=object)
    assert keys(Dataset("t", "text", texts, target))["duplicates"].what.startswith("20 of 100")


@pytest.mark.parametrize("name", ["cancelled_at", "ChurnDate", "refund", "final score", "discharge_code", "y_before"])
def test_names_that_come_after_the_outcome(name):
    task = Task(target="churn", kind="classification", form="binary") if name == "ChurnDate" else CLASSES
    frame = table().inputs.assign(**{name: np.random.default_rng(5).normal(size=600)})
    if name == "y_before":
        task = Task(target="y_before", kind="classification", form="binary")
    assert name in keys(table(inputs=frame), task)["afterwards"].columns


@pytest.mark.parametrize("name", ["age", "postcode", "balance", "closeness", "finalist_count", "resulting"])
def test_innocent_names(name):
    frame = table().inputs.assign(**{name: np.random.default_rng(5).normal(size=600)})
    assert "afterwards" not in keys(table(inputs=frame))


def test_imbalance_and_few_rows():
    target = np.zeros(600, dtype=np.int64)
    target[:15] = 1
    found = keys(table(target=target))
    assert "98 % of the rows are one class" in found["imbalance"].what
    assert "rarest class has 15 rows" in found["few_rows"].what
    assert "40 rows are too few" in keys(table(rows=40))["few_rows"].what


def test_one_wild_target_value():
    target = np.random.default_rng(0).normal(size=600)
    target[7] = 1e12
    found = keys(table(target=target), NUMBERS)["outlier"]
    assert found.level == "danger" and "1e+12" in found.what and "100 % of the spread" in found.what


def test_groups_and_time_are_offered_unless_taken():
    columns = (
        Column("customer_id", "id", distinct=100),
        Column("signup_date", "date", distinct=300),
        Column("year", "numeric", distinct=12),
        Column("height", "numeric", distinct=100),
    )
    frame = table().inputs.assign(year=np.random.default_rng(0).integers(2010, 2022, 600).astype(float))
    found = keys(table(inputs=frame), original=columns)
    assert found["groups"].columns == ("customer_id",)
    assert found["time"].columns == ("signup_date", "year")
    taken = keys(table(groups=np.zeros(600, dtype=int), order=np.arange(600.0)), original=columns)
    assert not {"groups", "time"} & set(taken)


def test_shift_is_asked_only_where_rows_are_not_dealt_at_random():
    clean = table(rows=1200)
    drifting = clean.inputs.assign(x1=clean.inputs["x1"] + np.linspace(0, 2, 1200))
    dataset = table(inputs=drifting, target=clean.target, rows=1200)
    rows = np.arange(1200)
    split = Split(rows[:800], rows[800:1000], rows[1000:], 0, "ordered", "")
    found = keys(dataset, split=split)["shift"]
    assert found.columns[0] == "x1" and "AUC" in found.what
    still = table(rows=1200)
    assert "shift" not in keys(still, split=split)
    assert "shift" not in keys(dataset, split=Split(rows[:800], rows[800:1000], rows[1000:], 0, "stratified", ""))


def test_probe_recovers_a_depth_three_rule():
    rng = np.random.default_rng(0)
    values = pd.Series(rng.uniform(0, 4, 2000))
    target = np.floor(values.to_numpy()).astype(int) % 2
    codes, ordered = leakage_probes.encode_column(values)
    told = leakage_probes.predictive_strength(
        leakage_probes.out_of_fold(codes, ordered, leakage_probes.leaf_targets(target, 2)), target, 2
    )
    assert told > 0.95
    noise = rng.integers(0, 2, 2000)
    told = leakage_probes.predictive_strength(
        leakage_probes.out_of_fold(codes, ordered, leakage_probes.leaf_targets(noise, 2)), noise, 2
    )
    assert abs(told - 0.5) < 0.05


def test_five_thousand_rows_take_far_less_than_two_seconds():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{k}": rng.normal(size=5000) for k in range(40)})
    for k in range(10):
        frame[f"c{k}"] = pd.Categorical(rng.choice(list("abcdefgh"), 5000))
    rows = np.arange(5000)
    split = Split(rows[:3000], rows[3000:4000], rows[4000:], 0, "grouped", "")
    dataset = table(inputs=frame, target=rng.integers(0, 2, 5000), columns=())
    start = time.process_time()
    data_checks.check_data(dataset, CLASSES, split)
    assert time.process_time() - start < 1.5
