"""Pictures, deep: a small residual network trained from scratch on augmented batches."""

from __future__ import annotations

from core.models.image.network_model import image_network
from core.models.training import output_spec as answers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: ProgressCallback):
    """Trains the network with one cycle, label smoothing and early stopping on the inner validation rows."""
    answer = answers.fit(task.form, train.target, len(train.labels))
    return image_network(train, valid, answer, budget, tell).model()


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
