"""Sounds, classical: MFCC and other figures of the spectrum into a support vector machine."""

from __future__ import annotations

from core.features.audio_features import sound_features
from core.features.standardisation import fit_standardisation
from core.features.torch_modules import audio
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.sound.sound_network import default_masker, sample_rate
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Computes the figures and fits a Gaussian SVM, calibrated on the inner validation rows."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    rate, length = sample_rate(train), train.inputs.shape[1]
    scale = fit_standardisation(sound_features(train.inputs, rate))
    scales = scale.arrays()

    def features(inputs):
        return scale(sound_features(inputs, rate))

    own, held = (features(train.inputs), train.target), (features(valid.inputs), valid.target)
    head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=default_masker(rate),
        arrays=lambda: {**scales, **head.arrays},
        parameters=head.parameters,
        facts={**head.facts, "kind": "MFCC and spectral figures"},
        portable=lambda: export_routes.routes_of_features(
            lambda: audio.feature_module(length, rate), lambda inputs: sound_features(inputs, rate), head, scales=scales
        ),
    )


CONTESTANT = Contestant(
    key="sound_svm",
    title="MFCC + SVM",
    family="classical",
    modalities=("sound",),
    kinds=("classification", "regression"),
    about="Means, spreads and extremes of MFCC, loudness, brightness and decay, then a support vector machine.",
    reference="Davis & Mermelstein 1980; Cortes & Vapnik 1995",
    fit=fit,
    explainer="Shapley values over patches of time and pitch",
)
