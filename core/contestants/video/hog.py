"""Moving pictures, classical: oriented gradients pooled over the frames, into a support vector machine."""

from __future__ import annotations

from core.features.motion_features import gradient_widths, pooled_gradients
from core.models.composed_model import ComposedModel
from core.models.video.kernel_clips import ClipFeatures, fit_kernel_clips
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Computes HOG of six frames, their mean and their change over the clip, and fits a Gaussian SVM."""
    widths, kind = gradient_widths(train.inputs), "HOG pooled over the frames, and its change"
    return fit_kernel_clips((train, valid), task, budget, on_progress, ClipFeatures(pooled_gradients, widths, kind))


CONTESTANT = Contestant(
    key="video_hog",
    title="Pooled HOG + SVM",
    family="classical",
    modalities=("video",),
    kinds=("classification", "regression"),
    about="Edges by direction in six frames: their mean, and what changes from the first third to the last.",
    reference="Dalal & Triggs 2005; Cortes & Vapnik 1995",
    fit=fit,
    explainer="Shapley values over patches of place and time",
)
