"""Pictures, hybrid: what a small trained network sees, beside HOG and colour, into a support vector machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.tools import answers, heads
from core.tools.assembled import Assembled, network_arrays, network_size
from core.tools.clock import Clock
from core.tools.explain.players import patches
from core.tools.fittedimage import image_network
from core.tools.picturefeatures import picture_features, widths
from core.tools.portable import parts, pixels, ways
from core.vocabulary import Budget, Contestant, Dataset, Task, Tell

NETWORK_SHARE = 0.75


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: Tell) -> Assembled:
    """Trains the network for three quarters of the time, then an SVM on its features and the classical ones."""
    clock = Clock(budget.device)
    answer = answers.fit(task.form, train.target, len(train.labels))
    fitted = image_network(train, valid, answer, replace(budget, seconds=NETWORK_SHARE * budget.seconds), tell)

    def features(pictures: np.ndarray) -> np.ndarray:
        return np.concatenate([fitted.features(pictures), picture_features(pictures)], axis=1)

    shape = train.inputs.shape[1:]

    def front() -> Any:
        return parts.joined([fitted.front(), pixels.features(shape)])

    own, held = features(train.inputs), features(valid.inputs)
    classical = widths(train.inputs)
    left = replace(budget, seconds=max(budget.seconds - clock.spent(), 0.5))
    blocks = (own.shape[1] - sum(classical), *classical)
    head = heads.kernel((own, train.target), (held, valid.target), answer, left, tell, blocks)
    return Assembled(
        raw=lambda inputs: head.raw(features(inputs)),
        answer=answer,
        players=lambda inputs, background: patches(inputs, background, 5),
        arrays=lambda: {**network_arrays(fitted.network), **head.arrays},
        parameters=network_size(fitted.network) + head.parameters,
        facts={**fitted.facts, **head.facts, "kind": "network features, HOG and colour"},
        portable=lambda: ways.on_features(front, features, head, "hybrid"),
    )


CONTESTANT = Contestant(
    key="image_hybrid",
    title="Network features + SVM",
    family="hybrid",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="The last hidden layer of a small network trained here, beside HOG and colour, into an SVM.",
    reference="Razavian et al. 2014",
    fit=fit,
    explainer="Shapley values over picture patches",
)
