"""Random folds against folds that keep together what belongs together, with a nearest neighbour as the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation import row_features, splits
from core.schema import Dataset, Finding, LoadError, Plan, Split, Task

ROWS = 1_500
LEAST_ROWS = 60
PLAN = Plan(folds=5, repeats=2, fixed_folds=True)
# A difference is told when it is beyond three standard errors, clustered by set, and beyond three points.
ERRORS, POINTS = 3.0, 3.0


@dataclass(frozen=True)
class FoldContrast:
    """Scores in points of the same quick model: on random folds, and on strict ones that keep sets together; accuracy
    for classes, R2 for numbers. error: the standard error of their difference."""

    random: float
    strict: float
    error: float

    @property
    def leaks(self) -> bool:
        """Whether random folds flatter by more than noise.

        Returns:
            True or False.
        """
        return self.random - self.strict > max(ERRORS * self.error, POINTS)


def contrast_folds(dataset: Dataset, task: Task, together: np.ndarray) -> FoldContrast | None:
    """The score of a nearest neighbour under random and under strict folds; None where that cannot be told.

    Args:
        dataset: n prepared items with their answers. together: int (n,), equal for items of one set; at most 1,500
            items are used, whole sets of them.

    Reference:
        Cameron & Miller 2015, "A practitioner's guide to cluster-robust inference" (the standard error).
    """
    if task.kind not in ("classification", "regression", "anomaly") or dataset.target is None:
        return None
    if dataset.order is not None or len(dataset) < LEAST_ROWS or len(np.unique(together)) == len(together):
        return None
    from dataclasses import replace

    cut = splits.subsample_rows(replace(dataset, groups=np.asarray(together)), task, ROWS, 0)
    vectors = row_features.item_vectors(cut)
    target = np.asarray(cut.target, dtype=float)
    if vectors is None or len(cut) < LEAST_ROWS or not target.std() > 0:
        return None
    try:
        strict = splits.make_splits(cut, task, PLAN, cut.groups)
        free = splits.make_splits(replace(cut, groups=None), task, PLAN, np.arange(len(cut)))
    except LoadError:
        return None
    squares = (vectors**2).sum(axis=1)
    away = squares[:, None] + squares[None, :] - 2 * vectors @ vectors.T
    classes = task.kind != "regression"
    by_chance, by_set = (_losses(away, target, folds, classes) for folds in (free, strict))
    sums = np.bincount(
        np.unique(np.asarray(cut.groups), return_inverse=True)[1], by_set - by_chance - (by_set - by_chance).mean()
    )
    error = float(np.sqrt((sums**2).sum())) / len(cut)
    random, held = (100.0 * (1.0 - float(losses.mean())) for losses in (by_chance, by_set))
    return FoldContrast(random, held, 100.0 * error)


def _losses(away: np.ndarray, target: np.ndarray, folds: list[Split], classes: bool) -> np.ndarray:
    """(n,): mean loss of each row over the repeats: an error of the class, or the squared error over the variance."""
    lost, met = np.zeros(len(target)), np.zeros(len(target))
    for fold in folds:
        known = np.concatenate([fold.train, fold.valid])
        nearest = known[away[np.ix_(fold.test, known)].argmin(axis=1)]
        gap = target[nearest] - target[fold.test]
        lost[fold.test] += (gap != 0) if classes else gap**2 / target.var()
        met[fold.test] += 1
    return np.asarray(lost / np.maximum(met, 1))


def contrast_findings(contrast: FoldContrast | None, what: str, task: Task) -> list[Finding]:
    """A finding of the gravest level where random folds flatter, none otherwise.

    Args:
        what: what strict folds keep together, in the plural ("near copies", "groups").
    """
    if contrast is None or not contrast.leaks:
        return []
    unit = "points of R2" if task.kind == "regression" else "% right"
    said = (
        f"Random folds would have scored {contrast.random:.0f} {unit}, folds that keep {what} together "
        f"{contrast.strict:.0f}: the rows leak into each other (a nearest neighbour as a quick model)."
    )
    how = "The verdict follows the strict folds. Scores from random folds on these data are not to be trusted."
    return [Finding("strict_folds", "danger", said, (), how)]
