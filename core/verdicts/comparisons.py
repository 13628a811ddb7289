"""Runs -> Comparisons: paired over the folds, corrected for overlap, undecided where the data do not suffice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core import limits
from core.evaluation import origin_intervals, training_ends, uncertainty
from core.schema import Comparison, Plan, Run, Task
from core.verdicts import pairing, verdict_wording
from core.verdicts.fold_scores import PairedMeasurement, PairedScores
from core.verdicts.metric_scales import TIMES
from core.verdicts.pairing import FamilyPair
from core.wording import count_of

FEWEST_FITS = 5
NOTHING = "Nothing to learn here that either finds: no contestant beats the dummy."
# Who stays is chosen by the very scores that would be compared.
QUICK = "A quick answer drops contestants by their first scores and gives no verdict; the full contest gives one."
NAN = math.nan

Scope = Literal["approaches", "these two models only", "descriptive"]


@dataclass(frozen=True)
class ContestConditions:
    """What holds for every pair of one contest. no_verdict: why this data allows no verdict at all, "" if it does."""

    plan: Plan
    rows: int
    method: str
    no_verdict: str = ""


@dataclass(frozen=True)
class ComparedPair:
    """Two contestants to compare, the probability a winner must reach, and how the pair came about in sentences."""

    scores: PairedScores
    level: float
    notes: tuple[str, ...] = ()


def compare(
    runs: Sequence[Run], task: Task, plan: Plan, *, rows: int, method: str, rarest: int | None = None
) -> tuple[Comparison, ...]:
    """Comparisons of every pair of families on skill, further scores and training time; those on skill come first.

    Deep against classical is the primary comparison at 95 %; those of the hybrid are held to 1 - .05/3. A family is
    represented by the contestant that inner validation picked, and the sentence names it; it wins only if it beats
    everyone on the other side, so the closest rival is shown where one holds out (an intersection-union test, which
    needs no correction and errs on the side of no winner). Gaps are positive when left is better, in the unit of the
    score; training times are compared as log10 of their ratio.

    Args:
        runs: finished, failed or partly failed; one that failed yields comparisons without numbers, with the reason.
        task: what was predicted. plan: folds, repeats and margin.
        rows: rows of the prepared data set. method: how rows were dealt, as in Split.method.
        rarest: rows in the rarest class, for classification.

    Returns:
        Comparisons in a fixed order; ``winner`` is a contestant's key, "tie" or "undecided".

    Reference:
        Berger 1982, Technometrics 24 (intersection-union tests).
    """
    conditions = ContestConditions(plan, rows, method, _no_verdict_reason(task, plan, rows, rarest))
    found: list[Comparison] = []
    for pair in pairing.pair_families(runs, plan, method):
        decisive = _decisive_pair(pair, conditions)
        found += [_compare_on(decisive, measured, conditions) for measured in decisive.scores.measurements]
    found = _without_idle_winners(found, {run.contestant for run in runs if run.family == "chance"})
    found.sort(key=lambda comparison: comparison.measurement != "skill")
    titles = {run.contestant: run.title for run in runs}
    needs = {run.contestant: training_ends.budget_needed(run, plan.budget_seconds) for run in runs}
    return tuple(
        replace(one, because=verdict_wording.sentence_with_reasons(one, titles, needs, plan.budget_seconds))
        for one in found
    )


def compare_unfinished(runs: Sequence[Run], plan: Plan, *, rows: int, method: str) -> tuple[Comparison, ...]:
    """The skill comparisons of an unfinished contest, to be drawn in grey: an interval, never a winner.

    A look at each fold that stops at the first difference doubles the errors, hence no verdict.

    Args:
        runs: as far as they have come. plan: folds, repeats and margin.
        rows: rows of the prepared data set. method: how rows were dealt, as in Split.method.

    Returns:
        One comparison a pair that shares a fold; ``winner`` is always "undecided".

    Reference:
        Armitage, McPherson & Rowe 1969 (repeated significance tests).
    """
    conditions = ContestConditions(plan, rows, method)
    found = []
    for pair in pairing.pair_families(runs, plan, method):
        scores = pair.representatives
        if scores.folds:
            raw = _compare_on(ComparedPair(scores, pair.level), scores.measurements[0], conditions)
            of = plan.folds * plan.repeats
            because = f"Still running: {scores.folds} of {of} folds. The verdict is given at the end only."
            found.append(replace(raw, winner="undecided", rows_needed=None, because=because))
    return tuple(found)


def _decisive_pair(pair: FamilyPair, conditions: ContestConditions) -> ComparedPair:
    """The pair that decides between two families, with its level and notes: who beats the other family's
    representative meets each of its relatives too, and the one it beats least surely takes the place."""
    scores, notes = pair.representatives, (pair.left_note, pair.right_note)
    representatives = ComparedPair(scores, pair.level, tuple(note for note in notes if note))
    first = _compare_on(representatives, scores.measurements[0], conditions)
    left_won = first.winner == scores.left.contestant
    if not left_won and first.winner != scores.right.contestant:
        return representatives
    held: list[tuple[float, PairedScores]] = []
    for rival in pair.right_rivals if left_won else pair.left_rivals:
        met = _compare_on(ComparedPair(rival, pair.level), rival.measurements[0], conditions)
        if met.winner != first.winner and math.isfinite(met.gap):
            held.append((met.p_left_better if left_won else met.p_right_better, rival))
    if not held:
        return representatives
    _, closest = min(held, key=lambda one: one[0])
    loser, rival_run = (scores.right, closest.right) if left_won else (scores.left, closest.left)
    note = (
        f"{rival_run.title} is the best of the {loser.family} family here ({loser.title} scored lower): "
        "a family wins only when it beats every model of the other family."
    )
    # A rival found by its test scores may win for its family too, if that survives the number of tries.
    level = 1.0 - (1.0 - pair.level) / (1 + (pair.right_relatives if left_won else pair.left_relatives))
    notes = (pair.left_note, note) if left_won else (note, pair.right_note)
    return ComparedPair(closest, level, tuple(note for note in notes if note))


def _no_verdict_reason(task: Task, plan: Plan, rows: int, rarest: int | None) -> str:
    if plan.strategy == "halving":
        return QUICK
    if task.kind not in ("classification", "regression", "anomaly"):
        return ""
    if rows < limits.MIN_ROWS_VERDICT:
        return f"{rows} rows are too few for a verdict; it takes {limits.MIN_ROWS_VERDICT}."
    least = limits.MIN_CLASS_ROWS_VERDICT
    if task.kind != "regression" and rarest is not None and rarest < least:
        return f"The rarest class has {rarest} rows, too few for a verdict; it takes {least}."
    return ""


def _compare_on(pair: ComparedPair, measured: PairedMeasurement, conditions: ContestConditions) -> Comparison:
    """One pair on one measurement, with every reason that forbids a verdict."""
    scores, gaps = pair.scores, measured.gaps
    left, right = scores.left, scores.right
    blank = Comparison(
        measured.measurement, left.contestant, right.contestant, gap=NAN, low=NAN, high=NAN, p_left_better=NAN,
        p_tie=NAN, p_right_better=NAN, n=0, winner="undecided", margin=measured.margin, level=pair.level,
        unit=measured.unit, coverage=uncertainty.decision_coverage(pair.level),
    )  # fmt: skip
    if gaps is None:
        return replace(blank, because=" ".join(["They share no finished fold.", *scores.incomplete, *pair.notes]))
    scope = _scope(len(gaps), conditions.method)
    reasons = [
        _scope_reason(scope, len(gaps), conditions.method),
        _unfinished(left, right, conditions.plan),
        conditions.no_verdict,
    ]
    reasons += [training_ends.cut_short(run) for run in (left, right)]
    reasons += [f"Not every fold was finished. {' '.join(scores.incomplete)}"] if scores.incomplete else []
    reasons = [reason for reason in reasons if reason]
    found, error = _interval(scores, measured, pair.level, conditions.method)
    stopped = () if measured.measurement in TIMES else training_ends.stopped_keys((left, right))
    winner = "undecided" if reasons else _winner(found, left.contestant, right.contestant, pair.level)
    if few := _few_series_reason(scores, winner, conditions.method):
        reasons, winner = [few], "undecided"
    needed = None
    # Scores of a training that was stopped say nothing about what more rows would do.
    if winner == "undecided" and not reasons and not stopped and conditions.method != "origins":
        needed = uncertainty.rows_needed(conditions.rows, error, measured.margin, pair.level)
    return replace(
        blank, **found._asdict(), n=len(gaps), winner=winner, rows_needed=needed, scope=scope,
        differences=tuple(float(gap) for gap in gaps), because=" ".join([*reasons, *pair.notes]),
        stopped=stopped,
    )  # fmt: skip


def _interval(
    scores: PairedScores, measured: PairedMeasurement, level: float, method: str
) -> tuple[uncertainty.Posterior, float]:
    """The interval and its standard error: over folds or origins, or over test rows where only these two models are
    compared."""
    gaps, margin = measured.gaps, measured.margin
    assert gaps is not None
    if method == "origins" and len(gaps) > 1:
        return _over_origins(scores, measured, level)
    if measured.measurement == "skill" and scores.row_gaps is not None:
        return uncertainty.row_t(scores.row_gaps, margin, level), uncertainty.corrected_error(scores.row_gaps, 0.0)
    if len(gaps) < 2:
        return uncertainty.Posterior(float(gaps[0]), NAN, NAN, NAN, NAN, NAN), NAN
    posterior = uncertainty.corrected_t(gaps, scores.overlap, margin, level)
    return posterior, uncertainty.corrected_error(gaps, scores.overlap)


def _over_origins(
    scores: PairedScores, measured: PairedMeasurement, level: float
) -> tuple[uncertainty.Posterior, float]:
    """The interval of forecasts: over time and, for skill of several series, over the series, the wider of the two."""
    gaps, series, other = measured.gaps, scores.series, 0.0
    assert gaps is not None
    if measured.measurement == "skill" and series is not None and len(series.losses) >= origin_intervals.FEW_SERIES:
        other = origin_intervals.series_error(series.losses, series.naive)
    return origin_intervals.origin_posterior(gaps, measured.margin, level, other)


def _few_series_reason(scores: PairedScores, winner: str, method: str) -> str:
    """Why a named winner rests on too few origins for so few series; "" where it does not, or where none is named."""
    count, fewest = (
        0 if scores.series is None else len(scores.series.losses),
        origin_intervals.FEWEST_ORIGINS_FEW_SERIES,
    )
    few = count < origin_intervals.FEW_SERIES and scores.folds < fewest
    if method != "origins" or winner in ("tie", "undecided") or not few:
        return ""
    said = f"{count_of(count, 'series', 'series')} and {scores.folds} origins" if count else f"{scores.folds} origins"
    return f"{said} are too few to name a winner; it takes {fewest} origins, or {origin_intervals.FEW_SERIES} series."


def _winner(found: uncertainty.Posterior, left: str, right: str, level: float) -> str:
    """left, right or "tie" once its probability reaches the level, else "undecided"."""
    for chance, name in ((found.p_left_better, left), (found.p_right_better, right), (found.p_tie, "tie")):
        if chance >= level:
            return name
    return "undecided"


def _scope(fits: int, method: str) -> Scope:
    if method == "ordered" or (method == "origins" and fits < origin_intervals.FEWEST_ORIGINS):
        return "descriptive"
    return "these two models only" if fits < FEWEST_FITS else "approaches"


def _scope_reason(scope: Scope, fits: int, method: str) -> str:
    if scope == "descriptive" and method == "origins":
        fewest = origin_intervals.FEWEST_ORIGINS
        return f"{count_of(fits, 'origin')} in time are too few for a verdict; it takes {fewest}."
    if scope == "descriptive":
        return "Rows are ordered in time: each block of the future is seen once, so this describes and decides nothing."
    if scope == "these two models only":
        splits = count_of(fits, "train/test split")
        return f"Based on {splits}: about these two trained models only; a verdict takes {FEWEST_FITS}."
    return ""


def _unfinished(left: Run, right: Run, plan: Plan) -> str:
    """Why an interim look at a contest gives no verdict; empty once all its folds were played."""
    played, planned = max(len(left.fits), len(right.fits)), plan.folds * plan.repeats
    if FEWEST_FITS <= played < planned:
        return f"{played} of {planned} planned folds are done; a verdict is given at the end only."
    return ""


def _without_idle_winners(found: list[Comparison], dummies: set[str]) -> list[Comparison]:
    """Takes back every winner between families when each of them was compared with the dummy and none beat it."""
    against = [one for one in found if one.measurement == "skill" and one.right in dummies]
    sound = against and all(one.scope == "approaches" and math.isfinite(one.low) for one in against)
    if not sound or any(one.low > 0 for one in against):
        return found
    return [one if one.right in dummies or one.measurement in TIMES else _without_winner(one) for one in found]


def _without_winner(one: Comparison) -> Comparison:
    """The same numbers without a winner; "practically equal" stays, since it holds for two that beat no dummy."""
    winner = "tie" if one.winner == "tie" else "undecided"
    return replace(one, winner=winner, rows_needed=None, because=f"{NOTHING} {one.because}".strip())
