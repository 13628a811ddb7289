"""Sounds, hybrid and pretrained: frozen sound vectors beside MFCC figures into a support vector machine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.encoders import pretrained_encoders
from core.encoders.frozen_sounds import ENCODER, embed_inputs, seconds_per_sound, unsupported_reason
from core.features.audio_features import sound_features
from core.features.standardisation import fit_standardisation
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.sound.sound_network import default_masker, sample_rate
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds the sounds, puts MFCC figures beside the vectors, and fits a Gaussian SVM."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    rate = sample_rate(train)
    encoding = replace(budget, encoding=rate)
    blocks = (pretrained_encoders.DIMENSIONS, sound_features(train.inputs[:1], rate).shape[1])

    def joined(inputs: np.ndarray) -> np.ndarray:
        return np.concatenate([embed_inputs(inputs, encoding), sound_features(inputs, rate)], axis=1)

    embed_inputs(train.inputs, encoding, on_progress)
    own = joined(train.inputs)
    scale = fit_standardisation(own)
    head = heads.fit_kernel_svm(
        (scale(own), train.target),
        (scale(joined(valid.inputs)), valid.target),
        output_spec,
        budget,
        on_progress,
        blocks,
    )
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(scale(joined(inputs))),
        output_spec=output_spec,
        masker=default_masker(rate),
        arrays=lambda: {**scale.arrays(), **head.arrays, **pretrained_encoders.model_arrays()},
        parameters=head.parameters + pretrained_encoders.PARAMETERS,
        answer_seconds=seconds_per_sound(train.inputs, rate),
        facts={**head.facts, "kind": "SoundNet, speech embedding and MFCC", "pretrained": True},
    )


CONTESTANT = Contestant(
    key="sound_pretrained_hybrid",
    title="Sound embeddings + MFCC + SVM (pretrained)",
    family="hybrid",
    modalities=("sound",),
    kinds=("classification", "regression"),
    about="Vectors of two frozen encoders beside MFCC figures, into a support vector machine.",
    reference="Razavian et al. 2014; Aytar, Vondrick & Torralba 2016; Lin et al. 2020",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over patches of time and pitch",
)
