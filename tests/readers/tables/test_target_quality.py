"""A target of several kinds, with several labels a cell, or that equal rows contradict is told; others are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core import ingest
from core.ingest.target_alarms import find_alarms

ROWS = 60


def inspect(folder: Path, labels: list[object], equal: bool = False, mark: str = ",") -> dict[str, object]:
    draw = np.random.default_rng(0)
    fine = [k // 2 / 7 if equal else draw.normal() for k in range(ROWS)]
    lines = [f"{fine[k]:.4f}{mark}{fine[k]:.2f}x{mark}{labels[k % len(labels)]}" for k in range(ROWS)]
    path = folder / "a.csv"
    path.write_text("\n".join([mark.join(("x", "z", "answer")), *lines]))
    dataset = ingest.read(path)
    return {"said": " ".join(_told(dataset, path)), "alarms": [one.what for one in find_alarms(dataset, "answer")]}


def _told(dataset: object, path: Path) -> list[str]:
    from core.ingest.inspection import inspect_dataset

    return list(inspect_dataset(dataset, "answer")["warnings"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "labels", [["1", "2", "3.5", "yes"], [1, 2, 3, "low", "high"], ["10", "20", "n/d", "low"], ["-1", "0.5", "bad"]]
)
def test_numbers_and_words_in_one_target_are_told(labels: list[object], tmp_path: Path) -> None:
    found = inspect(tmp_path, labels)
    assert "mixes numbers" in found["said"] and "and words (" in found["said"]  # type: ignore[operator]
    assert any("mixes numbers" in one for one in found["alarms"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("labels", "mark"),
    [
        (["a", '"a,b"', '"b,c"', "c"], ","), (["Drama", "Drama|Comedy", "Comedy|War", "War"], ","),
        (["red", "red; blue", "blue; green", "green"], "\t"), (["['a', 'b']", "['a']", "['b', 'c']"], "\t"),
        (["cat/dog", "dog/bird", "cat/bird"], ","),
    ],
)  # fmt: skip
def test_several_labels_in_a_cell_are_told(labels: list[object], mark: str, tmp_path: Path) -> None:
    found = inspect(tmp_path, labels, mark=mark)
    assert "hold several labels" in found["said"]  # type: ignore[operator]
    assert any("hold several labels" in one for one in found["alarms"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "labels",
    [
        ['"Paris, France"', '"Rome, Italy"', '"Bonn, Germany"'], ["A+", "A-", "B+", "0+", "AB-"], ["yes", "no"],
        ["0-17", "18-29", "65+"], ["low", "mid", "high"], ["R&D", "sales", "law"], [1, 2, 3], ["T1", "T2", "T1a"],
    ],
)  # fmt: skip
def test_ordinary_targets_are_not_doubted(labels: list[object], tmp_path: Path) -> None:
    found = inspect(tmp_path, labels)
    assert not any(word in found["said"] for word in ("mixes", "several labels", "another answer"))  # type: ignore[operator]


@pytest.mark.parametrize("labels", [["u", "v"], ["yes", "no"], list(range(ROWS)), ["a", "b", "a", "a"]])
def test_rows_that_contradict_each_other_are_told(labels: list[object], tmp_path: Path) -> None:
    found = inspect(tmp_path, labels, equal=True)
    count = 30 if len(labels) == 4 else 60
    assert f"{count} rows of 60" in found["said"] and "another answer" in found["said"]  # type: ignore[operator]


@pytest.mark.parametrize("equal", [True, False])
def test_equal_rows_with_equal_answers_contradict_nothing(equal: bool, tmp_path: Path) -> None:
    found = inspect(tmp_path, ["u", "u", "v", "v"], equal=equal)
    assert "another answer" not in found["said"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("empty", "said"),
    [
        (59, "hardly any values or none (59 of 60"),
        (45, "mostly no values (45 of 60"),
        (31, "mostly no values (31"),
        (30, ""),
    ],
)
def test_columns_that_are_mostly_missing_are_told(empty: int, said: str, tmp_path: Path) -> None:
    lines = [f"{k / 7:.3f},{'' if k < empty else k},{'pq'[k % 2]}" for k in range(ROWS)]
    (tmp_path / "a.csv").write_text("\n".join(["x,few,y", *lines]))
    told = [one for one in ingest.read(tmp_path / "a.csv").warnings if "values" in one and "few" in one]
    assert bool(said) == bool(told) and all(said in one for one in told)


def test_wildly_unbalanced_classes_are_told(tmp_path: Path) -> None:
    lines = [f"{k / 7:.3f},{'rare' if k < 4 else 'usual'}" for k in range(2_000)]
    (tmp_path / "a.csv").write_text("\n".join(["x,y", *lines]))
    told = ingest.inspect(tmp_path / "a.csv", target="y")
    assert any("strongly unbalanced: “rare” has 4 rows of 2,000" in one for one in told["warnings"])
    assert any("always answering it" in one["title"] for one in ingest.inspect(tmp_path / "a.csv")["findings"])
