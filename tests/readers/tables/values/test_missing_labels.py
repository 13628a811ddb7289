"""Words such as "Nat" and "null" among labels: labels where frequent and spelled alike, else missing and told."""

from __future__ import annotations

import io
from collections import Counter

import pandas as pd
import pyarrow as pa
import pytest

from core.readers.tables.column_types import infer_string_column
from core.readers.tables.formats import csv_reader, csv_stream_reader
from core.readers.tables.formats.parquet_reader import read_parquet

ROWS = 120


def read(labels, numbers=None, types=None):
    numbers = numbers or [str(20 + k % 37) for k in range(ROWS)]
    text = "age,party\n" + "".join(f"{n},{label}\n" for n, label in zip(numbers, labels, strict=True))
    return csv_reader.read_csv_bytes(text.encode(), "a.csv", types)


def counts(dataset):
    return Counter(dataset.inputs["party"].dropna())


def turns(*words: str) -> list[str]:
    return [words[k % len(words)] for k in range(ROWS)]


def rare(word: str, *others: str, every: int = 20) -> list[str]:
    return [word if k % every == 0 else others[k % len(others)] for k in range(ROWS)]


def said(dataset, start: str) -> list[str]:
    return [line for line in dataset.warnings if line.startswith(start)]


KEPT, GONE = "A word that often means missing was kept", "Words were read as missing values"


