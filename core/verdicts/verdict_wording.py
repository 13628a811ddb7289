"""Comparisons in one sentence with the numbers, in plain words; nothing is claimed beyond the interval."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core import wording
from core.evaluation import uncertainty
from core.schema import Comparison
from core.verdicts import metric_scales as scales

NAMES = {
    "fit_seconds": "training time",
    "fit_cpu_seconds": "processor time",
    "auc": "AUC",
    "r2": "R2",
    "rmse": "RMSE",
    "mae": "MAE",
    "brier": "Brier loss",
    "ndcg_at_10": "NDCG at 10",
}


def format_number(value: float) -> str:
    """A number for a sentence about a comparison, to one decimal from 0.1 on.

    Args:
        value: any number.
    """
    return wording.format_number(value, tenths=True)


def format_count(number: int) -> str:
    """A count of rows, to two figures above a hundred: 4,200 rather than 4,183.

    Args:
        number: a count.
    """
    if number <= 100:
        return f"{number}"
    digits = len(str(number)) - 2
    return f"{round(number, -digits):,}"


def comparison_sentence(comparison: Comparison, titles: Mapping[str, str] | None = None) -> str:
    """Who wins in one sentence, with the gap, its interval, and what would settle an undecided case.

    Args:
        comparison: with or without its own sentence.
        titles: contestant key -> title; a missing one is shown by its key.
    """
    if comparison.because and not titles:
        return comparison.because
    return headline(comparison, titles or {})


def sentence_with_reasons(
    comparison: Comparison, titles: Mapping[str, str], needs: Mapping[str, float | None], budget_seconds: float
) -> str:
    """The headline followed by who was stopped by the budget and by the reasons that the comparison carries.

    Args:
        comparison: its ``because`` holds reasons only. titles: contestant key -> title.
        needs: contestant key -> the budget in seconds under which it would converge, None where it is not known.
        budget_seconds: the budget of the contest.
    """
    parts = [headline(comparison, titles)]
    parts += [
        _stopped_sentence(titles.get(key, key), needs.get(key), budget_seconds)
        for key in comparison.stopped
        if math.isfinite(comparison.gap)
    ]
    return " ".join(part for part in (*parts, comparison.because) if part)


def _stopped_sentence(title: str, needed: float | None, budget_seconds: float) -> str:
    """That a contestant had not converged, and the budget it would take."""
    text = f"{title} had not converged when its share of the {wording.format_duration(budget_seconds)} budget ended"
    if needed is None:
        return f"{text}."
    return f"{text}; it needs a budget of about {wording.format_duration(needed)} (estimated)."


def headline(comparison: Comparison, titles: Mapping[str, str]) -> str:
    """The sentence from the numbers of a comparison alone.

    Args:
        comparison: with or without numbers. titles: contestant key -> title; a missing one is shown by its key.
    """
    left, right = (titles.get(key, key) for key in (comparison.left, comparison.right))
    if not math.isfinite(comparison.gap):
        return f"{left} and {right} could not be compared on {_measurement_name(comparison)}."
    if comparison.winner == "tie":
        text = f"{left} and {right} are practically equal: {_gap(comparison)} apart, {_interval(comparison)}"
        probability = format_probability(comparison.p_tie)
        return f"{text}; with {probability} probability they differ by less than {_margin(comparison)}."
    ahead, behind = (left, right) if comparison.gap >= 0 else (right, left)
    if comparison.winner in (comparison.left, comparison.right):
        chance = max(comparison.p_left_better, comparison.p_right_better)
        loser = comparison.right if comparison.winner == comparison.left else comparison.left
        first = "Within this budget " if loser in comparison.stopped else ""
        text = f"{first}{ahead} {_winning_verb(comparison)} {behind} by {_gap(comparison)}, {_interval(comparison)}"
        return f"{text}; with {format_probability(chance)} probability by more than {_margin(comparison)}."
    if scales.looks_level(comparison):
        text = f"{left} and {right} score the same, {_interval(comparison)}"
    else:
        text = f"{ahead} is ahead of {behind} by {_gap(comparison)}, {_interval(comparison)}"
    if comparison.scope == "approaches":
        text = f"No winner yet: {text}"
        if comparison.rows_needed:
            text += f"; about {format_count(comparison.rows_needed)} rows would settle it"
    return f"{text}."


def _measurement_name(comparison: Comparison) -> str:
    return NAMES.get(comparison.measurement, comparison.measurement.replace("_", " "))


def _winning_verb(comparison: Comparison) -> str:
    return "trains faster than" if scales.scale_of(comparison.measurement).kind == "ratio" else "beats"


def format_probability(chance: float) -> str:
    """A probability that is never rounded to certainty: 96 %, over 99.9 %.

    Args:
        chance: from 0 to 1.
    """
    if chance > 0.999:
        return "over 99.9 %"
    return f"{100 * chance:.1f} %" if chance > 0.99 else f"{100 * chance:.0f} %"


def _gap(comparison: Comparison) -> str:
    """The size of the gap with its unit; ratios as a factor."""
    return _amount(comparison, abs(comparison.gap))


def _margin(comparison: Comparison) -> str:
    """The margin of practical equality: short, for its unit has just been named."""
    kind = scales.scale_of(comparison.measurement).kind
    if kind == "ratio":
        return f"a factor of {10**comparison.margin:.3g}"
    size = 100 * comparison.margin if kind == "share" else comparison.margin
    return f"{size:.3g}" + (f" point{'' if size == 1 else 's'}" if kind in ("points", "share") else "")


def _amount(comparison: Comparison, size: float) -> str:
    scale = scales.scale_of(comparison.measurement)
    if scale.kind == "points":
        return f"{format_number(size)} points of skill"
    if scale.kind == "share":
        return f"{format_number(100 * size)} points of {_measurement_name(comparison)}"
    if scale.kind == "ratio":
        return f"a factor of {format_number(10**size)} in {_measurement_name(comparison)}"
    return f"{format_number(size)} in {_measurement_name(comparison)}"


def _interval(comparison: Comparison) -> str:
    """The interval in words, as the lead of the side that is ahead."""
    low, high = comparison.low, comparison.high
    if not (math.isfinite(low) and math.isfinite(high)):
        return "with no interval from a single fit"
    if comparison.gap < 0:
        low, high = -high, -low
    kind = scales.scale_of(comparison.measurement).kind
    if kind == "ratio":
        low, high = 10**low, 10**high
    elif kind == "share":
        low, high = 100 * low, 100 * high
    covered = comparison.coverage if comparison.coverage is not None else comparison.level
    over = f"{comparison.n} folds" if comparison.scope != "these two models only" else "over test rows"
    if comparison.coverage is not None and comparison.coverage > uncertainty.COVERAGE:
        over += f"; wider than the usual {uncertainty.INTERVAL}, because several pairs are compared"
    share = f"{100 * covered:.1f}".removesuffix(".0")
    return f"{share} % interval {format_number(low)} to {format_number(high)} ({over})"
