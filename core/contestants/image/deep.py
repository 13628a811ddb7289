"""Pictures, deep: a small residual network trained from scratch on augmented batches."""

from __future__ import annotations

from core.models.image.image_network import fit_image_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Trains the network with one cycle, label smoothing and early stopping on the inner validation rows."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    return fit_image_network(train, valid, output_spec, budget, on_progress).model()


CONTESTANT = Contestant(
    key="image_deep",
    title="Residual network",
    family="deep",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="A small residual convolutional network from scratch: augmentation, one-cycle schedule, label smoothing.",
    reference="He et al. 2016; Smith & Topin 2018",
    fit=fit,
    explainer="Shapley values over picture patches",
)
