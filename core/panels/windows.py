"""A panel of series -> windows: one row per series and origin, with the past before it and what is known beyond it.

A window's inputs hold no value from its origin on, and no covariate from there on unless the task declares it known of
the future. Which series take part is decided by what was recorded before the first origin.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core import limits
from core.panels import origins, time_step
from core.panels.panel_layout import PanelLayout
from core.schema import Dataset, LoadError, Task
from core.wording import count_of

VALUE = 0
# A window's past: so many of the longest season that fits twice, at least and at most so many steps.
CONTEXT_SEASONS, CONTEXT_LEAST, CONTEXT_MOST = 3, 64, 720
FEWEST_VALUES = 8


def past_values(inputs: np.ndarray, layout: PanelLayout) -> np.ndarray:
    """The past values of windows.

    Args:
        inputs: n windows. layout: of them.

    Returns:
        float (n, past), NaN where unknown.
    """
    return np.asarray(inputs[:, : layout.context, VALUE], dtype=float)


def is_windowed(dataset: Dataset) -> bool:
    """Whether a data set of series has been cut into windows.

    Args:
        dataset: with the facts of a panel.
    """
    return PanelLayout.from_facts(dataset.facts).context > 0


def latest_steps(panel: Dataset, steps: int | None) -> Dataset:
    """The panel cut to its latest steps; itself where it has no more, or has been cut into windows.

    Args:
        panel: as it was read. steps: with recorded values, wanted at most; None for all.
    """
    layout = PanelLayout.from_facts(panel.facts)
    if steps is None or steps >= layout.length or is_windowed(panel):
        return panel
    dropped = layout.length - steps
    start = time_step.times_after(layout.start, layout.step, np.array([dropped]))[0]
    cut = replace(layout, start=start, length=steps, horizon=origins.suggest_horizon(steps, layout.horizon))
    return replace(panel, inputs=panel.inputs[dropped:], facts={**panel.facts, **cut.to_facts()})


def build_windows(panel: Dataset, task: Task) -> Dataset:
    """Windows of every series at every origin that a fold may need, the last recorded step included.

    Args:
        panel: as it was read: inputs float (steps, series, channels). task: target, horizon and declared covariates.

    Returns:
        inputs float32 (n, context + horizon, channels): channel 0 is the value, NaN from the origin on, then the
        calendar, then covariates. target float (n, horizon), NaN where nothing was recorded; ``order``: steps before
        the origin; ``groups``: the series.

    Raises:
        LoadError: the past is too short for the horizon, a name is no column, or no series has a past.
    """
    layout = _layout(panel, task)
    values = np.asarray(panel.inputs, dtype=float)[:, :, layout.channels.index(layout.target)]
    count = origins.possible_origins(layout.length, layout.horizon)
    if not count:
        raise LoadError(
            f"{count_of(layout.length, layout.step.key)} of history cannot test a horizon of {layout.horizon}: it "
            f"takes {max(4 * layout.horizon, 3 * layout.horizon + origins.PAST_STEPS)}.", panel.name,
            "Choose a shorter horizon, or upload a longer past.",
        )  # fmt: skip
    first = layout.length - count * layout.horizon
    kept, warnings = _series_with_past(values, first, layout, panel.name)
    layout = _with_context(layout, first)
    cube, names, known = _channels(panel, layout, kept)
    ends = _ends(layout, len(kept), cube.shape[2])
    inputs, target = _cut(cube, ends, layout, [name in known for name in names])
    chosen = replace(
        layout, channels=tuple(names), known=tuple(known), series=tuple(layout.series[one] for one in kept)
    )
    facts = {**{key: value for key, value in panel.facts.items() if key != "curves"}, **chosen.to_facts()}
    return replace(
        panel, inputs=inputs, target=target, order=np.repeat(ends, len(kept)), facts=facts,
        groups=np.tile(np.arange(len(kept)), len(ends)), warnings=(*panel.warnings, *warnings),
    )  # fmt: skip


def latest_windows(panel: Dataset, fitted: PanelLayout) -> Dataset:
    """The windows of a new panel that end with its last recorded step, as a fitted forecaster takes them.

    Args:
        panel: as it was read, of any series. fitted: layout of the windows that the forecaster was fitted on.

    Returns:
        One window a series; what the panel says of the future of covariates known ahead is in them. The layout is that
        of the forecaster with the new panel's series, start and length.

    Raises:
        LoadError: another step of time, or a column is missing.
    """
    given = PanelLayout.from_facts(panel.facts)
    if (given.step.key, given.step.every) != (fitted.step.key, fitted.step.every):
        raise LoadError(
            f"The steps of time are a {given.step.words} here and a {fitted.step.words} in training.", panel.name,
            "Bring the rows onto the step of training.",
        )  # fmt: skip
    told = len(time_step.calendar(given.start, given.step, 1))
    # A column a series has no name of its own for what is foretold.
    alone = given.channels == ("value",) and len(fitted.channels) == 1 + told
    wanted = given.channels if alone else (fitted.target, *fitted.channels[1 + told :])
    if missing := [name for name in wanted if name not in given.channels]:
        raise LoadError(
            f"Columns that the model needs are missing: {', '.join(missing)}.", panel.name,
            f"There are: {', '.join(given.channels)}.",
        )  # fmt: skip
    places = [given.channels.index(name) for name in wanted]
    layout = replace(
        fitted, start=given.start, length=given.length, series=given.series, target=wanted[0], channels=wanted
    )
    every = np.arange(len(given.series))
    cube, names, known = _channels(replace(panel, inputs=np.asarray(panel.inputs)[:, :, places]), layout, every)
    inputs, _ = _cut(cube, np.array([layout.length]), layout, [name in known for name in names])
    kept = replace(layout, target=fitted.target, channels=fitted.channels, known=fitted.known)
    order = np.full(len(inputs), layout.length)
    return replace(
        panel, inputs=inputs, target=None, order=order, groups=every, facts={**panel.facts, **kept.to_facts()}
    )


def _layout(panel: Dataset, task: Task) -> PanelLayout:
    """The panel's layout with what the task says about target, horizon and covariates."""
    layout = PanelLayout.from_facts(panel.facts)
    target = task.target or layout.target
    for name in (target, *task.known):
        if name not in layout.channels:
            raise LoadError(
                f"There is no column {name!r} with numbers.", panel.name, f"Choose among: {', '.join(layout.channels)}."
            )
    if target in task.known:
        raise LoadError(
            f"{target!r} is what is foretold: its own future cannot be declared known.", panel.name,
            "Name covariates only.",
        )  # fmt: skip
    horizon = layout.horizon if task.horizon is None else task.horizon
    if horizon < 1 or horizon > limits.FORECAST_HORIZON:
        raise LoadError(
            f"A horizon of {horizon} cannot be foretold: it is 1 to {limits.FORECAST_HORIZON} steps.", panel.name
        )
    return replace(layout, target=target, horizon=horizon, known=tuple(dict.fromkeys(task.known)))


