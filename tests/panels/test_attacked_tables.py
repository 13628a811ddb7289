"""Tables of series as people have them: ways to write times, odd values and names; told or refused, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.forecasting import series_file
from core.modalities.forecast import MODALITY, from_table
from core.panels import panel_roles, time_parts, time_step
from core.panels.panel_layout import PanelLayout
from core.readers.tables import total_rows
from core.readers.tables.read_table import read_table
from core.schema import Dataset, LoadError

Make = Callable[[], pd.DataFrame]


def panel(tmp_path: Path, frame: pd.DataFrame, step: str = "", sep: str = ",") -> Dataset:
    """The frame as a panel, through a CSV file; step: set by hand."""
    path = tmp_path / "sales.csv"
    frame.to_csv(path, index=False, sep=sep)
    read = MODALITY.layouts[step].from_table if step else from_table
    return read(read_table(path, path.name), path.name, None)


def layout(dataset: Dataset) -> PanelLayout:
    return PanelLayout.from_facts(dataset.facts)


def wave(count: int) -> np.ndarray:
    noise = np.random.default_rng(count).normal(0, 1, count)
    return np.round(20 + 5 * np.sin(np.arange(count) * 2 * np.pi / 7) + noise, 2)


def dates(count: int, freq: str = "D", form: str = "%Y-%m-%d", start: str = "2022-01-03") -> pd.Index:
    return pd.date_range(start, periods=count, freq=freq).strftime(form)


def days(count: int = 300, **others: object) -> pd.DataFrame:
    return pd.DataFrame({"date": dates(count), "sales": wave(count)}).assign(**others)


def steps(count: int = 200) -> np.ndarray:
    return np.arange(count)


def berlin(start: str) -> pd.Index:
    times = pd.date_range(start, periods=900, freq="h", tz="UTC").tz_convert("Europe/Berlin")
    return times.tz_localize(None).strftime("%d.%m.%Y %H:%M")


def shaken(freq: str, count: int, unit: str, low: int, high: int) -> pd.Index:
    draw = np.random.default_rng(3)
    moved = pd.date_range("2020-01-01", periods=count, freq=freq) + pd.to_timedelta(
        draw.integers(low, high, count), unit
    )
    return moved.strftime("%Y-%m-%d %H:%M:%S")


# Rows, then the step found, its length, and the first time.
TIMES: dict[str, tuple[Make, str, int, str]] = {
    "date and hour": (
        lambda: pd.DataFrame({"date": np.repeat(dates(40), 24), "hr": list(range(24)) * 40, "load": wave(960)}),
        "hour", 960, "2022-01-03T00:00",
    ),
    "date and hours to 24": (
        lambda: pd.DataFrame({"day": np.repeat(dates(40), 24), "Hour": list(range(1, 25)) * 40, "load": wave(960)}),
        "hour", 960, "2022-01-03T00:00",
    ),
    "year and month": (
        lambda: pd.DataFrame({"year": 2015 + steps(96) // 12, "month": steps(96) % 12 + 1, "sales": wave(96)}),
        "month", 96, "2015-01-01",
    ),
    "year and name of month": (
        lambda: pd.DataFrame({"Year": 2015 + steps(96) // 12, "Month": [
            ("January", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")[one % 12]
            for one in range(96)], "sales": wave(96)}),
        "month", 96, "2015-01-01",
    ),
    "year and quarter": (
        lambda: pd.DataFrame({"year": 1990 + steps(80) // 4, "quarter": [f"Q{one % 4 + 1}" for one in range(80)],
                              "sales": wave(80)}),
        "quarter", 80, "1990-01-01",
    ),
    "year, month and day": (
        lambda: pd.DataFrame({"year": pd.to_datetime(dates(200)).year, "month": pd.to_datetime(dates(200)).month,
                              "day": pd.to_datetime(dates(200)).day, "sales": wave(200)}),
        "day", 200, "2022-01-03",
    ),
    "year and week": (
        lambda: pd.DataFrame({"year": 2018 + steps(104) // 52, "week": steps(104) % 52 + 1, "sales": wave(104)}),
        "week", 104, "2018-01-01",
    ),
    "seconds since 1970": (
        lambda: pd.DataFrame({"timestamp": 1_600_000_000 + 3_600 * steps(300), "load": wave(300)}),
        "hour", 300, "2020-09-13",
    ),
    "milliseconds since 1970": (
        lambda: pd.DataFrame({"timestamp": (1_600_000_000 + 3_600 * steps(300)) * 1_000, "load": wave(300)}),
        "hour", 300, "2020-09-13",
    ),
    "month as a number": (
        lambda: pd.DataFrame({"month": 202_001 + steps(60) // 12 * 100 + steps(60) % 12, "sales": wave(60)}),
        "month", 60, "2020-01-01",
    ),
    "days of a spreadsheet": (lambda: days(date=44_564 + steps(300)), "day", 300, "2022-01-03"),
    "a column a date": (
        lambda: pd.DataFrame({"product": [f"P{one}" for one in range(12)],
                              **{one: (steps(12) * 7 + int(one[-2:])) % 50 for one in dates(60, "7D")}}),
        "week", 60, "2022-01-03",
    ),
    "decimal commas": (
        lambda: days(sales=[str(one).replace(".", ",") for one in wave(300)]), "day", 300, "2022-01-03",
    ),
    "thirteen periods a year": (
        lambda: pd.DataFrame({"period": dates(80, "28D"), "sales": wave(80)}), "week", 80, "2022-01-03",
    ),
    "clocks off by seconds": (
        lambda: pd.DataFrame({"time": shaken("h", 600, "s", -40, 40), "load": wave(600)}), "hour", 600, "2020-01-01",
    ),
    "days at changing hours": (
        lambda: pd.DataFrame({"time": shaken("D", 300, "min", 480, 1_080), "sales": wave(300)}),
        "day", 300, "2020-01-01",
    ),
    "weeks at changing days": (
        lambda: pd.DataFrame({"time": shaken("7D", 150, "D", 0, 3), "sales": wave(150)}), "week", 150, "2020-01-01",
    ),
    "clocks put back": (lambda: pd.DataFrame({"time": berlin("2025-10-10"), "load": wave(900)}),
                        "hour", 899, "2025-10-10"),
    "clocks put forward": (lambda: pd.DataFrame({"time": berlin("2025-03-15"), "load": wave(900)}),
                           "hour", 901, "2025-03-15"),
    "shuffled": (lambda: days().sample(frac=1, random_state=0), "day", 300, "2022-01-03"),
    "a total below": (lambda: pd.concat([days(), pd.DataFrame({"date": ["Total"], "sales": [days()["sales"].sum()]})]),
                      "day", 300, "2022-01-03"),
    "infinite in the first row": (lambda: days(sales=["inf", *wave(299)]), "day", 300, "2022-01-03"),
    "1e308 here and there": (lambda: days(sales=np.where(steps(300) % 50 == 0, 1e308, wave(300))),
                             "day", 300, "2022-01-03"),
    "a covariate of 1e308": (lambda: days(price=np.where(steps(300) % 2, 1e308, -1e308)), "day", 300, "2022-01-03"),
}  # fmt: skip


@pytest.mark.parametrize("name", TIMES)
def test_times_are_found_however_they_are_written(tmp_path: Path, name: str) -> None:
    make, key, length, first = TIMES[name]
    made = panel(tmp_path, make(), sep=";" if name == "decimal commas" else ",")
    told = layout(made)
    # The start may be a step early where its first value is unknown; no step at the end is lost.
    assert (told.step.key, len(made.inputs)) == (key, length)
    assert told.start.startswith(first)
    last = time_step.times_after(told.start, told.step, np.array([length]))[0]
    assert last > told.start[:10]


REFUSED: dict[str, tuple[Make, str]] = {
    "names of months alone": (lambda: pd.DataFrame({"month": ["Jan", "Feb", "Mar"] * 20, "sales": wave(60)}),
                              "No column holds dates"),
    "periods with letters": (lambda: days(96, date=[f"FY{2000 + one // 12} P{one % 12 + 1:02d}" for one in range(96)])
                             .rename(columns={"date": "period"}), "No column holds dates"),
    "seconds": (lambda: pd.DataFrame({"time": dates(300, "s", "%Y-%m-%d %H:%M:%S"), "load": wave(300)}),
                "The steps are 1 second.*Set the step of time by hand"),
    "uneven minutes": (lambda: pd.DataFrame({"time": shaken("97min", 500, "min", 0, 90), "load": wave(500)}),
                       "The steps.*Set the step of time by hand"),
    "all beyond 32 bits": (lambda: days(sales=wave(300) * 1e300), "Every value of “sales” is a number beyond 1e.30"),
    "a mistyped year": (lambda: days(date=[*dates(299), "2202-01-01"]), "mistyped date"),
    "before our era": (lambda: days(date=[f"-{one:04d}-01-01" for one in range(300, 0, -1)]), "No column holds dates"),
    "words to foretell": (lambda: days(sales=["low", "high", "mid"] * 100), "No column beside the time holds numbers"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_step_or_value_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    make, sentence = REFUSED[name]
    with pytest.raises(LoadError, match=sentence):
        panel(tmp_path, make())


BY_HAND: dict[str, tuple[Make, str, int, str]] = {
    "sales at any minute": (
        lambda: pd.DataFrame({"time": shaken("37min", 4_000, "min", 0, 37), "amount": wave(4_000)}),
        "day", 102, "added up",
    ),
    "half hours": (lambda: pd.DataFrame({"time": dates(900, "30min", "%Y-%m-%d %H:%M"), "price": wave(900)}),
                   "hour", 450, "averaged"),
    "days as weeks": (lambda: days(), "week", 42, "6 rows of a first or last week that the data do not cover"),
    "business days as weeks": (lambda: pd.DataFrame({"date": dates(300, "B"), "sales": wave(300)}),
                               "week", 60, "added up"),
    "days as months": (lambda: days(900), "month", 29, "rows of a first or last month that the data do not cover"),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_step_set_by_hand_puts_rows_together(tmp_path: Path, name: str) -> None:
    make, step, length, words = BY_HAND[name]
    frame = make()
    made = panel(tmp_path, frame, step)
    assert (layout(made).step.key, layout(made).length) == (step, length)
    assert made.facts["step_by_hand"] == step
    said = " ".join(made.warnings)
    assert words in said and "clocks" not in said and "different series" not in said
    if "do not cover" not in said and "averaged" not in said:
        assert np.isclose(np.nansum(made.inputs[:, 0, 0]), frame.iloc[:, 1].sum())


def test_a_step_by_hand_needs_dates(tmp_path: Path) -> None:
    frame = pd.DataFrame({"year": np.arange(1950, 2020), "sales": wave(70)})
    with pytest.raises(LoadError, match="mere numbers"):
        panel(tmp_path, frame, "week")


def test_the_mixing_of_steps_is_told_and_mere_gaps_are_not(tmp_path: Path) -> None:
    mixed = pd.DataFrame({"date": [*dates(100), *dates(60, "7D", start="2022-05-01")], "sales": wave(160)})
    assert any("steps of time are mixed: 59 of 159 are 7 days" in one for one in panel(tmp_path, mixed).warnings)
    draw = np.random.default_rng(0)
    gaps = days().drop(index=draw.choice(np.arange(5, 290), 60, replace=False))
    said = panel(tmp_path, gaps).warnings
    assert any("60 steps of time have no row" in one for one in said) and not any("mixed" in one for one in said)


def test_series_that_end_early_are_not_counted_as_gaps(tmp_path: Path) -> None:
    frame = pd.concat([days(300, store="A"), days(200, store="B")])
    said = " ".join(panel(tmp_path, frame).warnings)
    assert "1 series has no value in the latest" in said and "missing within" not in said


def test_words_become_covariates_of_0_and_1_and_numbered_series_have_whole_names(tmp_path: Path) -> None:
    days_off = np.where(steps(120) % 30 == 0, "Christmas", np.where(steps(120) % 30 == 9, "Easter", ""))
    frame = pd.concat([
        days(120, store=one, region="north" if one % 2 else "south", holiday=days_off) for one in range(4)
    ])  # fmt: skip
    made = panel(tmp_path, frame)
    told = layout(made)
    assert told.series == ("0", "1", "2", "3") or "region" in "".join(told.series)
    assert {"holiday: Christmas", "holiday: Easter"} <= set(told.channels)
    place = told.channels.index("holiday: Christmas")
    assert made.inputs[:, 0, place].tolist() == [float(one % 30 == 0) for one in range(120)]
    assert not any("Not used" in one for one in made.warnings)


HOSTILE = ("<script>alert(1)</script>", "**bold** _x_", "[link](javascript:alert(1))", "=cmd()", "$x^2$", "a|b", "😀",
           "x" * 300, "..//../etc/passwd", "<img src=x onerror=alert(2)>")  # fmt: skip


def test_few_series_with_a_column_a_date_are_series_and_no_covariates(tmp_path: Path) -> None:
    frame = TIMES["a column a date"][0]().head(3)
    assert layout(panel(tmp_path, frame)).series == ("P0", "P1", "P2")


def test_hostile_names_stay_names(tmp_path: Path) -> None:
    frame = pd.concat([days(60, product=one) for one in HOSTILE])
    made = panel(tmp_path, frame)
    assert len(layout(made).series) == len(HOSTILE) and layout(made).series[0]
    wide = pd.DataFrame({"date": dates(60), **{one: wave(60) for one in HOSTILE}})
    assert len(layout(panel(tmp_path, wide)).series) == len(HOSTILE)


@pytest.mark.parametrize("name", ["date and hour", "year and month", "month as a number", "a column a date",
                                  "days at changing hours", "clocks off by seconds"])  # fmt: skip
def test_the_next_values_are_offered_for_times_however_they_are_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / "sales.csv"
    TIMES[name][0]().to_csv(path, index=False)
    assert "even steps" in panel_roles.why_series(read_table(path, path.name))


def test_parts_that_are_none_stay_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    pd.DataFrame({"year": [1_990, 2_001, 1_985] * 20, "month": [13, 1, 2] * 20, "sales": wave(60)}).to_csv(
        path, index=False
    )
    table = read_table(path, path.name)
    assert time_parts.with_times(table) is table


def test_a_new_file_without_some_of_the_words_of_training_is_read(tmp_path: Path) -> None:
    trained = layout(panel(tmp_path, days(weather=["sun", "rain", "snow"] * 100)))
    fitted = replace(
        trained, channels=(trained.target, "weather: rain", "weather: snow", "weather: sun", "event: fair")
    )
    made = series_file._with_flags(panel(tmp_path, days(weather=["sun", "rain"] * 150)), fitted)
    told = layout(made)
    assert set(fitted.channels) <= set(told.channels)
    assert (made.inputs[:, 0, told.channels.index("weather: snow")] == 0).all()
    assert np.isnan(made.inputs[:, 0, told.channels.index("event: fair")]).all()


def test_a_new_file_of_another_step_is_brought_onto_that_of_training(tmp_path: Path) -> None:
    fitted = replace(layout(panel(tmp_path, days(400), "week")), target="sales")
    path = tmp_path / "new.csv"
    days(300).to_csv(path, index=False)
    assert layout(series_file._read(path, "new.csv", fitted)).step.key == "week"


@pytest.mark.parametrize("large", ["inf", "1e308"])
def test_an_infinite_sum_is_near_to_no_row(large: str) -> None:
    rows = [[f"2022-01-{day:02d}", large if day % 3 == 1 else "5.5"] for day in range(1, 20)]
    assert not total_rows.is_sum(["2022-01-20", "24.1"], rows)
    assert total_rows.is_sum(["all", "11"], [["a", "5"], ["b", "4"], ["c", "2"]])


@pytest.mark.parametrize("name", ["index", "Unnamed: 0", "row", "No", "id"])
def test_a_column_that_counts_the_rows_offers_no_forecast(tmp_path: Path, name: str) -> None:
    path = tmp_path / "people.csv"
    pd.DataFrame({name: range(120), "size": wave(120), "weight": wave(120) * 2}).to_csv(path, index=False)
    assert panel_roles.why_series(read_table(path, path.name)) == ""
