"""Series to foretell: a table with a column of times, as long rows, a column a series, or a single series."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.panels import panel_table, windows
from core.panels.panel_table import PanelWish
from core.panels.step_choice import HAND_STEPS
from core.perturbation import forecast_questions
from core.schema import Dataset, Facts, JsonObject, Modality, Sample, TableLayout
from core.storage.bundled_files import sample_path

POINTS = 160


def read(path: Path, name: str) -> Dataset:
    """Reads a table as series.

    Returns:
        A panel: float64 (steps, series, channels).

    Raises:
        LoadError: no times, one date, too few or mixed steps, or nothing that changes.
    """
    from core.readers.tables.read_table import read_table

    return from_table(read_table(path, name), name)


def from_table(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Series out of a table. target: the column to foretell, or None to find it.

    Raises:
        LoadError: as ``read``, or ``target`` holds no numbers.
    """
    return panel_table.panel_from_table(table, name, PanelWish(_column(table, target)))


def from_wide(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Series out of a table whose every column of numbers is one. target: not asked for."""
    return panel_table.panel_from_table(table, name, PanelWish(wide=True))


def from_long(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Series out of rows of time, series and value, beside which other numbers are covariates."""
    return panel_table.panel_from_table(table, name, PanelWish(_column(table, target), wide=False))


def _by_hand(step: str) -> TableLayout:
    """Series whose rows are put together by a step of time that a person has set."""

    def from_rows(table: Dataset, name: str, target: str | None = None) -> Dataset:
        return panel_table.panel_from_table(table, name, PanelWish(_column(table, target), step=step))

    return TableLayout(f"Series to foretell, by the {step}", from_rows, by_hand=True)


def _column(table: Dataset, target: str | None) -> str | None:
    from core.readers.tables.target_inference import find_column

    return find_column(table.columns, target).name if target else None


def thumbnail(window: np.ndarray, facts: Facts) -> JsonObject:
    """The past of one window, as a curve."""
    context = int(facts["panel"]["context"]) or len(window)
    past = np.asarray(window[:context, windows.VALUE], dtype=float)
    known = past[np.isfinite(past)][-POINTS:]
    return {"curves": [[float(f"{value:.4g}") for value in known]], "length": len(known)}


def _gaps(dataset: Dataset, level: float, draw: np.random.Generator) -> np.ndarray:
    """Windows of which a share of the past values is unknown."""
    made = np.array(dataset.inputs)
    context = int(dataset.facts["panel"]["context"])
    lost = draw.random((len(made), context)) < 0.6 * level
    made[:, :context, windows.VALUE][lost] = np.nan
    return made


def _retail() -> Dataset:
    import pandas as pd

    from core.panels.panel_layout import PanelLayout
    from core.panels.time_step import make_step

    frame = pd.read_parquet(sample_path("retail_weekly.parquet"))
    names = tuple(str(name) for name in frame.columns[1:])
    cube = frame.iloc[:, 1:].to_numpy(dtype=float)[:, :, None]
    start = str(frame.iloc[0, 0])[:10]
    layout = PanelLayout("units", make_step("week"), start, len(cube), 4, series=names, channels=("units",))
    made = panel_table.panel_dataset(cube, layout, "Weekly retail sales")
    return replace(made, source="Online Retail II (UCI 502, CC BY 4.0), weekly units of 200 products")


MODALITY = Modality(
    key="forecast",
    title="Series to foretell",
    suffixes=(".csv", ".tsv", ".parquet", ".xlsx"),
    display="series",
    about="A table with a column of times in even steps from an hour to a year: rows of time, series and value with "
    "covariates beside; or a column a series; or one series. The next values are foretold, with bands, and tested at "
    "rolling origins. Choose “Read this as” after the upload.",
    read=read,
    from_table=from_table,
    layouts={
        "wide": TableLayout("Series to foretell, a column each", from_wide),
        "long": TableLayout("Series to foretell, rows of time, series and value", from_long),
        **{step: _by_hand(step) for step in HAND_STEPS},
    },
    samples=(
        Sample(
            "retail_weekly", "Weekly sales of 200 products", "Units that a British gift shop sold in 104 weeks; which "
            "products take part was decided by the first 64.", _retail, None, None, "CC BY 4.0",
        ),
    ),
    players="lags, stretches of the past, the calendar and each covariate",
    ask=forecast_questions.forecast_question,
    live_form="forecast",
    unit_noun="step",
    quick_rows=50_000,
    explained_rows=6,
    parts="parts of the past",
    preview="curve",
    thumbnail=thumbnail,
    corrupt={"missing values": _gaps},
    augmentation="nothing",
)  # fmt: skip
