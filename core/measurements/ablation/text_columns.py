"""What free-text columns add to a table, and what the text alone can do."""

from __future__ import annotations

from dataclasses import replace

from core.evaluation import refitting
from core.models.tabular import text_and_columns
from core.schema import Dataset, FittedContestant, Measurement, MeasurementCost, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill with texts and columns together minus skill of the columns alone, points, one value a cut."""
    pool = refitting.pooled_rows(subject)
    texts = text_and_columns.text_columns(pool.inputs)
    plain = [name for name in pool.inputs.columns if name not in texts]
    if not texts or not plain:
        raise ValueError("this takes a table with at least one free-text column and one other column")
    cuts = refitting.folds(pool, subject.task, refitting.REPEATS)
    skills: dict[str, list[float]] = {"together": [], "columns only": [], "texts only": []}
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "texts and columns, together and alone")
        kept = {"together": [*plain, *texts], "columns only": plain, "texts only": texts}
        for name, columns in kept.items():
            train, valid, test = (_with(side, columns) for side in (cut.train, cut.valid, cut.test))
            part = refitting.Fold(train, valid, test, cut.seed)
            skills[name].append(refitting.skill_on(subject.task, refitting.refit(subject, part), part))
    values = (both - alone for both, alone in zip(skills["together"], skills["columns only"], strict=True))
    return MeasurementResult(tuple(values), {"skills": skills, "texts": len(texts), "rho": 1 / (len(cuts) - 1)})


def _with(part: Dataset, columns: list[str]) -> Dataset:
    return replace(part, inputs=part.inputs[columns])


MEASUREMENT = Measurement(
    key="mixed_inputs",
    title="What texts add to columns",
    unit="points of skill",
    better="higher",
    about="On a table with free-text columns the contestant is fitted on 5 cuts of at most 2,000 rows three times: "
    "with everything, without the texts, and with the texts alone. The value is what the texts add.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    modalities=("table",),
    kinds=("classification", "regression"),
    column_types=("text",),
    group="why",
    order=5,
    question="Do the texts add anything to the columns?",
    answers="Texts and columns together, and each alone.",
    cost=MeasurementCost(fits=15),
    panel="mixed_inputs",
)
