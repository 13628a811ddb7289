"""Readings of sensors: order, copies, gaps, holes, roles of columns, and what becomes of labels."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation import event_metrics
from core.modalities import series
from core.readers import sensor_tables
from core.schema import LoadError


def written(tmp_path, frame) -> object:
    path = tmp_path / "r.csv"
    frame.to_csv(path, index=False)
    return path


def recording(rows: int = 600, **more):
    import pandas as pd

    draw = np.random.default_rng(0)
    busy = (np.arange(rows) // 60) % 2
    level = np.sin(np.arange(rows)) * (1 + 3 * busy) + draw.normal(size=rows) * 0.1
    return pd.DataFrame(
        {"time": np.arange(rows), "a": level, "b": level * 0.5 + 1, "state": np.where(busy, "run", "rest")} | more
    )


def test_long_table_becomes_windows(tmp_path):
    read = series.read(written(tmp_path, recording()), "r.csv")
    assert read.inputs.ndim == 3 and read.inputs.shape[2] == 2 and read.labels == ("rest", "run")
    assert read.facts["form"] == "binary" and read.facts["target"] == "state" and read.facts["channels"] == ["a", "b"]


def test_disorder_copies_gaps_and_holes_are_told(tmp_path):
    frame = recording()
    frame.loc[300:, "time"] += 500
    frame.loc[10:30, "a"] = np.nan
    frame = frame.sample(frac=1.0, random_state=0)
    import pandas as pd

    read = series.read(written(tmp_path, pd.concat([frame, frame.head(5)])), "r.csv")
    told = " ".join(read.warnings)
    assert "sorted by time" in told and "repeated time stamp" in told and "1 gap" in told
    assert np.isfinite(read.inputs).all()


def test_sorting_gives_the_same_windows(tmp_path):
    plain = series.read(written(tmp_path, recording()), "r.csv")
    mixed = series.read(written(tmp_path, recording().sample(frac=1.0, random_state=1)), "r.csv")
    assert np.array_equal(plain.inputs, mixed.inputs) and np.array_equal(plain.target, mixed.target)


def test_irregular_steps_are_told(tmp_path):
    steps = np.cumsum(np.random.default_rng(0).uniform(0.5, 2.0, 600))
    assert any("irregular" in text for text in series.read(written(tmp_path, recording(time=steps)), "r.csv").warnings)


def test_units_are_groups_and_no_window_mixes_them(tmp_path):
    frame = recording(unit=np.repeat(["x", "y", "z"], 200), mark=np.repeat([1.0, 2.0, 3.0], 200))
    read = series.read(written(tmp_path, frame), "r.csv")
    marks = read.inputs[:, :, read.facts["channels"].index("mark")]
    assert len(np.unique(read.groups)) == 3 and (np.ptp(marks, axis=1) == 0).all()


def test_rare_labels_make_it_anomaly_detection(tmp_path):
    odd = np.zeros(900, dtype=int)
    odd[[100, 101, 500, 700, 701]] = 1
    frame = recording(900, label=odd).drop(columns="state")
    read = series.read(written(tmp_path, frame), "r.csv")
    assert read.facts["form"] == "anomaly" and read.target.sum() == 3 and read.labels == ("0", "1")


def test_without_labels_anomalies_are_planted_and_said(tmp_path):
    read = series.read(written(tmp_path, recording(1_200)[["time", "a"]]), "r.csv")
    assert read.facts["form"] == "anomaly" and read.target.sum() >= 4
    told = " ".join(read.warnings)
    assert "planted" in told and "single channel" in told


def test_numbers_as_labels_make_it_regression(tmp_path):
    frame = recording(target=np.linspace(0, 9, 600)).drop(columns="state")
    read = series.read(written(tmp_path, frame), "r.csv")
    assert read.facts["form"] == "regression" and read.target.dtype == np.float64 and read.labels == ()


def test_wide_table_is_one_series_a_row(tmp_path):
    import pandas as pd

    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(40, 20)), columns=[f"t{i}" for i in range(20)]).assign(label=["u", "v"] * 20)
    read = series.read(written(tmp_path, frame), "w.csv")
    assert read.inputs.shape == (40, 20, 1) and read.labels == ("u", "v")


@pytest.mark.parametrize("rows", [9, 30])
def test_too_short_or_without_numbers_is_refused(tmp_path, rows):
    with pytest.raises(LoadError):
        series.read(written(tmp_path, recording(rows)), "r.csv")
    with pytest.raises(LoadError):
        series.read(written(tmp_path, recording(400)[["time", "state"]]), "r.csv")


def test_npz_of_objects_is_refused(tmp_path):
    np.savez(tmp_path / "x.npz", x=np.array([{"a": 1}] * 30, dtype=object), y=np.arange(30))
    with pytest.raises(LoadError, match="plain"):
        series.read(tmp_path / "x.npz", "x.npz")


def test_events_are_counted_by_hand():
    truth = np.array([0, 1, 1, 1, 0, 0, 1, 1, 0, 0])
    alarm = np.array([0, 0, 1, 1, 0, 0, 0, 0, 1, 0])
    found = event_metrics.event_scores(truth, alarm, np.arange(10))
    assert found["events"] == 2 and found["caught"] == 0.5 and found["delay"] == 1.0 and found["false_stretches"] == 1
    assert found["covered"] == pytest.approx((2 / 3 + 0) / 2)


def test_planting_changes_only_the_marked_windows():
    values = np.random.default_rng(1).normal(size=(100, 12, 2)).astype(np.float32)
    made, target, kinds = sensor_tables.plant_anomalies(values)
    changed = (made != values).any(axis=(1, 2))
    assert np.array_equal(changed, target == 1) and sum(kinds.values()) == target.sum()


@pytest.mark.parametrize("sample", series.SAMPLES, ids=lambda sample: sample.key)
def test_samples_load(sample):
    made = sample.load()
    assert made.modality == "series" and np.isfinite(made.inputs).all() and len(made) == len(made.target)
