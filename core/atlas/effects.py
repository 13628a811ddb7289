"""What the atlas measures for each claim: a paired difference a fold between the favoured family and the other one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.atlas.entries import AtlasEntry, ContestantRecord
from core.atlas.hierarchical_t import FoldDifferences
from core.schema import Family

# Two times or costs are practically equal within this factor, as in votes on contests.
FACTOR = 1.25
# Reference seconds below which a fit counts as this long: shorter ones are not told apart.
LEAST_SECONDS = 1e-3

Values = Callable[[ContestantRecord], Sequence[float]]


@dataclass(frozen=True)
class ClaimEffect:
    """How the atlas speaks on one claim.

    Attributes:
        claim: its key. favours: the family whose lead is positive; other: the family it is set against.
        says: the effect in words. unit: of it. logarithm: whether it is log10 of a factor.
        values: contestant -> a value a fold, more is better for skill, less for logarithms.
        structured: which data sets: tables (True), raw signals (False) or both (None).
        smallest: of each source its smallest size instead of all its rows.
        by_skill: whether no outcome counts against a side that the budget stopped before it converged.
        not_worse: the claim holds where the favoured side is not worse; a default that is cheaper need not win.
    """

    claim: str
    favours: Family
    other: Family
    says: str
    unit: str
    values: Values
    logarithm: bool = False
    structured: bool | None = None
    smallest: bool = False
    by_skill: bool = True
    not_worse: bool = False

    def margin(self, entries: Sequence[AtlasEntry]) -> float:
        """What counts as practically equal, in ``unit``: a factor, or the widest margin of the entries."""
        return math.log10(FACTOR) if self.logarithm else max((one.margin for one in entries), default=1.0)

    def takes(self, entry: AtlasEntry) -> bool:
        """Whether an entry is of the kind of data that the claim speaks about."""
        return self.structured is None or entry.facts.structured is self.structured

    def differences(self, entry: AtlasEntry) -> FoldDifferences | None:
        """The lead of the favoured side in every fold; None where one side has no values."""
        pair = compared_records(entry, self.favours, self.other)
        if pair is None:
            return None
        ours, theirs = (tuple(self.values(one)) for one in pair)
        if len(ours) != len(theirs) or len(ours) < 2:
            return None
        if self.logarithm:
            ours, theirs = (tuple(-math.log10(max(one, LEAST_SECONDS)) for one in side) for side in (ours, theirs))
        return FoldDifferences(tuple(a - b for a, b in zip(ours, theirs, strict=True)), entry.overlap)


def compared_records(
    entry: AtlasEntry, ours: Family, theirs: Family
) -> tuple[ContestantRecord, ContestantRecord] | None:
    """The two contestants by which an entry's contest compared two families; None where it did not.

    Args:
        entry: of the atlas. ours, theirs: the families, in the order of the answer.
    """
    for pair in entry.compared:
        records = {one.family: one for key in (pair.left, pair.right) if (one := entry.record(key)) is not None}
        if ours in records and theirs in records:
            return records[ours], records[theirs]
    return None


def _skill(record: ContestantRecord) -> Sequence[float]:
    return record.skill


POINTS = "points of skill"
EFFECTS: tuple[ClaimEffect, ...] = (
    ClaimEffect(
        "data_requirements", "classical", "deep", "lead of the classical side on the smallest size of each table",
        POINTS, _skill, structured=True, smallest=True,
    ),
    ClaimEffect(
        "compute", "classical", "deep", "CPU-seconds of training, deep over classical, as log10 of the factor",
        "log10", lambda record: record.cpu_seconds, logarithm=True, by_skill=False,
    ),
    ClaimEffect(
        "training_time", "classical", "deep",
        "reference seconds of training, deep over classical, as log10 of the factor",
        "log10", lambda record: record.work_seconds, logarithm=True, by_skill=False,
    ),
    ClaimEffect(
        "modality_support", "deep", "classical", "lead of the deep side on pictures, texts, sounds and series",
        POINTS, _skill, structured=False,
    ),
    ClaimEffect(
        "classical_for_tables", "classical", "deep", "lead of the classical side on tables", POINTS, _skill,
        structured=True, not_worse=True,
    ),
    ClaimEffect(
        "deep_for_unstructured", "deep", "classical", "lead of the deep side on pictures, texts, sounds and series",
        POINTS, _skill, structured=False,
    ),
)  # fmt: skip
