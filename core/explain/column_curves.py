"""Additive models explained by the curves of their columns: sums that are exact, without any sampling."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.explain.attribution import with_completeness
from core.explain.maskers import select_output
from core.explain.tree_shap import raw_margin
from core.schema import Attribution

if TYPE_CHECKING:
    import xgboost

LEAST_BATCH, CELLS = 256, 4_000_000


def attribute_curves(
    booster: xgboost.Booster,
    encoded: np.ndarray,
    background: np.ndarray,
    blocks: Sequence[str],
    outputs: np.ndarray | None = None,
) -> Attribution:
    """What each original column adds to the margin, less what it adds on average over the background.

    In a model without interactions between columns these are its Shapley values in the interventional game.

    Args:
        booster: trees of which none holds two original columns. encoded: (n, e) rows. background: (b, e) rows.
        blocks: (e,) original column of each encoded one. outputs: (n,) class explained, with three or more classes.

    Returns:
        An ``Attribution`` over the original columns, in order of appearance.

    Raises:
        ValueError: several outputs, and none chosen.

    Reference:
        Lou, Caruana & Gehrke 2012; Strumbelj & Kononenko 2014 (Shapley values of additive models).
    """
    began, parts = time.perf_counter(), tuple(dict.fromkeys(blocks))
    rows = np.concatenate([encoded, background]).astype(np.float32)
    margin, count = raw_margin(booster, rows), len(encoded)
    if margin.ndim == 2 and outputs is None:
        raise ValueError("several outputs: say which one each row explains")
    owners = np.asarray(blocks)
    values = np.zeros((count, len(parts)))
    for place, part in enumerate(parts):
        curve = _curve(booster, rows, owners == part)
        curve = curve - curve[count:].mean(axis=0)
        values[:, place] = select_output(curve[:count], outputs)
    expected = margin[count:].mean(axis=0)
    base = np.full(count, expected) if expected.ndim == 0 else expected[np.asarray(outputs, dtype=int)]
    spent = (time.perf_counter() - began) / max(count, 1)
    told = select_output(margin[:count], outputs)
    return with_completeness(Attribution(parts, values, base, "Curves of the columns", told, outputs, None, spent))


def _curve(booster: xgboost.Booster, rows: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The margin of rows that keep one column and have all others of the first row."""
    size, found = max(LEAST_BATCH, CELLS // max(rows.shape[1], 1)), []
    for begin in range(0, len(rows), size):
        part = rows[begin : begin + size]
        changed = np.repeat(rows[:1], len(part), axis=0)
        changed[:, own] = part[:, own]
        found.append(raw_margin(booster, changed))
    return np.concatenate(found)
