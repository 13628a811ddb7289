"""Three numbers: which are dates, in which order, and what is told about years of two digits and about 24:00."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from core.readers.tables.column_types import infer_string_column
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values import date_parser
from core.readers.tables.values.file_evidence import FileEvidence

CHANCE = np.random.default_rng(3)
SHUFFLED = [date(2013, 1, 1) + timedelta(days=int(k)) for k in CHANCE.permutation(3_000)[:120]]
SORTED = [date(2013, 1, 1) + timedelta(days=29 * k) for k in range(120)]


def column(words: list[str], name: str = "v", evidence: FileEvidence = FileEvidence()) -> TypedColumn:
    return infer_string_column(name, pa.array(words, pa.string()), evidence)


def told(found: TypedColumn) -> dict[str, str]:
    return {note.key: note.detail for note in found.notes}


@pytest.mark.parametrize("days", [SORTED, SHUFFLED, SORTED[::-1]], ids=["sorted", "shuffled", "latest first"])
@pytest.mark.parametrize("form", ["%y-%m-%d", "%y/%m/%d", "%y.%m.%d", "%d-%m-%y", "%m/%d/%y", "%y-%m-%d %H:%M"])
def test_years_of_two_digits_are_read_where_they_stand(form: str, days: list[date]) -> None:
    found = column([day.strftime(form) for day in days])
    assert found.column.type == "date"
    np.testing.assert_array_equal(found.values, np.array(days, "datetime64[ns]"))
    assert {note.key: note.count for note in found.notes}["century"] == len(days)
    assert days[0].strftime(form) in told(found)["century"] and str(days[0]) in told(found)["century"]


def test_real_dates_that_could_be_read_from_both_ends_follow_the_file() -> None:
    days = [date(2010, 10, 20) + timedelta(days=k) for k in range(40)]
    found = column([day.strftime("%d-%m-%y") for day in days])
    assert found.values[0] == np.datetime64("2010-10-20", "ns") and found.values[-1] == np.datetime64(days[-1], "ns")


def test_an_open_order_is_told_with_both_readings() -> None:
    words = ["01-02-03", "02-03-04", "03-04-05", "04-05-06", "05-06-07"]
    found = column(words, "visit date")
    assert found.column.type == "date"
    assert "2003-02-01" in told(found)["order"] and "2003-01-02" in told(found)["order"]
    assert column(words, "visit date", FileEvidence(order="month/day")).values[0] == np.datetime64("2003-01-02", "ns")


CHOICE = np.random.default_rng(4)
RECORDS: dict[str, Callable[[int], str]] = {
    "versions": lambda i: "{}.{}.{}".format(*CHOICE.integers([1, 0, 0], [9, 16, 50])),
    "short versions": lambda i: f"1.{i % 9 + 1}.{i % 5 + 1}",
    "fertilisers": lambda i: ("15-05-20", "20-10-10", "12-12-17", "10-10-10", "13-00-46")[i * 7 % 5],
    "win draw loss": lambda i: "{}-{}-{}".format(*CHOICE.integers([0, 1, 3], [18, 12, 25])),
    "kills deaths assists": lambda i: "{}/{}/{}".format(*CHOICE.integers([1, 1, 1], [24, 13, 30])),
    "sections": lambda i: f"{i % 4 + 1}.{i % 3 + 1}.{i % 7 + 1}",
}


@pytest.mark.parametrize("key", RECORDS)
def test_versions_grades_and_records_are_no_dates(key: str) -> None:
    words = [RECORDS[key](i) for i in range(120)]
    found = column(words)
    assert found.column.type != "date" and found.column.missing == 0
    if found.column.type == "categorical":
        codes, labels = found.values
        assert [labels[code] for code in codes] == words


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d {}", "%Y/%m/%d {}", "%m/%d/%Y {}", "%d.%m.%Y {}", "%d %b %Y {}", "%Y-%m-%dT{}:00Z"]
)
def test_24_00_is_the_beginning_of_the_next_day(form: str) -> None:
    days = [date(2023, 1, 1) + timedelta(days=k) for k in range(40)]
    words = [day.strftime(form).format(f"{hour:02d}:00") for day in days for hour in range(1, 25)]
    found = column(words)
    start = np.datetime64("2023-01-01T01:00", "ns")
    np.testing.assert_array_equal(found.values, start + np.arange(len(words)) * np.timedelta64(1, "h"))
    assert {note.key: note.count for note in found.notes}["midnight"] == len(days)


@pytest.mark.parametrize(
    ("word", "said"), [("2023-01-01 23:59", False), ("2023-01-01 00:00", False), ("31.12.2023 24:00", True)]
)
def test_other_hours_stay_on_their_day(word: str, said: bool) -> None:
    reading = date_parser.parse_dates([word])
    assert bool(reading.midnights[0]) is said
    assert str(reading.values[0])[:10] == ("2024-01-01" if said else word[:10])
    assert not date_parser.parse_dates(["2023-01-01 25:10"]).ok.any()


def test_the_order_in_the_file_settles_day_and_month() -> None:
    days = [date(2023, 1, 1) + timedelta(days=k) for k in range(10)]
    found = column([f"{day.month}/{day.day}/{day.year} {hour}:30" for day in days for hour in range(24)])
    start = np.datetime64("2023-01-01T00:30", "ns")
    np.testing.assert_array_equal(found.values, start + np.arange(240) * np.timedelta64(1, "h"))
    assert not found.notes
    assert "order" in told(column([f"{day.month}/{day.day}/{day.year}" for day in days]))


def test_months_one_after_another_settle_the_order() -> None:
    words = [f"{month}/1/{year:02d}" for year in range(85, 99) for month in range(1, 13)]
    found = column(words)
    assert found.values[1] == np.datetime64("1985-02-01", "ns") and "month/day" in told(found)["century"]


def test_values_that_come_in_any_order_settle_nothing() -> None:
    found = column([f"{1 + i % 12:02d}/{1 + i * 5 % 12:02d}/2020" for i in range(60)])
    assert "order" in told(found) and "month first: 2020" in told(found)["order"]


@pytest.mark.parametrize(
    "words",
    [
        ["20-10-10", "20-10-11", "20-11-12", "20-12-01"],
        ["13/01/02", "13/05/03", "13/07/09"],
        ["21.01.05", "21.02.07", "21.03.09"],
    ],
)
def test_a_first_number_that_never_changes_is_the_year_and_the_doubt_stays(words: list[str]) -> None:
    found = column([words[k * 7 % len(words)] for k in range(60)], "date")
    assert found.column.type == "date"
    assert {str(day)[:4] for day in np.asarray(found.values)} == {f"20{words[0][:2]}"}
    doubt = next(note.doubt for note in found.notes if note.key == "order")
    assert doubt is not None and (doubt.settle, doubt.change) == ("date-ymd", "date-dmy")


def test_a_last_number_that_never_changes_is_the_year() -> None:
    found = column([f"{1 + k % 9:02d}-{1 + k % 7:02d}-13" for k in range(60)], "date")
    assert {str(day)[:4] for day in np.asarray(found.values)} == {"2013"}