@pytest.mark.parametrize(
    "words",
    [
        ("Nat", "Lab", "Grn"),
        ("null", "missense", "wild"),
        ("NULL", "MISSENSE", "WILD"),
        ("Nan", "Ann", "Bea"),
        ("Na", "Ca", "Mg", "K"),
        ("Null", "Smith", "Jones", "Brown"),
        ("none", "mild", "severe"),
        ("nat", "cotton", "silk"),
    ],
    ids=lambda words: words[0],
)
def test_a_frequent_word_spelled_as_the_labels_stays(words) -> None:
    dataset = read(turns(*words))
    assert counts(dataset) == dict.fromkeys(words, ROWS // len(words))
    (line,) = said(dataset, KEPT)
    assert "“party”" in line and f"“{words[0]}”" in line and f"{ROWS // len(words)} values" in line


def test_beside_empty_cells_a_frequent_word_stays() -> None:
    dataset = read(turns("nan", "Bread", "Roll", ""))
    assert counts(dataset) == {"nan": 30, "Bread": 30, "Roll": 30}


@pytest.mark.parametrize(
    "labels",
    [
        rare("null", "red", "green"),
        rare("NaN", "red", "green"),
        turns("NaN", "red", "green"),
        turns("nan", "red", "green"),
        turns("NULL", "red", "green"),
        turns("null", "yes", "no"),
        turns("null", "nan", "red", "green"),
        rare("red", "null", "null", "null", "green", every=4),
        turns("n/a", "red", "green"),
        turns("<NA>", "red", "green"),
        rare("NA", "M", "F", every=40),
    ],
    ids=lambda labels: f"{labels[0]}, {labels[1]}",
)
def test_other_words_are_missing_and_told(labels) -> None:
    dataset = read(labels)
    held = counts(dataset)
    words = {word for word in labels if word.lower() in {"null", "nan", "n/a", "<na>", "na"}}
    assert not words & set(held)
    gone = sum(word in words for word in labels)
    assert dataset.inputs["party"].isna().sum() == gone and sum(held.values()) == ROWS - gone
    (line,) = said(dataset, GONE)
    for word in words:
        assert "“party”" in line and f"“{word}”" in line and f"{labels.count(word)} values" in line
    back = read(labels, types={"party": "category"})
    assert set(labels) == set(counts(back))


def test_a_frequent_word_that_is_read_as_missing_is_a_doubt_with_a_way_back() -> None:
    (reading,) = [one for one in read(turns("nan", "red", "green")).readings if one.name == "party"]
    (doubt,) = reading.doubts
    assert (doubt.example, doubt.taken_value, doubt.other_value, doubt.change) == ("nan", "missing", "nan", "category")
    (kept,) = read(turns("Nat", "Lab", "Grn")).readings[1].doubts
    assert kept.settle == "category"


@pytest.mark.parametrize("word", ["null", "NA", "Nat", "nan"])
def test_what_is_missing_among_the_numbers_is_missing_among_labels(word: str) -> None:
    others = ("US", "EU") if word.isupper() else ("Lab", "Grn") if word.istitle() else ("red", "green")
    numbers = [word if k % 12 == 5 else str(20 + k % 37) for k in range(ROWS)]
    dataset = read(turns(word, *others), numbers)
    assert counts(dataset) == dict.fromkeys(others, 40)
    assert said(dataset, GONE)


def test_a_rare_word_that_is_missing_among_the_numbers_too_gives_no_warning() -> None:
    numbers = ["NA" if k % 12 == 5 else str(20 + k % 37) for k in range(ROWS)]
    dataset = read(rare("NA", "Adelie", "Gentoo"), numbers)
    assert counts(dataset).keys() == {"Adelie", "Gentoo"}
    assert not said(dataset, GONE) and not said(dataset, KEPT)
    (change,) = dataset.readings[1].changes
    assert change.count == 6 and "NA" in change.example


def test_columns_of_numbers_and_dates_are_read_as_before() -> None:
    numbers = ["null" if k % 3 == 0 else str(k) for k in range(ROWS)]
    assert read(turns("a", "b"), numbers).inputs["age"].isna().sum() == 40
    days = ["NaT" if k % 3 == 0 else f"2020-01-{k % 28 + 1:02d}" for k in range(ROWS)]
    dataset = read(turns("a", "b"), days)
    assert dataset.inputs["age"].isna().sum() == 40 and not said(dataset, GONE)


def test_the_quick_reader_and_parquet_read_alike(tmp_path) -> None:
    labels, rows = turns("Nat", "Lab", "Grn") * 30, ROWS * 30
    path = tmp_path / "a.csv"
    path.write_text("age,party\n" + "".join(f"{20 + k % 37},{labels[k]}\n" for k in range(rows)))
    typed, _ = csv_stream_reader.stream_csv(path, "a.csv")
    values, words = typed[1].values
    assert Counter(words[code] for code in values) == dict.fromkeys(("Nat", "Lab", "Grn"), rows // 3)
    frame = pd.read_csv(io.StringIO(path.read_text()), keep_default_na=False)
    frame.to_parquet(tmp_path / "a.parquet")
    held = read_parquet(tmp_path / "a.parquet", "a.parquet").inputs["party"]
    assert Counter(held) == dict.fromkeys(("Nat", "Lab", "Grn"), rows // 3)


def test_a_column_that_is_left_out_stays_out_of_a_parquet_file(tmp_path) -> None:
    frame = pd.DataFrame({"a": range(60), "b": ["x", "NA", "y"] * 20, "c": ["1", "NA", "5"] * 20, "d": [0.5, 1.5] * 30})
    frame.to_parquet(tmp_path / "a.parquet")
    dataset = read_parquet(tmp_path / "a.parquet", "a.parquet", {"b": "drop"})
    assert list(dataset.inputs.columns) == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("Total", "*"), True),
        (("Total", "Sub", "*"), True),
        (("Gesamt", "Nord", "*"), True),
        (("All", "north", "*"), True),
        (("cat", "dog", "*"), False),
        (("Total", "Sub", "-"), False),
    ],
)
def test_a_star_beside_a_word_for_the_total_is_a_label(words: tuple[str, ...], kept: bool) -> None:
    cells = [words[row % len(words)] for row in range(60)]
    made = infer_string_column("level", pa.array(cells))
    assert (words[-1] in made.values[1]) is kept
    count = 60 // len(words)
    assert [(one.key, one.count, one.detail) for one in made.notes] == [
        ("kept" if kept else "spelling", count, f"“{words[-1]}”")
    ]
