"""Other prices change money and energy by the formulas, and the defaults give back what was measured."""

from __future__ import annotations

import pytest

from core.profiling import energy_meter, prices, repricing
from core.schema import Contest, Fit, MeasurementResult, Plan, Run, Task


def played(how: str = "estimated") -> Contest:
    told, held = prices.load_prices(), 0.25
    joules = energy_meter.estimate_energy(0.12, 0.2, held, told)
    readings = {
        "train_cost": MeasurementResult((prices.training_cost(3.0, told, 2),), {"vcpus": 2, "gpus": 0}),
        "latency_p50": MeasurementResult((0.5, 0.7)),
        "batch_latency": MeasurementResult((9.0,)),
        "million_cost": MeasurementResult((prices.million_online_cost(0.6, told),), {}),
        "energy": MeasurementResult(
            (joules / 4_000 * 1_000,),
            {
                "how": how,
                "source": "formula",
                "cpu_seconds": 0.12,
                "wall_seconds": 0.2,
                "answers": 4_000,
                "one_by_one": 1,
            },
        ),
    }
    run = Run("table_deep", "Net", "deep", fits=(Fit(0, "d", fit_seconds=3.0),), readings=readings)
    return Contest("a", "b", {}, Task("y", "classification", "binary"), Plan(), (run, Run("x", "X", "hybrid")))


def test_the_defaults_change_nothing() -> None:
    before, after = played().runs[0].readings, repricing.reprice_contest(played(), {}).runs[0].readings
    for key in ("train_cost", "energy"):
        assert after[key].values == pytest.approx(before[key].values)
    assert after["million_cost"].values == pytest.approx(
        [prices.million_online_cost(v, prices.load_prices()) for v in (0.5, 0.7)]
    )


def test_twice_the_price_is_twice_the_bill() -> None:
    first = repricing.reprice_contest(played(), {}).runs[0].readings
    double = repricing.reprice_contest(played(), {"vcpu_hour": 2 * prices.load_prices().vcpu_hour}).runs[0].readings
    for key in ("train_cost", "million_cost"):
        assert double[key].values == pytest.approx([2 * value for value in first[key].values])
    assert double["million_cost"].detail["batch"] == pytest.approx(2 * first["million_cost"].detail["batch"])


def test_power_changes_estimates_by_the_formula_and_meters_only_by_pue() -> None:
    told = repricing.reprice_contest(played(), {"cpu_watts": 7.0}).runs[0].readings["energy"].values[0]
    assert told == pytest.approx(
        energy_meter.estimate_energy(0.12, 0.2, 0.25, prices.load_prices({"cpu_watts": 7.0})) / 4
    )
    metered = repricing.reprice_contest(played("measured"), {"cpu_watts": 7.0}).runs[0].readings["energy"].values
    assert metered == pytest.approx(played().runs[0].readings["energy"].values)


def test_nonsense_is_refused() -> None:
    with pytest.raises(prices.PriceError):
        repricing.reprice_contest(played(), {"vcpu_hour": -1.0})
