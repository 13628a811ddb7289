"""Moving pictures, classical: pooled oriented gradients and histograms of block motion side by side, into an SVM."""

from __future__ import annotations

import numpy as np

from core.features.motion_features import FLOW_WIDTH, flow_features, gradient_widths, pooled_gradients
from core.models.composed_model import ComposedModel
from core.models.video.kernel_clips import ClipFeatures, fit_kernel_clips
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def _features(clips: np.ndarray) -> np.ndarray:
    return np.concatenate([pooled_gradients(clips), flow_features(clips)], axis=1)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Computes shapes and motion by hand and fits a Gaussian SVM on their principal components."""
    widths, kind = (*gradient_widths(train.inputs), FLOW_WIDTH), "pooled HOG and histograms of block motion"
    return fit_kernel_clips((train, valid), task, budget, on_progress, ClipFeatures(_features, widths, kind))


CONTESTANT = Contestant(
    key="video_hog_flow",
    title="HOG, block motion + SVM",
    family="classical",
    modalities=("video",),
    kinds=("classification", "regression"),
    about="What is seen, by edges pooled over the frames, beside how it moves, by histograms of block motion.",
    reference="Laptev, Marszalek, Schmid & Rozenfeld 2008",
    fit=fit,
    explainer="Shapley values over patches of place and time",
)