def _series_with_past(
    values: np.ndarray, first: int, layout: PanelLayout, name: str
) -> tuple[np.ndarray, list[str]]:  # fmt: skip
    """Numbers of the series that take part, judged by the steps before the first origin alone, and words on it."""
    past = values[:first]
    counts = np.isfinite(past).sum(axis=0)
    with np.errstate(invalid="ignore"):
        low = np.where(np.isfinite(past), past, np.inf).min(axis=0)
        high = np.where(np.isfinite(past), past, -np.inf).max(axis=0)
    able = (counts >= min(FEWEST_VALUES, first)) & (high > low)
    kept = np.flatnonzero(able)
    warnings = []
    if len(kept) < values.shape[1]:
        left = values.shape[1] - len(kept)
        warnings.append(
            f"{count_of(left, 'series has', 'series have')} fewer than {FEWEST_VALUES} values before the first origin, "
            "or one value only, and take no part."
        )
    if not len(kept):
        raise LoadError(
            f"No series has {FEWEST_VALUES} different enough values before the first origin.", name,
            "Choose a shorter horizon, or upload a longer past.",
        )  # fmt: skip
    if len(kept) > limits.FORECAST_SERIES:
        order = np.argsort(-counts[kept], kind="stable")[: limits.FORECAST_SERIES]
        warnings.append(
            f"{len(kept):,} series; the {limits.FORECAST_SERIES:,} with the longest past before the first origin are "
            "used, the limit."
        )
        kept = np.sort(kept[order])
    zeros = (past[:, kept] == 0).sum(axis=0) / np.maximum(counts[kept], 1)
    if (zeros > 0.4).any():
        warnings.append(
            f"{count_of(int((zeros > 0.4).sum()), 'series is', 'series are')} intermittent: more than 40 % zeros."
        )
    return kept, warnings


