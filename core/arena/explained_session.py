"""Explaining in a contest: the same items for every contestant, as many as half of the fits' work pays for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from core import registry
from core.arena import result_details, stage_plan
from core.arena.contestant_state import ContestantState
from core.arena.session import ContestSession
from core.schema import Progress, ProgressCallback

KINDS = ("classification", "regression", "anomaly", "forecast")


def explain_session(
    session: ContestSession, on_progress: ProgressCallback, *, last: bool = False, whole: bool = False
) -> None:
    """Explains the same rows against the same background and output for every contestant; then agreement.

    Args:
        session: fitted. on_progress: may raise to cancel. last: nothing else will be asked, so each contestant's
            process leaves as soon as it has explained. whole: all the usual items, whatever the fits' work pays for.
    """
    from core.explain.agreement import agreement

    prepared = session.prepared
    told = [state for state in session.contestants if state.contestant.family != "chance"]
    split, seed = prepared.splits[0], prepared.plan.seed
    usual = result_details.choose_explained_rows(prepared.dataset, prepared.task, split, seed)
    if prepared.task.kind not in KINDS or not len(usual.rows):
        return
    kind = registry.modality(prepared.dataset.modality)
    structured = bool(kind.structured)
    on_progress(Progress("explain", message="counting what an explanation takes"))
    seconds = item_seconds(session, told, usual, on_progress)
    costs = [stage_plan.explaining_cost(one, each, structured) for one, each in zip(told, seconds, strict=True)]
    fitting, measuring = stage_plan.fitting_work(session.contestants), stage_plan.measuring_work(session.contestants)
    work = stage_plan.plan_stages(fitting, measuring, costs, kind.explained_rows, structured, whole)
    explained = result_details.choose_explained_rows(prepared.dataset, prepared.task, split, seed, work)
    session.stage_work = replace(work, items=len(explained.rows), of=len(usual.rows))
    session.explained_rows = result_details.explained_rows_for_display(prepared.dataset, prepared.task, explained)
    jobs = [
        partial(_explain_one, session, state, replace(explained, item_seconds=each), last)
        for state, each in zip(told, seconds, strict=True)
    ]
    session.run_beside(jobs, on_progress)
    session.agreement = agreement([state.to_run() for state in session.contestants])


def item_seconds(
    session: ContestSession,
    states: list[ContestantState],
    asked: result_details.ExplainedRows,
    on_progress: ProgressCallback,
) -> list[float]:
    """Reference seconds that explaining one item takes each contestant; 0 for one without a model.

    Args:
        session: fitted. states: who is asked. asked: rows, of which the first is explained.
        on_progress: may raise to cancel.
    """
    found = [0.0] * len(states)

    def ask(place: int, state: ContestantState, relay: ProgressCallback) -> None:
        found[place] = float(state.ask("explaining_work", relay, None, asked=asked) or 0.0)

    session.run_beside([partial(ask, place, state) for place, state in enumerate(states)], on_progress)
    return found


def _explain_one(
    session: ContestSession,
    state: ContestantState,
    asked: result_details.ExplainedRows,
    last: bool,
    relay: ProgressCallback,
) -> None:
    state.explanation = state.ask("explain", relay, None, asked=asked)
    state.readings.update(result_details.explanation_readings(state.explanation))
    if last and state.worker is not None and session.worker_mode != "inline":
        state.worker.close()
        state.worker = None
