"""What is most useful to do after a contest: more budget, more rows, or more folds, each as a plan ready to run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.schema import Contest, Plan
from pages.backend import catalogue, contest_verdicts
from pages.summaries import contest_summary
from pages.ui.formatting import format_count, format_seconds, round_seconds

Way = Literal["again", "continue"]


@dataclass(frozen=True)
class NextStep:
    """A contest that would say more than this one.

    label: of the button. why: one sentence. plan: to run. way: "again" for a contest of its own, "continue" where the
    finished folds are kept and only further ones are fitted.
    """

    label: str
    why: str
    plan: Plan
    way: Way = "again"


def next_steps(contest: Contest) -> list[NextStep]:
    """The steps that would settle or strengthen the answer, the most useful first; empty where nothing is left to do.

    Args:
        contest: finished.
    """
    found = contest_summary.primary_comparison(contest)
    if found is None or not contest.runs:
        return []
    open_case = found.comparison.winner == "undecided"
    steps = [*_more_budget(contest), *(_more_folds(contest) if open_case else []), *_more_rows(contest)]
    return steps if open_case else [step for step in steps if step.way == "again"]


def _more_budget(contest: Contest) -> list[NextStep]:
    """The budget under which a network that was stopped would converge."""
    needed = contest_verdicts.budget_for_convergence(contest)
    if needed is None:
        return []
    titles, seconds = needed
    plan = replace(contest.requested or contest.plan, budget_seconds=seconds, fits=None)
    total, spent = contest.seconds.get("total") or 0.0, contest.seconds.get("fit") or 0.0
    wait = total + spent * (seconds / contest.plan.budget_seconds - 1)
    return [
        NextStep(
            f"Give it the time it needs (about {format_seconds(round_seconds(wait))})",
            f"{titles} had not converged within {format_seconds(contest.plan.budget_seconds)}. "
            f"The step trains under a budget of {format_seconds(seconds)}; both times are estimated.",
            plan,
        )
    ]


def _more_rows(contest: Contest) -> list[NextStep]:
    """All rows, where a first run took a part of them."""
    rows, used = int(contest.dataset.get("rows") or 0), int(contest.dataset.get("rows_used") or 0)
    plan = contest.requested or contest.plan
    if contest.scenario is not None or plan.rows is None or plan.rows >= rows or not used:
        return []
    noun = catalogue.modality_of(contest).unit_noun
    return [
        NextStep(
            f"Run all {format_count(rows, noun)}",
            f"This contest used {used:,} of them. More of them narrow the interval.",
            replace(plan, rows=None, fits=None),
        )
    ]


def _more_folds(contest: Contest) -> list[NextStep]:
    """The folds of the plan that were not played, behind those that were."""
    plan = contest.requested or contest.plan
    played = max((len(run.fits) for run in contest.runs), default=0)
    planned = contest.plan.folds * plan.repeats
    if contest.scenario is not None or contest.method == "ordered" or not contest.plan.folds <= played < planned:
        return []
    spent = (contest.seconds.get("fit") or 0.0) / max(played, 1) * (planned - played)
    return [
        NextStep(
            f"Continue to {planned} folds (about {format_seconds(round_seconds(spent))})",
            f"The {played} folds that are finished are kept; only the other {planned - played} are fitted.",
            replace(plan, fits=planned),
            "continue",
        )
    ]
