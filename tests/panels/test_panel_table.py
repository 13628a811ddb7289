"""Tables of series: long, wide and single, steps found, everything odd told or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.evaluation import tasks
from core.ingest import read
from core.panels import panel_table, time_step, windows
from core.panels.panel_layout import PanelLayout
from core.schema import Dataset, LoadError, Task


def panel(tmp_path: Path, frame: pd.DataFrame, modality: str = "forecast", target: str | None = None) -> Dataset:
    """The frame as a panel, through a CSV file."""
    path = tmp_path / "sales.csv"
    frame.to_csv(path, index=False)
    return read(path, "sales.csv", modality, target)


def layout(dataset: Dataset) -> PanelLayout:
    return PanelLayout.from_facts(dataset.facts)


def long_rows(stores: int = 3, weeks: int = 60) -> pd.DataFrame:
    draw = np.random.default_rng(0)
    dates = pd.date_range("2024-01-07", periods=weeks, freq="7D").strftime("%Y-%m-%d")
    return pd.concat(
        pd.DataFrame({"week": dates, "store": f"Store {name}", "units": draw.integers(5, 50, weeks),
                      "price": draw.uniform(1, 3, weeks).round(2)})
        for name in range(stores)
    )  # fmt: skip


def test_long_rows_become_series_with_covariates(tmp_path: Path) -> None:
    made = panel(tmp_path, long_rows())
    told = layout(made)
    assert made.inputs.shape == (60, 3, 2) and told.series == ("Store 0", "Store 1", "Store 2")
    assert told.target == "units" and told.channels == ("units", "price")
    assert (told.step.key, told.horizon, told.start[:10]) == ("week", 4, "2024-01-07")


def test_the_named_column_is_foretold(tmp_path: Path) -> None:
    assert layout(panel(tmp_path, long_rows(), target="price")).channels == ("price", "units")
    with pytest.raises(LoadError, match="no column of numbers"):
        panel(tmp_path, long_rows(), target="store")


def test_a_column_a_series_and_a_single_series(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    wide = pd.DataFrame({"month": pd.date_range("2015-01-31", periods=60, freq="ME").strftime("%Y-%m-%d")})
    for name in "ABCDEF":
        wide[name] = draw.integers(10, 90, 60)
    made = panel(tmp_path, wide)
    assert layout(made).series == tuple("ABCDEF") and layout(made).step.key == "month"
    single = panel(tmp_path, wide[["month", "A"]])
    assert single.inputs.shape == (60, 1, 1) and layout(single).series == ("A",)
    assert layout(panel(tmp_path, wide[["month", "A", "B"]], "forecast-wide")).series == ("A", "B")


@pytest.mark.parametrize(
    ("freq", "key", "horizon"),
    [("h", "hour", 24), ("D", "day", 14), ("B", "business day", 10), ("7D", "week", 4), ("MS", "month", 12),
     ("QS", "quarter", 8), ("YS", "year", 4), ("6h", "hour", 4)],
)  # fmt: skip
def test_steps_are_found_and_suggest_a_horizon(freq: str, key: str, horizon: int) -> None:
    times = pd.date_range("2010-01-01", periods=200, freq=freq).to_numpy(dtype="datetime64[s]")
    step = time_step.find_step(times)
    assert (step.key, step.horizon) == (key, horizon)
    places = time_step.to_positions(times, step)
    assert (np.diff(places) == step.every).all()
    told = time_step.times_after(str(times[0]), step, np.arange(200))
    assert [text[:10] for text in told] == [str(one)[:10] for one in times]


def test_a_short_past_shortens_the_horizon(tmp_path: Path) -> None:
    frame = pd.DataFrame({"month": pd.date_range("2020-01-01", periods=48, freq="MS"), "sales": np.arange(48) % 7})
    made = panel(tmp_path, frame)
    assert layout(made).horizon == 5
    assert any("horizon is 5 months rather than 12" in one for one in made.warnings)


def test_gaps_copies_and_future_rows_are_told_and_lose_nothing(tmp_path: Path) -> None:
    frame = long_rows(1)
    frame = pd.concat([frame.drop(index=[10, 11]), frame.iloc[[3]]])
    frame["units"] = frame["units"].astype(object)
    ahead = pd.DataFrame({"week": ["2025-03-02", "2025-03-09"], "store": "Store 0", "units": ["", ""], "price": [2, 3]})
    made = panel(tmp_path, pd.concat([frame, ahead]))
    said = " ".join(made.warnings)
    assert "2 steps of time have no row" in said and "1 exact copy of a row" in said
    assert layout(made).length == 60 and len(made.inputs) == 62 and made.facts["future_steps"] == 2
    assert np.isnan(made.inputs[10:12]).all() and made.inputs[60, 0, 1] == 2


def test_several_rows_of_one_time_are_added_up_or_averaged(tmp_path: Path) -> None:
    frame = long_rows(1)
    more = frame.head(5).assign(units=1)
    made = panel(tmp_path, pd.concat([frame, more]))
    assert made.inputs[0, 0, 0] == frame["units"].iloc[0] + 1
    assert any("5 times of a series have several rows" in one and "added up" in one for one in made.warnings)
    levels = frame.rename(columns={"units": "level"})[["week", "level"]]
    made = panel(tmp_path, pd.concat([levels, levels.head(5).assign(level=levels["level"].iloc[0])]))
    assert any("averaged" in one for one in made.warnings)


def test_the_hour_put_back_and_forward_is_told(tmp_path: Path) -> None:
    local = pd.date_range("2025-10-20", periods=400, freq="h", tz="UTC").tz_convert("Europe/Berlin").tz_localize(None)
    frame = pd.DataFrame({"time": local.strftime("%Y-%m-%d %H:%M"), "load": np.arange(400) % 24 + 0.5})
    made = panel(tmp_path, frame)
    assert any("as when clocks are put back" in one for one in made.warnings)
    spring = pd.date_range("2025-03-20", periods=400, freq="h", tz="UTC").tz_convert("Europe/Berlin").tz_localize(None)
    made = panel(tmp_path, frame.assign(time=spring.strftime("%Y-%m-%d %H:%M")))
    assert any("as when clocks are put forward" in one for one in made.warnings)


def dates(count: int) -> pd.Series:
    return pd.Series(pd.date_range("2024-01-01", periods=count, freq="D").strftime("%Y-%m-%d"))


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (pd.DataFrame({"date": ["2024-01-01"] * 30, "y": range(30)}), "one date"),
        (pd.DataFrame({"date": dates(8), "y": range(8)}), "8 points in time"),
        (pd.DataFrame({"date": dates(60), "y": [0] * 60}), "Every value is 0"),
        (pd.DataFrame({"date": dates(60), "y": [7] * 60}), "Every value is the same"),
        (pd.DataFrame({"date": dates(60), "y": np.arange(60) * 1e-35}), "smaller than 1e-30"),
        (pd.DataFrame({"date": [*dates(59), "2099-01-01"], "y": range(60)}), "mistyped date"),
        (pd.DataFrame({"name": list("abc") * 20, "y": range(60)}), "No column holds dates"),
        (pd.DataFrame({"date": dates(60), "name": list("abc") * 20}), "No column beside the time holds numbers"),
    ],
)
def test_what_cannot_be_foretold_is_refused_in_a_sentence(tmp_path: Path, frame: pd.DataFrame, sentence: str) -> None:
    with pytest.raises(LoadError, match=sentence):
        panel(tmp_path, frame)


def test_numbers_beyond_32_bits_are_unknown_and_told() -> None:
    given = panel_table._Rows(np.arange(3), np.zeros(3, dtype=int), np.array([[1.0], [-1e35], [2.0]]))
    rows, words = panel_table._within_size(given, ["y"])
    assert np.isnan(rows.values[1, 0]) and rows.values[[0, 2], 0].tolist() == [1.0, 2.0]
    assert words == ["1 number in “y” beyond 1e+30 set to missing."]


def test_series_that_have_ended_are_told(tmp_path: Path) -> None:
    frame = pd.concat([
        pd.DataFrame({"date": dates(120), "store": "a", "y": np.arange(120) % 7}),
        pd.DataFrame({"date": dates(60), "store": "b", "y": np.arange(60) % 5}),
    ])  # fmt: skip
    assert any("1 series has no value in the latest 14 days" in one for one in panel(tmp_path, frame).warnings)


def test_the_time_is_not_foretold_and_the_target_is_not_known_ahead(tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": dates(60), "y": np.arange(60) % 7, "x": np.arange(60) % 3})
    with pytest.raises(LoadError, match="“date” holds the times"):
        panel(tmp_path, frame, target="date")
    made = panel(tmp_path, frame, target="y")
    with pytest.raises(LoadError, match="cannot be declared known"):
        windows.build_windows(made, Task("y", "forecast", "forecast", known=("y",)))


def test_mixed_and_short_steps_are_refused() -> None:
    hours = pd.date_range("2024-01-01", periods=40, freq="h")
    days = pd.date_range("2024-02-01 00:20", periods=30, freq="37min")
    with pytest.raises(LoadError, match="mixed"):
        time_step.find_step(hours.append(days).to_numpy(dtype="datetime64[s]"))
    with pytest.raises(LoadError, match="from an hour to a year"):
        time_step.find_step(pd.date_range("2024-01-01", periods=40, freq="15min").to_numpy(dtype="datetime64[s]"))


def test_weekly_series_among_daily_ones_are_told(tmp_path: Path) -> None:
    days = pd.DataFrame({"date": dates(120), "shop": "North", "units": np.arange(120) % 9})
    weeks = days.iloc[::7].assign(shop="South")
    made = panel(tmp_path, pd.concat([days, weeks]))
    assert any("steps of time are mixed: 1 series has values" in one and "every 7 days" in one for one in made.warnings)
    assert not any("mixed" in one for one in panel(tmp_path, days).warnings)


@pytest.mark.slow
def test_a_hundred_thousand_series_are_read_and_cut_in_words() -> None:
    """Two million rows: nothing falls, and a contest says which series it takes."""
    draw = np.random.default_rng(0)
    layout = PanelLayout(
        "units", time_step.make_step("week"), "2024-01-07", 24, 1,
        series=tuple(f"s{number}" for number in range(100_000)), channels=("units",),
    )  # fmt: skip
    made = panel_table.panel_dataset(draw.integers(0, 9, (24, 100_000, 1)).astype(float), layout, "many")
    ready = tasks.prepare(made, Task("units", "forecast", "forecast"))
    assert any("series; the 500 with the longest past" in one for one in ready.warnings)
    assert len(PanelLayout.from_facts(ready.facts).series) == 500


def test_too_many_series_are_refused_or_cut_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.limits.FORECAST_CELLS", 200)
    with pytest.raises(LoadError, match="3 series of 60 steps are too many"):
        panel(tmp_path, long_rows())


def test_values_after_today_are_told(tmp_path: Path) -> None:
    start = np.datetime64("today") - np.timedelta64(30, "D")
    frame = pd.DataFrame({"date": pd.date_range(start, periods=60, freq="D"), "sales": np.arange(60) % 7})
    assert any("after today" in one for one in panel(tmp_path, frame).warnings)


def test_a_table_in_time_is_offered_as_a_forecast_and_stays_a_table(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    long_rows().to_csv(path, index=False)
    read_plain = read(path, "sales.csv")
    assert read_plain.modality == "table"
    (offer,) = [one for one in read_plain.facts["offers"] if one["modality"] == "forecast"]
    assert "next values can be predicted" in offer["why"]


def test_a_column_of_two_words_is_a_covariate_and_words_are_told_unused(tmp_path: Path) -> None:
    frame = long_rows(2).assign(promo=["yes", "no", "no"] * 40, remark=list("abcdefghijkl") * 10)
    made = panel(tmp_path, frame)
    assert layout(made).channels[0] == "units" and set(layout(made).channels) == {"units", "price", "promo"}
    promo = made.inputs[:3, 0, layout(made).channels.index("promo")]
    assert promo.tolist() == [1, 0, 0]
    assert any("Not used" in one and "remark" in one for one in made.warnings)
