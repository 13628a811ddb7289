"""A file of new series through a fitted forecaster: its latest windows, the next values with bands, and notes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from core import ingest
from core.forecasting.forecaster import LEAST_KNOWN
from core.panels import category_flags, time_step, windows
from core.panels.panel_layout import BAND_80, BAND_95, MEDIAN, PanelLayout
from core.panels.step_choice import HAND_STEPS
from core.schema import Dataset, JsonObject, LoadError
from core.storage import dataset_store
from core.wording import count_of

AT_ONCE = 500
ENDS = {
    "median": MEDIAN, "low_80": BAND_80[0], "high_80": BAND_80[1], "low_95": BAND_95[0], "high_95": BAND_95[1],
}  # fmt: skip


@dataclass(frozen=True)
class SeriesNote:
    """A sentence on the new series. kind: what it is about. column: "" for all. count: series or steps."""

    level: Literal["info", "warning"]
    kind: str
    column: str
    what: str
    count: int = 0


@dataclass(frozen=True)
class SeriesForecast:
    """The next values: a row a series and step ahead; and what is to be told."""

    rows: Sequence[JsonObject]
    notes: tuple[SeriesNote, ...]


def predict_series(
    predict: Callable[[np.ndarray], np.ndarray], fitted: PanelLayout, path: Path, name: str
) -> SeriesForecast:
    """The next values of every series of a file, after its last recorded step.

    Args:
        predict: windows -> quantiles (n, horizon, quantiles). fitted: layout of the windows that were learnt from.
        path: of a table of series, as it was in training: rows of time, series and value, a column a series, or one
            series. Rows after the last value may give covariates that are known ahead. name: of the file.

    Returns:
        Rows with the series, the time, the median and the ends of both bands.

    Raises:
        LoadError: no series can be read, other steps of time, or a column is missing.
    """
    ready = windows.latest_windows(_with_flags(_read(path, name, fitted), fitted), fitted)
    layout = PanelLayout.from_facts(ready.facts)
    blocks = range(0, len(ready.inputs), AT_ONCE)
    told = np.concatenate([predict(ready.inputs[start : start + AT_ONCE]) for start in blocks])
    ahead = np.arange(layout.length, layout.length + layout.horizon)
    times = time_step.times_after(layout.start, layout.step, ahead)
    rows = [
        {"series": series, "time": time, **{end: float(f"{steps[place]:.6g}") for end, place in ENDS.items()}}
        for series, quantiles in zip(layout.series, told, strict=True)
        for time, steps in zip(times, quantiles, strict=True)
    ]
    return SeriesForecast(rows, tuple(_notes(ready, layout, set(fitted.series))))


def _read(path: Path, name: str, fitted: PanelLayout) -> Dataset:
    """The file as a panel; where no column has the name of what is foretold, the file decides. A step that is not that
    of training is set by hand where rows can be put together."""
    step = fitted.step
    ways = [("forecast", fitted.target), ("forecast", None)]
    if step.key in HAND_STEPS and step.every == 1:
        ways += [(f"forecast-{step.key}", fitted.target), (f"forecast-{step.key}", None)]
    refused: LoadError | None = None
    other: Dataset | None = None
    with tempfile.TemporaryDirectory() as folder:
        for place, (modality, target) in enumerate(ways):
            try:
                panel = dataset_store.load(ingest.read_upload(path, name, modality, Path(folder) / str(place), target))
            except LoadError as why:
                refused = refused or why
                continue
            found = PanelLayout.from_facts(panel.facts).step
            if (found.key, found.every) == (step.key, step.every):
                return panel
            other = other or panel
    if other is None:
        raise refused or LoadError("There are no series to read.", name)
    return other


def _with_flags(panel: Dataset, fitted: PanelLayout) -> Dataset:
    """The panel with the 0 and 1 of words that no row has, such as another holiday; unknown where the whole column of
    words is missing or says one thing only."""
    given = PanelLayout.from_facts(panel.facts)
    missing = [name for name in fitted.channels if name not in given.channels and category_flags.MARK in name]
    if not missing:
        return panel
    there = {name.partition(category_flags.MARK)[0] for name in given.channels if category_flags.MARK in name}
    values = np.asarray(panel.inputs, dtype=float)
    added = [
        np.full(values.shape[:2], 0.0 if name.partition(category_flags.MARK)[0] in there else np.nan)
        for name in missing
    ]  # fmt: skip
    layout = replace(given, channels=(*given.channels, *missing))
    made = np.concatenate([values, np.stack(added, axis=2)], axis=2)
    return replace(panel, inputs=made, facts={**panel.facts, **layout.to_facts()})


def _notes(ready: Dataset, layout: PanelLayout, trained: set[str]) -> list[SeriesNote]:
    said = [SeriesNote("info", "reading", "", words) for words in ready.warnings]
    if new := sum(one not in trained for one in layout.series):
        words = (
            f"{count_of(new, 'series was', 'series were')} not among those of training; one model serves all series."
        )
        said.append(SeriesNote("info", "new series", "", words, new))
    known = np.isfinite(windows.past_values(ready.inputs, layout)).sum(axis=1)
    if short := int((known < LEAST_KNOWN).sum()):
        words = f"{count_of(short, 'series has', 'series have')} fewer than {LEAST_KNOWN} values in the latest window."
        said.append(SeriesNote("warning", "short past", "", words, short))
    given = {column.name for column in ready.columns}
    for place, channel in enumerate(layout.channels):
        unknown = int(np.isnan(ready.inputs[:, layout.context :, place]).any(axis=0).sum())
        if channel in layout.known and channel in given and unknown:
            words = (
                f"{channel!r} was known of the future in training; here {unknown} of {layout.horizon} steps ahead lack "
                "it. Add rows after the last value that give it."
            )
            said.append(SeriesNote("warning", "future", channel, words, unknown))
    return said
