"""Pairs of contestants: who represents each family, and which pairs are compared at which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.evaluation import uncertainty
from core.schema import Family, Plan, Run
from core.verdicts.fold_scores import (
    PairedScores,
    failure_reason,
    finished_fits,
    inner_validation_score,
    pair_scores,
)

COMPETING: tuple[Family, ...] = ("deep", "classical", "hybrid")
LEVEL = uncertainty.DECISION
HYBRID_LEVEL = 1.0 - 0.05 / 3.0
STAYED = 1_000_000


@dataclass(frozen=True)
class Representative:
    """The run that stands for its family. ``reason``: how it was picked among several, "" where there was one.
    ``relatives``: the other runs of the family, failed ones included."""

    run: Run
    reason: str = ""
    relatives: tuple[Run, ...] = ()


@dataclass(frozen=True)
class RunPair:
    """Two runs to compare and the probability a winner must reach."""

    left: Representative
    right: Representative
    level: float


@dataclass(frozen=True)
class FamilyPair:
    """The scores of two families' representatives, and of the same pair with each finished relative in one's place.

    level: the probability a winner must reach. left_note, right_note: how each representative was picked.
    left_relatives, right_relatives: how many further contestants each family has, failed ones included.
    """

    representatives: PairedScores
    level: float
    left_note: str = ""
    right_note: str = ""
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
    found = []
    for pair in pair_runs(runs):
        left, right = pair.left.run, pair.right.run
        # Neither the dummy nor a relative on the other side has to be beaten by a whole family.
        rivals = right.family not in (left.family, "chance")
        lefts, rights = (pair.left.relatives, pair.right.relatives) if rivals else ((), ())
        found.append(
            FamilyPair(
                representatives=pair_scores(left, right, plan, method),
                level=pair.level,
                left_note=pair.left.reason,
                right_note=pair.right.reason,
                left_rivals=tuple(
                    pair_scores(run, right, plan, method) for run in lefts if failure_reason(run) is None
                ),
                right_rivals=tuple(
                    pair_scores(left, run, plan, method) for run in rights if failure_reason(run) is None
                ),
                left_relatives=len(lefts),
                right_relatives=len(rights),
            )
        )
    return found


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
        candidates = _last_dropped(finished or members)
        if not candidates:
            continue
        best, reason = candidates[0], ""
        if len(members) > 1:
            scores = [inner_validation_score(run) for run in candidates]
            why = "first of it that finished"
            if len(candidates) > 1 and all(score is not None for score in scores):
                best = candidates[max(range(len(candidates)), key=lambda index: scores[index] or 0.0)]
                why = "best validation score"
            reason = f"{_named(best)} represents the {family} family ({why})."
        picked[family] = Representative(best, reason, tuple(run for run in members if run is not best))
    return picked


def _last_dropped(runs: list[Run]) -> list[Run]:
    """Those who stayed to the end of a quick answer, or longest where all of them were dropped; else all."""
    longest = max((_stayed(run) for run in runs), default=0)
    return [run for run in runs if _stayed(run) == longest]


def _stayed(run: Run) -> int:
    return STAYED if run.dropped is None else run.dropped.after


def _named(run: Run) -> str:
    """A run's title, with a word on having been pretrained or not where it matters."""
    return run.title if not run.pretrained or "pretrained" in run.title else f"{run.title} (pretrained)"
