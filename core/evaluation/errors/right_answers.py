"""What counts as a right answer, and as a bad mistake, for every kind of task."""

from __future__ import annotations

import numpy as np

from core.evaluation.errors.held_out import Answers
from core.schema import Task

# Alarms ring on 1 % of the normal rows, as everywhere in the app.
ALARM = 0.99


def anomaly_percentiles(answers: Answers) -> np.ndarray:
    """Anomaly scores on one scale for all folds and contestants: the share of the fold's normal rows that lie below.

    Args:
        answers: of an anomaly detection; truth 0 is normal.

    Returns:
        Float (n,) from 0 to 1; 0 where a fold has no normal row.
    """
    found = np.zeros(len(answers))
    for fold in np.unique(answers.folds):
        inside = answers.folds == fold
        normal = np.sort(answers.predictions[inside & (answers.truth == 0)])
        if len(normal):
            found[inside] = np.searchsorted(normal, answers.predictions[inside]) / len(normal)
    return found


def right_answers(answers: Answers, task: Task, tolerance: float | None = None) -> np.ndarray:
    """Which answers are right: the most probable class, an alarm where there is an anomaly, a number near enough.

    Args:
        answers: n of them. task: their kind. tolerance: of a regression, the largest error that counts as right, in the
            target's unit; None: the median error.

    Returns:
        bool (n,).
    """
    right: np.ndarray
    if task.kind == "classification":
        right = answers.predictions.argmax(axis=1) == answers.truth
    elif task.kind == "anomaly":
        right = (anomaly_percentiles(answers) >= ALARM) == (answers.truth > 0)
    else:
        error = np.abs(answers.truth - answers.predictions)
        right = error <= (float(np.median(error)) if tolerance is None else tolerance)
    return right


def worst_mistakes(answers: Answers, task: Task, most: int) -> np.ndarray:
    """Where the worst mistakes stand: the surest wrong class, the largest error, alarms and misses in turn.

    Args:
        answers: n of them. task: their kind. most: how many at most.

    Returns:
        Positions int (m,) into the answers, the worst first; no right answer is among them.
    """
    if task.kind == "regression":
        size = np.abs(answers.truth - answers.predictions)
        order: np.ndarray = np.argsort(-size, kind="stable")
        worst: np.ndarray = order[size[order] > 0][:most]
        return worst
    wrong = np.flatnonzero(~right_answers(answers, task))
    if task.kind == "classification":
        sure = answers.predictions[wrong].max(axis=1)
        surest: np.ndarray = wrong[np.argsort(-sure, kind="stable")][:most]
        return surest
    percentile = anomaly_percentiles(answers)
    missed = wrong[answers.truth[wrong] > 0]
    alarms = wrong[answers.truth[wrong] == 0]
    missed = missed[np.argsort(percentile[missed], kind="stable")]
    alarms = alarms[np.argsort(-percentile[alarms], kind="stable")]
    both = np.concatenate([2 * np.arange(len(missed)), 2 * np.arange(len(alarms)) + 1])
    turns: np.ndarray = np.concatenate([missed, alarms])[np.argsort(both, kind="stable")]
    return turns[:most]
