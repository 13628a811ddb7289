"""Captum on forecasting networks: the window's own values in, the median at one step in the unit of the values out.

The scale of each window is part of the network that is explained, so that what a value does to the scale counts too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.explain.attribution import with_completeness
from core.explain.captum_network import attribute_network
from core.forecasting import network_inputs, window_game
from core.forecasting.network_inputs import CovariateScale
from core.forecasting.tree_features import LEVEL_STEPS, ScaleRule
from core.panels import seasonal_naive, windows
from core.panels.panel_layout import MEDIAN, PanelLayout
from core.schema import Attribution

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class NetworkAttribution:
    """The explanation of a network. rule, covariates: as it was trained with."""

    network: torch.nn.Module
    layout: PanelLayout
    rule: ScaleRule
    covariates: CovariateScale

    def explain(
        self, margin: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray, background: np.ndarray, step: int
    ) -> Attribution:
        """What each part of a window adds to the median at one step.

        Args:
            margin: windows -> the median at that step (n,). inputs: to explain. background: windows that stand for
                absent parts. step: of the horizon, from 0.
        """
        given, others = np.asarray(inputs), window_game.spread_background(background)
        module = median_network(self.network, self.layout, self.rule, step)
        found = attribute_network(module, self._cells(given), self._cells(others), self._owners(step))
        names = [part.name for part in window_game.players(self.layout, step)]
        values = np.zeros((len(given), len(names)))
        values[:, [names.index(part) for part in found.parts]] = found.values
        base = np.full(len(given), float(margin(others).mean()))
        made = replace(found, parts=tuple(names), values=values, base_value=base, margin=margin(given))
        return with_completeness(made)

    def _cells(self, inputs: np.ndarray) -> np.ndarray:
        """Past values without gaps, and what is known beside them as the network takes it: (n, context + known)."""
        past = seasonal_naive.fill_forward(windows.past_values(inputs, self.layout))
        seen = network_inputs.make_inputs(inputs, self.layout, self.rule, self.covariates)
        return np.concatenate([past, seen.known], axis=1)

    def _owners(self, step: int) -> list[str]:
        """The part of the window that each cell belongs to."""
        parts = window_game.players(self.layout, step)
        past = {at: part.name for part in parts if part.channels == (windows.VALUE,) for at in part.steps}
        names = {channel: part.name for part in parts for channel in part.channels if channel != windows.VALUE}
        known = [names.get(channel, parts[0].name) for channel in network_inputs.known_channels(self.layout)]
        return [*(past[at] for at in range(self.layout.context)), *known]


def median_network(network: torch.nn.Module, layout: PanelLayout, rule: ScaleRule, step: int) -> torch.nn.Module:
    """A network on past values in their own unit and on what is known beside; it gives the median at one step (n,).

    Args:
        network: takes scaled past and known. layout: of windows. rule: of scaling. step: of the horizon, from 0.
    """
    import torch

    span = layout.season if 2 <= layout.season <= layout.context else LEVEL_STEPS
    middle = network_inputs.centre_steps(layout)

    class MedianNetwork(torch.nn.Module):
        """Scaling, the network, the median among its quantiles, and back to the unit of the values."""

        def __init__(self) -> None:
            super().__init__()
            self.inside = network

        def forward(self, cells: torch.Tensor) -> torch.Tensor:
            past, known = cells[:, : layout.context], cells[:, layout.context :]
            level = past[:, -span:].mean(dim=1, keepdim=True)
            if rule.positive:
                level = level.clamp(min=rule.floor)
                size = torch.ones_like(level)
                numbers = torch.log1p(past.clamp(min=0.0) / level)
            else:
                size = (past[:, -2 * span :] - level).abs().mean(dim=1, keepdim=True).clamp(min=rule.floor)
                numbers = (past - level) / size
            centre = numbers[:, -middle:].mean(dim=1, keepdim=True)
            spread = numbers.std(dim=1, keepdim=True, correction=0) + network_inputs.SPREAD_FLOOR
            told = self.inside((numbers - centre) / spread, known)[:, step].sort(dim=1).values[:, MEDIAN]
            found = told * spread[:, 0] + centre[:, 0]
            if rule.positive:
                return (torch.expm1(found.clamp(-20.0, 20.0)) * level[:, 0]).clamp(min=0.0)
            values = found * size[:, 0] + level[:, 0]
            return torch.where((past < 0).any(dim=1), values, values.clamp(min=0.0))

    return MedianNetwork().eval()
