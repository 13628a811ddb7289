"""What a reader of series is told about them: gaps, longer steps, series that have ended, values after today."""

from __future__ import annotations

import numpy as np

from core.panels import time_step
from core.panels.panel_layout import PanelLayout
from core.panels.time_step import TimeStep
from core.wording import count_of

# A series has longer steps than the others where so many values show it, and so large a share of their distances.
FEWEST_COARSE, COARSE_SHARE = 5, 0.9
# Steps within one table are mixed where so many distances, and so large a share of them, are one longer step.
FEWEST_MIXED, MIXED_SHARE = 8, 0.1


def describe_panel(past: np.ndarray, layout: PanelLayout) -> list[str]:
    """Every word on a panel of values.

    Args:
        past: float (steps, series), NaN where unknown. layout: of the panel.
    """
    step, horizon = layout.step, layout.horizon
    said = [*describe_coarse(past, step), *describe_gaps(past, step), *describe_ended(past, horizon, step)]
    said += describe_future(layout.start, step, layout.length)
    if horizon < step.horizon:
        noun = step.key if step.every == 1 else "step"
        said.append(f"The horizon is {count_of(horizon, noun)} rather than {step.horizon}: so five test windows fit.")
    return said


def describe_ended(values: np.ndarray, horizon: int, step: TimeStep) -> list[str]:
    """Words on series without a value in the latest steps, which are foretold all the same.

    Args:
        values: float (steps, series), NaN where unknown. horizon: steps ahead. step: of time.
    """
    known = np.isfinite(values)
    there = known.any(axis=0)
    ended = there & ~known[-horizon:].any(axis=0)
    if not ended.any():
        return []
    noun = step.key if step.every == 1 else "step"
    return [
        f"{count_of(int(ended.sum()), 'series has', 'series have')} no value in the latest "
        f"{count_of(horizon, noun)}: forecasts go on from the last one known. Leave out series that have ended."
    ]


def describe_gaps(values: np.ndarray, step: TimeStep) -> list[str]:
    """Words on steps without a row, and on single values that are missing.

    Args:
        values: float (steps, series), NaN where unknown. step: of time.
    """
    known = np.isfinite(values)
    rowless = ~known.any(axis=1)
    empty = int(rowless.sum())
    inside = (known.cumsum(axis=0) > 0) & (known[::-1].cumsum(axis=0)[::-1] > 0)
    missing = int((inside & ~known & ~rowless[:, None]).sum())
    words = []
    if empty:
        clock = " (as when clocks are put forward)" if step.key == "hour" and empty <= 12 else ""
        verb = "stays" if empty == 1 else "stay"
        words.append(f"{count_of(empty, 'step of time has', 'steps of time have')} no row{clock} and {verb} unknown.")
        words += _describe_mixed(np.flatnonzero(~rowless), step)
    if missing > 0:
        words.append(
            f"{count_of(missing, 'value is', 'values are')} missing within the series and stay unknown: what a model "
            "needs filled is filled from the past of the same window."
        )
    return words


def _describe_mixed(places: np.ndarray, step: TimeStep) -> list[str]:
    """Words where many rows lie a longer step apart, such as weeks after days, or where most steps have no row."""
    moves = np.diff(places)
    longer, counts = np.unique(moves[moves > 1], return_counts=True)
    if not len(longer):
        return []
    usual, count = int(longer[counts.argmax()]), int(counts.max())
    # Rows that are merely missing leave longer distances here and there; a longer step comes many times in a row.
    runs = int(((moves[1:] == usual) & (moves[:-1] == usual)).sum())
    if count >= FEWEST_MIXED and count >= MIXED_SHARE * len(moves) and runs >= 0.5 * count:
        return [
            f"The steps of time are mixed: {count:,} of {len(moves):,} are {usual * step.every} {step.key}s, others "
            f"mostly {count_of(step.every, step.key)}. If values stand for longer times there, set the longer step by "
            "hand under “Step of time”."
        ]
    if len(places) < 0.5 * (places[-1] + 1):
        return ["Most steps of time have no row: a longer one, set by hand under “Step of time”, may suit better."]
    return []


def describe_coarse(values: np.ndarray, step: TimeStep) -> list[str]:
    """Words on series that are recorded at longer steps than the others, such as weekly ones among daily ones.

    Args:
        values: float (steps, series), NaN where unknown. step: of time.
    """
    known = np.isfinite(values)
    coarse: dict[int, int] = {}
    for number in np.flatnonzero(known.sum(axis=0) >= FEWEST_COARSE):
        moves = np.diff(np.flatnonzero(known[:, number]))
        usual = int(np.median(moves))
        if usual > 1 and (moves == usual).mean() >= COARSE_SHARE:
            coarse[usual] = coarse.get(usual, 0) + 1
    if not coarse:
        return []
    usual = max(coarse, key=lambda one: coarse[one])
    every = f"{usual * step.every} {step.key}s"
    told = count_of(sum(coarse.values()), "series has", "series have")
    return [
        f"The steps of time are mixed: {told} values at longer steps than the others, mostly every {every}. The steps "
        "between stay unknown; for forecasts of their own upload them apart."
    ]


def describe_future(start: str, step: TimeStep, length: int) -> list[str]:
    """A word on recorded values that are dated after today.

    Args:
        start: time of step 0. step: of time. length: steps with recorded values.
    """
    if step.key in ("step", "year"):
        return []
    dates = np.array([np.datetime64(text[:10]) for text in time_step.times_after(start, step, np.arange(length))])
    later = int((dates > np.datetime64("today") + np.timedelta64(1, "D")).sum())
    if not later:
        return []
    return [
        f"{count_of(later, 'step with values lies', 'steps with values lie')} after today; they are taken as recorded. "
        "Leave the value empty in rows that only give what is known of the future."
    ]
