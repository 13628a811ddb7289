"""Entries of an atlas that were never played, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Sequence

from core.atlas.entries import SCHEMA, AtlasEntry, ComparedFamilies, ContestantRecord, DataFacts
from core.atlas.sources import half_of
from core.schema import Family, Machine


def record(key: str, family: Family, skill: Sequence[float], version: str = "0", stopped: int = 0) -> ContestantRecord:
    return ContestantRecord(
        key=key, title=key.title(), family=family, version=version, skill=tuple(skill),
        work_seconds=tuple(2.0 if family == "deep" else 0.2 for _ in skill),
        cpu_seconds=tuple(2.5 if family == "deep" else 0.25 for _ in skill), stopped=stopped,
    )  # fmt: skip


def entry(
    source: str,
    deep: Sequence[float],
    classical: Sequence[float],
    modality: str = "table",
    share: int = 1,
    **changes: object,
) -> AtlasEntry:
    """An entry in which "net" (deep) met "trees" (classical) on these skills of each fold."""
    facts = DataFacts(modality, "classification", "binary", modality == "table", 1000, 1000 // share, 8, 5, 3)
    plain = {
        "schema": SCHEMA, "source": source, "title": f"About {source}", "half": half_of(source), "share": share,
        "facts": facts, "compared": (ComparedFamilies("net", "trees", "undecided"),), "beats_chance": True,
        "contestants": (record("net", "deep", deep), record("trees", "classical", classical)),
        "budget_seconds": 60.0, "margin": 1.0, "seed": 0, "folds": 5, "fits": len(deep), "overlap": 0.25,
        "method": "stratified", "scoring": "0", "digest": "d", "finished": "2026-11-30T12:00:00+00:00",
        "machine": Machine(cores=2.0), "versions": {"numpy": "2"}, "load": 0.5,
    }  # fmt: skip
    return AtlasEntry(**{**plain, **changes})  # type: ignore[arg-type]
