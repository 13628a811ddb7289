"""The page of an upload says how each column was read, asks where two readings remain, and reads again as told."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.schema import LoadError
from core.storage import dataset_store
from pages.backend import datasets
from pages.data import reading_table
from tests.pages.test_pages import opened, sound
from tests.readers.archive_files import pack, texts, workbook

ROWS = 60
EVIL = "![x](http://a.b/c) `when`"
STAFF = "`Staff` $x$ <b>2"


def upload(name: str = "shop.csv") -> Path:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            EVIL: [f"{1 + k % 12:02d}/{1 + k % 11:02d}/2021" for k in range(ROWS)],
            "colour": [*draw.choice(["red", "blue"], ROWS - 1), "Red"],
            "price": draw.normal(9, 2, ROWS).round(3),
            "bought": draw.choice(["yes", "no"], ROWS),
        }
    )
    return datasets.read_upload(name, io.BytesIO(frame.to_csv(index=False).encode()))


def shown(folder: Path, owner: str) -> AppTest:
    app = opened("compare", owner)
    app.session_state["way"] = "My own file"
    app.session_state["_parcel"] = str(folder)
    app.run()
    return app


def current(app: AppTest) -> dict[str, object]:
    return dict(dataset_store.read_summary(app.session_state["_parcel"]))


def test_every_column_stands_in_the_table_with_its_change(place: Path, owner: str) -> None:
    app = shown(upload(), owner)
    assert "How each column was read (4, 2 changed)" in [one.label for one in app.expander]
    frame = next(one.value for one in app.dataframe if "Set type" in one.value.columns)
    assert list(frame["Read as"]) == ["date", "category", "number", "two values"]
    assert set(frame["Set type"]) == {"automatic"}
    assert "spellings merged" in frame["What was changed"][1] and "2021-" in frame["Examples"][0]


def test_a_doubt_shows_both_readings_and_one_click_takes_the_other(place: Path, owner: str) -> None:
    app = shown(upload(), owner)
    said = sound(app)
    assert "its values fit two readings. In use: day first." in said and "with month first it would be" in said
    assert not [one.value for one in app.markdown if "http://a.b" in one.value and "`" not in one.value]
    button = next(one for one in app.button if (one.label or "").replace("\\", "") == "Change to: date, month first")
    button.click().run()
    assert current(app)["origin"]["types"] == {EVIL: "date-mdy"}  # type: ignore[index]
    assert "its values fit two readings" not in sound(app)
    frame = next(one.value for one in app.dataframe if "Set type" in one.value.columns)
    assert frame["Set type"][0] == "date, month first"


def test_types_are_taken_from_the_rows_of_the_table() -> None:
    chosen = ["automatic", "category", "leave out", None, "date, day first"]
    assert reading_table.chosen_types(list("abcde"), chosen) == {"b": "category", "c": "drop", "e": "date-dmy"}
    assert set(reading_table.CHOICES.values()) == set(reading_table.WORDS)


def test_an_upload_is_read_again_with_types_and_back_without(place: Path) -> None:
    folder = upload()
    again = datasets.retype_upload(folder, {"colour": "category", "price": "drop"})
    card = dataset_store.read_summary(again)
    assert [one["name"] for one in card["columns"]] == [EVIL, "colour", "bought"]
    told = {one["name"]: one for one in datasets.list_readings(card)}
    assert told["price"]["type"] == "left out" and told["colour"]["overruled"] == "category"
    assert sorted(dataset_store.load(again).inputs["colour"].unique()) == ["Red", "blue", "red"]
    back = dataset_store.read_summary(datasets.retype_upload(again, {}))
    assert len(back["columns"]) == 4 and datasets.overruled_types(back) == {}
    with pytest.raises(LoadError, match="can be read as"):
        datasets.retype_upload(folder, {"colour": "number"})


def test_what_was_set_is_kept_when_the_file_is_read_as_something_else(place: Path) -> None:
    folder = datasets.retype_upload(upload("shop.data"), {"colour": "category"})
    again = datasets.reread_upload(folder, "table")
    assert datasets.overruled_types(dataset_store.read_summary(again)) == {"colour": "category"}


def test_another_sheet_of_a_workbook_is_read_by_its_selector(place: Path, owner: str) -> None:
    sales = [["shop", "sold", "month"], *([f"s{k % 4}", k * 7 % 31, k % 12] for k in range(60))]
    staff = [["age", "pay", "left"], *([20 + k % 40, k * 3 % 17 + 0.5, ("yes", "no")[k % 2]] for k in range(40))]
    app = shown(datasets.read_upload("book.xlsx", io.BytesIO(workbook({"Sales": sales, STAFF: staff}))), owner)
    selector = next(one for one in app.selectbox if one.label == "Sheet of the workbook")
    assert len(selector.options) == 2 and selector.options[0] == "Sales" and selector.value == 0
    assert [one["name"] for one in current(app)["columns"]] == sales[0]  # type: ignore[attr-defined]
    selector.select(1).run()
    read = current(app)
    assert [one["name"] for one in read["columns"]] == staff[0] and read["rows"] == 40  # type: ignore[attr-defined]
    assert read["origin"]["sheet"] == STAFF  # type: ignore[index]
    again = next(one for one in app.selectbox if one.label == "Sheet of the workbook")
    assert again.value == 0 and again.options[1] == "Sales"
    again.select(1).run()
    assert [one["name"] for one in current(app)["columns"]] == sales[0]  # type: ignore[attr-defined]
    assert not app.exception


def test_a_file_that_is_no_workbook_has_no_selector_of_sheets(place: Path, owner: str) -> None:
    assert not [one for one in shown(upload(), owner).selectbox if one.label == "Sheet of the workbook"]


def test_embedded_data_have_no_such_table(place: Path, owner: str) -> None:
    app = opened("compare", owner)
    assert not [one for one in app.expander if one.label.startswith("How each column")]


def test_series_in_rows_are_offered_in_one_click_and_both_ways_stand_in_read_this_as(place: Path, owner: str) -> None:
    draw = np.random.default_rng(0)
    curves = np.sin(np.linspace(0, 6, 30) + draw.uniform(0, 6, (80, 1))).round(4)
    frame = pd.DataFrame(curves, columns=[f"t{k}" for k in range(30)]).assign(label=["slow", "fast"] * 40)
    folder = datasets.read_upload("curves.dat", io.BytesIO(frame.to_csv(index=False).encode()))
    assert set(datasets.possible_modalities(folder)) >= {"table", "series-moments", "series-rows"}
    app = shown(folder, owner)
    assert "30 numbered columns" in sound(app)
    next(one for one in app.button if (one.label or "") == "Read as: Series, a row each").click().run()
    assert current(app)["modality"] == "series" and current(app)["rows"] == 80
    assert datasets.current_modality(current(app)) == "series-rows"
    assert "30 numbered columns" not in sound(app)


def test_the_step_of_a_forecast_is_set_by_hand_and_the_table_stays_one_click_away(place: Path, owner: str) -> None:
    times = pd.date_range("2025-01-01", periods=2_000, freq="53min").strftime("%Y-%m-%d %H:%M")
    frame = pd.DataFrame({"time": times, "sales": np.random.default_rng(0).integers(1, 9, 2_000)})
    app = shown(datasets.read_upload("till.csv", io.BytesIO(frame.to_csv(index=False).encode())), owner)
    step = next(one for one in app.selectbox if one.label == "Step of time for a forecast")
    app = step.set_value("day").run()
    card = current(app)
    assert (card["modality"], card["facts"]["panel"]["step"]["key"]) == ("forecast", "day")
    assert datasets.current_modality(card) == "forecast-long" and card["facts"]["step_by_hand"] == "day"
    assert "forecast-day" not in datasets.possible_modalities(app.session_state["_parcel"])
    assert "Column of answers" not in [one.label for one in app.selectbox]
    step = next(one for one in app.selectbox if one.label == "Step of time for a forecast")
    app = step.set_value("year").run()
    assert "at least 20" in " ".join(one.value for one in app.markdown) + sound(app)
    assert current(app)["facts"]["step_by_hand"] == "day"


def test_joined_class_folders_are_taken_apart_with_one_click(place: Path, owner: str, tmp_path: Path) -> None:
    names = [f"train/{c}/{n}.txt" for c in ("Cat", "dog") for n in range(9)] + [f"test/cat/{n}.txt" for n in range(5)]
    path = pack(tmp_path / "a.zip", texts(names))
    app = shown(datasets.read_upload("a.zip", io.BytesIO(path.read_bytes())), owner)
    assert current(app)["labels"] == ["Cat", "dog"]
    next(one for one in app.button if one.label == "Change to: category").click().run()
    assert current(app)["labels"] == ["Cat", "cat", "dog"]
    assert [one.value for one in app.selectbox if "table" in one.options] == []
