"""A population of paired differences: the hierarchical correlated t model over data sets, sampled by Gibbs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np

# Chains side by side, what each throws away, and what it keeps.
CHAINS, BURN_IN, KEPT = 64, 200, 400
# Priors of the shape and the rate of the Gamma distribution of the degrees of freedom less one.
SHAPES, RATES = (1.0, 2.0), (0.01, 0.1)
# Spread within and between data sets lies below so many times the observed one; far beyond what the data allow.
WIDEST = 1_000.0
# A data set whose folds all agree is given this share of the margin as its spread.
LEAST_SPREAD = 0.01
# With fewer data sets nothing is said about a population.
FEWEST = 4
COVERAGE = 0.95


@dataclass(frozen=True)
class FoldDifferences:
    """Paired differences of one data set, one a fold, and n_test / n_train behind the folds."""

    values: tuple[float, ...]
    overlap: float


class ThreeProbabilities(NamedTuple):
    """Left better by more than the margin, practically equal, right better by more than the margin; they sum to 1."""

    left: float
    equal: float
    right: float


@dataclass(frozen=True)
class Population:
    """What q data sets say about the data sets they were drawn from, left minus right.

    Attributes:
        mean: of the effect over the population, and its 95 % interval from mean_low to mean_high.
        next_low, next_high: 95 % interval of the effect on the next data set, under priors of its own (see
            ``population_of``).
        of_next, of_mean: three probabilities for the next data set, and for the mean.
        effects: (q,) the effect on each data set given all others.
    """

    mean: float
    mean_low: float
    mean_high: float
    next_low: float
    next_high: float
    of_next: ThreeProbabilities
    of_mean: ThreeProbabilities
    effects: tuple[float, ...]


@dataclass(frozen=True)
class _Observed:
    """Sufficient statistics, all (q,): mean, sum of squares by 1 - rho, variance of the mean per unit of variance,
    shape of the posterior of the precision within; and the bounds of the mean effect and of both spreads.

    Arrays with a row a chain, (chains, q) and (chains, 1), let each chain sample a population of its own.
    """

    mean: np.ndarray
    squares: np.ndarray
    share: np.ndarray
    shape: np.ndarray
    bound: float | np.ndarray
    widest_within: float | np.ndarray
    widest_between: float | np.ndarray


@dataclass
class _Chains:
    """Where the chains are: (chains, 1) for the population, (chains, q) for the data sets."""

    mean: np.ndarray
    spread: np.ndarray
    freedom: np.ndarray
    effects: np.ndarray
    precisions: np.ndarray


@dataclass(frozen=True)
class _Draws:
    """Kept draws (kept, chains) of the population's mean, spread and degrees of freedom, and effects (chains, q)."""

    mean: np.ndarray
    spread: np.ndarray
    freedom: np.ndarray
    effects: np.ndarray


def population_of(sets: Sequence[FoldDifferences], margin: float, seed: int = 0) -> Population:
    """The posterior of a population of effects under the hierarchical correlated t model.

    Differences of one data set are normal around its effect, correlated as folds that share training rows are; effects
    are drawn from a t distribution; means and spreads are uniform, the degrees of freedom less one Gamma, with the
    priors of baycomp. With these and five folds too much of what differs between data sets is taken for noise within
    them, and the interval of the next effect held 90 to 92 % of the effects of made populations. That interval alone
    has two other priors: the log of the spread within is uniform, and a spread between that is small beside the error
    of one data set's mean is less likely in proportion (as in Daniels 1999, Canadian Journal of Statistics 27).

    Args:
        sets: q data sets, at least four, each with two or more differences left - right in the unit of the margin.
        margin: what counts as practically equal, above 0. seed: of the sampling.

    Raises:
        ValueError: too few data sets or differences, a margin of 0, or a difference that is no number.

    Reference:
        Corani, Benavoli, Demsar, Mangili & Zaffalon 2017, Machine Learning 106 (the model); Yu & Meng 2011, JCGS 20
        (sampling effects centred and not centred in turns).
    """
    if len(sets) < FEWEST or any(len(one.values) < 2 for one in sets) or not margin > 0:
        raise ValueError(f"a population takes {FEWEST} data sets of two folds each and a margin above 0")
    if not all(math.isfinite(value) for one in sets for value in one.values):
        raise ValueError("a paired difference is not a number")
    scale = margin
    observed = _observe(sets, scale)
    rng = np.random.default_rng(seed)
    draws = _sample(observed, CHAINS, rng)
    wider = replace(observed, shape=observed.shape + 0.5)
    return _summarize(draws, _next_interval(_sample(wider, CHAINS, rng), observed, rng), scale)


