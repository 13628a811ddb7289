"""Trees on what a network leaves: the network learns from earlier windows, the trees from its errors on later ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.forecasting import forecaster, network_layers, quantile_networks, quantile_trees, tree_features
from core.forecasting.forecaster import Forecaster
from core.forecasting.tree_features import StepRows, WindowScale
from core.panels.panel_layout import MEDIAN, PanelLayout
from core.schema import Budget, Dataset, ProgressCallback
from core.workers.work_clock import WorkClock

# Of the ends of training windows, the earlier ones teach the network; of the budget, its share.
EARLY_SHARE, NETWORK_SHARE = 0.6, 0.4
INNER_SHARE = 0.1


def fit_hybrid(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """A linear network on the earlier windows, under trees grown on its errors on the later ones.

    Nothing that the network is trained on overlaps with what the trees learn its errors from.

    Args:
        train, valid: windows before the origin. budget: reference seconds, seed, device and threads.
        on_progress: told every epoch and every few rounds.

    Raises:
        ValueError: the windows lie too close together to be parted.
    """
    layout, clock = forecaster.layout_of(train), WorkClock()
    early, inner, late = part_by_time(train, layout)
    share = replace(budget, seconds=NETWORK_SHARE * budget.seconds)
    network = quantile_networks.train_network(network_layers.linear_network, early, inner, share, on_progress)

    def features(inputs: np.ndarray, layout: PanelLayout, scale: WindowScale) -> StepRows:
        told = scale.scaled(network.predict(inputs))
        made = tree_features.make_rows(inputs, layout, scale)
        middle = told[:, :, MEDIAN]
        spread = told[:, :, MEDIAN + 4] - told[:, :, MEDIAN - 4]
        beside = np.stack([middle, spread], axis=2).astype(np.float32)
        return StepRows(np.concatenate([made, beside], axis=2), middle)

    left = clock.left(budget.seconds, 0.3 * budget.seconds)
    trees = quantile_trees.fit_trees(late, valid, replace(budget, seconds=left), on_progress, features)
    facts = {
        **trees.facts, "kind": "boosted trees on what a linear network leaves", "network": network.describe(),
        "windows_of_network": len(early), "windows_of_trees": len(late),
    }  # fmt: skip
    size = trees.parameters + network.parameters
    return Forecaster(layout, trees.answer, size, network.arrays, facts, trees.blobs, trees.stretch, trees.explainer)


def part_by_time(train: Dataset, layout: PanelLayout) -> tuple[Dataset, Dataset, Dataset]:
    """Windows to train a network on, to stop it by, and to learn its errors from, in order of time and apart from each
    other by a horizon.

    Args:
        train: windows before the origin. layout: of them.

    Raises:
        ValueError: the windows lie too close together to be parted.
    """
    ends = np.asarray(train.order, dtype=np.int64)
    every = np.unique(ends)
    cut = every[min(len(every) - 1, round(EARLY_SHARE * len(every)))]
    before = every[every <= cut - layout.horizon]
    held = max(1, round(INNER_SHARE * len(before)))
    if len(before) < 3 or not (every <= before[-held] - layout.horizon).any():
        raise ValueError("the past is too short to part it between a network and trees")
    early = np.flatnonzero(ends <= before[-held] - layout.horizon)
    inner = np.flatnonzero((ends >= before[-held]) & (ends <= before[-1]))
    return train.take(early), train.take(inner), train.take(np.flatnonzero(ends >= cut))
