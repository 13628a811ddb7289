"""Series, classical: thousands of fixed convolution kernels into a linear model (MiniRocket)."""

from __future__ import annotations

from core.features.window_features import fit_minirocket
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.series.series_networks import default_masker, fit_scaler
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Takes biases from training windows and fits logistic (or ridge) regression on the shares."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    scale = fit_scaler(train.inputs)
    kernels = fit_minirocket(scale(train.inputs), budget.seed)
    own, held = (
        heads.LabelledRows(kernels.transform(scale(train.inputs)), train.target),
        heads.LabelledRows(kernels.transform(scale(valid.inputs)), valid.target),
    )
    head = heads.fit_linear(own, held, output_spec, budget.seconds, on_progress)
    stored = {
        "dilations": kernels.dilations,
        "triples": kernels.triples,
        "taps": kernels.channels,
        "biases": kernels.bias,
    }
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(kernels.transform(scale(inputs))),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {**stored, **scale.arrays(), **head.arrays},
        parameters=head.parameters + len(kernels.bias),
        facts={**head.facts, "kind": "fixed convolution kernels", "kernels": len(kernels.bias)},
        portable=lambda: export_routes.routes_outside_graph(lambda inputs: kernels.transform(scale(inputs)), head),
    )


CONTESTANT = Contestant(
    key="series_kernels",
    title="Convolution kernels + logistic",
    family="classical",
    modalities=("series",),
    kinds=("classification", "regression", "anomaly"),
    about="Two thousand fixed kernels; the share of positions where each exceeds its bias; a linear model.",
    reference="Dempster, Schmidt & Webb 2021",
    fit=fit,
    default=False,
    explainer="Shapley values over stretches of time in each channel",
)
