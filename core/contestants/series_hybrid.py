"""Series, hybrid: what a small trained network sees, beside figures of the window, into a support vector machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.tools import answers, heads
from core.tools.assembled import Assembled, network_arrays, network_size
from core.tools.clock import Clock
from core.tools.fittedseries import players, series_network
from core.tools.heads.scaled import standardised
from core.tools.portable import ends, parts, stretches, ways
from core.tools.windows import window_features
from core.vocabulary import Budget, Contestant, Dataset, Task, Tell

NETWORK_SHARE = 0.75


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: Tell) -> Assembled:
    """Trains the network for three quarters of the time, then an SVM on its features and the figures."""
    answer = answers.fit(task.form, train.target, len(train.labels))
    clock = Clock(budget.device)
    fitted = series_network(train, valid, answer, replace(budget, seconds=NETWORK_SHARE * budget.seconds), tell)
    scale, scales = standardised(window_features(train.inputs))

    def features(inputs: Any) -> np.ndarray:
        return np.concatenate([fitted.features(inputs), scale(window_features(inputs))], axis=1)

    shape = train.inputs.shape[1:]

    def front() -> Any:
        return parts.joined(
            [fitted.front(), parts.chain(stretches.features(*shape), ends.scaling(scales["middle"], scales["scale"]))]
        )

    own, held = (features(train.inputs), train.target), (features(valid.inputs), valid.target)
    wide, figures = own[0].shape[1], len(scales["scale"])
    left = replace(budget, seconds=max(budget.seconds - clock.spent(), 0.5))
    head = heads.kernel(own, held, answer, left, tell, (wide - figures, figures))
    return Assembled(
        raw=lambda inputs: head.raw(features(inputs)),
        answer=answer,
        players=players,
        arrays=lambda: {**network_arrays(fitted.network), **scales, **head.arrays},
        parameters=network_size(fitted.network) + head.parameters,
        facts={**fitted.facts, **head.facts, "kind": "network features and figures of windows"},
        portable=lambda: ways.on_features(front, features, head, "hybrid"),
    )


CONTESTANT = Contestant(
    key="series_hybrid",
    title="Network features + figures + SVM",
    family="hybrid",
    modalities=("series",),
    kinds=("classification", "regression"),
    about="The last hidden layer of a temporal network trained here, beside figures of the window, into an SVM.",
    reference="Razavian et al. 2014",
    fit=fit,
    explainer="Shapley values over stretches of time in each channel",
)
