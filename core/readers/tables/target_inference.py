"""Says what a column is as a target: its task, its classes, the rows that count, and why it cannot be one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers.tables import target_suggestion
from core.readers.tables.values import number_parser
from core.schema import Column, JsonObject, LoadError, TaskForm
from core.wording import count_of, printable, quote_names

if TYPE_CHECKING:
    import pandas as pd

FEW_NUMBERS = 10
RARE_SHARE = 0.05
# A column that is missing in so many rows is never suggested.
MISSING_SHARE = 0.95
COPY_ROWS = 50_000


def suggest_target(
    columns: Sequence[Column], declared: str | None = None, frame: pd.DataFrame | None = None
) -> JsonObject:
    """The column most likely meant as the target: ``declared`` if given, else by names, position, type and values.

    Args:
        columns: in the order of the table. declared: by who made the data. frame: their values, for a quick probe of
            what the others predict; None leaves it out.

    Returns:
        ``{"target", "form", "positive"}``, each None where nothing fits.
    """
    rows = len(frame) if frame is not None else max((one.missing + one.distinct for one in columns), default=0)
    usable = [column for column in columns if _is_usual(column, rows)]
    by_name = {column.name.strip().casefold(): column for column in reversed(usable)}
    chosen = by_name.get(declared.casefold()) if declared else None
    chosen = chosen or target_suggestion.choose_target(usable, columns, frame)
    if chosen is None:
        return {"target": None, "form": None, "positive": None}
    return {"target": chosen.name, "form": task_form(chosen), "positive": None}


def _is_usual(column: Column, rows: int) -> bool:
    """Whether a column may be suggested: nobody means one that names rows, or one that is nearly always missing."""
    return column.type != "id" and not rejection_reason(column) and column.missing < MISSING_SHARE * max(rows, 1)


def find_column(columns: Sequence[Column], target: str) -> Column:
    """The column of this name; letters of another case and blanks may differ, and a number may be written otherwise.

    Raises:
        LoadError: there is none.
    """
    found = next((column for column in columns if column.name == target), None)
    found = found or next((column for column in columns if _fold(column.name) == _fold(target)), None)
    number = _number(target)
    found = found or next((column for column in columns if number == _number(column.name)), None)
    if found is None:
        raise LoadError(
            f"There is no column {quote_names([target])}.",
            f"the columns are {quote_names((column.name for column in columns), 12)}",
            "Pick one of them as the target.",
        )
    return found


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()).casefold())


def _number(name: str) -> float:
    try:
        return float(name.replace(",", "."))
    except ValueError:
        return np.nan


def rejection_reason(column: Column) -> str:
    """Why this column cannot be a target, in words; empty if it can. A number can, whatever it seems to be for."""
    if column.type in ("numeric", "boolean") or column.numbers:
        return ""
    if column.type in ("categorical", "id"):
        if column.distinct > limits.CLASSES:
            return f"it has {column.distinct:,} classes; the limit is {limits.CLASSES}"
        one_each = column.type == "id" and not column.note.startswith("too many")
        return f"nearly every row has a class of its own ({column.distinct:,} classes)" if one_each else ""
    return {
        "constant": "it holds one value only, so there is nothing to predict",
        "empty": "all of its values are missing",
        "text": "it holds free text, not classes or numbers",
        "date": "it holds dates, not classes or numbers",
    }[column.type]


def task_form(column: Column) -> TaskForm:
    """Binary, multiclass or regression, by the column's type and number of different values."""
    if column.distinct == 2:
        return "binary"
    if column.type == "numeric" or column.numbers:
        return "multiclass" if column.distinct <= FEW_NUMBERS and column.note != "fractions" else "regression"
    return "multiclass"


def describe_target(column: Column, values: pd.Series) -> tuple[TaskForm, tuple[str, ...], int, tuple[str, ...]]:
    """What predicting this column would mean.

    Args:
        column: its description.
        values: a Series (n,) as ``ingest`` made it: float64, category, or texts where a column was taken for an id.

    Returns:
        form, class names (empty for regression), rows with a usable answer, warnings.

    Raises:
        LoadError: the column cannot be a target; says why.
    """
    where = f"column {quote_names([column.name])}"
    why = rejection_reason(column)
    if why:
        raise LoadError(f"This column cannot be the target: {why}.", where, "Pick another target.")
    form = task_form(column)
    rows = len(values)
    warnings = _id_warning(column)
    missing = int(np.asarray(values.isna()).sum())
    if missing:
        warnings.append(
            f"{count_of(missing, 'row has', 'rows have')} no value in the target and will be left out ({where})."
        )
    if form == "regression":
        return form, (), rows - missing, tuple(warnings)
    names, counts = _classes(values)
    if len(counts) > limits.CLASSES:
        raise LoadError(
            f"The target has {len(names):,} classes; the limit is {limits.CLASSES}.", where, "Join rare classes."
        )
    if counts.max() == 1:
        raise LoadError(
            f"Every class of the target has one row ({len(names):,} classes), so nothing can be learnt.", where,
            "Pick another target.",
        )  # fmt: skip
    warnings += _class_warnings(names, counts, where)
    kept = counts >= limits.MIN_CLASS_ROWS
    if kept.sum() < 2:
        raise LoadError(
            f"Fewer than two classes of the target have {limits.MIN_CLASS_ROWS} rows or more.",
            where,
            "Add rows to each class.",
        )
    return form, tuple(names), int(counts[kept].sum()), tuple(warnings)


