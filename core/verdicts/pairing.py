"""Pairs of contestants: who represents each family, which pairs are compared, and their scores on shared folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.schema import Family, Fit, Plan, Run
from core.verdicts import metric_scales
from core.verdicts.fold_scores import (
    failure_reason,
    finished_fits,
    fold_overlap,
    fold_values,
    row_losses,
    shared_fits,
)

COMPETING: tuple[Family, ...] = ("deep", "classical", "hybrid")
LEVEL = 0.95
HYBRID_LEVEL = 1.0 - 0.05 / 3.0


@dataclass(frozen=True)
class Representative:
    """The run that stands for its family. ``reason``: how it was picked among several, "" where there was one."""

    run: Run
    reason: str = ""


@dataclass(frozen=True)
class RunPair:
    """Two runs to compare and the probability a winner must reach."""

    left: Representative
    right: Representative
    level: float

    def with_left(self, run: Run) -> RunPair:
        """The same pair with another run of the left family in its place.

        Args:
            run: a run of the left family.
        """
        return replace(self, left=replace(self.left, run=run))

    def with_right(self, run: Run) -> RunPair:
        """The same pair with another run of the right family in its place.

        Args:
            run: a run of the right family.
        """
        return replace(self, right=replace(self.right, run=run))


@dataclass(frozen=True)
class PairedMeasurement:
    """One measurement of a pair. gaps: float (J,), positive where left is better, in ``unit``; None where a shared fold
    lacks the value. margin: what counts as practically equal, in ``unit``."""

    measurement: str
    unit: str
    margin: float
    gaps: np.ndarray | None


@dataclass(frozen=True)
class PairedScores:
    """Everything measured of two contestants on the J folds that both finished.

    measurements: skill first, then every further score both have, then training times. row_gaps: float (n,), points of
    skill a test row, where one hold-out is all there is and its rows were kept. overlap: n_test / n_train between the
    folds, for the corrected interval. incomplete: sentences on folds that are missing. notes: how the runs were picked.
    """

    left: Run
    right: Run
    level: float
    folds: int
    overlap: float
    measurements: tuple[PairedMeasurement, ...]
    row_gaps: np.ndarray | None
    incomplete: tuple[str, ...]
    left_note: str = ""
    right_note: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of both sides that say something.

        Returns:
            No, one or two sentences on how the runs were picked.
        """
        return tuple(note for note in (self.left_note, self.right_note) if note)


@dataclass(frozen=True)
class FamilyPair:
    """The representatives of two families, and the same pair with each finished relative in a representative's place.

    left_relatives, right_relatives: how many further contestants each family has, failed ones included.
    """

    representatives: PairedScores
    left_rivals: tuple[PairedScores, ...] = ()
    right_rivals: tuple[PairedScores, ...] = ()
    left_relatives: int = 0
    right_relatives: int = 0


def pair_families(runs: Sequence[Run], plan: Plan, method: str) -> list[FamilyPair]:
    """Every pair of the contest with its paired scores, in the order in which they are compared.

    Args:
        runs: of one contest. plan: its folds and margin.
        method: how rows were dealt into folds, as in ``Split.method``.
    """
    return [
        FamilyPair(
            pair_scores(pair, plan, method),
            tuple(pair_scores(pair.with_left(run), plan, method) for run in lefts if failure_reason(run) is None),
            tuple(pair_scores(pair.with_right(run), plan, method) for run in rights if failure_reason(run) is None),
            len(lefts),
            len(rights),
        )
        for pair in pair_runs(runs)
        for lefts, rights in [_relatives(pair, runs)]
    ]


