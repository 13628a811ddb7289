"""Texts, hybrid: a network's evidence and that of weighted word counts, weighed on the inner validation rows."""

from __future__ import annotations

from dataclasses import replace

from core.explain.text_masking import Scorer, TokenOwners
from core.models import heads
from core.models.composed_model import ComposedModel, network_size
from core.models.onnx import export_routes
from core.models.text.text_network import fit_text_network
from core.models.text.tfidf_models import default_masker, fast_masker, fit_tfidf_parts
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Progress, ProgressCallback, Task
from core.workers.work_clock import WorkClock

NETWORK_SHARE = 0.6


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Fits both on the training rows, then two weights (and for two classes a shift) on the validation rows."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    clock = WorkClock(budget.device)
    fitted = fit_text_network(
        train, valid, output_spec, replace(budget, seconds=NETWORK_SHARE * budget.seconds), on_progress
    )
    left = replace(budget, seconds=(1 - NETWORK_SHARE) * budget.seconds)
    counted, prepare = fit_tfidf_parts(train, valid, output_spec, left, on_progress)
    held = [fitted.raw(valid.inputs), counted.raw_outputs(valid.inputs)]
    join, weights = heads.fit_blend(held, valid.target, output_spec)
    gain = output_spec.skill(output_spec.to_predictions(join(held)), valid.target) if len(valid) else None
    on_progress(Progress("fit", 1, 1, score=gain, cpu_seconds=clock.cpu_seconds()))

    def together(tokens: TokenOwners) -> Scorer:
        sides = (fitted.prepare(tokens), prepare(tokens))
        return lambda asked: join([side(asked) for side in sides])

    few = list(valid.inputs[:1])
    facts = {"weight_of_network": float(weights[0]), "weight_of_counts": float(weights[1])}
    return ComposedModel(
        raw_outputs=lambda inputs: join([fitted.raw(inputs), counted.raw_outputs(inputs)]),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {**fitted.arrays(), **counted.arrays(), "blend": weights},
        parameters=network_size(fitted.network) + counted.parameters + len(weights),
        facts={**fitted.facts, **counted.facts, **facts, "kind": "network and TF-IDF, weighed"},
        fast_masker=fast_masker(output_spec, together),
        portable=lambda: export_routes.routes_of_blend(
            [one.portable()[0] for one in (fitted.model(), counted)],  # type: ignore[misc]
            few,
            weights,
        ),
    )


CONTESTANT = Contestant(
    key="text_hybrid",
    title="Network + TF-IDF",
    family="hybrid",
    modalities=("text",),
    kinds=("classification", "regression"),
    about="The log-odds of a small network and of TF-IDF + logistic, weighed on held-out rows.",
    reference="Wolpert 1992 (stacking); Kim 2014",
    fit=fit,
    default=False,
    explainer="Shapley values over words",
)
