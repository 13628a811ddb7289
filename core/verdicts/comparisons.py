"""Runs -> Comparisons: paired over the folds, corrected for overlap, and silent where nothing may be said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core import limits
from core.evaluation import uncertainty as stats
from core.schema import Comparison, Family, Fit, Plan, Run, Task
from core.verdicts import metric_scales as scales
from core.verdicts import pairing, wording

FEWEST_FITS = 5
NOTHING = "Nothing to learn here that either finds: no contestant beats the dummy."
NAN = math.nan

Scope = Literal["approaches", "these two models only", "descriptive"]


@dataclass(frozen=True)
class Setting:
    """What holds for every pair of one contest. ``silence``: why no verdict may be given on this data at all."""

    plan: Plan
    rows: int
    method: str
    silence: str = ""
    titles: tuple[tuple[str, str], ...] = ()


def compare(
    runs: Sequence[Run], task: Task, plan: Plan, *, rows: int, method: str, rarest: int | None = None
) -> tuple[Comparison, ...]:
    """Every pair of families on skill, on each further score and on training time; skill of deep - classical first.

    Deep against classical is the primary comparison at 95 %; those of the hybrid are held to 1 - .05/3. A family is
    represented by the contestant that inner validation picked, and the sentence names it; it wins only if it beats
    everyone on the other side, so the closest rival is shown where one holds out (an intersection-union test, Berger
    1982: it needs no correction and errs on the side of no winner). Gaps are positive when left
    is better, in the unit of the score; training times are compared as log10 of their ratio.

    Args:
        runs: finished, failed or partly failed; one that failed yields comparisons without numbers, with the reason.
        rows: rows of the prepared data set. method: how rows were dealt, as in Split.method.
        rarest: rows in the rarest class, for classification.

    Returns:
        Comparisons in a fixed order; ``winner`` is a contestant's key, "tie" or "undecided".
    """
    picked = pairing.chosen(runs)
    setting = Setting(
        plan, rows, method, _silence(task, rows, rarest), tuple((run.contestant, run.title) for run in runs)
    )
    found: list[Comparison] = []
    for sides in pairing.pairs(picked, runs):
        left, right, level, notes = _closest(sides, runs, picked, setting)
        for measurement in _measured(left, right):
            found.append(_one((left, right, level), measurement, setting, notes))
    found = _nothing_to_learn(found, picked)
    found.sort(key=lambda comparison: comparison.measurement != "skill")
    titles = dict(setting.titles)
    return tuple(replace(one, because=wording.compose(one, titles)) for one in found)


def _closest(
    sides: tuple[Run, Run, float],
    runs: Sequence[Run],
    picked: Mapping[Family, tuple[Run, str]],
    setting: Setting,
) -> tuple[Run, Run, float, list[str]]:
    """The pair that decides, its level and what to say of how it came about: who beats the other family's
    representative meets each of its relatives too, and the one it beats least surely takes the place."""
    left, right, level = sides
    if left.family == right.family:
        return left, right, level, []
    notes = {run.family: picked[run.family][1] for run in (left, right)}
    if right.family != "chance":
        first = _one(sides, "skill", setting, [])
        loser = {left.contestant: right, right.contestant: left}.get(first.winner)
        rivals = [] if loser is None else [run for run in runs if run.family == loser.family and run is not loser]
        held = []
        for rival in rivals:
            pair = (left, rival) if loser is right else (rival, right)
            met = _one((*pair, level), "skill", setting, []) if pairing.reason_of(rival) is None else None
            if met is not None and met.winner != first.winner and math.isfinite(met.gap):
                held.append((met.p_left_better if loser is right else met.p_right_better, pair, rival))
        if held and loser is not None:
            _, (left, right), rival = min(held, key=lambda one: one[0])
            # A rival found by its test scores may win for its family too, if that survives the number of tries.
            level = 1.0 - (1.0 - level) / (1 + len(rivals))
            notes[loser.family] = (
                f"{rival.title} holds out for the {loser.family} side, where {loser.title} is beaten: "
                "a family wins only if it beats everyone on the other side."
            )
    return left, right, level, [note for note in notes.values() if note]


def running(runs: Sequence[Run], plan: Plan, *, rows: int, method: str) -> tuple[Comparison, ...]:
    """The skill comparisons of an unfinished contest, to be drawn in grey: an interval, never a winner.

    Looking at each fold and stopping at the first difference doubles the errors, hence no probabilities' verdict.
    """
    setting = Setting(plan, rows, method, titles=tuple((run.contestant, run.title) for run in runs))
    picked = pairing.chosen(runs)
    found = []
    for left, right, level in pairing.pairs(picked, runs):
        ours, _theirs = pairing.shared(left, right)
        if ours:
            raw = _one((left, right, level), "skill", setting, [])
            of = plan.folds * plan.repeats
            because = f"Still running: {len(ours)} of {of} folds. The verdict is given at the end only."
            found.append(replace(raw, winner="undecided", rows_needed=None, because=because))
    return tuple(found)


def _silence(task: Task, rows: int, rarest: int | None) -> str:
    if task.kind not in ("classification", "regression", "anomaly"):
        return ""
    if rows < limits.MIN_ROWS_VERDICT:
        return f"{rows} rows are too few for a verdict; it takes {limits.MIN_ROWS_VERDICT}."
    least = limits.MIN_CLASS_ROWS_VERDICT
    if task.kind != "regression" and rarest is not None and rarest < least:
        return f"The rarest class has {rarest} rows, too few for a verdict; it takes {least}."
    return ""


def _measured(left: Run, right: Run) -> list[str]:
    """Skill, then every score both sides have, then training time; the dummy's training time is nobody's concern."""
    ours, theirs = pairing.shared(left, right)
    names = [name for name in (ours[0].scores if ours else {}) if name != "skill"]
    kept = [name for name in names if pairing.columns(ours, name) is not None]
    kept = [name for name in kept if pairing.columns(theirs, name) is not None]
    times = [] if right.family == "chance" or not ours else ["fit_seconds", "fit_cpu_seconds"]
    return ["skill", *kept, *times]


@dataclass(frozen=True)
class Paired:
    """One score of both sides on their shared folds."""

    measurement: str
    ours: list[Fit]
    theirs: list[Fit]
    first: np.ndarray
    second: np.ndarray
    margin: float
    level: float
    scope: Scope

    @property
    def gaps(self) -> np.ndarray:
        """(J,) positive where left is better."""
        return scales.differences(scales.scale_of(self.measurement), self.first, self.second)


def _one(sides: tuple[Run, Run, float], measurement: str, setting: Setting, notes: Sequence[str]) -> Comparison:
    """One pair on one score, with every reason that forbids a verdict."""
    left, right, level = sides
    pair = _paired(sides, measurement, setting)
    trouble = [f"{run.title}: {reason}." for run in (left, right) if (reason := pairing.reason_of(run))]
    blank = Comparison(
        measurement, left.contestant, right.contestant, gap=NAN, low=NAN, high=NAN, p_left_better=NAN, p_tie=NAN,
        p_right_better=NAN, n=0, winner="undecided", margin=setting.plan.margin, level=level,
        unit=scales.scale_of(measurement).unit,
    )  # fmt: skip
    if pair is None:
        return replace(blank, because=" ".join(["They share no finished fold.", *trouble, *notes]))
    found, error = _interval(pair, setting)
    reasons = [_scope_reason(pair.scope, len(pair.gaps)), _unfinished(left, right, setting.plan), setting.silence]
    reasons += [f"Not every fold was finished. {' '.join(trouble)}"] if trouble else []
    reasons = [reason for reason in reasons if reason]
    winner = "undecided" if reasons else decide(found, left.contestant, right.contestant, level)
    needed = stats.rows_needed(setting.rows, error, pair.margin) if winner == "undecided" and not reasons else None
    return replace(
        blank, **found._asdict(), n=len(pair.gaps), winner=winner, rows_needed=needed, margin=pair.margin,
        scope=pair.scope, differences=tuple(float(gap) for gap in pair.gaps), because=" ".join([*reasons, *notes]),
    )  # fmt: skip


def _paired(sides: tuple[Run, Run, float], measurement: str, setting: Setting) -> Paired | None:
    left, right, level = sides
    ours, theirs = pairing.shared(left, right)
    first, second = pairing.columns(ours, measurement), pairing.columns(theirs, measurement)
    if first is None or second is None:
        return None
    margin = scales.margin_on(scales.scale_of(measurement), setting.plan.margin, first, second)
    return Paired(measurement, ours, theirs, first, second, margin, level, _scope(len(first), setting.method))


def decide(found: stats.Posterior, left: str, right: str, level: float) -> str:
    """left, right or "tie" once its probability reaches the level, else "undecided"."""
    for chance, name in ((found.p_left_better, left), (found.p_right_better, right), (found.p_tie, "tie")):
        if chance >= level:
            return name
    return "undecided"


def _scope(fits: int, method: str) -> Scope:
    if method == "ordered":
        return "descriptive"
    return "these two models only" if fits < FEWEST_FITS else "approaches"


def _scope_reason(scope: Scope, fits: int) -> str:
    if scope == "descriptive":
        return "Rows are ordered in time: each block of the future is seen once, so this describes and decides nothing."
    if scope == "these two models only":
        few = f"{fits} fit{'s' if fits > 1 else ''} a side"
        return f"With {few} this is about these two trained models only; a verdict takes {FEWEST_FITS} fits."
    return ""


def _unfinished(left: Run, right: Run, plan: Plan) -> str:
    """Why an interim look at a contest gives no verdict; empty once all its folds were played."""
    played, planned = max(len(left.fits), len(right.fits)), plan.folds * plan.repeats
    if FEWEST_FITS <= played < planned:
        return f"{played} of {planned} planned folds are done; a verdict is given at the end only."
    return ""


def _interval(pair: Paired, setting: Setting) -> tuple[stats.Posterior, float]:
    """The interval and its standard error: over folds, or over test rows where only these two models are spoken of."""
    if len(pair.gaps) == 1 and pair.measurement == "skill":
        left, right = pairing.unit_losses(pair.ours[0]), pairing.unit_losses(pair.theirs[0])
        if left is not None and right is not None and len(left) == len(right) > 1:
            gaps = right - left
            return stats.row_t(gaps, pair.margin, pair.level), stats.corrected_error(gaps, 0.0)
    if len(pair.gaps) < 2:
        return stats.Posterior(float(pair.gaps[0]), NAN, NAN, NAN, NAN, NAN), NAN
    rho = overlap(len(pair.gaps), setting.plan, setting.method)
    return stats.corrected_t(pair.gaps, rho, pair.margin, pair.level), stats.corrected_error(pair.gaps, rho)


def overlap(fits: int, plan: Plan, method: str) -> float:
    """n_test / n_train behind J fits: 1 / (K - 1), or its mean over the growing blocks of forward chaining."""
    if method == "ordered":
        return float(np.mean([1.0 / block for block in range(1, fits + 1)]))
    return stats.fold_rho(pairing.fold_count(fits, plan))


def _nothing_to_learn(found: list[Comparison], picked: Mapping[Family, tuple[Run, str]]) -> list[Comparison]:
    """Takes back every winner between families when each of them was compared with the dummy and none beat it."""
    if "chance" not in picked:
        return found
    dummy = picked["chance"][0].contestant
    skills = [one for one in found if one.measurement == "skill"]
    against = [one for one in skills if one.right == dummy]
    sound = against and all(one.scope == "approaches" and math.isfinite(one.low) for one in against)
    if not sound or any(one.low > 0 for one in against):
        return found
    return [one if one.right == dummy or one.measurement in scales.TIMES else _take_back(one) for one in found]


def _take_back(one: Comparison) -> Comparison:
    """The same numbers without a winner; "practically equal" may stay, it is true of two that found nothing."""
    winner = "tie" if one.winner == "tie" else "undecided"
    return replace(one, winner=winner, rows_needed=None, because=f"{NOTHING} {one.because}".strip())
