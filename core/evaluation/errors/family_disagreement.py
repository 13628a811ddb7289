"""Where the families disagree: rows that all, some, one or none of them answer right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation import uncertainty
from core.evaluation.errors.held_out import FoldAnswers, answers_of, shared_folds
from core.evaluation.errors.right_answers import right_answers
from core.schema import Comparison, Family, Run, Task

FAMILIES: tuple[Family, ...] = ("classical", "deep", "hybrid")


@dataclass(frozen=True)
class AgreementSet:
    """The rows that exactly these families answer right.

    families: () where none does. row_numbers: int (n,) into the prepared data. share: of all rows, with its interval
    from ``low`` to ``high``.
    """

    families: tuple[Family, ...]
    row_numbers: tuple[int, ...]
    share: float
    low: float
    high: float

    @property
    def count(self) -> int:
        """How many rows the set holds.

        Returns:
            A count.
        """
        return len(self.row_numbers)


@dataclass(frozen=True)
class Disagreement:
    """All sets of rows, and by what they were told apart.

    contestants: family -> the contestant that stands for it. sets: the most rows first. rows: in all.
    tolerance: of a regression, the error up to which an answer counts as right, in the target's unit; else None.
    """

    contestants: Mapping[Family, str]
    sets: tuple[AgreementSet, ...]
    rows: int
    tolerance: float | None


def family_representatives(runs: Sequence[Run], comparisons: Sequence[Comparison]) -> dict[Family, str]:
    """The contestant that stands for each family: that of the verdict, else the one with the best mean skill.

    Args:
        runs: of a contest. comparisons: of the same contest; the first of a classical with a deep one decides.

    Returns:
        Family -> key, for the families with a scored contestant; never the dummy.
    """
    family = {run.contestant: run.family for run in runs if _mean_skill(run) > -math.inf}
    found: dict[Family, str] = {}
    for one in comparisons:
        sides = (one.left, one.right)
        if one.measurement == "skill" and {family.get(key) for key in sides} == {"classical", "deep"}:
            found = {family[key]: key for key in sides}
            break
    for run in sorted(runs, key=_mean_skill, reverse=True):
        if run.family in FAMILIES and run.contestant in family:
            found.setdefault(run.family, run.contestant)
    return {name: found[name] for name in FAMILIES if name in found}


def measure_disagreement_sets(
    folds: Sequence[FoldAnswers], task: Task, contestants: Mapping[Family, str]
) -> Disagreement | None:
    """The rows sorted by which families answer them right.

    Args:
        folds: in which every row stands once. task: says what right means. contestants: who stands for each family.

    Returns:
        None where fewer than two families have predictions on the same folds.

    Reference:
        Marx, Calmon & Ustun 2020, "Predictive multiplicity in classification", ICML.
    """
    shared = shared_folds(folds, list(contestants.values()))
    if len(contestants) < 2 or not shared:
        return None
    named = list(contestants)
    answers = [answers_of(shared, key) for key in contestants.values()]
    given = [one for one in answers if one is not None]
    tolerance = None
    if task.kind == "regression":
        tolerance = float(np.median(np.abs([one.truth - one.predictions for one in given])))
    right = np.array([right_answers(one, task, tolerance) for one in given])
    codes = (right * (2 ** np.arange(len(named)))[:, None]).sum(axis=0)
    sets = []
    for code in range(2 ** len(named)):
        rows = given[0].row_numbers[codes == code]
        low, high = uncertainty.share_interval(len(rows), len(codes))
        families = tuple(name for k, name in enumerate(named) if code >> k & 1)
        sets.append(AgreementSet(families, tuple(int(row) for row in rows), len(rows) / len(codes), low, high))
    sets.sort(key=lambda one: -one.count)
    return Disagreement(dict(contestants), tuple(sets), len(codes), tolerance)


def _mean_skill(run: Run) -> float:
    found = [fit.skill for fit in run.fits if fit.skill is not None and math.isfinite(fit.skill)]
    return sum(found) / len(found) if found else -math.inf
