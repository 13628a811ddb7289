"""Learning curves fitted with their uncertainty, and the number of rows at which two of them cross."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

import numpy as np

from core.evaluation import uncertainty

RATES = (0.15, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
DRAWS = 2_000
HORIZON = 30.0
FEWEST_SIZES = 3
GRID = 400
CEILING = 100.0
FLOOR_ERROR = 0.1


class MeasuredSize(TypedDict):
    """Skills at one number of training rows, one a repeat, in points."""

    rows: int
    skills: Sequence[float]


class Crossover(TypedDict):
    """What ``crossover`` returns, in numbers of rows; ``chance`` is a share."""

    state: Literal["already ahead", "in sight", "not in sight"]
    rows: int | None
    low: int | None
    high: int | None
    chance: float
    horizon: int
    measured: int


class CurveError(ValueError):
    """No curve can be fitted: too few sizes, or a skill that is not finite; the message says which."""


@dataclass(frozen=True)
class Curve:
    """A learning curve in points of skill: measured ``sizes`` (k,), ``means`` (k,), and draws of its three parameters
    (m, 3): ``a - b * n^-c``, or ``a + b * log n`` where c is 0.

    Every repeat keeps its test rows over all sizes, so an error has two parts: ``errors`` (k,), which bend the curve,
    and ``levels`` (repeats,), what each repeat scores above or below the rest at all sizes, which lift or lower it."""

    sizes: np.ndarray
    means: np.ndarray
    errors: np.ndarray
    draws: np.ndarray
    levels: np.ndarray
    rho: float = 0.25

    def at(self, rows: np.ndarray) -> np.ndarray:
        """Drawn shapes of the curve at given numbers of rows, with its level as measured.

        Args:
            rows: (k,) numbers of training rows.

        Returns:
            float (m, k), points of skill, at most 100.
        """
        a, b, c = (self.draws[:, place, None] for place in range(3))
        log = np.log(np.asarray(rows, dtype=float))[None, :]
        skills: np.ndarray = np.minimum(np.where(c == 0, a + b * log, a - b * np.exp(-c * log)), CEILING)
        return skills


def fit_curve(points: Sequence[MeasuredSize], rho: float = 0.25, seed: int = 0) -> Curve:
    """A learning curve with its posterior: inverse power laws and a log-linear law, weighted by their fit.

    For a fixed exponent both laws are linear, so their posterior is a t in closed form; the exponents are averaged
    over, because an extrapolation depends on them most.

    Args:
        points: {"rows": n, "skills": [one a repeat]} each, any order; skills in points.
        rho: overlap of the repeats' training rows, n_test / n_train.
        seed: of the posterior draws.

    Returns:
        A Curve with 2,000 draws of its three parameters.

    Raises:
        CurveError: for fewer than 3 sizes with at least 2 repeats each, or a skill that is not finite.

    Reference:
        Hestness et al. 2017; Viering & Loog 2023, TPAMI 45(6).
    """
    sizes, means, errors, levels = _summarised(points, rho)
    rng = np.random.default_rng(seed)
    fits = [_linear(_design(sizes, rate), means, errors) for rate in (0.0, *RATES)]
    misfit = np.array([chi for _, _, chi in fits])
    freedom, sure = max(1, len(sizes) - 2), max(3, (len(sizes) - 1) * (len(levels) - 1))
    # The best law's own misfit calibrates the errors: they are estimated from few repeats.
    stretch = max(1.0, misfit.min() / freedom)
    weights = np.exp(-(misfit - misfit.min()) / (2 * stretch))
    picked = rng.choice(len(fits), DRAWS, p=weights / weights.sum())
    drawn = np.empty((DRAWS, 3))
    for place, rate in enumerate((0.0, *RATES)):
        mine = picked == place
        centre, root, _ = fits[place]
        noise = rng.standard_normal((int(mine.sum()), 2)) @ root.T
        heavy = np.sqrt(sure / rng.chisquare(sure, int(mine.sum())))
        found = centre + noise * heavy[:, None] * math.sqrt(stretch)
        drawn[mine] = np.column_stack([found[:, 0], found[:, 1], np.full(len(found), rate)])
    return Curve(sizes, means, errors, drawn, levels, rho)


def _summarised(points: Sequence[MeasuredSize], rho: float) -> tuple[np.ndarray, ...]:
    """Sizes ascending, mean skills, their errors without the repeats' levels, and those levels.

    Spread shrinks with rows: a size's own is drawn half-way to the power law through all of them, because five repeats
    tell little about one.
    """
    ordered = sorted((int(point["rows"]), [float(v) for v in point["skills"]]) for point in points)
    ordered = [(rows, skills) for rows, skills in ordered if len(skills) >= 2]
    if len(ordered) < FEWEST_SIZES:
        raise CurveError(f"a learning curve needs {FEWEST_SIZES} sizes with two repeats each, not {len(ordered)}")
    if len({len(skills) for _, skills in ordered}) > 1:
        raise CurveError("the sizes of a learning curve have different numbers of repeats")
    table = np.array([skills for _, skills in ordered])
    if not np.isfinite(table).all():
        raise CurveError("a skill on the learning curve is not a number")
    means, repeats = table.mean(axis=1), table.shape[1]
    levels = (table - means[:, None]).mean(axis=0)
    left = table - means[:, None] - levels
    spreads = (left**2).sum(axis=1) * len(table) / ((len(table) - 1) * (repeats - 1))
    sizes = np.array([rows for rows, _ in ordered], dtype=float)
    errors = np.maximum(np.sqrt((1 / repeats + rho) * 0.5 * (spreads + _trend(sizes, spreads))), FLOOR_ERROR)
    return sizes, means, errors, levels


def _trend(sizes: np.ndarray, spreads: np.ndarray) -> np.ndarray:
    """The power law through the spreads (k,), scaled to their mean; never one that grows with rows."""
    logs = np.log(sizes) - np.log(sizes).mean()
    slope = float(logs @ np.log(spreads + FLOOR_ERROR**2) / (logs @ logs)) if np.ptp(logs) > 0 else 0.0
    law = np.exp(np.clip(slope, -2.0, 0.0) * logs)
    scaled: np.ndarray = law * (spreads / law).mean()
    return scaled


def _design(sizes: np.ndarray, rate: float) -> np.ndarray:
    return np.column_stack([np.ones(len(sizes)), np.log(sizes) if rate == 0 else -(sizes**-rate)])


def _linear(design: np.ndarray, means: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Weighted least squares: the estimate (2,), a square root of its covariance (2, 2), and chi squared."""
    weighted, goal = design / errors[:, None], means / errors
    left, scale, right = np.linalg.svd(weighted, full_matrices=False)
    centre = right.T @ ((left.T @ goal) / scale)
    return centre, right.T / scale, float(((goal - weighted @ centre) ** 2).sum())


