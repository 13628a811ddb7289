"""Predictive multiplicity: how often equally good models give different predictions, and on which rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.evaluation import uncertainty
from core.schema import Contest, Fit, JsonObject, Run
from core.verdicts import fold_scores

KEPT = 50


def measure_disagreement(contest: Contest) -> JsonObject:
    """How often contestants within the margin of the best differ in their predictions, and on which rows.

    Classes differ when the most probable class does; numbers when they lie further apart than both models' typical
    error (their mean absolute error). Only the first repeat is used, so that each row counts once.

    Args:
        contest: with predictions kept by the arena.

    Returns:
        contestants: [keys] within ``margin`` points of mean skill of the best; share, low, high: of the test rows on
        which not all of them agree, with a Wilson interval; rows: up to 50 row numbers of the prepared data, the most
        contested first (empty where the arena kept none); pairs: {"left|right": share}; n: test rows compared;
        reason: why there is nothing to say, else None.

    Reference:
        Marx, Calmon & Ustun 2020, "Predictive multiplicity in classification", ICML.
    """
    blank: JsonObject = {
        "contestants": [], "share": None, "low": None, "high": None, "rows": [], "pairs": {}, "n": 0,
    }  # fmt: skip
    if contest.task.kind not in ("classification", "regression"):
        return {**blank, "reason": f"answers to {contest.task.kind} have no rows to compare"}
    runs = _runs_within_margin(contest)
    if len(runs) < 2:
        return {**blank, "reason": "no two contestants are within the margin of the best"}
    folds = _shared_folds(runs)[: contest.plan.folds]
    if not folds:
        return {**blank, "reason": "the predictions of a shared fold were not kept"}
    keys = [run.contestant for run in runs]
    gaps = [_disagreements(dict(zip(keys, fits, strict=True)), contest.task.kind == "regression") for fits in folds]
    flat = np.concatenate([np.any(list(one.values()), axis=0) for one in gaps])
    low, high = uncertainty.share_interval(int(flat.sum()), len(flat))
    listed = [_most_disputed_rows(fits[0].rows, list(one.values())) for fits, one in zip(folds, gaps, strict=True)]
    rows = [row for fold in listed for row in fold][:KEPT]
    return {
        "contestants": keys, "share": float(flat.mean()), "low": low, "high": high, "rows": rows,
        "pairs": {pair: float(np.concatenate([one[pair] for one in gaps]).mean()) for pair in gaps[0]},
        "n": len(flat), "reason": None,
    }  # fmt: skip


def _runs_within_margin(contest: Contest) -> list[Run]:
    """The contestants within the margin of the best in mean skill; without the dummy and those that failed."""
    finished = [run for run in contest.runs if run.family != "chance" and fold_scores.failure_reason(run) is None]
    means = [float(np.mean([fold_scores.fold_value(fit, "skill") or 0.0 for fit in run.fits])) for run in finished]
    best = max(means, default=math.nan)
    return [run for run, mean in zip(finished, means, strict=True) if best - mean <= contest.plan.margin]


def _shared_folds(runs: list[Run]) -> list[tuple[Fit, ...]]:
    """The folds, in playing order, for which every run still has its predictions."""
    tables = [{fit.split: fit for fit in run.fits if fit.predictions is not None} for run in runs]
    shared = [fit.split for fit in runs[0].fits if all(fit.split in table for table in tables)]
    folds = [tuple(table[split] for table in tables) for split in shared]
    return [fits for fits in folds if len({len(fit.predictions) for fit in fits}) == 1]


def _disagreements(fits: dict[str, Fit], numeric: bool) -> dict[str, np.ndarray]:
    """left|right -> on which rows (n,) the two differ."""
    answers = {key: np.asarray(fit.predictions, dtype=float) for key, fit in fits.items()}
    keys = list(answers)
    found = {}
    for index, left in enumerate(keys):
        for right in keys[index + 1 :]:
            if numeric:
                error = max(fits[key].scores.get("mae", 0.0) for key in (left, right))
                gap = np.abs(answers[left] - answers[right]) > error
            else:
                gap = answers[left].argmax(axis=1) != answers[right].argmax(axis=1)
            found[f"{left}|{right}"] = gap
    return found


def _most_disputed_rows(rows: Sequence[int] | np.ndarray | None, gaps: list[np.ndarray]) -> list[int]:
    """Row numbers with any disagreement, those with most of it first; none where the numbers were not kept."""
    if rows is None:
        return []
    votes = np.sum(gaps, axis=0)
    order = np.argsort(-votes, kind="stable")
    return [int(rows[index]) for index in order if votes[index] > 0]
