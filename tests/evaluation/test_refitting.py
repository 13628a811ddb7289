"""Cuts and refits: nobody is lost, groups stay whole, everybody gets the same cuts, and skill is the arena's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation import refitting, tasks
from tests import toys


def test_every_row_is_tested_once_and_classes_are_kept():
    data = toys.table(203)
    cuts = refitting.folds(data, toys.BINARY)
    assert sum(len(cut.test) for cut in cuts) == 203
    for cut in cuts:
        assert len(cut.train) + len(cut.valid) + len(cut.test) == 203
        assert abs(cut.test.target.mean() - data.target.mean()) < 0.03
        assert 0.15 < len(cut.valid) / (len(cut.train) + len(cut.valid)) < 0.25


def test_groups_stay_together():
    data = replace(toys.table(200), groups=np.repeat(np.arange(20), 10))
    for cut in refitting.folds(data, toys.BINARY):
        assert not set(cut.test.groups) & (set(cut.train.groups) | set(cut.valid.groups))
        assert not set(cut.valid.groups) & set(cut.train.groups)


def test_two_contestants_get_the_same_cuts():
    one, two = (toys.subject(who=toys.contestant(key=key)) for key in ("a", "b"))
    pools = [refitting.pooled_rows(subject, max_rows=100) for subject in (one, two)]
    assert len(pools[0]) == 100
    for left, right in zip(*(refitting.folds(pool, toys.BINARY) for pool in pools), strict=True):
        assert np.array_equal(left.test.inputs["n0"], right.test.inputs["n0"]) and left.seed == right.seed


def test_skill_is_the_arenas():
    subject = toys.subject()
    cut = refitting.folds(refitting.pooled_rows(subject), toys.BINARY)[0]
    model = refitting.refit(subject, cut)
    answers = model.predict(cut.test.inputs)
    assert refitting.skill_on(toys.BINARY, model, cut) == pytest.approx(
        tasks.score(toys.BINARY, cut.known_targets, cut.test, answers).skill
    )
    numbers = replace(cut.test, target=np.arange(len(cut.test), dtype=float))
    known = np.arange(50.0)
    assert refitting.skill(toys.NUMBER, known, numbers.target, numbers.target + 1) == pytest.approx(
        tasks.score(toys.NUMBER, known, numbers, numbers.target + 1).skill
    )


def test_refusals_are_worded():
    subject = toys.subject()
    with pytest.raises(ValueError, match="too few"):
        refitting.folds(subject.test.take(np.arange(10)), toys.BINARY)
    with pytest.raises(ValueError, match="not for ranking"):
        refitting.pooled_rows(replace(subject, task=replace(toys.BINARY, kind="ranking")))
    with pytest.raises(ValueError, match="not finite"):
        refitting.skill(toys.NUMBER, np.ones(3), np.ones(2), np.array([1.0, np.nan]))


def test_a_shared_cut_is_fitted_once_and_a_changed_one_again():
    made = []

    def fit(train, valid, task, budget, tell):
        made.append(len(train))
        return toys.Logistic(train)

    subject = toys.subject(who=toys.contestant(fit))
    cut = refitting.folds(refitting.pooled_rows(subject), toys.BINARY)[0]
    made.clear()
    assert refitting.cached_refit(subject, cut) is refitting.cached_refit(subject, cut)
    turned = replace(cut, train=replace(cut.train, inputs=cut.train.inputs.assign(n0=-cut.train.inputs["n0"])))
    relabelled = replace(cut, train=replace(cut.train, target=1 - cut.train.target))
    for other in (turned, relabelled, replace(cut, seed=7)):
        assert refitting.cached_refit(subject, other) is not refitting.cached_refit(subject, cut)
    assert len(made) == 4
    refitting.refit(subject, cut)
    assert len(made) == 5


def test_inner_news_carry_no_curves():
    heard = []
    subject = toys.subject(heard=heard)
    from core.schema import Progress

    refitting.without_curves(subject)(Progress("fit", 3, 10, loss=1.0, score=2.0, cpu_seconds=4.0))
    assert heard[-1].stage == "measure" and heard[-1].loss is None and heard[-1].cpu_seconds is None


def test_pictures_and_arrays_join():
    data = toys.table(40)
    pictures = replace(data, modality="image", inputs=np.zeros((40, 2, 2, 1), np.uint8))
    both = refitting.concatenate([pictures.take(np.arange(10)), pictures.take(np.arange(10, 40))])
    assert both.inputs.shape == (40, 2, 2, 1) and np.array_equal(both.target, data.target)
