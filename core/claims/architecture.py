"""Row 1, core architecture: does stacking layers earn the network anything on this data?"""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_points
from core.schema import Claim, Contest, MeasurementResult, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """The gain of the validated depth over no hidden layer at all, over repeated cuts."""
    found = votes.family_readings(contest, "depth_ablation")
    if "deep" not in found or len(found["deep"].values) < 2:
        return None
    gain = _gain(found["deep"], contest.plan.margin)
    because = f"Hidden layers change the network's skill by {format_points(gain)} against none."
    measured = f"network depth {format_points(gain)}"
    numbers = {"network": [gain.gap, gain.low, gain.high]}
    if "classical" in found and len(found["classical"].values) >= 2:
        trees = _gain(found["classical"], contest.plan.margin)
        because += f" Deeper trees change the boosted model's by {format_points(trees)} against stumps."
        measured = f"classical: tree depth {format_points(trees)} | deep: {measured}"
        numbers["trees"] = [trees.gap, trees.low, trees.high]
    return votes.ClaimVote(votes.outcome_of(gain), because, measured, numbers)


def _gain(reading: MeasurementResult, margin: float) -> uncertainty.Posterior:
    rho = float(reading.detail.get("rho", 0.25))
    return uncertainty.corrected_t(reading.values, rho, margin)


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when depth pays beyond the margin with 95 % probability, contradicted when it costs that much."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="architecture",
    row=1,
    title="Core architecture",
    says="What sets networks apart is many layers and many parameters; the classical family is broad and plainer.",
    favours="deep",
    needs=("depth_ablation",),
    judge=judge,
    by_skill=True,
    rule="Small networks with 0 to 3 hidden layers are trained on repeated cuts of the same rows; the depth is chosen "
    "on inner validation. Supported when it beats depth 0 by more than the margin with probability .95, contradicted "
    "when depth 0 beats it by that much, tied within the margin, else undecided. Trees of depth 1 to 8 stand "
    "beside it.",
    evidence=("parameters", "depth_ablation", "design_ablation"),
)
