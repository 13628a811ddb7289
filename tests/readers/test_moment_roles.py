"""Readings are read alike under any names: the clock by words of many languages, units and axes by what they do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import ingest
from core.schema import Dataset

ROWS = 400
DRAW = np.random.default_rng(0)
WALK = np.cumsum(DRAW.normal(size=(ROWS, 3)), axis=0).round(3)
STATES = np.repeat(["rest", "move"], ROWS // 2)
TIMES = (np.arange(ROWS) * 0.1).round(1)


def read(frame: pd.DataFrame, folder: Path, modality: str | None = None) -> Dataset:
    path = folder / "a.csv"
    frame.to_csv(path, index=False)
    return ingest.read(path, modality=modality)


def recording(*names: str, time: np.ndarray = TIMES) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(names, [time, *WALK.T, STATES], strict=True)))


@pytest.mark.parametrize(
    "names",
    [
        "time x y z movement", "time t p h movement", "time T RH P movement", "Zeit a b c movement",
        "tiempo a b c movement", "elapsed a b c movement", "uptime ch1 ch2 ch3 movement", "时间 a b c movement",
    ],
)  # fmt: skip
def test_names_of_channels_and_of_the_clock_change_nothing(names: str, tmp_path: Path) -> None:
    made, plain = (
        read(recording(*names.split(" ")), tmp_path),
        read(recording(*["time", "a", "b", "c", "movement"]), tmp_path),
    )
    assert made.modality == "series" and made.facts["target"] == "movement" and made.labels == ("move", "rest")
    assert np.array_equal(made.inputs, plain.inputs) and np.array_equal(made.target, plain.target)


@pytest.mark.parametrize("name", ["subject", "who", "rider", "Sensor ID", "file"])
@pytest.mark.parametrize("coded", [False, True])
def test_what_changes_when_time_starts_anew_is_a_unit(name: str, coded: bool, tmp_path: Path) -> None:
    frame = recording("time", "a", "b", "c", "movement", time=np.tile(TIMES[:100], 4))
    frame["movement"] = np.tile(np.repeat(["rest", "move"], 50), 4)
    frame[name] = np.repeat([1, 2, 3, 4] if coded else ["p1", "p2", "p3", "p4"], 100)
    made = read(frame, tmp_path)
    assert made.modality == "series" and made.inputs.shape[2] == 3
    assert made.groups is not None and len(np.unique(made.groups)) == 4


def test_an_unnamed_clock_is_offered_and_used_when_taken(tmp_path: Path) -> None:
    frame = recording("reihe", "a", "b", "c", "movement")
    offered = read(frame, tmp_path)
    assert offered.modality == "table" and [one["modality"] for one in offered.facts["offers"]] == ["series-moments"]
    taken = read(frame, tmp_path, "series-moments")
    assert taken.facts["time"] == "reihe" and taken.inputs.shape[2] == 3


ORDINARY = {
    "ids in tens": {"no": np.arange(ROWS) * 10, "age": DRAW.integers(18, 80, ROWS), "pay": DRAW.normal(50, 9, ROWS)},
    "a sweep of one setting": {"dose": TIMES, "yield": np.sqrt(TIMES), "side": DRAW.choice(["a", "b"], ROWS)},
    "years of countries": {
        "year": np.tile(np.arange(1990, 2030), 10), "gdp": DRAW.normal(5, 1, ROWS), "pop": DRAW.normal(5, 1, ROWS),
        "country": np.repeat(list("abcdefghij"), 40),
    },
    "chips": {"clock": TIMES, "cores": DRAW.integers(1, 9, ROWS), "score": DRAW.normal(9, 1, ROWS)},
    "films": {"runtime": DRAW.integers(80, 200, ROWS), "cost": DRAW.normal(9, 1, ROWS), "kind": STATES},
}  # fmt: skip


@pytest.mark.parametrize("key", ORDINARY)
def test_ordinary_tables_stay_tables_without_an_offer_of_readings(key: str, tmp_path: Path) -> None:
    made = read(pd.DataFrame(ORDINARY[key]), tmp_path)
    assert made.modality == "table"
    assert "series-moments" not in [one["modality"] for one in made.facts.get("offers", ())]
