"""Moving pictures, classical: where blocks of pixels move to, in histograms, into a support vector machine."""

from __future__ import annotations

from core.features.motion_features import FLOW_WIDTH, flow_features
from core.models.composed_model import ComposedModel
from core.models.video.kernel_clips import ClipFeatures, fit_kernel_clips
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Matches blocks from frame to frame and fits a Gaussian SVM on the directions they move in."""
    kind = "histograms of block motion"
    return fit_kernel_clips((train, valid), task, budget, on_progress, ClipFeatures(flow_features, (FLOW_WIDTH,), kind))


CONTESTANT = Contestant(
    key="video_flow",
    title="Block motion + SVM",
    family="classical",
    modalities=("video",),
    kinds=("classification", "regression"),
    about="Where blocks of pixels move to from frame to frame, as histograms of directions; it sees no shapes.",
    reference="Jain & Jain 1981; Laptev et al. 2008; Cortes & Vapnik 1995",
    fit=fit,
    default=False,
    explainer="Shapley values over patches of place and time",
)
