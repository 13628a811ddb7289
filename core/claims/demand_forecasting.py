"""A sentence of section 2, demand: do classical forecasts save orders of magnitude of compute, at a level accuracy?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core import wording
from core.evaluation import uncertainty
from core.judging import contest_parts, votes
from core.judging.vote_wording import format_factor, format_values
from core.schema import Claim, Comparison, Contest, Outcome, Run, Verdict

# Orders of magnitude begin at a factor of ten.
TENFOLD = 1.0


def vote(contest: Contest) -> votes.ClaimVote | None:
    """CPU seconds of training over the origins, and the contest's own comparison on skill."""
    one, runs = votes.comparison_of(contest, "skill"), votes.representatives(contest)
    if contest.task.kind != "forecast" or one is None or not {"deep", "classical"} <= set(runs):
        return None
    deep, classical = (_seconds(runs[family]) for family in ("deep", "classical"))
    saved = saving(deep, classical, votes.fold_overlap(contest))
    if saved is None:
        return None
    because = (
        f"On {contest.dataset.get('name', 'series')} the deep forecaster takes {format_factor(saved)} the CPU seconds "
        f"of the classical one to train; classical stands at {-one.gap:+z.1f} points of skill against it "
        f"{wording.format_interval(-one.high, -one.low)}."
    )
    measured = f"classical {format_values(classical, 'CPU-s')} | deep {format_values(deep, 'CPU-s')}"
    numbers = {"log10_training": [saved.gap, saved.low, saved.high], "skill_gap": [-one.gap, -one.high, -one.low]}
    return votes.ClaimVote(outcome_of(saved, one), because, measured, numbers)


def _seconds(run: Run) -> tuple[float, ...]:
    return tuple(fit.fit_cpu_seconds for fit in run.fits if fit.error is None and fit.fit_cpu_seconds > 0)


def saving(deep: Sequence[float], classical: Sequence[float], overlap: float) -> uncertainty.Posterior | None:
    """How many orders of magnitude the deep side takes more; within a factor of ten counts as practically equal.

    Args:
        deep, classical: CPU seconds, one an origin. overlap: n_test / n_train of the origins, for the variance.

    Returns:
        The log10 of the ratio with three probabilities; None where the sides did not play the same two origins.
    """
    if len(deep) != len(classical) or len(deep) < 2:
        return None
    return uncertainty.corrected_t(np.log10(deep) - np.log10(classical), overlap, TENFOLD)


def outcome_of(saved: uncertainty.Posterior, one: Comparison) -> Outcome:
    """Both halves of the sentence must hold; either that fails contradicts it.

    Args:
        saved: of ``saving``. one: deep against classical on skill.
    """
    if one.scope != "approaches" or one.p_left_better != one.p_left_better:
        return "undecided"
    if one.p_left_better >= votes.LEVEL or 1.0 - saved.p_left_better >= votes.LEVEL:
        return "contradicted"
    level = 1.0 - one.p_left_better >= votes.LEVEL
    return "supported" if level and saved.p_left_better >= votes.LEVEL else "undecided"


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Every set of series that was forecast, further parts of use cases among them, votes with its latest contest."""
    everything = contest_parts.all_contests(contests)
    return votes.combine_votes(claim, everything, vote, "play a contest on series to foretell, or use case C")


CLAIM = Claim(
    key="demand_forecasting",
    row=16,
    title="Demand forecasting",
    says="On demand, classical learning saves orders of magnitude of compute, at an accuracy that is level or better.",
    favours="classical",
    needs=(),
    judge=judge,
    by_skill=True,
    rule="The best forecaster of either family, over rolling origins. Supported when the deep one takes more than ten "
    "times the CPU seconds of the classical one to train with probability .95, and is not better beyond the margin "
    "with probability .95; contradicted when it takes less than ten times, or is better, with probability .95; else "
    "undecided. Five origins at least.",
    section="sentence",
)
