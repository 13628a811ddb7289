"""Intervals: paired over folds and rows, of two samples, of quantiles, shares and any statistic; posterior draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

# The probability that decides everywhere, and the coverage of the equal-tailed interval that belongs to it: the lower
# end clears the margin exactly when the probability of being better by more than the margin reaches it.
DECISION = 0.95
COVERAGE = 0.90
INTERVAL = f"{100 * COVERAGE:.0f} % interval"


class Posterior(NamedTuple):
    """A paired difference left - right: its mean, its interval, and the three probabilities that sum to one."""

    gap: float
    low: float
    high: float
    p_left_better: float
    p_tie: float
    p_right_better: float


def fold_rho(folds: int) -> float:
    """Overlap n_test / n_train of a K-fold cut, 1 / (K - 1), for the correction of the variance.

    Args:
        folds: K.

    Raises:
        ValueError: for fewer than two folds.

    Reference:
        Nadeau & Bengio 2003, Machine Learning 52.
    """
    if folds < 2:
        raise ValueError(f"a cut needs at least 2 folds, not {folds}")
    return 1.0 / (folds - 1)


def corrected_error(differences: Sequence[float] | np.ndarray, rho: float) -> float:
    """Standard error of a mean of J differences over overlapping training sets, sqrt((1/J + rho) * var(D, ddof=1)).

    Args:
        differences: (J,) one paired difference a fold, J >= 2.
        rho: n_test / n_train; 0 for independent differences.

    Returns:
        The error in the unit of the differences.

    Raises:
        ValueError: for fewer than two or non-finite differences.

    Reference:
        Nadeau & Bengio 2003, Machine Learning 52.
    """
    values = np.asarray(differences, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError("an interval needs at least two paired differences")
    if not np.isfinite(values).all():
        raise ValueError("a paired difference is not a number")
    scale = float(np.max(np.abs(values))) or 1.0
    spread = float(np.var(values / scale, ddof=1))
    # Identical differences leave 1e-33 of rounding in the variance; that is no evidence of a spread.
    if spread <= 1e-24:
        return 0.0
    return scale * math.sqrt((1.0 / len(values) + rho) * spread)


def decision_coverage(level: float) -> float:
    """The coverage of the equal-tailed interval whose ends agree with a decision at ``level``: 2 * level - 1.

    Args:
        level: the probability a decision takes, above one half.
    """
    return round(2 * level - 1, 12)


def t_posterior(gap: float, error: float, freedom: float, margin: float, level: float = DECISION) -> Posterior:
    """The interval and the three probabilities of one t distribution around a gap, as ``corrected_t`` returns them.

    Args:
        gap: a mean of left - right. error: its standard error; 0 gives a point. freedom: degrees of freedom.
        margin, level: as in ``corrected_t``.
    """
    from scipy.special import stdtr, stdtrit

    if error == 0.0:
        left, right = float(gap > margin), float(gap < -margin)
        return Posterior(gap, gap, gap, left, 1.0 - left - right, right)
    reach = float(stdtrit(freedom, level)) * error
    left, right = (float(stdtr(freedom, (sign * gap - margin) / error)) for sign in (1, -1))
    return Posterior(gap, gap - reach, gap + reach, left, max(0.0, 1.0 - left - right), right)


def corrected_t(
    differences: Sequence[float] | np.ndarray, rho: float, margin: float, level: float = DECISION
) -> Posterior:
    """The corrected resampled t interval with the three probabilities of the Bayesian correlated t-test.

    Both follow from the same t distribution.

    Args:
        differences: (J,) left minus right, one a fold, in the unit of the margin, J >= 2.
        rho: n_test / n_train of the cut; 0 gives the ordinary paired t.
        margin: what counts as practically equal, >= 0, in the same unit.
        level: the probability a decision takes. Each end of the interval leaves 1 - level outside, so that ``low``
            exceeds the margin exactly when P(gap > margin) exceeds the level.

    Returns:
        gap, low, high in the unit of the differences; P(gap > margin), P(|gap| <= margin), P(gap < -margin).
        Without any spread the posterior is a point.

    Raises:
        ValueError: for fewer than two or non-finite differences.

    Reference:
        Nadeau & Bengio 2003; Benavoli, Corani, Demsar & Zaffalon 2017, JMLR 18(77).
    """
    error, values = corrected_error(differences, rho), np.asarray(differences, dtype=float)
    return t_posterior(float(values.mean()), error, len(values) - 1, margin, level)


def rows_needed(rows: int, error: float, margin: float, level: float = DECISION) -> int | None:
    """How many rows would shrink half the interval to the margin: ``n * (z * se / r)^2``, rounded up.

    Args:
        rows: n, the rows there are.
        error: standard error of the gap, in the unit of the margin.
        margin: r, what counts as practically equal.
        level: the probability a decision takes; z is its normal quantile.

    Returns:
        None when that is no more than there already is (the gap then sits at the margin itself), when the margin is
        0, or beyond 10^12.
    """
    from scipy.special import ndtri

    if margin <= 0 or not math.isfinite(error):
        return None
    wanted = rows * (float(ndtri(level)) * error / margin) ** 2
    if not math.isfinite(wanted) or wanted > 1e12:
        return None
    return math.ceil(wanted) if wanted > rows else None


def row_t(differences: Sequence[float] | np.ndarray, margin: float, level: float = DECISION) -> Posterior:
    """Paired t over the test rows of one hold-out: it compares two trained models, never two approaches.

    Args:
        differences: (n,) one left - right difference a row, in the unit of the margin.
        margin: what counts as practically equal.
        level: the probability a decision takes, as in ``corrected_t``.

    Returns:
        See ``corrected_t``.

    Reference:
        Student 1908.
    """
    return corrected_t(differences, 0.0, margin, level)


def welch_t(left: Sequence[float] | np.ndarray, right: Sequence[float] | np.ndarray, margin: float) -> Posterior:
    """Left minus right for two independent samples with unequal spreads, with the probabilities of its t distribution.

    Args:
        left, right: (n,) and (m,) readings in the unit of the margin.
        margin: what counts as practically equal, >= 0.

    Returns:
        gap and its interval as in ``corrected_t``, in the unit of the readings;
        P(gap > margin), P(|gap| <= margin), P(gap < -margin).
        A point where neither sample has a spread.

    Reference:
        Welch 1947, Biometrika 34.
    """
    first, second = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    gap = float(first.mean() - second.mean())
    shares = [float(np.var(one, ddof=1)) / len(one) if len(one) > 1 else 0.0 for one in (first, second)]
    error = math.sqrt(sum(shares))
    if error <= 1e-12:
        return t_posterior(gap, 0.0, 1.0, margin)
    parts = zip(shares, (first, second), strict=True)
    freedom = error**4 / sum(share**2 / max(1, len(one) - 1) for share, one in parts)
    return t_posterior(gap, error, freedom, margin)


def quantile_bound(values: Sequence[float] | np.ndarray, share: float = 0.95, level: float = 0.95) -> float | None:
    """Distribution-free upper bound on a quantile: the order statistic ``k = BinomInv(level; n, share) + 1``.

    Args:
        values: (n,) independent readings. The 95th percentile at 95 % needs n >= 59.
        share: the quantile. level: confidence of the bound.

    Returns:
        The bound in the unit of the values, or None when there are too few readings for any bound.

    Reference:
        Thompson 1936; Hahn & Meeker 1991, "Statistical intervals".
    """
    from scipy.stats import binom

    ordered = np.sort(np.asarray(values, dtype=float))
    # At least k readings lie at or below the quantile's true place with chance P(X <= k - 1), X ~ Bin(n, share).
    place = int(binom.ppf(level, len(ordered), share)) + 1 if len(ordered) else 1
    return float(ordered[place - 1]) if place <= len(ordered) else None


def bootstrap(
    values: np.ndarray,
    statistic: Callable[[np.ndarray], float],
    seed: int = 0,
    draws: int = 1000,
    level: float = COVERAGE,
) -> tuple[float, float, float]:
    """A statistic with its percentile bootstrap interval, rows drawn along the leading axis.

    Args:
        values: (n, ...) rows.
        statistic: rows -> a number.
        seed, draws: of the resampling.
        level: coverage of the interval.

    Returns:
        The statistic on all rows, and the two ends of its interval, in its unit; draws on which it is not finite are
        left out, and the ends are nan when none is.

    Reference:
        Efron & Tibshirani 1993, "An introduction to the bootstrap".
    """
    rng = np.random.default_rng(seed)
    values = np.asarray(values)
    drawn = np.array([statistic(values[rng.integers(0, len(values), len(values))]) for _ in range(draws)])
    drawn = drawn[np.isfinite(drawn)]
    centre = float(statistic(values))
    if len(drawn) <= draws // 2:
        return centre, math.nan, math.nan
    tail = round((1 - level) / 2, 12)
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return centre, float(low), float(high)


def share_interval(hits: int, trials: int, level: float = COVERAGE) -> tuple[float, float]:
    """Wilson interval of a share.

    Args:
        hits, trials: counts.
        level: coverage of the interval.

    Returns:
        Low and high, from 0 to 1; (0, 1) without trials.

    Reference:
        Wilson 1927, JASA 22.
    """
    from scipy.special import ndtri

    if trials == 0:
        return 0.0, 1.0
    z, p = float(ndtri(0.5 + level / 2)), hits / trials
    centre, spread = p + z * z / (2 * trials), z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def posterior_draws(scores: np.ndarray, rho: float, draws: int = 20_000, seed: int = 0) -> np.ndarray:
    """Joint draws of every contestant's expected score, whose pairwise differences follow the correlated t.

    The noise is drawn per fold and shared, so adding a contestant never changes the draws of the others.

    Args:
        scores: (m, J) one score per contestant and fold, in one unit.
        rho: n_test / n_train of the cut.
        draws, seed: how many draws, and the seed of the noise.

    Returns:
        (draws, m) in the unit of the scores. With one fold there is no spread to draw from: the score repeated.

    Reference:
        Benavoli, Corani, Demsar & Zaffalon 2017, JMLR 18(77).
    """
    scores = np.asarray(scores, dtype=float)
    centre = scores.mean(axis=1)
    folds = scores.shape[1]
    if folds < 2:
        return np.tile(centre, (draws, 1))
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((draws, folds))
    stretch = np.sqrt((folds - 1) / rng.chisquare(folds - 1, draws))
    spread = (scores - centre[:, None]) * math.sqrt((1.0 / folds + rho) / (folds - 1))
    drawn: np.ndarray = centre + (noise @ spread.T) * stretch[:, None]
    return drawn
