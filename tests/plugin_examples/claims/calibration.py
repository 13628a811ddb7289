"""A further row: are the probabilities of classical models closer to the truth than those of networks?"""

from __future__ import annotations

from collections.abc import Sequence

from core.judging import votes
from core.schema import Claim, Contest, Verdict

MARGIN = 0.02


def vote(contest: Contest) -> votes.ClaimVote | None:
    """One contest's vote: the calibration error of the deep side against that of the classical side."""
    both = votes.reading_pair(contest, "calibration_error")
    if both is None:
        return None
    deep, classical = (one.values[0] for one in both)
    apart = deep - classical
    outcome = "tied" if abs(apart) <= MARGIN else "supported" if apart > 0 else "contradicted"
    because = f"The calibration error is {deep:.3f} for the deep contestant and {classical:.3f} for the classical one."
    return votes.ClaimVote(outcome, because, f"deep {deep:.3f}, classical {classical:.3f}", {"gap": apart})


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """One verdict from the votes of all contests."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="calibration",
    row=13,
    title="Calibration",
    says="The probabilities of classical models can be believed, those of networks are too sure.",
    favours="classical",
    needs=("calibration_error",),
    judge=judge,
    rule="Expected calibration error, deep minus classical: tied within .02, otherwise supported (contradicted) when "
    "the deep (classical) side is farther from the truth.",
    evidence=("calibration_error",),
    deep="too sure of itself",
    classical="probabilities can be believed",
    reading="the calibration error of both sides",
)
