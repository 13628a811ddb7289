"""The column of answers of a table -> class codes or numbers, and the table without it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.evaluation import row_features
from core.schema import Dataset, LoadError, Task

if TYPE_CHECKING:
    import pandas as pd


def split_target(dataset: Dataset, task: Task) -> Dataset:
    """A table without its column of answers, which is coded as the target; rows without an answer are left out.

    Args:
        dataset: a table. task: names the target and says whether it is a number.

    Raises:
        LoadError: no such column, nothing to tell apart, or too many classes.
    """
    frame, name = dataset.inputs, task.target
    if name not in frame.columns:
        raise LoadError(f"There is no column {name!r}.", dataset.name, "Pick the target from the list of columns.")
    column = frame[name]
    if task.form == "regression":
        values = np.asarray(column_numbers(column), dtype=float)
        known = np.isfinite(values)
        target, labels = values[known], ()
        if known.any() and np.ptp(target) == 0:
            raise LoadError(f"Every value of {name!r} is the same: there is nothing to predict.", dataset.name)
    else:
        known = column.notna().to_numpy(dtype=bool)
        words = column[known].map(_word).to_numpy(dtype=object)
        names = sorted(set(words), key=_order)
        if len(names) < 2:
            raise LoadError(
                f"The column {name!r} holds {len(names)} different value(s): there is nothing to predict.",
                dataset.name,
                "Pick another target.",
            )
        if len(names) > limits.CLASSES:
            raise LoadError(
                f"The column {name!r} has {len(names)} classes; the limit is {limits.CLASSES}.",
                dataset.name,
                "Pick another target, merge rare classes, or predict a number.",
            )
        if task.positive in names and len(names) == 2:
            names = [n for n in names if n != task.positive] + [task.positive]
        code = {word: k for k, word in enumerate(names)}
        target, labels = np.array([code[word] for word in words], dtype=np.int64), tuple(names)
    if not known.any():
        raise LoadError(f"The column {name!r} has no answers.", dataset.name, "Pick another target.")
    warnings = dataset.warnings
    if not known.all():
        warnings = (*warnings, f"{int((~known).sum())} rows without an answer in {name!r} were left out.")
    rows = np.flatnonzero(known)
    cut = dataset.take(rows) if not known.all() else dataset
    return replace(cut, target=target, labels=labels, inputs=cut.inputs.drop(columns=[name]), warnings=warnings)


def column_numbers(column: pd.Series) -> np.ndarray:
    """A column as floats, dates as days, anything unreadable as NaN.

    Args:
        column: of a table.

    Returns:
        float (n,).
    """
    if str(column.dtype).startswith("datetime"):
        return row_features.column_floats(column)
    import pandas as pd

    return np.asarray(pd.to_numeric(column.astype(object), errors="coerce"), dtype=float)


def _word(value: object) -> str:
    """A class name as text; whole floats lose their '.0'."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _order(word: str) -> tuple[int, float, str]:
    """Numbers in numeric order, then words; so 'no' comes before 'yes'."""
    try:
        return (0, float(word), word)
    except ValueError:
        return (1, 0.0, word)