def _lifts(levels: np.ndarray, rho: float, count: int, seed: int) -> np.ndarray:
    """Draws (count, 1) of how far the level measured over these repeats is off."""
    error = uncertainty.corrected_error(levels, rho)
    return error * np.random.default_rng(seed).standard_t(len(levels) - 1, size=(count, 1))


def predict(
    curve: Curve, rows: Sequence[float] | np.ndarray, level: float = uncertainty.COVERAGE, lifted: bool = True
) -> list[dict[str, float]]:
    """Expected skill at other numbers of rows, with an interval.

    Args:
        curve: a fitted curve.
        rows: (k,) numbers of training rows.
        level: coverage of the interval.
        lifted: include the uncertainty of the curve's level, for new test rows; without it, for the same test rows.

    Returns:
        k dictionaries {"rows", "skill", "low", "high"}, in points of skill.
    """
    wanted = np.asarray(rows, dtype=float)
    drawn = curve.at(wanted)
    if lifted:
        drawn = np.minimum(drawn + _lifts(curve.levels, curve.rho, len(drawn), 7), CEILING)
    low, mid, high = np.quantile(drawn, [0.5 - level / 2, 0.5, 0.5 + level / 2], axis=0)
    return [
        {"rows": float(n), "skill": float(m), "low": float(bottom), "high": float(top)}
        for n, m, bottom, top in zip(wanted, mid, low, high, strict=True)
    ]


def crossover(rising: Curve, other: Curve, horizon: float = HORIZON, level: float = uncertainty.COVERAGE) -> Crossover:
    """The number of rows from which the rising curve stays ahead of the other, with its interval.

    The shapes are drawn independently; the gap between their levels is paired over the repeats, which share test rows.

    Args:
        rising: the curve that may overtake. other: the curve that may be overtaken.
        horizon: how far beyond the largest measured size to look, as a factor.
        level: coverage of the interval.

    Returns:
        state: "already ahead" (at the smallest size and ever after), "in sight" or "not in sight"; rows, low, high:
        None where there is no such number, ``high`` also where it lies beyond the horizon; chance: share of draws in
        which the rising curve is ahead at the horizon; horizon: that number of rows; measured: largest measured size.
    """
    first = max(rising.sizes.min(), other.sizes.min())
    last = max(rising.sizes.max(), other.sizes.max()) * horizon
    grid = np.geomspace(first, last, GRID)
    paired = len(rising.levels) == len(other.levels)
    levels = rising.levels - other.levels if paired else np.concatenate([rising.levels, other.levels])
    ahead = rising.at(grid) - other.at(grid) + _lifts(levels, rising.rho, len(rising.draws), 8) > 0
    # Length of the final stretch in which it stays ahead; 0 means it is behind at the horizon.
    lasting = np.cumprod(ahead[:, ::-1], axis=1).sum(axis=1)
    places = np.where(lasting > 0, grid[np.minimum(GRID - lasting, GRID - 1)], np.inf)
    chance = float(np.isfinite(places).mean())
    low, mid, high = np.quantile(places, [0.5 - level / 2, 0.5, 0.5 + level / 2], method="higher")
    state: Literal["already ahead", "in sight", "not in sight"] = "not in sight"
    if np.isfinite(mid):
        state = "already ahead" if mid <= first else "in sight"
    return {
        "state": state, "rows": _whole(mid), "low": _whole(low), "high": _whole(high), "chance": chance,
        "horizon": round(last), "measured": round(max(rising.sizes.max(), other.sizes.max())),
    }  # fmt: skip


def _whole(value: float) -> int | None:
    return round(float(value)) if math.isfinite(value) else None


def describe_crossover(result: Crossover, rising: str, other: str) -> str:
    """A crossover in one sentence.

    Args:
        result: what ``crossover`` returned.
        rising, other: titles of both contestants.
    """
    if result["state"] == "not in sight":
        return (
            f"{rising} is not seen to overtake {other} up to {result['horizon']:,} rows "
            f"({result['chance']:.0%} chance by the fitted curves)."
        )
    if result["state"] == "already ahead":
        size = f"from {result['rows']:,} rows on"
        return f"{rising} is ahead of {other} at every size {size} ({result['chance']:.0%} chance)."
    top = f"{result['high']:,}" if result["high"] is not None else f"beyond {result['horizon']:,}"
    interval = f"{uncertainty.INTERVAL} {result['low']:,} to {top}"
    return f"{rising} overtakes {other} at about {result['rows']:,} rows ({interval})."
