"""Linear models explained exactly: each column pays its weight times its distance from the background's mean."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from core.explain.attribution import with_completeness
from core.explain.maskers import select_output, sum_by_column
from core.schema import Attribution


def attribute_linear(
    weights: np.ndarray,
    intercept: np.ndarray | float,
    encoded: np.ndarray,
    background: np.ndarray,
    blocks: Sequence[str],
    outputs: np.ndarray | None = None,
) -> Attribution:
    """phi_j = w_j (x_j - mean of x_j over the background), summed to original columns.

    For a linear margin this is the interventional Shapley value itself (Lundberg & Lee 2017), no sampling.

    Args:
        weights: (e,) for one output or (k, e) for k logits, centred here (logit minus mean logit).
        intercept: scalar or (k,).
        encoded: (n, e) rows as the linear model sees them.
        background: (b, e).
        blocks: (e,) original column of each encoded one; the players are these names in order of appearance.
        outputs: (n,) class explained per row when there are k logits.
    """
    started = time.perf_counter()
    encoded, background = np.asarray(encoded, dtype=float), np.asarray(background, dtype=float)
    slope, start = np.atleast_2d(np.asarray(weights, dtype=float)), np.atleast_1d(np.asarray(intercept, dtype=float))
    if len(slope) > 1:
        slope, start = slope - slope.mean(axis=0), start - start.mean()
        if outputs is None:
            raise ValueError("several outputs: say which one each row explains")
        picked = np.asarray(outputs, dtype=int)
    else:
        picked = np.zeros(len(encoded), dtype=int)
    raw = slope[picked] * (encoded - background.mean(axis=0))
    parts, values = sum_by_column(raw, blocks)
    margin = select_output(encoded @ slope.T + start, picked)
    base = (background @ slope.T + start).mean(axis=0)[picked]
    spent = (time.perf_counter() - started) / max(len(encoded), 1)
    return with_completeness(Attribution(parts, values, base, "linear, w(x - mean)", margin, outputs, None, spent))
