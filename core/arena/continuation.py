"""A finished contest continued with further folds: those that are there are kept, and nothing is fitted twice."""

from __future__ import annotations

import json
import time
from dataclasses import replace

from core.arena.contestant_state import ContestantState
from core.arena.prepared_contest import prepare_contest
from core.arena.session import ContestSession, SavePartial, WorkerMode
from core.schema import Contest, Dataset, Fit, LoadError, Plan, Progress, ProgressCallback, Run


def continue_contest(
    earlier: Contest,
    dataset: Dataset,
    plan: Plan,
    on_progress: ProgressCallback,
    *,
    worker_mode: WorkerMode = "process",
    save_partial: SavePartial = lambda contest: None,
) -> Contest:
    """The contest with as many folds as ``plan.fits`` asks for; readings and explanations stay those of fold 0.

    A contestant that failed stays out with its reason.

    Args:
        earlier: finished. dataset: the data it was played on. plan: the one it was asked for, with more ``fits``.
        worker_mode, save_partial: as in ``tournament``.

    Raises:
        LoadError: the data, the plan or the installed versions are no longer those of the contest.
        Cancelled: from ``on_progress``.
    """
    began = time.perf_counter()
    prepared = prepare_contest(dataset, earlier.task, plan)
    if prepared.digest != earlier.digest:
        raise LoadError(
            "Further folds would not belong to the same contest: its data, settings or library versions have changed.",
            earlier.dataset.get("name", ""),
            "Run the contest again.",
        )
    wanted = min(plan.fits or len(prepared.splits), len(prepared.splits))
    with ContestSession(prepared, worker_mode, earlier.findings) as session:
        session.planned_folds, session.agreement, session.explained_rows = wanted, earlier.agreement, earlier.rows
        runs = {run.contestant: run for run in earlier.runs}
        for state in session.contestants:
            _take_over(state, runs[state.contestant.key])
        on_progress(Progress("plan", message=json.dumps(session.announcement(wanted))))
        session.fit_missing_folds(on_progress, lambda contest: save_partial(_joined(earlier, session, began)))
        on_progress(Progress("judge", message="comparing"))
        return _joined(earlier, session, began)


def _take_over(state: ContestantState, run: Run) -> None:
    """Gives a contestant of the new session the folds and readings that it has already."""
    state.fits = [fit for fit in run.fits if isinstance(fit, Fit)]
    state.readings, state.explanation = dict(run.readings), dict(run.explanation) if run.explanation else None
    state.parameters, state.facts, state.notes, state.error = run.parameters, dict(run.facts), run.notes, run.error
    state.dropped = run.dropped


def _joined(earlier: Contest, session: ContestSession, began: float) -> Contest:
    """The contest so far, with everything of the earlier one that further folds do not change."""
    spent = time.perf_counter() - began
    seconds = {**earlier.seconds}
    for name in ("fit", "total"):
        seconds[name] = seconds.get(name, 0.0) + spent
    joined = session.to_contest({})
    return replace(
        joined, id=earlier.id, seconds=seconds, machine=earlier.machine, parts=earlier.parts, study=earlier.study,
        sample_contests=earlier.sample_contests, scenario=earlier.scenario,
        forecast=earlier.forecast or joined.forecast, stage_work=earlier.stage_work,
    )  # fmt: skip
