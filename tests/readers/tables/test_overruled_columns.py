"""A person's word on a column is kept: it is read as that type, exactly as written, told, stored and replayed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import ingest
from core.cli import earlier_types, parse_types
from core.readers.tables.overruled_columns import read_column
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.duration_parser import parse_duration
from core.schema import LEFT_OUT, Dataset, LoadError, ReadAs
from core.storage import dataset_store

ROWS = 60


def rows_of(made: TypedColumn) -> list[object]:
    """The values of a column, categories by their words."""
    if isinstance(made.values, tuple):
        codes, words = made.values
        return [None if code < 0 else words[code] for code in codes]
    return list(made.values)


def read_as(words: list[str], kind: ReadAs) -> TypedColumn:
    return read_column("x", pa.array(words, type=pa.string()), kind)


AS_WRITTEN = (
    ["Red", "red", "RED", "blue"],
    ["AA", "Aa", "aa", "AA"],
    ["null", "Nat", "NA", "none"],
    ["1.10", "1.1", "01.1", "1.100"],
    ["Y", "N", "T", "F"],
    ["Yes", "no", "YES ", "No"],
)


@pytest.mark.parametrize("words", AS_WRITTEN, ids=lambda words: words[0])
def test_a_category_keeps_every_spelling(words: list[str]) -> None:
    made = read_as(words * 15, "category")
    assert rows_of(made) == words * 15
    assert (made.column.type, made.column.missing, made.column.distinct) == ("categorical", 0, len(set(words)))
    assert [note.key for note in made.notes] == ["overruled"] and made.overruled == "category"


def test_a_blank_cell_of_a_category_is_missing() -> None:
    made = read_as(["a", " ", "", "b"], "category")
    assert rows_of(made) == ["a", None, None, "b"] and made.column.missing == 2


NUMBERS: tuple[tuple[list[str], ReadAs, list[float]], ...] = (
    (["1", "2", "3"], "number", [1, 2, 3]),
    (["-999", "4", "5"], "number", [-999, 4, 5]),
    (["5 %", "7 %", "9 %"], "number", [5, 7, 9]),
    (["1,234", "2,500", "7,001"], "number-comma", [1.234, 2.5, 7.001]),
    (["1,234", "2,500", "7,001"], "number-point", [1234, 2500, 7001]),
    (["1.234", "2.500,5", "7.001"], "number-comma", [1234, 2500.5, 7001]),
    (["6am", "7:30 pm", "noon"], "number", [6, 19.5, 12]),
    (["1:30:00", "90 min", "PT1H30M"], "duration", [5400, 5400, 5400]),
    (["4:30", "2 days 01:00:00", "45"], "duration", [270, 176400, 45]),
)


@pytest.mark.parametrize(("words", "kind", "wanted"), NUMBERS)
def test_numbers_and_durations_hold_the_values_that_were_meant(
    words: list[str], kind: ReadAs, wanted: list[float]
) -> None:
    made = read_as(words, kind)
    assert rows_of(made) == pytest.approx(wanted)
    assert made.column.type in ("numeric", "constant")


@pytest.mark.parametrize(
    ("kind", "day"), [("date-dmy", "2005-04-03"), ("date-mdy", "2005-03-04"), ("date-ymd", "2003-04-05")]
)
def test_the_order_of_a_date_is_the_one_that_was_said(kind: ReadAs, day: str) -> None:
    made = read_as(["03-04-05", "04/05/2006", "2007-01-02"], kind)
    assert str(rows_of(made)[0])[:10] == day
    assert str(rows_of(made)[2])[:10] == "2007-01-02" or kind == "date-dmy"


def test_what_cannot_be_read_so_is_counted_and_nothing_at_all_is_refused() -> None:
    made = read_as(["1", "2", "two", "two", "3"], "number")
    word = next(note for note in made.notes if note.key == "word")
    assert word.count == 2 and "two" in word.detail and made.column.missing == 2
    for kind in ("number", "date", "duration", "date-mdy"):
        with pytest.raises(LoadError, match="can be read as"):
            read_as(["red", "green"], kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["1:75", "3 apples", "P", "PT", "", "1h and", "12:00 pm"])
def test_what_is_no_length_of_time_stays_none(word: str) -> None:
    assert parse_duration(word) is None


def table() -> pd.DataFrame:
    draw = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "code": np.arange(1, ROWS + 1),
            "size": draw.choice(["1.10", "1.1", "2.0"], ROWS),
            "colour": np.append(draw.choice(["red", "blue"], ROWS - 1), "Red"),
            "price": draw.normal(9, 2, ROWS).round(3),
            "bought": draw.choice(["yes", "no"], ROWS),
        }
    )


TYPES: dict[str, ReadAs] = {"CODE": "number", "colour": "category", "size": "category", "price": "drop"}


def written(folder: Path, suffix: str) -> Path:
    path = folder / f"shop{suffix}"
    if suffix == ".parquet":
        pq.write_table(pa.Table.from_pandas(table()), path)
    elif suffix == ".xlsx":
        table().to_excel(path, index=False)
    else:
        table().to_csv(path, index=False)
    return path


def check(dataset: Dataset) -> None:
    types = {column.name: column.type for column in dataset.columns}
    assert types == {"code": "numeric", "size": "categorical", "colour": "categorical", "bought": "boolean"}
    assert sorted(dataset.inputs["colour"].unique()) == ["Red", "blue", "red"]
    assert sorted(dataset.inputs["size"].unique()) == ["1.1", "1.10", "2.0"]
    told = {one.name: one for one in dataset.readings}
    assert list(told) == ["code", "size", "colour", "price", "bought"]
    assert (told["price"].type, told["price"].overruled) == (LEFT_OUT, "drop")
    assert told["code"].overruled == "number" and told["bought"].overruled is None
    assert any("as you said" in warning and "“colour”" in warning for warning in dataset.warnings)
    assert any(warning.startswith("Left out as you said: “price”") for warning in dataset.warnings)
    assert dataset.origin.types == TYPES


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_every_reader_of_tables_takes_types_and_the_store_keeps_them(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, suffix)
    dataset = ingest.read(path, types=TYPES)
    check(dataset)
    check(dataset_store.load(dataset_store.save(dataset, tmp_path / "parcel")))


def test_a_large_file_is_read_by_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    pd.concat([table()] * 4_000).to_csv(path, index=False)
    assert path.stat().st_size > 4_000_000
    check(ingest.read(path, types=TYPES))


def test_what_the_reader_changed_is_told_for_each_column_and_can_be_taken_back(tmp_path: Path) -> None:
    path = written(tmp_path, ".csv")
    told = {one.name: one for one in ingest.read(path).readings}
    merged = told["colour"].changes[0]
    assert merged.what == "spellings merged" and merged.count > 0 and "Red" in merged.example
    back = ingest.read(path, types={"colour": "category"})
    assert sorted(back.inputs["colour"].unique()) == ["Red", "blue", "red"]


def test_a_doubt_names_both_readings_and_either_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    days = [f"{1 + k % 12:02d}/{1 + k % 11:02d}/2021" for k in range(ROWS)]
    pd.DataFrame({"when": days, "y": np.arange(ROWS) * 1.5}).to_csv(path, index=False)
    told = {one.name: one for one in ingest.read(path).readings}
    doubt = told["when"].doubts[0]
    assert (doubt.example, doubt.taken_value, doubt.other_value) == ("02/02/2021", "2021-02-02", "2021-02-02") or (
        doubt.taken_value != doubt.other_value
    )
    assert doubt.change == "date-mdy" and not told["y"].doubts
    other = ingest.read(path, types={"when": "date-mdy"})
    assert str(other.inputs["when"][12])[:10] == "2021-01-02"
    assert not other.readings[0].doubts


@pytest.mark.parametrize("types", [{"nobody": "number"}, {"colour": "colour"}])
def test_unknown_columns_and_types_are_refused_in_words(tmp_path: Path, types: dict[str, ReadAs]) -> None:
    with pytest.raises(LoadError, match="There is no"):
        ingest.read(written(tmp_path, ".csv"), types=types)


def test_inspect_says_how_each_column_was_read(tmp_path: Path) -> None:
    path = written(tmp_path, ".csv")
    told = ingest.inspect(path, types=TYPES)
    colour = next(one for one in told["columns"] if one["name"] == "colour")
    assert colour["overruled"] == "category" and len(colour["examples"]) == 3 and colour["doubt"] is None
    assert told["left_out"][0]["name"] == "price" and told["types"] == TYPES
    plain = next(one for one in ingest.inspect(path)["columns"] if one["name"] == "colour")
    assert plain["changed"][0]["count"] > 0 and plain["why"]


def test_texts_and_readings_keep_how_their_table_was_read(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    words = [f"the room was clean and number {k} again" for k in range(ROWS)]
    frame = pd.DataFrame({"text": words, "label": np.tile(["good", "bad"], ROWS // 2), "n": np.arange(ROWS) * 1.25})
    frame.to_csv(path, index=False)
    assert ingest.read(path).modality == "table"
    dataset = ingest.read(path, types={"n": "drop"})
    assert dataset.modality == "text"
    assert [one.type for one in dataset.readings] == ["text", "categorical", LEFT_OUT]


def test_the_option_takes_names_with_commas_and_equals_signs() -> None:
    assert parse_types("price=number, size, cm = category,a=b=date-dmy") == {
        "price": "number",
        "size, cm": "category",
        "a=b": "date-dmy",
    }
    assert parse_types(None) == parse_types("  ") == {}
    with pytest.raises(LoadError, match="cannot be read"):
        parse_types("price=money")


def test_a_result_without_types_replays_without_them(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"dataset": {"name": "x"}}')
    assert earlier_types(path) == {}
    path.write_text('{"dataset": {"types": {"a": "number", "b": "nonsense"}}}')
    assert earlier_types(path) == {"a": "number"}
