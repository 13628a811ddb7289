"""Small data of every kind, and a bundle of one tiny fit on them."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import registry
from core.arena.prepared_contest import prepare_contest
from core.bundles import bundle_file, bundle_maker
from core.bundles.retrain import Retrained
from core.evaluation import tasks
from core.schema import Budget, Contestant, Dataset, Fit, Inputs, Plan
from core.storage import dataset_store
from core.workers import work_clock
from tests.bundles.toy_bundles import mixed_table
from tests.contestants.test_media import clips, pictures, sounds, texts, windows

ASKED = 8


def directed_table() -> Dataset:
    """The mixed table with a declared direction, as monotone trees need one."""
    made = mixed_table(form="regression")
    return replace(made, facts={**made.facts, "directions": {"size": 1}})


DATA = {
    "table": (lambda: mixed_table(form="multiclass"), lambda: mixed_table(form="regression")),
    "image": (pictures,),
    "video": (clips,),
    "text": (texts,),
    "sound": (sounds,),
    "series": (windows, lambda: windows(form="anomaly")),
}


def cases(key: str) -> list[tuple[str, int]]:
    """The data sets that a contestant can take part on, as (modality, place)."""
    contestant = registry.find("contestants", key)
    there = [name for name in DATA if contestant.modalities == ("*",) or name in contestant.modalities]
    places = [(name, place) for name in there for place in range(len(DATA[name]))]
    return [(name, place) for name, place in places if takes_part(key, data(key, name, place))]


def data(key: str, modality: str, place: int) -> Dataset:
    """A data set, with a declared direction for monotone trees."""
    if key == "table_monotone" and place == 1:
        return directed_table()
    return DATA[modality][place]()


def takes_part(key: str, dataset: Dataset) -> bool:
    """Whether a contestant plays this task on these data."""
    contestant, task = registry.find("contestants", key), task_of(dataset)
    return task.kind in contestant.kinds and not contestant.unsupported_reason(dataset, task)


def not_installed(contestant: Contestant) -> str | None:
    """Why a contestant plays nowhere here, where its weights are what is missing."""
    name = next(name for name in DATA if name in contestant.modalities)
    dataset = DATA[name][0]()
    reason = contestant.unsupported_reason(dataset, task_of(dataset))
    return reason if reason is not None and "not installed" in reason else None


def task_of(dataset: Dataset):
    """What is predicted."""
    return tasks.infer_task(dataset, "answer" if dataset.modality == "table" else None)


def plan_of(key: str) -> Plan:
    """A small plan; the dummy takes part in every one and is named in none."""
    return Plan(contestants=() if key == "dummy" else (key,), budget_seconds=1.0, folds=3)


def fitted_once(key: str, dataset: Dataset, seconds: float = 1.0) -> Retrained:
    """A contestant fitted on one fold, in the place of one that was fitted on all rows and on folds."""
    task = task_of(dataset)
    prepared = prepare_contest(dataset, task, plan_of(key))
    contestant, split = registry.find("contestants", key), prepared.splits[0]
    train, valid, test = (prepared.dataset.take(rows) for rows in (split.train, split.valid, split.test))
    budget = Budget(seconds=seconds, seed=1)
    if contestant.encoder is not None:
        budget = replace(budget, encoding=contestant.encoder.plan(prepared.dataset, 1.0).setting)
    with work_clock.metered(seconds, "cpu", 1):
        model = contestant.fit(train, valid, task, budget, lambda progress: None)
    found = np.asarray(tasks.predict(task, model, test), dtype=float)
    fit = Fit(0, split.digest, {"skill": 0.0}, 0.0)
    return Retrained(contestant, model, prepared, (fit,), (found,), (np.asarray(test.target),), seconds)


def asked_inputs(done: Retrained) -> Inputs:
    """Test rows as a new file would bring them."""
    rows = done.prepared.dataset.take(done.prepared.splits[0].test[:ASKED]).inputs
    return rows.reset_index(drop=True) if hasattr(rows, "iloc") else rows


def handed_over(done: Retrained, folder: Path) -> Path:
    """The same rows for a fresh process, with their types."""
    return dataset_store.save(replace(done.prepared.dataset.take(np.arange(1)), inputs=asked_inputs(done), target=None,
                                      groups=None, order=None), folder / "asked")  # fmt: skip


def write_bundle(done: Retrained, path: Path) -> None:
    """Writes the bundle of a fit."""
    bundle_file.write_bundle(bundle_maker.bundle_members(done)[0], path)


def tampered(path: Path, out: Path) -> Path:
    """The bundle with one byte of its model changed."""
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(out, "w") as other:
        for name in packed.namelist():
            data = bytearray(packed.read(name))
            if name == "model.npz":
                data[len(data) // 2] ^= 1
            other.writestr(name, bytes(data))
    return out


def write_inputs(inputs: Inputs, folder: Path) -> Path:
    """The same rows as a file for the stand-alone runner: CSV for tables and texts, npy for the rest."""
    import pandas as pd

    if hasattr(inputs, "columns"):
        frame = inputs.copy()
        for name in frame.columns:
            if frame[name].dtype.kind == "M":
                frame[name] = frame[name].dt.strftime("%Y-%m-%d")
        frame.to_csv(folder / "new.csv", index=False)
        return folder / "new.csv"
    if inputs.dtype == object:
        pd.DataFrame({"text": inputs}).to_csv(folder / "new.csv", index=False)
        return folder / "new.csv"
    np.save(folder / "new.npy", inputs)
    return folder / "new.npy"
