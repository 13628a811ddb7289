"""Labels that a reused body saves: how many a model from scratch needs to be as good, read off two measured curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.schema import ZERO_LABELS, Contest, Facts, JsonObject, Run

CURVES = {"few_shot": "labels", "learning_curve": "rows"}
WORDS = {"few_shot": "labels per class", "learning_curve": "rows"}


def break_even_points(contest: Contest, key: str) -> list[JsonObject]:
    """Every pretrained run beside every run from scratch of its own family, where both have the curve ``key``.

    Returns:
        [{"reused", "scratch", "at", "skill", "needed" (None: more than was measured), "most", "because"}], one for the
        size at which the reused body saves most.
    """
    told = []
    runs = [run for run in contest.runs if key in run.readings and run.readings[key].detail.get("curve")]
    trained = [run for run in runs if not run.readings[key].detail.get(ZERO_LABELS)]
    for reused in (run for run in trained if run.pretrained):
        for scratch in (run for run in trained if not run.pretrained and run.family == reused.family):
            told.append(_pair(reused, scratch, key))
    return told


def _pair(reused: Run, scratch: Run, key: str) -> JsonObject:
    ours, theirs = (_curve(run.readings[key].detail["curve"], CURVES[key]) for run in (reused, scratch))
    best: tuple[float, float, float, float | None] | None = None
    for at, skill in ours:
        needed = labels_needed(theirs, skill)
        share = (theirs[-1][0] if needed is None else needed) / at
        if best is None or share > best[0]:
            best = (share, at, skill, needed)
    assert best is not None
    _, at, skill, needed = best
    most = theirs[-1][0]
    unit = WORDS[key]
    because = f"{reused.title} reaches {skill:.0f} points with {at:,.0f} {unit}; {scratch.title}, from scratch, "
    if needed is None:
        because += f"does not with {most:,.0f}, the most measured."
    elif needed <= at:
        because += "needs no more: nothing is saved."
    else:
        because += f"needs about {needed:,.0f}: about {needed - at:,.0f} saved."
    numbers = {"at": at, "skill": skill, "needed": needed, "most": most}
    return {"reused": reused.contestant, "scratch": scratch.contestant, **numbers, "because": because}


def _curve(points: Sequence[Facts], axis: str) -> list[tuple[float, float]]:
    """(size, mean skill) by size."""
    return sorted((float(one[axis]), float(np.mean(one["skills"]))) for one in points if len(one["skills"]))


def labels_needed(curve: Sequence[tuple[float, float]], skill: float) -> float | None:
    """The size at which a curve first reaches a skill, on straight lines over the logarithm of size; None if never."""
    before: tuple[float, float] | None = None
    for size, reached in curve:
        if reached >= skill:
            if before is None or reached == before[1]:
                return size
            share = (skill - before[1]) / (reached - before[1])
            return float(np.exp(np.log(before[0]) + share * (np.log(size) - np.log(before[0]))))
        before = (size, reached)
    return None
