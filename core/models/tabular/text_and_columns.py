"""Tables with free text: a network over both kinds of columns at once, and models of each kind weighed late.

Reference: Kiela et al. 2018 and Gu & Budhkar 2021 (fusion of text and columns); Wolpert 1992 (stacking).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.explain.maskers import column_masker
from core.features import table_encoders
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.tabular import boosting, tabm_network, tree_model
from core.models.text import attention_network
from core.models.text.tfidf_models import fit_tfidf_model
from core.models.training import trainer, tuning
from core.models.training.fit_network import HYPERPARAMETERS, NetworkHyperparameters, fit_network
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Budget, Dataset, Progress, ProgressCallback, Task
from core.workers.cpu_clock import BudgetClock

FOLDS = 3
TREES_SHARE, TEXT_SHARE = 0.5, 0.9
JOINT = {"rate": 3e-3, "decay": 2e-2}
JOINT_SPACE: dict[str, tuple[Any, ...]] = {"rate": (1e-3, 3e-3, 1e-2), "decay": (1e-3, 1e-2, 1e-1)}
SHAPE = tabm_network.TabMConfig(ensemble_size=1, blocks=2, width=96, depth=8)


def text_columns(inputs: Any) -> list[str]:
    """The free-text columns of a prepared table: neither numbers, dates nor categories.

    Args:
        inputs: a DataFrame.

    Returns:
        Column names.
    """
    return [
        str(name)
        for name in inputs.columns
        if not hasattr(inputs[name], "cat") and getattr(inputs[name].dtype, "kind", "O") not in "fiubM"
    ]


def has_text(dataset: Dataset) -> bool:
    """Whether a prepared table has free text beside other columns.

    Args:
        dataset: a table.

    Returns:
        True or False.
    """
    found = text_columns(dataset.inputs) if hasattr(dataset.inputs, "columns") else []
    return 0 < len(found) < len(dataset.inputs.columns)


def unsupported_reason(dataset: Dataset) -> str | None:
    """Why a contestant that lives on columns and text together cannot play this data set, in words; None if it can."""
    return None if has_text(dataset) else "takes a table with a free-text column beside other columns"


@dataclass(frozen=True)
class ColumnKinds:
    """Which columns of a table are free text and which are not."""

    texts: tuple[str, ...]
    plain: tuple[str, ...]

    def said(self, inputs: Any) -> np.ndarray:
        """The texts of each row, one after the other: object (n,) of str, "" where missing."""
        parts = [[text if isinstance(text, str) else "" for text in inputs[name]] for name in self.texts]
        made = np.empty(len(parts[0]), dtype=object)
        made[:] = [" ".join(row).strip() for row in zip(*parts, strict=True)]
        return made

    def dataset(self, part: Dataset) -> Dataset:
        """A part as a data set of texts."""
        return replace(part, modality="text", inputs=self.said(part.inputs), columns=())

    def without(self, part: Dataset) -> Dataset:
        """A part without its texts."""
        return replace(part, inputs=part.inputs[list(self.plain)])


def split_columns(inputs: Any) -> ColumnKinds:
    """Sorts the columns of a table (DataFrame)."""
    found = text_columns(inputs)
    return ColumnKinds(tuple(found), tuple(str(name) for name in inputs.columns if str(name) not in found))


def map_unique(found: np.ndarray, answer: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """``answer`` asked about every different text once: an explanation asks about the same few again and again."""
    places: dict[str, int] = {}
    where = np.array([places.setdefault(text, len(places)) for text in found], dtype=int)
    return answer(np.array(list(places), dtype=object))[where]


def fit_joint(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> ComposedModel:
    """One network over both: embedded columns through dense layers, tokens through a convolution and attention, and a
    linear layer over the two side by side, trained end to end."""
    output_spec = OutputSpec.from_dataset(train, task)

    def one(settings: Mapping[str, Any], share: Budget) -> tuple[float, ComposedModel]:
        model = _fit_joint((train, valid), output_spec, {**JOINT, **settings}, share, on_progress)
        return output_spec.skill(model.predict(valid.inputs), target_of(valid)), model

    model, facts = tuning.tune(JOINT_SPACE, budget, one, on_progress, JOINT)
    return replace(model, facts={**model.facts, **facts})


def _fit_joint(
    parts: tuple[Dataset, Dataset],
    output_spec: OutputSpec,
    settings: Mapping[str, Any],
    budget: Budget,
    on_progress: ProgressCallback,
) -> ComposedModel:
    import torch

    train, valid = parts
    sorted_ = split_columns(train.inputs)
    encoding = table_encoders.fit_dense(sorted_.without(train).inputs, seed=budget.seed) if sorted_.plain else None
    lexicon = attention_network.build_lexicon(list(sorted_.said(train.inputs))) if sorted_.texts else None

    def tensors(inputs: Any) -> tuple[Any, ...]:
        made = []
        if lexicon is not None:
            made.append(torch.from_numpy(map_unique(sorted_.said(inputs), lambda some: lexicon.codes(list(some)))))
        if encoding is not None:
            made.append(torch.from_numpy(encoding.transform(inputs)))
        return tuple(made)

    chosen = {HYPERPARAMETERS[name]: value for name, value in settings.items()}
    network, facts = fit_network(
        lambda: _joint_network(encoding, lexicon, output_spec.width),
        (tensors(train.inputs), target_of(train)),
        (tensors(valid.inputs), target_of(valid)),
        output_spec,
        (NetworkHyperparameters(batch=64, epochs=30, smoothing=0.02, patience=8, **chosen), budget,
         attention_network.token_dropout() if lexicon is not None else None),
        on_progress,
    )  # fmt: skip
    facts = {
        "kind": "joint network over columns and texts",
        "text_columns": list(sorted_.texts),
        "tokens": 0 if lexicon is None else lexicon.size,
        "layers": tabm_network.layer_shapes(network),
        **facts,
    }

    def arrays() -> dict[str, np.ndarray]:
        terms = "\n".join(lexicon.index) if lexicon is not None else ""
        stored = encoding.to_state()[1] if encoding is not None else {}
        return {**network_arrays(network), **stored, "lexicon": np.frombuffer(terms.encode(), dtype=np.uint8)}

    return ComposedModel(
        raw_outputs=lambda inputs: trainer.predict_raw(network, tensors(inputs), 1_024),
        output_spec=output_spec,
        masker=column_masker,
        arrays=arrays,
        parameters=network_size(network),
        facts=facts,
    )


def _joint_network(encoding: Any, lexicon: attention_network.Lexicon | None, width: int) -> Any:
    import torch
    from torch import nn

    class Joint(nn.Module):
        """(codes (n, t), rows (n, w)) or either alone -> raw outputs (n, width)."""

        def __init__(self) -> None:
            super().__init__()
            self.reader = None if lexicon is None else attention_network.build_reader(lexicon.size, width, 32, 48)
            self.table = None if encoding is None else tabm_network.build_tabm(encoding, width, SHAPE)
            wide = (0 if self.reader is None else 32 + 2 * 48) + (0 if self.table is None else SHAPE.width)
            self.drop = nn.Dropout(0.2)
            self.last = nn.Linear(wide, width)

        def forward(self, *given: Any) -> Any:
            seen = [self.reader.features(given[0])] if self.reader is not None else []
            seen += [self.table.represent(given[-1])] if self.table is not None else []
            return self.last(self.drop(torch.cat(seen, dim=1)))

    made = Joint()
    for part in (made.reader, made.table):
        if part is not None:  # their own last layers are not asked
            setattr(part, "last" if part is made.reader else "head", nn.Identity())
    return made


def fit_late_fusion(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> ComposedModel:
    """Boosted trees on the columns and TF-IDF + linear on the texts, each by itself; their answers are weighed on
    training rows that neither had seen (out of fold) and on the inner validation rows."""
    output_spec, sorted_ = OutputSpec.from_dataset(train, task), split_columns(train.inputs)

    def one(settings: Mapping[str, Any], share: Budget) -> tuple[float, ComposedModel]:
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
    (train, valid), clock = parts, BudgetClock(budget.device)
    each = replace(budget, seconds=budget.seconds / (FOLDS + 1), configurations=1)

    def later(news: Progress) -> None:
        on_progress(replace(news, score=None, cpu_seconds=clock.cpu_seconds()))

    final = [make(train, valid, each, later) for make in sides]
    seen, truth = [[one.raw(valid.inputs)] for one in final], [target_of(valid)]
    for fold, held in enumerate(_inner_folds(train, budget.seed) if len(sides) > 1 else ()):
        if fold and clock.elapsed() > budget.seconds:
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
    facts: dict[str, Any] = {"device": "cpu", "notes": []}
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
    facts: dict[str, Any]


def _fusion_fits(
    sorted_: ColumnKinds, task: Task, output_spec: OutputSpec, settings: Mapping[str, Any]
) -> list[Callable[..., _FusedModel]]:
    def by_trees(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> _FusedModel:
        share = replace(budget, seconds=TREES_SHARE * budget.seconds)
        parts = (sorted_.without(train), sorted_.without(valid))
        grown = tree_model.fit_trees(parts, task, boosting.SPACE, share, on_progress, **settings)

        def raw(inputs: Any) -> np.ndarray:
            found = grown.boosted.raw(grown.encoded(inputs))
            return (found - output_spec.mean) / output_spec.scale if output_spec.form == "regression" else found

        stored = {"booster": np.frombuffer(bytes(grown.booster.save_raw("ubj")), dtype=np.uint8)}
        return _FusedModel("columns", raw, grown.parameters, stored, dict(grown.boosted.facts))

    def by_words(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> _FusedModel:
        share = replace(budget, seconds=(TEXT_SHARE - TREES_SHARE) * budget.seconds)
        model = fit_tfidf_model(sorted_.dataset(train), sorted_.dataset(valid), output_spec, share, on_progress)
        facts = {"terms": model.facts["terms"]}
        return _FusedModel(
            "texts", lambda inputs: map_unique(sorted_.said(inputs), model.raw_outputs), model.parameters,
            dict(model.arrays()), facts,
        )  # fmt: skip

    return [make for make, there in ((by_trees, sorted_.plain), (by_words, sorted_.texts)) if there]


def _inner_folds(train: Dataset, seed: int) -> Sequence[np.ndarray]:
    """Inner folds; rows of one group stay together."""
    draw = np.random.default_rng(seed)
    names, places = np.unique(np.arange(len(train)) if train.groups is None else train.groups, return_inverse=True)
    dealt = (draw.permutation(len(names)) % FOLDS)[places]
    return [held for held in (np.flatnonzero(dealt == fold) for fold in range(FOLDS)) if 0 < len(held) < len(train)]
