"""What a contestant loses when it is asked about rows unlike those it learned from."""

from __future__ import annotations

import numpy as np

from core.evaluation import refitting
from core.schema import Dataset, FittedContestant, Measurement, MeasurementCost, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill on rows like the training ones minus skill on shifted ones, points, one value a cut.

    Shifted are the latest fifth in time order, else whole groups, else a fifth of the rows at one end of a number.
    """
    pool = refitting.pooled_rows(subject)
    losses, sound, moved, by = [], [], [], ""
    for step in range(refitting.REPEATS):
        refitting.report_progress(subject, step, refitting.REPEATS, "learning here, answering there")
        far, by = shifted_split(pool, step)
        near = pool.take(np.flatnonzero(~far))
        there = pool.take(np.flatnonzero(far))
        cut = refitting.folds(near, subject.task, refitting.REPEATS, seed=step)[0]
        model = refitting.refit(subject, cut)
        sound.append(refitting.skill_on(subject.task, model, cut))
        moved.append(refitting.skill_on(subject.task, model, cut, there))
        losses.append(sound[-1] - moved[-1])
    detail = {"by": by, "here": sound, "there": moved, "rho": 1 / (refitting.REPEATS - 1)}
    return MeasurementResult(tuple(losses), detail)


def shifted_split(pool: Dataset, step: int) -> tuple[np.ndarray, str]:
    """(n,) which rows count as shifted in this cut, and by what, in words.

    Raises:
        ValueError: nothing to part the rows by.
    """
    count = len(pool)
    if pool.order is not None and len(np.unique(pool.order)) > 4:
        order = np.argsort(np.argsort(pool.order, kind="stable"))
        return order >= round(0.8 * count), "time"
    if pool.groups is not None and len(np.unique(pool.groups)) >= 5:
        names = np.random.default_rng(0).permutation(np.unique(pool.groups))
        return np.isin(pool.groups, np.array_split(names, refitting.REPEATS)[step]), "whole groups"
    strength = _one_number(pool, step)
    far = strength >= np.quantile(strength, 0.8)
    if not 0.05 < far.mean() < 0.6:
        raise ValueError("no number spreads enough to part the rows by")
    return far, "one end of a number"


def _one_number(pool: Dataset, step: int) -> np.ndarray:
    """A number per row: a varied numeric column of a table, brightness, loudness or length elsewhere."""
    inputs = pool.inputs
    if hasattr(inputs, "columns"):
        numeric = [name for name in inputs.columns if getattr(inputs[name].dtype, "kind", "O") == "f"]
        varied = [name for name in numeric if inputs[name].nunique() > 10]
        if not varied:
            raise ValueError("the table has no number to part the rows by")
        column = inputs[varied[step % len(varied)]].to_numpy(dtype=float)
        sign = 1.0 if step // len(varied) % 2 == 0 else -1.0
        return sign * np.where(np.isfinite(column), column, np.nanmedian(column))
    if inputs.dtype == object:
        return np.array([len(str(text)) for text in inputs], dtype=float)
    flat = np.asarray(inputs, dtype=np.float32).reshape(len(inputs), -1)
    return (flat.mean(axis=1) if pool.modality == "image" else flat.std(axis=1)) * (1 if step % 2 == 0 else -1)


MEASUREMENT = Measurement(
    key="shift",
    title="Skill lost to a shift",
    unit="points of skill",
    better="lower",
    about="Trained on part of the rows and asked twice: about rows like them, and about rows set apart by time, by "
    "whole groups, or (where neither is known) by the top fifth of a number, another one each cut. The value is the "
    "skill lost, against a dummy that knows the training rows, over 5 cuts of at most 2,000 rows.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    kinds=("classification", "regression"),
    group="trust",
    order=6,
    question="Distribution shift",
    answers="Learning on one part, asked about later rows, other groups or one end of a number.",
    cost=MeasurementCost(fits=5),
    panel="shift",
)
