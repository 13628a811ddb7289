"""Measurements are numbers whatever their length and name; ids are left out; a named target is predicted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import ingest
from core.evaluation import tasks
from core.ingest.inspection import inspect_dataset
from core.readers import name_meaning
from core.readers.tables import target_inference
from core.schema import Dataset, LoadError
from pages.backend import task_forms

ROWS = 120
DRAW = np.random.default_rng(4)
AREA = DRAW.integers(30, 160, ROWS)
EVEN = DRAW.integers(10_000_000, 99_999_999, ROWS)
SKEWED = np.round(DRAW.lognormal(9, 0.8, ROWS) * 7) + np.arange(ROWS)


def read(folder: Path, **columns: object) -> Dataset:
    path = folder / "a.csv"
    rows = zip(*columns.values(), strict=True)
    path.write_text("\n".join(",".join(map(str, row)) for row in [list(columns), *rows]) + "\n")
    return ingest.read(path, modality="table")


# Names as people give them, and whole numbers that are nearly all different; "digits" where the doubt must be told.
MEASURED = (
    ("price", EVEN, ""), ("AmountPaid", DRAW.integers(20_000, 90_000, ROWS), ""), ("bid", EVEN, ""),
    ("highest_bid", EVEN, ""), ("paid", EVEN, ""), ("covid", SKEWED, ""), ("android", EVEN, "digits"),
    ("price_no_tax", EVEN, ""), ("no_tax", EVEN, ""), ("population", EVEN, ""), ("price_index", SKEWED, ""),
    ("views", EVEN, "digits"), ("umsatz", EVEN, "digits"), ("market_cap", EVEN, "digits"),
    ("NO", SKEWED, ""), ("lines_of_code", DRAW.permutation(np.arange(100, 90_000))[:ROWS], ""), ("humid", SKEWED, ""),
    ("clicks_per_id", SKEWED, ""), ("colour_code", SKEWED, ""), ("grid", SKEWED, ""), ("fluid", EVEN, "digits"),
    ("key_figure", EVEN, "digits"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "values", "told"), MEASURED)
def test_measurements_are_numbers(name: str, values: np.ndarray, told: str, tmp_path: Path) -> None:
    table = read(tmp_path, **{name: values.astype(int), "plan": ["A", "B", "C"] * 40, "left": ["no", "yes"] * 60})
    assert table.columns[0].type == "numeric"
    assert list(table.inputs[name][:3]) == list(values[:3].astype(float))
    assert any(
        "could be codes" in said and f"“{name}” (120 values, such as {values[0]}" in said for said in table.warnings
    ) == (told == "digits")
    doubts = table.readings[0].doubts
    assert [(one.settle, one.change) for one in doubts] == ([("number", "id")] if told else [])


IDS = (
    ("id", EVEN), ("customer_id", DRAW.permutation(np.arange(500, 9_000))[:ROWS]), ("CustomerID", EVEN),
    ("row", np.arange(1, ROWS + 1)), ("anything", np.arange(ROWS)), ("order no", np.sort(EVEN)), ("account", EVEN),
    ("phone", EVEN), ("record_number", DRAW.permutation(np.arange(5_000, 90_000))[:ROWS]), ("paidId", SKEWED),
)  # fmt: skip


@pytest.mark.parametrize(("name", "values"), IDS)
def test_ids_are_left_out_with_an_example(name: str, values: np.ndarray, tmp_path: Path) -> None:
    table = read(tmp_path, **{name: values.astype(int), "plan": ["A", "B", "C"] * 40, "left": ["no", "yes"] * 60})
    assert table.columns[0].type == "id" and table.columns[0].numbers
    assert any(
        f"“{name}” (120 different whole numbers in 120 rows, such as {int(values[0])})" in w for w in table.warnings
    )
    assert name not in tasks.prepare(table, tasks.infer_task(table, "left")).inputs


@pytest.mark.parametrize("name", ["id", "customer_id", "row", "account", "bid", "price"])
def test_a_number_that_is_named_becomes_regression_everywhere(name: str, tmp_path: Path) -> None:
    values = (AREA * 400_000 + DRAW.integers(0, 9_999_999, ROWS)).astype(int)
    table = read(tmp_path, **{name: values, "area": AREA, "rooms": AREA // 30})
    column = table.columns[0]
    task = tasks.infer_task(table, name)
    told = inspect_dataset(table, name)
    assert task.form == told["target"]["task"] == task_forms.infer_form(column) == "regression"
    assert task_forms.rejection_reason(column, "regression") == target_inference.rejection_reason(column) == ""
    prepared = tasks.prepare(table, task)
    assert prepared.target is not None and list(prepared.target[:3]) == list(values[:3].astype(float))
    assert list(prepared.inputs) == ["area", "rooms"] and told["target"]["rows_used"] == ROWS


def test_a_target_that_may_only_number_the_rows_is_told_and_never_suggested(tmp_path: Path) -> None:
    table = read(tmp_path, area=AREA, id=np.arange(1, ROWS + 1))
    assert target_inference.suggest_target(table.columns)["target"] == "area"
    said = " ".join(inspect_dataset(table, "id")["warnings"])
    assert "“id” may only number the rows (120 different whole numbers, such as 1); as you named it" in said


def names(i: int) -> str:
    return f"Ann{i} Miller"


REFUSED: tuple[tuple[Callable[[int], str], str], ...] = (
    (names, "nearly every row has a class of its own (120 classes)"),
    (lambda i: f"T-{i:04d}", "nearly every row has a class of its own (120 classes)"),
)


@pytest.mark.parametrize(("value", "why"), REFUSED)
def test_words_that_differ_in_every_row_are_refused_for_what_is_so(
    value: Callable[[int], str], why: str, tmp_path: Path
) -> None:
    table = read(tmp_path, ticket=[value(i) for i in range(ROWS)], area=AREA)
    with pytest.raises(LoadError) as refused:
        tasks.infer_task(table, "ticket")
    assert why in str(refused.value) and "limit" not in str(refused.value)
    assert task_forms.rejection_reason(table.columns[0], "multiclass") == why


def test_too_many_classes_are_refused_with_their_number(tmp_path: Path) -> None:
    table = read(tmp_path, shop=[f"shop{i % 300}" for i in range(1_500)], units=[i * 7 % 90 for i in range(1_500)])
    assert "300 classes; the limit is 200" in task_forms.rejection_reason(table.columns[0], "multiclass")
    column = read(tmp_path, units=np.arange(1_000) * 3, area=np.arange(1_000) % 7).columns[0]
    assert "1,000 classes; the limit is 200" in task_forms.rejection_reason(column, "multiclass")
    assert task_forms.rejection_reason(column, "regression") == ""


def test_words_of_names() -> None:
    assert all(map(name_meaning.names_id, ("id", "CustomerID", "row_no", "uuid", "Unnamed: 0 id")))
    assert not any(map(name_meaning.names_id, ("paid", "bid", "covid", "android", "order no", "key", "NO", "index")))
