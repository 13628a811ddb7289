"""What is most useful to do after a contest: more budget, more rows, or more folds, each as a plan ready to run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.schema import Contest, Plan, Run, Task
from pages.backend import catalogue, contest_verdicts, report_words
from pages.ui.formatting import format_count, format_seconds, round_count, round_seconds

Way = Literal["again", "continue"]
# Costs that differ by less are no reason to choose.
CHEAPER = 1.2


@dataclass(frozen=True)
class NextStep:
    """A contest that would say more than this one.

    label: of the button. why: one sentence. plan: to run. way: "again" for a contest of its own, "continue" where the
    finished folds are kept and only further ones are fitted. task: another one than the contest's, None for its own.
    columns: that are left out, by the user's names; the button then says so in place of its label.
    """

    label: str
    why: str
    plan: Plan
    way: Way = "again"
    task: Task | None = None
    columns: tuple[str, ...] = ()


def next_steps(contest: Contest) -> list[NextStep]:
    """The steps that would settle or strengthen the answer, the most useful first; empty where nothing is left to do.

    Args:
        contest: finished.
    """
    if report_words.is_quick(contest):
        return _full_contest(contest)
    found = report_words.primary_comparison(contest)
    if found is None or not contest.runs:
        return []
    open_case = found.comparison.winner == "undecided"
    steps = [*_more_budget(contest), *(_more_folds(contest) if open_case else []), *_more_rows(contest)]
    return steps if open_case else [step for step in steps if step.way == "again"]


def _full_contest(contest: Contest) -> list[NextStep]:
    """Everyone on every fold, behind a quick answer."""
    plan, share = replace(_asked(contest), strategy="full", fits=None), report_words.quick_work_share(contest)
    total, spent = contest.seconds.get("total") or 0.0, contest.seconds.get("fit") or 0.0
    wait = format_seconds(round_seconds(total - spent + spent / share)) if share and total else ""
    why = "A quick answer names no winner: everyone on every fold gives a verdict, with its interval. Time estimated."
    return [NextStep(f"Play the full contest{f' (about {wait} or more)' if wait else ''}", why, plan)]


def leak_steps(contest: Contest) -> list[NextStep]:
    """The contest again without the columns that give the answer away; empty where none was found.

    Args:
        contest: finished.
    """
    inputs = {str(column["name"]) for column in contest.dataset.get("columns") or ()} - {contest.task.target}
    named = [name for one in contest.findings if one.level == "danger" for name in one.columns]
    leaks = [name for name in dict.fromkeys(named) if name in inputs and name not in contest.task.drop]
    if contest.scenario is not None or not leaks or len(leaks) >= len(inputs):
        return []
    task = replace(contest.task, drop=(*contest.task.drop, *leaks))
    why = "These columns may hold the answer itself; without them the scores are those of real use."
    return [NextStep("", why, replace(_asked(contest), fits=None), task=task, columns=tuple(leaks))]


def cheaper_model(contest: Contest) -> tuple[Run, str] | None:
    """The cheaper of the two sides that the verdict is about, and what it saves in words.

    Returns:
        None where the costs of either are not known.
    """
    found = report_words.primary_comparison(contest)
    if found is None:
        return None
    sides = (found.classical, found.deep)
    costs = [report_words.median_value(run, "million_cost") or 0.0 for run in sides]
    if min(costs) <= 0 or max(costs) < CHEAPER * min(costs):
        return None
    times = max(costs) / min(costs)
    return sides[costs.index(min(costs))], f"A million answers cost {times:,.{1 if times < 10 else 0}f} times less."


def _asked(contest: Contest) -> Plan:
    """The plan as it was asked for, before the budget cut its rows and folds."""
    return contest.requested or contest.plan


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
            f"Run all {format_count(rows, noun)} (about {_time_for(contest, rows / used)})",
            f"This contest used {used:,} of them. {_rows_needed(contest, rows, noun)}",
            replace(plan, rows=None, fits=None),
        )
    ]


def _time_for(contest: Contest, times: float) -> str:
    """About how long the contest takes on so many times its rows: its budget bounds what is trained."""
    total, spent = contest.seconds.get("total") or 0.0, contest.seconds.get("fit") or 0.0
    seconds = total - spent + max(spent, min(spent * times, contest.plan.budget_seconds))
    return format_seconds(round_seconds(seconds))


def _rows_needed(contest: Contest, rows: int, noun: str) -> str:
    """How many rows would settle the question, beside those that there are."""
    found = report_words.primary_comparison(contest)
    needed = None if found is None else found.comparison.rows_needed
    if not needed:
        return "More of them narrow the interval."
    return f"About {format_count(round_count(needed), noun)} would settle it (estimated); there are {rows:,}."


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
