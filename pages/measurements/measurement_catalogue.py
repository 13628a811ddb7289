"""What can be measured on a finished contest: the question of each study, its group, and about how long it takes."""

from __future__ import annotations

from core.schema import Contest, Measurement, Run
from pages.backend import catalogue
from pages.measurements import measurement_summary

# Groups of studies and the tab of the result that each stands in.
GROUPS = {"data": "Learning", "why": "Why", "trust": "Trust", "ship": "Trade-offs"}
OTHER = "other"


def find_measurement(key: str) -> Measurement | None:
    """The measurement of this key, or None where this installation has none."""
    return catalogue.measurements().get(key)


def studies() -> list[Measurement]:
    """The measurements that are offered as questions, in the order of the menu: those with a group, and slow ones."""
    there = [one for one in catalogue.measurements().values() if one.group or one.slow]
    return sorted(
        there,
        key=lambda measurement: ([*GROUPS, OTHER].index(group_of(measurement)), measurement.order, measurement.key),
    )


def is_study(key: str) -> bool:
    """Whether a measurement is offered as a question."""
    one = find_measurement(key)
    return one is not None and bool(one.group or one.slow)


def group_of(measurement: Measurement) -> str:
    """The group of a measurement; slow ones that name none stand together behind the others."""
    return measurement.group or OTHER


def tab_of(measurement: Measurement) -> str:
    """The tab of the result in which a study is offered."""
    return GROUPS.get(group_of(measurement), GROUPS["trust"])


def question(key: str) -> str:
    """A measurement as a question, or its title where it asks none."""
    one = find_measurement(key)
    return (one.question or one.title) if one else key


def offered_questions(contest: Contest, group: str | None = None) -> list[Measurement]:
    """The studies that mean something for this contest, in order: of its modality and kind of task."""
    return [one for one in studies() if group in (None, group_of(one)) and _applies(contest, one)]


def _applies(contest: Contest, measurement: Measurement) -> bool:
    if measurement.modalities and contest.dataset.get("modality") not in measurement.modalities:
        return False
    if measurement.kinds and contest.task.kind not in measurement.kinds:
        return False
    return (
        not measurement.column_types
        or _has_column(contest, measurement.column_types)
        or is_measured(contest, measurement.key)
    )


def _has_column(contest: Contest, types: tuple[str, ...]) -> bool:
    columns = contest.dataset.get("columns") or ()
    return any(isinstance(one, dict) and one.get("type") in types for one in columns)


def is_measured(contest: Contest, key: str) -> bool:
    """Whether anybody has a reading of this measurement, or a reason for none."""
    return bool(measurement_summary.runs_with_reading(contest, key))


def measured_contestants(contest: Contest) -> list[Run]:
    """Who would be measured: the contestants but the dummy that finished a fold."""
    return [run for run in contest.runs if run.family != "chance" and any(fit.skill is not None for fit in run.fits)]


def estimate_seconds(contest: Contest, study: Measurement) -> float:
    """About how many seconds a study takes, from the seconds of this contest's own fits."""
    cost, total = study.cost, 0.0
    for run in measured_contestants(contest):
        took = measurement_summary.finite_mean(fit.fit_seconds for fit in run.fits if not fit.error) or 0.0
        total += took
        if run.family in study.families:
            share = min(1.0, cost.fit_rows / max(1, int(contest.dataset.get("rows_used") or 1)))
            total += cost.fits * min(cost.fit_seconds, took * share) + cost.seconds
    return total + 1.0


def unlisted_measurements(contest: Contest, shown: tuple[str, ...]) -> list[str]:
    """Keys of readings that neither a study nor the panel of costs (``shown``) draws: they are shown all the same."""
    keys = dict.fromkeys(key for run in contest.runs if run.family != "chance" for key in run.readings)
    return [key for key in keys if not is_study(key) and key not in shown]
