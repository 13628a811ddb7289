"""What one fit costs on a rented machine."""

from __future__ import annotations

from core.profiling import latency, prices
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value a finished fold, in USD."""
    assumed = latency.from_assumptions(subject.context)
    gpus = int(str(subject.model.describe().get("device", "cpu")).startswith("cuda"))
    threads = max(1, subject.budget.threads)
    values = [prices.training_cost(fit.fit_seconds, assumed, threads, gpus) for fit in subject.fits if not fit.error]
    return MeasurementResult(
        tuple(values), {"vcpus": threads, "gpus": gpus, "usd_per_hour": prices.hourly_cost(assumed, threads, gpus)}
    )


MEASUREMENT = Measurement(
    key="train_cost",
    title="Cost of one fit",
    unit="USD",
    better="lower",
    about="Wall seconds of a fit x (price of a vCPU hour x threads + price of a GPU hour x GPUs) / 3600, one value a "
    "fold; prices are the dated assumptions of data/prices.toml.",
    measure=measure,
)
