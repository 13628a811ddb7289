"""Sounds, deep and pretrained: two frozen sound encoders with a linear layer trained on top."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.image import efficientnet
from core.models.sound import pretrained_encoders
from core.models.sound.sound_network import default_masker, sample_rate
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task

SECONDS_PER_SOUND = 0.016


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs the runtime of its vendored parts."""
    return efficientnet.missing_packages("onnxruntime")


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds the sounds and fits logistic (or ridge) regression."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    rate = sample_rate(train)

    def features(inputs: Any) -> np.ndarray:
        return np.log1p(np.maximum(pretrained_encoders.embed_sounds(inputs, rate, budget.threads), 0.0))

    train, note = efficientnet.rows_within_seconds(train, SECONDS_PER_SOUND, 0.6 * budget.seconds, budget.seed)
    valid, _ = efficientnet.rows_within_seconds(valid, SECONDS_PER_SOUND, 0.2 * budget.seconds, budget.seed)
    own, held = (features(train.inputs), train.target), (features(valid.inputs), valid.target)
    head = heads.fit_linear(own, held, output_spec, budget.seconds, on_progress)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=default_masker(rate),
        arrays=lambda: {**head.arrays, **pretrained_encoders.model_arrays()},
        parameters=head.parameters + pretrained_encoders.PARAMETERS,
        facts={
            **head.facts,
            "kind": "SoundNet and speech embedding, frozen",
            "pretrained": True,
            "notes": [note] if note else [],
        },
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
    default=False,
    explainer="Shapley values over patches of time and pitch",
)
