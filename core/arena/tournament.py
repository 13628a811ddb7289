"""The whole contest: prepare, check, then fit, measure, explain and compare in one session."""

from __future__ import annotations

import time
from pathlib import Path

from core import registry
from core.arena.explained_session import explain_session
from core.arena.kept_models import keep_models
from core.arena.parallel_embedding import embed_session
from core.arena.parallel_measurement import measure_session
from core.arena.prepared_contest import PreparedContest, prepare_contest
from core.arena.result_details import EXPLANATION_READINGS
from core.arena.session import ContestSession, SavePartial, WorkerMode
from core.evaluation import copy_checks, data_checks
from core.evaluation.errors import label_quality
from core.schema import Contest, Dataset, Finding, Plan, Progress, ProgressCallback, Task
from core.storage import paths
from core.workers import worker_process


def tournament(
    dataset: Dataset,
    task: Task,
    plan: Plan,
    on_progress: ProgressCallback,
    *,
    worker_mode: WorkerMode = "process",
    save_partial: SavePartial = lambda contest: None,
    folder: Path | None = None,
    measured: bool = True,
) -> Contest:
    """Plays a whole contest: prepare, split, check, fit, measure, explain, compare.

    Args:
        worker_mode: a process of its own for every contestant, or "inline" in this one, without limits.
        save_partial: called with the contest so far whenever a contestant's state is worth saving.
        folder: where the fitted models are written, in safe formats; those of live questions stand beside it.
        measured: also take speed, size and cost.

    Raises:
        LoadError: if the data cannot carry a contest; in the user's words. Cancelled: from ``on_progress``.
    """
    clock = {"start": time.perf_counter()}
    keys = quick_measurements(dataset, plan) if measured else ()
    if worker_mode == "process":
        worker_process.start_fork_server()
    on_progress(Progress("read", message="preparing the data"))
    prepared = prepare_contest(dataset, task, plan)
    clock["read"] = time.perf_counter()
    on_progress(Progress("check", message=f"looking for leaks; {prepared.memory.words}"))
    with ContestSession(prepared, worker_mode, find_problems(prepared)) as session:
        clock["fit"] = time.perf_counter()
        embed_session(session, on_progress)
        session.fit_folds(on_progress, save_partial)
        clock["measure"] = time.perf_counter()
        save_partial(session.to_contest(clock))  # the verdict is known: nobody need wait for the explanations
        if "latency_p50" in keys:
            session.time_alternating(on_progress)
        session.measure(keys, on_progress)
        save_partial(session.to_contest(clock))
        if folder is not None:
            _save(session, folder, on_progress)
        clock["explain"] = time.perf_counter()
        if plan.explain:
            explain_session(session, on_progress, last=not plan.measure, whole=plan.explain_all)
        clock["end"] = time.perf_counter()
        if plan.measure:
            measure_session(session, plan.measure, on_progress, lambda: save_partial(session.to_contest(clock)))
    on_progress(Progress("judge", message="comparing"))
    return session.to_contest(clock)


def _save(session: ContestSession, folder: Path, on_progress: ProgressCallback) -> None:
    session.save_models(folder, on_progress)
    keep_models(session, folder.with_name(paths.KEPT_MODELS), on_progress)


def find_problems(prepared: PreparedContest) -> tuple[Finding, ...]:
    """What about the data could make a contest mislead, the gravest first."""
    dataset, task = prepared.dataset, prepared.task
    found = copy_checks.check_copies(dataset, task, prepared.copies)
    untrained = label_quality.untrained_finding(dataset, prepared.plan.doubted_labels)
    found = [*found, *([untrained] if untrained else [])]
    return data_checks.sort_findings((*found, *data_checks.check_data(dataset, task, prepared.splits[0])))


def quick_measurements(dataset: Dataset, plan: Plan) -> tuple[str, ...]:
    """Keys of the measurements that are part of every contest; those that the explanations give anyway are left out.

    Away from tables one explanation may take as long as ten fits: a contest without explanations does not pay for one
    to be measured.
    """
    left_out = EXPLANATION_READINGS if plan.explain or not registry.modality(dataset.modality).structured else ()
    return tuple(key for key, one in registry.discover("measurements").items() if not one.slow and key not in left_out)
