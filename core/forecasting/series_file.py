"""A file of new series through a fitted forecaster: its latest windows, the next values with bands, and notes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from core import ingest
from core.forecasting.forecaster import LEAST_KNOWN
from core.panels import time_step, windows
from core.panels.panel_layout import BAND_80, BAND_95, MEDIAN, PanelLayout
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
    ready = windows.latest_windows(_read(path, name, fitted), fitted)
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
    """The file as a panel; where no column has the name of what is foretold, the file decides."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            parcel = ingest.read_upload(path, name, "forecast", Path(folder) / "named", fitted.target)
        except LoadError:
            parcel = ingest.read_upload(path, name, "forecast", Path(folder) / "free")
        return dataset_store.load(parcel)


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
