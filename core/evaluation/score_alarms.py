"""Scores that are too good to be true: which columns or properties carry them, or what to look at, after the fits."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.evaluation import leakage_probes
from core.schema import Dataset, Finding, Run, Task

TOO_GOOD = 98.0
PROBED_ROWS = 3_000
CLEAR = 0.95
MOST_CARRIERS, CARRIED_SHARE = 3, 0.8
KINDS = ("classification", "regression", "anomaly")
LOOK_AT = {
    "image": "the background, the border, a mark or ruler in the picture, the camera, and pictures of one thing on "
    "both sides of a fold",
    "text": "words that name the class, signatures, templates and headers, and texts that were copied or rewritten",
    "sound": "silence and noise before the sound, loudness, the microphone, and one speaker on both sides of a fold",
    "series": "a channel that is computed from the answer, the drift of a sensor, and one unit on both sides of a fold",
}
ELSEWHERE = "near copies on both sides of a fold, and anything recorded after or because of the answer"
HOW = "Find out why before you believe a score: leave out what is not known at the moment of prediction and play again."


def with_score_alarms(
    dataset: Dataset, task: Task, runs: Sequence[Run], found: Sequence[Finding]
) -> tuple[Finding, ...]:
    """The findings of a contest with the alarm about its scores, if there is one, in front.

    Args:
        dataset, task, runs: see ``find_score_alarms``. found: so far; an earlier alarm about scores is replaced.
    """
    rest = tuple(one for one in found if one.key != "too_good")
    return (*find_score_alarms(dataset, task, runs, rest), *rest)


def find_score_alarms(
    dataset: Dataset, task: Task, runs: Sequence[Run], found: Sequence[Finding]
) -> tuple[Finding, ...]:
    """One finding where the best mean skill is above 98 of 100 points; nothing otherwise.

    The task counts as easy, and the finding as a warning, when every contestant, the simplest included, is above 98
    and no column or property alone gives the answer away, or when several columns each do: then there is no single
    way in for a leak. Else it is an alarm.

    Args:
        dataset: prepared. task: classes, numbers or anomalies; others have no such scale. runs: so far.
        found: the findings from before the fits, whose columns are the first suspects.
    """
    skills = {run.contestant: skill for run in runs if (skill := _mean_skill(run)) is not None}
    if task.kind not in KINDS or not skills or max(skills.values()) <= TOO_GOOD:
        return ()
    best = max(skills, key=lambda key: skills[key])
    titles = {run.contestant: run.title for run in runs}
    suspects = [one for one in found if one.key in ("leak", "derived")]
    columns = tuple(dict.fromkeys(name for one in suspects for name in one.columns))
    grave = any(one.level == "danger" for one in suspects)
    told = "" if hasattr(dataset.inputs, "columns") else _telling_property(dataset, task)
    easy = not grave and not told and (bool(suspects) or min(skills.values()) > TOO_GOOD)
    columns = columns or _carriers(next(run for run in runs if run.contestant == best))
    what = f"Too good to be true? {titles[best]} reaches {skills[best]:.1f} of 100 points of skill."
    if easy:
        everybody = min(skills.values()) > TOO_GOOD
        what += (
            " So does every other contestant: the task looks easy." if everybody else " Several columns each suffice."
        )
    what += _carried_by(dataset, columns, told)
    return (Finding("too_good", "warning" if easy else "danger", what, columns, HOW),)


def _mean_skill(run: Run) -> float | None:
    if run.family == "chance" or run.error is not None:
        return None
    known = [fit.skill for fit in run.fits if fit.error is None and fit.skill is not None and math.isfinite(fit.skill)]
    return sum(known) / len(known) if known else None


def _carried_by(dataset: Dataset, columns: tuple[str, ...], told: str) -> str:
    """What carries the score, in words, or what to look at."""
    if hasattr(dataset.inputs, "columns"):
        if not columns:
            return f" Look at {ELSEWHERE}."
        return f" It is carried by {', '.join(repr(name) for name in columns[:MOST_CARRIERS])}."
    look = LOOK_AT.get(dataset.modality, ELSEWHERE)
    return (f" {told} alone nearly tells the answer." if told else "") + f" Look at {look}."


def _carriers(run: Run) -> tuple[str, ...]:
    """The fewest columns, at most three, that hold four fifths of a contestant's importance; none unexplained."""
    explanation = run.explanation or {}
    parts, weights = explanation.get("parts") or (), np.asarray(explanation.get("global") or (), dtype=float)
    if not len(parts) or len(parts) != len(weights) or not weights.sum() > 0:
        return ()
    order = np.argsort(-weights)
    needed = int(np.searchsorted(np.cumsum(weights[order]) / weights.sum(), CARRIED_SHARE)) + 1
    return tuple(str(parts[k]) for k in order[: min(needed, MOST_CARRIERS)])


def _telling_property(dataset: Dataset, task: Task) -> str:
    """A plain property of the items (brightness, length, ...) that nearly tells the answer; "" if none does."""
    if dataset.target is None:
        return ""
    rows = np.sort(np.random.default_rng(0).permutation(len(dataset))[:PROBED_ROWS])
    target = np.asarray(dataset.target)[rows]
    classes = int(target.max()) + 1 if task.kind != "regression" else 0
    goals = leakage_probes.leaf_targets(target, classes)
    best, name = CLEAR, ""
    for title, values in item_properties(dataset.take(rows)).items():
        edges = np.unique(np.quantile(values, np.linspace(0, 1, leakage_probes.BINS + 1)[1:-1]))
        predicted = leakage_probes.out_of_fold(np.searchsorted(edges, values) + 1, True, goals)
        strength = leakage_probes.predictive_strength(predicted, target, classes)
        if strength >= best:
            best, name = strength, title
    return name


def item_properties(dataset: Dataset) -> dict[str, np.ndarray]:
    """Plain properties of n items: title -> float (n,).

    Args:
        dataset: pictures, sounds, series or texts; others have none.
    """
    inputs = dataset.inputs
    if not isinstance(inputs, np.ndarray):
        return {}
    if inputs.dtype == object or inputs.dtype.kind in "UT":
        texts = [str(text) for text in inputs]
        return {"The length of the text": np.array([len(text) for text in texts], dtype=float)}
    if inputs.ndim < 2 or inputs.dtype.kind not in "fiub":
        return {}
    flat = np.nan_to_num(inputs.reshape(len(inputs), -1).astype(np.float32))
    edge = np.nan_to_num(inputs[:, 0].reshape(len(inputs), -1).astype(np.float32))
    return {
        "The mean level": flat.mean(axis=1).astype(float),
        "The spread of the values": flat.std(axis=1).astype(float),
        "The level of the first line": edge.mean(axis=1).astype(float),
        "The largest value": flat.max(axis=1).astype(float),
    }
