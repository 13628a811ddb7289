"""Row 3, compute and hardware: does the classical contestant need less to train and to answer?"""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_by_family, format_factor
from core.schema import Claim, Contest, Outcome, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """CPU seconds of training over the folds, and joules of a thousand answers."""
    training, answering = votes.reading_pair(contest, "fit_cpu_seconds"), votes.reading_pair(contest, "energy")
    if training is None or answering is None:
        return None
    fit = votes.ratio_posterior(training[0].values, training[1].values, votes.fold_overlap(contest))
    joules = votes.ratio_posterior(answering[0].values, answering[1].values)
    how = " and ".join(sorted({str(one.detail.get("how", "estimated")) for one in answering}))
    because = (
        f"The deep contestant takes {format_factor(fit)} the CPU seconds of the classical one to train and "
        f"{format_factor(joules)} its energy to answer ({how})."
    )
    seconds = format_by_family(votes.family_readings(contest, "fit_cpu_seconds"), "CPU-s", votes.fold_overlap(contest))
    energy = format_by_family(votes.family_readings(contest, "energy"), "J per 1,000 answers")
    numbers = {"log10_training": [fit.gap, fit.low, fit.high], "log10_energy": [joules.gap, joules.low, joules.high]}
    return votes.ClaimVote(_both(fit, joules), because, f"{seconds}; {energy}", numbers)


def _both(fit: uncertainty.Posterior, joules: uncertainty.Posterior) -> Outcome:
    found = {votes.outcome_of(fit), votes.outcome_of(joules)}
    if found <= {"supported", "tied"} or found <= {"contradicted", "tied"}:
        return next((one for one in ("supported", "contradicted") if one in found), "tied")  # type: ignore[return-value]
    return "undecided"


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when training and answering both lean to the classical side, or one does and the other is level."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="compute",
    row=3,
    title="Compute & hardware",
    says="Neural networks need GPUs and more energy; classical models run on an ordinary CPU.",
    favours="classical",
    needs=("fit_cpu_seconds", "energy"),
    judge=judge,
    rule="CPU seconds of training (paired over the folds) and joules of 1,000 answers: supported when both favour the "
    "classical side by more than a factor of 1.25 with probability .95, or one does while the other is within that "
    "factor; contradicted in the mirrored case; tied when both are within; undecided when they point apart.",
    evidence=("energy",),
)
