"""A data set is embedded once before the fits, at one setting for all folds, told and charged."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core import registry
from core.arena import planning
from core.arena.contestant_worker import ContestantWorker
from core.arena.tournament import tournament
from core.evaluation import tasks
from core.explain.maskers import patch_masker
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.training.output_spec import OutputSpec
from core.schema import Contestant, EncodingPlan, FrozenEncoder, Plan
from core.storage.bundled_files import labelled_dataset
from core.storage.vector_cache import cached_vectors

ASKED: list[int] = []
SETTINGS: list[int] = []


def plan(dataset, seconds):
    return EncodingPlan(len(dataset), 0.01 * len(dataset), f"planned for {len(dataset)}")


def embed(inputs, budget, on_progress):
    def encode(block):
        ASKED.append(len(block))
        return block.reshape(len(block), -1)[:, :6].astype(np.float32)

    SETTINGS.append(budget.encoding)
    return cached_vectors(f"toy {budget.encoding}", inputs, 6, encode)


def fit(train, valid, task, budget, on_progress):
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    own, held = ((embed(part.inputs, budget, on_progress), part.target) for part in (train, valid))
    head = heads.fit_linear(own, held, output_spec, budget.seconds, on_progress)
    return ComposedModel(
        lambda inputs: head.raw(embed(inputs, budget, on_progress)), output_spec, patch_masker, lambda: head.arrays,
        head.parameters, head.facts,
    )  # fmt: skip


def toy(key: str, family: str) -> Contestant:
    encoder = FrozenEncoder("Toy encoder", plan, embed)
    return Contestant(
        key, key, family, ("image",), ("classification",), "A toy.", "", fit, pretrained=True, encoder=encoder
    )


@pytest.fixture
def pair(monkeypatch, tmp_path):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))
    there = {"toy_deep": toy("toy_deep", "deep"), "toy_hybrid": toy("toy_hybrid", "hybrid")}
    known = registry.discover("contestants")
    monkeypatch.setattr(
        registry, "discover", lambda folder, discover=registry.discover: {"dummy": known["dummy"], **there}
        if folder == "contestants" else discover(folder),
    )  # fmt: skip
    monkeypatch.setattr(
        registry, "find", lambda folder, key, find=registry.find: there[key] if key in there else find(folder, key)
    )
    ASKED.clear()
    SETTINGS.clear()
    return there


def pictures(count: int = 80):
    draw = np.random.default_rng(0)
    codes = np.arange(count) % 2
    made = draw.integers(0, 100, (count, 4, 4, 1), dtype=np.uint8) + (codes * 80).astype(np.uint8)[:, None, None, None]
    return labelled_dataset("image", "toy", made, codes, ("dark", "light"), "made here")


def test_every_item_is_embedded_once_and_told(pair):
    dataset = pictures()
    contest = tournament(
        dataset, tasks.infer_task(dataset), Plan(repeats=1, explain=False, fits=5), lambda progress: None,
        worker_mode="inline", measured=False,
    )  # fmt: skip
    assert sum(ASKED) == 80, "five folds of two contestants embed each picture once"
    assert set(SETTINGS) == {80}, "one setting, planned for the whole data set, in every fold"
    for run in contest.runs:
        if run.contestant in pair:
            assert len(run.fits) == 5 and not run.error
            assert any("shared by 2 contestants" in note and "planned for 80" in note for note in run.notes)


def test_a_fit_is_charged_alike_with_and_without_the_cache(pair, monkeypatch):
    from core.evaluation import splits
    from core.schema import Budget
    from core.storage import vector_cache

    ticks = iter(np.arange(0.0, 1e6, 1.0))
    clock = SimpleNamespace(process_time=lambda: next(ticks), time=time.time)
    monkeypatch.setattr(vector_cache, "time", clock)
    dataset = tasks.prepare(pictures(), tasks.infer_task(pictures()))
    task = tasks.infer_task(dataset)
    split = splits.make_splits(dataset, task, Plan())[0]
    setup = {"contestant": "toy_deep", "dataset": dataset, "task": task, "budget": Budget(), "embedding_seconds": 1.0}
    spent = []
    for _ in range(2):
        worker = ContestantWorker(setup)
        before = len(ASKED)
        spent.append(worker.fit(split=split, fold=0, keep_model=True, seconds=1.0, on_progress=lambda news: None))
        assert (len(ASKED) > before) == (len(spent) == 1), "the second worker finds the vectors"
        asked = len(ASKED)
        worker.kept.model.predict(dataset.inputs[:2])
        assert len(ASKED) == asked + 1, "a single prediction is computed, so that its time is true"
    assert spent[1].fit_cpu_seconds > 0.9 and spent[0].skill == spent[1].skill


def test_frozen_contestants_take_no_share_of_the_training_time(pair):
    scratch = replace(pair["toy_deep"], encoder=None)
    alone = planning.fit_seconds([scratch], Plan())
    assert (
        planning.fit_seconds([scratch, *pair.values()], Plan()) == alone > planning.fit_seconds([scratch] * 2, Plan())
    )


def test_pretrained_contestants_play_by_default():
    there = registry.discover("contestants")
    for modality in ("image", "text", "sound"):
        playing = [one for one in there.values() if modality in one.modalities and one.default]
        assert any(one.family == "deep" and one.pretrained and one.encoder for one in playing)
        assert any(one.family == "deep" and not one.pretrained for one in playing), "beside a network from scratch"
        assert all("pretrained" in one.title for one in playing if one.pretrained), "marked so"
