"""Confusion of classes: how often each recorded class was answered by each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation import uncertainty


@dataclass(frozen=True)
class Confusion:
    """Counts of recorded class (rows) by answered class (columns).

    Attributes:
        counts: int (k, k). names: (k,) of the classes; the last one is "other" where small classes were joined.
    """

    counts: np.ndarray
    names: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many answers were counted.

        Returns:
            The sum of the counts.
        """
        return int(self.counts.sum())

    @property
    def shares(self) -> np.ndarray:
        """Of each recorded class, the share answered by each class.

        Returns:
            Float (k, k), rows adding up to 1; 0 for a class without rows.
        """
        whole = self.counts.sum(axis=1, keepdims=True)
        found: np.ndarray = self.counts / np.maximum(whole, 1)
        return found


@dataclass(frozen=True)
class ConfusedPair:
    """One kind of mistake: ``recorded`` answered as ``answered``, ``count`` of ``rows`` of that class.

    ``share`` with its interval from ``low`` to ``high``.
    """

    recorded: str
    answered: str
    count: int
    rows: int
    share: float
    low: float
    high: float


def confusion_matrix(truth: np.ndarray, guesses: np.ndarray, names: Sequence[str]) -> Confusion:
    """Counts of every pair of recorded and answered class.

    Args:
        truth, guesses: int (n,) class codes. names: (k,) of the classes.

    Returns:
        Counts (k, k), recorded classes in rows.

    Reference:
        Kohavi & Provost 1998, "Glossary of terms", Machine Learning 30.
    """
    classes = len(names)
    counts = np.bincount(truth * classes + guesses, minlength=classes * classes).reshape(classes, classes)
    return Confusion(counts, tuple(names))


def join_small_classes(confusion: Confusion, most: int) -> Confusion:
    """A matrix of at most ``most`` classes: those with the most mistakes keep their place, the others are joined.

    Args:
        confusion: of k classes. most: at least 2.

    Returns:
        The same where k is small enough; else ``most - 1`` classes in their order and "other". Mistakes among the
        joined classes count as right answers there, which is why a page must say that classes were joined.
    """
    if len(confusion.names) <= most:
        return confusion
    wrong = confusion.counts.copy()
    np.fill_diagonal(wrong, 0)
    involved = wrong.sum(axis=0) + wrong.sum(axis=1)
    kept = np.sort(np.argsort(-involved, kind="stable")[: most - 1])
    group = np.full(len(confusion.names), most - 1)
    group[kept] = np.arange(most - 1)
    counts = np.zeros((most, most), dtype=np.int64)
    np.add.at(counts, (group[:, None], group[None, :]), confusion.counts)
    return Confusion(counts, (*(confusion.names[k] for k in kept), "other"))


def confused_pairs(confusion: Confusion, most: int) -> list[ConfusedPair]:
    """The most frequent kinds of mistake.

    Args:
        confusion: of all classes. most: how many.

    Returns:
        Each with the share of its recorded class and a Wilson interval, the most frequent first.
    """
    whole = confusion.counts.sum(axis=1)
    wrong = confusion.counts.copy()
    np.fill_diagonal(wrong, 0)
    found = []
    for place in np.argsort(-wrong, axis=None, kind="stable")[:most]:
        row, column = np.unravel_index(place, wrong.shape)
        count, rows = int(wrong[row, column]), int(whole[row])
        if count:
            low, high = uncertainty.share_interval(count, rows)
            found.append(
                ConfusedPair(confusion.names[row], confusion.names[column], count, rows, count / rows, low, high)
            )
    return found
