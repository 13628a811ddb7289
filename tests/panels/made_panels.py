"""Panels with a known truth, made for tests."""

from __future__ import annotations

import numpy as np

from core.panels import time_step
from core.panels.panel_layout import PanelLayout
from core.panels.panel_table import panel_dataset
from core.schema import Dataset


def weekly(series: int = 4, steps: int = 80, horizon: int = 4, covariates: int = 0, seed: int = 0) -> Dataset:
    """A panel of weekly amounts: a level, a slow wave and noise; covariates are noise."""
    draw = np.random.default_rng(seed)
    level = draw.uniform(20, 60, series)
    wave = 5 * np.sin(np.arange(steps)[:, None] / 6 + draw.uniform(0, 6, series))
    values = level + wave + draw.normal(0, 3, (steps, series))
    cube = np.concatenate([values[:, :, None], draw.normal(size=(steps, series, covariates))], axis=2)
    names = ("units", *(f"x{number}" for number in range(covariates)))
    layout = PanelLayout(
        "units", time_step.make_step("week"), "2024-01-07", steps, horizon,
        series=tuple(f"s{number}" for number in range(series)), channels=names,
    )  # fmt: skip
    return panel_dataset(cube, layout, "made up")
