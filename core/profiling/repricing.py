"""A contest's money and energy under other prices, from what was measured: seconds, milliseconds, CPU and memory."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import replace

from core.profiling import energy_meter, prices
from core.schema import Contest, Facts, JsonObject, MeasurementResult, Run


def reprice_contest(contest: Contest, edits: Mapping[str, float], before: Mapping[str, float] | None = None) -> Contest:
    """The contest with train_cost, million_cost and estimated energy made anew; nothing is measured again.

    Args:
        contest: as it was stored.
        edits: assumption key -> number, put over the defaults.
        before: the edits it was played under, None for the defaults.

    Raises:
        PriceError: for an unknown assumption or a figure that is not positive.
    """
    now, then = prices.load_prices(edits), prices.load_prices(before)
    return replace(contest, runs=tuple(_run(run, now, then) for run in contest.runs))


def _run(run: Run, now: prices.Prices, then: prices.Prices) -> Run:
    made = {"train_cost": _training(run, now), "million_cost": _million(run, now), "energy": _energy(run, now, then)}
    return replace(run, readings={**run.readings, **{key: found for key, found in made.items() if found is not None}})


def _detail(run: Run, key: str) -> Facts:
    return run.readings[key].detail if key in run.readings else {}


def _seconds(run: Run) -> list[float]:
    return [fit.fit_seconds for fit in run.fits if not fit.error]


def _training(run: Run, now: prices.Prices) -> MeasurementResult | None:
    detail, taken = _detail(run, "train_cost"), _seconds(run)
    if not taken or "vcpus" not in detail:
        return None
    vcpus, gpus = float(detail["vcpus"]), float(detail.get("gpus", 0))
    values = tuple(prices.training_cost(seconds, now, vcpus, gpus) for seconds in taken)
    return MeasurementResult(values, {**detail, "usd_per_hour": prices.hourly_cost(now, vcpus, gpus)})


def _million(run: Run, now: prices.Prices) -> MeasurementResult | None:
    stored, online = run.readings.get("million_cost"), run.readings.get("latency_p50")
    if stored is None or online is None or not stored.values or not online.values:
        return None
    gpus = float(_detail(run, "train_cost").get("gpus", 0))
    values = tuple(prices.million_online_cost(block, now, 1, gpus) for block in online.values)
    detail: JsonObject = {**stored.detail, "online": statistics.median(values), "rented": prices.token_costs(now)}
    bound, batch = run.readings.get("latency_p95_bound"), run.readings.get("batch_latency")
    if bound is not None and bound.values:
        detail["online_at_p95_bound"] = prices.million_online_cost(statistics.median(bound.values), now, 1, gpus)
    if batch is not None and batch.values:
        detail["batch"] = prices.million_batch_cost(statistics.median(batch.values), 1_000, now, 1, gpus)
    trained = _training(run, now)
    if trained is not None:
        detail["train"] = paid = sum(trained.values) / len(trained.values)
        bill = prices.token_costs(now).items()
        detail["break_even"] = {key: prices.break_even_requests(paid, detail["online"], usd) for key, usd in bill}
    return MeasurementResult(values, detail)


def _energy(run: Run, now: prices.Prices, then: prices.Prices) -> MeasurementResult | None:
    stored = run.readings.get("energy")
    detail = stored.detail if stored is not None else {}
    if stored is None or not stored.values or not {"cpu_seconds", "wall_seconds", "answers"} <= set(detail):
        return None
    cpu, wall, answers = (float(detail[key]) for key in ("cpu_seconds", "wall_seconds", "answers"))
    old = stored.values[0] * answers / 1_000
    if detail.get("how") == "estimated" and "GPU" not in str(detail.get("source", "")):
        # The formula is solved for the memory held, which is not stored, and applied again.
        held = max(0.0, old / then.pue - then.cpu_watts * cpu) / max(then.memory_watts * wall, 1e-12)
        joules = energy_meter.estimate_energy(cpu, wall, held, now)
    else:
        joules = old / then.pue * now.pue
    more = {"one_by_one": float(detail["one_by_one"]) * joules / old} if old > 0 and detail.get("one_by_one") else {}
    return MeasurementResult((joules / answers * 1_000,), {**detail, **more})
