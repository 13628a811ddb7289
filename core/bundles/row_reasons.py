"""Why a model answers a new row so: its own explanation against rows drawn from what the schema says of training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.bundles.input_schema import ColumnSchema, InputSchema
from core.schema import Inputs, LoadError, Model

BACKGROUND = 50
SHOWN = 3


def synthetic_rows(schema: InputSchema, count: int = BACKGROUND, seed: int = 0) -> Inputs:
    """Rows whose columns are drawn one by one from the distributions of training; a bundle holds no training rows.

    Args:
        schema: of a table. count: rows. seed: of the draw.

    Returns:
        A table.
    """
    import pandas as pd

    draw = np.random.default_rng(seed)
    return pd.DataFrame({column.name: _drawn(column, count, draw) for column in schema.columns})


def _drawn(column: ColumnSchema, count: int, draw: np.random.Generator) -> Sequence[object] | np.ndarray:
    import pandas as pd

    if column.kind == "category":
        shares = np.asarray(column.shares) / max(sum(column.shares), 1e-12)
        chosen = draw.choice(len(column.levels), count, p=shares) if column.levels else np.full(count, -1)
        return pd.Categorical.from_codes(
            chosen, categories=pd.Index(np.array(column.levels, dtype=object), dtype=object)
        )
    if column.kind == "text":
        return np.full(count, None, dtype=object)
    if column.low is None or column.high is None:
        numbers = np.full(count, np.nan)
    else:
        ends = np.array([column.low, *column.edges, column.high])
        numbers = np.interp(draw.random(count), np.linspace(0, 1, len(ends)), ends)
    if column.kind == "date":
        return (np.datetime64(0, "ns") + (numbers * 86_400e9).astype("timedelta64[ns]")).astype("datetime64[ns]")
    return np.round(numbers) if column.whole else numbers


def row_reasons(model: Model, schema: InputSchema, inputs: Inputs, found: np.ndarray) -> list[str]:
    """The columns that speak most for and against each prediction.

    Args:
        model: of the bundle. schema: of a table. inputs: n rows. found: their predictions.

    Returns:
        n texts such as "tenure +0.81; contract -0.30", on the scale of log-odds or of the predicted number.

    Raises:
        LoadError: the model has no explanation of rows.
    """
    outputs = found.argmax(axis=1) if found.ndim == 2 and found.shape[1] > 2 else None
    try:
        told = model.explain(inputs, synthetic_rows(schema), outputs)
    except Exception as error:
        raise LoadError(f"This model gives no reasons: {error}.", "", "Leave --reasons away.") from error
    values = np.asarray(told.values)
    if values.ndim != 2 or len(values) != len(found):
        raise LoadError("This model gives no reasons row by row.", "", "Leave --reasons away.")
    order = np.argsort(-np.abs(values), axis=1)[:, :SHOWN]
    return [
        "; ".join(f"{told.parts[place]} {row[place]:+.3g}" for place in places if row[place] != 0)
        for row, places in zip(values, order, strict=True)
    ]
