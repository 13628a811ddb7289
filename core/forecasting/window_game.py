"""The game in which forecasts are explained: players are stretches of the past, the calendar and each covariate.

The values themselves are paid out by ``core.explain.shapley``, as for every other kind of data.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.explain import attribution
from core.explain.maskers import Masker
from core.panels import time_step, windows
from core.panels.panel_layout import PanelLayout
from core.schema import Attribution

PERMUTATIONS = 120
BACKGROUND = 10


@dataclass(frozen=True)
class Player:
    """A part of a window: its name and its cells as steps [start, stop) of some channels."""

    name: str
    start: int
    stop: int
    channels: tuple[int, ...]


def explained_step(layout: PanelLayout) -> int:
    """The step of the horizon that is explained, counted from 0: the middle one.

    Args:
        layout: of the windows.
    """
    return (layout.horizon - 1) // 2


def players(layout: PanelLayout) -> tuple[Player, ...]:
    """The parts of a window, which do not overlap.

    Args:
        layout: of the windows.

    Returns:
        Stretches of the past from the last value backwards (a season each where there is one), the calendar, and each
        covariate with its past and what is known of its future.
    """
    context, season = layout.context, layout.season
    cuts = [1, 4, 13] if season <= 1 else [1, max(2, season // 2), season, 2 * season]
    bounds = [0, *(cut for cut in dict.fromkeys(cuts) if cut < context), context]
    noun = layout.step.words
    made = []
    for near, far in itertools.pairwise(bounds):
        name = f"last {noun}" if far == 1 else f"{noun}s {near + 1} to {far} back"
        made.append(Player(name, context - far, context - near, (windows.VALUE,)))
    whole = context + layout.horizon
    calendar = tuple(number for number, name in enumerate(layout.channels) if name in time_step.PERIODS and number)
    if calendar:
        made.append(Player("calendar", 0, whole, calendar))
    others = [number for number in range(1, len(layout.channels)) if number not in calendar]
    return (*made, *(Player(layout.channels[number], 0, whole, (number,)) for number in others))


def window_masker(layout: PanelLayout, inputs: np.ndarray, background: np.ndarray) -> Masker:
    """The game over windows: an absent part has the cells of a background window.

    Args:
        layout: of the windows. inputs: to explain (n, ...). background: windows whose cells stand for absent parts.
    """
    own, other = np.asarray(inputs), np.asarray(background)[:BACKGROUND]
    parts = players(layout)
    # Cells of no part are unknown in every window: the values from the origin on.
    owner = np.zeros(own.shape[1:], dtype=int)
    for number, part in enumerate(parts):
        owner[part.start : part.stop, list(part.channels)] = number

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        return np.where(mask[:, owner], own[rows], other[background_index])

    every = np.arange(len(parts))
    return Masker(tuple(part.name for part in parts), len(own), len(other), build, lambda row: every)


def explain(
    margin: Callable[[np.ndarray], np.ndarray], layout: PanelLayout, inputs: np.ndarray, background: np.ndarray
) -> Attribution:  # fmt: skip
    """Shapley values of windows, exact for few parts and by permutations for more; each adds up to the margin.

    Args:
        margin: windows -> the number explained (n,). layout: of the windows. inputs: to explain (n, ...).
        background: windows whose cells stand for absent parts.

    Returns:
        The attribution; base + row sum = margin.
    """
    return attribution.attribute(margin, window_masker(layout, inputs, background), permutations=PERMUTATIONS)
