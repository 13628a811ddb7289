"""Measurements that are written as text become numbers with a line that says so; codes, dates and sizes do not."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core import ingest
from core.readers.tables.column_types import infer_string_column
from core.readers.tables.formats import csv_reader
from core.schema import Dataset, LoadError

ROWS = 60
Cell = Callable[[int], str]


def read(cell: Cell, name: str = "size", types: dict[str, str] | None = None) -> Dataset:
    lines = [f"{name};rate;state", *(f"{cell(k)};{k % 7}.5;{'ab'[k % 2]}" for k in range(ROWS))]
    return csv_reader.read_csv_bytes("\n".join(lines).encode(), "a.csv", types)


READ: list[tuple[str, Cell, list[float], str]] = [
    ("hours and minutes", lambda k: f"{k}h {20 + k % 30}m", [20, 81, 142], "minutes"),
    ("units mixed", lambda k: f"{60 + k} min" if k % 2 else f"{1 + k // 7}h", [60, 61, 60], "minutes"),
    ("beyond a day", lambda k: f"{20 + k}:{k:02d}:00", [1200, 1261, 1322], "minutes"),
    ("minutes and seconds", lambda k: f"{k}:{(k * 7) % 60:02d}", [0, 67 / 60, 134 / 60], "minutes"),
    ("days", lambda k: f"{k % 3} days, 0:{10 + k % 50}:30", [10.5, 1451.5, 2892.5], "minutes"),
    ("iso", lambda k: f"PT{k}M{k % 60}S", [0, 61 / 60, 122 / 60], "minutes"),
    ("seconds", lambda k: f"{k}.5s" if k % 2 else f"{k}00ms", [0, 1.5, 0.2], "seconds"),
    ("ages", lambda k: f"{1 + k % 9} weeks" if k % 2 else f"{2 + k} days", [2, 14, 4], "days"),
    ("pressures", lambda k: f"{110 + k}/{60 + k % 30}", [110, 111, 112], "(second)"),
    ("tyres", lambda k: f"{155 + 10 * (k % 9)} / {40 + k % 13}", [155, 165, 175], "(second)"),
    ("points", lambda k: f"({k}.13, -{k}.5)", [0.13, 1.13, 2.13], "(second)"),
    ("points without brackets", lambda k: f"{k}.13, -{k}.5", [0.13, 1.13, 2.13], "(second)"),
    ("mean and spread", lambda k: f"{k}.5 (0.{k + 10})", [0.5, 1.5, 2.5], "(second)"),
    ("interval", lambda k: f"{k}.5 [{k}.1, {k}.9]", [0.5, 1.5, 2.5], "0.1 in “size (second)”, 0.9 in “size (third)”"),
    ("screens", lambda k: f"{640 + k}x{480 - k}", [640, 641, 642], "(second)"),
    ("uncertain", lambda k: f"{k}.6 ± 0.3", [0.6, 1.6, 2.6], "0.3 in “size (uncertainty)”"),
    ("typed sign", lambda k: f"-{k}.25 +/- {k}", [-0.25, -1.25, -2.25], "(uncertainty)"),
    ("last digit", lambda k: f"{k}.62({1 + k % 9})", [0.62, 1.62, 2.62], "0.01 in “size (uncertainty)”"),
    ("in brackets", lambda k: f"[{k}.5]" if k % 3 else f"{k}.5", [0.5, 1.5, 2.5], "“[1.5]” read as 1.5"),
    ("about", lambda k: f"~{k}", [0, 1, 2], "“~0” read as 0"),
    ("at least", lambda k: f"{k},500+", [500, 1500, 2500], "“0,500+” read as 500"),
    ("stars", lambda k: f"{k}.24{'*' * (k % 3)}", [0.24, 1.24, 2.24], "“1.24*” read as 1.24"),
    ("M and k", lambda k: f"{k}.5M" if k % 2 else f"{k + 100}k", [1e5, 1.5e6, 1.02e5], "30 with M"),
    ("M missing", lambda k: f"{k}.5M" if k % 9 else str(774750 + k), [774750, 1.5e6, 2.5e6], "7 with no unit"),
    ("dollars", lambda k: f"${k}.5M" if k % 2 else f"${k}00k", [0, 1.5e6, 2e5], "“$0.5M”|30 with k"),
    ("thousands of dollars", lambda k: f"${k}K", [0, 1e3, 2e3], "“$1K” read as 1000|“$0K” read as 0"),
    ("points and commas", lambda k: f"{k}.250,5 g" if k % 2 else f"{k},5 kg", [500, 1250.5, 2500], "30 with kg"),
    ("bytes", lambda k: f"{k}.5 GB" if k % 2 else f"{k}00 MB", [0, 1.5e9, 2e8], "bytes"),
    ("kg and g", lambda k: f"{k},5 kg" if k % 2 else f"{k}00 g", [0, 1500, 200], "30 with kg such as “1,5 kg”"),
    ("cm and m", lambda k: f"{k}.5 m" if k % 2 else f"{k}0 cm", [0, 1.5, 0.2], "metres"),
    ("ml and l", lambda k: f"{k} l" if k % 2 else f"{k}00 ml", [0, 1, 0.2], "litres"),
    ("F and C", lambda k: f"{k} °C" if k % 2 else f"{k + 32} °F", [0, 1, 2 / 1.8], "degrees Celsius"),
    ("kW and MW", lambda k: f"{k}.5 MW" if k % 2 else f"{k} kW", [0, 1.5e6, 2e3], "watts"),
    ("north", lambda k: f'{k}°30\'36""N'.join('""'), [0.51, 1.51, 2.51], "degrees"),
    ("west", lambda k: f"{k}° 30′ W", [-0.5, -1.5, -2.5], "degrees"),
    ("sides", lambda k: f"{k}.25{'NS'[k % 2]}", [0.25, -1.25, 2.25], "degrees"),
    ("feet", lambda k: f'{4 + k % 3}\'{k % 12}""'.join('""'), [48, 61, 74], "inches"),
    ("ranges", lambda k: f"{k + 5}-{k + 10 + k % 7}", [5, 6, 7], "“5-10” read as 5, 10 in “size (to)”"),
    ("ranges in words", lambda k: f"{k + 1},000 to {k + 2},500", [1000, 2000, 3000], "2500 in “size (to)”"),
    ("ranges of one letter", lambda k: f"${k + 1}-{k + 9}k", [1000, 2000, 3000], "9000 in “size (to)”"),
    ("ranges with a dash", lambda k: f"{k}.5 – {k + 1}.5", [0.5, 1.5, 2.5], "1.5 in “size (to)”"),
    ("power and speed", lambda k: f"{60 + k}bhp@{3000 + k}rpm", [60, 61, 62], "3000 in “size (second)”"),
    ("over", lambda k: f"{110 + k} over {60 + k % 30}", [110, 111, 112], "60 in “size (second)”"),
    ("pounds and ounces", lambda k: f"{k + 1} lbs {k % 16} oz", [453.59237, 935.534263125, 1417.47615625], "grams"),
    ("stone", lambda k: f"{k + 8}st {k % 14}lb", [50802.34544, 57606.23099, 64410.11654], "grams"),
    ("metres and centimetres", lambda k: f"{k} m {k} cm", [0, 1.01, 2.02], "metres"),
    ("years and months", lambda k: f"{k} Jahre {k % 12} Monate", [0, 395.679375, 791.35875], "days"),
    ("hours in French", lambda k: f"{k} heures et {k % 60} minutes", [0, 61, 122], "minutes"),
    ("limits", lambda k: f"<{k}" if k % 4 == 0 else f"{k}.5", [0, 1.5, 2.5], "“<0” read as 0"),
    ("limits with equals", lambda k: f">= {k}", [0, 1, 2], "“>= 0” read as 0"),
    ("circa", lambda k: f"ca. {k}", [0, 1, 2], "“ca. 0” read as 0"),
    ("powers of ten", lambda k: f"{k}.5 x 10^{k % 4}", [0.5, 15, 250], "“0.5 x 10^0” read as 0.5"),
    ("raised powers", lambda k: f"{k}.5×10⁻{'¹²³'[k % 3]}", [0.05, 0.015, 0.0025], "read as 0.05"),
    ("fractions", lambda k: f"{k} {1 + 2 * (k % 2)}/4" if k % 3 else f"{k}½", [0.5, 1.75, 2.25], "“0½” read as 0.5"),
    ("counts", lambda k: f"{k}.4k" if k % 2 else f"{k * 9 + 450}", [450, 1400, 468], "30 with k"),
    ("feet in words", lambda k: f"{4 + k % 3} ft {k % 12} in", [48, 61, 74], "inches"),
]


@pytest.mark.parametrize(("cell", "values", "told"), [one[1:] for one in READ], ids=[one[0] for one in READ])
def test_measurements_are_read_and_told(cell: Cell, values: list[float], told: str) -> None:
    table = read(cell)
    assert table.columns[0].type == "numeric"
    assert table.inputs["size"][:3].tolist() == pytest.approx(values, abs=1e-9)
    said = next(line for line in table.warnings if "Measurements written as text" in line)
    assert "“size” (60 values" in said and any(one in said for one in told.split("|")), said
    assert any("read as numbers" in one.what and one.count == ROWS for one in table.readings[0].changes)


@pytest.mark.parametrize(("cell", "values", "told"), [one[1:] for one in READ], ids=[one[0] for one in READ])
def test_a_category_takes_it_back(cell: Cell, values: list[float], told: str) -> None:
    table = read(cell, types={"size": "category"})
    written = cell(1).replace('""', "\0").strip('"').replace("\0", '"')
    assert list(table.inputs.columns) == ["size", "rate", "state"]
    assert table.columns[0].type == "categorical" and table.inputs["size"][1] == written
    assert list(read(cell, types={"size": "drop"}).inputs.columns) == ["rate", "state"]
    assert read(cell, types={"size": "number"}).inputs["size"][:3].tolist() == pytest.approx(values, abs=1e-9)


def test_two_numbers_become_two_columns() -> None:
    table = read(lambda k: f"{110 + k}/{60 + k % 30}", "pressure")
    assert list(table.inputs.columns) == ["pressure", "pressure (second)", "rate", "state"]
    assert table.inputs["pressure (second)"][:3].tolist() == [60, 61, 62]
    assert table.inputs["pressure"][59] == 169 and len(table.columns) == 4
    last = read(lambda k: f"{k + 20}.62({1 + k % 9})")
    assert last.inputs["size (uncertainty)"][:3].tolist() == pytest.approx([0.01, 0.02, 0.03])
    three = read(lambda k: f"{k + 1} x {k + 2} x {k + 3}")
    assert three.inputs["size (third)"][:2].tolist() == [3, 4]


def test_a_further_column_is_told_and_can_be_overruled_alone() -> None:
    cell: Cell = lambda k: f"{110 + k}/{60 + k % 3}"  # noqa: E731
    told = {one.name: one for one in read(cell, "pressure").readings}
    assert list(told) == ["pressure", "pressure (second)", "rate", "state"]
    assert told["pressure (second)"].type == "numeric" and told["pressure (second)"].examples == ("60", "61", "62")
    left = read(cell, "pressure", {"pressure (second)": "drop"})
    assert list(left.inputs.columns) == ["pressure", "rate", "state"] and left.readings[1].overruled == "drop"
    assert any("Left out as you said: “pressure (second)”" in line for line in left.warnings)
    words = read(cell, "pressure", {"pressure (second)": "category"})
    assert words.inputs["pressure (second)"][:3].tolist() == ["60", "61", "62"] and words.inputs["pressure"][1] == 111
    assert words.readings[1].overruled == "category"


@pytest.mark.parametrize(
    ("types", "said"),
    [
        ({"pressure (second)": "date"}, "further number of another column"),
        ({"pressure (third)": "drop"}, "no column “pressure \\(third\\)”"),
        ({"weight (second)": "drop"}, "no column “weight \\(second\\)”"),
    ],
)
def test_a_further_column_that_is_not_there_is_refused(types: dict[str, str], said: str) -> None:
    with pytest.raises(LoadError, match=said):
        read(lambda k: f"{110 + k}/{60 + k % 3}", "pressure", types)


def test_a_name_that_is_taken_is_not_used_twice() -> None:
    lines = ["p;p (second);c", *(f"{110 + k}/{60 + k};{k % 7}.5;{'ab'[k % 2]}" for k in range(ROWS))]
    table = csv_reader.read_csv_bytes("\n".join(lines).encode(), "a.csv")
    assert list(table.inputs.columns) == ["p", "p (second)'", "p (second)", "c"]
    assert table.inputs["p (second)"][1] == 1.5 and table.inputs["p (second)'"][1] == 61


LOOKALIKES: list[tuple[str, Cell, str]] = [
    ("part codes", lambda k: f"{(k * 7) % 40}{'MkAX'[k % 4]}", "categorical"),
    ("codes of sizes", lambda k: f"{k}{'MB'[k % 2]}", "id"),
    ("seats", lambda k: f"{k}{'CF'[k % 2]}", "id"),
    ("issues", lambda k: f"{k}({1 + k % 9})", "id"),
    ("shirts", lambda k: ["L/XL", "S/M", "XS/S"][k % 3], "categorical"),
    ("ratios", lambda k: ["1/2", "1/4", "3/4"][k % 3], "categorical"),
    ("ratios to one", lambda k: f"1/{1 + k % 12}", "categorical"),
    ("scores", lambda k: f"{k % 4}:{k % 3}", "categorical"),
    ("packs", lambda k: ["500 g", "1 kg"][k % 2], "categorical"),
    ("phones", lambda k: f"+1 ({200 + k}) 555-{1000 + k * 37}", "text|id"),
    ("months and years", lambda k: f"{1 + k % 12}/{80 + k // 12}", "id"),
    ("part numbers", lambda k: f"{10 + (k * 37) % 80}-{100 + (k * 53) % 800}", "id"),
    ("seasons with a dash", lambda k: f"{1960 + k}-{(61 + k) % 100:02d}", "id"),
    ("limits of groups", lambda k: ["<18", ">65", "<5"][k % 3], "categorical"),
    ("games", lambda k: f"{60 + (k * 7) % 50}-{60 + (k * 11) % 47}", "id"),
    ("weights out of turn", lambda k: f"{k} oz {k} lb", "text|id"),
    ("bands", lambda k: ["18-25", "26-40", "41-65"][k % 3], "categorical"),
    ("versions", lambda k: f"{k % 3}.{k % 5}.{k % 7}", "id"),
    ("seasons", lambda k: f"{60 + k % 30}/{61 + k % 30}", "categorical"),
    ("grids", lambda k: ["2x2", "4x4", "4x6"][k % 3], "categorical"),
    ("flats", lambda k: f"{1 + k % 20}{'ABC'[k % 3]}", "id"),
    ("hex codes", lambda k: f"{k * 7919:06x}f", "id"),
    ("words", lambda k: f"room {k}", "id"),
]


@pytest.mark.parametrize(("cell", "kind"), [one[1:] for one in LOOKALIKES], ids=[one[0] for one in LOOKALIKES])
def test_codes_sizes_and_ratios_stay_words(cell: Cell, kind: str) -> None:
    table = read(cell)
    assert table.columns[0].type in kind.split("|")
    assert not any("Measurements" in line for line in table.warnings)
    assert table.readings[0].type == table.columns[0].type


def test_dates_and_times_of_day_stay_what_they_are() -> None:
    assert not any("Measurements" in line for line in read(lambda k: f"{1 + k % 12}/{1 + k % 28}").warnings)
    assert read(lambda k: f"2020-01-{1 + k % 28:02d}").columns[0].type == "date"
    clock = read(lambda k: f"{k % 24:02d}:{k:02d}")
    assert clock.inputs["size"][1] == pytest.approx(1 + 1 / 60)
    assert any("hours after midnight" in line for line in clock.warnings)
    assert read(lambda k: f"{k + 5} kg").inputs["size"][:2].tolist() == [5, 6]


def test_cells_of_another_form_become_missing_with_their_count() -> None:
    table = read(lambda k: "soon" if k == 30 else f"{k}h 5m")
    assert np.isnan(table.inputs["size"][30]) and table.inputs["size"][31] == 31 * 60 + 5
    assert any("“size” (1 value, “soon”)" in line for line in table.warnings)
    mixed = read(lambda k: f"about {k}" if k % 5 == 0 else f"{k}h 5m")
    assert mixed.columns[0].type != "numeric"


def test_what_is_not_understood_is_not_called_an_identifier() -> None:
    table = read(lambda k: f"{k}.5 cups/{k + 1}")
    assert table.columns[0].note.startswith("not understood as a number: 60 different values")
    assert any("not understood as numbers" in line and "“size”" in line for line in table.warnings)
    for name, cell in (
        ("key", lambda k: f"{k} a"),
        ("size", lambda k: f"A-{k}"),
        ("size", lambda k: f"{k}.0.{k}"),
        ("size", lambda k: f"{k}B-4"),
        ("phone", lambda k: f"{k} 55 {k}"),
    ):
        assert read(cell, name).columns[0].note.startswith("identifies rows"), name


def test_lengths_of_parquet_and_excel_files(tmp_path: Path) -> None:
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq

    lengths = [datetime.timedelta(seconds=90 * k + 30) for k in range(ROWS)]
    words = ["ab"[k % 2] for k in range(ROWS)]
    for unit in ("s", "ms", "us", "ns"):
        cells = pa.array([None, *lengths[1:]], pa.duration(unit))
        pq.write_table(pa.table({"wait": cells, "y": words}), tmp_path / "a.parquet")
        table = ingest.read(tmp_path / "a.parquet", modality="table")
        assert np.isnan(table.inputs["wait"][0]) and table.inputs["wait"][1] == 2
        assert any("Lengths of time" in line and "120 seconds read as 2 minutes" in line for line in table.warnings)
    assert ingest.read(tmp_path / "a.parquet", modality="table", types={"wait": "duration"}).inputs["wait"][1] == 120
    book = openpyxl.Workbook()
    book.active.append(["wait", "y"])
    for k in range(ROWS):
        book.active.append([lengths[k] + datetime.timedelta(days=k % 3), words[k]])
    book.save(tmp_path / "a.xlsx")
    table = ingest.read(tmp_path / "a.xlsx", modality="table")
    assert table.inputs["wait"][:3].tolist() == [0.5, 1442, 2883.5]


def test_seconds_since_1970_stay_numbers() -> None:
    table = read(lambda k: str(1_600_000_000 + 60 * k), "created_at")
    assert table.columns[0].type == "numeric" and table.inputs["created_at"][1] == 1_600_000_060


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ([f"{1 + k % 3}:{k * 7 % 60:02d}.{k % 10}" for k in range(60)], [60.0, 127.1, 194.2]),
        ([f"{1 + k % 3}:{k * 7 % 60:02d},{k % 10}5" for k in range(60)], [60.05, 127.15, 194.25]),
        ([f"{40 + k}:{k * 7 % 60:02d}.{k % 10}" for k in range(60)], [2400.0, 2467.1, 2534.2]),
    ],
)
def test_minutes_and_seconds_with_a_fraction_are_lengths(words: list[str], values: list[float]) -> None:
    made = infer_string_column("lap", pa.array(words))
    unit = 60.0 if made.column.written == "minutes" else 1.0
    assert made.column.type == "numeric"
    assert np.allclose(np.asarray(made.values)[:3] * unit, values)
    assert made.notes[0].key == "measured" and made.notes[0].count == 60 and words[0] in made.notes[0].detail


@pytest.mark.parametrize("words", [["2:5.3", "1:7.1", "3:9.2"], ["1:2:3.4.5", "a:b", "c:d"], ["John 3:16.5", "x", "y"]])
def test_what_has_no_such_shape_stays_as_it_is(words: list[str]) -> None:
    made = infer_string_column("verse", pa.array(words * 20))
    assert made.column.type == "categorical" and sorted(made.values[1]) == sorted(words)
