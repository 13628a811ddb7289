"""Measured figures in words: factors, points, leads, money, and each family's figure with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.evaluation import uncertainty
from core.judging import votes
from core.schema import Family, MeasurementResult
from core.wording import format_number


def format_factor(found: uncertainty.Posterior) -> str:
    """A log10 ratio in words: "12 times [9.8, 15]".

    Args:
        found: the ratio with its interval, as log10.
    """
    middle, low, high = (format_number(10**value) for value in (found.gap, found.low, found.high))
    return f"{middle} times" if low == high else f"{middle} times [{low}, {high}]"


def format_points(found: uncertainty.Posterior) -> str:
    """A difference in points in words: "+1.2 points [0.4, 2.0]".

    Args:
        found: the difference with its interval, in points.
    """
    return f"{found.gap:+z.1f} points [{found.low:z.1f}, {found.high:z.1f}]"


def format_lead(found: uncertainty.Posterior, left: str, right: str) -> str:
    """The side that is ahead, in words: "deep ahead by 1.2 points [0.4, 2.0]".

    Args:
        found: left minus right, in points. left, right: names of both sides.
    """
    ahead = found if found.gap >= 0 else votes.mirrored(found)
    name = left if found.gap >= 0 else right
    return f"{name} ahead by {ahead.gap:.1f} points [{ahead.low:.1f}, {ahead.high:.1f}]"


def money(value: float) -> str:
    """An amount of money for a sentence.

    Args:
        value: USD.
    """
    return f"${format_number(value)}" if value >= 0.001 or value == 0 else "less than $0.001"


def format_values(values: Sequence[float], unit: str = "", rho: float | None = None) -> str:
    """One family's figure: mean and interval over folds when ``rho`` is given, else median and range.

    Args:
        values: readings; those that are not finite are passed over. unit: appended to the number.
        rho: n_test / n_train of the folds.

    Reference:
        Nadeau & Bengio 2003, Machine Learning 52.
    """
    known = np.asarray([value for value in values if math.isfinite(value)], dtype=float)
    if not len(known):
        return "not measured"
    unit = f" {unit}" if unit else ""
    if len(known) < 2 or np.ptp(known) == 0:
        return f"{format_number(float(known[0]))}{unit}"
    if rho is not None:
        found = uncertainty.corrected_t(known, rho, 0.0)
        if known.min() > 0 and found.low <= 0 and "point" not in unit:
            # Seconds and bytes cannot be negative: their interval is taken on the scale of factors.
            found = uncertainty.corrected_t(np.log10(known), rho, 0.0)
            middle, low, high = (format_number(10**value) for value in (found.gap, found.low, found.high))
            return f"{middle}{unit} [{low}, {high}]"
        most = min(found.high, 100.0) if "point" in unit and known.max() <= 100 else found.high
        return f"{format_number(found.gap)}{unit} [{format_number(found.low)}, {format_number(most)}]"
    middle, low, high = (format_number(float(value)) for value in (np.median(known), known.min(), known.max()))
    return f"{middle}{unit} [{low}, {high}]"


def format_by_family(found: Mapping[Family, MeasurementResult], unit: str = "", rho: float | None = None) -> str:
    """Every family's figure in one line: "classical 0.2 s [0.1, 0.3] | deep 8 s [7, 9]".

    Args:
        found: family -> reading. unit, rho: see ``format_values``.
    """
    return " | ".join(f"{family} {format_values(one.values, unit, rho)}" for family, one in found.items())
