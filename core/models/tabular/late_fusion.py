"""Tables with free text: a model of the columns and a model of the texts, weighed late.

Reference: Kiela et al. 2018 (fusion of text and columns); Wolpert 1992 (stacking).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.explain.maskers import column_masker
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.tabular import boosting, tree_model
from core.models.tabular.text_and_columns import ColumnKinds, map_unique, split_columns
from core.models.text.tfidf_models import fit_tfidf_model
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Budget, Dataset, Facts, JsonObject, Progress, ProgressCallback, TableRows, Task
from core.workers import work_clock
from core.workers.work_clock import WorkClock

FOLDS = 3
TREES_SHARE, TEXT_SHARE = 0.5, 0.9


def fit_late_fusion(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> ComposedModel:
    """Boosted trees on the columns and TF-IDF + linear on the texts, each by itself; their answers are weighed on
    training rows that neither had seen (out of fold) and on the inner validation rows."""
    output_spec, sorted_ = OutputSpec.from_dataset(train, task), split_columns(train.inputs)

    def one(settings: Facts, share: Budget) -> tuple[float, ComposedModel]:
        model = _fit_blend(
            (train, valid), output_spec, _fusion_fits(sorted_, task, output_spec, settings), share, on_progress
        )
        return output_spec.skill(model.predict(valid.inputs), target_of(valid)), model

    model, facts = tuning.tune(
        boosting.SPACE, budget, one, on_progress, {"lambda": 1.0, **boosting.default_settings(len(train))}
    )
    return replace(model, facts={**model.facts, "text_columns": list(sorted_.texts), **facts})


def _fit_blend(
    parts: tuple[Dataset, Dataset],
    output_spec: OutputSpec,
    sides: Sequence[Callable[..., _FusedModel]],
    budget: Budget,
    on_progress: ProgressCallback,
) -> ComposedModel:
    (train, valid), clock = parts, WorkClock(budget.device)
    each = replace(budget, seconds=budget.seconds / (FOLDS + 1), configurations=1)

    def later(news: Progress) -> None:
        on_progress(replace(news, score=None, cpu_seconds=clock.cpu_seconds()))

    final = [make(train, valid, each, later) for make in sides]
    seen, truth = [[one.raw(valid.inputs)] for one in final], [target_of(valid)]
    for fold, held in enumerate(_inner_folds(train, budget.seed) if len(sides) > 1 else ()):
        if fold and clock.elapsed() > budget.seconds:
            work_clock.record_end("budget", None)
            break
        rest, asked = train.take(np.setdiff1d(np.arange(len(train)), held)), train.take(held)
        for place, make in enumerate(sides):
            seen[place].append(make(rest, valid, each, later).raw(asked.inputs))
        truth.append(target_of(asked))
    evidence = [np.concatenate(part) for part in seen]
    join, weights = heads.fit_blend(evidence, np.concatenate(truth), output_spec)
    skill = output_spec.skill(output_spec.to_predictions(join([one.raw(valid.inputs) for one in final])), truth[0])
    on_progress(Progress("fit", 1, 1, score=skill, cpu_seconds=clock.cpu_seconds()))
    stored = {f"{one.name}.{name}": array for one in final for name, array in one.arrays.items()}
    facts: JsonObject = {"device": "cpu", "notes": []}
    for one, weight in zip(final, weights, strict=False):
        facts |= {**one.facts, f"weight_of_{one.name}": float(weight)}
    return ComposedModel(
        raw_outputs=lambda inputs: join([one.raw(inputs) for one in final]),
        output_spec=output_spec,
        masker=column_masker,
        arrays=lambda: {**stored, "weights": weights},
        parameters=sum(one.parameters for one in final) + len(weights),
        facts={**facts, "kind": "late fusion", "rows_weighed": len(evidence[0])},
    )


@dataclass(frozen=True)
class _FusedModel:
    name: str
    raw: Callable[[Any], np.ndarray]
    parameters: int
    arrays: dict[str, np.ndarray]
    facts: JsonObject


def _fusion_fits(
    sorted_: ColumnKinds, task: Task, output_spec: OutputSpec, settings: Facts
) -> list[Callable[..., _FusedModel]]:
    def by_trees(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> _FusedModel:
        share = replace(budget, seconds=TREES_SHARE * budget.seconds)
        parts = (sorted_.without_texts(train), sorted_.without_texts(valid))
        # the two sides are weighed on the inner rows, which the trees therefore must not see
        grown = tree_model.fit_trees(parts, task, boosting.SPACE, share, on_progress, **settings, refit=False)

        def raw(inputs: TableRows) -> np.ndarray:
            found = grown.boosted.raw(grown.encoded(inputs))
            return (found - output_spec.mean) / output_spec.scale if output_spec.form == "regression" else found

        stored = {"booster": np.frombuffer(bytes(grown.booster.save_raw("ubj")), dtype=np.uint8)}
        return _FusedModel("columns", raw, grown.parameters, stored, dict(grown.boosted.facts))

    def by_words(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> _FusedModel:
        share = replace(budget, seconds=(TEXT_SHARE - TREES_SHARE) * budget.seconds)
        model = fit_tfidf_model(
            sorted_.text_dataset(train), sorted_.text_dataset(valid), output_spec, share, on_progress
        )
        facts = {"terms": model.facts["terms"]}
        return _FusedModel(
            "texts", lambda inputs: map_unique(sorted_.joined_texts(inputs), model.raw_outputs), model.parameters,
            dict(model.arrays()), facts,
        )  # fmt: skip

    return [make for make, there in ((by_trees, sorted_.others), (by_words, sorted_.texts)) if there]


def _inner_folds(train: Dataset, seed: int) -> Sequence[np.ndarray]:
    """Inner folds; rows of one group stay together."""
    draw = np.random.default_rng(seed)
    names, places = np.unique(np.arange(len(train)) if train.groups is None else train.groups, return_inverse=True)
    dealt = (draw.permutation(len(names)) % FOLDS)[places]
    return [held for held in (np.flatnonzero(dealt == fold) for fold in range(FOLDS)) if 0 < len(held) < len(train)]
