"""After a contest: slow measurements and further explanations on request, and the document's use cases as contests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from core import registry
from core.arena import kept_models
from core.arena.explained_session import explain_session
from core.arena.parallel_measurement import measure_session
from core.arena.refit_session import refit_session
from core.arena.session import SavePartial, WorkerMode
from core.arena.tournament import tournament
from core.schema import Contest, Dataset, JsonObject, Plan, Progress, ProgressCallback, Run


def measure_contest(
    contest: Contest,
    dataset: Dataset,
    keys: Sequence[str],
    on_progress: ProgressCallback,
    *,
    worker_mode: WorkerMode = "process",
    save_partial: SavePartial = lambda contest: None,
) -> Contest:
    """The contest with further measurements of every run, made on fold 0 fitted again with the contest's own seed.

    The data set must be the one the contest was played on.

    Raises:
        LoadError: if the data no longer carries the contest.
        Cancelled: from ``on_progress``.
    """
    with refit_session(contest, dataset, on_progress, worker_mode) as session:

        def measured() -> Contest:
            return with_readings(contest, [state.to_run() for state in session.contestants])

        measure_session(session, keys, on_progress, lambda: save_partial(measured()))
    return measured()


def explain_contest(
    contest: Contest,
    dataset: Dataset,
    on_progress: ProgressCallback,
    *,
    kept: Path | None = None,
    worker_mode: WorkerMode = "process",
) -> Contest:
    """The contest with all the usual items explained, whatever the work of its fits paid for.

    The models are those of fold 0, which is fitted again with the contest's own seed where they were not kept.

    Args:
        contest: finished. dataset: the one it was played on. kept: folder of its kept models, or None.
        on_progress, worker_mode: as in ``tournament``.

    Raises:
        LoadError: if the data no longer carries the contest.
        Cancelled: from ``on_progress``.
    """
    with kept_models.reopened_session(contest, dataset, on_progress, worker_mode, kept) as session:
        explain_session(session, on_progress, whole=True)
        found = {state.contestant.key: state.to_run() for state in session.contestants}
    runs = tuple(_with_explanation(run, found.get(run.contestant)) for run in contest.runs)
    work = session.stage_work
    if work is not None and contest.stage_work is not None:
        work = replace(work, fitting=contest.stage_work.fitting, measuring=contest.stage_work.measuring)
    return replace(contest, runs=runs, agreement=session.agreement, rows=session.explained_rows, stage_work=work)


def _with_explanation(run: Run, again: Run | None) -> Run:
    """The run with its new explanation; how much another seed would change, where only the first one asked that."""
    if again is None or not again.explanation:
        return run
    explanation = dict(again.explanation)
    if explanation.get("reseed") is None and run.explanation:
        explanation["reseed"] = run.explanation.get("reseed")
    return replace(run, explanation=explanation, readings={**run.readings, **again.readings})


def with_readings(contest: Contest, runs: Sequence[Run]) -> Contest:
    """The contest with the readings of these runs added; everything else stays as it was played."""
    found = {run.contestant: run.readings for run in runs}
    merged = tuple(replace(run, readings={**run.readings, **found.get(run.contestant, {})}) for run in contest.runs)
    return replace(contest, runs=merged)


def run_use_case(
    key: str,
    plan: Plan | None,
    seed: int,
    on_progress: ProgressCallback,
    *,
    worker_mode: WorkerMode = "process",
    save_partial: SavePartial = lambda contest: None,
    folder: Path | None = None,
) -> Contest:
    """One use case of the document, as the same contest as everything else.

    The first part is the contest itself; the summaries of further parts stand in ``parts`` and the findings of
    the scenario's own study in ``study``. Every part has an equal share of the budget.
    """
    scenario = registry.find("scenarios", key)
    plan = replace(plan or scenario.plan, seed=seed, contestants=scenario.contestants)
    plan = replace(plan, budget_seconds=plan.budget_seconds / (1 + len(scenario.more)))
    dataset, task = scenario.load(seed)
    contest = tournament(
        dataset, task, plan, on_progress, worker_mode=worker_mode, save_partial=save_partial, folder=folder
    )
    contest = replace(contest, scenario=key)
    for title, load in scenario.more:
        save_partial(contest)
        on_progress(Progress("read", message=title))
        dataset, task = load(seed)
        named = scenario.contestants if dataset.modality == scenario.modality else ()
        quick = replace(plan, contestants=named, explain=False)
        other = tournament(dataset, task, quick, on_progress, worker_mode=worker_mode, measured=False)
        contest = replace(contest, parts=(*contest.parts, summarize_contest(title, other)))
    if scenario.study is not None:
        save_partial(contest)
        on_progress(Progress("measure", message=f"studying {scenario.title}"))
        contest = replace(contest, study=dict(scenario.study(contest, seed, on_progress)))
    return contest


def summarize_contest(title: str, contest: Contest) -> JsonObject:
    """A further part of a use case as JSON-able data: who took part, scores a fold, and the comparisons on skill."""
    return {
        "title": title,
        "dataset": {key: contest.dataset[key] for key in ("name", "rows", "rows_used", "target", "modality")},
        "task": contest.task.form,
        "digest": contest.digest,
        "runs": [
            {
                "contestant": run.contestant, "title": run.title, "family": run.family, "trouble": run.error,
                "skill": [fit.skill for fit in run.fits],
                "scores": {name: [fit.scores.get(name) for fit in run.fits] for name in score_names(run)},
                "readings": {name: list(reading.values) for name, reading in run.readings.items()},
                "fit_cpu_seconds": [fit.fit_cpu_seconds for fit in run.fits],
                "facts": {name: run.facts[name] for name in ("kind", "head", "components") if name in run.facts},
            }
            for run in contest.runs
        ],
        "comparisons": [asdict(one) for one in contest.comparisons if one.measurement == "skill"],
    }  # fmt: skip


def score_names(run: Run) -> list[str]:
    """The names of a run's scores, sorted."""
    return sorted({name for fit in run.fits for name in fit.scores})
