"""Models of the first fold are kept with a run and answer later as they did, without another fit."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import arena, limits
from core.arena.contestant_worker import ContestantWorker
from core.arena.prediction_service import PredictionService
from core.evaluation import tasks
from core.schema import Contest, Dataset, JsonObject, LoadError, Plan
from core.storage import paths
from tests.bundles.toy_bundles import mixed_table

PLAN = Plan(contestants=("table_linear", "table_bayes"), budget_seconds=3.0, folds=3, fixed_folds=True, explain=False)


def played(folder: Path) -> tuple[Contest, Dataset]:
    data = mixed_table()
    task = tasks.infer_task(data, "answer")
    models = folder / "models"
    quiet = {"worker_mode": "inline", "measured": False}
    return arena.tournament(data, task, PLAN, lambda news: None, folder=models, **quiet), data


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contest, Dataset, Path]:
    """A contest, its data, and the folder of its kept models."""
    folder = tmp_path_factory.mktemp("run")
    contest, data = played(folder)
    assert paths.models_kept(folder)
    return contest, data, folder / paths.KEPT_MODELS


def test_kept_models_answer_as_they_did_without_a_fit(kept, monkeypatch) -> None:
    contest, data, folder = kept
    monkeypatch.setattr(ContestantWorker, "fit", lambda *_, **__: pytest.fail("it was fitted again"))
    seen: list[JsonObject] = []

    def use(service: PredictionService) -> None:
        assert all(one["trouble"] is None for one in service.describe_contestants())
        recorded = {run.contestant: run.fits[0] for run in contest.runs}
        for row in (0, 5):
            *_, known = service.predict({"kind": "row", "row": row, "explain": row == 0})
            seen.append(known)
            for key, answer in known["answers"].items():
                expected = np.asarray(recorded[key].predictions)[row]
                assert np.allclose(answer["probabilities"][0], expected, atol=1e-5), key
        assert seen[0]["answers"]["table_linear"]["explanation"]["values"]

    arena.open_service(contest, data, lambda news: None, use, kept=folder)
    assert len(seen) == 2


def test_other_data_are_no_ground_for_kept_models(kept) -> None:
    contest, data, folder = kept
    other = replace(data, inputs=data.inputs.iloc[:150].reset_index(drop=True))
    with pytest.raises(LoadError, match="no longer give the fold"):
        arena.open_service(contest, other, lambda news: None, lambda service: None, kept=folder)


def test_a_damaged_model_is_told_and_the_others_answer(kept, tmp_path) -> None:
    contest, data, folder = kept
    shutil.copytree(folder, tmp_path / "models")
    (tmp_path / "models" / "table_bayes.npz").write_bytes(b"something else")

    def use(service: PredictionService) -> None:
        trouble = {one["key"]: one["trouble"] for one in service.describe_contestants()}
        assert "its kept model cannot be used" in trouble["table_bayes"] and trouble["table_linear"] is None
        *_, known = service.predict({"kind": "row", "row": 0})
        assert known["answers"]["table_bayes"]["trouble"] and known["answers"]["table_linear"]["probabilities"]

    arena.open_service(contest, data, lambda news: None, use, kept=tmp_path / "models")


def test_models_too_large_to_keep_leave_nothing_and_no_note(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(limits, "KEPT_MODELS_BYTES", 1_000)
    contest, _ = played(tmp_path)
    assert not (tmp_path / paths.KEPT_MODELS).exists()
    assert not [note for run in contest.runs for note in run.notes if "save_state" in note]