def _sample(observed: _Observed, chains: int, rng: np.random.Generator) -> _Draws:
    """What the chains say after the burn-in, every chain for itself."""
    state = _start(observed, chains, rng)
    means, spreads, freedoms, effects = [], [], [], np.zeros_like(state.effects)
    for step in range(BURN_IN + KEPT):
        _step(state, observed, rng)
        if step >= BURN_IN:
            means.append(state.mean[:, 0].copy())
            spreads.append(state.spread[:, 0].copy())
            freedoms.append(state.freedom[:, 0].copy())
            effects += state.effects
    return _Draws(np.stack(means), np.stack(spreads), np.stack(freedoms), effects / KEPT)


def _next_interval(draws: _Draws, observed: _Observed, rng: np.random.Generator) -> tuple[float, float]:
    """The 95 % interval of the next effect, in units of the margin.

    Args:
        draws: under a uniform log of the spread within. observed: of the same population, one chain's.
    """
    mean, spread, freedom = draws.mean.ravel(), draws.spread.ravel(), draws.freedom.ravel()
    error = np.median(np.sqrt(observed.squares / (2 * observed.shape) * observed.share))
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(
        mean + spread * rng.standard_t(freedom), [tail, 1 - tail], weights=spread / (spread + error),
        method="inverted_cdf",
    )  # fmt: skip
    return float(low), float(high)


def _summarize(draws: _Draws, coming: tuple[float, float], scale: float) -> Population:
    """The population from draws of its mean, spread and degrees of freedom, and the interval of the next effect, all
    in units of the margin."""
    from scipy.special import stdtr

    mean, spread, freedom = draws.mean.ravel(), draws.spread.ravel(), draws.freedom.ravel()
    left = float(stdtr(freedom, (mean - 1.0) / spread).mean())
    right = float(stdtr(freedom, (-1.0 - mean) / spread).mean())
    tail = (1 - COVERAGE) / 2
    mean_low, mean_high = np.quantile(mean, [tail, 1 - tail]) * scale
    above, below = float((mean > 1).mean()), float((mean < -1).mean())
    return Population(
        mean=float(mean.mean()) * scale, mean_low=float(mean_low), mean_high=float(mean_high),
        next_low=coming[0] * scale, next_high=coming[1] * scale,
        of_next=ThreeProbabilities(left, max(0.0, 1 - left - right), right),
        of_mean=ThreeProbabilities(above, max(0.0, 1 - above - below), below),
        effects=tuple(float(one) * scale for one in draws.effects.mean(axis=0)),
    )  # fmt: skip


def _observe(sets: Sequence[FoldDifferences], scale: float) -> _Observed:
    values = [np.asarray(one.values, dtype=float) / scale for one in sets]
    folds = np.array([len(one) for one in values], dtype=float)
    # The correlation of two folds; n_test / n_train is rho / (1 - rho).
    rho = np.array([one.overlap / (1 + one.overlap) for one in sets])
    squares = np.array([float(((one - one.mean()) ** 2).sum()) for one in values])
    squares = np.maximum(squares, (folds - 1) * LEAST_SPREAD**2)
    means = np.array([one.mean() for one in values])
    within = float(np.sqrt(squares / folds).mean())
    return _Observed(
        mean=means, squares=squares / (1 - rho), share=(1 - rho) / folds + rho,
        shape=(folds - 1) / 2,
        bound=float(max(np.abs(one).max() for one in values)) or 1.0, widest_within=WIDEST * within,
        widest_between=WIDEST * max(float(means.std()), LEAST_SPREAD),
    )  # fmt: skip


def _start(observed: _Observed, chains: int, rng: np.random.Generator) -> _Chains:
    shape = (chains, 1)
    middle, width = observed.mean.mean(axis=-1, keepdims=True), observed.mean.std(axis=-1, keepdims=True)
    mean = np.clip(middle + rng.normal(0, 1, shape), -observed.bound, observed.bound)
    spread = np.maximum(width, LEAST_SPREAD) * np.exp(rng.normal(0, 1, shape))
    effects = np.broadcast_to(observed.mean, (chains, observed.mean.shape[-1])).copy()
    return _Chains(mean, spread, 1.0 + rng.gamma(1.5, 20.0, shape), effects, np.ones_like(effects))


