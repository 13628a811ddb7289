"""Why did it win? The contestant on the user's own table after each of three operations, on the same folds."""

from __future__ import annotations

from core.evaluation import refitting
from core.measurements.ablation.table_ablations import table_operations
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult

SECONDS = 6.0


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill on the unchanged table, one value a fold; the detail has every operation, or why it means nothing here."""
    subject = refitting.with_time_limit(subject, SECONDS)
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task)
    skills: dict[str, list[float]] = {operation.key: [] for operation in table_operations.OPERATIONS}
    reasons: dict[str, str] = {}
    for place, cut in enumerate(cuts):
        for step, operation in enumerate(table_operations.OPERATIONS):
            if operation.key in reasons:
                continue
            done = place * len(table_operations.OPERATIONS) + step
            refitting.report_progress(subject, done, len(cuts) * len(table_operations.OPERATIONS), operation.title)
            try:
                changed = table_operations.apply_operation(operation.key, cut, subject.task)
            except ValueError as error:
                reasons[operation.key] = str(error)
                continue
            model = refitting.refit(subject, changed, SECONDS)
            # Judged against the dummy of the real answers, so that all operations share one zero.
            answers = model.predict(changed.test.inputs)
            truth = cut.test.target
            assert truth is not None
            skills[operation.key].append(refitting.skill(subject.task, cut.known_targets, truth, answers))
    operations = [
        {
            "key": operation.key, "title": operation.title, "tests": operation.tests,
            "skills": [] if operation.key in reasons else skills[operation.key],
            "reason": reasons.get(operation.key),
        }
        for operation in table_operations.OPERATIONS
    ]  # fmt: skip
    return MeasurementResult(tuple(skills["unchanged"]), {"operations": operations, "rho": 1 / (len(cuts) - 1)})


MEASUREMENT = Measurement(
    key="surgeries",
    title="Skill after three operations on the table",
    unit="points of skill",
    better="higher",
    about="The contestant is fitted again on 5 cuts of at most 2,000 rows: unchanged; with as many noise columns added "
    "as there are columns; with the numeric columns rotated into mixtures; with training answers smoothed over "
    "neighbouring rows. Two contestants' readings give the gap after each operation, and so what the gap lives on.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    modalities=("table",),
    reference="Grinsztajn, Oyallon & Varoquaux 2022",
    kinds=("classification", "regression"),
    group="why",
    order=1,
    question="What drives the gap?",
    answers="The table is changed in three ways (noise columns, rotated numbers, smoothed answers) and replayed.",
    cost=MeasurementCost(fits=36, fit_seconds=6),
    panel="surgeries",
)
