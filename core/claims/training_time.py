"""Row 5, training time: is the classical contestant trained sooner?"""

from __future__ import annotations

from collections.abc import Sequence

from core.judging import votes
from core.judging.vote_wording import format_by_family, format_factor
from core.schema import Claim, Contest, Verdict
from core.wording import format_number


def vote(contest: Contest) -> votes.ClaimVote | None:
    """Fold by fold, how many times the deep fit's wall seconds exceed the classical one's."""
    both = votes.reading_pair(contest, "fit_seconds")
    if both is None:
        return None
    found = votes.ratio_posterior(both[0].values, both[1].values, votes.fold_overlap(contest))
    everybody = votes.family_readings(contest, "fit_seconds")
    because = f"A fit of the deep contestant takes {format_factor(found)} as long as one of the classical contestant."
    near = votes.reading_pair(contest, "anytime")
    if near is not None:
        deep, classical = (format_number(one.values[0]) for one in near)
        because += f" To 99 % of its own best: deep {deep} CPU-s, classical {classical} CPU-s."
    numbers = {"log10_ratio": [found.gap, found.low, found.high]}
    measured = format_by_family(everybody, "s", votes.fold_overlap(contest))
    return votes.ClaimVote(votes.outcome_of(found), because, measured, numbers)


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when the deep fit takes more than 1.25 times as long with 95 % probability."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="training_time",
    row=5,
    title="Training time",
    says="Classical models train in minutes to hours, large networks in days to weeks.",
    favours="classical",
    needs=("fit_seconds",),
    judge=judge,
    rule="Wall seconds of a fit, deep against classical, paired over the folds: supported (contradicted) when the "
    "classical (deep) side is quicker by more than a factor of 1.25 with probability .95, tied when within it.",
    evidence=("anytime", "scaling", "tuned"),
)