def _step(state: _Chains, observed: _Observed, rng: np.random.Generator) -> None:
    """One round of Gibbs updates: variances within, effects, their scales, mean and spread between, freedom."""
    misfit = observed.squares + (observed.mean - state.effects) ** 2 / observed.share
    # A uniform spread makes its inverse square Gamma with (J - 1) / 2, a uniform log of it with J / 2; the bound far
    # away is left to rejection.
    inner = rng.standard_gamma(observed.shape, misfit.shape) * 2 / misfit
    inner = np.maximum(inner, observed.widest_within**-2)
    known, outer = inner / observed.share, state.precisions / state.spread**2
    centre = (known * observed.mean + outer * state.mean) / (known + outer)
    state.effects = centre + rng.standard_normal(misfit.shape) / np.sqrt(known + outer)
    distance = ((state.effects - state.mean) / state.spread) ** 2
    half = (state.freedom + 1) / 2
    state.precisions = rng.standard_gamma(np.broadcast_to(half, distance.shape)) * 2 / (state.freedom + distance)
    _centred(state, observed, rng)
    _uncentred(state, observed, known, rng)
    for _ in range(2):
        _update_freedom(state, rng)


def _centred(state: _Chains, observed: _Observed, rng: np.random.Generator) -> None:
    """Mean and spread of the effects as they stand."""
    total = state.precisions.sum(axis=1, keepdims=True)
    centre = (state.precisions * state.effects).sum(axis=1, keepdims=True) / total
    state.mean = _truncated(centre, state.spread / np.sqrt(total), -observed.bound, observed.bound, rng)
    squares = (state.precisions * (state.effects - state.mean) ** 2).sum(axis=1, keepdims=True)
    count = state.effects.shape[1]
    inverse = rng.standard_gamma((count - 1) / 2, squares.shape) * 2 / squares
    state.spread = np.minimum(1 / np.sqrt(inverse), observed.widest_between)


def _uncentred(state: _Chains, observed: _Observed, known: np.ndarray, rng: np.random.Generator) -> None:
    """Mean and spread once more with the standardised effects held: small spreads mix slowly without it."""
    standard = (state.effects - state.mean) / state.spread
    weight = known.sum(axis=1, keepdims=True)
    centre = (known * (observed.mean - state.spread * standard)).sum(axis=1, keepdims=True) / weight
    state.mean = _truncated(centre, 1 / np.sqrt(weight), -observed.bound, observed.bound, rng)
    weight = (known * standard**2).sum(axis=1, keepdims=True)
    centre = (known * standard * (observed.mean - state.mean)).sum(axis=1, keepdims=True) / weight
    state.spread = _truncated(centre, 1 / np.sqrt(weight), 1e-9, observed.widest_between, rng)
    state.effects = state.mean + state.spread * standard


def _truncated(
    centre: np.ndarray, error: np.ndarray, low: float | np.ndarray, high: float | np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Normal draws between two bounds, by the inverse of the distribution on the side where it is exact."""
    from scipy.special import ndtr, ndtri

    first, last = (low - centre) / error, (high - centre) / error
    turned = first > 0
    left, right = np.where(turned, -last, first), np.where(turned, -first, last)
    chance = ndtr(left) + rng.random(centre.shape) * (ndtr(right) - ndtr(left))
    drawn = ndtri(np.clip(chance, 1e-300, 1 - 1e-16))
    found: np.ndarray = np.clip(centre + error * np.where(turned, -drawn, drawn), low, high)
    return found


def _update_freedom(state: _Chains, rng: np.random.Generator) -> None:
    """A Metropolis step on the logarithm of the degrees of freedom less one, the scales of the effects left out."""
    distance = ((state.effects - state.mean) / state.spread) ** 2
    proposed = 1 + (state.freedom - 1) * np.exp(rng.normal(0, 1.0, state.freedom.shape))
    gain = _log_density(proposed, distance) - _log_density(state.freedom, distance)
    taken = np.log(rng.random(gain.shape)) < gain
    state.freedom = np.where(taken, proposed, state.freedom)


def _log_density(freedom: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Log posterior of the degrees of freedom (chains, 1), per unit of log(freedom - 1)."""
    from scipy.special import gammaln

    count = distance.shape[1]
    norm = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(freedom)
    fit = -((freedom + 1) / 2 * np.log1p(distance / freedom)).sum(axis=1, keepdims=True)
    grid, prior = _freedom_prior()
    found: np.ndarray = count * norm + fit + np.interp(np.log(freedom - 1), grid, prior) + np.log(freedom - 1)
    return found


@cache
def _freedom_prior() -> tuple[np.ndarray, np.ndarray]:
    """Log density of the degrees of freedom less one on a grid of its logarithm, shape and rate averaged out."""
    from scipy.special import gammaln

    grid = np.linspace(-12, 9, 421)
    shape = np.linspace(*SHAPES, 41)[:, None, None]
    rate = np.linspace(*RATES, 41)[None, :, None]
    density = np.exp(shape * np.log(rate) - gammaln(shape) + (shape - 1) * grid - rate * np.exp(grid))
    return grid, np.log(np.maximum(density.mean(axis=(0, 1)), 1e-300))
