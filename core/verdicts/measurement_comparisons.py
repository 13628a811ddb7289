"""Data appetite and surgeries of a contest, read off its slow measurements: curves, crossovers, and redrawn gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.evaluation import learning_curves as curves
from core.evaluation import uncertainty as stats
from core.schema import Contest, Reading, Run
from core.verdicts import pairing, wording

POINTS = 40


def appetite(contest: Contest) -> dict[str, Any]:
    """Every learning curve with its extrapolation, and the crossover of deep and hybrid against classical.

    Returns:
        curves: [{"key", "title", "family", "measured": [{"rows", "skills"}], "fitted": [{"rows", "skill", "low",
        "high"}], "caution"}]; crossovers: [{"rising", "other", "state", "rows", "low", "high", "chance", "horizon",
        "because"}]; reasons: {contestant key: why it has no curve}.
    """
    drawn: list[dict[str, Any]] = []
    fitted: dict[str, curves.Curve] = {}
    reasons: dict[str, str] = {}
    for run in contest.runs:
        if run.family == "chance":
            continue
        reading = run.readings.get("learning_curve")
        if reading is None or not reading.values:
            reasons[run.contestant] = _reason(reading)
            continue
        measured = list(reading.detail["curve"])
        try:
            curve = curves.fit(measured, float(reading.detail.get("rho", 0.25)), seed=len(fitted))
        except curves.CurveError as error:
            reasons[run.contestant] = str(error)
            continue
        fitted[run.contestant] = curve
        ahead = np.geomspace(curve.sizes[0], curve.sizes[-1] * curves.HORIZON, POINTS)
        drawn.append(
            {
                "key": run.contestant, "title": run.title, "family": run.family, "measured": measured,
                "fitted": curves.predict(curve, ahead), "caution": _caution(run, reading),
            }
        )  # fmt: skip
    return {"curves": drawn, "crossovers": _crossovers(contest, fitted), "reasons": reasons}


def _crossovers(contest: Contest, fitted: Mapping[str, curves.Curve]) -> list[dict[str, Any]]:
    found = []
    for left, right in _families(contest):
        if left.contestant in fitted and right.contestant in fitted:
            crossing = curves.crossover(fitted[left.contestant], fitted[right.contestant])
            because = curves.told(crossing, left.title, right.title)
            found.append({"rising": left.contestant, "other": right.contestant, **crossing, "because": because})
    return found


def _families(contest: Contest) -> list[tuple[Run, Run]]:
    """The pairs of family representatives, as in the comparisons, without the dummy."""
    picked = pairing.chosen(contest.runs)
    return [(left, right) for left, right, _ in pairing.pairs(picked, contest.runs) if right.family != "chance"]


def _caution(run: Run, reading: Reading) -> str:
    """What limits a curve: fits that the clock ended show the budget as well as the data."""
    short = int(reading.detail.get("cut_short", 0))
    if not short:
        return ""
    fits = sum(len(point["skills"]) for point in reading.detail["curve"])
    seconds = wording.plain(float(reading.detail.get("seconds_a_fit", 0.0)))
    return f"{short} of {fits} fits of {run.title} were ended by the clock ({seconds} s): more time may lift its curve."


def _reason(reading: Reading | None) -> str:
    return "not measured" if reading is None else str(reading.detail.get("reason", "not measured"))


def surgeries(contest: Contest) -> list[dict[str, Any]]:
    """The gap of each pair of families after each operation, beside the gap on the unchanged table.

    Returns:
        [{"left", "right", "key", "title", "tests", "gap", "low", "high", "change", "change_low", "change_high",
        "because"}]: points of skill, positive when left is better; ``change`` is the gap's own change, paired over the
        folds. An operation that means nothing here has gap None and its reason in ``because``.
    """
    found = []
    for left, right in _families(contest):
        ours, theirs = (run.readings.get("surgeries") for run in (left, right))
        if ours is None or theirs is None or not ours.values or not theirs.values:
            continue
        rho = float(ours.detail.get("rho", 0.25))
        plain = np.subtract(ours.values, theirs.values)
        for mine, other in zip(ours.detail["operations"], theirs.detail["operations"], strict=True):
            found.append(_operated(left, right, (mine, other), plain, (rho, contest.plan.margin)))
    return found


def _operated(
    left: Run, right: Run, operations: tuple[Any, Any], plain: np.ndarray, setting: tuple[float, float]
) -> dict[str, Any]:
    mine, other = operations
    rho, margin = setting
    told = {"left": left.contestant, "right": right.contestant, **{key: mine[key] for key in ("key", "title", "tests")}}
    reason = mine.get("reason") or other.get("reason")
    if reason:
        numbers = dict.fromkeys(("gap", "low", "high", "change", "change_low", "change_high"))
        return {**told, **numbers, "because": f"Not possible here: {reason}."}
    gaps = np.subtract(mine["skills"], other["skills"])
    gap, change = stats.corrected_t(gaps, rho, margin), stats.corrected_t(gaps - plain, rho, margin)
    return {
        **told, "gap": gap.gap, "low": gap.low, "high": gap.high, "change": change.gap, "change_low": change.low,
        "change_high": change.high, "because": _said(left, right, mine, gap, change),
    }  # fmt: skip


def _said(left: Run, right: Run, operation: Mapping[str, Any], gap: stats.Posterior, change: stats.Posterior) -> str:
    """One sentence: the gap after the operation, and whether the operation moved it."""
    first, second = (left, right) if gap.gap >= 0 else (right, left)
    low, high = (gap.low, gap.high) if gap.gap >= 0 else (-gap.high, -gap.low)
    said = f"{operation['title']}: {first.title} leads {second.title} by {wording.plain(abs(gap.gap))} points "
    said += f"({wording.plain(low)} to {wording.plain(high)})"
    if operation["key"] == "unchanged":
        return f"{said}."
    if change.low > 0 or change.high < 0:
        gained = left if change.gap > 0 else right
        return f"{said}; this moved the gap by {wording.plain(abs(change.gap))} points towards {gained.title}."
    return f"{said}; whether this moved the gap cannot be told."
