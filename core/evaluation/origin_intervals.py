"""Intervals over rolling origins: HAC over time and a bootstrap over series, the wider of the two decides.

Reference: Diebold & Mariano 1995, "Comparing predictive accuracy"; Andrews & Monahan 1992 (a HAC variance by way of an
autoregression); Harvey, Leybourne & Newbold 1997 (a t distribution in small samples); Bayley & Hammersley 1946 (how
many independent values an autocorrelated series is worth).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation import uncertainty
from core.evaluation.uncertainty import Posterior

FEWEST_ORIGINS = 5
# With fewer series than these, one difference an origin is nearly all there is: a named winner takes more origins.
FEW_SERIES = 10
FEWEST_ORIGINS_FEW_SERIES = 8
# With fewer series nothing can be drawn again.
FEWEST_DRAWN = 3
DRAWS = 1_000
BIAS, LEAST_TOGETHER, MOST_TOGETHER = 2.5, 0.1, 0.8


@dataclass(frozen=True)
class TimeError:
    """How far a mean over origins may be off: its standard error, and the degrees of freedom of the t distribution that
    goes with it."""

    error: float
    freedom: float


def hac_error(differences: Sequence[float] | np.ndarray) -> TimeError:
    """The error of the mean of K differences in order of time, neighbours of which go together.

    The variance of independent differences is multiplied by f = (1 + r) / (1 - r), the long-run factor of an
    autoregression of order one, and the K - 1 degrees of freedom are divided by it: differences that go together tell
    as much as K / f independent ones, and so little that a normal distribution would name too many winners. r is the
    correlation of neighbours plus 2.5 / K, since K values tell it too low, and at least .1: what few origins cannot
    show is not taken as absent.

    Args:
        differences: float (K,), K >= 2, in order of time or its reverse.

    Returns:
        The error in the unit of the differences, and degrees of freedom from 1 to K - 1.

    Raises:
        ValueError: for fewer than two or non-finite differences.
    """
    plain = uncertainty.corrected_error(differences, 0.0)
    values = np.asarray(differences, dtype=float)
    centred = values - values.mean()
    total = float((centred**2).sum())
    if plain == 0.0 or total <= 0.0:
        return TimeError(plain, len(values) - 1)
    together = float((centred[1:] * centred[:-1]).sum()) / total + BIAS / len(values)
    together = min(max(together, LEAST_TOGETHER), MOST_TOGETHER)
    factor = (1.0 + together) / (1.0 - together)
    return TimeError(plain * math.sqrt(factor), max(1.0, (len(values) - 1) / factor))


def series_error(losses: np.ndarray, naive: np.ndarray, seed: int = 0) -> float:
    """Standard error of a difference in pooled skill when the series are drawn again.

    Args:
        losses: float (n,), by series, how much more the right one lost over all origins. naive: float (n,), what the
            seasonal naive lost. seed: of the draws.

    Returns:
        The error in points of skill; 0 for fewer than ``FEWEST_DRAWN`` series.
    """
    count = len(losses)
    if count < FEWEST_DRAWN:
        return 0.0
    weights = np.random.default_rng((seed, 23)).multinomial(count, np.full(count, 1.0 / count), DRAWS)
    below = weights @ naive
    drawn = 100.0 * (weights @ losses)[below > 0] / below[below > 0]
    return float(drawn.std(ddof=1)) if len(drawn) > DRAWS // 2 else math.nan


def origin_posterior(
    differences: Sequence[float] | np.ndarray, margin: float, level: float, other_error: float = 0.0
) -> tuple[Posterior, float]:  # fmt: skip
    """The interval of the mean difference over origins, with the three probabilities of its t distribution.

    Args:
        differences: float (K,) left minus right, one an origin, in order of time, K >= 2.
        margin: what counts as practically equal, in the same unit. level: the probability a decision takes.
        other_error: a second standard error, such as that over series, with K - 1 degrees of freedom.

    Returns:
        As ``uncertainty.corrected_t``, of the two errors the one with the wider interval, and that standard error.
    """
    values = np.asarray(differences, dtype=float)
    found = [
        (uncertainty.t_posterior(float(values.mean()), one.error, one.freedom, margin, level), one.error)
        for one in (hac_error(values), TimeError(other_error, len(values) - 1))
    ]
    return max(found, key=lambda one: one[0].high - one[0].low)
