"""Likely wrong labels: rows of which classical and deep models, none trained on them, say another class surely.

Reference: Northcutt, Jiang & Chuang 2021, "Confident learning: estimating uncertainty in dataset labels", JAIR 70.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.errors.held_out import Answers


@dataclass(frozen=True)
class LabelIssues:
    """Rows whose recorded class is doubtful, the most doubtful first.

    Attributes:
        row_numbers: int (n,) into the prepared data. given, suggested: class codes int (n,). given_share,
        suggested_share: mean probability of either class over the contestants (n,). rows: that were looked at.
    """

    row_numbers: np.ndarray
    given: np.ndarray
    suggested: np.ndarray
    given_share: np.ndarray
    suggested_share: np.ndarray
    rows: int

    def __len__(self) -> int:
        return len(self.row_numbers)


def confident_classes(predictions: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The class that each row is confidently of: int (n,), -1 where none is.

    A class counts where its probability reaches the mean probability that rows recorded as that class give it; of
    several the most probable one.

    Args:
        predictions: probabilities (n, k) of a model that was not trained on these rows. truth: recorded codes (n,).

    Reference: Northcutt, Jiang & Chuang 2021, the confident joint.
    """
    counts = np.bincount(truth, minlength=predictions.shape[1])
    own = predictions[np.arange(len(truth)), truth]
    sums = np.bincount(truth, weights=own, minlength=predictions.shape[1])
    least = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    sure = np.where(predictions >= least, predictions, -1.0)
    best = sure.argmax(axis=1)
    confident: np.ndarray = np.where(sure[np.arange(len(best)), best] > 0, best, -1)
    return confident


def find_label_issues(answers: Sequence[Answers]) -> LabelIssues:
    """The rows that every one of these contestants finds confidently of one and the same other class.

    Args:
        answers: of one contestant of each family, over the same rows in the same order.

    Raises:
        ValueError: no answers, or answers to different rows.
    """
    if not answers or any(not np.array_equal(one.row_numbers, answers[0].row_numbers) for one in answers):
        raise ValueError("label issues need answers to the same rows")
    truth = answers[0].truth
    said = np.stack([confident_classes(one.predictions, one.truth) for one in answers])
    agreed = (said == said[0]).all(axis=0) & (said[0] >= 0) & (said[0] != truth)
    place = np.flatnonzero(agreed)
    mean = np.mean([one.predictions[place] for one in answers], axis=0)
    at = np.arange(len(place))
    given, suggested = mean[at, truth[place]], mean[at, said[0][place]]
    order = np.argsort(given - suggested, kind="stable")
    place = place[order]
    return LabelIssues(
        answers[0].row_numbers[place], truth[place], said[0][place], given[order], suggested[order], len(truth)
    )
