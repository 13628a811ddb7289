"""A row of its own: do classical models know better how sure they may be?"""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_by_family, format_points
from core.schema import Claim, Contest, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """Points by which the deep side is more overconfident than the classical one."""
    both = votes.reading_pair(contest, "overconfidence")
    if both is None:
        return None
    found = uncertainty.welch_t(both[0].values, both[1].values)
    because = f"The deep contestant's overconfidence is {format_points(found)} above the classical one's."
    measured = format_by_family(votes.family_readings(contest, "overconfidence"), "points")
    return votes.ClaimVote(votes.outcome_of(found), because, measured, {"points": [found.gap, found.low, found.high]})


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when the deep side is more overconfident with 95 % probability."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="calibration",
    row=13,
    title="Calibration",
    says="Classical models know better how sure they may be.",
    favours="classical",
    needs=("overconfidence",),
    judge=judge,
    rule="Overconfidence of the deep against the classical contestant: supported at a probability of 95 %.",
    evidence=("overconfidence",),
    deep="Tends to be surer than it is right.",
    classical="Says honestly how sure it is.",
    reading="The deep side's confidence exceeds its accuracy by more than the classical side's does.",
)
