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
# An explanation whose parts miss the answer by less is complete, as in votes on contests.
COMPLETE = 0.01
# Reference seconds below which a fit counts as this long: shorter ones are not told apart.
LEAST_SECONDS = 1e-3
# Costs and times of one answer are smaller than any of these.
LEAST_AMOUNT = 1e-9

Values = Callable[[ContestantRecord], Sequence[float]]


@dataclass(frozen=True)
class ClaimEffect:
    """How the atlas speaks on one claim.

    Attributes:
        claim: its key. favours: the family whose lead is positive; other: the family it is set against.
        says: the effect in words. unit: of it. logarithm: whether it is log10 of a factor.
        amount: what is compared, as it stands in a sentence: "of the CPU-seconds of training", "on tables".
        values: contestant -> a value a fold, more is better for skill, less for logarithms.
        structured: which data sets: tables (True), raw signals (False) or both (None).
        smallest: of each source its smallest size instead of all its rows.
        by_skill: whether no outcome counts against a side that the budget stopped before it converged.
        not_worse: the claim holds where the favoured side is not worse; a default that is cheaper need not win.
        least: values below it are not told apart; of logarithms only.
    """

    claim: str
    favours: Family
    other: Family
    says: str
    amount: str
    unit: str
    values: Values
    logarithm: bool = False
    structured: bool | None = None
    smallest: bool = False
    by_skill: bool = True
    not_worse: bool = False
    least: float = LEAST_SECONDS

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
            ours, theirs = (tuple(-math.log10(max(one, self.least)) for one in side) for side in (ours, theirs))
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


def _explained(record: ContestantRecord) -> Sequence[float]:
    """Seconds an explanation of whoever explains completely; nothing of one whose explanations leave a rest."""
    gaps = record.readings.get("completeness", ())
    return record.readings.get("explain_seconds", ()) if gaps and max(gaps) < COMPLETE else ()


POINTS = "points of skill"
EFFECTS: tuple[ClaimEffect, ...] = (
    ClaimEffect(
        "data_requirements", "classical", "deep", "lead of the classical side on the smallest size of each table",
        "on the smallest size of each table", POINTS, _skill, structured=True, smallest=True,
    ),
    ClaimEffect(
        "compute", "classical", "deep", "CPU-seconds of training, deep over classical, as log10 of the factor",
        "the CPU-seconds of training", "log10", lambda record: record.cpu_seconds, logarithm=True, by_skill=False,
    ),
    ClaimEffect(
        "training_time", "classical", "deep",
        "reference seconds of training, deep over classical, as log10 of the factor",
        "the declared work of training", "log10", lambda record: record.work_seconds, logarithm=True, by_skill=False,
    ),
    ClaimEffect(
        "interpretability", "classical", "deep",
        "seconds per explanation where both sides explain completely, deep over classical, as log10 of the factor",
        "the time of an explanation", "log10", _explained, logarithm=True, structured=True, by_skill=False,
        least=LEAST_AMOUNT,
    ),
    ClaimEffect(
        "deploy_cost", "classical", "deep", "cost of a million answers, deep over classical, as log10 of the factor",
        "the cost of a million answers", "log10", lambda record: record.readings.get("million_cost", ()),
        logarithm=True, by_skill=False, least=LEAST_AMOUNT,
    ),
    ClaimEffect(
        "modality_support", "deep", "classical", "lead of the deep side on pictures, texts, sounds and series",
        "on pictures, texts, sounds and series", POINTS, _skill, structured=False,
    ),
    ClaimEffect(
        "classical_for_tables", "classical", "deep", "lead of the classical side on tables", "on tables",
        POINTS, _skill, structured=True, not_worse=True,
    ),
    ClaimEffect(
        "deep_for_unstructured", "deep", "classical", "lead of the deep side on pictures, texts, sounds and series",
        "on pictures, texts, sounds and series", POINTS, _skill, structured=False,
    ),
)  # fmt: skip
