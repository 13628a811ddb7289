"""Numbers drawn from a contest for pages and reports: who stands where, deep against classical, the readings."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from core.evaluation import uncertainty
from core.schema import Comparison, Contest, Run
from core.verdicts import metric_scales


@dataclass(frozen=True)
class ContestantScores:
    """One contestant on one metric: the values a fold, their mean and its interval (None with fewer than two folds)."""

    run: Run
    values: tuple[float, ...]
    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PrimaryComparison:
    """Deep against classical on skill: ``gap`` > 0 means deep is better; the three probabilities sum to one."""

    classical: Run
    deep: Run
    comparison: Comparison
    gap: float
    low: float
    high: float
    p_classical: float
    p_tie: float
    p_deep: float
    margin: float

    @property
    def ahead(self) -> Run:
        """The side with more skill; classical where both have the same."""
        return self.deep if self.gap > 0 else self.classical

    @property
    def behind(self) -> Run:
        """The other side."""
        return self.classical if self.gap > 0 else self.deep

    @property
    def lead(self) -> float:
        """Points of skill between the two, never negative."""
        return abs(self.gap)

    @property
    def lead_interval(self) -> tuple[float, float]:
        """The ends of the interval of ``lead``, as seen from the side that is ahead."""
        return (self.low, self.high) if self.gap > 0 else (-self.high, -self.low)


def scored_runs(contest: Contest) -> list[Run]:
    """The contestants with at least one scored fold."""
    return [run for run in contest.runs if any(fit.skill is not None for fit in run.fits)]


def failed_runs(contest: Contest) -> list[Run]:
    """The contestants that did not finish, or lost a fold on the way."""
    return [run for run in contest.runs if run.error or any(fit.error for fit in run.fits)]


def shared_metrics(contest: Contest) -> list[str]:
    """The metrics that every scored contestant has, skill first."""
    found = [set(fit.scores) for run in scored_runs(contest) for fit in run.fits if fit.skill is not None]
    shared = set.intersection(*found) if found else set()
    return ["skill", *sorted(shared - {"skill"})] if found else []


def rank_contestants(contest: Contest, metric: str = "skill") -> list[ContestantScores]:
    """Every scored contestant on a metric, the best first, those that a quick answer dropped behind the others."""
    result = []
    for run in scored_runs(contest):
        fits = [fit for fit in run.fits if fit.skill is not None]
        drawn = [fit.skill if metric == "skill" else fit.scores.get(metric) for fit in fits]
        values = tuple(float(value) for value in drawn if value is not None)
        if values:
            result.append(_scores_of(run, values, metric, contest.plan.folds))
    sign = -1 if metric_scales.scale_of(metric).better == "higher" else 1
    return sorted(result, key=lambda standing: (standing.run.dropped is not None, sign * standing.mean))


def _scores_of(run: Run, values: tuple[float, ...], metric: str, folds: int) -> ContestantScores:
    if len(values) < 2:
        return ContestantScores(run, values, values[0], None, None)
    said = uncertainty.corrected_t(values, uncertainty.fold_rho(max(folds, 2)), 0.0)
    least, most = metric_scales.bounds(metric)
    return ContestantScores(run, values, said.gap, max(said.low, least), min(said.high, most))


def primary_comparison(contest: Contest) -> PrimaryComparison | None:
    """The primary comparison, turned so that classical stands left and deep right; None when there is none."""
    runs = {run.contestant: run for run in contest.runs}
    for said in contest.comparisons:
        left, right = runs.get(said.left), runs.get(said.right)
        if said.measurement != "skill" or left is None or right is None:
            continue
        if (left.family, right.family) == ("deep", "classical"):
            return PrimaryComparison(right, left, said, said.gap, said.low, said.high,
                        said.p_right_better, said.p_tie, said.p_left_better, said.margin)  # fmt: skip
        if (left.family, right.family) == ("classical", "deep"):
            return PrimaryComparison(left, right, said, -said.gap, -said.high, -said.low,
                        said.p_left_better, said.p_tie, said.p_right_better, said.margin)  # fmt: skip
    return None


def hybrid_comparisons(contest: Contest) -> list[Comparison]:
    """The hybrid against either side on skill: the same question for the middle way."""
    families = {run.contestant: run.family for run in contest.runs}
    asked = [(one, {families.get(one.left), families.get(one.right)}) for one in contest.comparisons]
    return [
        one for one, sides in asked if one.measurement == "skill" and "hybrid" in sides and not sides & {"chance", None}
    ]


def median_value(run: Run, key: str) -> float | None:
    """The median of a measurement's repeated values, or None where it was not measured."""
    found = run.readings.get(key)
    return statistics.median(found.values) if found and found.values else None


def value_range(run: Run, key: str) -> tuple[float, float] | None:
    """The smallest and the largest of a measurement's repeated values, when there are several."""
    found = run.readings.get(key)
    return (min(found.values), max(found.values)) if found and len(found.values) > 1 else None


def pareto_front(places: Sequence[tuple[float, float]]) -> list[int]:
    """Numbers of the (cost, skill) places that no other beats on both: cheaper or equal, and better."""
    order = sorted(range(len(places)), key=lambda k: (places[k][0], -places[k][1]))
    kept, best = [], float("-inf")
    for k in order:
        if places[k][1] > best:
            kept.append(k)
            best = places[k][1]
    return kept
