"""Likely wrong labels: rows of which classical and deep models, none trained on them, say another class surely.

Reference: Northcutt, Jiang & Chuang 2021, "Confident learning: estimating uncertainty in dataset labels", JAIR 70.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation import uncertainty
from core.evaluation.errors.held_out import Answers


@dataclass(frozen=True)
class WrongShare:
    """The estimated share of wrong labels among all rows, with the 90 % interval from ``low`` to ``high``.

    counted: rows that every contestant finds confidently of one and the same class; the share rests on them.
    """

    share: float
    low: float
    high: float
    counted: int


@dataclass(frozen=True)
class LabelIssues:
    """Rows whose recorded class is doubtful, the most doubtful first.

    Attributes:
        row_numbers: int (n,) into the prepared data. given, suggested: class codes int (n,). given_share,
        suggested_share: mean probability of either class over the contestants (n,). rows: that were looked at.
        wrong: the estimated share of wrong labels; None where no row is confidently of a class.
    """

    row_numbers: np.ndarray
    given: np.ndarray
    suggested: np.ndarray
    given_share: np.ndarray
    suggested_share: np.ndarray
    rows: int
    wrong: WrongShare | None = None

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
    common = np.where((said == said[0]).all(axis=0), said[0], -1)
    place = np.flatnonzero((common >= 0) & (common != truth))
    mean = np.mean([one.predictions[place] for one in answers], axis=0)
    at = np.arange(len(place))
    given, suggested = mean[at, truth[place]], mean[at, common[place]]
    order = np.argsort(given - suggested, kind="stable")
    place = place[order]
    return LabelIssues(
        answers[0].row_numbers[place], truth[place], common[place], given[order], suggested[order], len(truth),
        wrong_share(truth, common),
    )  # fmt: skip


def wrong_share(truth: np.ndarray, confident: np.ndarray) -> WrongShare | None:
    """The share of wrong labels: what stands off the diagonal of the confident joint, scaled to the recorded classes.

    It assumes that within a class wrong labels fall on hard and on easy rows alike. Where classes overlap, hard rows
    with right labels stand off the diagonal too, so that the share is rather too high than too low.

    Args:
        truth: recorded class codes (n,). confident: the class each row is confidently of (n,), -1 where none is.

    Returns:
        The estimate; its interval is the binomial one at the effective number of rows of a stratified share. None
        where no row counts.

    Reference:
        Northcutt, Jiang & Chuang 2021, the calibrated confident joint; Korn & Graubard 1998, "Confidence intervals for
        proportions with small expected number of positive counts estimated from survey data", Survey Methodology 24.
    """
    sure = confident >= 0
    classes = int(max(truth.max(initial=0), confident.max(initial=0))) + 1
    recorded = np.bincount(truth, minlength=classes)
    counted = np.bincount(truth[sure], minlength=classes)
    if not counted.sum():
        return None
    off = np.bincount(truth[sure & (confident != truth)], minlength=classes)
    # A class without a counted row says nothing; it takes no part in the mean over classes.
    weight = np.where(counted > 0, recorded, 0) / recorded[counted > 0].sum()
    rate = off / np.maximum(counted, 1)
    share, total = float(weight @ rate), int(counted.sum())
    variance = float((weight**2 * rate * (1 - rate) / np.maximum(counted, 1)).sum())
    effective = min(total, max(1, round(share * (1 - share) / variance))) if variance > 0 else total
    low, high = uncertainty.share_interval(round(share * effective), effective)
    return WrongShare(share, min(low, share), max(high, share), total)
