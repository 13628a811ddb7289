"""After the contest: slow measurements on request, and the document's use cases played as contests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core import registry
from core.arena import parallel_measurement as abreast
from core.arena import refit_session as anew
from core.arena.session import Keep, Seats
from core.arena.tournament import tournament
from core.schema import Contest, Dataset, Plan, Progress, ProgressCallback, Run


def measure(
    contest: Contest,
    dataset: Dataset,
    keys: Sequence[str],
    tell: ProgressCallback,
    *,
    seats: Seats = "process",
    keep: Keep = lambda contest: None,
) -> Contest:
    """Fits fold 0 again with the contest's own seed and adds the asked readings to every run.

    The data set must be the one the contest was played on.

    Raises:
        LoadError: if the data no longer carries the contest.
        Cancelled: from ``tell``.
    """
    with anew.fitted(contest, dataset, tell, seats) as (table, _, _):
        abreast.measure(table, keys, tell, lambda: keep(merged(contest, [chair.run() for chair in table.chairs])))
    return merged(contest, [chair.run() for chair in table.chairs])


def merged(contest: Contest, fresh: Sequence[Run]) -> Contest:
    """The contest with the readings of fresh runs added; everything else stays as it was played."""
    found = {run.contestant: run.readings for run in fresh}
    runs = tuple(
        replace(run, readings={**run.readings, **found.get(run.contestant, {})}) for run in contest.runs
    )  # fmt: skip
    return replace(contest, runs=runs)


def play(
    key: str,
    plan: Plan | None,
    seed: int,
    tell: ProgressCallback,
    *,
    seats: Seats = "process",
    keep: Keep = lambda contest: None,
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
    played = tournament(dataset, task, plan, tell, seats=seats, keep=keep, folder=folder)
    played = replace(played, scenario=key)
    for title, load in scenario.more:
        keep(played)
        tell(Progress("read", message=title))
        dataset, task = load(seed)
        named = scenario.contestants if dataset.modality == scenario.modality else ()
        quick = replace(plan, contestants=named, explain=False)
        other = tournament(dataset, task, quick, tell, seats=seats, measured=False)
        played = replace(played, parts=(*played.parts, summary(title, other)))
    if scenario.study is not None:
        keep(played)
        tell(Progress("measure", message=f"studying {scenario.title}"))
        found = scenario.study(played, seed, tell)
        played = replace(played, study=dict(found))
    return played


def summary(title: str, contest: Contest) -> dict[str, Any]:
    """A further part of a use case in plain data: who played, mean scores, and who won on skill."""
    return {
        "title": title,
        "dataset": {key: contest.dataset[key] for key in ("name", "rows", "rows_used", "target")},
        "task": contest.task.form,
        "digest": contest.digest,
        "runs": [
            {
                "contestant": run.contestant, "title": run.title, "family": run.family, "trouble": run.error,
                "skill": [fit.skill for fit in run.fits],
                "scores": {name: [fit.scores.get(name) for fit in run.fits] for name in scored(run)},
                "readings": {name: list(reading.values) for name, reading in run.readings.items()},
                "fit_cpu_seconds": [fit.fit_cpu_seconds for fit in run.fits],
                "facts": {name: run.facts[name] for name in ("kind", "head", "components") if name in run.facts},
            }
            for run in contest.runs
        ],
        "comparisons": [asdict(one) for one in contest.comparisons if one.measurement == "skill"],
    }  # fmt: skip


def scored(run: Run) -> list[str]:
    """The names of a run's scores."""
    return sorted({name for fit in run.fits for name in fit.scores})
