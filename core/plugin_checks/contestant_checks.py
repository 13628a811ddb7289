"""Checks that a contestant keeps the duties of ``Contestant`` and ``Model``."""

from __future__ import annotations

import io
import time

import numpy as np

from core import registry
from core.plugin_checks.requirements import (
    FIT_SECONDS,
    Parts,
    check_cancels,
    check_words,
    find_sample,
    require,
    require_json,
    small_budget,
    split_sample,
)
from core.schema import FAMILIES, Contestant, Dataset, Model, Progress, Task

EXPLAINED, PATIENCE_SECONDS = 3, 60.0


def check_contestant(contestant: Contestant, dataset: Dataset | None = None, task: Task | None = None) -> None:
    """Fits a contestant on a small data set and checks the duties of ``Contestant`` and ``Model``.

    Args:
        dataset: to fit on; None takes a part of an embedded sample of its modality.
        task: what is predicted; None takes what the data suggest.

    Raises:
        AssertionError: a duty is not kept; says which.
        LookupError: its modality has no sample that it can do, so that ``dataset`` must be given.
    """
    check_words(contestant.key, contestant.title, contestant.about)
    require(contestant.family in FAMILIES, f"family is {contestant.family!r}, which is none of {', '.join(FAMILIES)}")
    require(bool(contestant.modalities and contestant.kinds), "modalities and kinds say on what it competes")
    known = registry.discover("modalities")
    if dataset is None or task is None:
        modality = "table" if "*" in contestant.modalities else contestant.modalities[0]
        if modality not in known:
            raise LookupError(f"there is no modality {modality!r} with samples: give a data set and a task")
        dataset, task = find_sample(
            known[modality], contestant.kinds, lambda data, about: not contestant.unsupported_reason(data, about)
        )
    parts, task = split_sample(dataset, task)
    reason = contestant.unsupported_reason(parts[0], task)
    require(reason is None or bool(str(reason)), "unsupported_reason returns None or a reason in words")
    require(isinstance(contestant.suits(parts[0]), bool | np.bool_), "suits returns True or False")
    if reason:
        raise LookupError(f"it does not compete on {dataset.name}: {reason}")
    check_cancels(lambda callback: contestant.fit(*parts[:2], task, small_budget(), callback), "fit")
    model = _fit_in_time(contestant, parts, task)
    _check_answers(model, parts, task)
    _check_saved(model)
    if task.kind in ("classification", "regression", "anomaly"):
        _check_explanation(model, parts, task)
    _check_configurations(contestant, parts, task)


def _fit_in_time(contestant: Contestant, parts: Parts, task: Task) -> Model:
    news: list[Progress] = []
    began = time.process_time()
    model = contestant.fit(*parts[:2], task, small_budget(), news.append)
    took = time.process_time() - began
    require(took < PATIENCE_SECONDS, f"fit stops near budget.seconds: given {FIT_SECONDS:g} s it took {took:.0f} CPU-s")
    require(bool(news) and all(one.stage == "fit" for one in news), "fit reports Progress of the stage 'fit'")
    return model


def _check_answers(model: Model, parts: Parts, task: Task) -> None:
    from core.evaluation import tasks

    train, valid, test = parts
    answers = tasks.predict(task, model, test)
    require(np.array_equal(answers, tasks.predict(task, model, test)), "predict answers alike when asked again")
    known = [part.target for part in (train, valid) if part.target is not None]
    scored = tasks.score(task, np.concatenate(known) if known else np.zeros(0), test, answers)
    require(bool(np.isfinite(scored.skill)), "predictions can be scored")
    if task.kind == "classification":
        require(answers.shape == (len(test), len(test.labels)), "predict returns a probability for every class")
        require(bool((answers >= 0).all()) and np.allclose(answers.sum(axis=1), 1, atol=1e-4), "probabilities sum to 1")
        margin = np.asarray(model.margin(test.inputs))
        shape = (len(test),) if task.form == "binary" else (len(test), len(test.labels))
        require(margin.shape == shape, f"margin has the shape {shape} for a {task.form} task")
        require(bool(np.isfinite(margin).all()), "margins are finite")


def _check_saved(model: Model) -> None:
    saved = model.saved()
    require(isinstance(saved, bytes) and len(saved) > 0, "saved returns bytes")
    require(not saved.startswith(b"\x80"), "saved is never a pickle")
    if getattr(model, "suffix", "") == "npz":
        with np.load(io.BytesIO(saved), allow_pickle=False) as stored:
            require(all(stored[name] is not None for name in stored.files), "npz bytes load without pickles")
    require(isinstance(model.parameters, int | np.integer) and model.parameters >= 0, "parameters is a whole number")
    require_json(model.describe(), "describe returns a mapping")


def _check_explanation(model: Model, parts: Parts, task: Task) -> None:
    train, _, test = parts
    asked, background = test.take(np.arange(min(EXPLAINED, len(test)))), train.take(np.arange(min(20, len(train))))
    outputs = asked.target if task.form == "multiclass" else None
    found = model.explain(asked.inputs, background.inputs, outputs)
    values, base = np.asarray(found.values), np.asarray(found.base_value)
    require(values.shape == (len(asked), len(found.parts)), "explain returns values (rows, parts)")
    require(bool(np.isfinite(values).all() and np.isfinite(base).all()), "attributions are finite")
    if registry.modality(asked.modality).structured:
        extra = set(found.parts) - {str(name) for name in asked.inputs.columns}
        require(not extra, f"parts of an explanation are original columns; {sorted(extra)[:3]} are not")


def _check_configurations(contestant: Contestant, parts: Parts, task: Task) -> None:
    model = contestant.fit(*parts[:2], task, small_budget(seconds=2 * FIT_SECONDS, configurations=2), lambda news: None)
    told = dict(model.describe())
    if "tuner" in told:
        require({"settings", "configurations"} <= set(told), "a tuned model describes its settings and configurations")
        tried = told["configurations"]
        require(all("score" in one for one in tried), "every configuration that was tried has its inner score")
