"""A family whose training the budget stopped cannot lose a claim: such a vote is undecided, with what it would take."""

from __future__ import annotations

from core import wording
from core.evaluation import training_ends
from core.schema import Comparison, Contest, Family, Outcome

PAIR: tuple[Family, Family] = ("classical", "deep")


def stopped_loser(contest: Contest, favours: Family, outcome: Outcome) -> str:
    """Why a vote cannot count against the family that it goes against, in a sentence; empty where it can.

    Args:
        contest: that votes. favours: the family that the claim names. outcome: of the vote.

    Returns:
        A sentence when the loser's representative was stopped by its budget before it converged.
    """
    if outcome not in ("supported", "contradicted") or favours not in PAIR:
        return ""
    loser = favours if outcome == "contradicted" else PAIR[1 - PAIR.index(favours)]
    titles = {run.contestant: run for run in contest.runs}
    for one in contest.comparisons:
        keys = [key for key in one.stopped if key in titles and titles[key].family == loser]
        if keys and _is_primary(contest, one):
            run = titles[keys[0]]
            needed = training_ends.budget_needed(run, contest.plan.budget_seconds)
            enough = f" It needs about {wording.format_duration(needed)} (estimated)." if needed else ""
            budget = wording.format_duration(contest.plan.budget_seconds)
            return f"Undecided: {run.title} had not converged within the {budget} budget.{enough}"
    return ""


def _is_primary(contest: Contest, one: Comparison) -> bool:
    families = {run.contestant: run.family for run in contest.runs}
    return one.measurement == "skill" and {families.get(one.left), families.get(one.right)} == set(PAIR)


def without_stopped_loser(outcome: Outcome, left_stopped: bool, right_stopped: bool) -> Outcome:
    """The outcome for the favoured (left) side, undecided where the side that loses was stopped by its budget.

    Args:
        outcome: supported when left wins, contradicted when right does.
        left_stopped, right_stopped: whether each had not converged.
    """
    lost = (outcome == "supported" and right_stopped) or (outcome == "contradicted" and left_stopped)
    return "undecided" if lost else outcome
