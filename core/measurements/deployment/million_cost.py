"""What a million answers cost on a rented machine."""

from __future__ import annotations

from core.profiling import latency, prices
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value a stretch of the timing session, in USD; the detail has bound, batch price and break-even volumes."""
    found, assumed = latency.profile_latency(subject), latency.from_assumptions(subject.context)
    values = tuple(prices.million_online_cost(block, assumed, 1, found.gpus) for block in found.online.blocks)
    online = prices.million_online_cost(found.online.median, assumed, 1, found.gpus)
    bound = found.online.p95_bound
    fits = [fit.fit_seconds for fit in subject.fits if not fit.error]
    threads = max(1, subject.budget.threads)
    trained = prices.training_cost(sum(fits) / max(1, len(fits)), assumed, threads, found.gpus)
    bill = prices.token_costs(assumed)
    detail = {
        "online": online,
        "online_at_p95_bound": None if bound is None else prices.million_online_cost(bound, assumed, 1, found.gpus),
        "batch": prices.million_batch_cost(found.batch.median, found.rows, assumed, 1, found.gpus),
        "train": trained,
        "rented": bill,
        "break_even": {key: prices.break_even_requests(trained, online, usd) for key, usd in bill.items()},
    }
    return MeasurementResult(values, detail)


MEASUREMENT = Measurement(
    key="million_cost",
    title="Cost of a million answers",
    unit="USD",
    better="lower",
    about="A million x median latency of one answer x price of the machine's hour / 3600 / utilisation. The detail has "
    "the same at the upper bound of the 95th percentile, the price in batches, and after how many answers the model "
    "is cheaper than a language model rented by the token (200 tokens per row).",
    measure=measure,
    group="ship",
    order=2,
    question="When is an own model cheaper than rented tokens?",
    answers="Training once and answering, against a language model paid by the token.",
    panel="million_cost",
)