def _with_context(layout: PanelLayout, first: int) -> PanelLayout:
    """The layout with the season of the naive forecast and the length of a window's past; a season counts if it fits
    twice before the first origin."""
    fits = [season for season in layout.step.seasons if 2 * season <= first]
    season = fits[-1] if fits else 1
    context = max(CONTEXT_LEAST, CONTEXT_SEASONS * season + layout.horizon)
    return replace(layout, season=season, context=int(min(context, CONTEXT_MOST, layout.length - layout.horizon)))


def _channels(panel: Dataset, layout: PanelLayout, kept: np.ndarray) -> tuple[np.ndarray, list[str], list[str]]:
    """The kept series as (steps + horizon, series, channels), the value first; names, and those known of the future."""
    steps = layout.length + layout.horizon
    whole = np.full((steps, len(kept), len(layout.channels)), np.nan)
    given = np.asarray(panel.inputs, dtype=float)[:steps][:, kept]
    whole[: len(given)] = given
    place = layout.channels.index(layout.target)
    # What stands in the target's column after the last recorded step is no past.
    whole[layout.length :, :, place] = np.nan
    calendar = time_step.calendar(layout.start, layout.step, steps)
    told = [np.repeat(column[:, None], len(kept), axis=1) for column in calendar.values()]
    others = [number for number in range(len(layout.channels)) if number != place]
    cube = np.stack([whole[:, :, place], *told, *(whole[:, :, number] for number in others)], axis=2)
    names = [layout.target, *calendar, *(layout.channels[number] for number in others)]
    return cube, names, [*calendar, *layout.known]


def _ends(layout: PanelLayout, series: int, channels: int) -> np.ndarray:
    """Rising numbers of steps before an origin: thinned so that the windows fit, every test origin and the end kept."""
    least = max(4, min(layout.horizon, layout.length // 8))
    every = np.arange(least, layout.length - layout.horizon + 1)
    size = series * (layout.context + layout.horizon) * channels
    stride = max(1, int(np.ceil(len(every) * size / limits.FORECAST_NUMBERS)))
    tested = layout.length - layout.horizon * np.arange(origins.MOST_ORIGINS + 1)
    return np.unique(np.concatenate([every[::-1][::stride], tested[tested >= least]]))


def _cut(
    cube: np.ndarray, ends: np.ndarray, layout: PanelLayout, known: list[bool]
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Inputs (n, context + horizon, channels) and targets (n, horizon), by end and then by series."""
    _, series, channels = cube.shape
    padded = np.concatenate([np.full((layout.context, series, channels), np.nan), cube])
    places = ends[:, None] + np.arange(layout.context + layout.horizon)
    windows = padded[places].astype(np.float32)
    hidden = [number for number in range(channels) if not known[number]]
    windows[:, layout.context :, :, hidden] = np.nan
    inputs = np.moveaxis(windows, 2, 1).reshape(len(ends) * series, layout.context + layout.horizon, channels)
    beyond = ends[:, None] + np.arange(layout.horizon)
    target = np.moveaxis(cube[beyond][:, :, :, VALUE], 2, 1).reshape(len(ends) * series, layout.horizon)
    return np.ascontiguousarray(inputs), np.ascontiguousarray(target)