def _id_warning(column: Column) -> list[str]:
    if not column.numbers:
        return []
    return [
        f"{quote_names([column.name])} may only number the rows ({column.distinct:,} different whole numbers, such "
        f"as {', '.join(column.examples[:1])}); as you named it, it is predicted as a number and is no input."
    ]


def _classes(values: pd.Series) -> tuple[list[str], np.ndarray]:
    if str(values.dtype) == "category":
        codes = values.cat.codes.to_numpy()
        counts = np.bincount(codes[codes >= 0], minlength=len(values.cat.categories))
        pairs = [(str(word), int(count)) for word, count in zip(values.cat.categories, counts, strict=True) if count]
    elif values.dtype.kind in "fiub":
        numbers = values.to_numpy(dtype=float)
        known, counts = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
        pairs = [(f"{value:.10g}", int(count)) for value, count in zip(known, counts, strict=True)]
        return [word for word, _ in pairs], np.array([count for _, count in pairs])
    else:
        pairs = [(str(word), int(count)) for word, count in values.value_counts().items()]
    pairs.sort()
    return [word for word, _ in pairs], np.array([count for _, count in pairs])


def _class_warnings(names: list[str], counts: np.ndarray, where: str) -> list[str]:
    said = []
    few = [name for name, count in zip(names, counts, strict=True) if count < limits.MIN_CLASS_ROWS]
    if few:
        lost = int(counts[counts < limits.MIN_CLASS_ROWS].sum())
        said.append(
            f"{count_of(len(few), 'class has', 'classes have')} fewer than {limits.MIN_CLASS_ROWS} rows "
            f"and will be left out with {count_of(lost, 'row')}: {quote_names(few)} ({where})."
        )
    smallest = int(np.argmin(counts))
    if counts[smallest] < RARE_SHARE * counts.sum() / max(1, len(counts) / 2):
        said.append(
            f"The classes are strongly unbalanced: “{printable(names[smallest], 40)}” has "
            f"{count_of(int(counts[smallest]), 'row')} of {int(counts.sum()):,} ({where})."
        )
    return said


def target_copies(frame: pd.DataFrame, target: str) -> list[str]:
    """Names of the columns that are copies of the target under another spelling or scale."""
    head = frame.head(COPY_ROWS)
    answer = head[target]
    codes, values = _coded(answer)
    found = []
    for place, name in enumerate(head.columns):
        if name == target:
            continue
        other_codes, other_values = _coded(head.iloc[:, place])
        if _same_classes(codes, other_codes) or _same_numbers(values, other_values):
            found.append(str(name))
    return found


def _coded(series: pd.Series) -> tuple[np.ndarray, np.ndarray | None]:
    if series.dtype.kind == "f":
        values = series.to_numpy()
        codes = np.searchsorted(number_parser.distinct_values(values[~np.isnan(values)]), values)
        return np.where(np.isnan(values), -1, codes), values
    if series.dtype.kind == "M":
        return np.zeros(len(series), dtype=np.int64), None
    if str(series.dtype) == "category":
        return series.cat.codes.to_numpy().astype(np.int64), None
    import pandas as pd

    return pd.factorize(series, use_na_sentinel=True)[0], None


def _same_classes(left: np.ndarray, right: np.ndarray) -> bool:
    known = (left >= 0) & (right >= 0)
    if known.sum() < 0.98 * (left >= 0).sum() or known.sum() < 3:
        return False
    a, b = left[known].astype(np.int64), right[known].astype(np.int64)
    kinds = len(number_parser.distinct_values(a))
    if kinds < 2 or kinds > 0.5 * len(a) or len(number_parser.distinct_values(b)) != kinds:
        return False
    return len(number_parser.distinct_values(a * (b.max() + 1) + b)) == kinds


def _same_numbers(left: np.ndarray | None, right: np.ndarray | None) -> bool:
    if left is None or right is None:
        return False
    known = np.isfinite(left) & np.isfinite(right)
    if known.sum() < 3 or known.sum() < 0.9 * np.isfinite(left).sum():
        return False
    a, b = left[known], right[known]
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return False
    return bool(abs(np.corrcoef(a, b)[0, 1]) > 0.99999)
