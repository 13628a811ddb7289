"""Why a model answers a new row or item so: by column against rows drawn from the schema, or by hiding its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from core.bundles.input_schema import ColumnSchema, InputSchema
from core.explain import maskers, occlusion
from core.explain.clip_masker import clip_patch_masker
from core.schema import Inputs, LoadError, Model

BACKGROUND = 50
SHOWN = 3
PATCHES, STRETCHES = 5, 8
# Smaller effects are the rounding of graphs, not reasons.
LEAST = 1e-4
NONE = "no part alone changes it"
# What stands in for a part that is hidden, in the words of the sentence about the reasons.
HIDDEN = {
    "text": "its word is deleted", "image": "its patch is blurred",
    "video": "its patch shows the mean colour of the clip for a quarter of the time", "sound": "its stretch is silent",
    "series": "its stretch lies flat at the mean of its channel",
}  # fmt: skip


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


def check_reasons(schema: InputSchema) -> None:
    """Refuses to give reasons where there are none to give.

    Args:
        schema: of the bundle.

    Raises:
        LoadError: says why.
    """
    if schema.kind == "forecast":
        raise LoadError(
            "A forecast has no reasons row by row: its values come from the whole past of a series at once.",
            "",
            "Leave --reasons away; Why and Forecasts of the contest show what forecasts rest on.",
        )
    if not schema.columns and schema.modality not in HIDDEN:
        raise LoadError(f"No reasons are given for data of {schema.modality}.", "", "Leave --reasons away.")


def reasons_note(schema: InputSchema) -> str:
    """What the numbers among the reasons mean.

    Args:
        schema: of the bundle.

    Returns:
        A sentence or two.
    """
    classes = schema.kind == "classification"
    scale = "log-odds of the predicted class" if classes else "score" if schema.kind == "anomaly" else "prediction"
    if schema.columns:
        return (
            f"Reasons: what the columns of a row add (+) to its {scale}, or take away (-), against typical rows of "
            f"training. The {SHOWN} largest are named."
        )
    return (
        f"Reasons: by how much the {scale} falls (+) or rises (-) when a part of the item is hidden: "
        f"{HIDDEN[schema.modality]}. The {SHOWN} largest are named."
    )


def row_reasons(model: Model, schema: InputSchema, inputs: Inputs, found: np.ndarray) -> list[str]:
    """The columns that speak most for and against each prediction.

    Args:
        model: of the bundle. schema: of a table. inputs: n rows. found: their predictions.

    Returns:
        n texts such as "tenure +0.81; contract -0.30", on the scale of the predicted class's log-odds or of the number.

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
    if found.ndim == 2 and found.shape[1] == 2:
        # Of two classes the second is explained; a row may be predicted to be of the first.
        values = np.where(found.argmax(axis=1) == 0, -1.0, 1.0)[:, None] * values
    return [_words(told.parts, row) for row in values]


def item_reasons(predict: Callable[[Inputs], np.ndarray], schema: InputSchema, item: np.ndarray | str) -> str:
    """The words, patches or stretches that speak most for and against the prediction of one item, by hiding each.

    Args:
        predict: of the bundle. schema: of pictures, sounds, texts or windows. item: one of them.

    Returns:
        A text such as "superb +0.81; slow -0.30", on the scale of the predicted class's log-odds or of the score.
    """
    masker = _item_masker(schema, item)
    return _words(masker.names, occlusion.occlusion_effects(predict, masker))


def _item_masker(schema: InputSchema, item: np.ndarray | str) -> maskers.Masker:
    if schema.modality == "text":
        return maskers.word_masker([str(item)])
    own = np.asarray(item)[None]
    if schema.modality == "image":
        return maskers.patch_masker(own, None, PATCHES)
    if schema.modality == "video":
        return clip_patch_masker(own, np.broadcast_to(own.mean(axis=(1, 2, 3), keepdims=True), own.shape))
    if schema.modality == "series":
        flat = np.broadcast_to(own.mean(axis=1, keepdims=True), own.shape)
        found = maskers.segment_masker(own, flat, STRETCHES)
        return replace(found, names=tuple(f"readings {name}" for name in found.names))
    parts = min(STRETCHES, own.shape[1])
    rate = float(schema.facts.get("rate") or 1.0)
    edges = [place * own.shape[1] / parts / rate for place in range(parts + 1)]
    names = tuple(f"{edges[place]:.2f}-{edges[place + 1]:.2f} s" for place in range(parts))
    return replace(maskers.segment_masker(own, np.zeros_like(own), parts), names=names)


def _words(parts: Sequence[str], values: np.ndarray) -> str:
    told = [place for place in np.argsort(-np.abs(values))[:SHOWN] if abs(values[place]) > LEAST]
    return "; ".join(f"{parts[place]} {values[place]:+.3g}" for place in told) or NONE
