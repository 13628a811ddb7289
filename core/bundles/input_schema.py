"""What a model was trained on, for checking new data against it: columns, types, levels, ranges and the answer."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from core.panels.panel_layout import QUANTILES
from core.schema import Dataset, Facts, Inputs, JsonObject, Task
from core.storage import json_codec

if TYPE_CHECKING:
    import pandas as pd

DECILES = np.linspace(0.1, 0.9, 9)
MOST_LEVELS = 4_096
# What the mean and the spread of an item are called.
FIGURES = {
    "image": ("brightness", "contrast"), "video": ("brightness", "contrast"), "sound": ("offset", "loudness"),
    "series": ("level", "spread"),
}  # fmt: skip
UNIT = re.compile(r"[\[(]\s*([^\])]{1,20}?)\s*[\])]\s*$")


@dataclass(frozen=True)
class ColumnSchema:
    """One input column as it was in training.

    kind: "number", "category", "date" or "text". missing: share of rows without a value. levels: of a category, most
    frequent first, with ``shares`` of the rows. low, high, p1, p99, median, spread (between the quartiles): of a
    number, or of a date in days since 1970. edges (e,) and ``shares`` (e + 1,): where its distribution is cut for
    comparing, and the share of rows in each part. unit: as the name gives it in brackets. written, part_of, part: how
    its cells were written in the file of training, and which of several values of a cell it is, as in ``Column``.
    """

    name: str
    kind: str
    missing: float = 0.0
    levels: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    edges: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    p1: float | None = None
    p99: float | None = None
    median: float | None = None
    spread: float | None = None
    whole: bool = False
    unit: str = ""
    written: str = ""
    part_of: str = ""
    part: int = 0


@dataclass(frozen=True)
class InputSchema:
    """What goes in and what comes out.

    modality: key. rows: in training. columns: of a table. summaries: figures of items that are no
    rows, such as the brightness of pictures. shape: of one picture, sound or window. facts: the rate of
    sounds and such. target: its name, with labels of classes, or range and unit of numbers and how the file of
    training wrote them. known: columns of the training file that are no inputs, such as identifiers.
    """

    modality: str
    form: str
    kind: str
    rows: int
    target: str | None
    labels: tuple[str, ...] = ()
    positive: str | None = None
    target_low: float | None = None
    target_high: float | None = None
    target_unit: str = ""
    target_written: str = ""
    columns: tuple[ColumnSchema, ...] = ()
    summaries: tuple[ColumnSchema, ...] = ()
    shape: tuple[int, ...] = ()
    known: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)

    def to_json(self) -> JsonObject:
        """Plain values.

        Returns:
            What ``schema_from_json`` takes.
        """
        return asdict(self)


def schema_from_json(told: Facts) -> InputSchema:
    """The schema that ``InputSchema.to_json`` wrote.

    Args:
        told: plain values.

    Returns:
        The schema.

    Raises:
        TypeError, KeyError, ValueError: they are not such values.
    """
    schema: InputSchema = json_codec.from_plain(InputSchema, dict(told))
    return schema


def describe_inputs(original: Dataset, prepared: Dataset, task: Task) -> InputSchema:
    """The schema of the rows that a contest used.

    Args:
        original: the data as they were read. prepared: the rows as contestants see them. task: what is predicted.

    Returns:
        The schema.
    """
    target = prepared.target
    numbers = task.form == "regression" and target is not None
    table = hasattr(prepared.inputs, "columns") and prepared.modality == "table"
    columns = tuple(_column(name, prepared.inputs[name]) for name in prepared.inputs.columns) if table else ()
    columns = tuple(_as_written(column, original) for column in columns)
    figures = {} if table else item_summaries(prepared.inputs, prepared.modality)
    there = {column.name for column in columns} | {str(task.target)}
    known = tuple(str(name) for name in original.inputs.columns if str(name) not in there) if table else ()
    shape = tuple(int(side) for side in np.shape(prepared.inputs)[1:]) if not table else ()
    kept = ("rate", "channels", "length", "step", "depth", "panel")
    facts = {name: prepared.facts[name] for name in kept if name in prepared.facts}
    if task.kind == "forecast":
        facts["levels"] = list(QUANTILES)
    return InputSchema(
        modality=prepared.modality,
        form=task.form,
        kind=task.kind,
        rows=len(prepared),
        target=task.target,
        labels=tuple(prepared.labels),
        positive=task.positive,
        target_low=float(np.min(target)) if numbers else None,
        target_high=float(np.max(target)) if numbers else None,
        target_unit=unit_of(task.target or ""),
        target_written=_as_written(ColumnSchema(task.target or "", "number"), original).written,
        columns=columns,
        summaries=tuple(_column(name, _series(values)) for name, values in figures.items()),
        shape=shape,
        known=known,
        facts=facts,
    )


def _as_written(column: ColumnSchema, original: Dataset) -> ColumnSchema:
    """A column with how the file of training wrote it."""
    told = next((one for one in original.columns if one.name == column.name), None)
    if told is None:
        return column
    source = next((one for one in original.columns if one.name == told.part_of), None)
    # A further number of a cell is read in the form of the first one.
    written = source.written if source is not None and not told.written else told.written
    return replace(column, written=written, part_of=told.part_of, part=told.part)


def item_summaries(inputs: Inputs, modality: str) -> dict[str, np.ndarray]:
    """A few figures of items that are no rows of a table, by which new ones are compared with those of training.

    Args:
        inputs: n pictures, sounds, texts or windows. modality: which.

    Returns:
        name -> float (n,); empty for other data.
    """
    if modality == "text":
        return {"words": np.array([len(str(text).split()) for text in inputs], dtype=float)}
    if modality not in FIGURES:
        return {}
    flat = np.asarray(inputs).reshape(len(inputs), -1)
    level, spread = flat.mean(axis=1, dtype=np.float64), flat.std(axis=1, dtype=np.float64)
    return dict(zip(FIGURES[modality], (level, spread), strict=True))


def _series(values: np.ndarray) -> pd.Series:
    import pandas as pd

    return pd.Series(values)


def unit_of(name: str) -> str:
    """The unit that a column's name gives in brackets.

    Args:
        name: such as "weight (kg)".

    Returns:
        "kg", or "" where there is none.
    """
    found = UNIT.search(name)
    return found[1] if found else ""


def _column(name: str, values: pd.Series) -> ColumnSchema:
    missing = float(values.isna().mean()) if len(values) else 0.0
    if hasattr(values, "cat"):
        counts = values.astype(object).dropna().astype(str).value_counts()
        total = max(float(counts.sum()), 1.0)
        kept = counts.iloc[:MOST_LEVELS]
        shares = tuple(float(count) / total for count in kept)
        return ColumnSchema(name, "category", missing, tuple(str(level) for level in kept.index), shares)
    if values.dtype.kind not in "fiubM":
        return ColumnSchema(name, "text", missing)
    numbers = as_numbers(values)
    known = numbers[np.isfinite(numbers)]
    kind = "date" if values.dtype.kind == "M" else "number"
    if not len(known):
        return ColumnSchema(name, kind, missing)
    edges = np.unique(np.quantile(known, DECILES))
    parts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1) / len(known)
    quartiles = np.quantile(known, (0.01, 0.25, 0.5, 0.75, 0.99))
    return ColumnSchema(
        name, kind, missing, shares=tuple(parts.tolist()), edges=tuple(edges.tolist()), low=float(known.min()),
        high=float(known.max()), p1=float(quartiles[0]), p99=float(quartiles[4]), median=float(quartiles[2]),
        spread=float(quartiles[3] - quartiles[1]), whole=bool((known == np.floor(known)).all()), unit=unit_of(name),
    )  # fmt: skip


def as_numbers(values: pd.Series | np.ndarray) -> np.ndarray:
    """Numbers or dates as floats.

    Args:
        values: n numbers or dates.

    Returns:
        float64 (n,), dates in days since 1970, NaN where missing.
    """
    array = np.asarray(values)
    if array.dtype.kind == "M":
        days = array.astype("datetime64[ns]")
        return np.where(np.isnat(days), np.nan, (days - np.datetime64(0, "ns")) / np.timedelta64(1, "D"))
    return array.astype(np.float64)
