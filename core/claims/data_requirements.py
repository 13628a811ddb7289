"""Row 2, data requirements: with few rows, is the classical side ahead, and does the deep side catch up with more?"""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_lead, format_values
from core.schema import Claim, Contest, Facts, MeasurementResult, Outcome, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """The gap at the fewest and at the most rows that both learning curves share.

    The claim is about networks that learn from these rows alone: one from scratch stands for the deep side where it
    was measured, and the words say so where only a pretrained one was.
    """
    both = votes.reading_pair(contest, "learning_curve")
    if both is None:
        return None
    scratch = _from_scratch(contest)
    both = both if scratch is None else (scratch, both[1])
    deep, classical = (_points(one) for one in both)
    shared = sorted(set(deep) & set(classical))
    if len(shared) < 2:
        return None
    margin, rho = contest.plan.margin, float(both[0].detail.get("rho", 0.25))
    fewest, most = (_gap(classical[rows], deep[rows], rho, margin) for rows in (shared[0], shared[-1]))
    because = (
        f"With {shared[0]:,} rows: {format_lead(fewest, 'classical', 'deep')}; with {shared[-1]:,} rows: "
        f"{format_lead(most, 'classical', 'deep')}."
    )
    if scratch is None:
        because += " The deep side is pretrained: it has learnt from other data before."
    readings = {**votes.family_readings(contest, "learning_curve"), "deep": both[0]}
    numbers = {"rows": [shared[0], shared[-1]], "fewest": list(fewest[:3]), "most": list(most[:3])}
    measured = " | ".join(
        f"{family} {format_values(_points(one)[shared[0]], 'points')} at {shared[0]:,} rows"
        for family, one in readings.items()
        if shared[0] in _points(one)
    )
    return votes.ClaimVote(_decided(fewest, most), because, measured, numbers)


def _from_scratch(contest: Contest) -> MeasurementResult | None:
    """The learning curve of a deep contestant that has seen no other data, the family's representative first."""
    first = votes.representatives(contest).get("deep")
    runs = [run for run in (first, *contest.runs) if run is not None and run.family == "deep" and not run.pretrained]
    return next((one for run in runs if (one := votes.reading_of(run, "learning_curve")) is not None), None)


def _points(reading: MeasurementResult) -> dict[int, list[float]]:
    """Rows -> skill of every repeat at that size."""
    curve: Sequence[Facts] = reading.detail.get("curve", ())
    return {int(point["rows"]): [float(value) for value in point["skills"]] for point in curve}


def _gap(classical: list[float], deep: list[float], rho: float, margin: float) -> uncertainty.Posterior:
    if len(classical) == len(deep) >= 2:
        return uncertainty.corrected_t([left - right for left, right in zip(classical, deep, strict=True)], rho, margin)
    return uncertainty.welch_t(classical, deep, margin)


def _decided(fewest: uncertainty.Posterior, most: uncertainty.Posterior) -> Outcome:
    """The fewest rows decide; a deep side that falls further behind with more rows takes the support back."""
    outcome = votes.outcome_of(fewest)
    if outcome == "supported" and most.low > fewest.high:
        return "undecided"
    return outcome


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when the classical side leads at the fewest rows and the deep side does not fall further behind."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="data_requirements",
    row=2,
    title="Data requirements",
    says="Networks thrive on huge collections; classical models do well on small and medium structured tables.",
    favours="classical",
    needs=("learning_curve",),
    judge=judge,
    by_skill=True,
    rule="At the fewest rows of the learning curves the classical side must lead by more than the margin with "
    "probability .95 (contradicted when the deep side does, tied within the margin), and its lead must not be clearly "
    "larger at the most rows, for then more data does not help the deep side as said; else undecided.",
    evidence=("learning_curve", "few_shot", "unlabelled_rows"),
)
