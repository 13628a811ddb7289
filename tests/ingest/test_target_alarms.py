"""Alarms at inspect and at upload: columns and remedies are named, kept beside the data, asked once for a target."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from core import ingest
from core.ingest import target_alarms
from core.schema import Column, Dataset
from core.storage import dataset_store


@pytest.fixture(scope="module")
def bikes(tmp_path_factory):
    draw = np.random.default_rng(0)
    casual, registered = draw.poisson(40, 500), draw.poisson(160, 500)
    frame = pd.DataFrame(
        {
            "hour": draw.integers(0, 24, 500), "casual": casual, "registered": registered,
            "count": casual + registered, "weather": draw.choice(["dry", "wet"], 500),
        }
    )  # fmt: skip
    place = tmp_path_factory.mktemp("bikes") / "bikes.csv"
    frame.to_csv(place, index=False)
    return place


def by_key(found):
    return {one["key"]: one for one in found}


def test_inspect_names_the_columns_that_sum_up_to_the_target(bikes):
    told = ingest.inspect(bikes, target="count")
    alarm = by_key(told["alarms"])["derived"]
    assert alarm["level"] == "danger" and set(alarm["columns"]) == {"casual", "registered"} and alarm["how"]
    assert "derived" not in by_key(ingest.inspect(bikes, target="weather")["alarms"])
    json.dumps(told)


def test_an_upload_keeps_the_alarms_of_its_suggested_target(bikes, tmp_path, monkeypatch):
    folder = ingest.read_upload(bikes, folder=tmp_path / "parcel", alarms=True)
    hint = dataset_store.read_summary(folder)["suggested"]
    monkeypatch.setattr(target_alarms.sandbox, "run_reader", lambda order: pytest.fail("asked again"))
    target_alarms.alarms_of(folder, hint["target"], hint["form"])


def test_another_target_is_asked_once(bikes, tmp_path, monkeypatch):
    folder = ingest.read_upload(bikes, folder=tmp_path / "parcel")
    found = target_alarms.alarms_of(folder, "count", "regression")
    assert "derived" in by_key(found)
    monkeypatch.setattr(target_alarms.sandbox, "run_reader", lambda order: pytest.fail("asked again"))
    assert target_alarms.alarms_of(folder, "count", "regression") == found


def test_what_has_no_such_task_has_no_alarms(bikes):
    dataset = ingest.read(bikes)
    assert target_alarms.find_alarms(dataset, "no such column") == ()


def test_a_check_that_fails_costs_no_file(bikes, tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(target_alarms, "find_alarms", broken)
    assert target_alarms.keep_alarms(ingest.read(bikes), tmp_path, "count", None) == []
    assert target_alarms.alarms_of(tmp_path, "count") == []


def test_near_copies_are_named_at_inspect(tmp_path):
    draw = np.random.default_rng(0)
    one = pd.DataFrame({f"x{k}": draw.normal(size=150) for k in range(5)}).assign(y=draw.choice(["a", "b"], 150))
    copies = [one.assign(**{f"x{k}": one[f"x{k}"] + draw.normal(0, 0.001, 150) for k in range(5)}) for _ in range(3)]
    pd.concat(copies).sample(frac=1, random_state=0).to_csv(tmp_path / "copies.csv", index=False)
    alarms = ingest.inspect(tmp_path / "copies.csv", target="y")["alarms"]
    assert any("cop" in one["what"] for one in alarms)


def test_many_rows_are_cut_before_they_are_checked(monkeypatch):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"x": draw.normal(size=30_000), "y": draw.normal(size=30_000)})
    from core.readers.tables.column_types import infer_number_column
    from core.schema import Dataset

    columns = tuple(infer_number_column(name, frame[name].to_numpy()).column for name in frame)
    seen = []
    monkeypatch.setattr(target_alarms.copy_checks, "find_copies", lambda dataset: None)
    monkeypatch.setattr(target_alarms.copy_checks, "check_copies", lambda *rest: [])
    monkeypatch.setattr(target_alarms.data_checks, "check_data", lambda dataset, *rest: seen.append(len(dataset)) or ())
    target_alarms.find_alarms(Dataset("t", "table", frame, columns=columns), "y")
    assert seen == [target_alarms.CHECKED_ROWS]


def test_near_copies_interpolated_rows_and_small_classes_are_named_before_the_first_fit():
    from tests.evaluation import test_near_copies as planted

    def alarms(frame, answers):
        columns = tuple(Column(str(name), "numeric", distinct=len(frame)) for name in frame.columns)
        inputs = frame.rename(columns=str).assign(y=pd.Categorical(answers))
        data = Dataset("t", "table", inputs, columns=(*columns, Column("y", "categorical", distinct=len(set(answers)))))
        return {one.key: one for one in target_alarms.find_alarms(data, "y")}

    rng = np.random.default_rng(0)
    answers = np.array(["no", "yes"])[rng.integers(0, 2, 400)]
    found = alarms(planted.stamped(6), np.tile(answers, 3))
    assert found["near_copies"].columns == ("time",) and found["strict_folds"].level == "danger"
    doubled, _ = planted.synthetic(rng, 800, 6)
    assert alarms(doubled.inputs, np.array(["no", "yes"])[doubled.target])["interpolated"].level == "danger"
    rare = np.array(["no"] * 300 + ["yes"] * 282 + ["odd"] * 18)
    assert "“odd”" in alarms(planted.noise(600, 4), rare)["small_classes"].what
    assert not {"near_copies", "interpolated"} & set(alarms(planted.noise(600, 4), np.tile(answers[:300], 2)))
