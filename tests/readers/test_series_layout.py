"""Numbered channels beside a column of time are moments; whole series in a row stay so where no time rises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import ingest
from core.readers import series_layout
from core.schema import Dataset, LoadError

ROWS = 480
COUNTED = "cycles that only count"


def channels(prefix: str, count: int = 10, first: int = 1) -> dict[str, np.ndarray]:
    """Channels of smooth readings that differ between two states, each around a level of its own."""
    draw = np.random.default_rng(3)
    busy = (np.arange(ROWS) // 40) % 2
    return {
        f"{prefix}{k:02d}" if prefix.endswith("_") else f"{prefix}{k}": (
            4_000 + 9.0 * (k * 7 % 5) + np.sin(np.arange(ROWS) / 5 + k) * (1 + 2 * busy) + draw.normal(0, 0.1, ROWS)
        ).round(3)
        for k in range(first, first + count)
    }


def states() -> np.ndarray:
    return (np.arange(ROWS) // 40) % 2


def seconds(step: str = "s") -> pd.DatetimeIndex:
    return pd.date_range("2024-01-01", periods=ROWS, freq=step)


MOMENTS: dict[str, Callable[[], dict[str, object]]] = {
    "a stamp, ch1 on": lambda: {"timestamp": seconds(), **channels("ch"), "state": states()},
    "sensor_00 on, words as label": lambda: {
        "timestamp": seconds("min"),
        **channels("sensor_", first=0),
        "machine_status": np.where(states() == 1, "BROKEN", "NORMAL"),
    },
    "units and a counter": lambda: {
        "unit": np.repeat([1, 2, 3, 4], ROWS // 4),
        "time": np.tile(np.arange(ROWS // 4), 4),
        **channels("s", 12),
        "state": states(),
    },
    "R1 on and seconds": lambda: {"Time (s)": np.arange(ROWS) * 0.01, **channels("R"), "class": states()},
    COUNTED: lambda: {"cycle": np.arange(1, ROWS + 1), **channels("v"), "fault": states()},
    "a stamp, rows in no order": lambda: pd.DataFrame(
        {"timestamp": seconds(), **channels("ch"), "state": states()}
    ).sample(frac=1, random_state=0),
    "label of codes": lambda: {"timestamp": seconds(), **channels("x"), "grip": np.arange(ROWS) // 40 % 3},
}


def read(frame: object, folder: Path, modality: str | None = None, target: str | None = None) -> Dataset:
    path = folder / "a.csv"
    pd.DataFrame(frame).to_csv(path, index=False)
    return ingest.read(path, "a.csv", modality, target)


@pytest.mark.parametrize("modality", [None, "series"])
@pytest.mark.parametrize("key", MOMENTS)
def test_numbered_channels_beside_time_are_moments(key: str, modality: str | None, tmp_path: Path) -> None:
    if key == COUNTED and modality is None:
        # A number that may merely count the rows makes no table a recording until somebody says so.
        assert read(MOMENTS[key](), tmp_path).modality == "table"
        return
    made = read(MOMENTS[key](), tmp_path, modality)
    assert made.facts["layout"] == "moments" and made.inputs.shape[2] in (10, 12)
    assert made.inputs.shape[1] == made.facts["window"] == 8
    assert made.facts["target"] in ("state", "machine_status", "class", "fault", "grip")
    assert len(made.labels) == (3 if made.facts["target"] == "grip" else 2)


def test_the_names_of_the_channels_change_nothing(tmp_path: Path) -> None:
    numbered = pd.DataFrame(MOMENTS["a stamp, ch1 on"]())
    names = "AF3 F7 F3 FC5 T7 P7 O1 O2 P8 T8"
    named = numbered.rename(columns=dict(zip(channels("ch"), names.split(" "), strict=True)))
    one, two = read(numbered, tmp_path), read(named, tmp_path)
    assert np.array_equal(one.inputs, two.inputs) and np.array_equal(one.target, two.target)
    assert one.labels == two.labels and one.warnings == two.warnings


def test_units_stay_groups(tmp_path: Path) -> None:
    made = read(MOMENTS["units and a counter"](), tmp_path)
    assert made.groups is not None and len(np.unique(made.groups)) == 4
    assert made.facts["unit"] == "unit" and "unit" not in made.facts["channels"]


def curves(rows: int = 80, points: int = 40) -> np.ndarray:
    draw = np.random.default_rng(2)
    phase = draw.uniform(0, 6, (rows, 1))
    speed = np.where(np.arange(rows) % 2, 2.0, 1.0)[:, None]
    return np.sin(speed * np.linspace(0, 6, points) + phase) + draw.normal(0, 0.05, (rows, points))


def wide(names: list[str], **more: object) -> pd.DataFrame:
    frame = pd.DataFrame(curves(points=len(names)), columns=names)
    return frame.assign(label=np.where(np.arange(len(frame)) % 2, "fast", "slow"), **more)


WIDE: dict[str, Callable[[], pd.DataFrame]] = {
    "t0 on": lambda: wide([f"t{k}" for k in range(40)]),
    "wavelengths": lambda: wide([f"{400 + 2.5 * k:g}" for k in range(40)]),
    "wavelengths with a unit": lambda: wide([f"{400 + 5 * k}nm" for k in range(40)]),
    "a day of no order": lambda: wide(
        [f"x{k}" for k in range(40)],
        date=pd.to_datetime("2020-01-01")
        + pd.to_timedelta(np.random.default_rng(0).integers(0, 2_000, 80).astype(int), "D"),
    ),
    "rows that are counted": lambda: wide([f"x{k}" for k in range(40)], index=np.arange(80)),
}


@pytest.mark.parametrize("key", WIDE)
def test_whole_series_in_a_row_are_offered_with_the_reason_and_read_so(key: str, tmp_path: Path) -> None:
    frame = WIDE[key]()
    offered = read(frame, tmp_path)
    assert offered.modality == "table"
    assert [one["modality"] for one in offered.facts["offers"]] == ["series-rows"]
    assert "40 numbered columns" in offered.facts["offers"][0]["why"]
    for modality in ("series", "series-rows"):
        made = read(frame, tmp_path, modality)
        assert made.inputs.shape == (80, 40, 1) and made.labels == ("fast", "slow") and made.facts["layout"] == "rows"


def test_a_survey_is_no_series(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    frame = {f"q{k}": draw.integers(1, 6, 300) for k in range(12)} | {"happy": draw.choice(["yes", "no"], 300)}
    assert "offers" not in read(frame, tmp_path).facts


def test_columns_of_different_scales_are_no_series(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    frame = {f"lab{k}": draw.normal(10.0 * (k * 7 % 5), 1, 300) for k in range(12)} | {
        "ill": draw.choice(["y", "n"], 300)
    }
    assert "offers" not in read(frame, tmp_path).facts


def test_either_layout_can_be_said(tmp_path: Path) -> None:
    frame = pd.DataFrame(MOMENTS["a stamp, ch1 on"]())
    assert read(frame, tmp_path, "series-rows").inputs.shape == (ROWS, 10, 1)
    assert read(frame, tmp_path, "series-moments").inputs.shape[2] == 10
    plain = wide([f"t{k}" for k in range(40)])
    assert read(plain, tmp_path, "series-moments").facts["layout"] == "moments"
    named = plain.rename(columns={f"t{k}": "abcdefghij"[k // 10] * (1 + k % 10) for k in range(40)})
    assert read(named, tmp_path, "series-rows").inputs.shape == (80, 40, 1)
    with pytest.raises(LoadError, match="needs 8 or more"):
        read(frame[["timestamp", "ch1", "ch2", "state"]], tmp_path, "series-rows")
    with pytest.raises(LoadError, match="no modality"):
        read(frame, tmp_path, "series-sideways")


def test_a_curve_is_smooth_and_noise_is_not() -> None:
    smooth = Dataset("x", "table", pd.DataFrame(curves()))
    noise = Dataset("x", "table", pd.DataFrame(np.random.default_rng(0).normal(size=(60, 40))))
    names = list(range(40))
    assert series_layout.roughness(smooth, names) < 0.1  # type: ignore[arg-type]
    assert series_layout.roughness(noise, names) == pytest.approx(1.0, abs=0.15)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cells",
    [
        [("yes", "no")] * 12, [("y", "n", "")] * 12, [("on", "off"), *[tuple(range(9))] * 11],
        [("same",), *[(0.5, 1.5, 7.25)] * 11],
    ],
)  # fmt: skip
def test_numbered_questions_with_words_for_answers_are_read(cells: list[tuple[object, ...]], tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    frame = {f"q{k}": [one[place] for place in draw.integers(len(one), size=60)] for k, one in enumerate(cells)}
    made = read(frame | {"ill": ["y", "n"] * 30}, tmp_path)
    assert made.inputs.shape == (60, 13) and made.columns[0].distinct == len({*cells[0]} - {""})
