"""Parcels give back what was put in, for every kind of inputs, and hold no pickle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.schema import Column, Dataset, LoadError
from core.storage import dataset_store


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": [1.5, np.nan, 3.0],
            "word": pd.Categorical.from_codes([0, -1, 1], categories=pd.Index(["a|b", "ü"], dtype=object)),
            "day": np.array(["2020-01-01", "NaT", "2262-01-01"], dtype="datetime64[ns]"),
            "text": pd.Series(["x", None, "=1+1"], dtype=object),
            "<b>": [0.0, 1.0, 2.0],
        }
    )


def test_table_comes_back_equal(tmp_path: Path) -> None:
    columns = (Column("number", "numeric", 1, 2, "", ("1.5",)),)
    before = Dataset(
        "t", "table", frame(), columns=columns, warnings=("w",), facts={"a": float("nan"), "b": np.int64(3)}
    )
    after = dataset_store.load(dataset_store.save(before, tmp_path / "p"))
    pd.testing.assert_frame_equal(after.inputs, before.inputs, check_column_type=False)
    assert after.columns == columns and after.warnings == ("w",) and after.facts["b"] == 3 and after.facts["a"] is None


@pytest.mark.parametrize(
    "inputs",
    [
        np.zeros((4, 8, 8, 3), np.uint8),
        np.zeros((4, 100), np.float32),
        np.zeros((4, 64, 6), np.float32),
        np.array(["a", "b\n", "", "日本"], dtype=object),
    ],
    ids=["pictures", "sounds", "series", "texts"],
)
def test_arrays_come_back_equal(inputs: np.ndarray, tmp_path: Path) -> None:
    modality = {4: "image", 2: "sound", 3: "series", 1: "text"}[inputs.ndim]
    target = np.array([0, 1, 0, 1])
    before = Dataset("x", modality, inputs, target, target, target * 1.0, labels=("a", "b"))
    folder = dataset_store.save(before, tmp_path / "p")
    after = dataset_store.load(folder)
    assert np.array_equal(after.inputs, inputs) and after.inputs.dtype == inputs.dtype
    assert np.array_equal(after.target, target) and np.array_equal(after.groups, target)
    card = dataset_store.read_summary(folder)
    assert card["counts"] == {"a": 2, "b": 2} and card["suggested"]["form"] == "binary"
    if modality in ("image", "sound"):
        assert all((folder / name).exists() for name in card["preview"]) and card["preview"]


def test_name_of_an_environment_comes_back(tmp_path: Path) -> None:
    assert (
        dataset_store.load(dataset_store.save(Dataset("c", "control", "CartPole-v1"), tmp_path / "p")).inputs
        == "CartPole-v1"
    )


def test_digest_follows_content(tmp_path: Path) -> None:
    def digest(data: pd.DataFrame) -> str:
        return dataset_store.read_summary(dataset_store.save(Dataset("t", "table", data), tmp_path / "p"))["digest"]

    first, other = frame(), frame()
    other.loc[0, "number"] = 9.0
    assert digest(first) == digest(frame()) != digest(other)


def test_what_is_gone_or_torn_is_a_load_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError):
        dataset_store.read_summary(tmp_path / "nowhere")
    folder = dataset_store.save(Dataset("t", "table", frame()), tmp_path / "p")
    (folder / dataset_store.TABLE).write_bytes(b"PAR1 torn")
    with pytest.raises(LoadError):
        dataset_store.load(folder)


def test_nothing_is_left_when_saving_fails(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        dataset_store.save(Dataset("t", "table", object()), tmp_path / "p")
    assert list(tmp_path.iterdir()) == []
