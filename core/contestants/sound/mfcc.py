"""Sounds, classical: MFCC and other figures of the spectrum into gradient-boosted trees."""

from __future__ import annotations

from core.features.audio_features import sound_features
from core.features.torch_modules import audio
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.sound.sound_network import default_masker, sample_rate
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Computes the figures and boosts trees with early stopping on the inner validation rows."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    rate, length = sample_rate(train), train.inputs.shape[1]
    own = (sound_features(train.inputs, rate), train.target)
    held = (sound_features(valid.inputs, rate), valid.target)
    head = heads.fit_boosted_trees(own, held, output_spec, budget, on_progress)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(sound_features(inputs, rate)),
        output_spec=output_spec,
        masker=default_masker(rate),
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts={**head.facts, "kind": "MFCC and spectral figures"},
        portable=lambda: export_routes.routes_of_features(
            lambda: audio.feature_module(length, rate), lambda inputs: sound_features(inputs, rate), head
        ),
    )


CONTESTANT = Contestant(
    key="sound_mfcc",
    title="MFCC + boosted trees",
    family="classical",
    modalities=("sound",),
    kinds=("classification", "regression"),
    about="Means, spreads and extremes of MFCC, loudness, brightness and decay, then gradient-boosted trees.",
    reference="Davis & Mermelstein 1980; Chen & Guestrin 2016",
    fit=fit,
    default=False,
    explainer="Shapley values over patches of time and pitch",
)
