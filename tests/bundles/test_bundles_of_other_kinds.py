"""Recommenders, writers, controllers and forecasters go into a bundle too: tampered ones are refused, and a fresh
process answers the same. Those of tables, pictures, texts, sounds and windows: see test_every_contestant."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import registry
from core.arena.prepared_contest import prepare_contest
from core.bundles import bundle_file, bundle_maker
from core.bundles.file_prediction import PredictionOrder, predict_file
from core.bundles.loaded_bundle import load_bundle
from core.bundles.retrain import Retrained
from core.features import interaction_data
from core.models.control import rollouts
from core.scenarios.generative import text_study
from core.schema import Budget, Dataset, Fit, LoadError, Plan, Task
from core.storage import dataset_store
from core.workers import work_clock
from tests.bundles import every_contestant
from tests.bundles.test_every_contestant import FRESH, ROOT, close
from tests.models.generation.test_language_models import corpus
from tests.models.ranking.test_recommenders import clans
from tests.panels.made_panels import weekly

MADE = {
    "ranking": (lambda: clans(60), interaction_data.TASK),
    "generation": (lambda: corpus(120), text_study.TASK),
    "control": (lambda: rollouts.episode_dataset("states", 30, 0), rollouts.TASK),
    "forecast": (lambda: weekly(covariates=1), Task("units", "forecast", "forecast", known=("x0",))),
}
KEYS = [key for key, one in registry.discover("contestants").items() if one.kinds[0] in MADE]
# They take part in every plan of their task and make none by themselves.
REFERENCES = ("forecast_naive", "forecast_walk")
WORDS = {"ranking": "lists for users", "generation": "writes on", "control": "acts step by step"}


def bundled(key: str, path: Path) -> tuple[Retrained, Dataset]:
    """A contestant fitted for half a second on one fold and written down, and the test rows."""
    contestant = registry.find("contestants", key)
    make, task = MADE[contestant.kinds[0]]
    if why := contestant.unsupported_reason(make(), task):
        pytest.skip(why)
    named = () if key in REFERENCES else (key,)
    prepared = prepare_contest(make(), task, Plan(contestants=named, budget_seconds=1.0, folds=3, explain=False))
    split = prepared.splits[0]
    train, valid, test = (prepared.dataset.take(rows) for rows in (split.train, split.valid, split.test))
    with work_clock.metered(0.5, "cpu", 1):
        model = contestant.fit(train, valid, prepared.task, Budget(seconds=0.5, seed=1), lambda news: None)
    fit = Fit(0, split.digest, {"skill": 0.0}, 0.0)
    done = Retrained(contestant, model, prepared, (fit,), (), (), 0.5)
    bundle_file.write_bundle(bundle_maker.bundle_members(done)[0], path)
    return done, test


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", KEYS)
def test_a_bundle_is_guarded_and_answers_the_same_in_a_fresh_process(key, tmp_path):
    path = tmp_path / "model.zip"
    done, test = bundled(key, path)
    with pytest.raises(LoadError, match=r"was changed.*model\.npz|model\.npz.*was changed"):
        load_bundle(every_contestant.tampered(path, tmp_path / "other.zip"))
    asked = dataset_store.save(replace(test, target=None, groups=None, order=None), tmp_path / "asked")
    out = tmp_path / "fresh.npz"
    told = subprocess.run(
        [sys.executable, "-c", FRESH, path, asked, out],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-2_000:]
    expected = np.asarray(done.model.predict(test.inputs), dtype=float)
    with np.load(out) as held:
        assert close(held["model"], expected) and close(held["predicted"], expected)
    kind = done.prepared.task.kind
    if kind in WORDS:
        with pytest.raises(LoadError, match=WORDS[kind]):
            predict_file(load_bundle(path), PredictionOrder(out, tmp_path / "out.csv"), lambda news: None)
