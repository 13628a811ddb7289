"""Row 6, feature engineering: do hand-made features lift the classical side by more than the deep one?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_points
from core.schema import Claim, Contest, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """The interaction: classical lift minus deep lift, paired over the same repeated cuts."""
    both = votes.reading_pair(contest, "engineered")
    if both is None or min(len(one.values) for one in both) < 2 or len(both[0].values) != len(both[1].values):
        return None
    rho, margin = float(both[1].detail.get("rho", 0.25)), contest.plan.margin
    deep, classical = (uncertainty.corrected_t(one.values, rho, margin) for one in both)
    gap = uncertainty.corrected_t(np.subtract(both[1].values, both[0].values), rho, margin)
    because = (
        f"Hand-made features lift the classical contestant by {format_points(classical)} and the deep one by "
        f"{format_points(deep)}: a difference of {format_points(gap)}."
    )
    lifts = {family: uncertainty.corrected_t(one.values, rho, margin) for family, one in _all(contest).items()}
    measured = " | ".join(f"{family} {format_points(lift)}" for family, lift in lifts.items())
    numbers = {"interaction": [gap.gap, gap.low, gap.high]}
    return votes.ClaimVote(votes.outcome_of(gap), because, measured, numbers)


def _all(contest: Contest) -> dict:
    found = votes.family_readings(contest, "engineered")
    return {family: one for family, one in found.items() if len(one.values) >= 2}


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when the classical lift exceeds the deep lift beyond the margin with 95 % probability."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="feature_engineering",
    row=6,
    title="Feature engineering",
    says="Networks find their own features; classical results hang on features made by somebody who knows the field.",
    favours="deep",
    needs=("engineered",),
    judge=judge,
    by_skill=True,
    rule="Both sides are refitted on raw and on engineered inputs over the same repeated cuts. Supported when the lift "
    "of the classical side exceeds that of the deep side by more than the margin with probability .95, contradicted "
    "when it falls short of it by that much, tied within the margin, else undecided.",
    evidence=("engineered",),
)
