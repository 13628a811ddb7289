"""Learning curves with a known law: what is fitted, foretold and crossed."""

import numpy as np
import pytest

from core.evaluation import learning_curves

SIZES = np.geomspace(50, 2000, 6).round()


def points(law, noise=1.0, seed=0, sizes=SIZES, repeats=5):
    rng = np.random.default_rng(seed)
    level = rng.normal(0, noise, repeats)
    return [{"rows": int(n), "skills": list(law(n) + level + rng.normal(0, noise, repeats))} for n in sizes]


def power(a, b, c):
    return lambda n: a - b * n**-c


def test_recovers_a_power_law():
    curve = learning_curves.fit_curve(points(power(80, 300, 0.5), noise=0.2))
    (near,) = learning_curves.predict(curve, [1000])
    assert near["skill"] == pytest.approx(80 - 300 / np.sqrt(1000), abs=0.5)
    assert near["low"] < near["skill"] < near["high"]


def test_extrapolation_covers_and_widens():
    law, hits, widths = power(80, 300, 0.5), 0, []
    for seed in range(60):
        found = learning_curves.predict(learning_curves.fit_curve(points(law, seed=seed)), [2000, 8000, 40_000])
        hits += found[1]["low"] <= law(8000) <= found[1]["high"]
        widths.append([one["high"] - one["low"] for one in found])
    assert hits >= 52, f"covered {hits} of 60"
    assert (np.diff(np.mean(widths, axis=0)) > 0).all()


def test_a_log_law_is_no_surprise():
    law = lambda n: 10 + 5 * np.log(n)  # noqa: E731
    found = learning_curves.predict(learning_curves.fit_curve(points(law, noise=0.3)), [8000])[0]
    assert found["low"] - 1 <= law(8000) <= found["high"] + 1


def test_crossing_is_found_with_its_interval():
    slow, quick = power(70, 900, 0.7), power(60, 60, 0.7)
    true = next(n for n in range(50, 10**5) if slow(n) > quick(n))
    hits = 0
    for seed in range(20):
        found = learning_curves.crossover(
            learning_curves.fit_curve(points(slow, 0.5, seed)),
            learning_curves.fit_curve(points(quick, 0.5, seed + 100), seed=1),
        )
        assert found["state"] == "in sight"
        hits += found["low"] <= true <= (found["high"] or np.inf)
    assert hits >= 17
    assert found["rows"] == pytest.approx(true, rel=0.3)


def test_not_in_sight_and_already_ahead():
    better, worse = (
        learning_curves.fit_curve(points(power(70, 100, 0.5), 0.3)),
        learning_curves.fit_curve(points(power(55, 100, 0.5), 0.3, 1), seed=1),
    )
    found = learning_curves.crossover(worse, better)
    assert found["state"] == "not in sight" and found["rows"] is None and found["chance"] < 0.2
    assert "not seen to overtake" in learning_curves.describe_crossover(found, "The network", "the trees")
    ahead = learning_curves.crossover(better, worse)
    assert ahead["state"] == "already ahead" and ahead["rows"] == 50
    assert "from 50 rows on" in learning_curves.describe_crossover(ahead, "The network", "the trees")


def test_same_points_same_curve():
    once, twice = (learning_curves.fit_curve(points(power(80, 300, 0.5))) for _ in range(2))
    assert (once.draws == twice.draws).all()


def test_skill_never_exceeds_a_hundred():
    curve = learning_curves.fit_curve(points(lambda n: 8 * np.log(n) + 30, 0.2))
    assert learning_curves.predict(curve, [1e9])[0]["high"] <= 100


def test_a_shared_level_does_not_blur_the_crossing():
    """Two curves on the same test rows: what each repeat adds to both cancels, as it must."""
    slow, quick = points(power(70, 900, 0.7), 0.3), points(power(60, 60, 0.7), 0.3, 1)
    lift = np.array([-20.0, -10.0, 0.0, 10.0, 20.0])

    def lifted(found):
        return learning_curves.fit_curve(
            [{**point, "skills": list(np.array(point["skills"]) + lift)} for point in found]
        )

    plain = learning_curves.crossover(learning_curves.fit_curve(slow), learning_curves.fit_curve(quick))
    blurred = learning_curves.crossover(lifted(slow), lifted(quick))
    assert blurred["rows"] == pytest.approx(plain["rows"], rel=0.15)
    assert blurred["high"] == pytest.approx(plain["high"], rel=0.3)
    wide = learning_curves.predict(lifted(slow), [1000])[0]
    assert wide["high"] - wide["low"] > 20


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [{"rows": 10, "skills": [1.0, 2.0]}] * 2,
        [{"rows": n, "skills": [1.0, np.nan]} for n in (1, 2, 3)],
        [{"rows": n, "skills": [1.0] * n} for n in (2, 3, 4)],
    ],
)
def test_refuses_what_is_no_curve(wrong):
    with pytest.raises(learning_curves.CurveError):
        learning_curves.fit_curve(wrong)
