"""Learning curves with a known law: what is fitted, foretold and crossed."""

import numpy as np
import pytest

from core.tools import curves

SIZES = np.geomspace(50, 2000, 6).round()


def points(law, noise=1.0, seed=0, sizes=SIZES, repeats=5):
    rng = np.random.default_rng(seed)
    return [{"rows": int(n), "skills": list(law(n) + rng.normal(0, noise, repeats))} for n in sizes]


def power(a, b, c):
    return lambda n: a - b * n**-c


def test_recovers_a_power_law():
    curve = curves.fit(points(power(80, 300, 0.5), noise=0.2))
    (near,) = curves.predict(curve, [1000])
    assert near["skill"] == pytest.approx(80 - 300 / np.sqrt(1000), abs=0.5)
    assert near["low"] < near["skill"] < near["high"]


def test_extrapolation_covers_and_widens():
    law, hits, widths = power(80, 300, 0.5), 0, []
    for seed in range(60):
        found = curves.predict(curves.fit(points(law, seed=seed)), [2000, 8000, 40_000])
        hits += found[1]["low"] <= law(8000) <= found[1]["high"]
        widths.append([one["high"] - one["low"] for one in found])
    assert hits >= 52, f"covered {hits} of 60"
    assert (np.diff(np.mean(widths, axis=0)) > 0).all()


def test_a_log_law_is_no_surprise():
    law = lambda n: 10 + 5 * np.log(n)  # noqa: E731
    found = curves.predict(curves.fit(points(law, noise=0.3)), [8000])[0]
    assert found["low"] - 1 <= law(8000) <= found["high"] + 1


def test_crossing_is_found_with_its_interval():
    slow, quick = power(70, 900, 0.7), power(60, 60, 0.7)
    true = next(n for n in range(50, 10**5) if slow(n) > quick(n))
    hits = 0
    for seed in range(20):
        found = curves.crossover(
            curves.fit(points(slow, 0.5, seed)), curves.fit(points(quick, 0.5, seed + 100), seed=1)
        )
        assert found["state"] == "in sight"
        hits += found["low"] <= true <= (found["high"] or np.inf)
    assert hits >= 17
    assert found["rows"] == pytest.approx(true, rel=0.3)


def test_not_in_sight_and_already_ahead():
    better, worse = (
        curves.fit(points(power(70, 100, 0.5), 0.3)),
        curves.fit(points(power(55, 100, 0.5), 0.3, 1), seed=1),
    )
    found = curves.crossover(worse, better)
    assert found["state"] == "not in sight" and found["rows"] is None and found["chance"] < 0.2
    assert "not seen to overtake" in curves.told(found, "The network", "the trees")
    ahead = curves.crossover(better, worse)
    assert ahead["state"] == "already ahead" and ahead["rows"] == 50
    assert "from 50 rows on" in curves.told(ahead, "The network", "the trees")


def test_same_points_same_curve():
    once, twice = (curves.fit(points(power(80, 300, 0.5))) for _ in range(2))
    assert (once.draws == twice.draws).all()


def test_skill_never_exceeds_a_hundred():
    curve = curves.fit(points(lambda n: 8 * np.log(n) + 30, 0.2))
    assert curves.predict(curve, [1e9])[0]["high"] <= 100


@pytest.mark.parametrize(
    "wrong", [[], [{"rows": 10, "skills": [1.0, 2.0]}] * 2, [{"rows": n, "skills": [1.0, np.nan]} for n in (1, 2, 3)]]
)
def test_refuses_what_is_no_curve(wrong):
    with pytest.raises(curves.CurveError):
        curves.fit(wrong)
