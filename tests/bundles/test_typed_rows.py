"""Cells of new files are read as the file of training was, by the order of dates and decimal mark in the schema."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from core.bundles import row_source
from core.bundles.input_schema import ColumnSchema, describe_inputs, schema_from_json
from core.bundles.typed_rows import Unread, read_cells
from core.evaluation import tasks
from core.readers.tables.formats.csv_reader import read_csv_bytes

ROWS = 120


def schema_of(day, number, cut=";", types=None):
    """The columns of the schema of a table of days and numbers, through JSON as in a bundle."""
    lines = [cut.join((day(k), number(k), "yn"[k * 7 % 3 > 0])) for k in range(ROWS)]
    text = cut.join(("day", "rent", "ok")) + "\n" + "\n".join(lines)
    dataset = read_csv_bytes(text.encode(), "a.csv", types)
    found = describe_inputs(dataset, dataset, tasks.infer_task(dataset, "ok"))
    return {column.name: column for column in schema_from_json(json.loads(json.dumps(found.to_json()))).columns}


def dmy(k):
    return f"{k * 5 % 28 + 1:02d}/{k * 7 % 12 + 1:02d}/2020"


def mdy(k):
    return f"{k * 7 % 12 + 1:02d}/{k * 5 % 28 + 1:02d}/2020"


def ymd(k):
    return f"{10 + k % 9}-{k * 7 % 12 + 1:02d}-{k * 5 % 28 + 1:02d}"


def iso(k):
    return f"2020-{k * 7 % 12 + 1:02d}-{k * 5 % 28 + 1:02d}"


@pytest.mark.parametrize(
    ("day", "types", "cell", "meant"),
    [
        (dmy, None, "03/04/2021", "2021-04-03"),
        (mdy, None, "03/04/2021", "2021-03-04"),
        (mdy, {"day": "date-mdy"}, "03/04/2021", "2021-03-04"),
        (iso, None, "2021-03-04", "2021-03-04"),
        (mdy, None, "2021-03-04", "2021-03-04"),
    ],
)
def test_one_new_date_is_read_in_the_order_of_training(day, types, cell, meant) -> None:
    column = schema_of(day, lambda k: f"{k},5", types=types)["day"]
    unread = Unread()
    assert read_cells(column, [cell], True, unread)[0] == np.datetime64(meant)
    assert not unread.count


@pytest.mark.parametrize("number", [lambda k: f"{k},25", lambda k: f"1.{100 + k},5", lambda k: f"{k},5 €"])
def test_points_part_thousands_where_they_did_in_training(number) -> None:
    column = schema_of(iso, number)["rent"]
    assert column.written == ","
    assert read_cells(column, ["1.234"], True, Unread()).tolist() == [1234.0]
    # Workbooks and services hand over numbers, which have a decimal point.
    assert read_cells(column, ["1.234"], False, Unread()).tolist() == [1.234]


@pytest.mark.parametrize(
    ("length", "types", "cell", "meant"),
    [
        (lambda k: f"{k % 5 + 1}h {k * 7 % 60}m", None, "3h 20m", 200.0),
        (lambda k: f"{k * 7 % 50 + 1} s", None, "90 s", 90.0),
        (lambda k: f"{k % 30 + 26}:{k * 7 % 60:02d}:00", None, "30:00:00", 1_800.0),
        (lambda k: f"{k % 9 + 1} weeks {k % 6} days", None, "2 weeks 1 days", 15.0),
        (lambda k: f"{k % 5 + 1}h {k * 7 % 60}m", {"rent": "duration"}, "3h 20m", 12_000.0),
    ],
)
def test_a_length_of_time_has_the_unit_of_training(length, types, cell, meant) -> None:
    unread = Unread()
    assert read_cells(schema_of(iso, length, types=types)["rent"], [cell], False, unread).tolist() == [meant]
    assert not unread.count


def test_lengths_of_time_of_a_typed_file_have_the_unit_of_training(tmp_path) -> None:
    column = schema_of(iso, lambda k: f"{k % 5 + 1}h {k * 7 % 60}m")["rent"]
    path = tmp_path / "new.parquet"
    # By themselves these are so short that they would be told in seconds.
    pd.DataFrame({"rent": pd.to_timedelta([12, 18, 24], unit="s"), "other": [1, 2, 3]}).to_parquet(path)
    rows = row_source.open_rows(path, "new.parquet")
    cells = [row[rows.names.index("rent")] for block in rows.blocks for row in block]
    assert read_cells(column, cells, False, Unread()) == pytest.approx([0.2, 0.3, 0.4])


@pytest.mark.parametrize("cut", [",", ";", "\t"])
def test_points_stay_decimal_points_elsewhere(cut) -> None:
    column = schema_of(iso, lambda k: f"{k}.25", cut)["rent"]
    assert read_cells(column, ["1.234"], cut != ",", Unread()).tolist() == [1.234]


def test_a_schema_of_before_is_read_as_before() -> None:
    assert read_cells(ColumnSchema("rent", "number"), ["1.234"], True, Unread()).tolist() == [1.234]
    assert read_cells(ColumnSchema("day", "date"), ["25/03/2021"], True, Unread())[0] == np.datetime64("2021-03-25")
