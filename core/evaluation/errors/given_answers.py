"""What a contestant answered on one test row, and the names that answers go by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.evaluation.errors import right_answers
from core.evaluation.errors.held_out import Answers
from core.schema import Contest

ANOMALY_NAMES = ("normal", "anomaly")


@dataclass(frozen=True)
class GivenAnswer:
    """What one contestant answered on one row.

    label: the class, or None for numbers. share: the probability of that class, or the anomaly percentile (0 to 1);
    value: the number of a regression. right: whether it counts as right; None for numbers.
    """

    label: str | None
    share: float | None
    value: float | None
    right: bool | None


def class_names(contest: Contest) -> tuple[str, ...]:
    """The classes by code; normal and anomaly where anomalies are detected; () for numbers.

    Args:
        contest: finished.
    """
    if contest.task.kind == "anomaly":
        return ANOMALY_NAMES
    return tuple(str(name) for name in contest.dataset.get("labels") or ()) if contest.task.kind != "regression" else ()


def recorded_name(contest: Contest, label: str) -> str:
    """A recorded answer as it is shown: the label, or normal and anomaly for 0 and 1 of detected anomalies.

    Args:
        contest: finished. label: as the contest keeps it.
    """
    return {"0": ANOMALY_NAMES[0], "1": ANOMALY_NAMES[1]}.get(label, label) if contest.task.kind == "anomaly" else label


def given_answer(
    contest: Contest,
    answers: Answers | None,
    row: int,
    percentiles: Callable[[Answers], np.ndarray] = right_answers.anomaly_percentiles,
) -> GivenAnswer | None:
    """What a contestant answered on a row; None where it was not asked.

    Args:
        contest: finished. answers: of one contestant, n of them. row: number of the row. percentiles: answers -> float
            (n,), the share of normal rows below each; asked of detected anomalies only.
    """
    place = np.flatnonzero(answers.row_numbers == row) if answers is not None else np.array([])
    if answers is None or not len(place):
        return None
    at = int(place[0])
    if contest.task.kind == "regression":
        return GivenAnswer(None, None, float(answers.predictions[at]), None)
    if contest.task.kind == "anomaly":
        share = float(percentiles(answers)[at])
        alarm = share >= right_answers.ALARM
        return GivenAnswer(ANOMALY_NAMES[int(alarm)], share, None, alarm == bool(answers.truth[at] > 0))
    best = int(answers.predictions[at].argmax())
    share = float(answers.predictions[at, best])
    return GivenAnswer(class_names(contest)[best], share, None, best == int(answers.truth[at]))
