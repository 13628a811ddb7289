"""New rows that a script holds through a bundle: predictions with how sure they are, or a refusal in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.bundles import standalone_runner
from core.bundles.loaded_bundle import LoadedBundle
from core.schema import Facts, JsonObject, LoadError

if TYPE_CHECKING:
    import pandas as pd


def predict_rows(
    bundle: LoadedBundle, rows: pd.DataFrame | Sequence[Facts] | Sequence[str] | np.ndarray
) -> list[JsonObject]:
    """Predictions for new rows, with how sure they are.

    Args:
        bundle: an opened one. rows: for tables a data frame or mappings of column and value, read plainly (a file may
            be spelled otherwise, see ``predict_file``); for texts strings; else an array of items as in training.

    Returns:
        A mapping a row: "prediction"; for classes its "probability", a calibrated "p(class)" of each, and the "set"
        that holds the answer in nine of ten cases; for numbers the interval "low" to "high"; for anomalies "score".

    Raises:
        LoadError: a column is missing or a value cannot be read; says which.
    """
    told = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    kind = "rows" if bundle.input_schema.columns else "texts" if bundle.input_schema.modality == "text" else "items"
    found: list[JsonObject] = []
    try:
        for start in range(0, len(told), standalone_runner.MOST_ROWS):
            asked = list(told[start : start + standalone_runner.MOST_ROWS])
            found += standalone_runner.answer_rows(bundle, {kind: asked})
    except standalone_runner.Refused as refused:
        raise LoadError(f"The rows cannot be predicted: {refused}.") from refused
    return found
