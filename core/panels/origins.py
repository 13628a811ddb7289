"""Rolling origins: how many test windows, side by side, a past has room for, and the horizon that this suggests.

Reference: Tashman 2000, "Out-of-sample tests of forecasting accuracy" (rolling origins).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.panels.panel_layout import PanelLayout
from core.schema import Dataset, LoadError, Plan

MOST_ORIGINS = 8
FEWEST_ORIGINS = 5
# The shortest past before the first origin: so many horizons, and so many steps.
PAST_HORIZONS, PAST_STEPS = 3, 8
# Of the ends of windows before an origin, the latest that judge.
VALID_SHARE = 0.1


@dataclass(frozen=True)
class OriginRows:
    """Rows of the windows on each side of one origin, int (m,), and the seed of its fits."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    seed: int


def possible_origins(length: int, horizon: int) -> int:
    """How many test windows of ``horizon`` steps, side by side, the end of a past of ``length`` steps has room for.

    Args:
        length: steps with recorded values. horizon: steps ahead.

    Returns:
        0 to ``MOST_ORIGINS``.
    """
    least = max(PAST_HORIZONS * horizon, 2 * horizon + PAST_STEPS)
    return int(max(0, min(MOST_ORIGINS, (length - least) // max(horizon, 1))))


def suggest_horizon(length: int, usual: int) -> int:
    """The usual horizon, or the longest one below it of which five test windows fit.

    Args:
        length: steps with recorded values. usual: of the step of time.
    """
    for horizon in range(usual, 0, -1):
        if possible_origins(length, horizon) >= FEWEST_ORIGINS:
            return horizon
    return 1


def origin_rows(dataset: Dataset, plan: Plan) -> list[OriginRows]:
    """The rows of one origin each, the latest first: all windows whose values ended before it, then its own window.

    Training windows end, values foretold included, before the first validation window begins to be foretold, and those
    of validation before the origin. Every origin tests all series.

    Args:
        dataset: windows as ``core.panels.windows`` makes them. plan: folds times repeats origins are wished for.

    Raises:
        LoadError: the past is too short for one origin.
    """
    layout = PanelLayout.from_facts(dataset.facts)
    ends = np.asarray(dataset.order, dtype=np.int64)
    count = min(possible_origins(layout.length, layout.horizon), max(1, plan.folds * plan.repeats))
    made = []
    for place in range(1, count + 1):
        origin = layout.length - place * layout.horizon
        seed = int(np.random.default_rng((plan.seed, place)).integers(2**31))
        made.append(_split_at(ends, origin, layout.horizon, seed))
    if not made:
        raise LoadError(
            f"{layout.length} steps are too few to test a horizon of {layout.horizon}.", dataset.name,
            "Choose a shorter horizon or upload a longer past.",
        )  # fmt: skip
    return made


def latest_rows(dataset: Dataset, seed: int) -> OriginRows:
    """The rows of the end of the data: every window whose outcome is recorded teaches or judges.

    Args:
        dataset: windows as ``core.panels.windows`` makes them. seed: of the fit.

    Returns:
        The windows that ask beyond the data stand as its test.
    """
    layout = PanelLayout.from_facts(dataset.facts)
    return _split_at(np.asarray(dataset.order, dtype=np.int64), layout.length, layout.horizon, seed)


def _split_at(ends: np.ndarray, origin: int, horizon: int, seed: int) -> OriginRows:
    """The rows of one origin."""
    past = np.unique(ends[ends <= origin - horizon])
    held = max(1, round(VALID_SHARE * len(past)))
    first = past[-held]
    before = past[past <= first - horizon]
    # A short past has no room for both: the last of its windows judge, and the others teach.
    before = before if len(before) else past[:-1] if len(past) > 1 else past
    train = np.flatnonzero(ends <= before[-1])
    valid = np.flatnonzero((ends >= first) & (ends <= origin - horizon))
    test = np.flatnonzero(ends == origin)
    return OriginRows(train, valid, test, seed)
