"""Comparisons of slow measurements: learning curves with their crossovers, and gaps after operations on the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.evaluation import learning_curves, uncertainty
from core.schema import Contest, Facts, JsonObject, MeasurementResult, Run
from core.verdicts import pairing, verdict_wording

POINTS = 40


def compare_learning_curves(contest: Contest) -> JsonObject:
    """Every learning curve with its extrapolation, and the crossover of deep and hybrid against classical.

    Args:
        contest: with the measurement "learning_curve".

    Returns:
        curves: [{"key", "title", "family", "measured": [{"rows", "skills"}], "fitted": [{"rows", "skill", "low",
        "high"}], "caution"}]; crossovers: [{"rising", "other", "state", "rows", "low", "high", "chance", "horizon",
        "because"}]; reasons: {contestant key: why it has no curve}.
    """
    drawn: list[JsonObject] = []
    fitted: dict[str, learning_curves.Curve] = {}
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
            curve = learning_curves.fit_curve(measured, float(reading.detail.get("rho", 0.25)), seed=len(fitted))
        except learning_curves.CurveError as error:
            reasons[run.contestant] = str(error)
            continue
        fitted[run.contestant] = curve
        ahead = np.geomspace(curve.sizes[0], curve.sizes[-1] * learning_curves.HORIZON, POINTS)
        drawn.append(
            {
                "key": run.contestant, "title": run.title, "family": run.family, "measured": measured,
                "fitted": learning_curves.predict(curve, ahead), "caution": _caution(run, reading),
            }
        )  # fmt: skip
    return {"curves": drawn, "crossovers": _crossovers(contest, fitted), "reasons": reasons}


def _crossovers(contest: Contest, fitted: Mapping[str, learning_curves.Curve]) -> list[JsonObject]:
    found = []
    for left, right in _representative_pairs(contest):
        if left.contestant in fitted and right.contestant in fitted:
            crossing = learning_curves.crossover(fitted[left.contestant], fitted[right.contestant])
            because = learning_curves.describe_crossover(crossing, left.title, right.title)
            found.append({"rising": left.contestant, "other": right.contestant, **crossing, "because": because})
    return found


def _representative_pairs(contest: Contest) -> list[tuple[Run, Run]]:
    """The pairs of family representatives, as in the comparisons, without the dummy."""
    pairs = [(pair.left.run, pair.right.run) for pair in pairing.pair_runs(contest.runs)]
    return [(left, right) for left, right in pairs if right.family != "chance"]


def _caution(run: Run, reading: MeasurementResult) -> str:
    """What limits a curve: fits that the clock ended show the budget as well as the data."""
    short = int(reading.detail.get("cut_short", 0))
    if not short:
        return ""
    fits = sum(len(point["skills"]) for point in reading.detail["curve"])
    seconds = verdict_wording.format_number(float(reading.detail.get("seconds_a_fit", 0.0)))
    return f"{short} of {fits} fits of {run.title} were ended by the clock ({seconds} s): more time may lift its curve."


def _reason(reading: MeasurementResult | None) -> str:
    return "not measured" if reading is None else str(reading.detail.get("reason", "not measured"))


def compare_surgeries(contest: Contest) -> list[JsonObject]:
    """The gap of each pair of families after each operation, beside the gap on the unchanged table.

    Args:
        contest: with the measurement "surgeries".

    Returns:
        [{"left", "right", "key", "title", "tests", "gap", "low", "high", "change", "change_low", "change_high",
        "because"}]: points of skill, positive when left is better; ``change`` is the gap's own change, paired over the
        folds. An operation that means nothing here has gap None and its reason in ``because``.
    """
    found = []
    for left, right in _representative_pairs(contest):
        ours, theirs = (run.readings.get("surgeries") for run in (left, right))
        if ours is None or theirs is None or not ours.values or not theirs.values:
            continue
        unchanged = np.subtract(ours.values, theirs.values)
        rho = float(ours.detail.get("rho", 0.25))
        for mine, other in zip(ours.detail["operations"], theirs.detail["operations"], strict=True):
            pair = _OperatedPair(left, right, mine, other)
            found.append(_operation_row(pair, unchanged, rho, contest.plan.margin))
    return found


@dataclass(frozen=True)
class _OperatedPair:
    """Two runs and what one operation on the table did to each, as the measurement's detail has it."""

    left: Run
    right: Run
    left_operation: Facts
    right_operation: Facts


def _operation_row(pair: _OperatedPair, unchanged: np.ndarray, rho: float, margin: float) -> JsonObject:
    """The gap after one operation, and its change from the ``unchanged`` gaps (J,)."""
    mine, other = pair.left_operation, pair.right_operation
    row = {
        "left": pair.left.contestant, "right": pair.right.contestant,
        **{key: mine[key] for key in ("key", "title", "tests")},
    }  # fmt: skip
    reason = mine.get("reason") or other.get("reason")
    if reason:
        numbers = dict.fromkeys(("gap", "low", "high", "change", "change_low", "change_high"))
        return {**row, **numbers, "because": f"Not possible here: {reason}."}
    gaps = np.subtract(mine["skills"], other["skills"])
    gap, change = uncertainty.corrected_t(gaps, rho, margin), uncertainty.corrected_t(gaps - unchanged, rho, margin)
    return {
        **row, "gap": gap.gap, "low": gap.low, "high": gap.high, "change": change.gap, "change_low": change.low,
        "change_high": change.high, "because": _operation_sentence(pair, gap, change),
    }  # fmt: skip


def _operation_sentence(pair: _OperatedPair, gap: uncertainty.Posterior, change: uncertainty.Posterior) -> str:
    """One sentence: the gap after the operation, and whether the operation moved it."""
    first, second = (pair.left, pair.right) if gap.gap >= 0 else (pair.right, pair.left)
    low, high = (gap.low, gap.high) if gap.gap >= 0 else (-gap.high, -gap.low)
    number = verdict_wording.format_number
    sentence = f"{pair.left_operation['title']}: {first.title} leads {second.title} by {number(abs(gap.gap))} points "
    sentence += f"({number(low)} to {number(high)})"
    if pair.left_operation["key"] == "unchanged":
        return f"{sentence}."
    if change.low > 0 or change.high < 0:
        gained = pair.left if change.gap > 0 else pair.right
        return f"{sentence}; this moved the gap by {number(abs(change.gap))} points towards {gained.title}."
    return f"{sentence}; whether this moved the gap cannot be told."
