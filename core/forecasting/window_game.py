"""The game in which forecasts are explained: players are stretches of the past, the calendar and each covariate.

Reference: Castro, Gomez & Tejada 2009 (Shapley values by permutations, each with its reverse: Mitchell et al. 2022).
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.panels import time_step, windows
from core.panels.panel_layout import PanelLayout
from core.schema import Attribution

PERMUTATIONS = 6
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


def explain(
    margin: Callable[[np.ndarray], np.ndarray], layout: PanelLayout, inputs: np.ndarray, background: np.ndarray
) -> Attribution:  # fmt: skip
    """Shapley values of windows by permutations and their reverses; each adds up to the margin exactly.

    Args:
        margin: windows -> the number explained (n,). layout: of the windows. inputs: to explain (n, ...).
        background: windows whose cells stand for absent parts.

    Returns:
        The attribution; base + row sum = margin.
    """
    began = time.perf_counter()
    parts, inputs, background = players(layout), np.asarray(inputs), np.asarray(background)[:BACKGROUND]
    rng = np.random.default_rng(5)
    orders = [rng.permutation(len(parts)) for _ in range(PERMUTATIONS)]
    orders += [order[::-1] for order in orders]
    own, base = margin(inputs), float(margin(background).mean())
    values = np.zeros((len(inputs), len(parts)))
    for row, window in enumerate(inputs):
        for order in orders:
            mixed = [background]
            for number in order:
                mixed.append(_with_part(mixed[-1], window, parts[number]))
            told = margin(np.concatenate(mixed)).reshape(len(mixed), len(background)).mean(axis=1)
            values[row, order] += np.diff(told) / len(orders)
    error = np.abs(own - base - values.sum(axis=1)).mean() / max(float(own.std()), 1e-12)
    seconds = (time.perf_counter() - began) / max(len(inputs), 1)
    names, method = tuple(part.name for part in parts), "Shapley values by permutations"
    return Attribution(names, values, np.full(len(inputs), base), method, own, None, float(error), seconds)


def _with_part(windows_: np.ndarray, window: np.ndarray, part: Player) -> np.ndarray:
    """Windows (b, ...) in which one part has the values of the explained window."""
    made = windows_.copy()
    for channel in part.channels:
        made[:, part.start : part.stop, channel] = window[part.start : part.stop, channel]
    return made
