"""A finished contest as an entry of the atlas."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence

from core import registry
from core.atlas.code_versions import contestant_version, scoring_version
from core.atlas.entries import SCHEMA, AtlasEntry, ComparedFamilies, ContestantRecord, DataFacts
from core.atlas.prior_facts import describe_facts
from core.atlas.sources import AtlasSource
from core.judging import chance_level
from core.schema import Contest, Fit, MeasurementResult, Run
from core.verdicts import fold_scores

# Readings that say what a model costs to keep and to ask; each value stands beside the machine it was taken on.
READINGS = ("latency_p50", "batch_latency", "size", "million_cost", "train_cost", "peak_memory", "completeness",
            "explain_seconds")  # fmt: skip
# Of the repeats of one reading, so many are kept.
KEPT_VALUES = 5


def make_entry(source: AtlasSource, share: int, contest: Contest, load: float | None) -> AtlasEntry:
    """The entry of a contest.

    Args:
        source: whose data were played. share: by which its rows were divided. contest: finished.
        load: of the machine per core while it was played.
    """
    plan = contest.requested or contest.plan
    fits = max((len(run.fits) for run in contest.runs), default=0)
    return AtlasEntry(
        schema=SCHEMA, source=source.key, title=source.title, half=source.half, share=share,
        facts=data_facts(contest), contestants=tuple(_record(run) for run in contest.runs),
        compared=_compared(contest), beats_chance=not chance_level.nobody_beats_chance(contest),
        budget_seconds=plan.budget_seconds, margin=plan.margin, seed=plan.seed, folds=contest.plan.folds, fits=fits,
        overlap=fold_scores.fold_overlap(fits, contest.plan, contest.method) if fits > 1 else 0.0,
        method=contest.method, scoring=scoring_version(), digest=contest.digest, finished=contest.finished,
        machine=contest.machine, versions=contest.versions, load=load,
        seconds=float(contest.seconds.get("total", 0.0)),
    )  # fmt: skip


def load_per_core() -> float | None:
    """The load of the machine over the last minute, per core; None where the system does not tell."""
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except OSError:
        return None


def busiest(before: float | None) -> float | None:
    """The higher load per core of before a contest and now; None where the system tells neither.

    Args:
        before: of ``load_per_core`` when it began.
    """
    return max((load for load in (before, load_per_core()) if load is not None), default=None)


def data_facts(contest: Contest) -> DataFacts:
    """Facts of the data of a contest, no data.

    Args:
        contest: finished.
    """
    structured = registry.modality(str(contest.dataset.get("modality"))).structured
    return describe_facts(contest.dataset, contest.task, structured)


def _record(run: Run) -> ContestantRecord:
    fits = [fit for fit in run.fits if fit.error is None and fit.skill is not None and math.isfinite(fit.skill)]
    work = [fit.work_seconds for fit in fits if fit.work_seconds is not None]
    return ContestantRecord(
        key=run.contestant, title=run.title, family=run.family, version=contestant_version(run.contestant),
        pretrained=run.pretrained, skill=tuple(float(fit.skill or 0.0) for fit in fits), metrics=_metrics(fits),
        work_seconds=tuple(work) if len(work) == len(fits) else (),
        cpu_seconds=tuple(fit.fit_cpu_seconds for fit in fits),
        stopped=sum(fit.stopped in ("budget", "guard") for fit in fits), parameters=run.parameters,
        readings=_readings(run.readings), error=run.error or _first_error(run),
    )  # fmt: skip


def _first_error(run: Run) -> str | None:
    return next((fit.error for fit in run.fits if fit.error), None)


def _metrics(fits: Sequence[Fit]) -> dict[str, tuple[float, ...]]:
    names = [name for name in (fits[0].scores if fits else {}) if name != "skill"]
    found = {name: tuple(float(fit.scores.get(name, math.nan)) for fit in fits) for name in names}
    return {name: values for name, values in found.items() if all(math.isfinite(one) for one in values)}


def _readings(readings: Mapping[str, MeasurementResult]) -> dict[str, tuple[float, ...]]:
    kept = {key: readings[key].values[:KEPT_VALUES] for key in READINGS if key in readings}
    return {
        key: tuple(float(one) for one in values)
        for key, values in kept.items()
        if values and all(math.isfinite(one) for one in values)
    }


def _compared(contest: Contest) -> tuple[ComparedFamilies, ...]:
    return tuple(
        ComparedFamilies(one.left, one.right, one.winner)
        for one in contest.comparisons
        if one.measurement == "skill" and math.isfinite(one.gap)
    )
