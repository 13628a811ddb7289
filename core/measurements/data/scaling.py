"""How training time grows with rows."""

from __future__ import annotations

import numpy as np

from core.evaluation import refitting, uncertainty
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult
from core.workers import reused_work, work_clock

SHARES = (0.125, 0.25, 0.5, 1.0)
MOST_ROWS = 8_000
REPEATS = 3


def measure(subject: FittedContestant) -> MeasurementResult:
    """Exponent of CPU seconds against rows, one value a repeat (1 is linear); the detail has the points."""
    pool = refitting.pooled_rows(subject, MOST_ROWS)
    cut = refitting.folds(pool, subject.task, refitting.REPEATS)[0]
    budget = subject.budget.seconds
    points: list[dict[str, float]] = []
    exponents = []
    for repeat in range(REPEATS):
        order = np.random.default_rng(repeat).permutation(len(cut.train))
        rows, spent = [], []
        for step, share in enumerate(SHARES):
            count = max(20, round(share * len(order)))
            refitting.report_progress(
                subject, repeat * len(SHARES) + step, REPEATS * len(SHARES), f"fitting {count:,} rows"
            )
            part = refitting.Fold(cut.train.take(order[:count]), cut.valid, cut.test, cut.seed + repeat)
            cpu = reused_work.charged_cpu_seconds()
            with work_clock.metered(budget, subject.budget.device, subject.budget.threads) as work:
                refitting.refit(subject, part, budget)
            cpu = reused_work.charged_cpu_seconds() - cpu
            rows.append(count)
            spent.append(cpu)
            points.append({"rows": count, "cpu_seconds": cpu, "capped": float(work.stopped == "budget")})
        exponents.append(float(np.polyfit(np.log(rows), np.log(np.maximum(spent, 1e-4)), 1)[0]))
    found = uncertainty.corrected_t(exponents, 0.0, 0.0)
    capped = sum(point["capped"] for point in points)
    detail = {"points": points, "interval": [found.low, found.high], "capped": capped, "budget_seconds": budget}
    return MeasurementResult(tuple(exponents), detail)


MEASUREMENT = Measurement(
    key="scaling",
    title="Growth of training time with rows",
    unit="exponent",
    better="lower",
    about="The slope of log CPU seconds over log rows at an eighth, a quarter, half and all of at most 8,000 rows, "
    "three times in another order: 1 means that twice the rows take twice as long. Fits that ran into their time "
    "budget are counted, for they make the slope too flat; so do fixed costs on small data.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    kinds=("classification", "regression"),
    group="data",
    order=3,
    question="How does training time grow with rows?",
    answers="CPU-seconds at an eighth, a quarter, half and all of the rows.",
    cost=MeasurementCost(fits=6, fit_rows=8_000, fit_seconds=60),
    panel="scaling",
)
