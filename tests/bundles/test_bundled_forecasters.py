"""A bundled forecaster: fitted up to the end, it foretells a file of series that go on, and says what is missing."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.bundles.bundle_maker import make_bundle
from core.bundles.file_prediction import FilePrediction, PredictionOrder, predict_file
from core.bundles.loaded_bundle import LoadedBundle, load_bundle
from core.bundles.standalone_runner import with_confidence
from core.evaluation import tasks
from core.panels import time_step, windows
from core.panels.panel_layout import QUANTILES, PanelLayout
from core.schema import LoadError, Plan, Task
from tests.panels.made_panels import weekly

TASK = Task("units", "forecast", "forecast", known=("x0",))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> LoadedBundle:
    path = tmp_path_factory.mktemp("bundle") / "model.zip"
    plan = Plan(contestants=("forecast_mean",), explain=False, budget_seconds=5)
    card = make_bundle(weekly(covariates=1), TASK, plan, "forecast_mean", path, lambda news: None)
    assert card["expected"]["wql"]["mean"] > 0 and not card["graph"]["there"]
    return load_bundle(path)


def long_rows() -> pd.DataFrame:
    """The same panel as rows of time, series and value, with the covariate three weeks ahead."""
    panel = weekly(covariates=1)
    layout = PanelLayout.from_facts(panel.facts)
    times = time_step.times_after(layout.start, layout.step, np.arange(83))
    return pd.concat(
        pd.DataFrame({"week": times, "store": name, "units": [*panel.inputs[:, place, 0], *[None] * 3],
                      "x0": [*panel.inputs[:, place, 1], 0.1, 0.2, 0.3]})
        for place, name in enumerate(layout.series)
    )  # fmt: skip


def predicted(bundle: LoadedBundle, tmp_path: Path, frame: pd.DataFrame) -> tuple[FilePrediction, list[dict[str, str]]]:
    path, out = tmp_path / "new.csv", tmp_path / "out.csv"
    frame.to_csv(path, index=False)
    found = predict_file(bundle, PredictionOrder(path, out), lambda news: None)
    with open(out, encoding="utf-8", newline="") as file:
        return found, list(csv.DictReader(file))


def test_a_file_that_holds_the_training_data_gives_the_next_values(bundle: LoadedBundle, tmp_path: Path) -> None:
    found, rows = predicted(bundle, tmp_path, long_rows())
    assert found.rows == len(rows) == 4 * 4 and [row["time"] for row in rows[:4]] == [
        "2025-07-20", "2025-07-27", "2025-08-03", "2025-08-10"
    ]  # fmt: skip
    ready = tasks.prepare(weekly(covariates=1), TASK)
    last = ready.inputs[np.asarray(ready.order) == 80]
    told = bundle.model.predict(last)
    assert [float(row["median"]) for row in rows] == pytest.approx(told[:, :, 5].ravel(), rel=1e-3)
    for row in rows:
        ends = [float(row[name]) for name in ("low_95", "low_80", "median", "high_80", "high_95")]
        assert ends == sorted(ends)
    assert any("1 of 4 steps ahead lack it" in one.what for one in found.differences)


def test_new_series_are_told_and_other_steps_and_missing_columns_refused(bundle: LoadedBundle, tmp_path: Path) -> None:
    frame = long_rows()
    found, rows = predicted(bundle, tmp_path, frame.assign(store=frame["store"] + " new"))
    assert len(rows) == 16 and any("4 series were not among those of training" in one.what for one in found.differences)
    with pytest.raises(LoadError, match="Columns that the model needs are missing: x0"):
        predicted(bundle, tmp_path, frame.drop(columns="x0"))
    days = frame.assign(week=pd.to_datetime("2024-01-01") + pd.to_timedelta(np.tile(np.arange(83), 4), unit="D"))
    with pytest.raises(LoadError, match="a day here and a week in training"):
        predicted(bundle, tmp_path, days)


def test_windows_of_a_new_panel_are_those_of_training_and_arrays_are_told_by_level(bundle: LoadedBundle) -> None:
    ready = tasks.prepare(weekly(covariates=1), TASK)
    layout = PanelLayout.from_facts(ready.facts)
    again = windows.latest_windows(weekly(covariates=1), layout)
    last = ready.inputs[np.asarray(ready.order) == 80]
    assert np.array_equal(again.inputs, last, equal_nan=True)
    # A file without another column is a column a series: what it foretells has no name.
    single = weekly()
    plain = tasks.prepare(single, replace(TASK, known=()))
    facts = replace(PanelLayout.from_facts(single.facts), target="value", channels=("value",)).to_facts()
    wide = windows.latest_windows(replace(single, facts={**single.facts, **facts}), PanelLayout.from_facts(plain.facts))
    assert np.array_equal(wide.inputs, plain.inputs[np.asarray(plain.order) == 80], equal_nan=True)
    (row, *others) = with_confidence(bundle.schema, bundle.sure, bundle.predict(last))
    assert len(others) == 3 and len(row) == 4 * len(QUANTILES) and row["1 ahead, 0.1"] <= row["1 ahead, 0.9"]
