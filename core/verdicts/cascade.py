"""A cascade: the cheap model answers where it is sure, the dear one is asked about the rest; judged on held-out rows.

Reference: Chen, Zaharia & Zou 2023 (FrugalGPT), its cascade; Nadeau & Bengio 2003 for the interval over folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.evaluation import metrics, uncertainty
from core.evaluation.errors import held_out
from core.evaluation.errors.held_out import FoldAnswers
from core.evaluation.uncertainty import Posterior
from core.schema import Contest, Run
from core.verdicts import fold_scores

COST = "latency_p50"
# Shares of the rows that the dear model is asked about.
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# Where the dear model costs less than this many times the cheap one there is nothing to save.
LEAST_RATIO = 1.5
FEWEST_FOLDS = 3

Outcome = Literal["supported", "contradicted", "undecided"]


@dataclass(frozen=True)
class CascadePoint:
    """A cascade that asks the dear model about a share of the rows.

    share: of rows, measured. cost: milliseconds an answer. skill, low, high: mean over folds with its 90 % interval.
    """

    share: float
    cost: float
    skill: float
    low: float
    high: float


@dataclass(frozen=True)
class Cascade:
    """What asking the dear model only where the cheap one is unsure comes to.

    cheap, dear: contestants. cheap_cost, dear_cost: milliseconds an answer. curve: by the share asked. chosen: with the
    share that the other folds chose, fold by fold. against_cheap, against_dear: the chosen cascade minus that model, in
    points of skill. outcome: "supported" where it is better than the cheap model by the margin and not worse than the
    dear one by the margin; "contradicted" where either is ruled out.
    """

    cheap: str
    dear: str
    cheap_cost: float
    dear_cost: float
    curve: tuple[CascadePoint, ...]
    chosen: CascadePoint
    against_cheap: Posterior
    against_dear: Posterior
    outcome: Outcome


def measure_cascade(contest: Contest, pair: tuple[str, str]) -> Cascade | None:
    """The cascade of two contestants, the one with the quicker answer first.

    The share of rows that the dear model is asked about, and the confidence below which it is, are chosen on the other
    folds of the same round: never on the rows they are judged by.

    Args:
        contest: of classes, with recorded answers. pair: keys of two contestants.

    Returns:
        None where answers or costs are not recorded, too few folds are, or the costs hardly differ.
    """
    if contest.task.kind != "classification":
        return None
    costs = {run.contestant: _cost(run) for run in contest.runs}
    dummy = next((run.contestant for run in contest.runs if run.family == "chance"), None)
    cheap, dear = sorted(pair, key=lambda key: costs.get(key) or np.inf)
    low, high = costs.get(cheap), costs.get(dear)
    if dummy is None or low is None or high is None or high < LEAST_RATIO * low:
        return None
    folds = held_out.shared_folds(held_out.collect_answers(contest), (cheap, dear, dummy))
    rounds = [made for made in held_out.rounds_of(folds, contest) if len(made) >= FEWEST_FOLDS]
    losses = [[_FoldLosses.of(fold, cheap, dear, dummy) for fold in made] for made in rounds]
    if not losses:
        return None
    rho = fold_scores.fold_overlap(sum(map(len, losses)), contest.plan, contest.method)
    margin = contest.plan.margin
    curve = tuple(
        _point([one for made in losses for one in _play(made, [share] * len(made))], low, high, rho) for share in SHARES
    )
    chosen = [one for made in losses for one in _play(made, [_choose(made, k, margin) for k in range(len(made))])]
    alone = [one for made in losses for one in made]
    skills = np.array([one.skill for one in chosen])
    cheap_gap = uncertainty.corrected_t(skills - np.array([one.cheap_skill for one in alone]), rho, margin)
    dear_gap = uncertainty.corrected_t(skills - np.array([one.dear_skill for one in alone]), rho, margin)
    point = _point(chosen, low, high, rho)
    return Cascade(cheap, dear, low, high, curve, point, cheap_gap, dear_gap, _outcome(cheap_gap, dear_gap))


def _outcome(against_cheap: Posterior, against_dear: Posterior) -> Outcome:
    level = uncertainty.DECISION
    if against_cheap.p_left_better >= level and 1.0 - against_dear.p_right_better >= level:
        return "supported"
    if 1.0 - against_cheap.p_left_better >= level or against_dear.p_right_better >= level:
        return "contradicted"
    return "undecided"


@dataclass(frozen=True)
class _FoldLosses:
    """Row by row of one fold: confidence of the cheap model and the Brier losses of both, (m,); the dummy's mean."""

    confidence: np.ndarray
    cheap: np.ndarray
    dear: np.ndarray
    dummy: float

    @classmethod
    def of(cls, fold: FoldAnswers, cheap: str, dear: str, dummy: str) -> _FoldLosses:
        """The losses of a fold's answers.

        Args:
            fold: with the answers of all three.
        """
        losses = [metrics.brier_losses(fold.truth, fold.predictions[key]) for key in (cheap, dear, dummy)]
        return cls(fold.predictions[cheap].max(axis=1), losses[0], losses[1], float(losses[2].mean()))

    @property
    def cheap_skill(self) -> float:
        """Skill of the cheap model alone."""
        return metrics.skill(float(self.cheap.mean()), self.dummy)

    @property
    def dear_skill(self) -> float:
        """Skill of the dear model alone."""
        return metrics.skill(float(self.dear.mean()), self.dummy)


@dataclass(frozen=True)
class _PlayedFold:
    share: float
    skill: float


def _play(folds: Sequence[_FoldLosses], shares: Sequence[float]) -> list[_PlayedFold]:
    """Each fold under the threshold that gives its share on the other folds of its round."""
    return [
        _under(fold, _threshold([one for j, one in enumerate(folds) if j != k], share))
        for k, (fold, share) in enumerate(zip(folds, shares, strict=True))
    ]


def _threshold(others: Sequence[_FoldLosses], share: float) -> float:
    """The confidence below which that share of the rows lies; all rows, and none, at the ends."""
    if share <= 0.0:
        return -np.inf
    if share >= 1.0:
        return np.inf
    return float(np.quantile(np.concatenate([one.confidence for one in others]), share))


def _under(fold: _FoldLosses, threshold: float) -> _PlayedFold:
    asked = fold.confidence < threshold
    loss = float(np.where(asked, fold.dear, fold.cheap).mean())
    return _PlayedFold(float(asked.mean()), metrics.skill(loss, fold.dummy))


def _choose(folds: Sequence[_FoldLosses], left_out: int, margin: float) -> float:
    """The least share that on the other folds comes within half a margin of the best of all shares."""
    others = [one for k, one in enumerate(folds) if k != left_out]
    skills = [
        float(np.mean([_under(one, threshold).skill for one in others]))
        for threshold in (_threshold(others, share) for share in SHARES)
    ]
    enough = max(skills) - margin / 2
    return next(share for share, skill in zip(SHARES, skills, strict=True) if skill >= enough)


def _point(played: Sequence[_PlayedFold], cheap: float, dear: float, rho: float) -> CascadePoint:
    skills = np.array([one.skill for one in played])
    found = uncertainty.corrected_t(skills, rho, 0.0)
    share = float(np.mean([one.share for one in played]))
    return CascadePoint(share, cheap + share * dear, float(skills.mean()), found.low, min(100.0, found.high))


def _cost(run: Run) -> float | None:
    """Median milliseconds of an answer, above 0; None where it was not measured."""
    reading = run.readings.get(COST)
    values = [value for value in (reading.values if reading else ()) if value is not None and value > 0]
    return float(np.median(values)) if values else None