def _relatives(pair: RunPair, runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The other runs of both families; none where the dummy or a relative is the other side."""
    left, right = pair.left.run, pair.right.run
    if right.family in (left.family, "chance"):
        return [], []
    lefts = [run for run in runs if run.family == left.family and run is not left]
    return lefts, [run for run in runs if run.family == right.family and run is not right]


def pair_scores(pair: RunPair, plan: Plan, method: str) -> PairedScores:
    """The paired scores of two runs; without a shared fold skill alone is listed, without gaps.

    Args:
        pair: two runs. plan: its folds and margin. method: as in ``Split.method``.
    """
    left, right = pair.left.run, pair.right.run
    ours, theirs = shared_fits(left, right)
    measurements = []
    for name in _measurements(ours, theirs, with_times=right.family != "chance"):
        scale, first, second = metric_scales.scale_of(name), fold_values(ours, name), fold_values(theirs, name)
        if first is None or second is None:
            measurements.append(PairedMeasurement(name, scale.unit, plan.margin, None))
            continue
        margin = metric_scales.margin_on(scale, plan.margin, first, second)
        gaps = metric_scales.differences(scale, first, second)
        measurements.append(PairedMeasurement(name, scale.unit, margin, gaps))
    return PairedScores(
        left=left,
        right=right,
        level=pair.level,
        folds=len(ours),
        overlap=fold_overlap(len(ours), plan, method) if len(ours) > 1 else 0.0,
        measurements=tuple(measurements),
        row_gaps=_row_gaps(ours[0], theirs[0]) if len(ours) == 1 else None,
        incomplete=tuple(f"{run.title}: {reason}." for run in (left, right) if (reason := failure_reason(run))),
        left_note=pair.left.reason,
        right_note=pair.right.reason,
    )


def _measurements(ours: Sequence[Fit], theirs: Sequence[Fit], with_times: bool) -> list[str]:
    """Skill, then every score both sides have, then training time; the dummy's training time is not compared."""
    names = [name for name in (ours[0].scores if ours else {}) if name != "skill"]
    both = [name for name in names if fold_values(ours, name) is not None and fold_values(theirs, name) is not None]
    return ["skill", *both, *(metric_scales.TIMES if with_times and ours else ())]


def _row_gaps(left: Fit, right: Fit) -> np.ndarray | None:
    """Differences (n,) in points of skill a test row, positive where left is better; None where rows were not kept."""
    first, second = row_losses(left), row_losses(right)
    if first is None or second is None or not len(first) == len(second) > 1:
        return None
    gaps: np.ndarray = second - first
    return gaps


def pair_runs(runs: Sequence[Run]) -> list[RunPair]:
    """Deep against classical at 95 %, hybrid against each at 1 - .05/3, then each family against the dummy.

    Where one family plays alone, its first listed meets each of its others, at 1 - .05 / their number.

    Args:
        runs: of one contest, in listed order.

    Reference:
        Dunn 1961, "Multiple comparisons among means" (Bonferroni levels).
    """
    there = choose_representatives(runs)
    wanted: list[tuple[Family, Family]] = [("deep", "classical"), ("hybrid", "classical"), ("hybrid", "deep")]
    wanted += [(family, "chance") for family in COMPETING]
    found = [
        RunPair(there[left], there[right], HYBRID_LEVEL if left == "hybrid" else LEVEL)
        for left, right in wanted
        if left in there and right in there
    ]
    alone = [family for family in COMPETING if family in there]
    if len(alone) == 1:
        first, *others = [Representative(run) for run in runs if run.family == alone[0]]
        found = [RunPair(first, other, 1.0 - (1.0 - LEVEL) / len(others)) for other in others] + found
    return found


def choose_representatives(runs: Sequence[Run]) -> dict[Family, Representative]:
    """The run that stands for each family, and how it was picked; test scores are not used.

    A run that failed only stands for its family when all its relatives failed too. Among several, the inner
    validation decides if every one of them has it, otherwise the first listed.

    Args:
        runs: of one contest, in listed order.
    """
    picked: dict[Family, Representative] = {}
    for family in (*COMPETING, "chance"):
        members = [run for run in runs if run.family == family]
        finished = [run for run in members if failure_reason(run) is None] or [
            run for run in members if finished_fits(run)
        ]
        candidates = finished or members
        if not candidates:
            continue
        first = candidates[0]
        if len(members) == 1:
            picked[family] = Representative(first)
            continue
        scores = [inner_validation_score(run) for run in candidates]
        if len(candidates) > 1 and all(score is not None for score in scores):
            best = candidates[max(range(len(candidates)), key=lambda index: scores[index] or 0.0)]
            picked[family] = Representative(best, f"{best.title} stands for the {family} side: best inner validation.")
        else:
            picked[family] = Representative(
                first, f"{first.title} stands for the {family} side: first of it that finished."
            )
    return picked


def inner_validation_score(run: Run) -> float | None:
    """Mean over the folds of the best inner-validation score.

    Args:
        run: a run of a contest.

    Returns:
        The score, higher is better; None unless every fold has one.
    """
    found = [max((step[2] for step in fit.history if step[2] is not None), default=None) for fit in run.fits]
    if not found or any(score is None for score in found):
        return None
    return float(np.mean([score for score in found if score is not None]))
