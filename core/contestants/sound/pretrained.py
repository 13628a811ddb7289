"""Sounds, deep and pretrained: two frozen sound encoders with a linear layer trained on top."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.encoders import pretrained_encoders
from core.encoders.frozen_sounds import ENCODER, embed_inputs, seconds_per_sound, unsupported_reason
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.sound.sound_network import default_masker, sample_rate
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Inputs, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds the sounds and fits logistic (or ridge) regression."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    rate = sample_rate(train)
    encoding = replace(budget, encoding=rate)

    def features(inputs: Inputs) -> np.ndarray:
        return embed_inputs(inputs, encoding)

    own, held = (
        heads.LabelledRows(embed_inputs(part.inputs, encoding, on_progress), part.target) for part in (train, valid)
    )
    head = heads.fit_linear(own, held, output_spec, budget.seconds, on_progress)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=default_masker(rate),
        arrays=lambda: {**head.arrays, **pretrained_encoders.model_arrays()},
        parameters=head.parameters + pretrained_encoders.PARAMETERS,
        answer_seconds=seconds_per_sound(train.inputs, rate),
        facts={**head.facts, "kind": "SoundNet and speech embedding, frozen", "pretrained": True},
    )


CONTESTANT = Contestant(
    key="sound_pretrained",
    title="SoundNet + speech embedding (pretrained)",
    family="deep",
    modalities=("sound",),
    kinds=("classification", "regression"),
    about="Two frozen encoders, of sounds in videos and of speech; only a linear layer is trained here.",
    reference="Aytar, Vondrick & Torralba 2016; Lin et al. 2020",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over patches of time and pitch",
)
