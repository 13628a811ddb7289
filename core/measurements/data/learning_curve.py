"""How skill grows with rows: the contestant fitted again on nested, log-spaced parts of its own data."""

from __future__ import annotations

import numpy as np

from core.evaluation import learning_curves, refitting
from core.schema import Dataset, FittedContestant, JsonObject, Measurement, MeasurementCost, MeasurementResult

POOL_ROWS = 20_000
SIZES = 6
FEWEST_ROWS = 40
CLASS_ROWS = 8
SECONDS = 6.0


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill at all rows, one value a repeat; the detail has the whole curve and its extrapolation."""
    subject = refitting.with_time_limit(subject, SECONDS)
    pool = refitting.pooled_rows(subject, POOL_ROWS)
    cuts = refitting.folds(pool, subject.task)
    sizes = curve_sizes(pool, min(len(cut.train) + len(cut.valid) for cut in cuts))
    skills: dict[int, list[float]] = {size: [] for size in sizes}
    hurried = dict.fromkeys(sizes, 0)
    for step, cut in enumerate(cuts):
        train, valid = nested_subsets(cut.train, subject, cut.seed), nested_subsets(cut.valid, subject, cut.seed + 1)
        share = len(cut.valid) / (len(cut.valid) + len(cut.train))
        for place, size in enumerate(sizes):
            refitting.report_progress(
                subject, step * len(sizes) + place, len(cuts) * len(sizes), f"learning from {size:,} rows"
            )
            held = max(2, round(share * size))
            part = refitting.Fold(train.take(np.arange(size - held)), valid.take(np.arange(held)), cut.test, cut.seed)
            model = refitting.refit(subject, part, SECONDS)
            hurried[size] += refitting.stopped_by_clock(model)
            skills[size].append(refitting.skill_on(subject.task, model, part))
    curve = [{"rows": size, "skills": values, "cut_short": hurried[size]} for size, values in skills.items()]
    detail: JsonObject = {
        "curve": curve,
        "rho": 1 / (len(cuts) - 1),
        "seconds_a_fit": SECONDS,
        "cut_short": sum(hurried.values()),
    }
    try:
        ahead = np.geomspace(sizes[0], sizes[-1] * learning_curves.HORIZON, 40)
        points: list[learning_curves.MeasuredSize] = [{"rows": size, "skills": skills[size]} for size in skills]
        detail["fitted"] = learning_curves.predict(learning_curves.fit_curve(points), ahead)
    except learning_curves.CurveError as error:
        detail["unfitted"] = str(error)
    return MeasurementResult(tuple(skills[sizes[-1]]), detail)


def curve_sizes(pool: Dataset, most: int) -> list[int]:
    """Log-spaced numbers of rows up to ``most``, from a smallest that leaves each class a few rows.

    Raises:
        ValueError: when the rows do not span a factor of two.
    """
    least = FEWEST_ROWS
    if pool.target is not None and np.issubdtype(pool.target.dtype, np.integer):
        counts = np.bincount(pool.target)
        least = max(least, round(CLASS_ROWS * len(pool) / max(1, counts[counts > 0].min())))
    if most < 2 * least:
        raise ValueError(f"{most} rows to learn from are too few for a curve that starts at {least}")
    count = min(SIZES, 2 + int(np.log2(most / least)))
    return [int(size) for size in np.unique(np.geomspace(least, most, count).round())]


def nested_subsets(part: Dataset, subject: FittedContestant, seed: int) -> Dataset:
    """The rows in an order whose every beginning is a fair draw: shuffled, each class evenly spread."""
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(part))
    if subject.task.kind == "classification" and part.target is not None:
        codes = part.target[order]
        place = np.empty(len(order))
        for code in np.unique(codes):
            mine = np.flatnonzero(codes == code)
            place[mine] = (np.arange(len(mine)) + draw.uniform()) / len(mine)
        order = order[np.argsort(place, kind="stable")]
    return part.take(order)


MEASUREMENT = Measurement(
    key="learning_curve",
    title="Skill as rows grow",
    unit="points of skill",
    better="higher",
    about="The contestant is fitted again on nested parts of the rows, six log-spaced sizes by five repeats with the "
    "same test rows for all sizes and contestants. Power laws and a log-linear law are fitted with uncertainty; from "
    "two contestants' curves follows at how many rows one overtakes the other, or that this is not in sight.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    reference="Viering & Loog, The shape of learning curves, TPAMI 2023",
    kinds=("classification", "regression"),
    group="data",
    order=1,
    question="Would more data change the answer?",
    answers="Skill from few rows to all, drawn further with its uncertainty, and where deep overtakes classical.",
    cost=MeasurementCost(fits=12, fit_rows=20_000, fit_seconds=6),
    panel="learning_curve",
)
