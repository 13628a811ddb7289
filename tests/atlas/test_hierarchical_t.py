"""The population model: against baycomp, on data whose population is known, and on input it must refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.atlas import hierarchical_t
from core.atlas.hierarchical_t import FoldDifferences, Population, population_of

OVERLAP = 0.25


def drawn(
    rng: np.random.Generator, count: int, mean: float, spread: float, noise: float, folds: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """Effects (count,) and correlated fold differences (count, folds) of data sets from a known population."""
    effects, values = [], []
    for _ in range(count):
        effects.append(mean + spread * rng.standard_t(5))
        shared = rng.normal()
        values.append(effects[-1] + noise * (np.sqrt(0.2) * shared + np.sqrt(0.8) * rng.normal(size=folds)))
    return np.array(effects), np.array(values)


def sets(values: np.ndarray) -> list[FoldDifferences]:
    return [FoldDifferences(tuple(row), OVERLAP) for row in values]


def probabilities(found: Population) -> list[float]:
    return [*found.of_next, *found.of_mean]


def test_more_data_sets_say_more_and_both_sides_are_treated_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchical_t, "KEPT", 120)
    _, values = drawn(np.random.default_rng(0), 24, 3.0, 1.0, 1.0)
    many, few = population_of(sets(values), 1.0), population_of(sets(values[:5]), 1.0)
    assert many.of_mean.left > 0.95 and many.mean_low < many.mean < many.mean_high
    assert few.mean_high - few.mean_low > many.mean_high - many.mean_low
    assert many.next_low < many.mean_low and many.mean_high < many.next_high
    assert sum(many.of_next) == pytest.approx(1) and sum(many.of_mean) == pytest.approx(1)
    mirrored = population_of(sets(-values), 1.0)
    assert mirrored.of_next.right == pytest.approx(many.of_next.left, abs=0.02)
    scaled = population_of(sets(values * 1e-3), 1e-3)
    assert probabilities(scaled) == pytest.approx(probabilities(many), abs=1e-6)
    assert scaled.mean == pytest.approx(many.mean * 1e-3, rel=1e-6)
    assert population_of(sets(values), 1.0) == many


def test_data_sets_lend_each_other_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchical_t, "KEPT", 120)
    effects, values = drawn(np.random.default_rng(1), 20, 0.0, 0.5, 3.0)
    found = population_of(sets(values), 1.0)
    assert np.abs(np.array(found.effects) - effects).mean() < 0.9 * np.abs(values.mean(axis=1) - effects).mean()


def test_folds_that_all_agree_are_taken_for_nearly_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchical_t, "KEPT", 120)
    found = population_of([FoldDifferences((2.0, 2.0), OVERLAP)] * 6, 1.0)
    assert found.of_mean.left > 0.95 and found.mean == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(
    ("values", "margin"), [(np.zeros((3, 5)), 1.0), (np.zeros((5, 1)), 1.0), (np.zeros((5, 5)), 0.0)]
)
def test_too_little_is_refused(values: np.ndarray, margin: float) -> None:
    with pytest.raises(ValueError, match="takes"):
        population_of(sets(values), margin)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        population_of(sets(np.full((5, 5), np.nan)), 1.0)


SIDE_BY_SIDE = 8


def populations_of(rows: list[np.ndarray], margin: float) -> list[Population]:
    """``population_of`` for many populations, all their chains sampled in the same rounds: the rounds, not the draws,
    take the time."""
    observed = [hierarchical_t._observe(sets(values), margin) for values in rows]

    def of_each_chain(name: str) -> np.ndarray:
        stacked = np.stack([np.atleast_1d(getattr(one, name)) for one in observed])
        return np.repeat(stacked, SIDE_BY_SIDE, axis=0)

    together = hierarchical_t._Observed(
        **{name: of_each_chain(name) for name in hierarchical_t._Observed.__annotations__}
    )
    rng = np.random.default_rng(0)
    wider = replace(together, shape=together.shape + 0.5)
    draws, wide = (hierarchical_t._sample(one, SIDE_BY_SIDE * len(rows), rng) for one in (together, wider))

    def of_one(all_draws: hierarchical_t._Draws, place: int) -> hierarchical_t._Draws:
        own = slice(place * SIDE_BY_SIDE, (place + 1) * SIDE_BY_SIDE)
        return hierarchical_t._Draws(
            all_draws.mean[:, own], all_draws.spread[:, own], all_draws.freedom[:, own], all_draws.effects[own]
        )

    return [
        hierarchical_t._summarize(
            of_one(draws, place), hierarchical_t._next_interval(of_one(wide, place), observed[place], rng), margin
        )
        for place in range(len(rows))
    ]


def simulate(count: int, mean: float, spread: float) -> tuple[float, float]:
    """Shares of populations with a verdict for either side on the mean, and of next effects inside the interval; the
    latter from the known distribution of effects, which is less noisy than one drawn effect a population."""
    from scipy.stats import t

    rng = np.random.default_rng(7)
    found = populations_of([drawn(rng, 20, mean, spread, 1.5, folds=5)[1] for _ in range(count)], 1.0)
    verdicts = np.mean([max(one.of_mean.left, one.of_mean.right) >= 0.95 for one in found])
    low, high = np.array([one.next_low for one in found]), np.array([one.next_high for one in found])
    held = t.cdf(high, 5, mean, spread) - t.cdf(low, 5, mean, spread)
    return float(verdicts), float(held.mean())


def test_populations_sampled_side_by_side_are_those_sampled_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchical_t, "CHAINS", SIDE_BY_SIDE)
    rng = np.random.default_rng(3)
    rows = [drawn(rng, 12, mean, 0.7, 1.0, folds=5)[1] for mean in (-2.0, 0.0, 2.0)]
    for together, values in zip(populations_of(rows, 1.0), rows, strict=True):
        alone = population_of(sets(values), 1.0)
        assert probabilities(together) == pytest.approx(probabilities(alone), abs=0.03)
        assert together.effects == pytest.approx(alone.effects, abs=0.05)
        assert together.mean == pytest.approx(alone.mean, abs=0.03)


def test_equal_sides_are_rarely_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchical_t, "KEPT", 60)
    monkeypatch.setattr(hierarchical_t, "BURN_IN", 40)
    false, held = simulate(30, 0.0, 0.5)
    assert false == 0 and held >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "spread"), [(0.0, 0.5), (0.9, 1.0), (1.0, 2.0)])
def test_false_verdicts_and_coverage(mean: float, spread: float) -> None:
    count = 150
    false, held = simulate(count, mean, spread)
    # At most 5 % false verdicts and 93 to 97 % coverage, each with two standard errors of so many populations: a
    # verdict is right or wrong, the share of next effects that an interval holds varies by .09 between populations.
    assert false <= 0.05 + 2 * (0.05 * 0.95 / count) ** 0.5
    assert 0.93 - 2 * 0.09 / count**0.5 <= held <= 0.97 + 2 * 0.09 / count**0.5
