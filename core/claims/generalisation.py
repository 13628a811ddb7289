"""Row 9, generalisation: with few labels, damaged or shifted inputs, does the deep side lose less?"""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.judging import prompt_worth, votes
from core.judging.vote_wording import format_by_family, format_lead
from core.schema import ZERO_LABELS, Claim, Contest, MeasurementResult, Outcome, Verdict

# Measurement, what its values are, and whether more of it is better.
TESTS = (
    ("few_shot", "skill at 10 labels per class", 1),
    ("corruption", "skill lost to damaged inputs", -1),
    ("shift", "skill lost to a shift", -1),
    ("unknowns", "telling errors by its confidence, in points of AUC", 1),
)
SIGNS: dict[Outcome, int] = {"supported": 1, "contradicted": -1, "tied": 0}


def vote(contest: Contest) -> votes.ClaimVote | None:
    """Each test that both sides took counts once, when decided."""
    cast: list[int] = []
    open_ones, said, table = 0, [], []
    for key, title, sign in TESTS:
        both = votes.reading_pair(contest, key)
        # A prompt without labels has a test of its own, below.
        if both is None or both[0].detail.get(ZERO_LABELS):
            continue
        gap = _gap(both, sign, contest.plan.margin)
        outcome = votes.outcome_of(gap)
        open_ones += outcome == "undecided"
        cast += [SIGNS[outcome]] if outcome in SIGNS else []
        said.append(f"{title}: {format_lead(gap, 'deep', 'classical')}")
        table.append(f"{title}: {format_by_family(votes.family_readings(contest, key), 'points')}")
    if (worth := prompt_worth.best_prompt(contest)) is not None:
        outcome = votes.outcome_of(worth.ahead)
        open_ones += outcome == "undecided"
        cast += [SIGNS[outcome]] if outcome in SIGNS else []
        said.append(worth.because)
        table.append(f"labels per class that a prompt is worth: {worth.amount}")
    if not said:
        return None
    outcome = votes.majority_outcome(cast) if cast else "undecided"
    if open_ones > len(cast) or (open_ones and outcome == "tied"):
        outcome = "undecided"
    because = f"{'; '.join(said)}. {open_ones} of {len(said)} test(s) undecided."
    return votes.ClaimVote(outcome, because[0].upper() + because[1:], "; ".join(table), {"votes": cast})


def _gap(both: tuple[MeasurementResult, MeasurementResult], sign: int, margin: float) -> uncertainty.Posterior:
    """Deep minus classical, positive when deep is better: paired when both repeated the same cuts."""
    deep, classical = (one.values for one in both)
    if len(deep) == len(classical) >= 2:
        rho = float(both[0].detail.get("rho", 0.25))
        found = uncertainty.corrected_t(
            [left - right for left, right in zip(deep, classical, strict=True)], rho, margin
        )
    else:
        found = uncertainty.welch_t(deep, classical, margin)
    return found if sign > 0 else votes.mirrored(found)


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """A count of tests, ahead by two, or by one with none against."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="generalisation",
    row=9,
    title="Generalisation",
    says="Foundation models carry over to thousands of tasks; classical models serve the one they were built for.",
    favours="deep",
    needs=("few_shot", "corruption"),
    judge=judge,
    by_skill=True,
    rule="Few labels, a prompt without any against ten labels per class (where a language model played), damaged "
    "inputs, a shift between groups, times or value ranges, and knowing when it errs: each "
    "is decided by the margin with probability .95 over repeated cuts. Supported when the deep side leads by two, "
    "or by one with none against; contradicted in the mirrored case; tied when all are level; else undecided, also "
    "when most tests are.",
    evidence=("few_shot", "corruption", "shift", "unknowns"),
)
