"""Row 12, cost to deploy: cents to train, next to nothing to answer, cheaper than the network and a rented one?"""

from __future__ import annotations

from collections.abc import Sequence

from core.judging import votes
from core.judging.vote_wording import format_by_family, format_factor, money
from core.schema import Claim, Contest, MeasurementResult, Outcome, Verdict

ONE_DOLLAR = 1.0


def vote(contest: Contest) -> votes.ClaimVote | None:
    """The price of a fit, of a million answers of both sides, and of a million answers of a rented language model."""
    training, serving = votes.reading_pair(contest, "train_cost"), votes.reading_pair(contest, "million_cost")
    if training is None or serving is None:
        return None
    found = votes.ratio_posterior(serving[0].values, serving[1].values)
    classical_fit = max(training[1].values)
    bound = _at_bound(serving[1])
    rented = dict(serving[1].detail.get("rented", {}))
    cheapest = min(rented.values()) if rented else float("inf")
    because = (
        f"One classical fit costs {money(classical_fit)} and a million answers at most "
        f"{money(bound)} (95th percentile); deep answers cost {format_factor(found)} as much"
    )
    because += f", the cheapest rented tokens {money(cheapest)}." if rented else "."
    spent = votes.family_readings(contest, "train_cost")
    measured = (
        f"{format_by_family(spent, 'USD per fit', votes.fold_overlap(contest))}; "
        f"{format_by_family(votes.family_readings(contest, 'million_cost'), 'USD per million answers')}"
    )
    numbers = {
        "log10_ratio": [found.gap, found.low, found.high],
        "fit": classical_fit,
        "bound": bound,
        "rented": rented,
    }
    outcome = _decided(votes.outcome_of(found), classical_fit < ONE_DOLLAR and bound < cheapest)
    return votes.ClaimVote(outcome, because, measured, numbers)


def _at_bound(serving: MeasurementResult) -> float:
    """USD at the upper bound of the 95th percentile, or the dearest stretch when too few calls were timed for it."""
    bound = serving.detail.get("online_at_p95_bound")
    return float(bound) if bound is not None else max(serving.values)


def _decided(against_deep: Outcome, negligible: bool) -> Outcome:
    if not negligible:
        return "contradicted"
    return against_deep


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Contradicted as soon as a classical fit costs a dollar, or its answers more than rented tokens or the network."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="deploy_cost",
    row=12,
    title="Cost to deploy in 2026",
    says="Classical models train for cents and answer for next to nothing; rented tokens start at $0.10 a million.",
    favours="classical",
    needs=("train_cost", "million_cost"),
    judge=judge,
    rule="Contradicted when the dearest classical fit reaches $1, or a million classical answers at the upper bound"
    " of the 95th percentile cost more than the cheapest rented tokens, or the deep answers are cheaper by "
    "more than a factor of 1.25 with probability .95; supported when none of these holds and the classical "
    "answers are cheaper by more than that factor; tied within it; else undecided. Prices are the dated, "
    "editable assumptions of data/prices.toml.",
    evidence=("million_cost", "token_cost"),
)
