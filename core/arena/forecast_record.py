"""What a contest keeps of forecasts: bands of a few series at the latest origins, losses by step, the next values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.arena.contestant_state import ContestantState
from core.evaluation.errors.held_out import round_significant
from core.panels import pooled_skill, quantile_scores, time_step, windows
from core.panels.panel_layout import BAND_80, BAND_95, MEDIAN, QUANTILES, PanelLayout
from core.schema import Dataset, Facts, Fit, JsonObject, ProgressCallback, Run, Split

# Kept quantiles: the ends of both bands and the median.
KEPT = (BAND_95[0], BAND_80[0], MEDIAN, BAND_80[1], BAND_95[1])
SHOWN_SERIES, SHOWN_ORIGINS = 12, 3
# Past values shown before the origins: so many horizons, and so many steps at least.
PAST_HORIZONS, PAST_STEPS = 12, 60
LOSS_DIGITS = 5


def shown_series(count: int) -> np.ndarray:
    """Numbers of the series that are drawn, spread over all of them.

    Args:
        count: of series.
    """
    return np.unique(np.linspace(0, count - 1, min(SHOWN_SERIES, count)).round().astype(int))


def thin_forecast(fit: Fit, split: Split, dataset: Dataset) -> Fit:
    """The fit as a contest keeps it: bands of the shown series at the latest origins, losses by series and by step.

    Args:
        fit: with quantiles of all series of its origin. split: its fold. dataset: of the contest.
    """
    if fit.predictions is None:
        return replace(fit, predictions=None)
    test, quantiles = dataset.take(split.test), np.asarray(fit.predictions, dtype=float)
    asked = quantile_scores.TestWindows.of(test)
    steps = tuple((float(own), float(naive)) for own, naive in quantile_scores.step_losses(asked, quantiles))
    kept, rows = None, None
    if fit.fold < SHOWN_ORIGINS:
        places = shown_series(len(test))
        kept, rows = round_significant(quantiles[places][:, :, KEPT], LOSS_DIGITS), split.test[places]
    units = None if fit.units is None else round_significant(np.asarray(fit.units), LOSS_DIGITS)
    return replace(fit, predictions=kept, rows=rows, units=units, step_losses=steps)


def next_rows(dataset: Dataset) -> np.ndarray:
    """Rows of the windows that end with the last recorded step.

    Args:
        dataset: prepared windows.
    """
    layout = PanelLayout.from_facts(dataset.facts)
    return np.flatnonzero(np.asarray(dataset.order) == layout.length)


def next_values(quantiles: np.ndarray) -> np.ndarray:
    """The kept quantiles of what lies beyond the last recorded step.

    Args:
        quantiles: float (series, horizon, quantiles).

    Returns:
        float (series, horizon, 5), rounded.
    """
    return round_significant(np.asarray(quantiles, dtype=float)[:, :, KEPT], LOSS_DIGITS)


def ask_next_values(contestants: Sequence[ContestantState], on_progress: ProgressCallback) -> dict[str, np.ndarray]:
    """What the best contestant of every family foretells beyond the last recorded step.

    Args:
        contestants: of a session, fitted. on_progress: may raise to cancel.

    Returns:
        Contestant -> kept quantiles (series, horizon, 5).
    """
    wanted = exported_contestants(pooled_skill.pool_skill([state.to_run() for state in contestants]))
    told = {
        state.contestant.key: state.ask("forecast_next", on_progress, None)
        for state in contestants
        if state.contestant.key in wanted
    }
    return {key: values for key, values in told.items() if values is not None}


def exported_contestants(runs: Sequence[Run]) -> list[str]:
    """The contestant of every family with the best skill, whose next values a contest keeps.

    Args:
        runs: with pooled skill.
    """
    best: dict[str, Run] = {}
    for run in runs:
        if run.error is None and run.fits and all(fit.skill is not None for fit in run.fits):
            rival = best.get(run.family)
            if rival is None or _mean_skill(run) > _mean_skill(rival):
                best[run.family] = run
    return [run.contestant for run in best.values()]


def _mean_skill(run: Run) -> float:
    return float(np.mean([fit.skill for fit in run.fits]))


def forecast_facts(dataset: Dataset, splits: Sequence[Split], beyond: Mapping[str, np.ndarray]) -> Facts:
    """Times, the shown series with their past, and the next values of all, JSON-able.

    Args:
        dataset: prepared windows. splits: that were played, the latest origin first. beyond: contestant -> kept
            quantiles (series, horizon, 5).
    """
    layout = PanelLayout.from_facts(dataset.facts)
    last = dataset.take(next_rows(dataset))
    count = min(layout.context, max(PAST_HORIZONS * layout.horizon, PAST_STEPS))
    past = windows.past_values(last.inputs, layout)[:, -count:]
    first = layout.length - count
    numbers = np.arange(first, layout.length + layout.horizon)
    series: list[JsonObject] = [
        {"name": layout.series[place], "history": round_significant(past[place], 6).tolist()}
        for place in shown_series(len(last))
    ]
    origins = [int(np.asarray(dataset.order)[split.test[0]]) - first for split in splits[:SHOWN_ORIGINS]]
    return {
        "target": layout.target, "step": layout.step.words, "horizon": layout.horizon, "season": layout.season,
        "levels": [QUANTILES[place] for place in KEPT],
        "times": time_step.times_after(layout.start, layout.step, numbers),
        "origins": origins, "series": series, "names": list(layout.series),
        "known": list(layout.known), "notes": _future_note(dataset, layout),
        "next": {key: values.tolist() for key, values in beyond.items()},
    }  # fmt: skip


def _future_note(dataset: Dataset, layout: PanelLayout) -> str:
    """What is missing of the future that the task declares known; "" where nothing is."""
    given = int(dataset.facts.get("future_steps") or 0)
    named = [name for name in layout.known if name in {column.name for column in dataset.columns}]
    if not named or given >= layout.horizon:
        return ""
    return (
        f"{', '.join(named)}: future values are given for {given} of {layout.horizon} steps beyond the data; the rest "
        "is unknown to the models."
    )
