"""Times of day become hours in every usual spelling; labels that only resemble them stay labels."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import ingest
from core.readers.tables.column_types import infer_string_column
from core.readers.tables.values import clock_times

HOURS = [
    ("6am", 6), ("11 pm", 23), ("06:00", 6), ("12AM", 0), ("12 PM", 12), ("12:30 a.m.", 0.5), ("1:15pm", 13.25),
    ("6.45 AM", 6.75), ("noon", 12), ("Midnight", 0), ("12 noon", 12), ("23:59:60", None), ("23:59:30", 23 + 59.5 / 60),
    ("24:00", 24), ("24:01", None), ("6 p. m.", 18), ("6\u202fAM", 6), ("14h", 14), ("14h30", 14.5), ("6 Uhr", 6),
    ("14.30 Uhr", 14.5), ("14:30 Uhr", 14.5), ("6 o'clock", 6), ("下午3:00", 15), ("오전 9시", 9),
    ("午後3時30分", 15.5),
    ("06:00:00.000000", 6), ("13am", None), ("25:00", None), ("6:75", None), ("6", None), ("6a", None), ("3:1", None),
    ("6am-9am", None), ("item", None), ("", None), ("10m", None), ("$6", None),
]  # fmt: skip


@pytest.mark.parametrize(("word", "hour"), HOURS)
def test_a_time_of_day_is_its_hour(word, hour):
    assert clock_times.parse_clock_time(word) == (None if hour is None else pytest.approx(hour))


def column(words):
    return infer_string_column("when", pa.array(words, type=pa.string()))


@pytest.mark.parametrize("form", ["{0}{1}", "{0} {1}", "{0}:00 {1}", "{0:02d}:00{1}"])
def test_the_hours_of_a_day_become_numbers_whatever_the_spelling(form):
    words = [form.format((hour - 1) % 12 + 1, "AM" if hour < 12 else "pm") for hour in range(24)] * 3
    found = column([*words, None, "N/A"])
    assert found.column.type == "numeric" and found.column.missing == 2 and found.column.distinct == 24
    np.testing.assert_array_equal(found.values[:24], np.arange(24.0))
    assert [note.key for note in found.notes] == ["clock"]


def test_a_rare_misspelling_is_missing_and_told():
    found = column(["6am", "7am", "8am", "9am"] * 50 + ["9 amm"])
    assert found.column.type == "numeric" and np.isnan(found.values[-1])
    assert {note.key: note.count for note in found.notes}["word"] == 1


@pytest.mark.parametrize(
    "words", [["6am", "6pm"], ["6am", "7am", "morning"], ["early", "6am", "noon"], ["1:2", "2:1", "3:3"]]
)
def test_labels_stay_labels(words):
    assert column(words * 30).column.type == "categorical"


def test_dates_with_times_stay_dates():
    assert column([f"2024-01-0{day} 06:00" for day in range(1, 8)] * 3).column.type == "date"


def test_times_of_a_parquet_file_are_read_too(tmp_path):
    times = [datetime.time(hour, 30) for hour in range(24)] * 2
    pq.write_table(pa.table({"when": times, "y": [float(place % 7) for place in range(48)]}), tmp_path / "t.parquet")
    dataset = ingest.read(tmp_path / "t.parquet", modality="table")
    np.testing.assert_array_equal(dataset.inputs["when"], (np.arange(48) % 24) + 0.5)
