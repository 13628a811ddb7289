"""How many labels a prompt is worth: where a classical learning curve reaches what a prompt does without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation import uncertainty
from core.schema import ZERO_LABELS, Contest, Run

JUDGED_AT = 10
GRID = 200


@dataclass(frozen=True)
class PromptWorth:
    """One prompted run beside one classical run.

    Attributes:
        labels: a class at which the mean curves cross; None beyond the most measured. low, high: the counts at which
            the gap between both is not decided at the level of the interval; None beyond what was measured on that
            side. most: labels a class measured at most. ahead: prompt minus the classical run at ten labels a class.
        amount: the same in a few words. because: in a sentence.
    """

    prompted: str
    classical: str
    labels: float | None
    low: float | None
    high: float | None
    most: float
    ahead: uncertainty.Posterior
    amount: str
    because: str


def prompts_worth(contest: Contest) -> list[PromptWorth]:
    """Every prompted run beside every classical run, where both were measured on the same cuts.

    Args:
        contest: finished or not.
    """
    runs = [run for run in contest.runs if "few_shot" in run.readings and run.readings["few_shot"].values]
    prompted = [run for run in runs if run.readings["few_shot"].detail.get(ZERO_LABELS)]
    trained = [run for run in runs if run.family == "classical"]
    pairs = [_worth(left, right, contest.plan.margin) for left in prompted for right in trained]
    return [one for one in pairs if one is not None]


def best_prompt(contest: Contest) -> PromptWorth | None:
    """The prompt beside the classical run that is best with ten labels a class, which it must face.

    Args:
        contest: finished or not.
    """
    return min(prompts_worth(contest), key=lambda one: one.ahead.gap, default=None)


def _worth(prompted: Run, classical: Run, margin: float) -> PromptWorth | None:
    """Both runs compared cut by cut; None where they were not measured on as many cuts."""
    level, reading = prompted.readings["few_shot"], classical.readings["few_shot"]
    own = np.asarray(level.values, dtype=float)
    steps = sorted((float(one["labels"]), one["skills"]) for one in reading.detail.get("curve", ()) if one["labels"])
    steps = [(labels, skills) for labels, skills in steps if len(skills) == len(own)]
    if len(own) < 2 or not any(labels == JUDGED_AT for labels, _ in steps):
        return None
    rho = float(reading.detail.get("rho", 0.25))
    ahead = uncertainty.corrected_t(own - np.asarray(dict(steps)[JUDGED_AT], dtype=float), rho, margin)
    low, labels, high = crossing(own, steps, rho)
    most = steps[-1][0]
    amount = _amount(labels, low, high, steps[0][0], most)
    because = (
        f"{prompted.title} reaches {own.mean():.0f} points of skill without a label, which is worth {amount} labels "
        f"per class to {classical.title}; against {JUDGED_AT} labels the gap is {ahead.gap:+z.1f} points "
        f"({ahead.low:+z.1f} to {ahead.high:+z.1f})"
    )
    return PromptWorth(prompted.contestant, classical.contestant, labels, low, high, most, ahead, amount, because)


def crossing(
    level: np.ndarray, steps: Sequence[tuple[float, Sequence[float]]], rho: float
) -> tuple[float | None, float | None, float | None]:
    """Where curves reach levels, with the interval of counts at which their paired gap includes zero.

    Each cut's curve is a straight line between its points over the logarithm of the count.

    Args:
        level: (J,) of each cut. steps: (count, skills (J,)) in rising order of the count. rho: n_test / n_train.

    Returns:
        Lower end, crossing of the means, upper end; None where it lies below the least or beyond the most count.
    """
    counts = np.array([count for count, _ in steps])
    skills = np.array([found for _, found in steps], dtype=float)
    grid = np.geomspace(counts[0], counts[-1], GRID)
    curves = np.stack([np.interp(np.log(grid), np.log(counts), one) for one in skills.T])
    gaps = [uncertainty.corrected_t(level - curves[:, place], rho, 0.0) for place in range(GRID)]
    behind = [place for place, gap in enumerate(gaps) if gap.gap <= 0]
    inside = [place for place, gap in enumerate(gaps) if gap.low <= 0]
    surely_behind = [place for place, gap in enumerate(gaps) if gap.high < 0]
    low = float(grid[inside[0]]) if inside and inside[0] else None if inside else float(grid[-1])
    high = float(grid[surely_behind[0]]) if surely_behind else None
    return low, float(grid[behind[0]]) if behind else None, high


def _amount(labels: float | None, low: float | None, high: float | None, least: float, most: float) -> str:
    """The crossing with its interval in words; ends that were not reached are named as such."""
    middle = f"about {labels:.0f}" if labels is not None and labels > least else f"at most {least:.0f}"
    middle = middle if labels is not None else f"more than {most:.0f}"
    ends = f"{'under ' if low is None else ''}{least if low is None else low:.0f} to "
    ends += f"more than {most:.0f}" if high is None else f"{high:.0f}"
    return f"{middle} ({uncertainty.INTERVAL}: {ends})"
