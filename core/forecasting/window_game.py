"""The game in which forecasts are explained: players are lags, stretches of the past, the calendar and each covariate.

The values themselves are paid out by ``core.explain.shapley``, as for every other kind of data; trees and networks have
ways of their own to the same players (``tree_attribution``, ``network_attribution``).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.explain import attribution
from core.explain.maskers import Masker
from core.panels import panel_layout, time_step, windows
from core.panels.panel_layout import PanelLayout
from core.schema import Attribution

PERMUTATIONS = 120
BACKGROUND = 10


@dataclass(frozen=True)
class Player:
    """A part of a window: its name, and its cells as steps of some channels."""

    name: str
    steps: tuple[int, ...]
    channels: tuple[int, ...]


def explained_step(layout: PanelLayout) -> int:
    """The step of the horizon that is explained unless another is asked for, counted from 0: the middle one.

    Args:
        layout: of the windows.
    """
    return panel_layout.middle_step(layout.horizon)


def players(layout: PanelLayout, step: int | None = None) -> tuple[Player, ...]:
    """The parts of a window, which do not overlap.

    Args:
        layout: of the windows. step: of the horizon that is explained, from 0; None for the middle one.

    Returns:
        The last value; the values whole seasons before the explained step; stretches of the rest of the past, from the
        latest backwards; the calendar; and each covariate with its past and what is known of its future.
    """
    step = explained_step(layout) if step is None else step
    made = _players_of_past(layout, step)
    whole = tuple(range(layout.context + layout.horizon))
    calendar = tuple(number for number, name in enumerate(layout.channels) if name in time_step.PERIODS and number)
    if calendar:
        made.append(Player("calendar", whole, calendar))
    others = [number for number in range(1, len(layout.channels)) if number not in calendar]
    return (*made, *(Player(layout.channels[number], whole, (number,)) for number in others))


def _players_of_past(layout: PanelLayout, step: int) -> list[Player]:
    """Parts of the past values; a value belongs to the first of them that claims it."""
    context, noun = layout.context, layout.step.words
    free = set(range(context))
    made: list[Player] = []

    def claim(name: str, steps: range) -> None:
        own = tuple(sorted(free.intersection(steps)))
        free.difference_update(own)
        if own:
            made.append(Player(name, own, (windows.VALUE,)))

    claim(f"last {noun}", range(context - 1, context))
    for season in sorted((one for one in layout.step.seasons if one < context), reverse=True):
        claim(f"same place, {season} {noun}s back and its multiples", range(context + step - season, -1, -season))
    season = layout.season
    cuts = [1, 4, 13] if season <= 1 else [1, max(2, season // 2), season, 2 * season]
    bounds = [*(cut for cut in dict.fromkeys(cuts) if cut < context), context]
    for near, far in itertools.pairwise(bounds):
        claim(f"{noun}s {near + 1} to {far} back", range(context - far, context - near))
    return made


def spread_background(background: np.ndarray) -> np.ndarray:
    """The background windows that stand for absent parts: few, spread over those given, which stand in order of time.

    Args:
        background: windows (b, ...).
    """
    given = np.asarray(background)
    return given[np.unique(np.linspace(0, len(given) - 1, min(BACKGROUND, len(given))).round().astype(int))]


def window_masker(
    layout: PanelLayout, inputs: np.ndarray, background: np.ndarray, step: int | None = None
) -> Masker:  # fmt: skip
    """The game over windows: an absent part has the cells of a background window.

    Args:
        layout: of the windows. inputs: to explain (n, ...). background: windows whose cells stand for absent parts.
        step: of the horizon that is explained, from 0; None for the middle one.
    """
    own, other = np.asarray(inputs), spread_background(background)
    parts = players(layout, step)
    # Cells of no part are unknown in every window: the values from the origin on.
    owner = np.zeros(own.shape[1:], dtype=int)
    for number, part in enumerate(parts):
        owner[np.ix_(part.steps, part.channels)] = number

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        return np.where(mask[:, owner], own[rows], other[background_index])

    every = np.arange(len(parts))
    return Masker(tuple(part.name for part in parts), len(own), len(other), build, lambda row: every)


def explain(margin: Callable[[np.ndarray], np.ndarray], masker: Masker) -> Attribution:
    """Shapley values of windows, exact for few parts and by permutations for more; each adds up to the margin.

    Args:
        margin: windows -> the number explained (n,). masker: of ``window_masker``.

    Returns:
        The attribution; base + row sum = margin.
    """
    return attribution.attribute(margin, masker, permutations=PERMUTATIONS)
