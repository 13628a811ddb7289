"""Whether a contestant's training converged within its budget, and the budget that it would take."""

from __future__ import annotations

from collections.abc import Sequence

from core import wording
from core.schema import Run

STOPPED = ("budget", "guard")
# What a longer budget is rounded up to, in seconds: a person would choose one of these.
BUDGETS = (15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 14400)
# Half of the folds: one unlucky fold of ten is no reason to call a contestant unfinished.
ENOUGH = 0.5


def is_stopped(run: Run) -> bool:
    """Whether the budget or the guard ended the training before it had converged, on at least half of its folds.

    Args:
        run: of a contest; results saved before folds said so are taken as converged.
    """
    ends = [fit.stopped for fit in run.fits if fit.error is None]
    return bool(ends) and sum(end in STOPPED for end in ends) >= ENOUGH * len(ends)


def stopped_keys(runs: Sequence[Run]) -> tuple[str, ...]:
    """Keys of the contestants that were stopped before they converged, in the order given.

    Args:
        runs: of one contest.
    """
    return tuple(run.contestant for run in runs if is_stopped(run))


def cut_short(run: Run) -> str:
    """The folds that the real clock cut short, in a sentence; empty where there is none.

    Such folds depend on how busy the machine was, so they decide nothing.

    Args:
        run: of a contest.
    """
    folds = [fit.fold + 1 for fit in run.fits if fit.stopped == "guard"]
    if not folds:
        return ""
    named = wording.join_words([str(fold) for fold in folds])
    which = "Fold" if len(folds) == 1 else "Folds"
    return f"{which} {named} of {run.title} took over five times the planned time: cut short, so nothing is decided."


def budget_needed(run: Run, budget_seconds: float) -> float | None:
    """The budget under which a contestant that was stopped would have converged, rounded up to a usual one.

    What a fit lacks is counted against the seconds that the plan gave it, not against those that it used: a part that
    is short of its own share leaves much of the fit's unused.

    Args:
        run: of a contest. budget_seconds: the budget under which it was stopped.

    Returns:
        Seconds; None where it was not stopped, or where what it needs is not known, as in results saved before fits
        kept the seconds planned for them.
    """
    if not is_stopped(run):
        return None
    ratios = [
        fit.full_work_seconds / fit.planned_seconds
        for fit in run.fits
        if fit.stopped in STOPPED and fit.full_work_seconds and fit.planned_seconds
    ]
    if not ratios:
        return None
    wanted = budget_seconds * max(ratios)
    return next((float(one) for one in BUDGETS if one >= wanted), wanted)
